//! Whose word is taken for where a request comes from.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

/// Addresses and networks whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[Network]>);

#[derive(Debug, Clone, Copy)]
struct Network {
    base: IpAddr,
    /// Leading bits that count.
    bits: u32,
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.parse().map_err(drop)?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(drop)?;
        if bits > most { Err(()) } else { Ok(Self { base, bits }) }
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => first_bits(32, self.bits, u128::from(base.to_bits() ^ address.to_bits())),
            (IpAddr::V6(base), IpAddr::V6(address)) => first_bits(128, self.bits, base.to_bits() ^ address.to_bits()),
            _ => false,
        }
    }
}

/// Whether the first bits of a difference are all zero.
fn first_bits(width: u32, bits: u32, difference: u128) -> bool {
    difference.checked_shr(width - bits).unwrap_or(0) == 0
}

impl FromStr for Proxies {
    /// The entry that is none.
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(|entry| entry.parse().map_err(|()| entry.to_owned())).collect::<Result<Vec<_>, _>>().map(|all| Self(all.into()))
    }
}

impl Proxies {
    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// Who asks: the last address in `X-Forwarded-For` that no trusted proxy has, where the one who connects is trusted. What stands before
    /// that address anybody can have written.
    pub fn client(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        if !self.trust(peer) {
            return peer;
        }
        let mut client = peer;
        for entry in forwarded.unwrap_or_default().rsplit(',') {
            let Ok(address) = entry.trim().parse() else { break };
            client = address;
            if !self.trust(address) {
                break;
            }
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: &str) -> String {
        let proxies: Proxies = trusted.parse().unwrap();
        proxies.client(peer.parse().unwrap(), Some(forwarded)).to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_says_where_a_request_comes_from() {
        assert_eq!(client("", "203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(client("10.0.0.0/8", "203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", "198.51.100.1"), "198.51.100.1");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_believed() {
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", "127.0.0.1, 198.51.100.1, 10.9.9.9"), "198.51.100.1");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", "127.0.0.1, nonsense, 10.9.9.9"), "10.9.9.9");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", ""), "10.1.2.3");
    }

    #[test]
    fn networks_of_both_families_are_told_apart() {
        assert_eq!(client("0.0.0.0/0", "203.0.113.9", "198.51.100.1"), "198.51.100.1");
        assert_eq!(client("::/0", "203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(client("2001:db8::/32,::1", "::1", "2001:db9::7, 2001:db8::1"), "2001:db9::7");
        assert_eq!(client("127.0.0.1", "::ffff:127.0.0.1", "198.51.100.1"), "198.51.100.1");
        for wrong in ["10.0.0.0/33", "::/129", "10.0.0/8", "proxy", "10.0.0.0/x"] {
            assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
        }
    }

    const PIECES: &[&str] = &[
        "10.0.0.1",
        "10.0.0.0/8",
        "198.51.100.1",
        "127.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "2001:db8::1",
        "[::1]",
        "198.51.100.1:443",
        "unknown",
        "_hidden",
        "for=",
        "\"",
        ",",
        ", ",
        ",,",
        " ",
        "\t",
        "/",
        "/0",
        "/33",
        "/129",
        "/+8",
        "-1",
        "256.1.1.1",
        "010.0.0.1",
        "9999999999999999999999",
        "é",
        "\u{202e}",
    ];

    fn written() -> impl Strategy<Value = String> {
        prop_oneof![6 => prop::collection::vec(select(PIECES), 0..8).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
    }

    fn addresses() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
            any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
            any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped())),
        ]
    }

    fn ours() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::V4(Ipv4Addr::new(10, a, b, c))),
            any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::V6(Ipv4Addr::new(10, a, b, c).to_ipv6_mapped())),
            any::<u64>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) | u128::from(bits)))),
        ]
    }

    proptest! {
        #[test]
        fn whoever_is_no_proxy_of_ours_is_who_they_are(list in written(), peer in addresses(), forwarded in written()) {
            let proxies: Proxies = list.parse().unwrap_or_default();
            let client = proxies.client(peer, Some(&forwarded));
            let named = || forwarded.split(',').any(|entry| entry.trim().parse() == Ok(client));
            prop_assert!(client == peer || (proxies.trust(peer) && named()), "{}", client);
        }

        #[test]
        fn nothing_written_before_what_our_proxies_add_counts(forged in written(), client in addresses(), through in prop::collection::vec(ours(), 0..4), peer in ours()) {
            let proxies: Proxies = "10.0.0.0/8,2001:db8::/64".parse().unwrap();
            prop_assume!(!proxies.trust(client));
            let added: Vec<String> = std::iter::once(client).chain(through).map(|address| address.to_string()).collect();
            prop_assert_eq!(proxies.client(peer, Some(&format!("{forged}, {}", added.join(", ")))), client);
        }

        #[test]
        fn a_network_holds_what_begins_as_it_does(base in any::<u128>(), bits in 0_u32..=128, other in any::<u128>()) {
            let v6 = |bits: u128| IpAddr::V6(Ipv6Addr::from_bits(bits));
            prop_assume!(v6(base).to_canonical().is_ipv6());
            let network: Proxies = format!("{}/{bits}", v6(base)).parse().unwrap();
            let kept = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            let inside = v6((base & kept) | (other & !kept));
            prop_assert!(inside.is_ipv4() || inside.to_canonical().is_ipv4() || network.trust(inside));
            if bits > 0 {
                let outside = v6(base ^ (1 << (128 - bits)));
                prop_assert!(!network.trust(outside));
            }
        }
    }
}

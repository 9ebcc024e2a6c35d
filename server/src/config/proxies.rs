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
}

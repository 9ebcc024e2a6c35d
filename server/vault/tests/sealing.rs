//! What the vault promises about numbers at rest.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use secrecy::SecretString;
use vault::{CardNumber, Random, Sealed, Vault, VaultError, VaultKeys};

const OLD: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NEW: &str = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";
const NUMBER: &str = "4242424242424242";

fn vault(keys: &str) -> Vault {
    Vault::open_with(VaultKeys::parse(&SecretString::from(keys)).unwrap()).unwrap()
}

fn number() -> CardNumber {
    CardNumber::parse(NUMBER).unwrap()
}

/// Bytes that differ at every draw.
fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |bytes| {
        for byte in bytes {
            *byte = next;
            next = next.wrapping_add(1);
        }
    }
}

fn seal(vault: &Vault, place: &str, random: Random<'_>) -> Sealed {
    vault.seal(&number(), place, random).unwrap()
}

#[test]
fn a_number_comes_back_in_its_place_only() {
    let vault = vault(OLD);
    let sealed = seal(&vault, "card_a", &mut counting());
    let stored = Sealed::from_stored(sealed.as_str());
    assert_eq!(vault.open(&stored, "card_a").unwrap().expose(), NUMBER);
    assert!(matches!(vault.open(&stored, "card_b"), Err(VaultError::Tampered)));
    assert!(matches!(vault.open(&stored, ""), Err(VaultError::Tampered)));
}

#[test]
fn every_character_of_the_stored_text_is_protected() {
    let vault = vault(OLD);
    let sealed = seal(&vault, "card_a", &mut counting());
    for at in 0..sealed.as_str().len() {
        let mut bytes = sealed.as_str().as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = Sealed::from_stored(String::from_utf8(bytes).unwrap());
        assert!(vault.open(&changed, "card_a").is_err(), "character {at}");
    }
    for length in 0..sealed.as_str().len() {
        assert!(vault.open(&Sealed::from_stored(&sealed.as_str()[..length]), "card_a").is_err(), "length {length}");
    }
    assert!(matches!(vault.open(&Sealed::from_stored("é"), "card_a"), Err(VaultError::Malformed)));
}

#[test]
fn another_key_does_not_open_it() {
    let sealed = seal(&vault(OLD), "card_a", &mut counting());
    assert!(matches!(vault(NEW).open(&sealed, "card_a"), Err(VaultError::UnknownKey(_))));
}

#[test]
fn the_same_number_is_never_sealed_to_the_same_text() {
    let vault = vault(OLD);
    let mut random = counting();
    assert_ne!(seal(&vault, "card_a", &mut random).as_str(), seal(&vault, "card_a", &mut random).as_str());
}

#[test]
fn the_newest_key_seals_and_all_open() {
    let mut random = counting();
    let (before, both) = (vault(OLD), vault(&format!("{OLD},{NEW}")));
    let old = seal(&before, "card_a", &mut random);
    assert_eq!(both.open(&old, "card_a").unwrap().expose(), NUMBER);

    let new = both.reseal(&old, "card_a", &mut random).unwrap().unwrap();
    assert_eq!(vault(NEW).open(&new, "card_a").unwrap().expose(), NUMBER);
    assert!(matches!(before.open(&new, "card_a"), Err(VaultError::UnknownKey(_))));
    assert!(both.reseal(&new, "card_a", &mut random).unwrap().is_none());
    assert!(matches!(both.reseal(&old, "card_b", &mut random), Err(VaultError::Tampered)));
}

#[test]
fn fingerprints_are_stable_scoped_and_survive_a_rotation() {
    let vault_old = vault(OLD);
    let print = vault_old.fingerprint("acct_1/sandbox", &number());
    assert_eq!(print.len(), 64);
    assert_eq!(print, vault_old.fingerprint("acct_1/sandbox", &CardNumber::parse("4242 4242 4242 4242").unwrap()));
    assert_eq!(print, vault(&format!("{OLD} {NEW}")).fingerprint("acct_1/sandbox", &number()));
    assert_ne!(print, vault_old.fingerprint("acct_2/sandbox", &number()));
    assert_ne!(print, vault_old.fingerprint("acct_1/production", &number()));
    assert_ne!(print, vault_old.fingerprint("acct_1/sandbox", &CardNumber::parse("5555555555554444").unwrap()));
    assert_ne!(print, vault(NEW).fingerprint("acct_1/sandbox", &number()));
}

#[test]
fn codes_of_different_purposes_never_meet() {
    let vault = vault(OLD);
    let codes = [
        vault.fingerprint("", &number()),
        vault.token_hash(NUMBER),
        hex::encode(vault.mac("", NUMBER.as_bytes())),
        hex::encode(vault.mac("a", NUMBER.as_bytes())),
        hex::encode(vault.mac("a4", &NUMBER.as_bytes()[1..])),
    ];
    for (at, code) in codes.iter().enumerate() {
        assert!(!codes[..at].contains(code), "{at}");
    }
    assert_eq!(vault.mac("a", b"x"), vault.mac("a", b"x"));
    assert!(vault.token_matches("stest_abc", &vault.token_hash("stest_abc")));
    assert!(!vault.token_matches("stest_abd", &vault.token_hash("stest_abc")));
}

#[test]
fn nothing_prints_a_number_or_a_key() {
    let vault = vault(OLD);
    let sealed = seal(&vault, "card_a", &mut counting());
    let keys = VaultKeys::parse(&SecretString::from(OLD)).unwrap();
    let wrong = CardNumber::parse("4242424242424241").unwrap_err();
    let printed = format!("{:?} {vault:?} {sealed:?} {keys:?} {wrong:?} {wrong}", number());
    let digits = printed.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    assert!(digits <= Some(8), "{printed}");
    assert!(printed.contains("CardNumber(**** 4242)"), "{printed}");
    assert!(!printed.contains("424242") && !printed.contains(&OLD[..16]), "{printed}");
}

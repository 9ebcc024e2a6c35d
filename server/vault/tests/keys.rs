//! Where keys come from: given as text, or a file that is made once and never replaced.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::SecretString;
use vault::{CardNumber, Vault, VaultError, VaultKeys};

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn parse(text: &str) -> Result<VaultKeys, VaultError> {
    VaultKeys::parse(&SecretString::from(text))
}

/// A source that must not be asked.
fn never(_: &mut [u8]) {
    panic!("no key may be drawn here");
}

fn filled(byte: u8) -> impl FnMut(&mut [u8]) {
    move |bytes| bytes.fill(byte)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn print(keys: VaultKeys) -> String {
    Vault::open_with(keys).unwrap().fingerprint("", &CardNumber::parse("4242424242424242").unwrap())
}

#[test]
fn a_key_is_read_in_each_spelling() {
    let expected = print(parse(HEX).unwrap());
    let texts = [HEX.to_uppercase(), BASE64.into(), BASE64.trim_end_matches('=').into(), format!("# remark, of 1 key\n  {HEX}\r\n\n")];
    for text in texts {
        assert_eq!(print(parse(&text).unwrap()), expected);
    }
}

#[test]
fn wrong_keys_are_refused_without_being_shown() {
    for text in ["", "  \n", "# only a remark"] {
        assert!(matches!(parse(text), Err(VaultError::NoKey)), "{text:?}");
    }
    for text in ["secret", &HEX[2..], &format!("{HEX}00"), &format!("{HEX},secret"), "é"] {
        let wrong = parse(text).unwrap_err();
        assert!(matches!(wrong, VaultError::BadKey), "{text:?}");
        assert!(!wrong.to_string().contains("secret"));
    }
    assert!(matches!(parse(&format!("{HEX} {BASE64}")), Err(VaultError::RepeatedKey)));
}

#[test]
fn a_file_is_made_private_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/deep/vault.key");
    let made = print(VaultKeys::load_or_create(&path, true, &mut filled(7)).unwrap());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.path().join("keys")), 0o700);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    assert_eq!(print(VaultKeys::load_or_create(&path, false, &mut never).unwrap()), made);
}

#[test]
fn an_existing_file_is_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    for content in ["not a key\n", "", HEX] {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let read = VaultKeys::load_or_create(&path, true, &mut never);
        assert_eq!(read.is_ok(), content == HEX);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn no_key_is_made_when_cards_are_waiting_for_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    let missing = VaultKeys::load_or_create(&path, false, &mut never).unwrap_err();
    assert!(matches!(missing, VaultError::KeyFileMissing(_)));
    assert!(!path.exists());
}

#[test]
fn a_file_that_others_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    fs::write(&path, HEX).unwrap();
    for (bits, accepted) in [(0o600, true), (0o400, true), (0o440, true), (0o644, false), (0o660, false), (0o602, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
        let read = VaultKeys::load_or_create(&path, true, &mut never);
        assert_eq!(read.is_ok(), accepted, "{bits:o}");
        if let Err(refused) = read {
            assert!(refused.to_string().contains("chmod 600"), "{refused}");
        }
    }
}

#[test]
fn two_starts_at_once_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    let prints: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=8_u8)
            .map(|n| {
                scope.spawn({
                    let path = &path;
                    move || print(VaultKeys::load_or_create(path, true, &mut filled(n)).unwrap())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(prints.iter().all(|other| *other == prints[0]));
}

//! Master keys: where they come from, and the keys derived from them.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::{Zeroize, Zeroizing};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;

use crate::{Random, VaultError};

/// Bytes of a master key and of every key derived from one.
pub(crate) const KEY_LEN: usize = 32;

/// Names a master key without telling anything about it. Stored with what that key sealed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(pub(crate) [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One master key.
pub(crate) struct Master {
    pub(crate) id: KeyId,
    material: SecretBox<[u8; KEY_LEN]>,
}

impl Master {
    fn new(mut bytes: [u8; KEY_LEN]) -> Self {
        let mut id = [0; 4];
        id.copy_from_slice(&hmac(&bytes, &[b"guichet 1: key id"])[..4]);
        let material = SecretBox::init_with_mut(|place: &mut [u8; KEY_LEN]| place.copy_from_slice(&bytes));
        bytes.zeroize();
        Self { id: KeyId(id), material }
    }

    /// A key for one purpose. Knowing it tells nothing about the master or the keys of other purposes.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
        Zeroizing::new(hmac(self.material.expose_secret(), &[b"guichet 1: ", purpose.as_bytes()]))
    }
}

/// The master keys of an installation, oldest first.
///
/// The **newest seals, all open**: append a key to rotate. The **oldest** makes fingerprints, idempotency codes and token hashes, which
/// can't be made again from what is stored; it stays until those are gone.
///
/// As text: keys of 32 bytes in hexadecimal or base64, oldest first, separated by commas, spaces or line ends; in a file, lines that begin
/// with `#` are remarks.
pub struct VaultKeys(pub(crate) Vec<Master>);

impl fmt::Debug for VaultKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| key.id)).finish()
    }
}

impl VaultKeys {
    /// Reads keys given as text (`GUICHET_VAULT_KEY`).
    ///
    /// # Errors
    /// `NoKey`, `BadKey`, `RepeatedKey`.
    pub fn parse(text: &SecretString) -> Result<Self, VaultError> {
        let mut keys: Vec<Master> = Vec::new();
        let lines = text.expose_secret().lines().filter(|line| !line.trim_start().starts_with('#'));
        for word in lines.flat_map(|line| line.split([',', ' ', '\t', '\r'])).filter(|word| !word.is_empty()) {
            let key = Master::new(decode(word)?);
            if keys.iter().any(|known| known.id == key.id) {
                return Err(VaultError::RepeatedKey);
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(VaultError::NoKey) } else { Ok(Self(keys)) }
    }

    /// Reads the key file, or makes one with a random key if there is none and `may_create` allows it. Say `false` as soon as the database
    /// holds a card or a hashed key: a new key would open none of them.
    ///
    /// A new file has mode 0600 and appears whole or not at all; missing folders above it are made with 0700. A file that exists is never
    /// written to.
    ///
    /// # Errors
    /// `KeyFileMissing`, `KeyFileExposed`, `KeyFile`, and those of [`VaultKeys::parse`].
    pub fn load_or_create(path: &Path, may_create: bool, random: Random<'_>) -> Result<Self, VaultError> {
        match Self::load(path) {
            Err(VaultError::KeyFile { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                if !may_create {
                    return Err(VaultError::KeyFileMissing(path.to_owned()));
                }
                create(path, random).map_err(|cause| VaultError::KeyFile { path: path.to_owned(), cause })?;
                Self::load(path)
            }
            loaded => loaded,
        }
    }

    /// Reads the key file.
    ///
    /// # Errors
    /// As [`VaultKeys::load_or_create`]; a missing file is `KeyFile`.
    pub fn load(path: &Path) -> Result<Self, VaultError> {
        let failed = |cause| VaultError::KeyFile { path: path.to_owned(), cause };
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
        // Anybody else, or a group that may replace the key. A group that may only read is how secret mounts are handed over.
        if mode & 0o027 != 0 {
            return Err(VaultError::KeyFileExposed { path: path.to_owned(), mode: mode & 0o777 });
        }
        Self::parse(&SecretString::from(fs::read_to_string(path).map_err(failed)?))
    }

    /// The key that seals from now on.
    pub fn newest(&self) -> Option<KeyId> {
        self.0.last().map(|key| key.id)
    }
}

fn decode(word: &str) -> Result<[u8; KEY_LEN], VaultError> {
    let bytes = hex::decode(word)
        .or_else(|_| STANDARD.decode(word))
        .or_else(|_| STANDARD_NO_PAD.decode(word))
        .or_else(|_| URL_SAFE_NO_PAD.decode(word))
        .map_err(|_| VaultError::BadKey)?;
    let bytes = Zeroizing::new(bytes);
    <[u8; KEY_LEN]>::try_from(bytes.as_slice()).map_err(|_| VaultError::BadKey)
}

/// Writes a new key beside its place, then links it there: a link never replaces what stands, and a crash leaves no half of a key.
fn create(path: &Path, random: Random<'_>) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;

    let mut key = Zeroizing::new([0; KEY_LEN]);
    random(key.as_mut_slice());
    let mut suffix = [0; 8];
    random(&mut suffix);
    let beside = folder.join(format!(".vault-key-{}", hex::encode(suffix)));
    let written = write(&beside, &Zeroizing::new(hex::encode(key.as_slice()))).and_then(|()| fs::hard_link(&beside, path));
    let removed = fs::remove_file(&beside);
    match written {
        // Another process was first: its key stands.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && path.exists() => Ok(()),
        Err(cause) => Err(cause),
        Ok(()) => removed.and_then(|()| File::open(&folder)?.sync_all()),
    }
}

fn write(path: &Path, key: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    // The mask of the process may have taken bits away, never added some.
    file.write_all(b"# Guichet: the key of the stored cards. Keep a copy apart from the database; without it they can't be read.\n")?;
    file.write_all(key.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// HMAC-SHA-256 of the parts one after the other. The key is given as a whole block: zeros after a shorter key are what the standard (RFC 2104) does
/// anyway, and the call can't fail.
pub(crate) fn hmac(key: &[u8; KEY_LEN], parts: &[&[u8]]) -> [u8; KEY_LEN] {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..KEY_LEN].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block);
    block.as_mut_slice().zeroize();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

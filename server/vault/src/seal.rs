//! Sealing, opening, fingerprints.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroizing;
use subtle::ConstantTimeEq;

use crate::keys::{KEY_LEN, hmac};
use crate::{CardNumber, KeyId, Random, VaultError, VaultKeys};

/// The first byte of everything sealed: the layout and the cipher.
const VERSION: u8 = 1;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
/// Version, key id, nonce.
const HEAD_LEN: usize = 1 + 4 + NONCE_LEN;

/// A card number as it is stored: base64 of version, key id, nonce, ciphertext and tag.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// Takes a stored text back. Whether it can be opened shows only in [`Vault::open`].
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

struct Cipher {
    id: KeyId,
    cipher: Aes256Gcm,
}

/// The vault, open. Cheap to share behind an `Arc`; every operation is pure computation.
pub struct Vault {
    /// Oldest first; never empty.
    ciphers: Vec<Cipher>,
    fingerprint: Zeroizing<[u8; KEY_LEN]>,
    mac: Zeroizing<[u8; KEY_LEN]>,
    token: Zeroizing<[u8; KEY_LEN]>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<KeyId> = self.ciphers.iter().map(|cipher| cipher.id).collect();
        f.debug_struct("Vault").field("keys", &keys).finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the vault with its keys.
    ///
    /// # Errors
    /// `NoKey` if there is none.
    pub fn open_with(keys: VaultKeys) -> Result<Self, VaultError> {
        let oldest = keys.0.first().ok_or(VaultError::NoKey)?;
        let [fingerprint, mac, token] = ["fingerprint", "mac", "token"].map(|purpose| oldest.derive(purpose));
        let ciphers = keys.0.iter().map(|key| Cipher { id: key.id, cipher: Aes256Gcm::new(&(*key.derive("encryption")).into()) }).collect();
        Ok(Self { ciphers, fingerprint, mac, token })
    }

    /// Encrypts a number for one place. `place` is what the number belongs to (the card's id): only with the same can it be opened again, so a
    /// stored text moved to another row is worth nothing. Draws 12 bytes.
    ///
    /// # Errors
    /// `NoKey` or `Tampered` never occur in practice; they stand for a vault without keys and a cipher that fails.
    pub fn seal(&self, number: &CardNumber, place: &str, random: Random<'_>) -> Result<Sealed, VaultError> {
        let newest = self.ciphers.last().ok_or(VaultError::NoKey)?;
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce);
        let associated = associated(newest.id, place);
        let payload = Payload { msg: number.expose().as_bytes(), aad: &associated };
        let encrypted = newest.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| VaultError::Tampered)?;
        let mut bytes = Vec::with_capacity(HEAD_LEN + encrypted.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&newest.id.0);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&encrypted);
        Ok(Sealed(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Decrypts a number for the place it was sealed for.
    ///
    /// # Errors
    /// `Malformed`, `UnknownKey`, `Tampered`.
    pub fn open(&self, sealed: &Sealed, place: &str) -> Result<CardNumber, VaultError> {
        let parts = Parts::of(sealed)?;
        let key = self.ciphers.iter().find(|cipher| cipher.id == parts.key).ok_or_else(|| VaultError::UnknownKey(parts.key.to_string()))?;
        let associated = associated(parts.key, place);
        let payload = Payload { msg: &parts.encrypted, aad: &associated };
        let plain = key.cipher.decrypt(&Nonce::from(parts.nonce), payload).map_err(|_| VaultError::Tampered)?;
        let plain = Zeroizing::new(plain);
        std::str::from_utf8(&plain).map(CardNumber::of_sealed).map_err(|_| VaultError::Malformed)
    }

    /// Seals again under the newest key; `None` if that is the key it has.
    ///
    /// # Errors
    /// Those of [`Vault::open`] and [`Vault::seal`].
    pub fn reseal(&self, sealed: &Sealed, place: &str, random: Random<'_>) -> Result<Option<Sealed>, VaultError> {
        let has = Parts::of(sealed)?.key;
        if self.ciphers.last().is_some_and(|newest| newest.id == has) {
            return Ok(None);
        }
        self.seal(&self.open(sealed, place)?, place, random).map(Some)
    }

    /// Recognises the same number within one scope (account and environment) and says nothing across scopes: 64 hexadecimal digits.
    pub fn fingerprint(&self, scope: &str, number: &CardNumber) -> String {
        hex::encode(hmac(&self.fingerprint, &[&length(scope), scope.as_bytes(), number.expose().as_bytes()]))
    }

    /// A keyed code of any bytes, apart for each `label`. For idempotency fingerprints: a plain hash of a request with card data can be guessed.
    pub fn mac(&self, label: &str, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.mac, &[&length(label), label.as_bytes(), bytes])
    }

    /// What is stored of an API key or a session: 64 hexadecimal digits. Tokens are long and random, so a keyed hash without salt is enough and can
    /// be looked up by index.
    pub fn token_hash(&self, token: &str) -> String {
        hex::encode(hmac(&self.token, &[token.as_bytes()]))
    }

    /// Whether a stored hash is this token's, in constant time.
    pub fn token_matches(&self, token: &str, hash: &str) -> bool {
        self.token_hash(token).as_bytes().ct_eq(hash.as_bytes()).into()
    }
}

/// Without the length, 'ab' + 'c' and 'a' + 'bc' would be the same input.
fn length(text: &str) -> [u8; 8] {
    (text.len() as u64).to_be_bytes()
}

/// What the tag protects besides the number: version, key and place.
fn associated(key: KeyId, place: &str) -> Vec<u8> {
    [b"guichet card\0".as_slice(), &[VERSION], &key.0, place.as_bytes()].concat()
}

/// A sealed text taken apart.
struct Parts {
    key: KeyId,
    nonce: [u8; NONCE_LEN],
    encrypted: Vec<u8>,
}

impl Parts {
    fn of(sealed: &Sealed) -> Result<Self, VaultError> {
        let bytes = URL_SAFE_NO_PAD.decode(&sealed.0).map_err(|_| VaultError::Malformed)?;
        if bytes.len() < HEAD_LEN + TAG_LEN || bytes[0] != VERSION {
            return Err(VaultError::Malformed);
        }
        let mut key = [0; 4];
        key.copy_from_slice(&bytes[1..5]);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&bytes[5..HEAD_LEN]);
        Ok(Self { key: KeyId(key), nonce, encrypted: bytes[HEAD_LEN..].to_vec() })
    }
}

//! The only place that sees a card number in clear.
//!
//! Outside this crate a number is a [`CardNumber`], which nothing prints and nothing serialises, or a [`Sealed`] text in the database.
//! The keys come from outside the database ([`VaultKeys`]); randomness and time are passed in.
//!
//! | what | with |
//! |---|---|
//! | numbers at rest | AES-256-GCM, a fresh 96-bit nonce each, bound to the row they belong to |
//! | 'is it the same card?' | [`Vault::fingerprint`], HMAC-SHA-256 under a key of its own |
//! | idempotency of requests that hold card data | [`Vault::mac`] |
//! | API keys and sessions at rest | [`Vault::token_hash`] |
//! | CVC | never at rest: [`CvcMemory`], 15 minutes at most |

mod card;
mod cvc;
mod error;
mod keys;
mod seal;

pub use card::{CardNumber, Cvc};
pub use cvc::{CVC_CAPACITY, CVC_LIFE_MS, CvcMemory};
pub use error::VaultError;
pub use keys::{KeyId, VaultKeys};
pub use seal::{Sealed, Vault};

/// Where random bytes come from: fills the whole slice. The caller owns the source, so that a test can replay a run.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

//! Those who really move the money: the [`Acquirer`] trait, and the simulator that plays one in the sandbox.
//!
//! Every call carries our own reference, recorded before the call. A call whose answer is lost is never sent again: [`Acquirer::find`] is asked
//! under the same reference until the truth is known.

mod answer;
mod bank;
mod card;
mod memory;
mod records;
mod request;
mod simulator;

use futures::future::BoxFuture;
use model::time::Timestamp;

pub use answer::{Answer, Authentication, Authorised, Found, Outcome, Proof, Refusal};
pub use bank::{BankClock, STYLE as BANK_STYLE, bank_router, policy as bank_policy};
pub use card::{CardFacts, CardNetwork, Funding, Nature, describe, disputes};
pub use memory::{InMemory, Memory, MemoryError};
pub use request::{Call, Challenge, Instrument, Purpose};
pub use simulator::Simulator;

/// A processor of card payments.
///
/// Nothing here fails by an error type: what goes wrong is part of [`Answer`], and what is not known is said to be unknown.
pub trait Acquirer: Send + Sync + 'static {
    /// Asks the issuer to authenticate the payer (3-D Secure). `challenge` says what the bank's page shows and where it sends the payer afterwards.
    fn authenticate(&self, call: Call, instrument: Instrument, challenge: Challenge) -> BoxFuture<'_, Answer<Authentication>>;

    /// How an authentication stands that began with a challenge. `None` while the payer has not answered, or when it can't be known right now;
    /// `Expired` once [`Authentication::LIFE_MS`] is over. Never [`Authentication::Challenge`].
    fn authentication_result<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Option<Authentication>>;

    /// Asks the issuer for the money. `authenticated` says that 3-D Secure ended in `Success` or `Attempted` for this attempt.
    fn authorise(&self, call: Call, instrument: Instrument, authenticated: bool, purpose: Purpose) -> BoxFuture<'_, Answer<Authorised>>;

    /// Takes `call.amount` of what was authorised under the reference `of`, once, and gives the rest back to the payer's limit.
    fn capture<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>>;

    /// Lowers what is authorised under `of` to `call.amount`.
    fn lower<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>>;

    /// Gives back all that is authorised under `of`; done as well when nothing by that reference exists, and then nothing ever will.
    fn void<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>>;

    /// Gives `call.amount` of what was captured under `of` back to the payer.
    fn refund<'a>(&'a self, call: Call, of: &'a str) -> BoxFuture<'a, Answer<()>>;

    /// What became of the call with this reference.
    fn find<'a>(&'a self, reference: &'a str, now: Timestamp) -> BoxFuture<'a, Found>;
}

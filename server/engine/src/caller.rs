//! Who asks. A `Caller` is made by authentication alone; every use case takes one first.

use std::sync::Arc;

use model::error::{Code, Refused};
use model::id::{ApiKeyId, ShopId, UserId};
use model::rights::{Right, Rights};
use store::rows::Scope;

use crate::idempotency::Run;

/// Who acts, as events record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Key(ApiKeyId),
    User(UserId),
    Payer,
    Worker,
    /// Whoever runs `guichet import` on the machine.
    Import,
    Demo,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(id) => write!(f, "{id}"),
            Self::User(id) => write!(f, "{id}"),
            Self::Payer => f.write_str("payer"),
            Self::Worker => f.write_str("worker"),
            Self::Import => f.write_str("import"),
            Self::Demo => f.write_str("demo"),
        }
    }
}

/// A request made under an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    pub method: String,
    pub path: String,
    /// At most 255 characters.
    pub key: String,
    /// By `Engine::fingerprint`.
    pub fingerprint: String,
}

/// Where a person sits: the session they act in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seat {
    /// Of the session's cookie: its key in the database.
    pub(crate) token_hash: String,
    /// The address the session was opened from.
    pub(crate) ip: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) actor: Actor,
    pub(crate) scope: Scope,
    pub(crate) rights: Rights,
    pub(crate) shop: ShopId,
    pub(crate) request_id: Option<String>,
    /// Of a request under an `Idempotency-Key`, from [`crate::Engine::begin_keyed`] to its first change.
    pub(crate) keyed: Option<Arc<Run>>,
    /// People's alone.
    pub(crate) seat: Option<Arc<Seat>>,
}

impl Caller {
    /// Who asks, where only a person can: what is theirs alone, and what a team decides.
    ///
    /// # Errors
    /// 403 for programs.
    pub(crate) fn person(&self) -> Result<(UserId, Arc<Seat>), Refused> {
        match (self.actor, &self.seat) {
            (Actor::User(user), Some(seat)) => Ok((user, seat.clone())),
            _ => Err(Refused::new(Code::Forbidden, "Only a person who is signed in can do this")),
        }
    }

    pub fn actor(&self) -> Actor {
        self.actor
    }

    pub fn scope(&self) -> Scope {
        self.scope
    }

    pub fn rights(&self) -> Rights {
        self.rights
    }

    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    pub(crate) fn is_person(&self) -> bool {
        matches!(self.actor, Actor::User(_))
    }

    /// # Errors
    /// 403 that names the right.
    pub(crate) fn needs(&self, right: Right) -> Result<(), Refused> {
        if self.rights.contains(right) {
            Ok(())
        } else {
            Err(Refused::new(Code::Forbidden, format!("This needs the right {}", right.as_str())))
        }
    }
}

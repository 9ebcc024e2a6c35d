//! What the page is told about API keys.

use leptos::prelude::*;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

model::words! {
    /// How long a rolled key goes on working beside the new one.
    pub enum Grace { Now = "now", Hour = "1h", Day = "24h", Week = "7d" }
}

model::words! {
    /// What is asked of a key; `do=` in the address.
    pub enum Ask { Create = "create", Rename = "rename", Roll = "roll", Revoke = "revoke" }
}

/// Times are real time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Works,
    /// Rolled: works until then.
    Until(Timestamp),
    /// Since then it is refused.
    Ended(Timestamp),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub id: String,
    pub name: String,
    pub shop: String,
    /// Kept by programs; else it may stand in pages.
    pub secret: bool,
    /// `stest_…a1b2`.
    pub hint: String,
    pub created: Timestamp,
    pub made_by: Option<String>,
    pub last_used: Option<Timestamp>,
    pub state: State,
    /// Another key has its place.
    pub rolled: bool,
}

impl Key {
    pub fn works(&self) -> bool {
        !matches!(self.state, State::Ended(_))
    }
}

/// A key that was just made: the only time that its text is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub text: String,
    pub name: String,
    pub secret: bool,
    /// Of a rolled key: how long the old one still works.
    pub grace: Option<Grace>,
}

/// A form that came back: as typed, with what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    pub name: String,
    pub shop: String,
    pub public: bool,
    /// Of the name.
    pub error: Option<String>,
    /// Of the whole.
    pub trouble: Option<String>,
}

#[expect(clippy::struct_field_names, reason = "a page of them, and what stands around them")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// Those that work first, each newest first.
    pub keys: Vec<Key>,
    /// Id and name.
    pub shops: Vec<(String, String)>,
    /// Of the forms on this page.
    pub token: String,
    pub made: Option<Made>,
    pub back: Option<Back>,
    /// Scheme and host, without a trailing slash.
    pub base: String,
    /// Real time.
    pub now: Timestamp,
}

/// The keys of the environment, with what a form that was just posted came to.
///
/// # Errors
/// No session, or no right to manage keys.
#[server(prefix = "/_fn", endpoint = "keys")]
pub async fn list_keys() -> Result<Keys, Failure> {
    crate::server::keys::keys().await
}

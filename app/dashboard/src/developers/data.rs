//! What the page is told about API keys.

use leptos::prelude::*;
use model::time::Timestamp;

use crate::{
    failure::Failure,
    told::{Reader, Told, shape, told, told_words},
};

told_words! { Grace: as_str; }

model::words! {
    /// How long a rolled key goes on working beside the new one.
    pub enum Grace { Now = "now", Hour = "1h", Day = "24h", Week = "7d" }
}

model::words! {
    /// What is asked of a key; `do=` in the address.
    pub enum Ask { Create = "create", Rename = "rename", Roll = "roll", Revoke = "revoke" }
}

/// Times are real time.
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Works,
    /// Rolled: works until then.
    Until(Timestamp),
    /// Since then it is refused.
    Ended(Timestamp),
}

impl Told for State {
    const SHAPE: u32 = shape("works until ended", Timestamp::SHAPE);

    fn tell(&self, to: &mut String) {
        let (kind, at) = match self {
            Self::Works => (0, None),
            Self::Until(at) => (1, Some(*at)),
            Self::Ended(at) => (2, Some(*at)),
        };
        (kind, at).tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        match <(i32, Option<Timestamp>)>::read(from)? {
            (0, None) => Some(Self::Works),
            (1, Some(at)) => Some(Self::Until(at)),
            (2, Some(at)) => Some(Self::Ended(at)),
            _ => None,
        }
    }
}

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
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
}

impl Key {
    pub fn works(&self) -> bool {
        !matches!(self.state, State::Ended(_))
    }
}

told! {
    /// A key that was just made: the only time that its text is told.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Made {
        pub text: String,
        pub name: String,
        pub secret: bool,
        /// Of a rolled key: how long the old one still works.
        pub grace: Option<Grace>,
    }

    /// A form that came back: as typed, with what is wrong.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    #[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// The keys of the environment, with what a form that was just posted came to.
///
/// # Errors
/// No session, or no right to manage keys.
#[server(prefix = "/_fn", endpoint = "keys", protocol = crate::ask::Ask)]
pub async fn list_keys() -> Result<Keys, Failure> {
    crate::server::keys::keys().await
}

//! What stands around every page: who is signed in, for which account, where and when. It comes inside the document, so
//! that the first view in the browser is the one the server rendered.

use leptos::prelude::*;
use model::{
    locale::Locale,
    rights::{Environment, Right, Rights, Role},
    time::{Timestamp, Zone},
};

use crate::{shell::pins::Pin, told::told};

/// The element of the document that holds it.
pub const ID: &str = "frame";

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Frame {
        pub account: String,
        /// `#rrggbb`, of the account's mark.
        pub color: String,
        /// None where there are several.
        pub shop: Option<String>,
        pub user: String,
        pub email: String,
        /// Every account the signed-in person works in, by id and name; empty where it is this one alone.
        pub accounts: Vec<(String, String)>,
        pub account_id: String,
        pub environment: Environment,
        pub role: Role,
        /// What the signed-in person may do: pages offer nothing else. The engine checks it again.
        pub rights: Rights,
        pub locale: Locale,
        /// The account's.
        pub zone: Zone,
        /// Business time: the sandbox clock's in the sandbox.
        pub now: Timestamp,
        /// How far the account's changes had gone when the page was made: live news begin after it.
        pub seen: String,
        /// Whether single letters are shortcuts in this browser.
        pub shortcuts: bool,
        /// The pages that the person keeps at hand.
        pub pins: Vec<Pin>,
    }
}

impl Frame {
    /// Nobody's: what the routes are listed with.
    fn blank() -> Self {
        Self {
            account: String::new(),
            color: String::new(),
            shop: None,
            user: String::new(),
            email: String::new(),
            accounts: Vec::new(),
            account_id: String::new(),
            environment: Environment::Sandbox,
            role: Role::Viewer,
            rights: Rights::none(),
            locale: Locale::En,
            zone: Zone::utc(),
            now: Timestamp::from_millis(0),
            seen: String::new(),
            shortcuts: true,
            pins: Vec::new(),
        }
    }

    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(right)
    }

    /// Of the page being rendered.
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::blank)
    }
}

/// The latest business time that an answer told: the clock in the header.
#[derive(Clone, Copy)]
pub struct Now(pub RwSignal<Timestamp>);

impl Now {
    pub fn heard(at: Timestamp) {
        if let Some(Self(now)) = use_context() {
            now.set(at);
        }
    }
}

/// As the document brought it.
#[cfg(target_arch = "wasm32")]
pub fn read() -> Option<Frame> {
    let text = document().get_element_by_id(ID)?.get_attribute("content")?;
    crate::told::read(&text)
}

/// The part of the application that the page is in.
#[cfg(target_arch = "wasm32")]
pub fn part() -> String {
    document().get_element_by_id(ID).and_then(|element| element.get_attribute("data-part")).unwrap_or_default()
}

//! Every script and style sheet that our pages may hold, by its hash, with why it is there: what a payment page's owner has to keep
//! (PCI DSS 6.4.3), and what a page that was received is compared with (11.6.1).

use assets::Listed;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha384};

/// Whose pages hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// The payer's.
    Checkout,
    /// The merchant's.
    Dashboard,
    /// The simulated bank's, in the sandbox.
    Bank,
}

impl Pages {
    /// Whose page is at a path.
    pub fn at(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("dashboard") => Self::Dashboard,
            Some("bank") => Self::Bank,
            _ => Self::Checkout,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Script,
    Style,
    /// Run by the script that loads it, which checks its hash.
    Wasm,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub pages: Pages,
    pub kind: Kind,
    /// Its address; none where it is written into the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// `sha384-` and base64: of the file, or of the text between its tags.
    pub integrity: String,
    /// What it is there for.
    pub reason: &'static str,
}

/// What only this release's own build knows: nothing of it is asked of the server that is looked at.
pub fn manifest() -> Vec<Entry> {
    let files = assets::list().into_iter().filter_map(|listed| {
        let (pages, kind, reason) = file(&listed)?;
        Some(Entry { pages, kind, file: Some(listed.url), integrity: listed.integrity, reason })
    });
    let inline = checkout::INLINE.into_iter().map(|(text, reason)| Entry {
        pages: Pages::Checkout,
        kind: Kind::Script,
        file: None,
        integrity: integrity(text.as_bytes()),
        reason,
    });
    let bank = Entry {
        pages: Pages::Bank,
        kind: Kind::Style,
        file: None,
        integrity: integrity(acquirer::BANK_STYLE.as_bytes()),
        reason: "The look of the simulated bank's page, which must not be ours.",
    };
    files.chain(inline).chain([bank]).collect()
}

/// None for what browsers don't run: icons and the like. What they run without a reason is no part of the manifest, and refused on a page.
fn file(listed: &Listed) -> Option<(Pages, Kind, &'static str)> {
    let (name, ending) = listed.name.rsplit_once('.')?;
    let (app, part) = name.split_once('.').map_or((name, None), |(app, part)| (app, Some(part)));
    Some(match (app, part, ending) {
        ("checkout", None, "css") => (Pages::Checkout, Kind::Style, "The look of the payer's pages."),
        ("checkout", None, "js") => (Pages::Checkout, Kind::Script, "Loads the card form's checks, by their hash."),
        ("checkout", None, "wasm") => {
            (Pages::Checkout, Kind::Wasm, "The card form's checks while somebody types: the code that the server checks with.")
        }
        ("dashboard", None, "css") => (Pages::Dashboard, Kind::Style, "The look of the dashboard."),
        ("dashboard", None, "js") => (Pages::Dashboard, Kind::Script, "Loads the dashboard's application and its parts, by their hash."),
        ("dashboard", None, "wasm") => (Pages::Dashboard, Kind::Wasm, "The dashboard's application."),
        ("dashboard", Some(_), "wasm") => {
            (Pages::Dashboard, Kind::Wasm, "A part of the dashboard's application, loaded with the pages that need it.")
        }
        _ => return None,
    })
}

pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_hash_and_a_reason() {
        let all = manifest();
        assert!(all.len() >= 4);
        for entry in &all {
            assert!(entry.integrity.starts_with("sha384-") && entry.reason.len() > 20, "{entry:?}");
        }
        assert_eq!(Pages::at("/dashboard/sign-in"), Pages::Dashboard);
        assert_eq!(Pages::at("/test_pi_1?lang=fr"), Pages::Checkout);
        assert_eq!(Pages::at("/bank/auth_1"), Pages::Bank);
    }

    #[test]
    fn only_what_has_a_reason_is_in_it() {
        let named = |name: &str| file(&Listed { name: name.to_owned(), url: String::new(), integrity: String::new() }).is_some();
        assert!(named("checkout.js") && named("dashboard.payments.wasm"));
        assert!(!named("favicon.svg") && !named("tracker.js") && !named("checkout.extra.js") && !named("other.wasm"));
    }
}

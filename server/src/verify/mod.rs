//! `guichet scripts` and `guichet verify-page`: what our pages may run, and whether a page as it is received holds to that. Whoever takes card
//! payments has to keep such a list and to look regularly (PCI DSS 6.4.3, 11.6.1).

mod compare;
mod fetch;
mod manifest;
mod page;

use std::path::PathBuf;

use clap::Args;

use crate::command::{self, Stop};
use compare::Report;
use fetch::Site;
use manifest::{Kind, Pages, manifest};

/// As a browser asks for what it goes to.
const ACCEPT_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[derive(Args)]
pub struct VerifyPage {
    /// Address of the page, such as `https://pay.example.com/pi_…`
    url: String,
    /// PEM file of an authority to trust beside those that browsers trust, such as tls/ca.pem in the data folder
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
}

/// The list, for people and programs: JSON.
pub fn scripts() -> String {
    serde_json::to_string_pretty(&manifest()).unwrap_or_default()
}

/// # Errors
/// The page differs, no answer came, or this binary holds no pages to compare with.
pub async fn verify(asked: &VerifyPage) -> Result<(), Stop> {
    let site = Site::at(&asked.url, asked.authority.as_deref())?;
    let manifest = manifest();
    if manifest.iter().all(|entry| entry.file.is_none()) {
        return Err(Stop::Failed("this binary was built without pages: there is nothing to compare with. Run 'make build'".to_owned()));
    }
    let pages = Pages::at(site.path());
    let first = site.get(site.path(), ACCEPT_PAGE).await?;
    let mut report = compare::page(&manifest, pages, &first, site.must_stay_secure());
    if pages != Pages::Bank {
        fresh_nonce(&site, &first, &mut report).await?;
    }
    let files = manifest.iter().filter(|entry| entry.pages == pages).filter_map(|entry| Some((entry, entry.file.as_deref()?)));
    for (entry, address) in files {
        let accept = if entry.kind == Kind::Style { "text/css,*/*;q=0.1" } else { "*/*" };
        match compare::file(entry, address, &site.get(address, accept).await?) {
            Ok(text) => report.same.push(text),
            Err(text) => report.differs.push(text),
        }
    }
    say(&asked.url, &report)
}

/// A nonce that comes twice lets in whatever learned it.
async fn fresh_nonce(site: &Site, first: &fetch::Answer, report: &mut Report) -> Result<(), Stop> {
    let again = site.get(site.path(), ACCEPT_PAGE).await?;
    let policy = |answer: &fetch::Answer| answer.header("content-security-policy").map(str::to_owned);
    if policy(first) == policy(&again) {
        report.differs.push("header content-security-policy: the same nonce twice".to_owned());
    }
    Ok(())
}

fn say(url: &str, report: &Report) -> Result<(), Stop> {
    let release = env!("CARGO_PKG_VERSION");
    for (word, lines) in [("same   ", &report.same), ("DIFFERS", &report.differs)] {
        for line in lines {
            command::say(format_args!("{word}  {}", visible(line)))?;
        }
    }
    let (same, differ) = (report.same.len(), report.differs.len());
    if differ > 0 {
        return Err(Stop::failed(url, format!("{differ} of {} differ from Guichet {release}", same + differ)));
    }
    command::say(format_args!("{url} is the page of Guichet {release}: {same} compared"))
}

/// With what moves, hides or turns writing shown instead of done: a page must not strike out on a terminal what was found in it.
fn visible(line: &str) -> String {
    let acts =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    line.chars().fold(String::with_capacity(line.len()), |mut shown, c| {
        if acts(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        assert_eq!(visible("/x\u{1b}[2K\r: is no file"), "/x\\u{1b}[2K\\u{d}: is no file");
        assert_eq!(visible("<é \u{202e}>"), "<é \\u{202e}>");
    }

    proptest! {
        #[test]
        fn a_line_stays_one_line(line in any::<String>(), plain in "[ -~éß日]{0,40}") {
            prop_assert!(!visible(&line).contains(char::is_control));
            prop_assert_eq!(visible(&plain), plain);
        }
    }
}

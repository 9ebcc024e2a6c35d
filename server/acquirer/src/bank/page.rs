//! The simulated bank's HTML. Plain text in, escaped text out; the one style sheet is allowed by its hash.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::locale::Locale;
use sha2::{Digest, Sha256};

use super::words;
use crate::records::Page;

/// The page's style sheet, written into it: it must not look like Guichet.
pub const STYLE: &str = include_str!("bank.css");

/// Nothing but our style sheet, an empty icon, and a form to ourselves. A hash needs no randomness and says more than a nonce: exactly this text.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    // Base64 is always a valid header; were it not, everything is forbidden.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The page's content security policy.
pub fn policy() -> &'static HeaderValue {
    &POLICY
}

/// The question, with its answers.
pub(super) fn challenge(locale: Locale, reference: &str, page: &Page) -> String {
    let mut main = format!("<h1>{}</h1><p class=\"lead\">{}</p>", words::title(locale), words::lead(locale, &escape(&page.merchant)));
    let amount = page.amount.display(locale);
    let _ = write!(
        main,
        "<dl><div><dt>{}</dt><dd class=\"amount\">{}</dd></div><div><dt>{}</dt><dd>{}</dd></div>\
         <div><dt>{}</dt><dd>{} <span aria-hidden=\"true\">••••</span> {}</dd></div></dl>",
        words::amount(locale),
        escape(&amount),
        words::shop(locale),
        escape(&page.merchant),
        words::card(locale),
        escape(&page.brand),
        escape(&page.last4),
    );
    let _ = write!(
        main,
        "<form method=\"post\" action=\"/bank/{reference}?lang={}\">\
         <button class=\"approve\" name=\"choice\" value=\"approve\">{}</button>\
         <button name=\"choice\" value=\"decline\">{}</button></form>\
         <p class=\"leave\"><a href=\"{}\" referrerpolicy=\"no-referrer\">{}</a></p>",
        locale.code(),
        words::approve(locale),
        words::decline(locale),
        escape(&page.return_url),
        words::leave(locale),
    );
    let languages = Some(format!("/bank/{reference}"));
    document(locale, words::title(locale), "", &main, languages.as_deref())
}

/// After the answer: goes on by itself, at once, and by a link where that is switched off.
pub(super) fn answered(locale: Locale, page: &Page, approved: bool) -> String {
    let title = if approved { words::approved(locale) } else { words::declined(locale) };
    let address = escape(&page.return_url);
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0;url={address}\">");
    document(locale, title, &refresh, &with_way_back(locale, title, &words::returning(locale, &escape(&page.merchant)), page), None)
}

pub(super) fn expired(locale: Locale, page: &Page) -> String {
    let title = words::expired(locale);
    document(locale, title, "", &with_way_back(locale, title, words::expired_lead(locale), page), None)
}

pub(super) fn unknown(locale: Locale) -> String {
    notice(locale, words::unknown(locale), words::unknown_lead(locale))
}

pub(super) fn unclear(locale: Locale) -> String {
    notice(locale, words::unclear(locale), words::unclear_lead(locale))
}

pub(super) fn broken(locale: Locale) -> String {
    notice(locale, words::broken(locale), words::broken_lead(locale))
}

fn notice(locale: Locale, title: &str, lead: &str) -> String {
    document(locale, title, "", &format!("<h1>{title}</h1><p class=\"lead\">{lead}</p>"), None)
}

/// `lead` is HTML already.
fn with_way_back(locale: Locale, title: &str, lead: &str, page: &Page) -> String {
    format!(
        "<h1>{title}</h1><p class=\"lead\">{lead}</p><p class=\"leave\"><a class=\"go\" href=\"{}\" referrerpolicy=\"no-referrer\">{}</a></p>",
        escape(&page.return_url),
        words::go_on(locale)
    )
}

/// The frame around every page. `languages`: the path of this page, where it can be read in each language.
fn document(locale: Locale, title: &str, head: &str, main: &str, languages: Option<&str>) -> String {
    let bank = words::bank(locale);
    let mut links = String::new();
    if let Some(path) = languages {
        let _ = write!(links, "<nav aria-label=\"{}\">", words::language(locale));
        for (other, name) in [(Locale::En, "English"), (Locale::Fr, "Français")] {
            let code = other.code();
            let current = if other == locale { " aria-current=\"true\"" } else { "" };
            let _ = write!(links, "<a href=\"{path}?lang={code}\" lang=\"{code}\" hreflang=\"{code}\"{current}>{name}</a>");
        }
        links.push_str("</nav>");
    }
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title} · {bank}</title>{head}<link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\
         <body><header><p class=\"bank\">{bank}</p><p class=\"sandbox\">{}</p></header><main>{main}</main>\
         <footer><p>{}</p>{links}</footer></body></html>",
        locale.code(),
        words::sandbox(locale),
        words::about(locale),
    )
}

/// Text for HTML, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

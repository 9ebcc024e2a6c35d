//! Amounts and moments, written the way the reader's language writes them and the same on both sides of the wire.

use leptos::prelude::*;
use model::{
    locale::Locale,
    money::Money,
    time::{Timestamp, Zone},
};

/// For a column: the number, then its currency, quieter.
pub fn amount(money: Money, locale: Locale) -> AnyView {
    view! {
        <span class="figure num">{money.display_number(locale)}</span>
        " "
        <span class="currency">{money.currency().upper()}</span>
    }
    .into_any()
}

/// "Today, 14:04", with the whole date for whoever points at it and for programs.
pub fn moment(at: Timestamp, now: Timestamp, zone: &Zone, locale: Locale) -> AnyView {
    view! {
        <time datetime=at.to_rfc3339() title=at.display(zone, locale)>
            {at.display_relative(now, zone, locale)}
        </time>
    }
    .into_any()
}

/// Text as HTML, for `inner_html` of a title or a textarea: they hold text alone, so what marks dynamic text for the browser would be read as
/// part of it, and leptos 0.8.23 does not escape there.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

//! Pieces that several pages of the section show.

use leptos::prelude::*;
use model::{
    locale::Locale,
    time::{Timestamp, Zone},
};
use ui::{Icon, badge, empty_state};

use super::{
    data::{Counted, Row},
    labels::{self, Here, Label},
};
use crate::{
    denied::denied,
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    messages as m,
};

/// What is needed to speak of days, owned by a view.
#[derive(Clone)]
pub struct Place {
    pub now: Timestamp,
    pub zone: Zone,
    pub locale: Locale,
}

impl Place {
    pub fn at(frame: &Frame, now: Timestamp) -> Self {
        Self { now, zone: frame.zone.clone(), locale: frame.locale }
    }

    pub fn here(&self) -> Here<'_> {
        Here { now: self.now, zone: &self.zone, locale: self.locale }
    }

    pub fn moment(&self, at: Timestamp) -> AnyView {
        ui::moment(at, self.now, &self.zone, self.locale)
    }
}

pub fn label(label: Label, precise: Option<&'static str>) -> AnyView {
    badge(label.hue, label.text, precise)
}

/// An order's label, and what was given back of it.
pub fn badges(row: &Row, here: Here<'_>) -> AnyView {
    let second = labels::given_back(row, here.locale).map(|second| label(second, None));
    view! {
        {label(labels::order(row, here), Some(row.shown.as_str()))}
        " "
        {second}
    }
    .into_any()
}

/// "1,284", "10 000+".
pub fn count(counted: Counted, l: Locale) -> String {
    let digits = counted.count.to_string();
    let mut text = String::with_capacity(digits.len() + 3);
    for (place, digit) in digits.chars().enumerate() {
        if place != 0 && (digits.len() - place).is_multiple_of(3) {
            text.push_str(l.pick(",", "\u{202f}"));
        }
        text.push(digit);
    }
    if counted.more {
        text.push('+');
    }
    text
}

/// A page that can't be shown: what happened, what it means, what to do next.
pub fn trouble(failure: &Failure, l: Locale, again: impl Fn() + 'static) -> AnyView {
    if failure.is_forbidden() {
        return denied(l);
    }
    leave_when_signed_out(failure);
    let action = view! { <button class="button primary" on:click=move |_| again()>{m::try_again(l)}</button> }.into_any();
    let why = format!("{} {}", failure.sentence(l), m::nothing_changed(l));
    view! { <div role="alert">{empty_state(Icon::Alert, m::page_broke(l), why, action)}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_say_when_they_are_not_exact() {
        let counted = |count, more| Counted { count, more };
        assert_eq!(count(counted(0, false), Locale::En), "0");
        assert_eq!(count(counted(1284, false), Locale::En), "1,284");
        assert_eq!(count(counted(10_000, true), Locale::Fr), "10\u{202f}000+");
    }
}

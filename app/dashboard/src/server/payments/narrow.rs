//! From an address to what the engine is asked.

use engine::{Not, Order, PaymentsFilter};
use model::{id::PaymentIntentId, lifecycle::Shown, time::Date};

use super::{labels_of, search};
use crate::{
    frame::Frame,
    payments::{
        data::Choices,
        list_messages as w,
        query::{Asked, Needed, Sort, View, Window},
    },
};

/// How many months [`Window::Recent`] has.
const MONTHS: i32 = 3;

pub struct Narrowed {
    pub filter: PaymentsFilter,
    /// The same without the choice of a tab, a status or an action.
    pub any_label: PaymentsFilter,
    /// The first day, in the account's time zone.
    pub since: Option<Date>,
    /// What could not be understood, for the reader.
    pub hints: Vec<String>,
}

pub fn narrowed(asked: &Asked, frame: &Frame, choices: &Choices) -> Narrowed {
    let (zone, l) = (&frame.zone, frame.locale);
    let mut found = search::understood(&asked.search, zone, frame.now, l);
    let filter = &mut found.filter;
    let recent = zone.date(frame.now).plus_months(-MONTHS);
    let since = match (asked.from, asked.to, asked.window) {
        (Some(from), ..) => Some(from),
        (None, None, Window::Recent) => Some(recent),
        _ => None,
    };
    search::later(&mut filter.from, since.map(|day| zone.start_of_day(day)));
    // The day itself is included, however long the clock makes it.
    search::earlier(&mut filter.to, asked.to.map(|day| zone.start_of_day(day.plus_days(1))));
    if let (Some(from), Some(to)) = (filter.from, filter.to) {
        filter.nothing |= from >= to;
    }
    search::at_least(&mut filter.amount_min, asked.min);
    search::at_most(&mut filter.amount_max, asked.max);
    filter.nothing |= matches!((filter.amount_min, filter.amount_max), (Some(min), Some(max)) if min > max);
    (filter.kinds, filter.nothing) = join(&filter.kinds, &asked.types, filter.nothing);
    search::only(&mut filter.currency, asked.currency, &mut filter.nothing);
    search::only(&mut filter.method, asked.method, &mut filter.nothing);
    filter.ids.extend(asked.ids.iter().take(engine::CHOSEN_MAX).filter_map(|id| id.parse::<PaymentIntentId>().ok()));
    filter.nothing |= !asked.ids.is_empty() && filter.ids.is_empty();
    if !asked.shop.is_empty() {
        match choices.shops.iter().find(|(id, _)| *id == asked.shop).and_then(|(id, _)| id.parse().ok()) {
            Some(shop) => filter.shop = Some(shop),
            None => found.hints.push(w::hint_unknown(l, w::filter_shop(l))),
        }
    }
    if !asked.by.is_empty() {
        // Who left, and keys that are gone, have made payments all the same.
        let known = asked.by == "demo" || ["user_", "key_"].iter().any(|prefix| asked.by.starts_with(prefix));
        if known { filter.created_by = Some(asked.by.clone()) } else { found.hints.push(w::hint_unknown(l, w::filter_by(l))) }
    }
    filter.order = match asked.sort {
        Sort::Newest => Order::Newest,
        Sort::Oldest => Order::Oldest,
        Sort::Largest => Order::Largest,
        Sort::Smallest => Order::Smallest,
    };
    let any_label = found.filter.clone();
    let mut filter = found.filter;
    for labels in [labels_of(asked.view).to_vec(), asked.status.clone(), needed(&asked.action)] {
        let (both, nothing) = and(&labels, &filter.shown);
        filter.shown = both;
        filter.nothing |= nothing;
    }
    filter.not.extend((asked.view == View::Action && choices.imported).then(made_here));
    // The window is told by its first day; what the search adds to it stands in the search.
    Narrowed { filter, any_label, since, hints: found.hints }
}

/// What was imported is history, and waits for nobody.
pub fn made_here() -> Not {
    Not::Origin("import".to_owned())
}

fn needed(action: &[Needed]) -> Vec<Shown> {
    let label = |needed: &Needed| match needed {
        Needed::Partial => Shown::PartlyPaid,
        Needed::Fraud => Shown::FraudAlert,
    };
    action.iter().map(label).collect()
}

/// What is in both, where empty means everything; and whether nothing is.
pub fn and<T: Copy + PartialEq>(one: &[T], other: &[T]) -> (Vec<T>, bool) {
    if one.is_empty() || other.is_empty() {
        return ([one, other].concat(), false);
    }
    let both: Vec<T> = one.iter().copied().filter(|value| other.contains(value)).collect();
    let nothing = both.is_empty();
    (both, nothing)
}

fn join<T: Copy + PartialEq>(one: &[T], other: &[T], nothing: bool) -> (Vec<T>, bool) {
    let (both, none) = and(one, other);
    (both, nothing || none)
}

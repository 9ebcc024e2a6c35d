//! What the section's server functions do: they ask the engine as whoever is signed in.

use engine::{PageAt, PaymentsFilter};
use model::{
    error::Refused,
    lifecycle::Shown,
    time::{Timestamp, Zone},
};

use super::{convert, signed, told};
use crate::{
    failure::Failure,
    payments::{
        data::{Counted, Listing},
        query::{Asked, View, Window},
    },
};

/// Rows a page.
const LIMIT: i64 = 10;
/// How many months [`Window::Recent`] has.
const MONTHS: i32 = 3;
/// Longer is no search of a person.
const SEARCH_MAX: usize = 120;

pub async fn listing(asked: Asked) -> Result<Listing, Failure> {
    let (engine, signed) = signed()?;
    let now = signed.frame.now;
    let narrowed = |view: View| filter(&asked, view, now, &signed.frame.zone);
    let place = place(&asked).map_err(told)?;
    let page = engine.payments_page(&signed.caller, &narrowed(asked.view), &place, LIMIT).await.map_err(told)?;
    let mut views = Vec::with_capacity(View::ALL.len());
    for view in View::ALL {
        let count = engine.payments_count(&signed.caller, &narrowed(*view)).await.map_err(told)?;
        views.push((*view, Counted { count: count.count, more: count.more }));
    }
    Ok(Listing {
        rows: page.rows.into_iter().map(convert::row).collect(),
        next: page.next,
        previous: page.previous,
        count: page.count,
        more: page.more,
        views,
        now,
    })
}

fn filter(asked: &Asked, view: View, now: Timestamp, zone: &Zone) -> PaymentsFilter {
    let recent = || zone.start_of_day(zone.date(now).plus_months(-MONTHS));
    PaymentsFilter {
        from: (asked.window == Window::Recent).then(recent),
        shown: labels_of(view).to_vec(),
        search: (!asked.search.is_empty()).then(|| asked.search.chars().take(SEARCH_MAX).collect()),
        ..PaymentsFilter::default()
    }
}

/// The labels a view's rows have; none: every one.
const fn labels_of(view: View) -> &'static [Shown] {
    match view {
        View::All => &[],
        View::Action => &[Shown::FraudAlert, Shown::ToValidate, Shown::PartlyPaid, Shown::Disputed],
        View::ToValidate => &[Shown::ToValidate],
        View::Paid => &[Shown::Paid],
        View::Awaiting => &[Shown::Awaiting, Shown::Authenticating],
        View::Refused => &[Shown::Refused, Shown::Error, Shown::CaptureFailed],
        View::Refunded => &[Shown::Refunded],
    }
}

fn place(asked: &Asked) -> Result<PageAt, Refused> {
    let unread = |_| Refused::invalid("after", "This is no place in this list");
    match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => Ok(PageAt::First),
        (after, "") => after.parse().map(PageAt::After).map_err(unread),
        (_, before) => before.parse().map(PageAt::Before).map_err(unread),
    }
}

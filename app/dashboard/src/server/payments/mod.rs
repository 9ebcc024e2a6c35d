//! What the list's server functions do: they ask the engine as whoever is signed in.

pub mod bulk;
pub mod csv;
mod narrow;
pub mod search;
pub mod views;

use std::collections::HashMap;

use engine::{PageAt, PaymentsFilter, Rows, rows::PaymentIntent};
use model::{error::Refused, id::PaymentIntentId, lifecycle::Shown};

use self::narrow::Narrowed;
use super::{convert, session::Signed, signed, told};
use crate::{
    failure::Failure,
    payments::{
        columns::Column,
        data::{Back, Choices, Counted, Line, Listing, Saved, Sum},
        query::{Asked, View},
    },
};

pub async fn listing(query: String) -> Result<Listing, Failure> {
    let (engine, signed) = signed()?;
    let asked = Asked::parse(&query);
    let place = place(&asked).map_err(told)?;
    let choices = choices(&engine, &signed).await.map_err(told)?;
    let narrowed = narrow::narrowed(&asked, &signed.frame, &choices);
    let (caller, per) = (&signed.caller, asked.per);
    let page = engine.payments_rows(caller, &narrowed.filter, &place, per).await.map_err(told)?;
    let mut numbers = numbers(&engine, &signed, &narrowed, choices.imported).await.map_err(told)?;
    if numbers.counted.more {
        numbers.with(&page, matches!(place, PageAt::First));
    }
    let any = !page.rows.is_empty() || is_any(&engine, &signed).await.map_err(told)?;
    let ids: Vec<PaymentIntentId> = page.rows.iter().filter(|row| row.refunded > 0 || row.captured > 0).map(|row| row.id).collect();
    let refunds = if asked.refunds { engine.payments_refunds(caller, &ids).await.map_err(told)? } else { Vec::new() };
    let mut back: HashMap<PaymentIntentId, Vec<Back>> = HashMap::new();
    for refund in refunds {
        let (order, id) = (refund.intent, refund.id.to_string());
        let one = Back { id, created: refund.created, amount: refund.amount, status: refund.status, reason: refund.reason };
        back.entry(order).or_default().push(one);
    }
    let lines = page.rows.into_iter().map(|intent| line(back.remove(&intent.id).unwrap_or_default(), intent, &choices)).collect();
    Ok(Listing {
        lines,
        further: page.further.is_some(),
        next: page.next.or(page.further).map(|cursor| cursor.to_string()),
        previous: page.previous.map(|cursor| cursor.to_string()),
        counted: numbers.counted,
        sums: numbers.sums,
        views: numbers.views,
        saved: saved(&engine, &signed).await.map_err(told)?,
        choices,
        columns: columns(&engine, &signed, &asked).await.map_err(told)?,
        since: narrowed.since,
        hints: narrowed.hints,
        any,
        now: signed.frame.now,
    })
}

fn place(asked: &Asked) -> Result<PageAt, Refused> {
    let unread = |_| Refused::invalid("after", "This is no place in this list");
    match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => Ok(PageAt::First),
        (after, "") => after.parse().map(PageAt::After).map_err(unread),
        (_, before) => before.parse().map(PageAt::Before).map_err(unread),
    }
}

async fn choices(engine: &engine::Engine, signed: &Signed) -> Result<Choices, Refused> {
    let choices = engine.payments_choices(&signed.caller).await?;
    let named = |makers: Vec<engine::Maker>| makers.into_iter().map(|maker| (maker.id, maker.name)).collect();
    Ok(Choices { shops: choices.shops, people: named(choices.people), keys: named(choices.keys), imported: choices.imported })
}

async fn saved(engine: &engine::Engine, signed: &Signed) -> Result<Vec<Saved>, Refused> {
    let views = engine.views(&signed.caller).await?;
    let saved = |view: engine::View| Saved {
        id: view.id.to_string(),
        name: view.name,
        query: view.query,
        shared: view.shared,
        changes: view.changes,
    };
    Ok(views.into_iter().map(saved).collect())
}

/// As the address says, else as the reader keeps them, else the usual ones.
async fn columns(engine: &engine::Engine, signed: &Signed, asked: &Asked) -> Result<Vec<Column>, Refused> {
    if !asked.columns.is_empty() {
        return Ok(asked.columns.clone());
    }
    let kept = engine.list_columns(&signed.caller).await?.map(|kept| Column::split(&kept)).unwrap_or_default();
    Ok(if kept.is_empty() { Column::USUAL.to_vec() } else { kept })
}

/// Looked at where nothing matches: whether there could be anything.
async fn is_any(engine: &engine::Engine, signed: &Signed) -> Result<bool, Refused> {
    let page = engine.payments_rows(&signed.caller, &PaymentsFilter::default(), &PageAt::First, 1).await?;
    Ok(!page.rows.is_empty())
}

struct Numbers {
    counted: Counted,
    sums: Vec<Sum>,
    views: Vec<(View, Option<Counted>)>,
}

impl Numbers {
    /// Where counting stopped before the page did, the page knows better.
    fn with(&mut self, page: &Rows, first: bool) {
        let shown = i64::try_from(page.rows.len()).unwrap_or_default();
        self.counted.count = self.counted.count.max(shown);
        if first && page.next.is_none() && page.further.is_none() {
            self.counted = Counted { count: shown, more: false };
            self.sums.clear();
            for row in &page.rows {
                match self.sums.iter_mut().find(|sum| sum.currency == row.currency) {
                    Some(sum) => (sum.count, sum.amount) = (sum.count + 1, sum.amount + row.amount),
                    None => self.sums.push(Sum { currency: row.currency, count: 1, amount: row.amount }),
                }
            }
        }
    }
}

/// How much matches, and how much each tab would show: one answer where everything was looked at; where that is too much, no tab has a number.
async fn numbers(engine: &engine::Engine, signed: &Signed, narrowed: &Narrowed, imported: bool) -> Result<Numbers, Refused> {
    let caller = &signed.caller;
    let all = engine.payments_tally(caller, &narrowed.any_label).await?;
    let mut views = Vec::with_capacity(View::ALL.len());
    for view in View::ALL {
        let count = if *view == View::Action && imported {
            let (labels, nothing) = narrow::and(labels_of(*view), &narrowed.any_label.shown);
            let nothing = nothing || narrowed.any_label.nothing;
            let mut filter = PaymentsFilter { shown: labels, nothing, ..narrowed.any_label.clone() };
            filter.not.push(narrow::made_here());
            Some(engine.payments_count(caller, &filter).await?)
        } else {
            all.of_labels(labels_of(*view))
        };
        views.push((*view, count.map(|count| Counted { count: count.count, more: count.more })));
    }
    // Where labels are all that tells the two apart, the first has told the second.
    let by_labels = PaymentsFilter { shown: narrowed.any_label.shown.clone(), ..narrowed.filter.clone() } == narrowed.any_label;
    let count = match all.of_labels(&narrowed.filter.shown).filter(|_| by_labels) {
        Some(count) => count,
        None => engine.payments_count(caller, &narrowed.filter).await?,
    };
    let sums = count.sums.into_iter().map(|sum| Sum { currency: sum.currency, count: sum.count, amount: sum.amount }).collect();
    Ok(Numbers { counted: Counted { count: count.count, more: count.more }, sums, views })
}

/// The labels a tab's rows have; none: every one.
pub const fn labels_of(view: View) -> &'static [Shown] {
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

fn line(refunds: Vec<Back>, intent: PaymentIntent, choices: &Choices) -> Line {
    let shop = intent.shop.to_string();
    let shop = choices.shops.iter().find(|(id, _)| *id == shop).map(|(_, name)| name.clone());
    Line {
        version: intent.version,
        kind: intent.kind,
        description: intent.description.clone(),
        by: maker(&intent.created_by, choices),
        shop,
        refunds,
        row: convert::row(intent),
    }
}

/// Whoever made it, by name where they are still known.
fn maker(id: &str, choices: &Choices) -> Option<String> {
    choices.people.iter().chain(&choices.keys).find(|(known, _)| known == id).map(|(_, name)| name.clone())
}

//! What holds over a whole scope.

use std::collections::BTreeMap;

use store::Reader;
use store::rows::Scope;

use super::{Books, Broken};

/// Everything that no order shows by itself.
///
/// # Errors
/// As the database has them.
pub(super) async fn whole(books: &Books, reader: &mut Reader, scope: Scope, broken: &mut Broken) -> store::Result<()> {
    books.cards.iter().for_each(|row| books.is_told(row, broken));
    books.customers.iter().for_each(|row| books.is_told(row, broken));
    once(broken, "unique_id of an order", books.intents.iter().filter_map(|row| row.unique_id.as_deref()));
    once(broken, "unique_id of a payment", books.payments.iter().filter_map(|row| row.unique_id.as_deref()));
    once(broken, "unique_id of a refund", books.refunds.iter().filter_map(|row| row.unique_id.as_deref()));
    let live = books.customers.iter().filter(|row| row.deleted.is_none());
    once(broken, "external_id of a customer", live.filter_map(|row| row.external_id.as_deref()));
    recount(books, reader, scope, broken).await
}

fn once<'a>(broken: &mut Broken, what: &str, values: impl Iterator<Item = &'a str>) {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    values.for_each(|value| *counted.entry(value).or_default() += 1);
    for (value, count) in counted.into_iter().filter(|(_, count)| *count > 1) {
        broken.unless(false, || format!("the {what} {value} is there {count} times"));
    }
}

/// The totals kept beside the list are what counting it again gives.
async fn recount(books: &Books, reader: &mut Reader, scope: Scope, broken: &mut Broken) -> store::Result<()> {
    let mut counted: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for intent in &books.intents {
        let sum = counted.entry((intent.currency.code(), intent.shown.as_str())).or_default();
        *sum = (sum.0 + 1, sum.1 + intent.amount);
    }
    let totals = store::totals::totals(reader, scope, None, None).await?;
    let kept: BTreeMap<_, _> =
        totals.iter().map(|total| ((total.currency.code(), total.shown.as_str()), (total.count, total.amount))).collect();
    broken.unless(kept == counted, || format!("the totals {kept:?} are not a recount {counted:?}"));
    Ok(())
}

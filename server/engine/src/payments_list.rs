//! What the dashboard reads of many orders: the Payments list, its counts, what it may be narrowed by, and its export.

use std::collections::HashMap;

use model::error::{Code, Refused};
use model::id::{CustomerId, PaymentId, PaymentIntentId};
use model::rights::Right;
use store::payments_list::{PageAt, PaymentsFilter, PaymentsTally};
use store::rows::{Customer, Payment, PaymentIntent, Refund};
use store::{Reader, Scope, Value};

use crate::Engine;
use crate::caller::Caller;
use crate::types::PaymentsPage;

/// Rows of an export that are read at once.
pub const EXPORT_BATCH: i64 = 250;
/// How many rows may be chosen by their ids.
pub const CHOSEN_MAX: usize = 100;

/// Somebody or something that payments are made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// `user_…` or `key_…`.
    pub id: String,
    pub name: String,
}

/// What the list may be narrowed by.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Id and name, oldest first.
    pub shops: Vec<(String, String)>,
    pub people: Vec<Maker>,
    pub keys: Vec<Maker>,
    /// Something in the list was imported.
    pub imported: bool,
}

/// One order in an export, with what stands beside it.
#[derive(Debug, Clone)]
pub struct Exported {
    pub intent: PaymentIntent,
    /// The deciding payment.
    pub payment: Option<Payment>,
    pub customer: Option<Customer>,
    /// Oldest first.
    pub refunds: Vec<Refund>,
}

/// Some rows of an export.
#[derive(Debug, Clone)]
pub struct Batch {
    pub rows: Vec<Exported>,
    /// Where the next one begins.
    pub next: Option<store::Cursor>,
}

impl Engine {
    /// A page of the Payments list, in the filter's order, with how much matches in all.
    ///
    /// # Errors
    /// 403; 422 for a cursor that is none.
    pub async fn payments_page(&self, caller: &Caller, filter: &PaymentsFilter, at: &PageAt, limit: i64) -> Result<PaymentsPage, Refused> {
        let page = self.payments_rows(caller, filter, at, limit).await?;
        let count = self.payments_count(caller, filter).await?;
        Ok(PaymentsPage {
            rows: page.rows,
            next: page.next.or(page.further).map(|cursor| cursor.to_string()),
            previous: page.previous.map(|cursor| cursor.to_string()),
            count: count.count,
            more: count.more,
        })
    }

    /// A page of the Payments list.
    ///
    /// # Errors
    /// 403; 422 for a cursor of another list or order.
    pub async fn payments_rows(&self, caller: &Caller, filter: &PaymentsFilter, at: &PageAt, limit: i64) -> Result<store::Page, Refused> {
        caller.needs(Right::PaymentRead)?;
        let mut reader = self.0.store.read().await?;
        match store::payments_page(&mut reader, caller.scope, filter, at, limit).await {
            Err(store::Error::Cursor) => Err(no_cursor()),
            other => Ok(other?),
        }
    }

    /// How many orders match, and their sums per currency.
    ///
    /// # Errors
    /// 403.
    pub async fn payments_count(&self, caller: &Caller, filter: &PaymentsFilter) -> Result<store::Count, Refused> {
        Ok(self.payments_tally(caller, filter).await?.count())
    }

    /// How many orders match by label and currency: every view's count in one answer.
    ///
    /// # Errors
    /// 403.
    pub async fn payments_tally(&self, caller: &Caller, filter: &PaymentsFilter) -> Result<PaymentsTally, Refused> {
        caller.needs(Right::PaymentRead)?;
        let mut reader = self.0.store.read().await?;
        Ok(store::payments_tally(&mut reader, caller.scope, filter).await?)
    }

    /// The account's shops, people and keys, by name.
    ///
    /// # Errors
    /// 403.
    pub async fn payments_choices(&self, caller: &Caller) -> Result<Choices, Refused> {
        caller.needs(Right::PaymentRead)?;
        let scope = caller.scope;
        let mut reader = self.0.store.read().await?;
        let shops = store::accounts::shops(&mut reader, scope.account).await?;
        let mut people = Vec::new();
        for member in store::accounts::members(&mut reader, scope.account).await? {
            if let Some(user) = store::users::user(&mut reader, member.user_id).await? {
                people.push(Maker { id: user.id.to_string(), name: user.name });
            }
        }
        let keys = store::accounts::keys(&mut reader, scope.account, scope.environment).await?;
        let keys = keys.into_iter().map(|key| Maker { id: key.id.to_string(), name: key.name }).collect();
        let imported = store::stats::any_imported(&mut reader, scope).await?;
        Ok(Choices { shops: shops.into_iter().map(|shop| (shop.id.to_string(), shop.name)).collect(), people, keys, imported })
    }

    /// What was given back of these orders, oldest first.
    ///
    /// # Errors
    /// 403.
    pub async fn payments_refunds(&self, caller: &Caller, orders: &[PaymentIntentId]) -> Result<Vec<Refund>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let mut reader = self.0.store.read().await?;
        Ok(store::many(&mut reader, caller.scope, "intent", orders.iter().map(Value::from).collect()).await?)
    }

    /// The next [`EXPORT_BATCH`] rows, or fewer, of an export: a read of its own, so that no export holds anything back however long its
    /// reader takes. Give the filter an end (`to`), for what is made meanwhile to stay out.
    ///
    /// # Errors
    /// 403 without the right to export.
    pub async fn payments_batch(&self, caller: &Caller, filter: &PaymentsFilter, after: Option<store::Cursor>) -> Result<Batch, Refused> {
        caller.needs(Right::ReportExport)?;
        let at = after.map_or(PageAt::First, PageAt::After);
        let page = self.payments_rows(caller, filter, &at, EXPORT_BATCH).await?;
        let mut reader = self.0.store.read().await?;
        let rows = beside(&mut reader, caller.scope, page.rows).await?;
        Ok(Batch { rows, next: page.next.or(page.further) })
    }
}

/// What stands beside the orders, a read for each kind.
async fn beside(reader: &mut Reader, scope: Scope, intents: Vec<PaymentIntent>) -> Result<Vec<Exported>, Refused> {
    let ids = |of: fn(&PaymentIntent) -> Option<Value>| intents.iter().filter_map(of).collect::<Vec<_>>();
    let payments: Vec<Payment> = store::many(reader, scope, "id", ids(|intent| intent.payment.map(Value::from))).await?;
    let customers: Vec<Customer> = store::many(reader, scope, "id", ids(|intent| intent.customer.map(Value::from))).await?;
    let refunded = ids(|intent| Some(Value::from(intent.id)));
    let mut refunds: HashMap<PaymentIntentId, Vec<Refund>> = HashMap::new();
    for refund in store::many::<Refund>(reader, scope, "intent", refunded).await? {
        refunds.entry(refund.intent).or_default().push(refund);
    }
    let mut payments: HashMap<PaymentId, Payment> = payments.into_iter().map(|payment| (payment.id, payment)).collect();
    // Several orders may be one customer's.
    let customers: HashMap<CustomerId, Customer> = customers.into_iter().map(|customer| (customer.id, customer)).collect();
    let export = |intent: PaymentIntent| Exported {
        payment: intent.payment.and_then(|id| payments.remove(&id)),
        customer: intent.customer.and_then(|id| customers.get(&id).cloned()),
        refunds: refunds.remove(&intent.id).unwrap_or_default(),
        intent,
    };
    Ok(intents.into_iter().map(export).collect())
}

fn no_cursor() -> Refused {
    Refused::new(Code::Invalid, "This is no cursor of this list").field("cursor")
}

/// A cursor of the Payments list, as an address carries it.
///
/// # Errors
/// 422 for what is none.
pub fn cursor(text: &str) -> Result<store::Cursor, Refused> {
    text.parse().map_err(|_| no_cursor())
}

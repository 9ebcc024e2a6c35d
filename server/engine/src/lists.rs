//! Lists of the API: its filter names, each standing for one column.

use model::error::{Code, Refused};
use model::list::Slice;
use model::rights::Right;
use store::row::{Column, Value};
use store::rows::Event;
use store::{Op, Scoped};

use crate::Engine;
use crate::caller::Caller;
use crate::types::{Direction, EventsQuery, ListQuery, Listed};

/// One filter as a column's value; none where the list has no such filter.
type Columns = fn(&str, &str) -> Result<Option<(&'static str, Value)>, Refused>;

pub(crate) struct Filter {
    /// Leaves out what is deleted.
    pub(crate) live_only: bool,
    pub(crate) columns: Columns,
}

fn plain(column: &'static str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match validation::text::check(value, 0, 255) {
        Ok(_) => Ok(Some((column, Value::Text(Some(value.to_owned()))))),
        Err(problem) => Err(Refused::invalid(column, problem.to_string())),
    }
}

pub(crate) fn customer_filter(name: &str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match name {
        "external_id" => plain("external_id", value),
        "email" => plain("email", value),
        "name" => plain("name", value),
        "country" => plain("country", value),
        "legal_id" => plain("legal_id", value),
        _ => Ok(None),
    }
}

pub(crate) fn card_filter(name: &str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match name {
        "customer" => plain("customer", value),
        "external_id" => plain("external_id", value),
        _ => Ok(None),
    }
}

pub(crate) fn intent_filter(name: &str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match name {
        "order_id" => plain("order_id", value),
        "unique_id" => plain("unique_id", value),
        "card" => plain("card", value),
        "customer" => plain("customer", value),
        // nothing is paid by SEPA yet: a filter by one finds nothing
        "sepa" => Ok(Some(("id", Value::Text(Some(String::new()))))),
        _ => Ok(None),
    }
}

pub(crate) fn payment_filter(name: &str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match name {
        "order_id" => plain("order_id", value),
        "unique_id" => plain("unique_id", value),
        "card" => plain("card", value),
        "customer" => plain("customer", value),
        "intent" | "payment_intent" => plain("intent", value),
        "payout" => plain("payout", value),
        // nothing is paid by SEPA yet: a filter by one finds nothing
        "sepa" => Ok(Some(("id", Value::Text(Some(String::new()))))),
        _ => Ok(None),
    }
}

pub(crate) fn refund_filter(name: &str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match name {
        "payment" => plain("payment", value),
        "payment_intent" => plain("intent", value),
        "unique_id" => plain("unique_id", value),
        _ => Ok(None),
    }
}

pub(crate) fn dispute_filter(name: &str, value: &str) -> Result<Option<(&'static str, Value)>, Refused> {
    match name {
        "payment" => plain("payment", value),
        _ => Ok(None),
    }
}

impl Engine {
    pub(crate) async fn list<R: Scoped>(&self, caller: &Caller, query: &ListQuery, filter: &Filter) -> Result<Listed<R>, Refused> {
        let listed = self.list_where(caller, query, filter, Vec::new()).await?;
        Ok(listed)
    }

    pub(crate) async fn list_where<R: Scoped>(
        &self,
        caller: &Caller,
        query: &ListQuery,
        filter: &Filter,
        mut filters: Vec<(&'static str, Op, Value)>,
    ) -> Result<Listed<R>, Refused> {
        let slice = Slice::new(Some(query.start), Some(query.limit))?;
        for (name, value) in &query.equal {
            match (filter.columns)(name, value)? {
                Some((column, value)) => filters.push((column, Op::Eq, value)),
                None => return Err(Refused::new(Code::UnknownField, "There is no such filter").field(name.clone())),
            }
        }
        if filter.live_only {
            filters.push(("deleted", Op::Eq, Value::Int(None)));
        }
        let order_by = sort_column::<R>(&query.field)?;
        if let Some(from) = query.created_from {
            filters.push(("created", Op::Ge, from.value()));
        }
        if let Some(from) = query.paid_from {
            filters.push(("captured_at", Op::Ge, from.value()));
        }
        let asked = store::ListQuery {
            filters,
            order_by,
            descending: query.direction == Direction::Descending,
            start: slice.start,
            limit: slice.limit,
            after: cursor(query.after.as_deref())?,
        };
        let mut reader = self.0.store.read().await?;
        let page = store::list::<R>(&mut reader, caller.scope, &asked).await?;
        Ok(Listed { items: page.rows, count: page.count, has_more: page.has_more, cursor: page.next.map(|next| next.to_string()) })
    }
}

fn sort_column<R: Scoped>(field: &str) -> Result<&'static str, Refused> {
    let wanted = match field {
        "" | "created" => "created",
        "due" => "date_settlement",
        "paid" => "captured_at",
        _ => return Err(Refused::invalid("field", "The list is sorted by created, due or paid")),
    };
    let known = R::COLUMNS.iter().find(|column| **column == wanted);
    known.copied().ok_or_else(|| Refused::invalid("field", "This list is not sorted by that"))
}

fn cursor(text: Option<&str>) -> Result<Option<store::Cursor>, Refused> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| Refused::invalid("cursor", "This is no cursor of this list"))
}

pub(crate) async fn list_events(engine: &Engine, caller: &Caller, query: &EventsQuery) -> Result<Listed<Event>, Refused> {
    caller.needs(Right::PaymentRead)?;
    let slice = Slice::new(Some(query.start), Some(query.limit))?;
    let mut filters = Vec::new();
    for (column, value) in [("object", &query.object), ("kind", &query.kind)] {
        if let Some(value) = value {
            let (column, value) = plain(column, value)?.unwrap_or((column, Value::Text(None)));
            filters.push((column, Op::Eq, value));
        }
    }
    let after = cursor(query.after.as_deref())?;
    let asked = store::ListQuery { filters, order_by: "at", descending: true, start: slice.start, limit: slice.limit, after };
    let mut reader = engine.0.store.read().await?;
    let page = store::list::<Event>(&mut reader, caller.scope, &asked).await?;
    Ok(Listed { items: page.rows, count: page.count, has_more: page.has_more, cursor: page.next.map(|next| next.to_string()) })
}

//! One element of a list as rows: what stands within it comes before or after it, as rows of their own.

use std::collections::BTreeSet;

use engine::{FileRow, RowKind, Wrong};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::{objects, orders};

/// Characters of an id that are repeated.
const ID_SHOWN: usize = 64;

/// What stands in a row and is named by it.
const fn before(kind: RowKind) -> &'static [(&'static str, RowKind)] {
    match kind {
        RowKind::Customer | RowKind::Payout => &[],
        RowKind::Card => &[("customer", RowKind::Customer)],
        RowKind::PaymentIntent => &[("customer", RowKind::Customer), ("card", RowKind::Card)],
        RowKind::Payment => &[("customer", RowKind::Customer), ("card", RowKind::Card), ("payment_intent", RowKind::PaymentIntent)],
        RowKind::Refund | RowKind::Dispute => &[("payment", RowKind::Payment)],
    }
}

/// What stands in a row and names it, by this field of its own.
const fn after(kind: RowKind) -> &'static [(&'static str, RowKind, &'static str)] {
    match kind {
        RowKind::PaymentIntent => &[("payments", RowKind::Payment, "payment_intent"), ("payment", RowKind::Payment, "payment_intent")],
        RowKind::Payment => &[("refunds", RowKind::Refund, "payment"), ("disputes", RowKind::Dispute, "payment")],
        RowKind::Payout => {
            &[("payments", RowKind::Payment, "payout"), ("refunds", RowKind::Refund, "payout"), ("disputes", RowKind::Dispute, "payout")]
        }
        _ => &[],
    }
}

/// The rows of one element, those it names first. `ignored` gets the names of fields that nothing understands.
pub fn rows_of(kind: RowKind, value: Value, at: String, ignored: &mut BTreeSet<String>) -> Vec<FileRow> {
    let mut rows = Vec::new();
    gather(kind, value, at, false, ignored, &mut rows);
    rows
}

fn gather(kind: RowKind, value: Value, at: String, nested: bool, ignored: &mut BTreeSet<String>, rows: &mut Vec<FileRow>) {
    let Value::Object(fields) = value else {
        let read = Err(Wrong::new("", "is no JSON object"));
        rows.push(FileRow { kind, at, id: String::new(), nested, read, note: None, source: Value::Null });
        return;
    };
    for (field, of) in before(kind) {
        let found = match fields.get(*field) {
            Some(Value::Object(object)) => Some(object.clone()),
            _ => None,
        };
        if let Some(object) = found {
            gather(*of, Value::Object(object), format!("{at}.{field}"), true, ignored, rows);
        }
    }
    let id = fields.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let held = within(kind, &fields, &at, &id);
    rows.push(row(kind, fields, &at, &id, nested, ignored));
    for (of, value, at) in held {
        gather(of, value, at, true, ignored, rows);
    }
}

/// The objects that come after the row, each told whose it is.
fn within(kind: RowKind, fields: &Map<String, Value>, at: &str, id: &str) -> Vec<(RowKind, Value, String)> {
    let mut held = Vec::new();
    for (field, of, owner) in after(kind) {
        let items: Vec<(String, &Value)> = match fields.get(*field) {
            Some(Value::Array(items)) => items.iter().enumerate().map(|(place, item)| (format!("{at}.{field}[{place}]"), item)).collect(),
            // a payout's sums stand under the same names
            Some(object @ Value::Object(_)) if object.get("id").is_some() => vec![(format!("{at}.{field}"), object)],
            _ => Vec::new(),
        };
        for (at, item) in items {
            let Value::Object(mut object) = item.clone() else { continue };
            object.entry(*owner).or_insert_with(|| id.into());
            held.push((*of, Value::Object(object), at));
        }
    }
    held
}

fn row(kind: RowKind, fields: Map<String, Value>, at: &str, id: &str, nested: bool, ignored: &mut BTreeSet<String>) -> FileRow {
    let source = Value::Object(fields.clone());
    let mut fields = Fields(fields);
    let understood = match kind {
        RowKind::Customer => objects::customer(&mut fields),
        RowKind::Card => objects::card(&mut fields),
        RowKind::PaymentIntent => orders::intent(&mut fields),
        RowKind::Payment => orders::payment(&mut fields),
        RowKind::Refund => objects::refund(&mut fields),
        RowKind::Dispute => objects::dispute(&mut fields),
        RowKind::Payout => objects::payout(&mut fields),
    };
    let (read, note) = match understood {
        Ok((record, note)) => {
            ignored.extend(fields.left().map(|name| format!("{kind}.{}", shown(&name))));
            (Ok(Box::new(record)), note)
        }
        Err(wrong) => (Err(wrong), None),
    };
    FileRow { kind, at: at.to_owned(), id: shown(id), nested, read, note, source }
}

/// As a report repeats it: short, and nothing that moves a terminal's cursor.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !validation::text::is_forbidden(*c)).take(ID_SHOWN).collect()
}

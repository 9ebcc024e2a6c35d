//! Whatever bytes arrive where programs send: no reader panics, and what one refuses it refuses by the place of it.
#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::{ApiVersion, RowKind};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};
use wire::import::{each_row, place_of, rows_of, survey};
use wire::input;
use wire::query::{self, Filters};
use wire::{Problem, Reader, View, detail};

/// All fields that some body, query or file knows, and one that none does.
const FIELDS: &[&str] = &[
    "amount",
    "currency",
    "auth",
    "card",
    "sepa",
    "wallet",
    "methods_allowed",
    "customer",
    "description",
    "device",
    "order_id",
    "unique_id",
    "date_settlement",
    "return_url",
    "capture",
    "status",
    "operation",
    "manual_validation",
    "billing_address",
    "number",
    "exp_month",
    "exp_year",
    "cvc",
    "name",
    "external_id",
    "zip_code",
    "tokenize",
    "preferred_network",
    "email",
    "mobile",
    "date_birth",
    "legal_id",
    "country",
    "payment",
    "reason",
    "to",
    "advance_seconds",
    "threeds",
    "metadata",
    "expires_at",
    "ip",
    "port",
    "user_agent",
    "languages",
    "id",
    "created",
    "live_mode",
    "refunds",
    "disputes",
    "payments",
    "payment_intent",
    "payout",
    "fee",
    "response",
    "brand",
    "last4",
    "surprise",
];

/// Values that some field takes, and some that nearly are.
const TEXTS: &[&str] = &[
    "4242424242424242",
    "123",
    "eur",
    "EUR",
    "jane@example.com",
    "+33639980102",
    "FR",
    "2026-12-31",
    "2026-02-30",
    "https://shop.example/back",
    "card_AAAAAAAAAAAAAAAAAAAAAAAA",
    "cust_AAAAAAAAAAAAAAAAAAAAAAAA",
    "paym_AAAAAAAAAAAAAAAAAAAAAAAA",
    "pi_AAAAAAAAAAAAAAAAAAAAAAAA",
    "card",
    "none",
    "capture",
    "authorize",
    "request",
    "debit",
    "captured",
    "refused",
    "2026-11-22T10:00:00Z",
    "0",
    "10001",
    "asc",
    "created",
    "203.0.113.7",
    "\0",
    "\u{202e}",
];

const KINDS: &[RowKind] = RowKind::ALL;

fn letters() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(TEXTS).prop_map(str::to_owned), 1 => "\\PC{0,80}", 1 => any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())]
}

fn value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_i64..3_000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from)
    ];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, letters().prop_map(Value::from)];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from), object(inner).prop_map(Value::Object)]
    })
}

fn object(of: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let field = prop_oneof![12 => select(FIELDS).prop_map(str::to_owned), 1 => "\\PC{0,200}"];
    prop::collection::vec((field, of), 0..10).prop_map(|pairs| pairs.into_iter().collect())
}

/// Every body the API takes, on one body. What each made of it.
fn bodies(body: &Value) -> Vec<Result<(), Vec<Problem>>> {
    fn read<T>(body: &Value, parse: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<(), Vec<Problem>> {
        Reader::read(Some(body.clone()), parse).map(drop)
    }
    let mut all = vec![
        read(body, input::card_draft),
        read(body, input::card_change),
        read(body, input::customer_draft),
        read(body, input::customer_change),
        read(body, input::intent_draft),
        read(body, input::intent_change),
        read(body, input::refund_draft),
        read(body, input::refund_of_payment),
        read(body, input::refund_of_intent),
        read(body, input::advance),
        input::captured_amount(body.to_string().as_bytes()).map(drop),
    ];
    for version in [ApiVersion::V1, ApiVersion::V2] {
        all.push(read(body, |reader| input::payment_draft(reader, version)));
        all.push(read(body, |reader| input::payment_change(reader, version)));
    }
    all
}

/// Problems that a client can do something with: each has a place, words and a kind, and none repeats what was sent at length.
fn are_told(problems: &[Problem], of: &str) -> Result<(), TestCaseError> {
    prop_assert!(!problems.is_empty());
    for problem in detail(problems)["detail"].as_array().unwrap() {
        prop_assert_eq!(&problem["loc"][0], of);
        prop_assert!(problem["msg"].as_str().is_some_and(|words| !words.is_empty() && words.chars().count() < 400), "{}", problem);
        prop_assert!(
            problem["loc"]
                .as_array()
                .unwrap()
                .iter()
                .all(|step| step.is_u64() || step.as_str().is_some_and(|step| step.chars().count() <= 100))
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_json_is_read_or_refused_by_place(body in prop_oneof![8 => object(value()).prop_map(Value::Object), 1 => value()]) {
        for read in bodies(&body) {
            if let Err(problems) = read {
                are_told(&problems, "body")?;
            }
        }
    }

    #[test]
    fn any_bytes_are_captured_by_their_amount_or_not_at_all(bytes in any::<Vec<u8>>(), amount in any::<i64>(), cut in any::<Index>()) {
        match input::captured_amount(&bytes) {
            Err(problems) => are_told(&problems, "body")?,
            Ok(_) => prop_assert!(bytes.is_empty() || serde_json::from_slice::<Value>(&bytes).is_ok(), "{:?} captures", bytes),
        }
        let whole = format!("{{\"amount\":{amount}}}");
        let broken = &whole.as_bytes()[..=cut.index(whole.len() - 1)];
        prop_assert!(input::captured_amount(broken).is_err(), "{:?} captures all", broken);
        prop_assert_eq!(input::captured_amount(whole.as_bytes()).ok(), (1..=4_294_967_295).contains(&amount).then_some(Some(amount)));
    }

    #[test]
    fn any_query_is_read_or_refused_by_name(pairs in prop::collection::vec((select(&["start", "limit", "order", "field", "cursor", "created", "paid", "order_id", "email", "payment", "object", "type"][..]).prop_map(str::to_owned), letters()), 0..8)) {
        let lists: [Filters; 7] = [query::CUSTOMERS, query::CARDS, query::INTENTS, query::PAYMENTS, query::REFUNDS, query::DISPUTES, query::PLAIN];
        for filters in lists {
            match query::list(&pairs, filters, ApiVersion::V2) {
                Err(problems) => are_told(&problems, "query")?,
                Ok(asked) => prop_assert!((0..=10_000).contains(&asked.query.start) && (1..=100).contains(&asked.query.limit)),
            }
        }
        if let Err(problems) = query::events(&pairs) {
            are_told(&problems, "query")?;
        }
    }

    #[test]
    fn any_file_is_read_to_its_end_or_refused_by_line(lists in prop::collection::vec((select(&["customers", "cards", "payment_intents", "payments", "refunds", "disputes", "payouts", "range", "others"][..]), prop::collection::vec(value(), 0..3)), 0..5), cut in prop::option::weighted(0.3, any::<Index>()), bytes in prop::option::weighted(0.2, any::<Vec<u8>>())) {
        let lists: Map<String, Value> = lists.into_iter().map(|(name, items)| (name.to_owned(), Value::from(items))).collect();
        let mut file = bytes.unwrap_or_else(|| Value::Object(lists).to_string().into_bytes());
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len() + 1));
        }
        let held = survey(&file[..]);
        for kind in KINDS {
            let mut rows = 0;
            let mut each = |place: u64, value: Value| {
                rows += 1;
                for row in rows_of(*kind, value, place_of(*kind, place), &mut BTreeSet::new()) {
                    assert!(row.read.is_ok() || row.at.starts_with(&place_of(*kind, place)), "{}", row.at);
                }
                true
            };
            let read = each_row(&file[..], *kind, &mut each);
            prop_assert_eq!(read.is_ok(), held.is_ok());
            if let Ok(held) = &held {
                prop_assert_eq!(held.rows.get(kind).copied().unwrap_or_default(), rows);
            }
        }
        if let Err(bad) = held {
            prop_assert!(!bad.reason.is_empty());
        }
    }
}

/// A client is known by what it says of itself, whatever that is.
#[test]
fn any_agent_is_one() {
    for agent in [None, Some(""), Some("libstancer-php/2.1.2"), Some("\u{fffd}")] {
        let view = View::new(ApiVersion::V1, false, agent, Arc::from("https://pay.example"));
        assert_eq!(view.body(&json!({ "id": 1 })), json!({ "id": 1, "live_mode": false }));
    }
}

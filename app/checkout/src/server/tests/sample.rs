//! A payment as the engine hands it to the page, made by hand.

use engine::{Page, Step};
use model::time::Timestamp;

pub const INTENT: &str = "pi_7IpYDvTDB0cfsz4mAAAAAAAA";
pub const PAYMENT: &str = "paym_7IpYDvTDB0cfsz4mAAAAAAAA";
/// 22 November 2026, 13:04 in Paris.
pub const NOW: i64 = 1_795_349_040_000;

pub fn page(step: Step) -> Page {
    let read = "hand-made rows are complete";
    let sent = !matches!(step, Step::Form { .. } | Step::Expired | Step::Cancelled);
    let payment = if step == Step::Done {
        PAYMENT_ROW.replace(r#""BEGUN""#, r#""AUTHORISED""#).replace(r#""authorised_at": null"#, r#""authorised_at": 1795349040000"#)
    } else {
        PAYMENT_ROW.to_owned()
    };
    Page {
        account: serde_json::from_str(ACCOUNT).expect(read),
        intent: serde_json::from_str(INTENT_ROW).expect(read),
        payment: sent.then(|| serde_json::from_str(&payment).expect(read)),
        card: sent.then(|| serde_json::from_str(CARD).expect(read)),
        step,
        now: Timestamp::from_millis(NOW),
    }
}

pub fn form() -> Step {
    Step::Form { refused: None, failed_auth: false, tries_left: 4 }
}

const ACCOUNT: &str = r##"{
    "id": "acct_7IpYDvTDB0cfsz4mAAAAAAAA", "version": 1, "created": 1795349040000, "name": "Maison Lefèvre", "time_zone": "Europe/Paris",
    "currency": "eur", "locale": "en", "brand_color": "#7a2e1f", "support_email": "bonjour@maison-lefevre.example", "clock_offset": 0
}"##;

const INTENT_ROW: &str = r#"{
    "id": "pi_7IpYDvTDB0cfsz4mAAAAAAAA", "account": "acct_7IpYDvTDB0cfsz4mAAAAAAAA", "environment": "sandbox", "version": 1,
    "created": 1795349040000, "shop": "shop_7IpYDvTDB0cfsz4mAAAAAAAA", "created_by": "demo", "origin": "api", "implicit": false,
    "kind": "payment", "purpose": "debit", "amount": 12990, "currency": "eur", "amount_due": 12990, "manual_validation": false, "threeds": "required",
    "description": "Hand-thrown teapot, celadon, with four tasting cups", "order_id": "2026-1187", "unique_id": null, "customer": null,
    "card": null, "methods_allowed": "card", "metadata": null, "return_url": "https://maison-lefevre.example/orders/1187",
    "date_settlement": null, "expires_at": 1795435440000, "status": "require_payment_method", "order_status": "UNPAID",
    "order_cycle": "OPEN", "shown": "awaiting", "shown_at": null, "payment": null, "holder": null, "tries": 0, "authorised": 0,
    "captured": 0, "refunded": 0, "payer_name": null, "payer_email": null, "method": null, "brand": null, "last4": null,
    "response": null, "cancelled": null, "fixed": null
}"#;

const PAYMENT_ROW: &str = r#"{
    "id": "paym_7IpYDvTDB0cfsz4mAAAAAAAA", "account": "acct_7IpYDvTDB0cfsz4mAAAAAAAA", "environment": "sandbox", "version": 1,
    "created": 1795349040000, "intent": "pi_7IpYDvTDB0cfsz4mAAAAAAAA", "shop": "shop_7IpYDvTDB0cfsz4mAAAAAAAA", "created_by": "payer",
    "origin": "checkout", "placeholder": false, "purpose": "debit", "method": "card", "card": null, "customer": null, "amount": 12990,
    "currency": "eur", "authorised_amount": 12990, "captured_amount": 0, "refunded_amount": 0, "disputed_amount": 0, "fee": 0,
    "state": "BEGUN", "ended_because": null, "held_until": null, "cancel_requested": false, "open_operation": null, "auth": null,
    "auth_operation": null, "auth_until": null, "auth_return_url": null, "authorisation": null, "authorisation_code": null,
    "authorised_at": null, "authorised_until": null, "network_reference": null, "response": null, "response_author": null,
    "manual_validation": false, "date_settlement": null, "capture_date": null, "remitted_at": null, "captured_at": null,
    "dispute_at": null, "available_at": null, "available": false, "description": null, "order_id": null, "unique_id": null,
    "methods_allowed": null, "return_url": null, "device": null
}"#;

const CARD: &str = r#"{
    "id": "card_7IpYDvTDB0cfsz4mAAAAAAAA", "account": "acct_7IpYDvTDB0cfsz4mAAAAAAAA", "environment": "sandbox", "version": 1,
    "created": 1795349040000, "customer": null, "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034, "name": "Test Card",
    "zip_code": null, "external_id": null, "country": null, "funding": null, "nature": null, "network": null,
    "preferred_network": null, "tokenize": false, "fingerprint": "", "sealed": null, "deleted": null
}"#;

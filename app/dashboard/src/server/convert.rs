//! From what the engine knows to what the pages are told.

use engine::rows::PaymentIntent;

use crate::payments::data::Row;

pub fn row(intent: PaymentIntent) -> Row {
    Row {
        id: intent.id.to_string(),
        created: intent.created,
        reference: intent.order_id,
        name: intent.payer_name,
        email: intent.payer_email,
        purpose: intent.purpose,
        method: intent.method,
        brand: intent.brand,
        last4: intent.last4,
        shown: intent.shown,
        shown_at: intent.shown_at,
        response: intent.response,
        amount: intent.amount,
        amount_due: intent.amount_due,
        currency: intent.currency,
        authorised: intent.authorised,
        captured: intent.captured,
        refunded: intent.refunded,
    }
}

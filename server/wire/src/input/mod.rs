//! Requests into the engine's drafts. Each file holds the parser of a body and, for the OpenAPI document, its schema.

mod card;
mod customer;
mod intent;
mod money;
mod payment;
mod refund;
mod sandbox;

pub use card::{CardIn, CardPatch, card_change, card_draft};
pub use customer::{CustomerIn, customer_change, customer_draft};
pub use intent::{PaymentIntentCreate, PaymentIntentUpdate, intent_change, intent_draft};
pub use money::CaptureIn;
pub use money::captured_amount;
pub use payment::{AuthIn, DeviceIn, PaymentIn, PaymentUpdate, payment_change, payment_draft};
pub use refund::{RefundCreate, RefundOfIntent, RefundOfPayment, Refunding, refund_draft, refund_of_intent, refund_of_payment};
pub use sandbox::{ClockIn, advance};

use validation::name::{self as names, NameError};

use crate::Reader;

/// Who holds the card, or who the customer is. A card's number in the wrong field is refused, so that it isn't kept in clear.
fn name(r: &mut Reader<'_>) -> Option<String> {
    let text = r.text("name", names::MIN_LENGTH, names::MAX_LENGTH)?;
    match names::check(&text) {
        Err(problem @ NameError::CardNumber) => {
            r.problem("name", "value_error", problem.to_string());
            None
        }
        _ => Some(text),
    }
}

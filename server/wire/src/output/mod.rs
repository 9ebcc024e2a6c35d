//! Rows as the API shows them. The structs are the OpenAPI document's schemas too.
//!
//! Times are seconds since 1970 in both versions, days are `YYYY-MM-DD`. What Guichet adds to an object stands under one key.

mod event;
mod intent;
mod list;
mod object;
mod payment;
mod sandbox;
pub mod words;

pub use event::{EventOut, event};
pub use intent::{OrderOut, PaymentIntentOut, intent};
pub use list::{CardList, CustomerList, DisputeList, EventList, PaymentIntentList, PaymentList, RangeOut, RefundList, range};
pub use object::{CardOut, CustomerOut, DisputeOut, RefundLifecycleOut, RefundOut, card, customer, dispute, refund};
pub use payment::{AuthOut, DeviceOut, LifecycleOut, Linked, PaymentOut, payment};
pub use sandbox::{AdvancedOut, ClockOut, PingOut, advanced, clock};

//! Times, days, ids and languages as they stand in addresses, bodies and headers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::id::{CardId, CustomerId, DisputeId, Id, PaymentId, PaymentIntentId, RefundId, ShopId, UserId};
use model::locale::Locale;
use model::time::{Date, Timestamp};

fuzz_target!(|text: &str| {
    if let Ok(at) = Timestamp::parse_rfc3339(text) {
        assert_eq!(Timestamp::parse_rfc3339(&at.to_rfc3339()), Ok(at));
    }
    if let Ok(day) = text.parse::<Date>() {
        assert_eq!(day.to_string().parse::<Date>(), Ok(day));
        assert!(day.plus_days(1) >= day && day.plus_months(1) >= day);
    }
    says_itself::<PaymentId>(text);
    says_itself::<PaymentIntentId>(text);
    says_itself::<CardId>(text);
    says_itself::<CustomerId>(text);
    says_itself::<RefundId>(text);
    says_itself::<DisputeId>(text);
    says_itself::<ShopId>(text);
    says_itself::<UserId>(text);
    let _ = Locale::from_accept_language(text);
});

fn says_itself<T: Id>(text: &str) {
    if let Ok(id) = text.parse::<T>() {
        assert_eq!(id.to_string(), text);
    }
}

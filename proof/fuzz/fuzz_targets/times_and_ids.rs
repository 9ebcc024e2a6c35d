//! Times, days, ids and languages as they stand in addresses, bodies and headers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::id::{CardId, CustomerId, PaymentId, PaymentIntentId};
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
    if let Ok(id) = text.parse::<PaymentId>() {
        assert_eq!(id.to_string(), text);
    }
    let _ = (text.parse::<PaymentIntentId>(), text.parse::<CardId>(), text.parse::<CustomerId>());
    let _ = Locale::from_accept_language(text);
});

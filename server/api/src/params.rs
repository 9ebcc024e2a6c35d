//! The parameters of lists, for the document. They are read by `wire::query`.

use utoipa::IntoParams;
use wire::output::words;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what wire::query reads")]
pub(crate) struct Paging {
    /// Position of the first object, up to 10000; `cursor` goes further.
    #[param(minimum = 0, maximum = 10_000, default = 0)]
    start: Option<i64>,
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// `range.cursor` of the page before.
    cursor: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what wire::query reads")]
pub(crate) struct Sorting {
    /// Made at this time or later: seconds since 1970, or RFC 3339.
    created: Option<String>,
    /// v2 begins with the newest, v1 with the oldest.
    #[param(schema_with = words::order)]
    order: Option<String>,
}

macro_rules! filters {
    ($($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident,)* })*) => {
        $(
            #[derive(IntoParams)]
            #[into_params(parameter_in = Query)]
            #[expect(dead_code, reason = "describes what wire::query reads")]
            pub(crate) struct $name { $($(#[$about])* $field: Option<String>,)* }
        )*
    };
}

filters! {
    CustomerFilters { external_id, email, name, country, legal_id, }
    CardFilters { customer, external_id, }
    IntentFilters {
        order_id, unique_id, card, sepa, customer,
        /// What it is sorted by; `due` is the day of settlement.
        #[param(schema_with = words::intent_fields)]
        field,
    }
    PaymentFilters {
        order_id, unique_id, card, sepa, payout, customer, payment_intent,
        /// Captured at this time or later: seconds since 1970, or RFC 3339.
        paid,
        /// What it is sorted by.
        #[param(schema_with = words::payment_fields)]
        field,
    }
    RefundFilters { payment, payment_intent, unique_id, }
    DisputeFilters { payment, }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what wire::query reads")]
pub(crate) struct EventFilters {
    /// The id of any object.
    object: Option<String>,
    /// `payment.captured` and the like.
    #[param(rename = "type")]
    kind: Option<String>,
}

//! Customers: everything is optional.

use engine::{CustomerChange, CustomerDraft};
use serde::Serialize;
use utoipa::ToSchema;
use validation::{country, email, phone};

use super::name;
use crate::Reader;
use crate::output::words;

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerIn {
    #[schema(min_length = 3, max_length = 64, example = "Jane Doe")]
    pub name: Option<String>,
    #[schema(max_length = 64, format = "email", example = "jane@example.com")]
    pub email: Option<String>,
    #[schema(min_length = 4, max_length = 16, example = "+33639980102")]
    pub mobile: Option<String>,
    #[schema(format = "date")]
    pub date_birth: Option<String>,
    /// SIREN, CBE, KVK or the like.
    #[schema(max_length = 16)]
    pub legal_id: Option<String>,
    /// Two letters, ISO 3166-1.
    #[schema(min_length = 2, max_length = 2, example = "FR")]
    pub country: Option<String>,
    /// Your own reference; unique. The same data again answers the existing customer, other data is a 409.
    #[schema(min_length = 1, max_length = 36)]
    pub external_id: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub billing_address: Option<String>,
    #[schema(schema_with = words::unavailable)]
    pub shipping_address: Option<String>,
}

fn mail(r: &mut Reader<'_>) -> Option<String> {
    r.checked("email", 64, email::check)
}

fn mobile(r: &mut Reader<'_>) -> Option<String> {
    r.checked("mobile", 32, phone::check)
}

fn land(r: &mut Reader<'_>) -> Option<String> {
    r.checked("country", 2, |text| country::check(text).map(str::to_owned))
}

/// There are no addresses yet, so none can be named.
pub(super) fn addresses(r: &mut Reader<'_>) {
    for key in ["billing_address", "shipping_address"] {
        if r.take(key).is_some() {
            r.problem(key, "value_error", "Addresses are not available yet");
        }
    }
}

pub fn customer_draft(r: &mut Reader<'_>) -> Option<CustomerDraft> {
    addresses(r);
    Some(CustomerDraft {
        name: name(r),
        email: mail(r),
        mobile: mobile(r),
        date_birth: r.date("date_birth"),
        legal_id: r.text("legal_id", 1, 16),
        country: land(r),
        external_id: r.text("external_id", 1, 36),
    })
}

pub fn customer_change(r: &mut Reader<'_>) -> Option<CustomerChange> {
    addresses(r);
    Some(CustomerChange {
        name: r.patch("name", name),
        email: r.patch("email", mail),
        mobile: r.patch("mobile", mobile),
        date_birth: r.patch("date_birth", |r| r.date("date_birth")),
        legal_id: r.patch("legal_id", |r| r.text("legal_id", 1, 16)),
        country: r.patch("country", land),
        external_id: r.patch("external_id", |r| r.text("external_id", 1, 36)),
    })
}

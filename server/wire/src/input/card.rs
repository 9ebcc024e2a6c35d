//! Cards. The number goes from here to the vault and nowhere else; the security code is checked and dropped, or used once.

use engine::{CardChange, CardDraft};
use secrecy::SecretString;
use serde::Serialize;
use utoipa::ToSchema;
use validation::{card, cvc};

use super::name;
use crate::Reader;
use crate::output::words::{self, NETWORKS};

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardIn {
    #[schema(min_length = 13, max_length = 19, example = "4242424242424242")]
    pub number: String,
    #[schema(minimum = 1, maximum = 12)]
    pub exp_month: i64,
    #[schema(minimum = 2019, maximum = 2099)]
    pub exp_year: i64,
    /// Never stored.
    #[schema(min_length = 3, max_length = 4, example = "123")]
    pub cvc: Option<String>,
    #[schema(min_length = 3, max_length = 64)]
    pub name: Option<String>,
    #[schema(min_length = 1, max_length = 36)]
    pub external_id: Option<String>,
    #[schema(min_length = 2, max_length = 16)]
    pub zip_code: Option<String>,
    #[schema(pattern = "^cust_[a-zA-Z0-9]{24}$")]
    pub customer: Option<String>,
    /// Whether the card may be used again.
    #[schema(default = true)]
    pub tokenize: Option<bool>,
    #[schema(schema_with = words::network)]
    pub preferred_network: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardPatch {
    #[schema(minimum = 1, maximum = 12)]
    pub exp_month: Option<i64>,
    #[schema(minimum = 2019, maximum = 2099)]
    pub exp_year: Option<i64>,
    #[schema(min_length = 1, max_length = 36)]
    pub external_id: Option<String>,
    #[schema(min_length = 2, max_length = 16)]
    pub zip_code: Option<String>,
    #[schema(min_length = 3, max_length = 64)]
    pub name: Option<String>,
    #[schema(pattern = "^cust_[a-zA-Z0-9]{24}$")]
    pub customer: Option<String>,
}

fn month(r: &mut Reader<'_>) -> Option<i64> {
    r.integer("exp_month", 1, 12)
}

fn year(r: &mut Reader<'_>) -> Option<i64> {
    r.integer("exp_year", 2019, 2099)
}

fn zip_code(r: &mut Reader<'_>) -> Option<String> {
    r.text("zip_code", 2, 16)
}

pub fn card_draft(r: &mut Reader<'_>) -> Option<CardDraft> {
    let number = r.required("number", |r| r.checked("number", 40, |text| card::check(text).map(|brand| (card::digits_only(text), brand))));
    let brand = number.as_ref().map(|(_, brand)| *brand);
    let exp_month = r.required("exp_month", month);
    let exp_year = r.required("exp_year", year);
    let cvc = r.checked("cvc", 4, |text| cvc::check(text, brand).map(|()| SecretString::from(text.trim())));
    let name = name(r);
    let external_id = r.text("external_id", 1, 36);
    let zip_code = zip_code(r);
    let customer = r.id("customer");
    let tokenize = r.flag("tokenize").unwrap_or(true);
    let preferred_network = r.checked("preferred_network", 16, |text| {
        let known = NETWORKS.iter().find(|network| **network == text);
        known.map(|network| (*network).to_owned()).ok_or_else(|| format!("Input should be one of {}", NETWORKS.join(", ")))
    });
    Some(CardDraft {
        number: SecretString::from(number?.0),
        exp_month: exp_month?,
        exp_year: exp_year?,
        cvc,
        name,
        external_id,
        zip_code,
        customer,
        tokenize,
        preferred_network,
    })
}

pub fn card_change(r: &mut Reader<'_>) -> Option<CardChange> {
    Some(CardChange {
        exp_month: month(r),
        exp_year: year(r),
        external_id: r.patch("external_id", |r| r.text("external_id", 1, 36)),
        zip_code: r.patch("zip_code", zip_code),
        name: r.patch("name", name),
        customer: r.patch("customer", |r| r.id("customer")),
    })
}

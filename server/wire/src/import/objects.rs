//! Customers, cards, refunds, disputes and payouts of a file.

use engine::{CardRecord, CustomerRecord, DisputeRecord, PayoutRecord, Record, RefundRecord, Wrong};
use model::lifecycle::DisputeStatus;
use secrecy::SecretString;
use serde_json::Value;

use super::fields::{Fields, Read, required};

/// A record, and what is to be said of how it was read.
pub(super) type Understood = Read<(Record, Option<Wrong>)>;

const SKIPPED: &[&str] = &["live_mode", "object", "billing_address", "shipping_address"];

pub(super) fn customer(f: &mut Fields) -> Understood {
    f.skip(SKIPPED);
    let record = CustomerRecord {
        id: f.id()?,
        created: required("created", f.time("created")?)?,
        deleted: f.flag("deleted")?.unwrap_or(false),
        name: f.name("name")?,
        email: f.text("email", 64)?,
        mobile: f.text("mobile", 16)?,
        date_birth: f.date("date_birth")?,
        legal_id: f.text("legal_id", 16)?,
        country: f.country("country")?,
        external_id: f.text("external_id", 36)?,
    };
    Ok((Record::Customer(record), None))
}

pub(super) fn card(f: &mut Fields) -> Understood {
    f.skip(SKIPPED);
    // checked by nobody, kept by nobody
    f.skip(&["cvc"]);
    let number = f.text("number", 40)?.map(SecretString::from);
    let brand = f.text("brand", 32)?;
    let last4 = f.text("last4", 4)?;
    if last4.as_ref().is_some_and(|last4| last4.len() != 4 || !last4.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Wrong::new("last4", "is not four digits"));
    }
    // Stancer's first version spells it so
    let nature = f.text("nature", 16)?.map(|nature| if nature == "personnal" { "personal".to_owned() } else { nature });
    let record = CardRecord {
        id: f.id()?,
        created: required("created", f.time("created")?)?,
        deleted: f.flag("deleted")?.unwrap_or(false),
        customer: f.linked("customer")?,
        brand: if number.is_some() { brand } else { Some(required("brand", brand)?) },
        last4: if number.is_some() { last4 } else { Some(required("last4", last4)?) },
        exp_month: required("exp_month", f.integer("exp_month", 1, 12)?)?,
        exp_year: required("exp_year", f.integer("exp_year", 2000, 2099)?)?,
        name: f.name("name")?,
        zip_code: f.text("zip_code", 16)?,
        external_id: f.text("external_id", 36)?,
        country: f.country("country")?,
        funding: f.text("funding", 16)?,
        nature,
        network: f.text("network", 16)?,
        preferred_network: f.text("preferred_network", 16)?,
        tokenize: f.flag("tokenize")?.unwrap_or(true),
        number,
    };
    Ok((Record::Card(record), None))
}

pub(super) fn refund(f: &mut Fields) -> Understood {
    f.skip(SKIPPED);
    f.skip(&["payment_intent"]);
    let mut more = f.object("lifecycle")?.unwrap_or_else(|| Fields(serde_json::Map::new()));
    let amount = required("amount", f.amount("amount")?)?;
    if amount == 0 {
        return Err(Wrong::new("amount", "is 0"));
    }
    let record = RefundRecord {
        id: f.id()?,
        created: required("created", f.time("created")?)?,
        payment: required("payment", f.linked("payment")?)?,
        amount,
        currency: f.currency("currency")?,
        status: required("status", f.word("status")?)?,
        reason: more.text("reason", 255)?,
        unique_id: more.text("unique_id", 36)?,
        date_refund: f.time("date_refund")?,
        date_bank: f.time("date_bank")?,
        payout: f.linked("payout")?,
    };
    Ok((Record::Refund(record), None))
}

pub(super) fn dispute(f: &mut Fields) -> Understood {
    f.skip(SKIPPED);
    f.skip(&["payment_intent", "order_id", "lifecycle"]);
    let amount = required("amount", f.amount("amount")?)?;
    if amount == 0 {
        return Err(Wrong::new("amount", "is 0"));
    }
    let status = f.word("status")?;
    let unsaid = status.is_none().then(|| Wrong::new("status", "is missing: kept as not_contestable, for nothing can be answered here"));
    let record = DisputeRecord {
        id: f.id()?,
        created: required("created", f.time("created")?)?,
        payment: required("payment", f.linked("payment")?)?,
        amount,
        currency: f.currency("currency")?,
        fee: f.amount("fee")?.unwrap_or(0),
        status: status.unwrap_or(DisputeStatus::NotContestable),
        response: f.text("response", 64)?.unwrap_or_default(),
        kind: f.text("type", 64)?.unwrap_or_default(),
        date_bank: f.time("date_bank")?,
        payout: f.linked("payout")?,
    };
    Ok((Record::Dispute(record), unsaid))
}

pub(super) fn payout(f: &mut Fields) -> Understood {
    f.skip(SKIPPED);
    let mut sum = |key: &str| part(f, key);
    let (payments, refunds, disputes) = (sum("payments")?, sum("refunds")?, sum("disputes")?);
    let (fees, fees_vat) = (f.amount("fees")?.unwrap_or(0), f.amount("fees_vat")?.unwrap_or(0));
    let amount = f.amount("amount")?.unwrap_or(payments - refunds - disputes - fees - fees_vat);
    let reference = [f.text("reference", 255)?, f.text("statement_description", 255)?, f.text("description", 255)?];
    let (created, date_paym) = (f.time("created")?, f.time("date_paym")?);
    let day = f.time("date")?;
    let date_bank = f.time("date_bank")?;
    let date = day.or(date_paym);
    let record = PayoutRecord {
        id: f.id()?,
        // one version of the API says only the day
        created: required("created", created.or(date).or(date_bank))?,
        amount,
        currency: required("currency", f.currency("currency")?)?,
        status: required("status", f.word("status")?)?,
        reference: reference.into_iter().flatten().next(),
        payments,
        refunds,
        disputes,
        fees,
        fees_vat,
        date: date.map(|at| model::time::Date::from_epoch_days(at.as_unix_seconds().div_euclid(86_400))),
        date_bank,
    };
    Ok((Record::Payout(record), None))
}

/// `{"amount": …}`, a number, or a list of what it holds, whose sum is not said.
fn part(f: &mut Fields, key: &str) -> Read<i64> {
    match f.0.get(key) {
        Some(Value::Object(_)) => {
            let mut of = f.object(key)?.unwrap_or_else(|| Fields(serde_json::Map::new()));
            let amount = of.amount("amount").map_err(|wrong| Wrong::new(format!("{key}.amount"), wrong.reason))?;
            Ok(amount.unwrap_or(0))
        }
        Some(Value::Array(_)) => {
            f.skip(&[key]);
            Ok(0)
        }
        _ => Ok(f.amount(key)?.unwrap_or(0)),
    }
}

//! Customers, cards and payouts: what belongs to no order.

use model::error::Refused;
use model::id::{CardId, CustomerId};
use store::Tx;
use store::rows::{Card, Customer, Payout, Scope};

use super::ORIGIN;
use super::records::{CardRecord, CustomerRecord, PayoutRecord, Wrong};
use super::rows::SealedCard;
use crate::by::By;
use crate::{Engine, events};

/// What a row leads to besides itself: something worth saying about it.
pub(super) type Written = store::Result<Option<Wrong>>;

pub(super) async fn customer(engine: &Engine, tx: &mut Tx, by: &mut By, record: &CustomerRecord) -> Written {
    let scope = by.caller.scope;
    let mut row = Customer {
        id: record.id,
        account: scope.account,
        environment: scope.environment,
        version: 1,
        created: record.created,
        name: record.name.clone(),
        email: record.email.clone(),
        mobile: record.mobile.clone(),
        date_birth: record.date_birth,
        legal_id: record.legal_id.clone(),
        country: record.country.clone(),
        external_id: record.external_id.clone(),
        fingerprint: String::new(),
        deleted: record.deleted.then_some(by.now),
    };
    row.fingerprint = engine.print_of(&crate::customers::draft_of(&row));
    store::insert(tx, &row).await?;
    events::record(tx, by, &row, "customer.imported").await?;
    Ok(None)
}

pub(super) async fn card(engine: &Engine, tx: &mut Tx, by: &mut By, record: &CardRecord, sealed: Option<&SealedCard>) -> Written {
    let scope = by.caller.scope;
    known_customer(tx, scope, record.customer).await?;
    let brand = told("brand", record.brand.as_ref(), sealed.map(|card| &card.brand))?;
    let last4 = told("last4", record.last4.as_ref(), sealed.map(|card| &card.last4))?;
    // without a number nothing says that two cards are one
    let unlike = || hex::encode(engine.0.vault.mac("card without number", record.id.to_string().as_bytes()));
    let row = Card {
        id: record.id,
        account: scope.account,
        environment: scope.environment,
        version: 1,
        created: record.created,
        customer: record.customer,
        brand,
        last4,
        exp_month: record.exp_month,
        exp_year: record.exp_year,
        name: record.name.clone(),
        zip_code: record.zip_code.clone(),
        external_id: record.external_id.clone(),
        country: record.country.clone(),
        funding: record.funding.clone(),
        nature: record.nature.clone(),
        network: record.network.clone(),
        preferred_network: record.preferred_network.clone(),
        tokenize: record.tokenize,
        fingerprint: sealed.map_or_else(unlike, |card| card.fingerprint.clone()),
        sealed: sealed.filter(|_| !record.deleted).map(|card| card.sealed.clone()),
        deleted: record.deleted.then_some(by.now),
    };
    store::insert(tx, &row).await?;
    events::record(tx, by, &row, "card.imported").await?;
    Ok(None)
}

/// What the file says beside what the number says.
fn told(field: &str, given: Option<&String>, known: Option<&String>) -> Result<String, Refused> {
    match (given, known) {
        (Some(given), Some(known)) if field == "last4" && given != known => {
            Err(Refused::invalid(field, "is not the end of the card's number"))
        }
        (Some(given), _) => Ok(given.clone()),
        (None, Some(known)) => Ok(known.clone()),
        (None, None) => Err(Refused::missing(field)),
    }
}

pub(super) async fn payout(tx: &mut Tx, by: &mut By, record: &PayoutRecord) -> Written {
    let scope = by.caller.scope;
    let row = Payout {
        id: record.id,
        account: scope.account,
        environment: scope.environment,
        version: 1,
        created: record.created,
        origin: ORIGIN.to_owned(),
        amount: record.amount,
        currency: record.currency,
        status: record.status,
        reference: record.reference.clone(),
        payments: record.payments,
        refunds: record.refunds,
        disputes: record.disputes,
        fees: record.fees,
        fees_vat: record.fees_vat,
        date: record.date,
        date_bank: record.date_bank,
    };
    store::insert(tx, &row).await?;
    events::record(tx, by, &row, "payout.imported").await?;
    Ok(None)
}

/// A customer that a row names, deleted ones too.
pub(super) async fn known_customer(tx: &mut Tx, scope: Scope, id: Option<CustomerId>) -> store::Result<Option<Customer>> {
    let Some(id) = id else { return Ok(None) };
    let found = store::get::<Customer>(tx, scope, id).await?;
    found.map(Some).ok_or_else(|| missing("customer", id).into())
}

/// A card that a row names, deleted ones too.
pub(super) async fn known_card(tx: &mut Tx, scope: Scope, id: Option<CardId>) -> store::Result<Option<Card>> {
    let Some(id) = id else { return Ok(None) };
    let found = store::get::<Card>(tx, scope, id).await?;
    found.map(Some).ok_or_else(|| missing("card", id).into())
}

/// 422 for a row that is named and not there.
pub(super) fn missing(field: &str, id: impl std::fmt::Display) -> Refused {
    Refused::invalid(field, format!("{id} is neither in the file nor in this account, or was refused itself"))
}

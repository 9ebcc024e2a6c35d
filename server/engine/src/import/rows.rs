//! One row: whether it is here already, whether it can go in, and what is written with it.

use model::error::Refused;
use model::time::Timestamp;
use secrecy::ExposeSecret;
use store::rows::{Card, Customer, Dispute, ImportedRow, Payment, PaymentIntent, Payout, Refund};
use store::{Tx, imports};
use vault::CardNumber;

use super::records::{FileRow, Record, RowKind, Wrong};
use super::report::Outcome;
use super::{objects, orders};
use crate::Engine;
use crate::by::By;
use crate::masking;

/// 2000-01-01: nobody's payments are older than the shapes they come in.
const EARLIEST: Timestamp = Timestamp::from_unix_seconds(946_684_800);
/// Two machines' clocks may disagree by this much, in milliseconds.
const SKEW_MS: i64 = 5 * 60 * 1000;

/// A row whose card number, if it has one, is sealed.
pub(super) struct Ready {
    pub(super) row: FileRow,
    pub(super) card: Option<SealedCard>,
    digest: String,
}

pub(super) struct SealedCard {
    pub(super) sealed: String,
    pub(super) fingerprint: String,
    pub(super) brand: String,
    pub(super) last4: String,
}

impl Wrong {
    fn of(refused: Refused) -> Self {
        Self { field: refused.field.unwrap_or_default(), reason: refused.message }
    }
}

/// Seals what must not be kept in clear; nothing is written.
pub(super) fn prepare(engine: &Engine, by: &By, mut row: FileRow) -> Ready {
    let mut card = None;
    if let Ok(record) = &row.read
        && let Record::Card(read) = record.as_ref()
        && let Some(number) = &read.number
    {
        match seal(engine, by, &read.id.to_string(), number.expose_secret()) {
            Ok(sealed) => card = Some(sealed),
            Err(wrong) => row.read = Err(wrong),
        }
    }
    let understood = row.read.as_ref().ok().and_then(|record| serde_json::to_vec(record).ok()).unwrap_or_default();
    let fingerprint = card.as_ref().map_or("", |card| card.fingerprint.as_str());
    let digest = hex::encode(engine.0.vault.mac("import", &[&understood, fingerprint.as_bytes()].concat()));
    Ready { row, card, digest }
}

fn seal(engine: &Engine, by: &By, place: &str, number: &str) -> Result<SealedCard, Wrong> {
    let number = CardNumber::parse(number).map_err(|problem| Wrong::new("number", problem.to_string()))?;
    let draw = engine.0.draw.clone();
    let sealed = engine.0.vault.seal(&number, place, &mut |bytes| draw.fill(bytes)).map_err(|error| {
        tracing::error!(%error, "a card can't be sealed");
        Wrong::new("number", "the number can't be sealed")
    })?;
    Ok(SealedCard {
        sealed: sealed.as_str().to_owned(),
        fingerprint: engine.0.vault.fingerprint(&crate::cards::vault_scope(by.caller.scope), &number),
        brand: number.brand().map(|brand| brand.code().to_owned()).unwrap_or_default(),
        last4: number.last4().to_owned(),
    })
}

/// Puts a row in, if it can be. What refuses it refuses it before anything of it is written.
pub(super) async fn go_in(engine: &Engine, tx: &mut Tx, by: &mut By, ready: &Ready) -> store::Result<Outcome> {
    let record = match &ready.row.read {
        Ok(record) => record.as_ref(),
        Err(wrong) => return Ok(Outcome::Refused(wrong.clone())),
    };
    if let Some(outcome) = already(tx, by, ready).await? {
        return Ok(outcome);
    }
    if let Err(wrong) = in_time(created(record), by) {
        return Ok(Outcome::Refused(wrong));
    }
    let written = match record {
        Record::Customer(customer) => objects::customer(engine, tx, by, customer).await,
        Record::Card(card) => objects::card(engine, tx, by, card, ready.card.as_ref()).await,
        Record::Payout(payout) => objects::payout(tx, by, payout).await,
        Record::Intent(intent) => orders::intent(tx, by, intent).await,
        Record::Payment(payment) => orders::payment(tx, by, payment).await,
        Record::Refund(refund) => orders::refund(tx, by, refund).await,
        Record::Dispute(dispute) => orders::dispute(tx, by, dispute).await,
    };
    match written {
        Ok(note) => {
            keep(tx, by, ready).await?;
            Ok(note.or_else(|| ready.row.note.clone()).map_or(Outcome::Imported, Outcome::Noted))
        }
        Err(store::Error::Refused(refused)) => Ok(Outcome::Refused(Wrong::of(*refused))),
        Err(other) => Err(other),
    }
}

async fn keep(tx: &mut Tx, by: &By, ready: &Ready) -> store::Result<()> {
    let row = ImportedRow {
        id: ready.row.id.clone(),
        account: by.caller.scope.account,
        environment: by.caller.scope.environment,
        kind: ready.row.kind.as_str().to_owned(),
        at: by.real,
        digest: ready.digest.clone(),
        source: masking::mask(ready.row.source.clone()),
    };
    store::insert(tx, &row).await
}

async fn already(tx: &mut Tx, by: &By, ready: &Ready) -> store::Result<Option<Outcome>> {
    let refuse = |reason: String| Ok(Some(Outcome::Refused(Wrong::new("id", reason))));
    let scope = by.caller.scope;
    match imports::imported(tx, &ready.row.id).await? {
        Some(here) if (here.account, here.environment) != (scope.account, scope.environment) => {
            refuse("belongs to another account or environment of this installation".to_owned())
        }
        Some(here) if here.digest == ready.digest => Ok(Some(Outcome::Unchanged)),
        Some(_) if ready.row.nested => Ok(Some(Outcome::Differs)),
        Some(here) => refuse(format!("was imported with other data on {}: it stays as it is", by.place.date(here.at))),
        None if is_taken(tx, ready.row.kind, &ready.row.id).await? => {
            refuse("is here already and was not imported: it stays as it is".to_owned())
        }
        None => Ok(None),
    }
}

async fn is_taken(tx: &mut Tx, kind: RowKind, id: &str) -> store::Result<bool> {
    match kind {
        RowKind::Customer => imports::is_taken::<Customer>(tx, id).await,
        RowKind::Card => imports::is_taken::<Card>(tx, id).await,
        RowKind::PaymentIntent => imports::is_taken::<PaymentIntent>(tx, id).await,
        RowKind::Payment => imports::is_taken::<Payment>(tx, id).await,
        RowKind::Refund => imports::is_taken::<Refund>(tx, id).await,
        RowKind::Dispute => imports::is_taken::<Dispute>(tx, id).await,
        RowKind::Payout => imports::is_taken::<Payout>(tx, id).await,
    }
}

const fn created(record: &Record) -> Timestamp {
    match record {
        Record::Customer(row) => row.created,
        Record::Card(row) => row.created,
        Record::Intent(row) => row.created,
        Record::Payment(row) => row.created,
        Record::Refund(row) => row.created,
        Record::Dispute(row) => row.created,
        Record::Payout(row) => row.created,
    }
}

fn in_time(created: Timestamp, by: &By) -> Result<(), Wrong> {
    if created < EARLIEST {
        return Err(Wrong::new("created", format!("{created} is before the year 2000")));
    }
    if created > by.now.plus_millis(SKEW_MS) {
        return Err(Wrong::new("created", format!("{created} is in the future")));
    }
    Ok(())
}

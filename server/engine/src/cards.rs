//! Cards: the number goes to the vault and is forgotten; a security code is checked and dropped.

use std::sync::Arc;

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::CardId;
use model::rights::{Environment, Right};
use secrecy::ExposeSecret;
use store::Tx;
use store::rows::{Card, Scope};
use validation::expiry::{self, Expiry};
use vault::{CardNumber, Cvc};

use crate::by::By;
use crate::caller::Caller;
use crate::customers::patch;
use crate::dossier::parse_id;
use crate::lists::{Filter, card_filter};
use crate::types::{ApiVersion, CardChange, CardDraft, ListQuery, Listed};
use crate::{Engine, audit, check, events};

type Change = Arc<dyn Fn(&mut Card, &By) + Send + Sync>;

/// A card that was checked: its row, and the code for the one payment it was typed for.
pub(crate) struct CheckedCard {
    pub(crate) row: Card,
    pub(crate) cvc: Option<Cvc>,
}

fn today(by: &By) -> Expiry {
    let date = by.place.date(by.now);
    Expiry { year: u16::try_from(date.year).unwrap_or(0), month: date.month }
}

fn expires(month: i64, year: i64, by: &By) -> Result<(), Refused> {
    let month = u8::try_from(month).unwrap_or(0);
    let year = u16::try_from(year).unwrap_or(0);
    let field = |problem: expiry::ExpiryError| if problem == expiry::ExpiryError::Month { "exp_month" } else { "exp_year" };
    expiry::check(month, year, today(by)).map(drop).map_err(|problem| Refused::invalid(field(problem), problem.to_string()))
}

impl Engine {
    /// Checks everything about a card and seals its number; nothing is written.
    pub(crate) fn check_card(&self, by: &mut By, draft: &CardDraft) -> Result<CheckedCard, Refused> {
        let number = CardNumber::parse(draft.number.expose_secret()).map_err(|problem| Refused::invalid("number", problem.to_string()))?;
        expires(draft.exp_month, draft.exp_year, by)?;
        let brand = number.brand();
        let cvc = match &draft.cvc {
            Some(text) => Some(Cvc::parse(text.expose_secret(), brand).map_err(|problem| Refused::invalid("cvc", problem.to_string()))?),
            None => None,
        };
        check::text("name", draft.name.as_ref(), 3, 64)?;
        check::text("external_id", draft.external_id.as_ref(), 1, 36)?;
        check::text("zip_code", draft.zip_code.as_ref(), 2, 16)?;
        let row = self.card_row(by, draft, &number)?;
        Ok(CheckedCard { row, cvc })
    }

    fn card_row(&self, by: &mut By, draft: &CardDraft, number: &CardNumber) -> Result<Card, Refused> {
        let scope = by.caller.scope;
        let id: CardId = by.mint();
        let facts = acquirer::describe(number.expose());
        let draw = self.0.draw.clone();
        let sealed = self.0.vault.seal(number, &id.to_string(), &mut |bytes| draw.fill(bytes)).map_err(|error| {
            tracing::error!(%error, "a card can't be sealed");
            Refused::of(Code::Internal)
        })?;
        // what the simulator knows of test numbers says nothing about real ones
        let known = scope.environment == Environment::Sandbox;
        let brand = number.brand().map(|brand| brand.code().to_owned()).unwrap_or_default();
        Ok(Card {
            id,
            account: scope.account,
            environment: scope.environment,
            version: 1,
            created: by.now,
            customer: draft.customer,
            brand,
            last4: number.last4().to_owned(),
            exp_month: draft.exp_month,
            exp_year: draft.exp_year,
            name: draft.name.clone(),
            zip_code: draft.zip_code.clone(),
            external_id: draft.external_id.clone(),
            country: facts.country.filter(|_| known).map(str::to_owned),
            funding: Some(facts.funding.as_str().to_owned()).filter(|_| known),
            nature: Some(facts.nature.as_str().to_owned()).filter(|_| known),
            network: Some(facts.network.as_str().to_owned()).filter(|_| known),
            preferred_network: draft.preferred_network.clone(),
            tokenize: draft.tokenize,
            fingerprint: self.0.vault.fingerprint(&vault_scope(scope), number),
            sealed: Some(sealed.as_str().to_owned()),
            deleted: None,
        })
    }

    /// # Errors
    /// 422 by field; in v1 409 with the existing id for a number that is there already.
    pub async fn create_card(&self, caller: &Caller, draft: CardDraft, version: ApiVersion) -> Result<Card, Refused> {
        caller.needs(Right::CustomerWrite)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let card = engine.check_card(&mut start.by(), &draft)?.row;
            let command = store::command(move |tx: &mut Tx| {
                let (start, card) = (start.clone(), card.clone());
                async move {
                    let mut by = start.by();
                    let _: CardId = by.mint();
                    insert_card(tx, &mut by, &card, version).await?;
                    audit::note_of_person(tx, &mut by, "card.created", Some(card.id.to_string()), None).await?;
                    by.keep_key(tx, &card.id.to_string()).await?;
                    Ok(card)
                }
                .boxed()
            });
            engine.commit(command).await
        })
        .await
    }

    /// # Errors
    /// 404 for what is unknown or deleted.
    pub async fn card(&self, caller: &Caller, id: &str) -> Result<Card, Refused> {
        caller.needs(Right::PaymentRead)?;
        let parsed: CardId = parse_id(id)?;
        let mut reader = self.0.store.read().await?;
        let card = store::get::<Card>(&mut reader, caller.scope, parsed).await?;
        card.filter(|card| card.deleted.is_none()).ok_or_else(|| Refused::not_found::<CardId>(id))
    }

    /// # Errors
    /// 404, 422 by field.
    pub async fn update_card(&self, caller: &Caller, id: &str, change: CardChange) -> Result<Card, Refused> {
        self.change_card(caller, parse_id(id)?, "card.updated", Arc::new(move |card, _| apply(card, &change))).await
    }

    /// Forgets the number for good.
    ///
    /// # Errors
    /// 404.
    pub async fn delete_card(&self, caller: &Caller, id: &str) -> Result<Card, Refused> {
        let forget = |card: &mut Card, by: &By| {
            card.deleted = Some(by.now);
            card.sealed = None;
        };
        self.change_card(caller, parse_id(id)?, "card.deleted", Arc::new(forget)).await
    }

    async fn change_card(&self, caller: &Caller, id: CardId, kind: &str, change: Change) -> Result<Card, Refused> {
        caller.needs(Right::CustomerWrite)?;
        let start = self.start(caller).await?;
        let (engine, kind) = (self.clone(), kind.to_owned());
        self.task(async move {
            let command = store::command(move |tx: &mut Tx| {
                let (start, change, kind) = (start.clone(), change.clone(), kind.clone());
                async move {
                    let mut by = start.by();
                    let scope = start.caller.scope;
                    let found = store::get::<Card>(tx, scope, id).await?.filter(|card| card.deleted.is_none());
                    let before = found.ok_or_else(|| Refused::not_found::<CardId>(&id.to_string()))?;
                    let mut after = before.clone();
                    change(&mut after, &by);
                    if (after.exp_month, after.exp_year) != (before.exp_month, before.exp_year) {
                        expires(after.exp_month, after.exp_year, &by)?;
                    }
                    check::text("name", after.name.as_ref(), 3, 64)?;
                    check::text("external_id", after.external_id.as_ref(), 1, 36)?;
                    check::text("zip_code", after.zip_code.as_ref(), 2, 16)?;
                    if let Some(customer) = after.customer.filter(|_| after.customer != before.customer) {
                        check::known_customer(tx, scope, customer).await?;
                    }
                    if after != before {
                        after.version += 1;
                        store::update(tx, &before, &after).await?;
                        events::record(tx, &mut by, &after, &kind).await?;
                        audit::note_change(tx, &mut by, &kind, after.id).await?;
                    }
                    by.keep_key(tx, &after.id.to_string()).await?;
                    Ok(after)
                }
                .boxed()
            });
            engine.commit(command).await
        })
        .await
    }

    /// # Errors
    /// 422 for a filter or a page that can't be.
    pub async fn cards(&self, caller: &Caller, query: ListQuery) -> Result<Listed<Card>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let filter = Filter { live_only: true, columns: card_filter };
        self.list(caller, &query, &filter).await
    }
}

fn apply(card: &mut Card, change: &CardChange) {
    card.exp_month = change.exp_month.unwrap_or(card.exp_month);
    card.exp_year = change.exp_year.unwrap_or(card.exp_year);
    patch(&mut card.external_id, change.external_id.clone());
    patch(&mut card.zip_code, change.zip_code.clone());
    patch(&mut card.name, change.name.clone());
    patch(&mut card.customer, change.customer);
}

/// Fingerprints of one account and environment say nothing in another.
pub(crate) fn vault_scope(scope: Scope) -> String {
    format!("{}/{}", scope.account, scope.environment)
}

/// Writes a checked card, with its event.
pub(crate) async fn insert_card(tx: &mut Tx, by: &mut By, card: &Card, version: ApiVersion) -> store::Result<()> {
    let scope = by.caller.scope;
    if let Some(customer) = card.customer {
        check::known_customer(tx, scope, customer).await?;
    }
    if version == ApiVersion::V1 && card.tokenize {
        store::alone(tx, scope, &format!("card {}", card.fingerprint)).await?;
        let same: Vec<Card> = store::all_where(tx, scope, "fingerprint", card.fingerprint.as_str()).await?;
        // another expiry date is another card: the bank replaced it
        let expiry = (card.exp_month, card.exp_year);
        let is_same = |same: &&Card| same.deleted.is_none() && same.tokenize && (same.exp_month, same.exp_year) == expiry;
        if let Some(same) = same.iter().find(is_same) {
            let text = "Card already exists, you may want to update it instead creating a new one";
            return Err(Refused::new(Code::AlreadyExists, text).existing(same.id).into());
        }
    }
    store::insert(tx, card).await?;
    events::record(tx, by, card, "card.created").await
}

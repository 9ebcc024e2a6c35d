//! The payer's page: what it shows, and the one thing a payer does. Whatever tabs, cards and late answers do, one order is paid once.

use std::str::FromStr;

use acquirer::Authentication;
use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{OperationId, PaymentId, PaymentIntentId};
use model::lifecycle::{AuthStatus, IntentStatus, OrderCycle, State};
use model::money::Money;
use model::rights::{Environment, Rights};
use store::Tx;
use store::rows::{Account, Card, Operation, Payment, PaymentIntent, Scope};

use crate::attempt::{Means, attempt, begin, use_card};
use crate::by::{By, Start};
use crate::caller::{Actor, Caller};
use crate::decide::Of;
use crate::dossier::{Dossier, Tracked, part};
use crate::import::is_history;
use crate::keys::KeyKind;
use crate::settle::after_authentication;
use crate::types::{CardDraft, CardForm, Device, Named, Page, PageRef, Step};
use crate::{Engine, cards, types::ApiVersion};

/// Where a payer goes after the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// To our own page.
    Page(PageRef),
    /// To the merchant's page, which asked for the authentication.
    Away(String),
}

/// A page's order, found by its address.
struct Found {
    intent: PaymentIntent,
    account: Account,
    caller: Caller,
}

impl Engine {
    /// What the page at this address shows now. Reads only.
    ///
    /// # Errors
    /// 404 for an address that is nobody's.
    pub async fn page(&self, at: &PageRef, request_id: Option<String>) -> Result<Page, Refused> {
        let found = self.find_page(at, request_id).await?;
        self.page_of(found).await
    }

    /// Pays by card. Where the order can't take an attempt now (paid, under way, over), the page says how it stands instead.
    ///
    /// # Errors
    /// 404; 409 for `amount` where it is no longer what the payer was shown: no attempt is made; 422 for the fields `number`,
    /// `exp_month`, `exp_year`, `cvc`, `name`.
    pub async fn pay(&self, at: &PageRef, form: CardForm, device: Device, request_id: Option<String>) -> Result<Page, Refused> {
        let found = self.find_page(at, request_id.clone()).await?;
        if is_history(&found.intent) {
            return self.page_of(found).await;
        }
        self.acquirer(found.caller.scope)?;
        let start = self.start_in(&found.caller, &found.account);
        let engine = self.clone();
        let intent = found.intent.id;
        let shown = form.shown;
        self.task(async move {
            let draft = CardDraft {
                number: form.number,
                exp_month: form.exp_month,
                exp_year: form.exp_year,
                cvc: Some(form.cvc),
                name: form.name,
                external_id: None,
                zip_code: None,
                customer: None,
                tokenize: false,
                preferred_network: None,
            };
            let means = engine.means(&start, Some(Named::New(draft)), None).map_err(|refused| unprefixed(refused, "card."))?;
            let (begun, with) = (start.clone(), means.clone());
            let command = store::command(move |tx: &mut Tx| {
                let (start, means, device) = (begun.clone(), with.clone(), device.clone());
                async move { attempt_by_card(tx, &start, intent, shown, means, &device).await }.boxed()
            });
            let Some((payment, operation)) = engine.commit(command).await? else { return Ok(()) };
            if let Means::Typed { cvc: Some(cvc), .. } = means {
                engine.keep_code(payment, cvc, start.real);
            }
            engine.drive(&start, operation).await
        })
        .await?;
        self.page(at, request_id).await
    }

    /// The payer is back from the bank, or looks again: what the bank says now decides.
    ///
    /// # Errors
    /// 404.
    pub async fn returned(&self, at: &PageRef, request_id: Option<String>) -> Result<Page, Refused> {
        let found = self.find_page(at, request_id.clone()).await?;
        let start = self.start_in(&found.caller, &found.account);
        let mut reader = self.0.store.read().await?;
        let payments = store::all_where::<Payment>(&mut reader, found.caller.scope, "intent", found.intent.id).await?;
        drop(reader);
        let waits = payments.iter().find(|payment| payment.state == State::Begun && payment.auth.is_some_and(AuthStatus::is_open));
        if let Some(operation) = waits.and_then(|payment| payment.auth_operation) {
            self.hear_bank(&start, operation).await?;
        }
        self.page(at, request_id).await
    }

    /// Where the payer that the bank sent back with this reference goes on; what the bank says is settled first.
    ///
    /// # Errors
    /// 404 for a reference that is nobody's.
    pub async fn bank_return(&self, reference: &str, request_id: Option<String>) -> Result<Back, Refused> {
        let unknown = || Refused::new(Code::NotFound, "No such authentication");
        let id = OperationId::from_str(reference).map_err(|_| unknown())?;
        let mut reader = self.0.store.read().await?;
        let operation: Operation = store::addresses::operation(&mut reader, id).await?.ok_or_else(unknown)?;
        let scope = Scope { account: operation.account, environment: operation.environment };
        let payment = store::get::<Payment>(&mut reader, scope, operation.payment).await?.ok_or_else(unknown)?;
        let account = store::accounts::account(&mut reader, scope.account).await?.ok_or_else(unknown)?;
        drop(reader);
        let caller = payer(scope, payment.shop, request_id);
        let start = self.start_in(&caller, &account);
        self.hear_bank(&start, id).await?;
        let test = scope.environment == Environment::Sandbox;
        Ok(match payment.auth_return_url {
            Some(url) => Back::Away(url),
            None => Back::Page(PageRef::Intent { id: payment.intent, test }),
        })
    }

    async fn hear_bank(&self, start: &Start, operation: OperationId) -> Result<(), Refused> {
        let acquirer = self.acquirer(start.caller.scope)?;
        let reference = operation.to_string();
        let Some(Some(outcome)) = self.in_time(acquirer.authentication_result(&reference, start.now)).await else { return Ok(()) };
        let (engine, start) = (self.clone(), self.later(start));
        self.task(async move { engine.settle_authentication(&start, operation, outcome).await }).await
    }

    async fn settle_authentication(&self, start: &Start, id: OperationId, outcome: Authentication) -> Result<(), Refused> {
        let decision = move |dossier: &mut Dossier, by: &mut By| {
            let payment = dossier.operation(id)?.now.payment;
            let held = &dossier.payment(payment)?.now;
            // answered already, or by another tab: the first answer stands
            let waits = held.state == State::Begun && held.auth_operation == Some(id) && held.auth.is_some_and(AuthStatus::is_open);
            if !waits || held.open_operation.is_some() {
                return Ok(None);
            }
            after_authentication(dossier, by, payment, &outcome)
        };
        self.decide_and_drive(start, Of::Operation(id), decision).await.map(drop)
    }

    async fn find_page(&self, at: &PageRef, request_id: Option<String>) -> Result<Found, Refused> {
        let mut reader = self.0.store.read().await?;
        let unknown = || Refused::new(Code::NotFound, "There is no payment at this address");
        let intent = match at {
            PageRef::Intent { id, test } => {
                let intent = store::addresses::intent(&mut reader, *id).await?;
                intent.filter(|intent| (intent.environment == Environment::Sandbox) == *test)
            }
            PageRef::KeyedIntent { key, id } => {
                let scope = self.public_scope(&mut reader, key).await?.ok_or_else(unknown)?;
                store::get::<PaymentIntent>(&mut reader, scope, *id).await?
            }
            PageRef::KeyedPayment { key, id } => {
                let scope = self.public_scope(&mut reader, key).await?.ok_or_else(unknown)?;
                match store::get::<Payment>(&mut reader, scope, *id).await? {
                    Some(payment) => store::get::<PaymentIntent>(&mut reader, scope, payment.intent).await?,
                    None => None,
                }
            }
        };
        let intent = intent.ok_or_else(unknown)?;
        let account = store::accounts::account(&mut reader, intent.account).await?.ok_or_else(unknown)?;
        let scope = Scope { account: intent.account, environment: intent.environment };
        let caller = payer(scope, intent.shop, request_id);
        Ok(Found { intent, account, caller })
    }

    async fn public_scope(&self, reader: &mut store::Reader, key: &str) -> Result<Option<Scope>, Refused> {
        let found = self.working_key(reader, key, KeyKind::Public).await?;
        Ok(found.map(|found| Scope { account: found.account, environment: found.environment }))
    }

    async fn page_of(&self, found: Found) -> Result<Page, Refused> {
        let scope = found.caller.scope;
        let now = self.start_in(&found.caller, &found.account).now;
        let mut reader = self.0.store.read().await?;
        let payments = store::all_where::<Payment>(&mut reader, scope, "intent", found.intent.id).await?;
        let mut dossier = Dossier::new(found.intent.clone());
        dossier.payments = payments.into_iter().map(Tracked::loaded).collect();
        let payment = dossier.deciding().cloned();
        let mut url = None;
        if let Some(id) =
            payment.as_ref().filter(|payment| payment.auth.is_some_and(AuthStatus::is_open)).and_then(|payment| payment.auth_operation)
        {
            url = store::get::<Operation>(&mut reader, scope, id).await?.and_then(|operation| operation.response);
        }
        let card = match payment.as_ref().and_then(|payment| payment.card) {
            Some(card) => store::get::<Card>(&mut reader, scope, card).await?,
            None => None,
        };
        let step = step(&dossier, payment.as_ref(), url, now);
        Ok(Page { account: found.account, intent: found.intent, payment, card, step, now })
    }
}

/// The payer of one order: may do nothing but pay it.
fn payer(scope: Scope, shop: model::id::ShopId, request_id: Option<String>) -> Caller {
    Caller { actor: Actor::Payer, scope, rights: Rights::none(), shop, request_id, keyed: None, seat: None }
}

fn unprefixed(mut refused: Refused, prefix: &str) -> Refused {
    refused.field = refused.field.map(|field| field.strip_prefix(prefix).map_or(field.clone(), str::to_owned));
    refused
}

/// Writes the attempt, in the place of a payment that waits for one where there is such. None where the order takes no attempt now.
///
/// # Errors
/// 409 for `amount` where another would be charged than was shown.
async fn attempt_by_card(
    tx: &mut Tx,
    start: &Start,
    intent: PaymentIntentId,
    shown: Money,
    means: Means,
    device: &Device,
) -> store::Result<Option<(PaymentId, OperationId)>> {
    let mut by = start.by();
    let mut dossier = Dossier::load(tx, start.caller.scope, intent).await?;
    let busy = dossier.payments.iter().any(|payment| payment.now.open_operation.is_some());
    if busy || !dossier.order(by.now).may_begin() {
        return Ok(None);
    }
    let Means::Typed { row, .. } = means else { return Ok(None) };
    let place =
        dossier.payments.iter().find(|payment| payment.now.placeholder && payment.now.state == State::Begun).map(|payment| payment.now.id);
    let id = if let Some(id) = place {
        id
    } else {
        let payment = attempt(&mut by, &dossier);
        let id = payment.id;
        dossier.payments.push(Tracked::new(payment, "payment.created"));
        id
    };
    let charged = &dossier.payment(id)?.now;
    // Asked in the commit that reserves the amount: after it, the amount is fixed.
    if Money::new(charged.amount, charged.currency) != shown {
        return Err(Refused::new(Code::Conflict, "The amount is no longer what the payer was shown").field("amount").into());
    }
    cards::insert_card(tx, &mut by, &row, ApiVersion::V2).await?;
    use_card(&mut dossier, &by, id, &row)?;
    dossier.payment(id)?.now.device = serde_json::to_value(device).ok();
    let operation = begin(&mut dossier, &mut by, id)?;
    dossier.save(tx, &mut by).await?;
    Ok(Some((id, operation)))
}

/// How the order stands for its payer; lateness is decided by comparing times.
fn step(dossier: &Dossier, payment: Option<&Payment>, url: Option<String>, now: model::time::Timestamp) -> Step {
    let order = dossier.order(now);
    let view = order.view();
    if is_history(&dossier.intent.now) {
        let taken = dossier.payments.iter().any(|payment| part(&payment.now).reserves());
        return if taken { Step::Done } else { Step::Expired };
    }
    if let Some(payment) = payment {
        if payment.open_operation.is_some() && payment.state == State::Begun || payment.state == State::UnderVerification {
            return Step::Checking;
        }
        if part(payment).reserves() {
            return held_step(payment, order.cancelled);
        }
        let authenticating = payment.state == State::Begun && payment.auth.is_some_and(AuthStatus::is_open);
        if let (true, true, Some(url)) = (authenticating, !order.over && !order.cancelled, url) {
            return Step::Challenge { url };
        }
    }
    match view.status {
        _ if order.cancelled => Step::Cancelled,
        IntentStatus::Canceled => Step::Expired,
        IntentStatus::Unpaid => Step::Unpaid,
        _ if view.cycle == OrderCycle::Closed => Step::Cancelled,
        _ => form(dossier, order.tries),
    }
}

/// What was cancelled while it was sent is given back, even if it came through; what the bank would not give back is never captured, and lapses.
fn held_step(payment: &Payment, cancelled: bool) -> Step {
    match payment.state {
        _ if !cancelled => Step::Done,
        State::Captured if payment.refunded_amount < payment.captured_amount => Step::Done,
        State::Captured => Step::Cancelled,
        _ if payment.open_operation.is_some() => Step::Checking,
        _ => Step::Cancelled,
    }
}

fn form(dossier: &Dossier, tries: i64) -> Step {
    let failed = dossier
        .payments
        .iter()
        .map(|payment| &payment.now)
        .filter(|payment| matches!(payment.state, State::Refused | State::Error))
        .max_by_key(|payment| (payment.created, payment.id));
    let authentication = failed.is_some_and(|payment| {
        matches!(payment.auth, Some(AuthStatus::Declined | AuthStatus::Failed | AuthStatus::Unavailable)) && payment.response.is_none()
    });
    let code = failed.map(|payment| payment.response.clone().unwrap_or_else(|| "96".to_owned()));
    let tries_left = model::lifecycle::intent::TRIES - tries;
    Step::Form { refused: code.filter(|_| !authentication), failed_auth: authentication, tries_left }
}

//! Payment links: orders that a person makes here and sends to a payer by hand.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{PaymentIntentId, ShopId};
use model::lifecycle::{Purpose, ThreeDs};
use model::money::Currency;
use model::rights::Right;
use model::time::Timestamp;
use serde_json::json;
use store::payments_list::{PageAt, PaymentsFilter};
use store::rows::{Customer, PaymentIntent, Shop};
use store::{Tx, find};

use crate::by::{By, Start};
use crate::caller::Caller;
use crate::dossier::{Dossier, parse_id};
use crate::intents::{INTENT_LIFE_MONTHS, cancel_all, check_intent, new_intent, show_customer};
use crate::types::{ApiVersion, CustomerDraft, IntentDraft, PaymentsPage};
use crate::{Engine, audit};

/// The `origin` of orders that are links.
pub const LINK: &str = "link";

/// A link to make. Amounts are minor units.
#[derive(Debug, Clone)]
pub struct LinkDraft {
    pub amount: i64,
    pub currency: Currency,
    pub order_id: Option<String>,
    pub description: Option<String>,
    /// Somebody known by this e-mail, or else a new customer.
    pub customer_name: Option<String>,
    pub customer_email: Option<String>,
    /// None: the account's first.
    pub shop: Option<String>,
    pub manual_validation: bool,
    /// None: the longest, three months.
    pub expires_at: Option<Timestamp>,
    /// By [`Engine::form_token`]: the same one makes the same link.
    pub token: String,
}

/// A link with what its page shows.
#[derive(Debug, Clone)]
pub struct LinkFile {
    pub intent: PaymentIntent,
    /// What is sent to the payer.
    pub url: String,
    pub shop: Option<Shop>,
    /// Who made it, by name.
    pub made_by: Option<String>,
    /// Whether the caller may end it now.
    pub cancellable: bool,
    /// Business time.
    pub now: Timestamp,
}

fn terms(draft: &LinkDraft) -> IntentDraft {
    IntentDraft {
        amount: draft.amount,
        currency: draft.currency,
        purpose: Purpose::Debit,
        description: draft.description.clone(),
        customer: None,
        card: None,
        order_id: draft.order_id.clone(),
        unique_id: None,
        methods_allowed: Vec::new(),
        metadata: None,
        return_url: None,
        threeds: ThreeDs::Required,
        date_settlement: None,
        manual_validation: draft.manual_validation,
        expires_at: draft.expires_at,
    }
}

/// A link is paid within three months or made again.
fn check_expiry(at: Option<Timestamp>, by: &By) -> Result<(), Refused> {
    let today = by.place.date(by.now);
    let last = today.plus_months(INTENT_LIFE_MONTHS);
    match at {
        Some(at) if by.place.date(at) > last => Err(Refused::invalid("expires_at", format!("A link lives until {last} at most"))),
        _ => Ok(()),
    }
}

impl Engine {
    /// Makes a link. One who may only write links needs no right to payments in general.
    ///
    /// # Errors
    /// 403; 422 by field; 404 for a shop.
    pub async fn create_link(&self, caller: &Caller, draft: LinkDraft) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::LinkWrite)?;
        self.acquirer(caller.scope)?;
        let id: PaymentIntentId = self.posted_id(caller, "link", &draft.token)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            check_intent(&terms(&draft), &start.by())?;
            check_expiry(draft.expires_at, &start.by())?;
            let (inner, for_command) = (engine.clone(), start.clone());
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, draft) = (inner.clone(), for_command.clone(), draft.clone());
                async move { engine.write_link(tx, &start, id, draft).await }.boxed()
            });
            match engine.commit(command).await {
                // two at once: the other one made it
                Err(refused) if refused.code == Code::AlreadyExists => engine.find_link(&start.caller, id).await.map_err(|_| refused),
                other => other,
            }
        })
        .await
    }

    async fn write_link(&self, tx: &mut Tx, start: &Start, id: PaymentIntentId, draft: LinkDraft) -> store::Result<PaymentIntent> {
        let mut by = start.by();
        if let Some(made) = store::get::<PaymentIntent>(tx, by.caller.scope, id).await? {
            return Ok(made);
        }
        if let Some(shop) = &draft.shop {
            by.caller.shop = known_shop(tx, &by, shop).await?;
        }
        let mut intent = new_intent(&mut by, &terms(&draft), false);
        intent.id = id;
        LINK.clone_into(&mut intent.origin);
        if let Some(customer) = self.customer_of(tx, &mut by, &draft).await? {
            show_customer(&mut intent, &customer);
        }
        let made = Dossier::new(intent).save(tx, &mut by).await?.intent.now;
        let detail = json!({ "amount": made.amount, "currency": made.currency.code(), "order_id": made.order_id });
        audit::note(tx, &mut by, "link.created", Some(id.to_string()), Some(detail)).await?;
        Ok(made)
    }

    /// The customer with this e-mail, or with exactly this name where there is none; else a new one.
    async fn customer_of(&self, tx: &mut Tx, by: &mut By, draft: &LinkDraft) -> store::Result<Option<Customer>> {
        let (name, email) = (draft.customer_name.clone(), draft.customer_email.clone());
        if name.is_none() && email.is_none() {
            return Ok(None);
        }
        let scope = by.caller.scope;
        if let Some(email) = &email {
            let same = store::all_where::<Customer>(tx, scope, "email", email.as_str()).await?;
            if let Some(known) = same.into_iter().rfind(|customer| customer.deleted.is_none()) {
                return Ok(Some(known));
            }
        }
        let draft = CustomerDraft { name, email, ..CustomerDraft::default() };
        let print = self.print_of(&draft);
        let same = find::<Customer>(tx, scope, "fingerprint", print.as_str()).await?;
        if let Some(known) = same.filter(|customer| customer.deleted.is_none() && customer.external_id.is_none()) {
            return Ok(Some(known));
        }
        by.caller.needs(Right::CustomerWrite)?;
        let made = self.new_customer(tx, by, &draft, ApiVersion::V2).await;
        made.map(Some).map_err(of_customer)
    }

    async fn find_link(&self, caller: &Caller, id: PaymentIntentId) -> Result<PaymentIntent, Refused> {
        let mut reader = self.0.store.read().await?;
        let found = store::get::<PaymentIntent>(&mut reader, caller.scope, id).await?;
        found.filter(|intent| intent.origin == LINK).ok_or_else(|| Refused::not_found::<PaymentIntentId>(&id.to_string()))
    }

    /// # Errors
    /// 403; 404, also for an order that is no link.
    pub async fn link(&self, caller: &Caller, id: &str) -> Result<LinkFile, Refused> {
        caller.needs(Right::PaymentRead)?;
        let intent = self.find_link(caller, parse_id(id)?).await?;
        let account = self.account(caller.scope.account).await?;
        let now = self.now_for(&account, caller.scope.environment);
        let mut reader = self.0.store.read().await?;
        let shop = store::accounts::shop(&mut reader, caller.scope.account, intent.shop).await?;
        let made_by = match intent.created_by.parse() {
            Ok(user) => store::users::user(&mut reader, user).await?.map(|user| user.name),
            Err(_) => None,
        };
        let waits = Dossier::new(intent.clone()).is_open() && now < intent.expires_at && intent.cancelled.is_none();
        let cancellable = waits && may_cancel(caller, &intent).is_ok();
        Ok(LinkFile { url: self.intent_url(&intent), shop, made_by, cancellable, now, intent })
    }

    /// A page of links, newest first. Of `filter`, what it says of origins is overruled.
    ///
    /// # Errors
    /// 403; 422 for a cursor that is none.
    pub async fn links_page(&self, caller: &Caller, filter: PaymentsFilter, at: &PageAt, limit: i64) -> Result<PaymentsPage, Refused> {
        self.payments_page(caller, &PaymentsFilter { origin: Some(LINK.to_owned()), ..filter }, at, limit).await
    }

    /// Ends a link: nobody can pay by it any more. What somebody has paid already only those may give back who may cancel payments.
    ///
    /// # Errors
    /// 403; 404; 409 where it is paid or has ended.
    pub async fn cancel_link(&self, caller: &Caller, id: &str) -> Result<PaymentIntent, Refused> {
        caller.needs(Right::LinkWrite)?;
        let id = self.find_link(caller, parse_id(id)?).await?.id;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let for_command = start.clone();
            let command = store::command(move |tx: &mut Tx| {
                let start = for_command.clone();
                async move {
                    let mut by = start.by();
                    let mut dossier = Dossier::load(tx, start.caller.scope, id).await?;
                    may_cancel(&start.caller, &dossier.intent.now)?;
                    let next = cancel_all(&mut dossier, &mut by)?;
                    dossier.save(tx, &mut by).await?;
                    audit::note(tx, &mut by, "link.cancelled", Some(id.to_string()), None).await?;
                    Ok(next)
                }
                .boxed()
            });
            for operation in engine.commit(command).await? {
                engine.drive(&start, operation).await?;
            }
            engine.find_link(&start.caller, id).await
        })
        .await
    }
}

fn may_cancel(caller: &Caller, intent: &PaymentIntent) -> Result<(), Refused> {
    caller.needs(Right::LinkWrite)?;
    if intent.holder.is_some() { caller.needs(Right::PaymentCancel) } else { Ok(()) }
}

async fn known_shop(tx: &mut Tx, by: &By, id: &str) -> store::Result<ShopId> {
    let unknown = || Refused::not_found::<ShopId>(id).field("shop");
    let parsed: ShopId = id.parse().map_err(|_| unknown())?;
    let shop = store::accounts::shop(tx, by.caller.scope.account, parsed).await?;
    Ok(shop.ok_or_else(unknown)?.id)
}

/// The link's form has the customer's fields under names of their own.
fn of_customer(error: store::Error) -> store::Error {
    match error {
        store::Error::Refused(mut refused) => {
            refused.field = refused.field.map(|field| format!("customer_{field}"));
            store::Error::Refused(refused)
        }
        other => other,
    }
}

//! Customers.

use std::sync::Arc;

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::CustomerId;
use model::rights::Right;
use store::rows::{Customer, Scope};
use store::{Tx, find};

use crate::by::By;
use crate::caller::Caller;
use crate::check;
use crate::dossier::parse_id;
use crate::lists::{Filter, customer_filter};
use crate::types::{ApiVersion, CustomerChange, CustomerDraft, ListQuery, Listed, Patch};
use crate::{Engine, audit, events};

fn check_draft(draft: &CustomerDraft) -> Result<(), Refused> {
    check::text("name", draft.name.as_ref(), 3, 64)?;
    check::email("email", draft.email.as_ref())?;
    check::phone("mobile", draft.mobile.as_ref())?;
    check::text("legal_id", draft.legal_id.as_ref(), 1, 16)?;
    check::country("country", draft.country.as_ref())?;
    check::text("external_id", draft.external_id.as_ref(), 1, 36)
}

/// Recognises the same data; `external_id` is no part of it.
fn data_of(customer: &CustomerDraft) -> String {
    let birth = customer.date_birth.map(|date| date.to_string());
    serde_json::json!([customer.name, customer.email, customer.mobile, birth, customer.legal_id, customer.country]).to_string()
}

pub(crate) fn draft_of(row: &Customer) -> CustomerDraft {
    CustomerDraft {
        name: row.name.clone(),
        email: row.email.clone(),
        mobile: row.mobile.clone(),
        date_birth: row.date_birth,
        legal_id: row.legal_id.clone(),
        country: row.country.clone(),
        external_id: row.external_id.clone(),
    }
}

fn exists(id: CustomerId) -> Refused {
    Refused::new(Code::AlreadyExists, "Customer already exists, you may want to update it instead creating a new one").existing(id)
}

/// What a version says to data it has seen: v1 refuses it with 409; v2 answers the customer with the same `external_id` and data, and refuses other data.
async fn known(tx: &mut Tx, scope: Scope, draft: &CustomerDraft, print: &str, version: ApiVersion) -> store::Result<Option<Customer>> {
    let live = |found: Option<Customer>| found.filter(|customer| customer.deleted.is_none());
    match (version, &draft.external_id) {
        (ApiVersion::V1, _) => {
            let same = live(find::<Customer>(tx, scope, "fingerprint", print).await?);
            match same {
                Some(same) if same.external_id == draft.external_id => Err(exists(same.id).into()),
                _ => Ok(None),
            }
        }
        (ApiVersion::V2, Some(external)) => match live(find::<Customer>(tx, scope, "external_id", external.as_str()).await?) {
            Some(same) if same.fingerprint == print => Ok(Some(same)),
            Some(other) => Err(exists(other.id).into()),
            None => Ok(None),
        },
        (ApiVersion::V2, None) => Ok(None),
    }
}

impl Engine {
    /// # Errors
    /// 422 by field; 409 with the existing id for data that is there already.
    pub async fn create_customer(&self, caller: &Caller, draft: CustomerDraft, version: ApiVersion) -> Result<Customer, Refused> {
        caller.needs(Right::CustomerWrite)?;
        let start = self.start(caller).await?;
        let engine = self.clone();
        self.task(async move {
            let inner = engine.clone();
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, draft) = (inner.clone(), start.clone(), draft.clone());
                async move {
                    let mut by = start.by();
                    let customer = engine.new_customer(tx, &mut by, &draft, version).await?;
                    audit::note_of_person(tx, &mut by, "customer.created", Some(customer.id.to_string()), None).await?;
                    by.keep_key(tx, &customer.id.to_string()).await?;
                    Ok(customer)
                }
                .boxed()
            });
            engine.commit(command).await
        })
        .await
    }

    /// What recognises a customer with the same data.
    pub(crate) fn print_of(&self, draft: &CustomerDraft) -> String {
        hex::encode(self.0.vault.mac("customer", data_of(draft).as_bytes()))
    }

    pub(crate) async fn new_customer(
        &self,
        tx: &mut Tx,
        by: &mut By,
        draft: &CustomerDraft,
        version: ApiVersion,
    ) -> store::Result<Customer> {
        check_draft(draft)?;
        let scope = by.caller.scope;
        let print = self.print_of(draft);
        // what is looked for and then added is looked for by one at a time
        let name = if version == ApiVersion::V1 { Some(&print) } else { draft.external_id.as_ref() };
        if let Some(name) = name {
            store::alone(tx, scope, &format!("customer {name}")).await?;
        }
        if let Some(same) = known(tx, scope, draft, &print, version).await? {
            return Ok(same);
        }
        let customer = Customer {
            id: by.mint(),
            account: scope.account,
            environment: scope.environment,
            version: 1,
            created: by.now,
            name: draft.name.clone(),
            email: draft.email.clone(),
            mobile: draft.mobile.clone(),
            date_birth: draft.date_birth,
            legal_id: draft.legal_id.clone(),
            country: draft.country.clone(),
            external_id: draft.external_id.clone(),
            fingerprint: print,
            deleted: None,
        };
        store::insert(tx, &customer).await?;
        events::record(tx, by, &customer, "customer.created").await?;
        Ok(customer)
    }

    /// # Errors
    /// 404 for what is unknown or deleted.
    pub async fn customer(&self, caller: &Caller, id: &str) -> Result<Customer, Refused> {
        caller.needs(Right::PaymentRead)?;
        let parsed: CustomerId = parse_id(id)?;
        let mut reader = self.0.store.read().await?;
        let customer = store::get::<Customer>(&mut reader, caller.scope, parsed).await?;
        customer.filter(|customer| customer.deleted.is_none()).ok_or_else(|| Refused::not_found::<CustomerId>(id))
    }

    /// # Errors
    /// 404, 422 by field.
    pub async fn update_customer(&self, caller: &Caller, id: &str, change: CustomerChange) -> Result<Customer, Refused> {
        let parsed: CustomerId = parse_id(id)?;
        self.change_customer(caller, parsed, "customer.updated", Arc::new(move |row| apply(row, change.clone()))).await
    }

    /// # Errors
    /// 404.
    pub async fn delete_customer(&self, caller: &Caller, id: &str) -> Result<Customer, Refused> {
        let parsed: CustomerId = parse_id(id)?;
        let now = self.start(caller).await?.now;
        self.change_customer(caller, parsed, "customer.deleted", Arc::new(move |row| row.deleted = Some(now))).await
    }

    async fn change_customer(
        &self,
        caller: &Caller,
        id: CustomerId,
        kind: &str,
        change: Arc<dyn Fn(&mut Customer) + Send + Sync>,
    ) -> Result<Customer, Refused> {
        caller.needs(Right::CustomerWrite)?;
        let start = self.start(caller).await?;
        let (engine, kind) = (self.clone(), kind.to_owned());
        self.task(async move {
            let inner = engine.clone();
            let command = store::command(move |tx: &mut Tx| {
                let (engine, start, change, kind) = (inner.clone(), start.clone(), change.clone(), kind.clone());
                async move {
                    let mut by = start.by();
                    let before = check::known_customer(tx, start.caller.scope, id).await.map_err(without_field)?;
                    let mut after = before.clone();
                    change(&mut after);
                    check_draft(&draft_of(&after))?;
                    after.fingerprint = engine.print_of(&draft_of(&after));
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
    pub async fn customers(&self, caller: &Caller, query: ListQuery) -> Result<Listed<Customer>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let filter = Filter { live_only: true, columns: customer_filter };
        self.list(caller, &query, &filter).await
    }
}

/// The object asked for, not one that another names: 404, not 422.
pub(crate) fn without_field(error: store::Error) -> store::Error {
    match error {
        store::Error::Refused(mut refused) if refused.code == Code::NotFound => {
            refused.field = None;
            store::Error::Refused(refused)
        }
        other => other,
    }
}

fn apply(row: &mut Customer, change: CustomerChange) {
    let CustomerChange { name, email, mobile, date_birth, legal_id, country, external_id } = change;
    patch(&mut row.name, name);
    patch(&mut row.email, email);
    patch(&mut row.mobile, mobile);
    patch(&mut row.date_birth, date_birth);
    patch(&mut row.legal_id, legal_id);
    patch(&mut row.country, country);
    patch(&mut row.external_id, external_id);
}

pub(crate) fn patch<T>(field: &mut Option<T>, change: Patch<T>) {
    if let Some(value) = change {
        *field = value;
    }
}

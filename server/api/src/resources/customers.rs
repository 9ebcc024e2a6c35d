//! Customers.

use axum::extract::State;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::input::{self, CustomerIn};
use wire::output::{self, CustomerList, CustomerOut, PaymentIntentList, range};
use wire::query;

use crate::Api;
use crate::ask::{Answer, Ask, Id};
use crate::params::{CustomerFilters, Paging, Sorting};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, update, delete)).route("/customers", get(list).post(create))
}

pub(crate) fn with_intents() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(intents))
}

/// Lists customers
#[utoipa::path(get, path = "/customers/", operation_id = "list_customers", tag = "customers", params(Paging, Sorting, CustomerFilters),
    responses((status = OK, description = "A page of customers", body = CustomerList)))]
async fn list(State(api): State<Api>, ask: Ask) -> Answer {
    let asked = ask.list(query::CUSTOMERS)?;
    let listed = api.engine.customers(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    Ok(ask.answer(&CustomerList { range, customers: listed.items.iter().map(output::customer).collect() }))
}

/// Creates a customer
#[utoipa::path(post, path = "/customers/", operation_id = "create_customer", tag = "customers", request_body = CustomerIn,
    responses((status = OK, description = "The customer", body = CustomerOut)))]
async fn create(State(api): State<Api>, ask: Ask) -> Answer {
    let draft = ask.read(input::customer_draft)?;
    let row = api.engine.create_customer(&ask.caller, draft, ask.version()).await?;
    Ok(ask.answer(&output::customer(&row)))
}

/// Reads a customer
#[utoipa::path(get, path = "/customers/{id}", operation_id = "read_customer", tag = "customers", params(("id" = String, Path, description = "`cust_…`")),
    responses((status = OK, description = "The customer", body = CustomerOut)))]
async fn read(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.answer(&output::customer(&api.engine.customer(&ask.caller, &id).await?)))
}

/// Changes a customer
///
/// What is left out stays; null empties.
#[utoipa::path(patch, path = "/customers/{id}", operation_id = "update_customer", tag = "customers", params(("id" = String, Path, description = "`cust_…`")),
    request_body = CustomerIn, responses((status = OK, description = "The customer", body = CustomerOut)))]
async fn update(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let change = ask.read(input::customer_change)?;
    Ok(ask.answer(&output::customer(&api.engine.update_customer(&ask.caller, &id, change).await?)))
}

/// Deletes a customer
#[utoipa::path(delete, path = "/customers/{id}", operation_id = "delete_customer", tag = "customers", params(("id" = String, Path, description = "`cust_…`")),
    responses((status = OK, description = "The customer, deleted", body = CustomerOut)))]
async fn delete(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    Ok(ask.deleted(&output::customer(&api.engine.delete_customer(&ask.caller, &id).await?)))
}

/// Lists a customer's payment intents
#[utoipa::path(get, path = "/customers/{id}/payment_intents", operation_id = "list_customer_payment_intents", tag = "customers",
    params(("id" = String, Path, description = "`cust_…`"), Paging, Sorting),
    responses((status = OK, description = "A page of payment intents", body = PaymentIntentList)))]
async fn intents(State(api): State<Api>, Id(id): Id, ask: Ask) -> Answer {
    let mut asked = ask.list(query::PLAIN)?;
    let customer = api.engine.customer(&ask.caller, &id).await?;
    asked.query.equal.push(("customer".to_owned(), customer.id.to_string()));
    let listed = api.engine.intents(&ask.caller, asked.query.clone()).await?;
    let range = range(&ask.view, &asked.query, &listed, &asked.echo);
    let payment_intents = listed.items.iter().map(|row| output::intent(&ask.view, row)).collect();
    Ok(ask.answer(&PaymentIntentList { range, payment_intents }))
}

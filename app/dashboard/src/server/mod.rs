//! The application on the server: its pages, its server functions, signing in and out.

mod agent;
pub mod audit;
mod audit_words;
mod convert;
pub mod desk;
mod doors;
pub mod home;
mod invitation;
pub mod keys;
pub mod links;
mod live;
pub mod payment;
mod payment_file;
pub mod payments;
pub mod people;
mod posts;
mod qr;
mod session;
pub mod shops;

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header, request::Parts},
    middleware,
    response::Redirect,
    routing::{get, post},
};
use engine::Engine;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use leptos_meta::MetaTags;
use ui::{Document, Policy, document};

use crate::{
    app::App,
    failure::Failure,
    frame::{self, Frame},
    payments::query,
};
use session::Signed;

/// What differs from one installation to another.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether browsers reach us over TLS. On plain HTTP only this machine may sign in.
    pub secure: bool,
}

/// What every handler has.
#[derive(Clone)]
struct Desk {
    engine: Engine,
    config: Arc<Config>,
}

/// `/dashboard/…` and the server functions under `/_fn/…`.
pub fn router(engine: Engine, config: Config) -> Router {
    let desk = Desk { engine, config: Arc::new(config) };
    // Only its name is used, and only by components that we don't: the bundler does what it configures.
    let options = LeptosOptions::builder().output_name("dashboard").build();
    let context = {
        let engine = desk.engine.clone();
        move || provide(&engine)
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, shell)
        .with_state(options)
        .route(query::CSV, get(payments::csv::export))
        .route("/dashboard/sign-out", post(doors::sign_out))
        .route("/dashboard/environment", post(doors::environment))
        .route("/dashboard/search", get(desk::search))
        .route(crate::shell::shortcuts::PATH, post(desk::letters))
        .route("/dashboard/account", post(doors::account))
        .route("/dashboard/payments/{id}", post(payment::note_posted))
        .route("/dashboard/links/new", post(links::posted))
        .route("/dashboard/links/{id}/cancel", post(links::cancelled))
        .route("/dashboard/links/{id}/qr.svg", get(links::qr))
        .route("/dashboard/developers", get(|| async { Redirect::to(crate::developers::PATH) }))
        .route("/dashboard/developers/keys", post(keys::posted))
        .route("/dashboard/settings/shops", post(shops::posted))
        .layer(middleware::from_fn_with_state(desk.clone(), session::require));
    Router::new()
        .route("/dashboard/sign-in", get(doors::sign_in).post(doors::sign_in_posted))
        .route("/dashboard/language", post(doors::language))
        .route("/dashboard/invitation/{token}", get(invitation::page).post(invitation::joined))
        .route("/_live", get(live::listen))
        .merge(pages.with_state(desk.clone()))
        .with_state(desk)
}

/// What views and server functions find in their context.
fn provide(engine: &Engine) {
    Policy::default().apply();
    provide_context(engine.clone());
    let signed = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Arc<Signed>>().cloned());
    if let Some(signed) = signed {
        provide_context(signed.frame.clone());
        provide_context(signed);
    }
}

fn shell() -> impl IntoView {
    let frame = Frame::here();
    let head = Document { app: ui::App::Dashboard, lang: frame.locale.code(), title: None, hydrates: true, holds_style: false };
    let part = use_context::<Parts>().map(|parts| crate::pages::part_of(parts.uri.path()));
    let data = view! { <meta id=frame::ID name=frame::ID data-part=part content=crate::told::tell(&frame)/> };
    document(head, view! { <MetaTags/> {data} }, view! { <App/> })
}

/// Who asks.
fn signed() -> Result<(Engine, Arc<Signed>), Failure> {
    let engine = use_context::<Engine>().ok_or(Failure::Unreachable)?;
    let signed = use_context::<Arc<Signed>>().ok_or(Failure::SignedOut)?;
    Ok((engine, signed))
}

/// The HTTP status of the page or answer being made. Not of an answer to a form that was posted without script: that one is
/// a redirect back to the form.
pub fn status(code: u16) {
    let posted = use_context::<Parts>().is_some_and(|parts| parts.method == http::Method::POST && wants_html(&parts.headers));
    if let (false, Some(response), Ok(code)) = (posted, use_context::<ResponseOptions>(), StatusCode::from_u16(code)) {
        response.set_status(code);
    }
}

/// Tells a refusal, with its status.
fn told(refused: model::error::Refused) -> Failure {
    status(refused.code.http_status());
    Failure::from(refused)
}

fn wants_html(headers: &http::HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

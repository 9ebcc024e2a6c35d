//! Forms that are posted to the page they stand in. What went well leads on; what did not is shown again with what was typed, and so is what
//! may be shown once only: no address could hold either.

use std::sync::Arc;

use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request},
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use leptos_axum::render_app_async_with_context;
use model::error::Refused;
use serde::de::DeserializeOwned;

use super::{Desk, provide, session::Signed, shell};

/// A form with who posted it.
pub struct Posted<T> {
    pub parts: Parts,
    pub signed: Arc<Signed>,
    pub form: T,
}

/// # Errors
/// The answer for a request that no form of ours makes.
pub async fn read<T: DeserializeOwned>(request: Request) -> Result<Posted<T>, Response> {
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), body);
    let unread = |_| (StatusCode::UNPROCESSABLE_ENTITY, "This form can’t be read.").into_response();
    let Form(form) = Form::<T>::from_request(again, &()).await.map_err(unread)?;
    let signed = parts.extensions.get::<Arc<Signed>>().cloned().ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())?;
    Ok(Posted { parts, signed, form })
}

/// The page that the form stands in, which finds `outcome` in its context.
pub async fn page<T: Clone + Send + Sync + 'static>(desk: &Desk, mut parts: Parts, status: StatusCode, outcome: T) -> Response {
    let engine = desk.engine.clone();
    let context = move || {
        provide(&engine);
        provide_context(outcome.clone());
    };
    parts.method = Method::GET;
    let mut response = render_app_async_with_context(context, shell)(Request::from_parts(parts, Body::empty())).await;
    if response.status().is_success() {
        *response.status_mut() = status;
    }
    response
}

pub fn status_of(refused: &Refused) -> StatusCode {
    StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

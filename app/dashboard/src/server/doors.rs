//! Signing in and out, and the two choices that change every page: environment and language. Plain forms, no script.

use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use engine::Visitor;
use leptos::prelude::*;
use leptos_axum::render_app_async_with_context;
use leptos_router::{location::Url, params::ParamsMap};
use model::{
    error::{Code, Refused},
    locale::Locale,
    rights::Environment,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use ui::{Document, Policy, document, error_summary, field};

use super::{
    Desk,
    session::{address, local, may_sign_in, visitors_language},
};
use crate::{home::PATH as HOME, messages as m, payments::query::PATH};

/// What the sign-in page shows.
#[derive(Clone, Default)]
struct Door {
    locale: Locale,
    email: String,
    next: String,
    /// What happened, and what to do next.
    trouble: Option<(String, String)>,
}

#[derive(Deserialize)]
pub struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The page, or where it leads for whoever is signed in already.
pub async fn sign_in(State(desk): State<Desk>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let asked: ParamsMap =
        query.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.to_owned(), Url::unescape(value))).collect();
    let next = asked.get("next").as_deref().and_then(local).unwrap_or_default().to_owned();
    if let Some(token) = desk.token(request.headers())
        && desk.engine.session(&token, None).await.is_ok()
    {
        return Redirect::to(or_home(&next)).into_response();
    }
    let locale = visitors_language(request.headers(), &query);
    let mut response = page(Door { locale, next, ..Door::default() }, StatusCode::OK, request).await;
    if asked.get("lang").is_some() {
        set(&mut response, desk.language_cookie(locale));
    }
    response
}

pub async fn sign_in_posted(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), Body::empty());
    let locale = visitors_language(&parts.headers, "");
    let from = address(&again);
    if !may_sign_in(&desk, from) {
        let trouble = Some((m::sign_in_insecure(locale).to_owned(), m::sign_in_insecure_next(locale).to_owned()));
        return page(Door { locale, trouble, ..Door::default() }, StatusCode::FORBIDDEN, again).await;
    }
    let Ok(Form(form)) = Form::<SignIn>::from_request(Request::from_parts(parts.clone(), body), &()).await else {
        let trouble = Some(told(&Refused::of(Code::Unauthorized), locale));
        return page(Door { locale, trouble, ..Door::default() }, StatusCode::UNPROCESSABLE_ENTITY, again).await;
    };
    let next = local(&form.next).unwrap_or_default().to_owned();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
    let visitor = Visitor { ip: from.map(|from| from.to_string()), user_agent: agent };
    match desk.engine.sign_in(&form.email, SecretString::from(form.password), visitor).await {
        Ok(signed) => {
            let mut response = Redirect::to(or_home(&next)).into_response();
            set(&mut response, desk.open_cookie(signed.token.expose_secret()));
            response
        }
        Err(refused) => {
            let status = StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let trouble = Some(told(&refused, locale));
            let mut response = page(Door { locale, email: form.email, next, trouble }, status, again).await;
            if let Some(seconds) = refused.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
    }
}

/// The same words for an unknown e-mail and a wrong password: which of them it is concerns nobody else.
pub fn told(refused: &Refused, l: Locale) -> (String, String) {
    match (refused.code, refused.retry_after) {
        (Code::Unauthorized | Code::Invalid, _) => (m::sign_in_wrong(l).to_owned(), m::sign_in_wrong_next(l).to_owned()),
        (Code::TooManyRequests, Some(seconds)) if seconds > 60 => {
            (m::sign_in_locked(l).to_owned(), m::sign_in_locked_next(l, &seconds.div_ceil(60).to_string()))
        }
        (Code::TooManyRequests, _) => (m::sign_in_busy(l).to_owned(), m::sign_in_busy_next(l).to_owned()),
        _ => (m::sign_in_down(l).to_owned(), m::sign_in_down_next(l).to_owned()),
    }
}

fn or_home(next: &str) -> &str {
    if next.is_empty() { HOME } else { next }
}

pub async fn sign_out(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    if let Some(token) = desk.token(&headers)
        && let Err(refused) = desk.engine.sign_out(&token).await
    {
        tracing::warn!(message = refused.message, "a session can't be ended");
        return down(&headers).await;
    }
    let mut response = Redirect::to("/dashboard/sign-in").into_response();
    set(&mut response, desk.end_cookie());
    response
}

/// For a form that no page of ours has.
async fn unread(headers: &HeaderMap) -> Response {
    let l = visitors_language(headers, "");
    notice(StatusCode::UNPROCESSABLE_ENTITY, l, m::form_unread(l), m::form_unread_next(l)).await
}

/// Nothing can be read or written for a moment.
pub async fn down(headers: &HeaderMap) -> Response {
    let l = visitors_language(headers, "");
    notice(StatusCode::SERVICE_UNAVAILABLE, l, m::sign_in_down(l), m::sign_in_down_next(l)).await
}

/// A page that only says something, and leads on.
async fn notice(status: StatusCode, l: Locale, what: &'static str, next: &'static str) -> Response {
    let view = move || {
        let head = Document {
            app: ui::App::Dashboard,
            lang: l.code(),
            title: Some(format!("{what} · Guichet")),
            hydrates: false,
            holds_style: false,
        };
        document(
            head,
            (),
            view! {
                <div class="door">
                    <main class="card">
                        <h1>{what}</h1>
                        <p>{next}</p>
                        <p><a class="button primary" href=HOME>{m::to_dashboard(l)}</a></p>
                    </main>
                </div>
            },
        )
    };
    let render = render_app_async_with_context(|| Policy::default().apply(), view);
    let mut response = render(Request::new(Body::empty())).await;
    *response.status_mut() = status;
    response
}

#[derive(Deserialize)]
pub struct Chosen {
    environment: Environment,
}

/// Leads to the list: what was looked at doesn't exist in the other environment.
pub async fn environment(State(desk): State<Desk>, headers: HeaderMap, form: Result<Form<Chosen>, FormRejection>) -> Response {
    let Ok(Form(chosen)) = form else { return unread(&headers).await };
    let token = desk.token(&headers).unwrap_or_default();
    match desk.engine.choose_environment(&token, chosen.environment).await {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(refused) if refused.code == Code::Unauthorized => Redirect::to("/dashboard/sign-in").into_response(),
        Err(_) => down(&headers).await,
    }
}

#[derive(Deserialize)]
pub struct ChosenAccount {
    account: String,
}

/// Leads to the list, as another environment does.
pub async fn account(State(desk): State<Desk>, headers: HeaderMap, form: Result<Form<ChosenAccount>, FormRejection>) -> Response {
    let Ok(Form(chosen)) = form else { return unread(&headers).await };
    let token = desk.token(&headers).unwrap_or_default();
    match desk.engine.choose_account(&token, &chosen.account).await {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(refused) if refused.code == Code::Unauthorized => Redirect::to("/dashboard/sign-in").into_response(),
        Err(refused) if refused.code == Code::NotFound => unread(&headers).await,
        Err(_) => down(&headers).await,
    }
}

#[derive(Deserialize)]
pub struct Language {
    lang: String,
    #[serde(default)]
    next: String,
}

pub async fn language(State(desk): State<Desk>, headers: HeaderMap, form: Result<Form<Language>, FormRejection>) -> Response {
    let Ok(Form(chosen)) = form else { return unread(&headers).await };
    let mut response = Redirect::to(or_home(local(&chosen.next).unwrap_or_default())).into_response();
    if let Some(locale) = Locale::from_code(&chosen.lang) {
        set(&mut response, desk.language_cookie(locale));
    }
    response
}

pub fn set(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The page answers to nothing but its form. It loads the application all the same: while a password is typed, what the
/// next page needs arrives.
async fn page(door: Door, status: StatusCode, request: Request) -> Response {
    let render = render_app_async_with_context(|| Policy::default().apply(), move || view_of(door.clone()));
    let mut response = render(request).await;
    *response.status_mut() = status;
    response
}

/// The same page in the other language.
pub fn languages(l: Locale, next: &str) -> AnyView {
    let other = |of: Locale, name: &'static str| {
        let here = (of == l).then_some("true");
        let next = if next.is_empty() { String::new() } else { format!("&next={}", Url::escape(next)) };
        view! { <a href=format!("?lang={}{next}", of.code()) lang=of.code() hreflang=of.code() aria-current=here>{name}</a> }
    };
    view! { <nav class="row" aria-label=m::language(l)>{other(Locale::En, "English")} {other(Locale::Fr, "Français")}</nav> }.into_any()
}

fn view_of(door: Door) -> impl IntoView {
    let l = door.locale;
    let title = format!("{} · Guichet", m::sign_in(l));
    let head = Document { app: ui::App::Dashboard, lang: l.code(), title: Some(title), hydrates: true, holds_style: false };
    let none = Signal::stored(None);
    let wrong = door.trouble.is_some().then_some("true");
    let email = view! {
        <input id="email" name="email" type="email" autocomplete="username" required=true value=door.email aria-invalid=wrong/>
    };
    let password = view! {
        <input id="password" name="password" type="password" autocomplete="current-password" required=true aria-invalid=wrong/>
    };
    let trouble = door.trouble.map(|(what, next)| error_summary(what, next));
    let languages = languages(l, &door.next);
    document(
        head,
        (),
        view! {
            <div class="door">
                <main class="card">
                    <p class="wordmark">
                        {assets::asset("favicon.svg").map(|icon| view! { <img src=icon.url width="24" height="24" alt=""/> })}
                        "Guichet"
                    </p>
                    <h1>{m::sign_in(l)}</h1>
                    {trouble}
                    <form method="post" action="/dashboard/sign-in" class="stack">
                        <input type="hidden" name="next" value=door.next.clone()/>
                        {field("email", m::email(l), None, none, email.into_any())}
                        {field("password", m::password(l), None, none, password.into_any())}
                        <button class="button primary">{m::sign_in(l)}</button>
                    </form>
                </main>
                <footer>{languages}</footer>
            </div>
        },
    )
}

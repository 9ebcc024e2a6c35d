//! An invitation's page: who asks whom into which account, and the form to join. Plain forms, no script.

use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use engine::{InvitationState, Joining, Offer, Visitor};
use leptos::prelude::*;
use leptos_axum::render_app_async_with_context;
use model::{
    error::{Code, Refused},
    locale::Locale,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use ui::{Document, Policy, document, error_summary, field};

use super::{
    Desk,
    doors::{self, languages, set},
    session::{address, may_sign_in, visitors_language},
};
use crate::{
    messages as words,
    payments::query::PATH,
    settings::messages::{role_can, role_name},
};

mod m {
    model::messages! {
        title(account): "Join {account}", "Rejoindre {account}";
        invited(inviter, account): "{inviter} invites you to work in {account} on Guichet.", "{inviter} vous invite à travailler dans {account} sur Guichet.";
        your_role(role): "Your role: {role}.", "Votre rôle\u{a0}: {role}.";
        name: "Your name", "Votre nom";
        password_hint: "If you sign in to Guichet with this e-mail already, its password. Otherwise choose one of at least 12 characters: a few words in a row are easy to keep in mind.", "Si vous vous connectez déjà à Guichet avec cette adresse, son mot de passe. Sinon, choisissez-en un d’au moins 12 caractères\u{a0}: quelques mots à la suite se retiennent facilement.";
        join: "Join", "Rejoindre";
        used: "This invitation has been used", "Cette invitation a déjà servi";
        used_next: "If it was you, sign in. Otherwise tell whoever sent it to you.", "Si c’était vous, connectez-vous. Sinon, prévenez la personne qui vous l’a envoyée.";
        withdrawn: "This invitation was withdrawn", "Cette invitation a été retirée";
        expired: "This invitation has expired", "Cette invitation a expiré";
        ask_again: "Ask whoever sent it to you for a new one.", "Demandez-en une nouvelle à la personne qui vous l’a envoyée.";
        unknown: "This is no invitation", "Ce n’est pas une invitation";
        unknown_next: "The address may be cut off, or a newer invitation has replaced it.", "L’adresse est peut-être tronquée, ou une invitation plus récente l’a remplacée.";
        check: "Look at what you typed", "Vérifiez votre saisie";
        bad_name: "A name has 1 to 64 characters.", "Un nom compte de 1 à 64 caractères.";
        short: "At least 12 characters.", "Au moins 12 caractères.";
        is_email: "Not your e-mail address.", "Pas votre adresse e-mail.";
        wrong: "This is not the password that goes with this e-mail.", "Ce n’est pas le mot de passe de cette adresse.";
    }
}

/// What the page shows.
#[derive(Clone)]
struct Sheet {
    locale: Locale,
    offer: Option<Offer>,
    token: String,
    name: String,
    /// Of the whole form.
    trouble: Option<(String, String)>,
    wrong_name: Option<String>,
    wrong_password: Option<String>,
}

#[derive(Deserialize)]
pub struct Join {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

pub async fn page(State(desk): State<Desk>, Path(token): Path<String>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let locale = visitors_language(request.headers(), &query);
    let sheet = Sheet { locale, offer: None, token, name: String::new(), trouble: None, wrong_name: None, wrong_password: None };
    let mut response = shown(&desk, sheet, None, request).await;
    if query.split('&').any(|pair| pair.starts_with("lang=")) {
        set(&mut response, desk.language_cookie(locale));
    }
    response
}

pub async fn joined(State(desk): State<Desk>, Path(token): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), Body::empty());
    let locale = visitors_language(&parts.headers, "");
    let from = address(&again);
    let mut sheet = Sheet { locale, offer: None, token, name: String::new(), trouble: None, wrong_name: None, wrong_password: None };
    if !may_sign_in(&desk, from) {
        sheet.trouble = Some((words::sign_in_insecure(locale).to_owned(), words::sign_in_insecure_next(locale).to_owned()));
        return shown(&desk, sheet, Some(StatusCode::FORBIDDEN), again).await;
    }
    let Ok(Form(form)) = Form::<Join>::from_request(Request::from_parts(parts.clone(), body), &()).await else {
        return shown(&desk, sheet, Some(StatusCode::UNPROCESSABLE_ENTITY), again).await;
    };
    let joining = Joining { name: form.name.clone(), password: SecretString::from(form.password), locale: locale.code().to_owned() };
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
    let visitor = Visitor { ip: from.map(|from| from.to_string()), user_agent: agent };
    match desk.engine.join(&sheet.token, joining, visitor).await {
        Ok(signed) => {
            let mut response = Redirect::to(PATH).into_response();
            set(&mut response, desk.open_cookie(signed.token.expose_secret()));
            response
        }
        Err(refused) => {
            sheet.name = form.name;
            tell(&mut sheet, &refused);
            let status = StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = shown(&desk, sheet, Some(status), again).await;
            if let Some(seconds) = refused.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
    }
}

/// Puts a refusal where it belongs.
fn tell(sheet: &mut Sheet, refused: &Refused) {
    let l = sheet.locale;
    match (refused.code, refused.field.as_deref()) {
        (_, Some("name")) => sheet.wrong_name = Some(m::bad_name(l).to_owned()),
        (Code::AlreadyExists, Some("password")) => sheet.wrong_password = Some(m::is_email(l).to_owned()),
        (_, Some("password")) => sheet.wrong_password = Some(m::short(l).to_owned()),
        (Code::Unauthorized, _) => sheet.wrong_password = Some(m::wrong(l).to_owned()),
        // The page says itself what became of the invitation.
        (Code::Gone | Code::NotFound, _) => {}
        _ => sheet.trouble = Some(doors::told(refused, l)),
    }
    if sheet.wrong_name.is_some() || sheet.wrong_password.is_some() {
        sheet.trouble = Some((m::check(l).to_owned(), words::nothing_changed(l).to_owned()));
    }
}

async fn shown(desk: &Desk, mut sheet: Sheet, status: Option<StatusCode>, request: Request) -> Response {
    let mut code = status.unwrap_or(StatusCode::OK);
    match desk.engine.offer(&sheet.token).await {
        Ok(offer) => {
            if offer.state != InvitationState::Open {
                code = StatusCode::GONE;
            }
            sheet.offer = Some(offer);
        }
        Err(refused) if refused.code == Code::NotFound => code = StatusCode::NOT_FOUND,
        Err(refused) => {
            code = StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            sheet.trouble = Some(doors::told(&refused, sheet.locale));
        }
    }
    let render = render_app_async_with_context(|| Policy::default().apply(), move || view_of(sheet.clone()));
    let mut response = render(request).await;
    *response.status_mut() = code;
    response
}

fn view_of(sheet: Sheet) -> impl IntoView {
    let l = sheet.locale;
    let open = sheet.offer.as_ref().filter(|offer| offer.state == InvitationState::Open);
    let heading = match &sheet.offer {
        Some(offer) => m::title(l, &offer.account.name),
        None => m::unknown(l).to_owned(),
    };
    let head = Document {
        app: ui::App::Dashboard,
        lang: l.code(),
        title: Some(format!("{heading} · Guichet")),
        hydrates: open.is_some(),
        holds_style: false,
    };
    let trouble = sheet.trouble.clone().map(|(what, next)| error_summary(what, next));
    let body = match open {
        Some(offer) => form(offer, &sheet),
        None => over(sheet.offer.as_ref().map(|offer| offer.state), l),
    };
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
                    <h1>{heading}</h1>
                    {trouble}
                    {body}
                </main>
                <footer>{languages(l, "")}</footer>
            </div>
        },
    )
}

/// What became of it, and what to do next.
fn over(state: Option<InvitationState>, l: Locale) -> AnyView {
    let (what, next) = match state {
        Some(InvitationState::Used) => (Some(m::used(l)), m::used_next(l)),
        Some(InvitationState::Withdrawn) => (Some(m::withdrawn(l)), m::ask_again(l)),
        Some(InvitationState::Expired | InvitationState::Open) => (Some(m::expired(l)), m::ask_again(l)),
        None => (None, m::unknown_next(l)),
    };
    view! {
        <div class="notice act" role="status">
            {what.map(|what| view! { <strong>{what}</strong> })}
            <p>{next}</p>
        </div>
        <a class="button" href="/dashboard/sign-in">{words::sign_in(l)}</a>
    }
    .into_any()
}

fn form(offer: &Offer, sheet: &Sheet) -> AnyView {
    let l = sheet.locale;
    let none = Signal::stored(None);
    let email = view! { <input id="email" type="email" name="email" autocomplete="username" readonly=true value=offer.email.clone()/> };
    let invalid = |wrong: &Option<String>| wrong.is_some().then_some("true");
    let described = ui::described_by("password", true, sheet.wrong_password.is_some());
    let password = view! {
        <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            required=true
            maxlength="256"
            aria-invalid=invalid(&sheet.wrong_password)
            aria-describedby=described
        />
    };
    let described = ui::described_by("name", false, sheet.wrong_name.is_some());
    let name = view! {
        <input
            id="name"
            name="name"
            autocomplete="name"
            required=true
            maxlength="64"
            value=sheet.name.clone()
            aria-invalid=invalid(&sheet.wrong_name)
            aria-describedby=described
        />
    };
    let hint = Some(m::password_hint(l).to_owned());
    let role = role_name(offer.role, l);
    view! {
        <p>{m::invited(l, &offer.inviter, &offer.account.name)}</p>
        <p class="muted">{m::your_role(l, role)} " " {role_can(offer.role, l)}</p>
        <form method="post" class="stack">
            {field("email", words::email(l), None, none, email.into_any())}
            {field("name", m::name(l), None, Signal::stored(sheet.wrong_name.clone()), name.into_any())}
            {field("password", words::password(l), hint, Signal::stored(sheet.wrong_password.clone()), password.into_any())}
            <button class="button primary">{m::join(l)}</button>
        </form>
    }
    .into_any()
}

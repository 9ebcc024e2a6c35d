//! Which address answers what.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{
    ConnectInfo, Form, FromRequestParts, Path, RawPathParams, State,
    rejection::{FormRejection, PathRejection},
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::routing::get;
use engine::{Back, CardForm, Device, Engine, Page, PageRef, Step};
use leptos::prelude::AnyView;
use leptos_axum::render_app_async_with_context;
use model::error::{Code, Refused};
use model::locale::Locale;
use secrecy::SecretString;
use serde::Deserialize;
use ui::Policy;
use validation::card::CardError;
use validation::cvc::CvcError;
use validation::expiry::{self, ExpiryError};
use validation::name::NameError;

use super::address::{Address, parameter};
use super::sheet::{Kept, Recheck, Sheet, step_name};
use super::{layout, steps, words};
use crate::check::{Field, Problem, check};

/// `/pi_…` and `/test_pi_…`, `/<public key>/pi_…` and `/<public key>/paym_…`, each with `/return` (back from the bank)
/// and `/status` (what the page asks while it waits); `/return/<reference>`, where a bank sends the payer. Every other
/// address of one or two parts is told so in HTML.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/{place}", get(show).post(pay))
        .route("/{place}/return", get(returned).post(returned))
        .route("/{place}/status", get(status))
        .route("/return/{reference}", get(from_bank).post(from_bank))
        .route("/{place}/{object}", get(show).post(pay))
        .route("/{place}/{object}/return", get(returned).post(returned))
        .route("/{place}/{object}/status", get(status))
        .with_state(engine)
}

/// Keeps the language of `?lang=` over the visit to the bank.
const LANGUAGE_COOKIE: &str = "payer-language";
/// Names the question for which the payer was taken to the bank: 'back' and reloading don't take them there again.
const BANK_COOKIE: &str = "payer-at-bank";
/// As long as a challenge lives: 6 hours.
const COOKIE: &str = "Max-Age=21600; HttpOnly; SameSite=Lax";

/// The page of an address that is none.
pub async fn not_found(request: Request<Body>) -> Response {
    let (parts, _) = request.into_parts();
    absent(parts).await
}

/// A form as it was posted. What is missing is empty; it is checked like the rest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    number: String,
    exp: String,
    cvc: String,
    name: String,
    /// The amount that the form was shown with.
    shown: String,
}

/// What is asked for and by whom.
struct Asked {
    address: Address,
    parts: Parts,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        // Bytes that are no text name nothing.
        let Ok(params) = RawPathParams::from_request_parts(parts, state).await else { return Err(absent(parts.clone()).await) };
        let mut values = params.iter().map(|(_, value)| value);
        let query = parts.uri.query().unwrap_or_default();
        let address = match (values.next(), values.next()) {
            (Some(key), Some(object)) => Address::of_keyed(key, object, query),
            (Some(place), None) => Address::of_intent(place, query),
            _ => None,
        };
        match address {
            Some(address) => Ok(Self { address, parts: parts.clone() }),
            None => Err(absent(parts.clone()).await),
        }
    }
}

impl Asked {
    fn header(&self, name: HeaderName) -> &str {
        text(&self.parts.headers, name)
    }

    fn request_id(&self) -> Option<String> {
        let id = self.header(HeaderName::from_static("x-request-id"));
        (!id.is_empty()).then(|| id.to_owned())
    }

    fn device(&self) -> Device {
        let peer = self.parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        let said = |name| Some(self.header(name).chars().take(512).collect::<String>()).filter(|text| !text.is_empty());
        Device {
            ip: peer.map(|peer| peer.ip().to_string()),
            port: peer.map(|peer| i64::from(peer.port())),
            user_agent: said(header::USER_AGENT),
            http_accept: said(header::ACCEPT),
            languages: said(header::ACCEPT_LANGUAGE),
            ..Device::default()
        }
    }

    fn sheet(&self, page: Page) -> Sheet {
        Sheet::new(page, self.address.clone(), self.header(header::ACCEPT_LANGUAGE))
    }

    /// Whether the payer turned away from the bank's question to try another card.
    fn wants_another_card(&self) -> bool {
        parameter(self.parts.uri.query().unwrap_or_default(), "other").is_some()
    }

    /// Where a form or a bank leads: the page itself, so that reloading it sends nothing again.
    fn see_other(&self) -> Response {
        let mut response = Redirect::to(&self.address.url()).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn refused(self, refused: Refused) -> Response {
        let locale = self.address.lang.unwrap_or_else(|| Locale::from_accept_language(self.header(header::ACCEPT_LANGUAGE)));
        let status = StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match refused.code {
            Code::NotFound => absent(self.parts).await,
            Code::NoMethod => {
                draw(self.parts, status, move || layout::notice(locale, words::no_method(locale), words::no_method_text(locale), None))
                    .await
            }
            _ => {
                let url = self.address.url();
                let mut response = draw(self.parts, status, move || {
                    layout::notice(locale, words::trouble(locale), words::trouble_text(locale), Some(url.clone()))
                })
                .await;
                if let Some(seconds) = refused.retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                response
            }
        }
    }
}

async fn show(State(engine): State<Engine>, asked: Asked) -> Response {
    match engine.page(&asked.address.page, asked.request_id()).await {
        Ok(page) => {
            let mut sheet = asked.sheet(page);
            let query = asked.parts.uri.query().unwrap_or_default();
            sheet.test = parameter(query, "test").and_then(|index| index.parse().ok());
            sheet.stay = parameter(query, "stay").is_some();
            if asked.wants_another_card() {
                sheet.offer_another_card();
            }
            sheet_response(asked.parts, StatusCode::OK, sheet).await
        }
        Err(refused) => asked.refused(refused).await,
    }
}

async fn pay(State(engine): State<Engine>, asked: Asked, form: Result<Form<Typed>, FormRejection>) -> Response {
    let typed = match form {
        Ok(Form(typed)) => typed,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return asked.refused(Refused::of(Code::BodyTooLarge)).await;
        }
        // What can't be read is an empty form.
        Err(_) => Typed::default(),
    };
    let mut sheet = match sheet_to_pay(&engine, &asked).await {
        Ok(Some(sheet)) => sheet,
        Ok(None) => return asked.see_other(),
        Err(refused) => return asked.refused(refused).await,
    };
    sheet.recheck = sheet.recheck_for(&typed.shown);
    let card = match read(&typed, &sheet) {
        Ok(card) if sheet.recheck.is_none() => card,
        read => {
            sheet.problems = read.err().unwrap_or_default();
            return ask_again(asked.parts, sheet, typed).await;
        }
    };
    match engine.pay(&asked.address.page, card, asked.device(), asked.request_id()).await {
        Ok(_) => asked.see_other(),
        // The amount changed between reading the page and paying.
        Err(refused) if (refused.code, refused.field.as_deref()) == (Code::Conflict, Some("amount")) => {
            match sheet_to_pay(&engine, &asked).await {
                Ok(Some(mut sheet)) => {
                    sheet.recheck = Some(Recheck::Changed);
                    ask_again(asked.parts, sheet, typed).await
                }
                Ok(None) => asked.see_other(),
                Err(refused) => asked.refused(refused).await,
            }
        }
        Err(refused) => match problem_of(&refused) {
            Some((field, problem)) => {
                sheet.problems[field as usize] = Some(problem);
                ask_again(asked.parts, sheet, typed).await
            }
            None => asked.refused(refused).await,
        },
    }
}

/// The page with its form; none where it is paid, expired, at the bank: it shows how it stands instead of asking anybody again.
async fn sheet_to_pay(engine: &Engine, asked: &Asked) -> Result<Option<Sheet>, Refused> {
    let mut sheet = asked.sheet(engine.page(&asked.address.page, asked.request_id()).await?);
    if asked.wants_another_card() {
        sheet.offer_another_card();
    }
    Ok(matches!(sheet.page.step, Step::Form { .. }).then_some(sheet))
}

async fn ask_again(parts: Parts, mut sheet: Sheet, typed: Typed) -> Response {
    sheet.typed = Kept { exp: typed.exp, name: typed.name };
    // A card number in the wrong field is not sent back either.
    if sheet.problems[Field::Name as usize] == Some(Problem::Name(NameError::CardNumber)) {
        sheet.typed.name.clear();
    }
    let status = if sheet.recheck.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    sheet_response(parts, status, sheet).await
}

/// The card for the amount that the sheet shows, or what is wrong with each field.
fn read(typed: &Typed, sheet: &Sheet) -> Result<CardForm, [Option<Problem>; 4]> {
    let month = sheet.month();
    let texts = [&typed.number, &typed.exp, &typed.cvc, &typed.name];
    let problems = Field::ALL.map(|field| check(field, texts[field as usize], &typed.number, month));
    match expiry::parse(&typed.exp, month) {
        Ok(expiry) if problems.iter().all(Option::is_none) => Ok(CardForm {
            shown: sheet.amount(),
            number: SecretString::from(validation::card::digits_only(&typed.number)),
            exp_month: i64::from(expiry.month),
            exp_year: i64::from(expiry.year),
            cvc: SecretString::from(typed.cvc.trim()),
            name: Some(typed.name.trim().to_owned()),
        }),
        _ => Err(problems),
    }
}

/// The field that the engine found fault with, where the form's own checks did not.
fn problem_of(refused: &Refused) -> Option<(Field, Problem)> {
    let field = refused.field.as_deref()?;
    Some(match field.rsplit('.').next()? {
        "number" => (Field::Number, Problem::Number(CardError::Checksum)),
        "exp" | "exp_month" | "exp_year" => (Field::Exp, Problem::Exp(ExpiryError::Past)),
        "cvc" => (Field::Cvc, Problem::Cvc(CvcError::NeedsThreeOrFour)),
        "name" => (Field::Name, Problem::Name(NameError::Control)),
        _ => return None,
    })
}

async fn returned(State(engine): State<Engine>, asked: Asked) -> Response {
    match engine.returned(&asked.address.page, asked.request_id()).await {
        Ok(_) => asked.see_other(),
        Err(refused) => asked.refused(refused).await,
    }
}

/// The bank sends the payer here with its reference, by GET or by a POST from its site. What the bank says is asked of
/// the bank, never read from the request.
async fn from_bank(State(engine): State<Engine>, reference: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    let (parts, _) = request.into_parts();
    let Ok(Path(reference)) = reference else { return absent(parts).await };
    let request_id = text(&parts.headers, HeaderName::from_static("x-request-id")).to_owned();
    let url = match engine.bank_return(&reference, Some(request_id).filter(|id| !id.is_empty())).await {
        Ok(Back::Page(PageRef::Intent { id, test })) => {
            let lang = cookie(&parts.headers, LANGUAGE_COOKIE).and_then(Locale::from_code);
            let lang = lang.map(|lang| format!("?lang={}", lang.code())).unwrap_or_default();
            format!("/{}{id}{lang}", if test { "test_" } else { "" })
        }
        Ok(Back::Page(PageRef::KeyedIntent { key, id })) => format!("/{key}/{id}"),
        Ok(Back::Page(PageRef::KeyedPayment { key, id })) => format!("/{key}/{id}"),
        Ok(Back::Away(url)) => url,
        Err(_) => return absent(parts).await,
    };
    let mut response = Redirect::to(&url).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn status(State(engine): State<Engine>, asked: Asked) -> Response {
    match engine.page(&asked.address.page, asked.request_id()).await {
        Ok(page) => {
            let said = Json(serde_json::json!({ "step": step_name(&page.step) }));
            ([(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], said).into_response()
        }
        Err(refused) => asked.refused(refused).await,
    }
}

async fn absent(parts: Parts) -> Response {
    let query = parts.uri.query().unwrap_or_default();
    let locale = parameter(query, "lang")
        .and_then(Locale::from_code)
        .unwrap_or_else(|| Locale::from_accept_language(text(&parts.headers, header::ACCEPT_LANGUAGE)));
    draw(parts, StatusCode::NOT_FOUND, move || layout::notice(locale, words::absent(locale), words::absent_text(locale), None)).await
}

async fn sheet_response(parts: Parts, status: StatusCode, mut sheet: Sheet) -> Response {
    let question = steps::question(&sheet);
    sheet.been_at_bank = question.as_deref().is_some_and(|question| cookie(&parts.headers, BANK_COOKIE) == Some(question));
    let bank = steps::bank_url(&sheet).filter(|_| !sheet.been_at_bank);
    let refresh = bank.and_then(|url| HeaderValue::from_str(&format!("1;url={url}")).ok());
    let lang = sheet.address.lang.map(Locale::code);
    let sheet = Arc::new(sheet);
    let mut response = draw(parts, status, move || layout::page(&sheet)).await;
    if let Some(refresh) = refresh {
        response.headers_mut().insert(header::REFRESH, refresh);
        // Nothing on this page posts: the bank need not learn where the payer comes from.
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    // The bank knows nothing of the language that was asked for here: it waits where the payer comes back.
    let language = question.as_ref().and(lang).map(|lang| format!("{LANGUAGE_COOKIE}={lang}; Path=/return/; {COOKIE}"));
    let been = question.map(|question| format!("{BANK_COOKIE}={question}; Path=/; {COOKIE}"));
    for cookie in [language, been].into_iter().flatten() {
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

async fn draw(parts: Parts, status: StatusCode, view: impl Fn() -> AnyView + Clone + Send + Sync + 'static) -> Response {
    let render = render_app_async_with_context(|| Policy::default().apply(), view);
    let mut response = render(Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = status;
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

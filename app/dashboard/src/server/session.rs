//! Who is signed in: the cookie, and the layer that lets nobody else in.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use engine::{Caller, Session};
use leptos_router::location::Url;
use model::{
    error::{Code, Refused},
    locale::Locale,
};

use super::{Desk, wants_html};
use crate::{failure::Failure, frame::Frame, shell::pins::Pin};

/// Longer than any session lives: the server ends them.
const COOKIE_SECONDS: i64 = 30 * 24 * 60 * 60;
const YEAR_SECONDS: i64 = 365 * 24 * 60 * 60;
const LANGUAGE: &str = "lang";
/// `off` where single letters are no shortcuts.
const LETTERS: &str = "letters";

/// What a request knows of who makes it.
pub struct Signed {
    pub caller: Caller,
    pub frame: Frame,
    /// Whether browsers come by TLS: what cookies say of themselves.
    pub secure: bool,
}

impl Desk {
    /// The prefix makes browsers refuse the cookie from anybody but this host over TLS. Without TLS it can't be had.
    fn cookie(&self) -> &'static str {
        if self.config.secure { "__Host-session" } else { "session" }
    }

    pub fn token(&self, headers: &HeaderMap) -> Option<String> {
        cookie(headers, self.cookie())
    }

    pub fn open_cookie(&self, token: &str) -> Option<HeaderValue> {
        self.set_cookie(self.cookie(), token, COOKIE_SECONDS, "; HttpOnly")
    }

    pub fn end_cookie(&self) -> Option<HeaderValue> {
        self.set_cookie(self.cookie(), "", 0, "; HttpOnly")
    }

    pub fn language_cookie(&self, locale: Locale) -> Option<HeaderValue> {
        language_cookie(locale, self.config.secure)
    }

    pub fn letters_cookie(&self, on: bool) -> Option<HeaderValue> {
        self.set_cookie(LETTERS, if on { "on" } else { "off" }, YEAR_SECONDS, "")
    }

    fn set_cookie(&self, name: &str, value: &str, seconds: i64, more: &str) -> Option<HeaderValue> {
        written(name, value, seconds, more, self.config.secure)
    }

    fn frame(&self, session: &Session, headers: &HeaderMap, query: &str) -> Frame {
        let own = Locale::from_code(&session.user.locale).unwrap_or_default();
        Frame {
            account: session.account.name.clone(),
            color: session.account.brand_color.clone(),
            shop: match session.shops.as_slice() {
                [shop] => Some(shop.name.clone()),
                _ => None,
            },
            user: session.user.name.clone(),
            email: session.user.email.clone(),
            accounts: match session.accounts.as_slice() {
                [_] => Vec::new(),
                several => several.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            },
            account_id: session.account.id.to_string(),
            environment: session.environment,
            role: session.role,
            rights: session.caller.rights(),
            locale: asked_language(headers, query).unwrap_or(own),
            zone: session.zone.clone(),
            now: self.engine.now_for(&session.account, session.environment),
            seen: self.engine.seen(session.caller.scope()),
            shortcuts: cookie(headers, LETTERS).as_deref() != Some("off"),
            pins: Vec::new(),
        }
    }
}

pub fn language_cookie(locale: Locale, secure: bool) -> Option<HeaderValue> {
    written(LANGUAGE, locale.code(), YEAR_SECONDS, "", secure)
}

fn written(name: &str, value: &str, seconds: i64, more: &str, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds}{more}{secure}")).ok()
}

pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty())
}

/// `?lang=`, else what was chosen before.
fn asked_language(headers: &HeaderMap, query: &str) -> Option<Locale> {
    query_language(query).or_else(|| cookie(headers, LANGUAGE).and_then(|code| Locale::from_code(&code)))
}

fn query_language(query: &str) -> Option<Locale> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Locale::from_code)
}

/// Of somebody who isn't signed in.
pub fn visitors_language(headers: &HeaderMap, query: &str) -> Locale {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|accept| accept.to_str().ok()).map(Locale::from_accept_language);
    asked_language(headers, query).or_else(accepted).unwrap_or_default()
}

/// Pages lead to sign-in and from there back; server functions answer 401.
pub async fn require(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let Some(token) = desk.token(request.headers()) else { return sign_in_first(&request) };
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let session = match desk.engine.session(&token, id).await {
        Ok(session) => session,
        Err(refused) if refused.code == Code::Unauthorized => return sign_in_first(&request),
        Err(refused) if wants_html(request.headers()) => return down_page(&refused, request.headers()).await,
        Err(refused) => return unavailable(&refused),
    };
    let query = request.uri().query().unwrap_or_default();
    let mut frame = desk.frame(&session, request.headers(), query);
    // Only whole pages show them.
    if request.method() == http::Method::GET && wants_html(request.headers()) {
        let pins = desk.engine.pins(&session.caller).await.unwrap_or_default();
        frame.pins = pins.into_iter().map(|pin| Pin { href: pin.href, title: pin.title }).collect();
    }
    let chosen = query_language(query).and_then(|locale| desk.language_cookie(locale));
    request.extensions_mut().insert(Arc::new(Signed { caller: session.caller, frame, secure: desk.config.secure }));
    let mut response = next.run(request).await;
    if let Some(cookie) = chosen {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn sign_in_first(request: &Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/_fn/") && !wants_html(request.headers()) {
        let body = crate::told::tell(&Failure::SignedOut);
        return (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, crate::ask::TOLD)], body).into_response();
    }
    // Where a form was posted from is where its sender was.
    let from = came_from(request.headers());
    let here = if request.method() == http::Method::GET { request.uri().path_and_query().map(|all| all.as_str().to_owned()) } else { from };
    let next = here.filter(|here| local(here).is_some()).map(|here| format!("?next={}", Url::escape(&here))).unwrap_or_default();
    Redirect::to(&format!("/dashboard/sign-in{next}")).into_response()
}

/// Who is signed in can't be read now: people are told so by a page, our own scripts by what they understand.
async fn down_page(refused: &Refused, headers: &HeaderMap) -> Response {
    with_patience(super::doors::down(headers).await, refused)
}

fn unavailable(refused: &Refused) -> Response {
    let status = StatusCode::from_u16(refused.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = crate::told::tell(&Failure::Refused(refused.clone()));
    with_patience((status, [(header::CONTENT_TYPE, crate::ask::TOLD)], body).into_response(), refused)
}

fn with_patience(mut response: Response, refused: &Refused) -> Response {
    if let Some(seconds) = refused.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The page of ours that a form was posted from.
pub fn came_from(headers: &HeaderMap) -> Option<String> {
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok()).and_then(after_origin);
    from.filter(|from| local(from).is_some())
}

fn after_origin(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    rest.find('/').and_then(|at| rest.get(at..)).map(str::to_owned)
}

/// Only a path of ours: anything else would let a link send people elsewhere after sign-in.
pub fn local(path: &str) -> Option<&str> {
    let inside = path == "/dashboard" || path.starts_with("/dashboard/") || path.starts_with("/dashboard?");
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (inside && plain && !path.starts_with("/dashboard/sign-")).then_some(path)
}

/// Without TLS a password may only travel inside this machine.
pub fn may_sign_in(desk: &Desk, from: Option<IpAddr>) -> bool {
    desk.config.secure || from.is_some_and(|from| from.to_canonical().is_loopback())
}

pub fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|ConnectInfo(from)| from.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_return_to_pages_of_the_dashboard_only() {
        for path in ["/dashboard", "/dashboard/payments?q=a%20b", "/dashboard/payments/pi_1?do=refund"] {
            assert_eq!(local(path), Some(path));
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/dashboard",
            "/dashboardx",
            "/dashboard/sign-in",
            "/dashboard/\\a",
            "/dashboard/a b",
        ] {
            assert_eq!(local(path), None, "{path}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; session=abc; lang=fr"));
        assert_eq!(cookie(&headers, "session").as_deref(), Some("abc"));
        assert_eq!(cookie(&headers, "__Host-session"), None);
        assert_eq!(visitors_language(&headers, ""), Locale::Fr);
        assert_eq!(visitors_language(&headers, "next=x&lang=en"), Locale::En);
    }

    #[test]
    fn the_page_a_form_came_from_is_known_without_its_origin() {
        assert_eq!(after_origin("http://a.example/dashboard?x=1").as_deref(), Some("/dashboard?x=1"));
        assert_eq!(after_origin("about:blank"), None);
    }
}

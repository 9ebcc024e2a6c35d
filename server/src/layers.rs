//! What every request passes on its way to the rooms, in one order.

use std::any::Any;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use engine::{Draw, SystemDraw};
use http_body_util::Limited;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::request_id::RequestId;
use tower_http::trace::TraceLayer;
use tracing::Span;

use crate::command::Stop;
use crate::config::Proxies;
use crate::{notice, routes};

/// The largest form, in bytes. The API has the same limit and says it in its own shape.
const BODY_MAX: usize = 1_000_000;

/// So many digits in a row may be a card's number; no id has them but by a chance of nothing.
const CARD_DIGITS_MIN: usize = 12;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// What rooms that see only headers read the id from.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a page or answer does not say otherwise.
const DEFAULTS: [(HeaderName, HeaderValue); 8] = [
    // What is somebody's own stays in no cache. Files that are everybody's say so themselves.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Not `no-referrer`: with it Chromium posts `Origin: null`, and nothing can redirect back.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ),
    // For browsers that don't know `frame-ancestors`; the others go by that.
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), serial=(), usb=()"),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];
/// A year, from those who came by TLS.
pub const HSTS: &str = "max-age=31536000";

/// What the layers are told.
#[derive(Debug, Clone)]
pub struct Around {
    pub proxies: Proxies,
    /// Scheme and host of the pages: a form sent from there is our own, whatever a proxy made of `Host`.
    pub public_url: String,
    /// Whether browsers come by TLS.
    pub secure: bool,
    /// Whether they are told to come by TLS only.
    pub hsts: bool,
}

/// The whole server for one listener. First in the list is first to see a request and last to see its answer.
///
/// # Errors
/// Where the public address is no origin.
pub fn around(pages: Router, api: Router, around: &Around) -> Result<Router, Stop> {
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&around.public_url)
        .map_err(|error| Stop::failed("GUICHET_PUBLIC_URL", error))?
        // A bank sends the payer back by a form on its own site. Nothing there is done in anybody's name: the bank itself is asked.
        .with_insecure_bypass(|_, uri| uri.path().starts_with("/return/"))
        .with_rejection_response(|_: ProtectionError| StatusCode::FORBIDDEN.into_response());
    let for_pages = ServiceBuilder::new()
        // Pages travel small; files come compressed already. Nothing secret stands beside what others could make us repeat.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        // What the two below refuse gets words.
        .layer(from_fn(worded))
        // A form on another site must not act in the name of who is signed in here.
        .layer(csrf)
        // Memory is not for whoever sends most.
        .layer(from_fn(limited));
    let for_all = ServiceBuilder::new()
        // Each request has a name of ours: in the log, in events, in the answer.
        .layer(from_fn(named))
        // One line in the log for each, inside which everything else about it is written.
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_failure(()).on_response(answered))
        .layer(from_fn_with_state((around.secure, around.hsts), with_defaults))
        // A bug in one request ends that request only. Inside the above: its answer has a name, a line and headers, too.
        .layer(CatchPanicLayer::custom(panicked))
        // Who asks, where a proxy asks for them.
        .layer(from_fn_with_state(around.proxies.clone(), come_from));
    Ok(routes::router(pages.layer(for_pages), api).layer(for_all))
}

/// Ids are made here and accepted from nobody: what is found under one is what happened here.
async fn named(mut request: Request, next: Next) -> Response {
    let mut random = [0; 12];
    SystemDraw.fill(&mut random);
    let Ok(id) = HeaderValue::try_from(format!("req_{}", hex::encode(random))) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    request.extensions_mut().insert(RequestId::new(id.clone()));
    request.headers_mut().insert(X_REQUEST_ID, id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Neither queries nor headers nor bodies: what people type may stand there. Probes and files are not worth a line.
fn span<B>(request: &axum::http::Request<B>) -> Span {
    let path = request.uri().path();
    if path == "/health" || path.starts_with("/assets/") {
        return Span::none();
    }
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", request_id = id, method = %request.method(), path = %without_secrets(path))
}

/// The path, without what should never have been put there: a secret key where payers' addresses have the public one, a card's number where
/// its id belongs.
fn without_secrets(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(is_secret) {
        return Cow::Borrowed(path);
    }
    let parts: Vec<&str> = path.split('/').map(|part| if is_secret(part) { "***" } else { part }).collect();
    Cow::Owned(parts.join("/"))
}

fn is_secret(part: &str) -> bool {
    let part = unescaped(part);
    let is_key = ["stest_", "sprod_", "join_"].iter().any(|prefix| part.contains(prefix));
    let joined = part.replace(|c: char| c.is_whitespace() || matches!(c, '-' | '+' | '.'), "");
    is_key || joined.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= CARD_DIGITS_MIN)
}

/// With what stands as `%34` read as the server reads it.
fn unescaped(part: &str) -> Cow<'_, str> {
    let mut pieces = part.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    if bytes.len() == part.len() {
        return Cow::Borrowed(part);
    }
    for piece in pieces {
        match piece.split_at_checked(2).and_then(|(code, rest)| Some((hex::decode(code).ok()?, rest))) {
            Some((byte, rest)) => bytes.extend(byte.into_iter().chain(rest.bytes())),
            None => bytes.extend(std::iter::once(b'%').chain(piece.bytes())),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn answered<B>(response: &axum::http::Response<B>, took: Duration, span: &Span) {
    if !span.is_none() || response.status().is_server_error() {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(parent: span, status = response.status().as_u16(), micros, "answered");
    }
}

/// The headers of every page that doesn't say otherwise, in lower case.
pub fn defaults() -> impl Iterator<Item = (HeaderName, String)> {
    DEFAULTS.into_iter().map(|(name, value)| (name, value.to_str().unwrap_or_default().to_owned()))
}

async fn with_defaults(State((secure, hsts)): State<(bool, bool)>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    if hsts {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(HSTS));
    }
    if secure && let header::Entry::Occupied(mut cookies) = headers.entry(header::SET_COOKIE) {
        cookies.iter_mut().for_each(keep_to_tls);
    }
    response
}

/// A cookie that came by TLS goes by TLS only, whichever page sets it.
fn keep_to_tls(cookie: &mut HeaderValue) {
    let text = cookie.to_str().unwrap_or_default();
    let said = text.split(';').any(|part| part.trim().eq_ignore_ascii_case("secure"));
    if !said && let Ok(kept) = HeaderValue::try_from(format!("{text}; Secure")) {
        *cookie = kept;
    }
}

fn panicked(_: Box<dyn Any + Send>) -> axum::http::Response<Body> {
    // Where it happened is in the log already.
    notice::page(StatusCode::INTERNAL_SERVER_ERROR, &HeaderMap::new())
}

async fn come_from(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    if let Some(peer) = peer {
        let client = proxies.client(peer.ip(), Some(&forwarded(request.headers())));
        if client != peer.ip() {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, 0)));
        }
    }
    next.run(request).await
}

/// All lines as one. Letters that no address has stay in their place: without their line an earlier one would speak.
fn forwarded(headers: &HeaderMap) -> String {
    headers.get_all(X_FORWARDED_FOR).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect::<Vec<_>>().join(",")
}

async fn limited(request: Request, next: Next) -> Response {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > BODY_MAX as u64) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, BODY_MAX)))).await
}

/// Gives an empty refusal its page.
async fn worded(request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let bare = response.headers().get(header::CONTENT_TYPE).is_none();
    match response.status() {
        status @ (StatusCode::FORBIDDEN | StatusCode::PAYLOAD_TOO_LARGE) if bare => notice::page(status, &headers),
        _ => response,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn a_secret_in_an_address_stays_out_of_the_log() {
        for (path, written) in [
            ("/stest_abcdefghijklmnopqrstuvwx/pi_1", "/***/pi_1"),
            ("/dashboard/sprod_a", "/dashboard/***"),
            ("/dashboard/invitation/join_0123", "/dashboard/invitation/***"),
            ("/v2/cards/4242424242424242", "/v2/cards/***"),
            ("/v2/cards/4242%204242%204242%204242/x", "/v2/cards/***/x"),
            ("/v2/cards/4242-4242-4242-4242", "/v2/cards/***"),
            (
                "/ptest_abcdefghijklmnopqrstuvwx/paym_aB3kP9xQz7LmN2vR5tY8wE1s",
                "/ptest_abcdefghijklmnopqrstuvwx/paym_aB3kP9xQz7LmN2vR5tY8wE1s",
            ),
            ("/", "/"),
        ] {
            assert_eq!(without_secrets(path), written);
        }
    }

    const PIECES: &[&str] = &[
        "/",
        "//",
        "v2",
        "cards",
        "stest_",
        "sprod_",
        "join_",
        "ptest_abc",
        "%73test_",
        "s%74est_a",
        "STEST_",
        "%20",
        "%2520",
        "%C2%A0",
        "%2D",
        "-",
        "+",
        ".",
        "_",
        "%",
        "%4",
        "%zz",
        "%ff",
        "%2F",
        "é",
        "4242",
        "42424242",
        "%34%32%34%32",
        "%3",
        "4242424242424242",
        "paym_aB3kP9xQz7LmN2vR5tY8wE1s",
        "2026-11-22",
    ];

    fn paths() -> impl Strategy<Value = String> {
        prop_oneof![8 => prop::collection::vec(select(PIECES), 0..10).prop_map(|pieces| format!("/{}", pieces.concat())), 1 => any::<String>()]
    }

    /// As whoever reads the log would read a part of a path.
    fn read(part: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = part.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let code =
                after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let (byte, left) = match code.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
                Some(byte) => (byte, &after[2..]),
                None => (*first, after),
            };
            bytes.push(byte);
            rest = left;
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_path_takes_a_key_or_a_cards_number_to_the_log(path in paths()) {
            let written = without_secrets(&path);
            prop_assert_eq!(written.split('/').count(), path.split('/').count());
            for (part, before) in written.split('/').zip(path.split('/')) {
                let part_read = read(part);
                prop_assert!(!["stest_", "sprod_", "join_"].iter().any(|key| part_read.contains(key)), "{}", written);
                let gaps: String = part_read.chars().filter(|c| !c.is_whitespace() && !"-+.".contains(*c)).collect();
                prop_assert!(!gaps.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= CARD_DIGITS_MIN), "{}", written);
                prop_assert!(part == before || part == "***");
            }
        }

        #[test]
        fn an_id_stays_readable(kind in select(&["paym", "pi", "cust", "card"][..]), id in "[A-Za-z]{12}[A-Za-z0-9]{12}", shop in "p(test|prod)_[A-Za-z]{12}[A-Za-z0-9]{12}") {
            let path = format!("/{shop}/{kind}_{id}");
            prop_assert_eq!(without_secrets(&path), path.clone());
        }

        #[test]
        fn whatever_a_client_sends_our_proxy_is_heard(lines in prop::collection::vec(any::<Vec<u8>>(), 0..3), spoof in prop::bool::ANY, appended in prop::bool::ANY) {
            let proxies: Proxies = "10.0.0.0/8".parse().unwrap();
            let (peer, client): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "203.0.113.9".parse().unwrap());
            let mut lines = lines;
            if spoof {
                lines.insert(0, b"127.0.0.1".to_vec());
            }
            // Proxies add to the last line, or a line of their own.
            match lines.last_mut().filter(|_| appended) {
                Some(last) => last.extend_from_slice(b", 203.0.113.9"),
                None => lines.push(b"203.0.113.9".to_vec()),
            }
            let mut headers = HeaderMap::new();
            for line in lines {
                let line: Vec<u8> = line.into_iter().filter(|byte| *byte >= 32 && *byte != 127).collect();
                headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(&line).unwrap());
            }
            prop_assert_eq!(proxies.client(peer, Some(&forwarded(&headers))), client);
        }
    }
}

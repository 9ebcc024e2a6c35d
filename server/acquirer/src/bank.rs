//! The page of the payer's bank in the sandbox, where a 3-D Secure challenge is answered. It stands for another site: its own look, its own headers, no
//! script and nothing from the rest of Guichet.

mod page;
mod words;

pub use page::{STYLE, policy};

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures::future::BoxFuture;
use model::locale::Locale;
use model::time::Timestamp;
use serde::Deserialize;

use crate::records::{AuthenticationRecord, Record};
use crate::simulator::{from_text, to_text};
use crate::{Authentication, Memory, MemoryError};

/// Tells the business time of an account: the one of [`Challenge::account`](crate::Challenge).
pub trait BankClock: Send + Sync + 'static {
    fn now<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Timestamp>;
}

#[derive(Clone)]
struct Bank {
    memory: Arc<dyn Memory>,
    clock: Arc<dyn BankClock>,
}

/// `GET` and `POST /bank/{reference}`: the simulated bank's page, for the sandbox only. A cross-site check of the whole server may run over it: its form
/// posts to itself.
pub fn bank_router(memory: Arc<dyn Memory>, clock: Arc<dyn BankClock>) -> Router {
    Router::new().route("/bank/{reference}", get(show).post(answer)).with_state(Bank { memory, clock })
}

#[derive(Deserialize)]
struct Language {
    lang: Option<String>,
}

impl Language {
    fn locale(&self) -> Option<Locale> {
        self.lang.as_deref().and_then(Locale::from_code)
    }
}

#[derive(Deserialize)]
struct Choice {
    choice: Said,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Approve,
    Decline,
}

/// Why there is no challenge to show.
enum Missing {
    Unknown,
    Memory(MemoryError),
}

impl From<MemoryError> for Missing {
    fn from(lost: MemoryError) -> Self {
        Self::Memory(lost)
    }
}

impl Missing {
    fn page(self, locale: Locale) -> Response {
        match self {
            Self::Unknown => html(StatusCode::NOT_FOUND, page::unknown(locale)),
            Self::Memory(lost) => {
                tracing::error!(%lost, "the simulated bank can't read its memory");
                html(StatusCode::SERVICE_UNAVAILABLE, page::broken(locale))
            }
        }
    }
}

/// A challenge with its stored text, and the time it is for its account.
struct Standing {
    text: String,
    record: AuthenticationRecord,
    now: Timestamp,
}

impl Bank {
    async fn standing(&self, reference: &str) -> Result<Standing, Missing> {
        // What no reference of ours looks like never reaches the database.
        let plausible = reference.len() <= 64 && reference.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plausible {
            return Err(Missing::Unknown);
        }
        let text = self.memory.get(reference).await?.ok_or(Missing::Unknown)?;
        let Record::Authentication(record) = from_text(&text)? else {
            return Err(Missing::Unknown);
        };
        let now = self.clock.now(&record.page.account).await;
        Ok(Standing { text, record, now })
    }

    /// Records what the payer said, unless something stands already or the time is over.
    async fn record(&self, reference: &str, said: Said) -> Result<AuthenticationRecord, Missing> {
        loop {
            let Standing { text, mut record, now } = self.standing(reference).await?;
            if record.result_at(now).is_some() {
                return Ok(record);
            }
            record.result = Some(match said {
                Said::Approve => record.success.clone(),
                Said::Decline => Authentication::Declined,
            });
            if self.memory.replace(reference, &text, &to_text(&Record::Authentication(record.clone()))?).await? {
                return Ok(record);
            }
        }
    }
}

async fn show(State(bank): State<Bank>, Path(reference): Path<String>, Query(language): Query<Language>) -> Response {
    let asked = language.locale();
    let Standing { record, now, .. } = match bank.standing(&reference).await {
        Ok(standing) => standing,
        Err(missing) => return missing.page(asked.unwrap_or_default()),
    };
    let locale = asked.unwrap_or(record.page.locale);
    match record.result_at(now) {
        None => html(StatusCode::OK, page::challenge(locale, &reference, &record.page)),
        Some(Authentication::Expired) => html(StatusCode::GONE, page::expired(locale, &record.page)),
        Some(result) => html(StatusCode::OK, page::answered(locale, &record.page, result.is_authenticated())),
    }
}

async fn answer(
    State(bank): State<Bank>,
    Path(reference): Path<String>,
    Query(language): Query<Language>,
    form: Result<Form<Choice>, FormRejection>,
) -> Response {
    let asked = language.locale();
    let Ok(Form(Choice { choice })) = form else {
        return html(StatusCode::UNPROCESSABLE_ENTITY, page::unclear(asked.unwrap_or_default()));
    };
    match bank.record(&reference, choice).await {
        // A page of its own after the answer: reloading it sends nothing again, and the way back to the shop is a link, not a redirect of a form.
        Ok(record) => {
            let locale = asked.unwrap_or(record.page.locale);
            with_headers(Redirect::to(&format!("/bank/{reference}?lang={}", locale.code())).into_response())
        }
        Err(missing) => missing.page(asked.unwrap_or_default()),
    }
}

fn html(status: StatusCode, body: String) -> Response {
    with_headers((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

/// `same-origin`, not `no-referrer`: with that Chromium posts `Origin: null`, which a cross-site check refuses.
fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy().clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

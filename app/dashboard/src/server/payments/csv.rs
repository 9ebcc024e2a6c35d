//! The list as a file: exactly what is filtered, in the same order, however much it is.
//!
//! Rows are read in batches and sent as the reader takes them; what is made after the file was asked for is not in it. A failure on the way
//! breaks the connection off, so that half a file never looks like a whole one.

use std::{io, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{Batch, Caller, Cursor, Engine, Exported, PaymentsFilter, rows::Refund};
use futures::stream;
use leptos::prelude::*;
use leptos_axum::render_app_async_with_context;
use model::{
    error::{Code, Refused},
    locale::Locale,
    money::Money,
    time::{Timestamp, Zone},
};
use ui::{App, Document, Icon, Policy, document, empty_state};

use super::{choices, maker, narrow};
use crate::{
    denied,
    failure::Failure,
    frame::Frame,
    payments::{
        data::Choices,
        query::{Asked, PATH},
    },
    server::{Desk, posts, session::Signed},
};

// The columns, by our words. Of the reports merchants know from other houses (company_id, app_id, payment_session_id,
// payment_session_status, type, created_at, execution_date, amount, currency, communication, psu_name, psu_email, psu_phone, provider,
// provider_fullname, is_refund, refund_session_id, refund_status) these are, in the same order: account, shop and created_by, id, status,
// type, created, captured_at, amount, currency, reference and description, name, email, mobile, method, brand, is_refund, refund_id,
// refund_status. Names stay the same in every language: programs read them.
const COLUMNS: [&str; 30] = [
    "account",
    "environment",
    "shop",
    "created_by",
    "id",
    "payment_id",
    "status",
    "type",
    "created",
    "captured_at",
    "amount",
    "currency",
    "amount_authorised",
    "amount_captured",
    "amount_refunded",
    "fee",
    "reference",
    "unique_id",
    "description",
    "name",
    "email",
    "mobile",
    "method",
    "brand",
    "last4",
    "response",
    "is_refund",
    "refund_id",
    "refund_status",
    "refund_reason",
];

/// What stays the same for every row of a file.
struct Sheet {
    engine: Engine,
    caller: Caller,
    filter: PaymentsFilter,
    choices: Choices,
    zone: Zone,
    account: String,
    environment: &'static str,
    /// Whether refunds stand under their payments.
    refunds: bool,
}

/// `GET /dashboard/payments.csv?…`: the address of the list, as a file.
pub(in crate::server) async fn export(State(desk): State<Desk>, request: Request) -> Response {
    let Some(signed) = request.extensions().get::<Arc<Signed>>().cloned() else { return StatusCode::UNAUTHORIZED.into_response() };
    let asked = Asked::parse(request.uri().query().unwrap_or_default());
    let l = signed.frame.locale;
    let begun = async {
        let choices = choices(&desk.engine, &signed).await?;
        let narrowed = narrow::narrowed(&asked, &signed.frame, &choices);
        let mut filter = narrowed.filter;
        // What is made in the very millisecond it was asked for belongs to it.
        super::search::earlier(&mut filter.to, Some(signed.frame.now.plus_millis(1)));
        let sheet = Sheet {
            engine: desk.engine.clone(),
            caller: signed.caller.clone(),
            filter,
            choices,
            zone: signed.frame.zone.clone(),
            account: signed.frame.account.clone(),
            environment: signed.frame.environment.as_str(),
            refunds: asked.refunds,
        };
        // The first rows are read before anything is promised.
        let first = sheet.engine.payments_batch(&sheet.caller, &sheet.filter, None).await?;
        Ok::<_, Refused>((sheet, first))
    };
    match begun.await {
        Ok((sheet, first)) => file(sheet, first, &name(&signed.frame)),
        Err(refused) => refusal(&refused, l, request).await,
    }
}

/// `payments-sandbox-2026-11-22.csv`
fn name(frame: &Frame) -> String {
    format!("payments-{}-{}.csv", frame.environment.as_str(), frame.zone.date(frame.now))
}

/// What is still to be sent.
enum Left {
    First(Batch),
    From(Cursor),
    Nothing,
}

fn file(sheet: Sheet, first: Batch, name: &str) -> Response {
    let sheet = Arc::new(sheet);
    let batches = stream::try_unfold(Left::First(first), move |left| {
        let sheet = sheet.clone();
        async move {
            let (batch, head) = match left {
                Left::First(batch) => (batch, true),
                Left::From(cursor) => {
                    let batch = sheet.engine.payments_batch(&sheet.caller, &sheet.filter, Some(cursor)).await;
                    (batch.map_err(|refused| broken(&refused.message))?, false)
                }
                Left::Nothing => return Ok(None),
            };
            let text = sheet.lines(&batch, head).map_err(|error| broken(&error.to_string()))?;
            Ok::<_, io::Error>(Some((text, batch.next.map_or(Left::Nothing, Left::From))))
        }
    });
    let mut response = Body::from_stream(batches).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn broken(why: &str) -> io::Error {
    tracing::error!(why, "an export broke off");
    io::Error::other("the export broke off")
}

/// A page that says why there is no file.
async fn refusal(refused: &Refused, l: Locale, request: Request) -> Response {
    let status = posts::status_of(refused);
    let forbidden = refused.code == Code::Forbidden;
    let failure = Failure::from(refused.clone());
    let view = move || {
        let title = denied::denied_title(l).to_owned();
        let head = Document { app: App::Dashboard, lang: l.code(), title: Some(title), hydrates: false, holds_style: false };
        let body = if forbidden {
            let back = view! { <a class="button primary" href=PATH>{denied::denied_leave(l)}</a> }.into_any();
            empty_state(Icon::Alert, denied::denied_title(l), denied::denied_why(l), back)
        } else {
            ui::error_summary(failure.sentence(l), String::new())
        };
        document(head, (), view! { <main class="page">{body}</main> })
    };
    let mut response = render_app_async_with_context(|| Policy::default().apply(), view)(request).await;
    *response.status_mut() = status;
    response
}

impl Sheet {
    fn lines(&self, batch: &Batch, head: bool) -> csv::Result<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        if head {
            writer.write_record(COLUMNS)?;
        }
        for row in &batch.rows {
            writer.write_record(self.order(row))?;
            for refund in row.refunds.iter().filter(|_| self.refunds) {
                writer.write_record(self.refund(row, refund))?;
            }
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    /// In the order of [`COLUMNS`]. Only cells of somebody's own words are made safe: amounts and times are ours.
    fn order(&self, row: &Exported) -> [String; COLUMNS.len()] {
        let intent = &row.intent;
        let money = |minor: i64| major(Money::new(minor, intent.currency));
        let shop = intent.shop.to_string();
        let shop = self.choices.shops.iter().find(|(id, _)| *id == shop).map(|(_, name)| name.clone()).unwrap_or(shop);
        let by = maker(&intent.created_by, &self.choices).unwrap_or_else(|| intent.created_by.clone());
        let captured = row.payment.as_ref().and_then(|payment| payment.captured_at);
        let mobile = row.customer.as_ref().and_then(|customer| customer.mobile.clone());
        [
            safe(&self.account),
            self.environment.to_owned(),
            safe(&shop),
            safe(&by),
            intent.id.to_string(),
            intent.payment.map(|id| id.to_string()).unwrap_or_default(),
            intent.shown.to_string(),
            intent.kind.to_string(),
            moment(intent.created, &self.zone),
            captured.map(|at| moment(at, &self.zone)).unwrap_or_default(),
            money(intent.amount),
            intent.currency.upper().to_owned(),
            money(intent.authorised),
            money(intent.captured),
            money(intent.refunded),
            row.payment.as_ref().map(|payment| money(payment.fee)).unwrap_or_default(),
            words(intent.order_id.as_ref()),
            words(intent.unique_id.as_ref()),
            words(intent.description.as_ref()),
            words(intent.payer_name.as_ref()),
            words(intent.payer_email.as_ref()),
            words(mobile.as_ref()),
            intent.method.map(|method| method.to_string()).unwrap_or_default(),
            words(intent.brand.as_ref()),
            intent.last4.clone().unwrap_or_default(),
            words(intent.response.as_ref()),
            "false".to_owned(),
            String::new(),
            String::new(),
            String::new(),
        ]
    }

    /// A refund as a row of its own: its payment's words, its own amounts.
    fn refund(&self, row: &Exported, refund: &Refund) -> [String; COLUMNS.len()] {
        let mut cells = self.order(row);
        let mut put = |column: &str, text: String| {
            if let Some(cell) = COLUMNS.iter().position(|name| *name == column).and_then(|at| cells.get_mut(at)) {
                *cell = text;
            }
        };
        let amount = major(Money::new(refund.amount, refund.currency));
        for empty in ["captured_at", "amount_authorised", "amount_captured", "amount_refunded", "fee", "response"] {
            put(empty, String::new());
        }
        put("type", "refund".to_owned());
        put("created", moment(refund.created, &self.zone));
        put("payment_id", refund.payment.to_string());
        put("amount", format!("-{amount}"));
        put("unique_id", words(refund.unique_id.as_ref()));
        put("is_refund", "true".to_owned());
        put("refund_id", refund.id.to_string());
        put("refund_status", refund.status.to_string());
        put("refund_reason", words(refund.reason.as_ref()));
        cells
    }
}

fn words(text: Option<&String>) -> String {
    text.map(|text| safe(text)).unwrap_or_default()
}

/// A cell that a spreadsheet would take for a formula begins with an apostrophe, also where blanks stand before it.
fn safe(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\u{feff}']).chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'));
    if formula { format!("'{text}") } else { text.to_owned() }
}

/// `129.90`, whatever the language.
fn major(money: Money) -> String {
    let places = usize::from(money.currency().exponent());
    let unit = 10_i64.pow(u32::from(money.currency().exponent()));
    let (whole, part) = (money.minor() / unit, (money.minor() % unit).abs());
    if places == 0 { whole.to_string() } else { format!("{whole}.{part:0places$}") }
}

/// ISO 8601 on the account's clock, with its distance from UTC.
fn moment(at: Timestamp, zone: &Zone) -> String {
    let local = zone.local(at);
    let offset = zone.offset_at(at) / 60;
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    format!("{}T{:02}:{:02}:{:02}{sign}{hours:02}:{minutes:02}", local.date, local.hour, local.minute, local.second)
}

#[cfg(test)]
mod tests {
    use model::money::Currency;

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+33 6 12", "-5", "@sum", "\t=1", "\r=1", " =1", "\u{a0}@x", "＝1"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        for text in ["", "Jean", "a=b", "129.90", "élodie@example.fr", "2026-1187", " x"] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn amounts_and_times_are_written_for_programs() {
        assert_eq!(major(Money::new(12_990, Currency::Eur)), "129.90");
        assert_eq!(major(Money::new(5, Currency::Eur)), "0.05");
        let at = Timestamp::parse_rfc3339("2026-11-22T23:30:05Z").unwrap();
        assert_eq!(moment(at, &Zone::utc()), "2026-11-22T23:30:05+00:00");
        assert_eq!(moment(at, &Zone::new("Europe/Paris", vec![(0, 3_600)])), "2026-11-23T00:30:05+01:00");
        assert_eq!(moment(at, &Zone::new("America/St_Johns", vec![(0, -12_600)])), "2026-11-22T20:00:05-03:30");
    }
}

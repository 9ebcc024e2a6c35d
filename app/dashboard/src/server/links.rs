//! Payment links: what the section's server functions do, the forms that make and end links, the QR code.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{LinkDraft, LinkFile, PageAt, PaymentsFilter, rows::Shop};
use leptos::prelude::*;
use model::{
    error::{Code, Refused},
    id::PaymentIntentId,
    lifecycle::Shown,
    locale::Locale,
    money::{Currency, MAX_AMOUNT, Money},
    rights::Right,
    time::{Date, Timestamp, Zone},
};

use super::{Desk, convert, posts, session::Signed, signed, told};
use crate::{
    failure::Failure,
    links::{
        data::{Asked, Expiry, File, Form, Link, Listing, Prefill, Problem, Values, View},
        link_href, messages as m,
    },
};

/// Rows a page.
const LIMIT: i64 = 20;
const DAY_MS: i64 = 86_400_000;
/// How long a link lives at most, in months.
const LONGEST: i32 = 3;

pub async fn listing(asked: Asked) -> Result<Listing, Failure> {
    let (engine, signed) = signed()?;
    let filter = PaymentsFilter { shown: labels_of(asked.view).to_vec(), ..PaymentsFilter::default() };
    let place = place(&asked).map_err(told)?;
    let page = engine.links_page(&signed.caller, filter, &place, LIMIT).await.map_err(told)?;
    let link = |intent: engine::rows::PaymentIntent| Link { expires_at: intent.expires_at, row: convert::row(intent) };
    Ok(Listing {
        links: page.rows.into_iter().map(link).collect(),
        next: page.next,
        previous: page.previous,
        count: page.count,
        more: page.more,
        now: signed.frame.now,
    })
}

/// The labels a view's rows have; none: every one.
const fn labels_of(view: View) -> &'static [Shown] {
    match view {
        View::All => &[],
        View::Open => &[Shown::Awaiting, Shown::Authenticating, Shown::Checking, Shown::Waiting],
        View::Paid => &[
            Shown::Paid,
            Shown::Scheduled,
            Shown::ToValidate,
            Shown::PartlyPaid,
            Shown::FraudAlert,
            Shown::Disputed,
            Shown::Refunded,
            Shown::CaptureFailed,
        ],
        View::NotPaid => &[Shown::Refused, Shown::Error, Shown::Cancelled, Shown::Expired, Shown::Abandoned],
    }
}

fn place(asked: &Asked) -> Result<PageAt, Refused> {
    let unread = |_| Refused::invalid("after", "This is no place in this list");
    match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => Ok(PageAt::First),
        (after, "") => after.parse().map(PageAt::After).map_err(unread),
        (_, before) => before.parse().map(PageAt::Before).map_err(unread),
    }
}

pub async fn file(id: String) -> Result<File, Failure> {
    let (engine, signed) = signed()?;
    let LinkFile { intent, url, shop, made_by, cancellable, now } = engine.link(&signed.caller, &id).await.map_err(told)?;
    Ok(File {
        url,
        shop: shop.map(|shop| shop.name),
        description: intent.description.clone(),
        made_by,
        expires_at: intent.expires_at,
        manual_validation: intent.manual_validation,
        open: intent.cancelled.is_none() && intent.order_cycle == model::lifecycle::OrderCycle::Open && now < intent.expires_at,
        cancellable,
        shop_id: intent.shop.to_string(),
        now,
        row: convert::row(intent),
    })
}

pub async fn form(prefill: Prefill) -> Result<Form, Failure> {
    let (engine, signed) = signed()?;
    if !signed.frame.may(Right::LinkWrite) {
        return Err(told(Refused::of(Code::Forbidden)));
    }
    if let Some(posted) = use_context::<Form>() {
        return Ok(posted);
    }
    let shops = engine.shops(&signed.caller).await.map_err(told)?;
    let account = engine.account_of(&signed.caller).await.map_err(told)?;
    let currency = Currency::from_code(&prefill.currency).unwrap_or(account.currency);
    let minor: Option<i64> = prefill.amount.parse().ok().filter(|minor| (1..=MAX_AMOUNT).contains(minor));
    let values = Values {
        amount: minor.map(|minor| Money::new(minor, currency).display_number(signed.frame.locale)).unwrap_or_default(),
        currency: currency.code().to_owned(),
        order_id: prefill.order_id,
        description: prefill.description,
        customer_name: prefill.customer_name,
        customer_email: prefill.customer_email,
        expiry: Expiry::Longest.as_str().to_owned(),
        shop: prefill.shop,
        token: engine.form_token(),
        ..Values::default()
    };
    Ok(form_of(values, &shops, &signed))
}

fn form_of(values: Values, shops: &[Shop], signed: &Signed) -> Form {
    let now = signed.frame.now;
    let today = signed.frame.zone.date(now);
    Form {
        values,
        problems: Vec::new(),
        trouble: None,
        shops: shops.iter().map(|shop| (shop.id.to_string(), shop.name.clone())).collect(),
        days: (today.plus_days(1), today.plus_months(LONGEST)),
        now,
    }
}

/// The form, posted: to the new link, or back to the form with everything that is wrong at once.
pub(super) async fn posted(State(desk): State<Desk>, request: Request) -> Response {
    let posted = match posts::read::<Values>(request).await {
        Ok(posted) => posted,
        Err(answer) => return answer,
    };
    let (signed, values) = (posted.signed, posted.form);
    let shops = match desk.engine.shops(&signed.caller).await {
        Ok(shops) => shops,
        Err(refused) => return (posts::status_of(&refused), refused.message).into_response(),
    };
    let l = signed.frame.locale;
    let mut form = form_of(values, &shops, &signed);
    let status = match draft(&form.values, form.days, form.now, &signed.frame.zone, l) {
        Ok(draft) => match desk.engine.create_link(&signed.caller, draft).await {
            Ok(made) => return posts::to(&format!("{}?done=made", link_href(&made.id.to_string()))),
            Err(refused) => {
                let status = posts::status_of(&refused);
                match refused.field.as_deref().and_then(|field| known_field(field, l)) {
                    Some(problem) => form.problems = vec![problem],
                    None => form.trouble = Some(Failure::from(refused).sentence(l)),
                }
                status
            }
        },
        Err(problems) => {
            form.problems = problems;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    posts::page(&desk, posted.parts, status, form).await
}

/// What the engine finds wrong with a field, in the reader's language.
fn known_field(field: &str, l: Locale) -> Option<Problem> {
    let message = match field {
        "amount" => m::too_much(l),
        "order_id" => m::order_id_length(l),
        "description" => m::description_length(l),
        "customer_name" => m::name_length(l),
        "customer_email" => l.pick("This is no e-mail address.", "Cette adresse e-mail n’est pas valable."),
        "expires_at" => return Some(Problem { field: "date".to_owned(), message: m::choose_date(l).to_owned() }),
        "shop" => m::choose_shop(l),
        _ => return None,
    };
    Some(Problem { field: field.to_owned(), message: message.to_owned() })
}

/// What was typed, as a link: everything that is wrong, in the order of the fields.
fn draft(values: &Values, days: (Date, Date), now: Timestamp, zone: &Zone, l: Locale) -> Result<LinkDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: &str| problems.push(Problem { field: field.to_owned(), message: message.to_owned() });
    let currency = Currency::from_code(&values.currency);
    let amount = match currency.map(|currency| Money::parse_major(&values.amount, currency, l)) {
        Some(Ok(money)) if money.minor() <= 0 => Err(m::more_than_nothing(l)),
        Some(Ok(money)) if money.minor() > MAX_AMOUNT => Err(m::too_much(l)),
        Some(Ok(money)) => Ok(money.minor()),
        Some(Err(error)) => Err(error.message(l)),
        None => Ok(0),
    };
    if let Err(message) = amount {
        wrong("amount", message);
    }
    if currency.is_none() {
        wrong("currency", m::choose_currency(l));
    }
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (order_id, description) = (text(&values.order_id), text(&values.description));
    let (name, email) = (text(&values.customer_name), text(&values.customer_email));
    let fits = |text: &Option<String>, min, max| text.as_ref().is_none_or(|text| validation::text::check(text, min, max).is_ok());
    if !fits(&order_id, 1, 36) {
        wrong("order_id", m::order_id_length(l));
    }
    if !fits(&description, 3, 64) {
        wrong("description", m::description_length(l));
    }
    if !fits(&name, 3, 64) {
        wrong("customer_name", m::name_length(l));
    }
    if let Some(Err(error)) = email.as_ref().map(|email| validation::email::check(email)) {
        wrong("customer_email", error.message(l.code()));
    }
    let expires_at = match values.expiry.parse() {
        Ok(Expiry::Day) => Some(now.plus_millis(DAY_MS)),
        Ok(Expiry::Week) => Some(now.plus_millis(7 * DAY_MS)),
        Ok(Expiry::Month) => Some(now.plus_millis(30 * DAY_MS)),
        Ok(Expiry::Date) => match values.date.trim().parse::<Date>() {
            Ok(day) if (days.0..=days.1).contains(&day) => Some(zone.start_of_day(day.plus_days(1)).minus(1)),
            Ok(_) => {
                wrong("date", &m::date_between(l, &days.0.display(l), &days.1.display(l)));
                None
            }
            Err(_) => {
                wrong("date", m::choose_date(l));
                None
            }
        },
        Ok(Expiry::Longest) | Err(_) => None,
    };
    match (amount, currency) {
        (Ok(amount), Some(currency)) if problems.is_empty() => Ok(LinkDraft {
            amount,
            currency,
            order_id,
            description,
            customer_name: name,
            customer_email: email,
            shop: text(&values.shop),
            manual_validation: !values.manual_validation.is_empty(),
            expires_at,
            token: values.token.clone(),
        }),
        _ => Err(problems),
    }
}

/// The question was answered: the link is ended, or what has become of it is told.
pub(super) async fn cancelled(State(desk): State<Desk>, Path(id): Path<String>, request: Request) -> Response {
    let Some(signed) = request.extensions().get::<std::sync::Arc<Signed>>().cloned() else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(id) = id.parse::<PaymentIntentId>() else { return posts::to(crate::links::PATH) };
    let page = link_href(&id.to_string());
    match desk.engine.cancel_link(&signed.caller, &id.to_string()).await {
        Ok(_) => posts::to(&format!("{page}?done=cancelled")),
        Err(refused) if refused.code == Code::NotFound => posts::to(&page),
        Err(_) => posts::to(&format!("{page}?failed=cancel")),
    }
}

/// The address as a picture.
pub(super) async fn qr(State(desk): State<Desk>, Path(id): Path<String>, request: Request) -> Response {
    let Some(signed) = request.extensions().get::<std::sync::Arc<Signed>>().cloned() else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let file = match desk.engine.link(&signed.caller, &id).await {
        Ok(file) => file,
        Err(refused) => return posts::status_of(&refused).into_response(),
    };
    let Some(picture) = super::qr::svg(&file.url) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    (headers, picture).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(change: impl FnOnce(&mut Values)) -> Result<LinkDraft, Vec<Problem>> {
        let mut values = Values {
            amount: "129,90".to_owned(),
            currency: "eur".to_owned(),
            expiry: "7d".to_owned(),
            token: "0".repeat(32),
            ..Values::default()
        };
        change(&mut values);
        let day = |text: &str| text.parse::<Date>().unwrap();
        let now = Timestamp::from_unix_seconds(1_795_600_000);
        draft(&values, (day("2026-11-26"), day("2027-02-25")), now, &Zone::utc(), Locale::Fr)
    }

    #[test]
    fn what_people_type_becomes_a_link() {
        let made = typed(|values| values.description = "  Théière  ".to_owned()).unwrap();
        assert_eq!((made.amount, made.currency), (12_990, Currency::Eur));
        assert_eq!(made.description.as_deref(), Some("Théière"));
        assert_eq!(made.expires_at, Some(Timestamp::from_unix_seconds(1_795_600_000 + 7 * 86_400)));
        let whole_day = typed(|values| (values.expiry, values.date) = ("date".to_owned(), "2026-12-24".to_owned())).unwrap();
        assert_eq!(whole_day.expires_at.map(Timestamp::to_rfc3339).as_deref(), Some("2026-12-24T23:59:59.999Z"));
    }

    #[test]
    fn everything_wrong_is_told_at_once_in_the_order_of_the_fields() {
        let problems = typed(|values| {
            values.amount = "douze".to_owned();
            values.description = "ab".to_owned();
            values.customer_email = "nobody".to_owned();
            (values.expiry, values.date) = ("date".to_owned(), "2030-01-01".to_owned());
        });
        let fields: Vec<String> = problems.unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["amount", "description", "customer_email", "date"]);
        assert_eq!(typed(|values| values.amount = "0".to_owned()).unwrap_err()[0].message, "Saisissez plus que zéro.");
        assert_eq!(typed(|values| values.currency = "xyz".to_owned()).unwrap_err()[0].field, "currency");
    }
}

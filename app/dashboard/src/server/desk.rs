//! What belongs to the shell: pages at hand, the search, the shortcuts' setting.

use axum::{
    Form,
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use engine::{Engine, Located, PageAt, PinChange};
use leptos::prelude::use_context;
use leptos_router::location::Url;
use model::{
    locale::Locale,
    money::Money,
    rights::{Right, Role},
};
use serde::Deserialize;

use super::{
    Desk, convert, doors,
    payments::search::understood,
    session::{self, Signed, local},
    signed, told, wants_html,
};
use crate::{
    failure::Failure,
    palette::data::{Hit, Kind},
    payments::{
        labels::{self, Here},
        query::{PATH, payment_href},
    },
    shell::{
        pins::{Change, Pin},
        shortcuts,
    },
};

/// How many of each kind are shown while somebody types.
const MOST: i64 = 5;
/// Longer is no search of a person, in characters.
const LONGEST: usize = 120;

pub async fn change_pins(href: String, title: String, change: String, next: String) -> Result<Vec<Pin>, Failure> {
    let (engine, signed) = signed()?;
    let change = match change.parse().map_err(|_| told(model::error::Refused::invalid("change", "This is no change")))? {
        Change::Add => PinChange::Add,
        Change::Remove => PinChange::Remove,
        Change::Up => PinChange::Up,
        Change::Down => PinChange::Down,
    };
    let title = if title.trim().is_empty() { title_of(&engine, &signed, &href).await } else { title };
    let pins = engine.change_pins(&signed.caller, &href, &title, change).await.map_err(told)?;
    let posted = use_context::<http::request::Parts>().filter(|parts| wants_html(&parts.headers));
    if let Some(parts) = posted {
        // Back to the page that the form stood on.
        let from = session::came_from(&parts.headers);
        let to = local(&next).map(str::to_owned).or(from).unwrap_or(href);
        leptos_axum::redirect(&to);
    }
    Ok(pins.into_iter().map(|pin| Pin { href: pin.href, title: pin.title }).collect())
}

/// What a page is called whose form said nothing: without script it does not know its own title.
async fn title_of(engine: &Engine, signed: &Signed, href: &str) -> String {
    let l = signed.frame.locale;
    let path = href.split_once('?').map_or(href, |(path, _)| path);
    let id = ["/dashboard/payments/", "/dashboard/links/"].into_iter().find_map(|page| path.strip_prefix(page));
    if let Some(id) = id.filter(|id| id.starts_with("pi_") || id.starts_with("paym_"))
        && let Ok(file) = engine.payment_file(&signed.caller, id).await
    {
        return crate::shell::messages::payment_of(l, &convert::row(file.intent).name_of_it());
    }
    Pin { href: href.to_owned(), title: "Guichet".to_owned() }.called(l)
}

pub async fn find(text: String) -> Result<Vec<Hit>, Failure> {
    let (engine, signed) = signed()?;
    let text: String = text.trim().chars().take(LONGEST).collect();
    let mut hits = Vec::new();
    if is_id(&text)
        && let Some(href) = href_of(&engine, &signed, &text).await.map_err(told)?
    {
        hits.push(Hit { kind: Kind::Object, title: text.clone(), detail: String::new(), href });
    }
    hits.extend(payments(&engine, &signed, &text).await?);
    hits.extend(customers(&engine, &signed, &text).await?);
    hits.extend(people_and_shops(&engine, &signed, &text).await?);
    Ok(hits)
}

async fn payments(engine: &Engine, signed: &Signed, text: &str) -> Result<Vec<Hit>, Failure> {
    let frame = &signed.frame;
    let l = frame.locale;
    let filter = understood(text, &frame.zone, frame.now, l).filter;
    if filter == engine::PaymentsFilter::default() {
        return Ok(Vec::new());
    }
    let rows = engine.payments_rows(&signed.caller, &filter, &PageAt::First, MOST).await.map_err(told)?.rows;
    let hit = |intent| {
        let row = convert::row(intent);
        let label = labels::order(&row, Here { now: frame.now, zone: &frame.zone, locale: l }).text;
        let payer = row.name.clone().or(row.email.clone()).map(|name| format!("{name} · ")).unwrap_or_default();
        let amount = Money::new(row.amount, row.currency).display(l);
        Hit { kind: Kind::Payment, title: row.name_of_it(), detail: format!("{payer}{amount} · {label}"), href: payment_href(&row.id) }
    };
    Ok(rows.into_iter().map(hit).collect())
}

async fn customers(engine: &Engine, signed: &Signed, text: &str) -> Result<Vec<Hit>, Failure> {
    let customers = engine.find_customers(&signed.caller, text, MOST).await.map_err(told)?;
    let hit = |customer: engine::rows::Customer| {
        let email = customer.email.clone().unwrap_or_default();
        let title = customer.name.clone().unwrap_or_else(|| email.clone());
        Hit { kind: Kind::Customer, title, href: of_customer(&customer), detail: email }
    };
    Ok(customers.into_iter().map(hit).collect())
}

/// A customer's payments: customers have no page of their own yet.
fn of_customer(customer: &engine::rows::Customer) -> String {
    let text = match (&customer.email, &customer.name) {
        (Some(email), _) => format!("email:{email}"),
        (None, Some(name)) => format!("name:\"{name}\""),
        (None, None) => customer.id.to_string(),
    };
    format!("{PATH}?window=all&q={}", Url::escape(&text))
}

async fn people_and_shops(engine: &Engine, signed: &Signed, text: &str) -> Result<Vec<Hit>, Failure> {
    let wanted = text.to_lowercase();
    if wanted.chars().count() < 2 {
        return Ok(Vec::new());
    }
    let has = |name: &str| {
        name.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(&wanted))
            || name.to_lowercase().starts_with(&wanted)
    };
    let l = signed.frame.locale;
    let mut hits = Vec::new();
    let team = engine.team(&signed.caller).await.map_err(told)?;
    let href = "/dashboard/settings/team";
    for one in team.members.into_iter().filter(|one| has(&one.name) || has(&one.email)).take(3) {
        let detail = format!("{} · {}", one.email, role(one.role, l));
        hits.push(Hit { kind: Kind::Member, title: one.name, detail, href: href.to_owned() });
    }
    for shop in engine.shops(&signed.caller).await.map_err(told)?.into_iter().filter(|shop| has(&shop.name)).take(3) {
        let href = format!("{PATH}?shop={}", shop.id);
        hits.push(Hit { kind: Kind::Shop, title: shop.name, detail: String::new(), href });
    }
    Ok(hits)
}

const fn role(role: Role, l: Locale) -> &'static str {
    match role {
        Role::Owner => l.pick("Owner", "Propriétaire"),
        Role::Admin => l.pick("Administrator", "Administrateur"),
        Role::Developer => l.pick("Developer", "Développeur"),
        Role::Finance => l.pick("Finance", "Finance"),
        Role::Support => l.pick("Support", "Support"),
        Role::Viewer => l.pick("Viewer", "Lecteur"),
    }
}

fn is_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, rest)| {
        (2..=6).contains(&prefix.len()) && rest.len() == model::id::LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The page that shows an object.
async fn href_of(engine: &Engine, signed: &Signed, id: &str) -> Result<Option<String>, model::error::Refused> {
    let located = engine.locate(&signed.caller, id).await?;
    Ok(located.map(|located| match located {
        Located::Payment(id) => payment_href(&id),
        Located::Customer(customer) => of_customer(&customer),
        Located::Shop(_) => "/dashboard/settings/shops".to_owned(),
        Located::Key(_) => "/dashboard/developers/keys".to_owned(),
        Located::Member(_) => "/dashboard/settings/team".to_owned(),
    }))
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
}

/// The search bar's form: an id leads straight to its object, anything else to the list.
pub(super) async fn search(
    State(desk): State<Desk>,
    axum::Extension(signed): axum::Extension<std::sync::Arc<Signed>>,
    Query(typed): Query<Typed>,
) -> Response {
    let text: String = typed.q.trim().chars().take(LONGEST).collect();
    if is_id(&text)
        && signed.caller.rights().contains(Right::PaymentRead)
        && let Ok(Some(href)) = href_of(&desk.engine, &signed, &text).await
    {
        return Redirect::to(&href).into_response();
    }
    let to = if text.is_empty() { PATH.to_owned() } else { format!("{PATH}?q={}", Url::escape(&text)) };
    Redirect::to(&to).into_response()
}

#[derive(Deserialize)]
pub struct Letters {
    letters: String,
    #[serde(default)]
    next: String,
}

/// Whether single letters act, in this browser.
pub(super) async fn letters(
    State(desk): State<Desk>,
    headers: HeaderMap,
    form: Result<Form<Letters>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return Redirect::to(shortcuts::PATH).into_response() };
    let back = local(&form.next).map(str::to_owned).or_else(|| session::came_from(&headers));
    let mut response = Redirect::to(back.as_deref().unwrap_or(shortcuts::PATH)).into_response();
    doors::set(&mut response, desk.letters_cookie(form.letters != "off"));
    response
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn only_a_whole_id_is_one() {
        assert!(is_id("pi_000000000000000000000000") && is_id("refd_abcdefABCDEF012345678901"));
        assert!(!is_id("pi_1234") && !is_id("2026-1187") && !is_id("a_b_c0000000000000000000000"));
    }
}

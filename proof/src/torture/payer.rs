//! A payer at the checkout page, without scripts: reads it, posts its form, and goes where that leads.

use super::diary::Told;
use super::load::CODE;
use crate::http::{Answer, Client, Request};

/// How a page says that its order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// It asks for a card, for this amount.
    Asks(String),
    /// The same, after a card was refused.
    Refused(String),
    /// By the payment of this id.
    Paid(String),
    /// The bank is being asked.
    Checking,
    /// Nobody can pay it any more.
    Over,
}

/// Why a payer was told nothing to rely on.
#[derive(Debug, Clone)]
pub enum Untold {
    /// No answer came, to the form or to a look at the page.
    Lost { form: bool },
    /// To look again later.
    Later,
    /// What no page should ever say.
    Wrong(Answer),
}

/// Reads the page.
///
/// # Errors
/// Where it can't be read.
pub async fn look(client: &mut Client, path: &str) -> Result<Stands, Untold> {
    let request = Request::get(path).header("Accept", "text/html");
    let answer = client.send(&request).await.map_err(|_| Untold::Lost { form: false })?;
    match (answer.status(), stands(&answer.text())) {
        (200, Some(stands)) => Ok(stands),
        _ => Err(untold(answer)),
    }
}

/// One visit of somebody who wants to pay with this card; what the page said in the end.
///
/// # Errors
/// Where it said nothing to rely on.
pub async fn visit(client: &mut Client, path: &str, number: &str) -> Result<Told, Untold> {
    let shown = match look(client, path).await? {
        Stands::Asks(shown) | Stands::Refused(shown) => shown,
        stands => return told(stands),
    };
    let form = format!("number={number}&exp=12+%2F+35&cvc={CODE}&name=A+payer&shown={shown}");
    let post = Request::post(path).form(form).header("Accept", "text/html").header("Sec-Fetch-Site", "same-origin");
    let answer = client.send(&post).await.map_err(|_| Untold::Lost { form: true })?;
    match (answer.status(), answer.head.header("location")) {
        (303, Some(onward)) if onward == path => told(look(client, path).await?),
        _ => Err(untold(answer)),
    }
}

fn told(stands: Stands) -> Result<Told, Untold> {
    let (status, said) = match stands {
        Stands::Paid(payment) => (200, payment),
        Stands::Refused(_) => (402, String::new()),
        Stands::Over => (410, String::new()),
        // a form without a word about the card: another try was under way
        Stands::Asks(_) | Stands::Checking => return Err(Untold::Later),
    };
    Ok(Told { status, body: said.into_bytes() })
}

/// Of an answer that is no page of an order's. Nobody here changes an amount that a page showed.
fn untold(answer: Answer) -> Untold {
    match answer.status() {
        409 if !answer.text().contains("id=\"recheck\"") => Untold::Later,
        503 if answer.head.header("retry-after").is_some() => Untold::Later,
        429 => Untold::Later,
        _ => Untold::Wrong(answer),
    }
}

fn stands(page: &str) -> Option<Stands> {
    let marked = |mark: &str| page.contains(&format!("class=\"mark {mark}"));
    if let Some(shown) = hidden(page, "shown") {
        return Some(if page.contains("id=\"refused\"") { Stands::Refused(shown) } else { Stands::Asks(shown) });
    }
    if marked("paid") {
        // the receipt names it
        let id: String = page.split("class=\"mono\">").nth(1)?.chars().take_while(|c| *c != '<').collect();
        return id.starts_with("paym_").then_some(Stands::Paid(id));
    }
    if marked("running waiting") {
        return Some(Stands::Checking);
    }
    (marked("ended") || marked("failed")).then_some(Stands::Over)
}

/// What the form carries in the field of this name.
fn hidden(page: &str, name: &str) -> Option<String> {
    let mut fields = page.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let field = fields.find(|field| field.contains(&format!("name=\"{name}\"")))?;
    field.split("value=\"").nth(1)?.split('"').next().map(str::to_owned)
}

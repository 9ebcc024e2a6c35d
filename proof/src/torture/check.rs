//! Holds the server to what it acknowledged, through the API alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tokio::task::JoinSet;

use super::diary::{Binds, Diary, Entry, Told, What, binds};
use super::load::advance;
use super::payer::{self, Stands};
use crate::Problem;
use crate::http::{Answer, Base, Client, Request};

/// Connections that check.
const CHECKERS: usize = 6;
/// How often a request is sent that waits for the acquirer's answer to another.
const OWED_TRIES: u32 = 10;
/// Broken promises that are told one by one.
const TOLD: usize = 20;

/// Whom to ask, and with which key.
#[derive(Clone)]
pub struct Server {
    pub base: Base,
    pub key: Arc<str>,
    /// Whether every answer could be kept for who asks again. Where the database failed between a change and its answer, the object stands for it.
    pub kept: bool,
}

/// What was acknowledged since the last look: the same request again is answered the same, and what it made is there, not set back. Also that
/// nothing was answered that never should be.
///
/// # Errors
/// What is not as it was acknowledged.
pub async fn acknowledged(server: &Server, diary: &Diary) -> Result<(), Problem> {
    diary.verdict()?;
    all_of(server, diary, diary.fresh(), |check, entry| Box::pin(check.kept(entry))).await
}

/// The same for everything ever acknowledged.
///
/// # Errors
/// As [`acknowledged`].
pub async fn everything(server: &Server, diary: &Diary) -> Result<(), Problem> {
    all_of(server, diary, diary.all(), |check, entry| Box::pin(check.kept(entry))).await?;
    once(server, diary).await
}

/// Every request took place once where it was acknowledged, and at most once where not.
///
/// # Errors
/// What is there twice, or not at all.
async fn once(server: &Server, diary: &Diary) -> Result<(), Problem> {
    let entries = diary.all();
    refunds_once(server, &entries).await?;
    pages_once(server, &entries).await?;
    all_of(server, diary, entries, |check, entry| Box::pin(check.made_once(entry))).await
}

/// What was never answered is asked again under its key: it is answered now, with what took place then, or takes place now.
///
/// # Errors
/// What still gets no answer that binds.
pub async fn answered_at_last(server: &Server, diary: &Diary) -> Result<(), Problem> {
    let mut client = Client::new(server.base.clone());
    let mut unanswered = Vec::new();
    for (number, entry) in diary.all().into_iter().enumerate() {
        if entry.told.is_some() {
            continue;
        }
        for attempt in 1.. {
            diary.sent(number);
            let owed = if let Some((_, card)) = entry.asked.page() {
                let visit = payer::visit(&mut client, &entry.asked.path, card).await;
                let why = format!("{visit:?}");
                if diary.visited(number, visit) {
                    break;
                }
                Owed { for_now: true, why }
            } else {
                let answer = client.send(&entry.asked.request(&server.key)).await?;
                if diary.answered(number, &answer) {
                    break;
                }
                let for_now = answer.json()["error"]["code"] == "operation_in_progress";
                Owed { for_now, why: format!("{} {}", answer.status(), answer.text()) }
            };
            // The acquirer owes an answer about the same payment, and is asked for it ever more rarely: an hour later it is asked again.
            if !owed.for_now || attempt == OWED_TRIES {
                unanswered.push(format!("{} {} under {}: {}", entry.asked.method, entry.asked.path, entry.asked.mark, owed.why));
                break;
            }
            advance(&server.base, &server.key, 3_600).await?;
        }
    }
    match unanswered.len() {
        0 => Ok(()),
        number => Err(format!("{number} requests still have no answer that binds:\n{}", unanswered.join("\n"))),
    }
}

/// An answer that does not bind.
struct Owed {
    /// Whether it may yet come.
    for_now: bool,
    why: String,
}

type Checking<'c> = std::pin::Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'c>>;

/// Runs a check on every entry, over several connections.
async fn all_of(
    server: &Server,
    diary: &Diary,
    entries: Vec<Entry>,
    check: impl for<'c> Fn(&'c mut Check, &'c Entry) -> Checking<'c> + Send + Copy + 'static,
) -> Result<(), Problem> {
    let cancelled = Arc::new(diary.asked_to_cancel());
    let (entries, next) = (Arc::new(entries), Arc::new(AtomicUsize::new(0)));
    let mut checkers = JoinSet::new();
    for _ in 0..CHECKERS {
        let (entries, next) = (entries.clone(), next.clone());
        let mut one = Check { cancelled: cancelled.clone(), ..Check::of(server) };
        checkers.spawn(async move {
            let mut broken = Vec::new();
            while let Some(entry) = entries.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(problem) = check(&mut one, entry).await {
                    broken.push(format!("{} {} under {}: {problem}", entry.asked.method, entry.asked.path, entry.asked.mark));
                }
            }
            broken
        });
    }
    let mut broken = Vec::new();
    while let Some(found) = checkers.join_next().await {
        broken.extend(found.map_err(|error| format!("a checker failed: {error}"))?);
    }
    if broken.is_empty() {
        return Ok(());
    }
    let more = broken.len().saturating_sub(TOLD);
    broken.truncate(TOLD);
    Err(format!("{}{}", broken.join("\n"), if more > 0 { format!("\nand {more} more") } else { String::new() }))
}

struct Check {
    client: Client,
    key: Arc<str>,
    kept: bool,
    /// Orders that somebody wanted to cancel.
    cancelled: Arc<BTreeSet<String>>,
}

impl Check {
    fn of(server: &Server) -> Self {
        Self { client: Client::new(server.base.clone()), key: server.key.clone(), kept: server.kept, cancelled: Arc::default() }
    }

    async fn get(&mut self, path: String) -> Result<Answer, Problem> {
        Ok(self.client.send(&Request::get(path).key(&self.key)).await?)
    }

    async fn kept(&mut self, entry: &Entry) -> Result<(), Problem> {
        let Some(told) = &entry.told else { return Ok(()) };
        if let Some((intent, _)) = entry.asked.page() {
            return self.page_kept(&entry.asked.path, intent, told).await;
        }
        // what was wrong in itself is not kept: it is wrong again
        if told.status != 422 && (self.kept || told.succeeded()) {
            let again = self.client.send(&entry.asked.request(&self.key)).await?;
            let same = again.status() == told.status && again.body == told.body;
            let same_object = again.status() == 200 && again.json()["id"] == told.json()["id"];
            if !same && (self.kept || !(same_object || binds(&again) == Binds::NotYet)) {
                let first = String::from_utf8_lossy(&told.body);
                return Err(format!("answered {} {first}\n  and again {} {}", told.status, again.status(), again.text()));
            }
        }
        if !told.succeeded() {
            return Ok(());
        }
        let before = told.json();
        let id = before["id"].as_str().ok_or_else(|| format!("acknowledged without an id: {before}"))?;
        let now = self.get(address(id)?).await?;
        match now.status() {
            200 => not_set_back(&before, &now.json(), self.cancelled.contains(id)),
            status => Err(format!("acknowledged {id}, which now is {status} {}", now.text())),
        }
    }

    /// The payment that a page said had paid its order is there and has not been taken back, and the page still says so while the money is held.
    async fn page_kept(&mut self, path: &str, intent: &str, told: &Told) -> Result<(), Problem> {
        if !told.succeeded() {
            return Ok(());
        }
        let id = String::from_utf8_lossy(&told.body).into_owned();
        let now = self.get(format!("/v2/payments/{id}")).await?;
        let payment = now.json();
        let status = payment["status"].as_str().unwrap_or_default();
        if now.status() != 200 || payment["payment_intent"] != intent || !after("authorized").contains(&status) {
            return Err(format!("the page said that {id} paid {intent}, which now is {} {}", now.status(), now.text()));
        }
        if !is_held(status) {
            return Ok(());
        }
        match payer::look(&mut self.client, path).await {
            Ok(Stands::Paid(now)) if now == id => Ok(()),
            // it is being given back
            Ok(Stands::Checking | Stands::Over) if self.cancelled.contains(intent) => Ok(()),
            other => Err(format!("the page said that {id} paid {intent}, and while that is {status} it says {other:?}")),
        }
    }

    async fn made_once(&mut self, entry: &Entry) -> Result<(), Problem> {
        let list = match entry.asked.what {
            What::Intent => "payment_intents",
            What::Payment => "payments",
            _ => return Ok(()),
        };
        let answer = self.get(format!("/v2/{list}/?order_id={}", entry.asked.mark)).await?;
        let found =
            answer.json()[list].as_array().map(Vec::len).ok_or_else(|| format!("no list: {} {}", answer.status(), answer.text()))?;
        let made = entry.told.as_ref().map(Told::succeeded);
        match (made, found) {
            (Some(true), 1) | (Some(false), 0) | (None, 0 | 1) => Ok(()),
            _ => Err(format!("made {found} times; acknowledged: {made:?}")),
        }
    }
}

/// A refund has no reference of its own: those of a payment are counted together.
async fn refunds_once(server: &Server, entries: &[Entry]) -> Result<(), Problem> {
    let mut of: BTreeMap<&str, (Vec<String>, usize)> = BTreeMap::new();
    for entry in entries {
        let What::Refund(payment) = &entry.asked.what else { continue };
        let (known, unknown) = of.entry(payment).or_default();
        match &entry.told {
            Some(told) if told.succeeded() => known.push(told.json()["id"].as_str().unwrap_or_default().to_owned()),
            Some(_) => {}
            None => *unknown += 1,
        }
    }
    let mut check = Check::of(server);
    for (payment, (known, unknown)) in of {
        let answer = check.get(format!("/v2/payments/{payment}/refunds")).await?;
        let Value::Array(refunds) = answer.json() else { return Err(format!("no list: {} {}", answer.status(), answer.text())) };
        let ids: Vec<&str> = refunds.iter().filter_map(|refund| refund["id"].as_str()).collect();
        if let Some(lost) = known.iter().find(|id| !ids.contains(&id.as_str())) {
            return Err(format!("{payment}: refund {lost} was acknowledged and is not there"));
        }
        let nobodys = ids.iter().filter(|id| !known.iter().any(|known| known.as_str() == **id)).count();
        if nobodys > unknown {
            return Err(format!("{payment}: {nobodys} refunds beyond those acknowledged, {unknown} requests unanswered: {ids:?}"));
        }
    }
    Ok(())
}

/// Whoever visited an order's page, and however often: it is paid once at most, what its page named is one of its payments, and where the page said
/// that a card was refused, one was.
async fn pages_once(server: &Server, entries: &[Entry]) -> Result<(), Problem> {
    let mut of: BTreeMap<&str, (BTreeSet<String>, bool)> = BTreeMap::new();
    for entry in entries {
        let Some((intent, _)) = entry.asked.page() else { continue };
        let (paid, refused) = of.entry(intent).or_default();
        match &entry.told {
            Some(told) if told.succeeded() => drop(paid.insert(String::from_utf8_lossy(&told.body).into_owned())),
            Some(told) => *refused |= told.status == 402,
            None => {}
        }
    }
    let mut check = Check::of(server);
    for (intent, (paid, refused)) in of {
        let answer = check.get(format!("/v2/payment_intents/{intent}/payments")).await?;
        let payments = answer.json()["payments"].as_array().cloned();
        let payments = payments.ok_or_else(|| format!("no list: {} {}", answer.status(), answer.text()))?;
        let status = |payment: &Value| payment["status"].as_str().unwrap_or_default().to_owned();
        let held = payments.iter().filter(|payment| is_held(&status(payment))).count();
        if held > 1 {
            return Err(format!("{intent} was paid more than once, its page said by {paid:?}: {}", answer.text()));
        }
        if let Some(lost) = paid.iter().find(|id| !payments.iter().any(|payment| payment["id"] == **id)) {
            return Err(format!("the page of {intent} said that {lost} paid it, which is none of its payments: {}", answer.text()));
        }
        if refused && !payments.iter().any(|payment| matches!(&*status(payment), "refused" | "failed")) {
            return Err(format!("the page of {intent} said that a card was refused, and none was: {}", answer.text()));
        }
    }
    Ok(())
}

/// Whether the payer's money is held or taken.
fn is_held(status: &str) -> bool {
    matches!(status, "authorized" | "to_capture" | "capture_sent" | "captured" | "disputed")
}

fn address(id: &str) -> Result<String, Problem> {
    let list = match id.split_once('_').map(|(prefix, _)| prefix) {
        Some("pi") => "payment_intents",
        Some("paym") => "payments",
        Some("refd") => "refunds",
        Some("card") => "cards",
        _ => return Err(format!("acknowledged what nobody can read again: {id}")),
    };
    Ok(format!("/v2/{list}/{id}"))
}

/// What an acknowledged status may have become.
fn after(status: &str) -> &'static [&'static str] {
    match status {
        "authorized" => &["authorized", "to_capture", "capture_sent", "captured", "disputed", "canceled", "expired", "failed"],
        "to_capture" => &["to_capture", "capture_sent", "captured", "disputed", "canceled", "expired", "failed"],
        "capture_sent" => &["capture_sent", "captured", "disputed", "failed"],
        "captured" | "disputed" => &["captured", "disputed", "unpaid"],
        "to_refund" => &["to_refund", "refund_sent", "refunded", "not_honored", "failed"],
        "refund_sent" => &["refund_sent", "refunded", "not_honored", "failed"],
        "refunded" => &["refunded", "failed"],
        "payment_canceled" => &["payment_canceled"],
        "refused" => &["refused"],
        "failed" => &["failed"],
        "expired" => &["expired"],
        "canceled" => &["canceled"],
        "unpaid" => &["unpaid"],
        _ => &[],
    }
}

/// An order that was paid when somebody cancelled it is `cancelled` once its money is given back.
fn not_set_back(before: &Value, now: &Value, cancelled: bool) -> Result<(), Problem> {
    let differ = |what: &str| Err(format!("{what}: was {before}\n  now {now}"));
    for name in ["id", "currency", "order_id", "payment", "last4", "fingerprint"] {
        // an intent's payment is the one that decides it, which may change
        let may_change = name == "payment" && !before["id"].as_str().is_some_and(|id| id.starts_with("refd_"));
        if !may_change && before.get(name).is_some() && before[name] != now[name] {
            return differ(name);
        }
    }
    let amount = |object: &Value| object["amount"].as_i64();
    if amount(now) > amount(before) {
        return differ("the amount grew");
    }
    if let (Some(was), Some(is)) = (before["status"].as_str(), now["status"].as_str()) {
        let next = after(was);
        let given_back = cancelled && is == "canceled";
        if !next.is_empty() && !next.contains(&is) && !given_back {
            return differ("the status");
        }
    } else if !before["status"].is_null() && now["status"].is_null() {
        return differ("the status is gone");
    }
    let version = |object: &Value| object["lifecycle"]["version"].as_i64();
    match (version(before), version(now)) {
        (Some(was), Some(is)) if is < was => differ("the version went back"),
        (Some(was), Some(is)) if is == was && before != now => differ("changed without a new version"),
        _ => Ok(()),
    }
}

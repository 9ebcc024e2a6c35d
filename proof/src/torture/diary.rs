//! What was asked of the server, and what it acknowledged: the truth it is held to.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::payer::Untold;
use crate::Problem;
use crate::http::{Answer, Request};

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Intent,
    Payment,
    Card,
    Capture,
    /// Of this payment.
    Refund(String),
    Cancel,
    /// This order's page, by a payer with this card.
    Page {
        intent: String,
        number: &'static str,
    },
}

/// A request as it is sent, and sent again.
#[derive(Debug, Clone)]
pub struct Asked {
    pub what: What,
    pub method: &'static str,
    pub path: String,
    pub body: Value,
    /// Its `Idempotency-Key`; also the order's reference of what it makes.
    pub mark: String,
}

impl Asked {
    /// A payer's visit to the page of an order.
    pub fn visit(intent: String, number: &'static str, mark: String) -> Self {
        Self { path: format!("/test_{intent}"), what: What::Page { intent, number }, method: "POST", body: Value::Null, mark }
    }

    /// The order whose page is visited, and the card.
    pub fn page(&self) -> Option<(&str, &'static str)> {
        match &self.what {
            What::Page { intent, number } => Some((intent, number)),
            _ => None,
        }
    }

    pub fn request(&self, key: &str) -> Request {
        let request = Request::new(self.method, self.path.clone()).key(key).header("Idempotency-Key", self.mark.clone());
        if self.body.is_null() { request } else { request.json(&self.body) }
    }
}

/// An answer that its client may rely on; of a page, what it said in the end: 200 and the payment that paid, 402 refused, 410 over.
#[derive(Debug, Clone)]
pub struct Told {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub const fn succeeded(&self) -> bool {
        self.status < 300
    }
}

/// How an answer binds whoever gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binds {
    /// Done, or refused for good: the same again is answered the same.
    Always,
    /// Try again later: nothing is promised.
    NotYet,
    /// It should never be given.
    Wrong,
}

pub fn binds(answer: &Answer) -> Binds {
    let code = answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
    match answer.status() {
        200..=299 => Binds::Always,
        409 if matches!(code.as_str(), "idempotency_in_progress" | "operation_in_progress" | "conflict") => Binds::NotYet,
        429 => Binds::NotYet,
        503 if code == "unavailable" && answer.head.header("retry-after").is_some() => Binds::NotYet,
        400..=499 if code != "idempotency_mismatch" => Binds::Always,
        _ => Binds::Wrong,
    }
}

/// A request and what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub asked: Asked,
    /// None: no answer came, or none that binds.
    pub told: Option<Told>,
    /// How often it was sent.
    pub sent: u32,
    /// Answered and not yet held to it.
    fresh: bool,
}

/// Everything that was asked, in order.
#[derive(Default)]
pub struct Diary {
    entries: Mutex<Vec<Entry>>,
    /// What should never have been answered.
    wrong: Mutex<Vec<String>>,
    /// Answers that said to try again.
    put_off: Mutex<u64>,
    /// Forms that were posted and not answered.
    cut_off: Mutex<u64>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Diary {
    /// Notes a request before it is sent; its number.
    pub fn ask(&self, asked: Asked) -> usize {
        let mut entries = locked(&self.entries);
        entries.push(Entry { asked, told: None, sent: 0, fresh: false });
        entries.len() - 1
    }

    pub fn sent(&self, number: usize) {
        if let Some(entry) = locked(&self.entries).get_mut(number) {
            entry.sent += 1;
        }
    }

    /// Notes an answer; whether it binds.
    pub fn answered(&self, number: usize, answer: &Answer) -> bool {
        let binds = binds(answer);
        let mut entries = locked(&self.entries);
        let Some(entry) = entries.get_mut(number) else { return false };
        match binds {
            Binds::Always => {
                entry.told = Some(Told { status: answer.status(), body: answer.body.clone() });
                entry.fresh = true;
            }
            Binds::NotYet => *locked(&self.put_off) += 1,
            Binds::Wrong => {
                let asked = &entry.asked;
                locked(&self.wrong).push(format!("{} {} {}: {} {}", asked.method, asked.path, asked.mark, answer.status(), answer.text()));
            }
        }
        binds == Binds::Always
    }

    /// Notes what became of a visit to a page; whether it binds.
    pub fn visited(&self, number: usize, visit: Result<Told, Untold>) -> bool {
        let mut entries = locked(&self.entries);
        let Some(entry) = entries.get_mut(number) else { return false };
        match visit {
            Ok(told) => {
                entry.told = Some(told);
                entry.fresh = true;
                return true;
            }
            Err(Untold::Lost { form }) => *locked(&self.cut_off) += u64::from(form),
            Err(Untold::Later) => *locked(&self.put_off) += 1,
            Err(Untold::Wrong(answer)) => {
                let asked = &entry.asked;
                locked(&self.wrong).push(format!("the page {} {}: {} {}", asked.path, asked.mark, answer.status(), answer.text()));
            }
        }
        false
    }

    /// A request, to be sent again.
    pub fn asked(&self, number: usize) -> Option<Asked> {
        locked(&self.entries).get(number).map(|entry| entry.asked.clone())
    }

    pub fn all(&self) -> Vec<Entry> {
        locked(&self.entries).clone()
    }

    /// What was answered since this was last asked.
    pub fn fresh(&self) -> Vec<Entry> {
        let mut entries = locked(&self.entries);
        entries.iter_mut().filter_map(|entry| std::mem::take(&mut entry.fresh).then(|| entry.clone())).collect()
    }

    /// Orders that somebody wanted to cancel.
    pub fn asked_to_cancel(&self) -> BTreeSet<String> {
        let entries = locked(&self.entries);
        let cancels = entries.iter().filter(|entry| entry.asked.what == What::Cancel);
        cancels.filter_map(|entry| entry.asked.path.rsplit('/').next().map(str::to_owned)).collect()
    }

    /// Notes what should never have happened.
    pub fn is_wrong(&self, what: String) {
        locked(&self.wrong).push(what);
    }

    /// # Errors
    /// What should never have been answered.
    pub fn verdict(&self) -> Result<(), Problem> {
        let wrong = locked(&self.wrong);
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    pub fn tally(&self) -> Tally {
        let entries = locked(&self.entries);
        let told = || entries.iter().filter_map(|entry| entry.told.as_ref());
        Tally {
            asked: entries.len(),
            done: told().filter(|told| told.succeeded()).count(),
            refused: told().filter(|told| !told.succeeded()).count(),
            repeated: entries.iter().filter(|entry| entry.sent > 1).count(),
            put_off: *locked(&self.put_off),
            at_pages: entries
                .iter()
                .filter(|entry| entry.told.as_ref().is_some_and(Told::succeeded) && entry.asked.page().is_some())
                .count(),
            cut_off: *locked(&self.cut_off),
        }
    }
}

/// How a load went.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub asked: usize,
    pub done: usize,
    pub refused: usize,
    /// Asked again under the same key, for no answer had come.
    pub repeated: usize,
    /// Answers that said to try again.
    pub put_off: u64,
    /// Of those done, paid at the order's page.
    pub at_pages: usize,
    /// Forms of pages that were posted and not answered.
    pub cut_off: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.asked += other.asked;
        self.done += other.done;
        self.refused += other.refused;
        self.repeated += other.repeated;
        self.put_off += other.put_off;
        self.at_pages += other.at_pages;
        self.cut_off += other.cut_off;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unknown = self.asked - self.done - self.refused;
        write!(
            f,
            "{} requests: {} done, {} of them at a page, {} refused, {} never answered; {} asked again after a death, {} told to try again, \
             {} forms cut off",
            self.asked, self.done, self.at_pages, self.refused, unknown, self.repeated, self.put_off, self.cut_off
        )
    }
}

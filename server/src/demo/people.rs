//! The team: who joined when, with which role.

use engine::{Caller, Clock, Engine, Joining, Visitor};
use model::error::Refused;
use model::rights::Role;
use model::time::{DAY, MINUTE, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::order::Who;
use super::shop::Hand;

/// Joins so many days after the beginning.
struct Person {
    who: Who,
    role: Role,
    name: &'static str,
    email: &'static str,
    days: i64,
    locale: &'static str,
}

const fn person(who: Who, role: Role, name: &'static str, email: &'static str, days: i64, locale: &'static str) -> Person {
    Person { who, role, name, email, days, locale }
}

pub const OWNER: &str = "Élise Lefèvre";

const PEOPLE: [Person; 5] = [
    person(Who::Admin, Role::Admin, "Baptiste Renaud", "baptiste@maison-lefevre.example", 1, "fr"),
    person(Who::Developer, Role::Developer, "Lieke van Dijk", "lieke@maison-lefevre.example", 2, "en"),
    person(Who::Finance, Role::Finance, "Clara Schneider", "clara@maison-lefevre.example", 3, "en"),
    person(Who::Support, Role::Support, "Samir Belkacem", "samir@maison-lefevre.example", 6, "fr"),
    person(Who::Viewer, Role::Viewer, "Manon Vasseur", "manon@maison-lefevre.example", 40, "fr"),
];

/// Where they work from.
const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
];

/// Everybody, each with the rights of their role.
pub struct Team {
    callers: Vec<(Who, Caller)>,
    owner: Caller,
}

impl Team {
    pub fn caller(&self, who: Who) -> &Caller {
        self.callers.iter().find(|(known, _)| *known == who).map_or(&self.owner, |(_, caller)| caller)
    }
}

pub fn visitor(at: usize) -> Visitor {
    Visitor { ip: Some(format!("198.51.100.{}", 20 + at)), user_agent: BROWSERS.get(at % BROWSERS.len()).map(ToString::to_string) }
}

async fn caller(engine: &Engine, token: &SecretString) -> Result<Caller, Refused> {
    Ok(engine.session(token.expose_secret(), None).await?.caller)
}

/// The owner asks everybody in, and they join.
///
/// # Errors
/// What the engine refuses.
pub async fn gather(hand: &Hand, owner: Caller, password: &SecretString) -> Result<Team, Refused> {
    let (engine, begin) = (&hand.engine, hand.clock.now());
    let mut callers = Vec::with_capacity(PEOPLE.len());
    for (at, person) in PEOPLE.iter().enumerate() {
        hand.clock.set(begin.plus_millis(person.days * DAY));
        let invited = engine.invite(&owner, person.email, person.role).await?;
        hand.clock.forward(47 * MINUTE);
        let token = invited.url.expose_secret().rsplit('/').next().unwrap_or_default().to_owned();
        let joining = Joining { name: person.name.to_owned(), password: password.clone(), locale: person.locale.to_owned() };
        let signed = engine.join(&token, joining, visitor(at + 1)).await?;
        callers.push((person.who, caller(engine, &signed.token).await?));
        engine.sign_out(signed.token.expose_secret()).await?;
    }
    hand.clock.set(begin);
    Ok(Team { callers, owner })
}

/// Who is here this morning: most sign in, and one was asked in who has not come yet.
///
/// # Errors
/// What the engine refuses.
pub async fn arrive(hand: &Hand, team: &Team, owner: &str, password: &SecretString, end: Timestamp) -> Result<(), Refused> {
    let engine = &hand.engine;
    hand.clock.set(end.minus(2 * DAY));
    engine.invite(team.caller(Who::Admin), "noor@maison-lefevre.example", Role::Support).await?;
    let people = PEOPLE.iter().filter(|person| person.who != Who::Viewer).map(|person| person.email);
    for (at, email) in [owner, owner].into_iter().chain(people).enumerate() {
        let minutes = [311, 164, 97, 412, 58, 23][at % 6];
        hand.clock.set(end.minus(minutes * MINUTE));
        let signed = engine.sign_in(email, password.clone(), visitor(at)).await?;
        engine.session(signed.token.expose_secret(), None).await?;
    }
    Ok(())
}

/// How each signs in, as `demo.json` says it.
pub fn members(password: &str) -> Value {
    let members = PEOPLE.iter().map(|person| json!({ "email": person.email, "role": person.role.as_str(), "password": password }));
    members.collect()
}

//! The audit log in words: who did what to what.

use engine::{AuditFilter, PageAt, rows::AuditEntry};
use model::{
    error::Refused,
    locale::Locale,
    money::{Currency, Money},
    rights::{Environment, Role},
    time::{Date, Timestamp, Zone},
};
use serde_json::Value as Json;

use super::{agent, audit_words as m, signed, told};
use crate::{
    failure::Failure,
    messages as words,
    payments::{data::short, query::payment_href},
    settings::{
        self,
        data::{AuditAsked, AuditLog, Line},
        messages::role_name,
    },
};

/// Lines a page.
const LIMIT: i64 = 50;

pub async fn log(asked: AuditAsked) -> Result<AuditLog, Failure> {
    let (engine, signed) = signed()?;
    let l = signed.frame.locale;
    let zone = &signed.frame.zone;
    let at = place(&asked).map_err(told)?;
    let page = engine.audit_log(&signed.caller, &filter(&asked, zone), &at, LIMIT).await.map_err(told)?;
    let names = Names { known: &page.names, l };
    let lines = page.rows.iter().map(|entry| line(entry, &names, zone)).collect();
    let mut people: Vec<(String, String)> = page.actors.iter().map(|actor| (actor.clone(), names.of(actor))).collect();
    people.sort_by_key(|(_, name)| name.to_lowercase());
    let mut actions: Vec<(String, String)> = page.actions.iter().map(|action| (action.clone(), kind(action, l))).collect();
    actions.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(AuditLog { lines, next: page.next, previous: page.previous, people, actions, now: engine.real_now() })
}

fn filter(asked: &AuditAsked, zone: &Zone) -> AuditFilter {
    let word = |text: &str| Some(text.chars().take(64).collect::<String>()).filter(|text| !text.is_empty() && !text.contains('\0'));
    let day = |text: &str| text.parse::<Date>().ok();
    AuditFilter {
        actor: word(&asked.who),
        action: word(&asked.action),
        from: day(&asked.from).map(|day| zone.start_of_day(day)),
        // The whole day counts.
        to: day(&asked.to).map(|day| zone.start_of_day(day.plus_days(1))),
    }
}

fn place(asked: &AuditAsked) -> Result<PageAt, Refused> {
    let unread = |_| Refused::invalid("after", "This is no place in this list");
    match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => Ok(PageAt::First),
        (after, "") => after.parse().map(PageAt::After).map_err(unread),
        (_, before) => before.parse().map(PageAt::Before).map_err(unread),
    }
}

struct Names<'n> {
    known: &'n [(String, String)],
    l: Locale,
}

impl Names<'_> {
    fn find(&self, id: &str) -> Option<&str> {
        self.known.iter().find(|(known, _)| known == id).map(|(_, name)| name.as_str())
    }

    /// Who acts, by name.
    fn of(&self, actor: &str) -> String {
        if let Some(name) = self.find(actor) {
            return if actor.starts_with("key_") { m::by_key(self.l, name) } else { name.to_owned() };
        }
        match actor {
            "operator" => m::operator(self.l).to_owned(),
            "visitor" => m::visitor(self.l).to_owned(),
            "demo" => m::demo(self.l).to_owned(),
            "import" => m::import(self.l).to_owned(),
            other => short(other),
        }
    }
}

fn line(entry: &AuditEntry, names: &Names<'_>, zone: &Zone) -> Line {
    let l = names.l;
    Line {
        at: entry.at,
        who: names.of(&entry.actor),
        what: sentence(entry, names, zone),
        on: entry.object.as_deref().and_then(|object| target(object, entry, names)),
        environment: entry.environment.map(|environment| match environment {
            Environment::Sandbox => words::sandbox(l).to_owned(),
            Environment::Production => words::production(l).to_owned(),
        }),
        address: entry.ip.clone(),
    }
}

/// Where what was changed is seen; none for what has no page, or is whoever did it.
fn target(object: &str, entry: &AuditEntry, names: &Names<'_>) -> Option<(String, String)> {
    // A note is seen on its order's page.
    let order = entry.detail.as_ref().and_then(|detail| detail.get("payment_intent")).and_then(Json::as_str);
    let object = order.filter(|_| object.starts_with("note_")).unwrap_or(object);
    let (prefix, _) = object.split_once('_')?;
    match prefix {
        "pi" | "paym" => Some((payment_href(object), short(object))),
        "user" if object != entry.actor => Some((settings::TEAM.to_owned(), names.find(object).unwrap_or(object).to_owned())),
        "key" => Some(("/dashboard/developers/keys".to_owned(), names.find(object).unwrap_or(object).to_owned())),
        "shop" => Some(("/dashboard/settings/shops".to_owned(), short(object))),
        _ => None,
    }
}

/// What was done, with what is worth knowing of it.
fn sentence(entry: &AuditEntry, names: &Names<'_>, zone: &Zone) -> String {
    let l = names.l;
    let empty = Json::Null;
    let detail = entry.detail.as_ref().unwrap_or(&empty);
    let text = |name: &str| detail.get(name).and_then(Json::as_str);
    let role = |name: &str| text(name).and_then(|role| role.parse::<Role>().ok()).map(|role| role_name(role, l));
    let amount = || {
        let currency = text("currency").and_then(Currency::from_code)?;
        Some(Money::new(detail.get("amount").and_then(Json::as_i64)?, currency).display(l))
    };
    let precise = match entry.action.as_str() {
        "invitation.created" => text("email").zip(role("role")).map(|(email, role)| m::invited(l, email, role)),
        "invitation.renewed" => text("email").map(|email| m::renewed(l, email)),
        "invitation.withdrawn" => text("email").map(|email| m::withdrew(l, email)),
        "member.joined" => role("role").map(|role| m::joined_as(l, role)),
        "member.role_changed" => role("from").zip(role("to")).map(|(from, to)| m::role_from_to(l, from, to)),
        "session.ended" => text("user_agent").map(|browser| m::ended_session(l, &agent::in_words(browser, l))),
        "sandbox.advanced" => {
            let to = detail.get("to").and_then(Json::as_i64).map(|to| Timestamp::from_millis(to).display(zone, l));
            to.map(|to| m::clock_to(l, &to))
        }
        "payment.postponed" => text("date").and_then(|date| date.parse::<Date>().ok()).map(|date| m::postponed_to(l, &date.display(l))),
        _ => None,
    };
    precise.unwrap_or_else(|| {
        let kind = kind(&entry.action, l);
        let quoted = text("name").map(|name| format!("“{name}”"));
        amount().or(quoted).map_or(kind.clone(), |more| format!("{kind} · {more}"))
    })
}

/// What kind of thing was done; what has no words yet by its name.
pub fn kind(action: &str, l: Locale) -> String {
    m::KINDS.iter().find(|(known, _)| *known == action).map_or_else(|| action.replace(['.', '_'], " "), |(_, words)| words(l).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_once_and_in_both_languages() {
        for (at, (action, words)) in m::KINDS.iter().enumerate() {
            assert!(!m::KINDS[..at].iter().any(|(other, _)| other == action), "{action} stands twice");
            assert_ne!(words(Locale::En), words(Locale::Fr), "{action}");
        }
    }
}

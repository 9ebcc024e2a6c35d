//! Several payments refunded at once: each on its own, with one reason.

use engine::{Engine, RefundDraft};
use leptos_axum::redirect;
use model::{
    error::{Code, Refused},
    lifecycle::{Action, State},
    rights::Right,
};

use crate::{
    failure::Failure,
    payments::{
        data::{Chosen, Outcome},
        query::{REFUND, escape},
    },
    server::{convert, session::Signed, signed, told},
};

/// How many payments go in one refund of several.
const MOST: usize = 100;
/// What stands for a refund that was made, among the words of refusals.
const DONE: &str = "ok";

fn ids(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        if !ids.iter().any(|known| known == id) && ids.len() < MOST {
            ids.push(id.to_owned());
        }
    }
    ids
}

fn needs(signed: &Signed) -> Result<(), Failure> {
    if signed.frame.may(Right::RefundCreate) {
        return Ok(());
    }
    Err(told(Refused::new(Code::Forbidden, format!("This needs the right {}", Right::RefundCreate))))
}

pub async fn chosen(text: String, outcomes: String) -> Result<Vec<Chosen>, Failure> {
    let (engine, signed) = signed()?;
    needs(&signed)?;
    let mut all = Vec::new();
    for id in ids(&text) {
        let Some(mut one) = look(&engine, &signed, &id).await? else { continue };
        one.outcome = outcome(&outcomes, &id);
        all.push(one);
    }
    Ok(all)
}

/// None: there is no such payment here.
async fn look(engine: &Engine, signed: &Signed, id: &str) -> Result<Option<Chosen>, Failure> {
    let file = match engine.payment_file(&signed.caller, id).await {
        Ok(file) => file,
        Err(refused) if refused.code == Code::NotFound => return Ok(None),
        Err(refused) => return Err(told(refused)),
    };
    let deciding = file.attempts.iter().find(|attempt| Some(attempt.full.payment.id) == file.intent.payment);
    let payment = deciding.map(|attempt| (attempt.full.payment.id.to_string(), attempt.full.payment.version));
    // Before the capture a refund is a cancel, which has a question of its own.
    let captured = |attempt: &&engine::Attempt| attempt.full.payment.state == State::Captured && attempt.actions.contains(&Action::Refund);
    let refundable = deciding.filter(captured).map(|attempt| attempt.refundable).filter(|minor| *minor > 0);
    Ok(Some(Chosen { row: convert::row(file.intent), payment, refundable, outcome: None }))
}

/// `pi_a:ok,pi_b:operation_not_allowed`
fn outcome(told: &str, id: &str) -> Option<Outcome> {
    let word = told.split(',').find_map(|one| one.split_once(':').filter(|(of, _)| *of == id).map(|(_, word)| word))?;
    if word == DONE {
        return Some(Outcome::Refunded);
    }
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == word).unwrap_or(Code::Internal);
    Some(Outcome::Refused(Failure::Refused(Refused::of(code))))
}

pub async fn refund(text: String, payments: String, reason: String) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    needs(&signed)?;
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if let Some(reason) = &reason
        && !(3..=255).contains(&reason.chars().count())
    {
        return Err(told(Refused::invalid("reason", "A reason has between 3 and 255 characters")));
    }
    let mut outcomes = Vec::new();
    for one in ids(&payments) {
        let Some([order, payment, version]) = <[&str; 3]>::try_from(one.split(':').collect::<Vec<_>>()).ok() else { continue };
        let Ok(payment) = payment.parse() else { continue };
        // Posted twice, by a double click or a reload, it gives back once: the second has the same name.
        let unique_id = Some(format!("{payment}-{version}"));
        let draft = RefundDraft { payment, amount: None, reason: reason.clone(), unique_id };
        let word = match engine.refund(&signed.caller, draft).await {
            Ok(_) => DONE,
            Err(refused) if refused.code == Code::DuplicateUniqueId => DONE,
            Err(refused) if refused.code == Code::Forbidden => return Err(told(refused)),
            Err(refused) => refused.code.as_str(),
        };
        outcomes.push(format!("{order}:{word}"));
    }
    redirect(&format!("{REFUND}?ids={}&told={}", joined(&ids(&text)), joined(&outcomes)));
    Ok(())
}

fn joined(texts: &[String]) -> String {
    texts.iter().map(|text| escape(text)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_what_became_of_each() {
        let told = "pi_a:ok,pi_b:operation_not_allowed,pi_c:nonsense";
        assert_eq!(outcome(told, "pi_a"), Some(Outcome::Refunded));
        assert!(
            matches!(outcome(told, "pi_b"), Some(Outcome::Refused(Failure::Refused(refused))) if refused.code == Code::OperationNotAllowed)
        );
        assert!(matches!(outcome(told, "pi_c"), Some(Outcome::Refused(_))));
        assert_eq!(outcome(told, "pi_d"), None);
        assert_eq!(ids("a, b,,a,c"), ["a", "b", "c"]);
    }
}

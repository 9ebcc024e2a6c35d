//! The story of a payment, a sentence an event: what happened, why, and who did it.

use model::{
    lifecycle::{AuthStatus, State},
    locale::Locale,
    money::{Currency, Money},
    time::Timestamp,
};

use super::{
    file::{File, Moment, Who},
    file_words as w,
    labels::{Here, unauthenticated},
    reasons::reason,
};
use crate::messages as m;

/// Colours the dot; the words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Bad,
    /// Waits for the merchant.
    Now,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Now => "now",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub tone: Tone,
    pub title: String,
    pub detail: String,
}

fn line(tone: Tone, title: impl Into<String>, details: impl IntoIterator<Item = Option<String>>) -> Line {
    let details: Vec<String> = details.into_iter().flatten().filter(|detail| !detail.is_empty()).collect();
    Line { tone, title: title.into(), detail: details.join(" · ") }
}

/// What is awaited now, and of whom: stands before the story. The second is by when.
pub fn awaited(file: &File, here: Here<'_>) -> Option<(Line, Option<String>)> {
    if file.origin == "import" {
        // whatever it waits for, it waits for it elsewhere
        return None;
    }
    let l = here.locale;
    let one = file.deciding();
    let day = |at: Timestamp| format!("{}, {}", here.day(at), at.display_time(here.zone));
    let line = |tone, title: &str, detail: &str| line(tone, title, [Some(detail.to_owned())]);
    // What must happen before a moment, and what happens at one.
    let before =
        |tone, title: &str, detail: &str, at: Option<Timestamp>| Some((line(tone, title, detail), at.map(|at| m::by(l, &day(at)))));
    let at = |title: &str, detail: &str, at: Option<Timestamp>| Some((line(Tone::Plain, title, detail), at.map(day)));
    let Some(one) = one.filter(|one| !matches!(one.state, State::Begun | State::Ended)) else {
        let open = file.order_cycle == model::lifecycle::OrderCycle::Open;
        return if open { before(Tone::Plain, m::waits_payer(l), m::waits_payer_why(l), Some(file.expires_at)) } else { None };
    };
    match one.state {
        State::AuthorisedToValidate if one.validate_until.is_some_and(|until| here.now >= until) => {
            before(Tone::Bad, w::waits_lapse(l), w::waits_lapse_why(l), one.authorised_until)
        }
        State::AuthorisedToValidate => before(Tone::Now, m::waits_you(l), m::waits_you_why(l), one.validate_until.or(one.authorised_until)),
        State::WaitingAuthorisationToValidate => before(Tone::Now, m::waits_you(l), m::waits_you_later(l), one.capture_date),
        State::WaitingAuthorisation => at(m::waits_date(l), m::waits_date_why(l), one.capture_date),
        State::UnderVerification if one.held => before(Tone::Now, m::waits_review(l), m::waits_review_why(l), None),
        State::UnderVerification => at(m::waits_bank(l), m::waits_bank_why(l), None),
        State::Authorised if one.remitted => at(m::waits_capture(l), m::waits_capture_why(l), None),
        State::Authorised => at(m::waits_remittance(l), m::waits_remittance_why(l), one.capture_date),
        State::Refused | State::Error if file.order_cycle == model::lifecycle::OrderCycle::Open => {
            before(Tone::Plain, m::waits_retry(l), m::waits_retry_why(l), Some(file.expires_at))
        }
        _ => None,
    }
}

/// An event's sentence. What a merchant learns nothing from has none.
pub fn sentence(moment: &Moment, currency: Currency, here: Here<'_>) -> Option<Line> {
    let (object, what) = moment.kind.split_once('.').unwrap_or(("", moment.kind.as_str()));
    let teller = Teller { moment, currency, here };
    match object {
        "payment_intent" => teller.order(what),
        "payment" => teller.payment(what),
        "refund" => teller.refund(what),
        "dispute" => teller.dispute(what),
        _ => None,
    }
}

struct Teller<'a> {
    moment: &'a Moment,
    currency: Currency,
    here: Here<'a>,
}

impl Teller<'_> {
    fn l(&self) -> Locale {
        self.here.locale
    }

    fn money(&self, minor: Option<i64>) -> Option<String> {
        minor.filter(|minor| *minor != 0).map(|minor| Money::new(minor, self.currency).display(self.l()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "stands among what may be absent")]
    fn who(&self) -> Option<String> {
        let l = self.l();
        match &self.moment.who {
            Who::Key(name) => Some(m::by_key(l, name)),
            Who::User(name) => Some(m::by_user(l, name)),
            Who::Payer => Some(m::by_payer(l).to_owned()),
            Who::Demo => Some(m::by_demo(l).to_owned()),
            Who::Worker => Some(w::by_worker(l).to_owned()),
        }
    }

    /// Only what nobody asked for: that Guichet did it by itself.
    fn program(&self) -> Option<String> {
        (self.moment.who == Who::Worker).then(|| self.who()).flatten()
    }

    /// Of the team, or a program of theirs.
    fn person(&self) -> Option<String> {
        matches!(self.moment.who, Who::User(_) | Who::Key(_)).then(|| self.who()).flatten()
    }

    fn card(&self) -> Option<String> {
        self.moment.facts.card.clone()
    }

    fn order(&self, what: &str) -> Option<Line> {
        let l = self.l();
        let facts = &self.moment.facts;
        Some(match what {
            "created" => {
                let title = match facts.origin.as_deref() {
                    Some("api") => m::ev_created_api(l),
                    Some("dashboard") => m::ev_created_dashboard(l),
                    Some("link") => m::ev_created_link(l),
                    _ => m::ev_created(l),
                };
                let manual = facts.manual_validation.then(|| m::manual_validation(l).to_owned());
                line(Tone::Plain, title, [self.who(), manual])
            }
            "cancelled" | "canceled" => line(Tone::Plain, m::ev_order_cancelled(l), [self.who(), Some(m::nothing_taken(l).to_owned())]),
            "expired" => line(Tone::Plain, m::ev_order_expired(l), [Some(m::nothing_taken(l).to_owned())]),
            "unpaid" => line(Tone::Bad, m::ev_order_unpaid(l), [Some(m::nothing_taken(l).to_owned())]),
            "updated" => line(Tone::Plain, m::ev_order_updated(l), [self.who()]),
            // Its other statuses repeat what the payment's own events say.
            _ => return None,
        })
    }

    fn payment(&self, what: &str) -> Option<Line> {
        let l = self.l();
        let facts = &self.moment.facts;
        let code = facts.response.as_deref().filter(|code| *code != "00");
        let until = |at: Timestamp| m::valid_until(l, &self.here.day(at));
        let capture = |at: Timestamp| m::capture_on(l, &self.here.day(at));
        let refusal = |title: &str| match code {
            Some(code) => format!("{title}{}{} ({code})", m::colon(l), reason(code, l)),
            None => title.to_owned(),
        };
        Some(match what {
            "imported" => line(Tone::Plain, w::ev_imported(l), [self.card(), Some(w::ev_imported_why(l).to_owned())]),
            "created" => line(Tone::Plain, m::ev_attempt(l), [self.card(), self.who()]),
            "authorised" | "authorised_to_validate" => line(
                Tone::Good,
                m::ev_authorised(l),
                [
                    self.money(facts.amount),
                    self.card(),
                    facts.authorisation.as_ref().map(|number| m::authorisation(l, number)),
                    facts.until.map(until),
                    facts.capture_date.filter(|_| what == "authorised").map(capture),
                ],
            ),
            "captured_at_once" | "captured" | "booked" => line(
                Tone::Good,
                m::ev_captured(l),
                [self.money(facts.captured.or(facts.amount)), Some(m::in_balance(l).to_owned()), self.program()],
            ),
            "deferred" | "deferred_to_validate" => line(Tone::Good, m::ev_deferred(l), [self.card(), facts.capture_date.map(capture)]),
            "accepted" => line(Tone::Good, m::ev_accepted(l), [self.card()]),
            "pre_authorised" => line(Tone::Good, m::ev_pre_authorised(l), [self.card()]),
            "funds_awaited" => line(Tone::Plain, m::ev_funds_awaited(l), [self.card()]),
            "outcome_unknown" => line(Tone::Plain, m::ev_unknown(l), [Some(m::ev_unknown_why(l).to_owned())]),
            "held" => line(Tone::Now, m::ev_held(l), [self.card()]),
            "refused" if facts.auth.is_some_and(unauthenticated) => {
                line(Tone::Bad, m::refused_unauthenticated(l), [self.card(), Some(m::nothing_taken(l).to_owned())])
            }
            "refused" | "review_refused" => {
                line(Tone::Bad, refusal(m::refused(l)), [self.person(), self.card(), Some(m::nothing_taken(l).to_owned())])
            }
            "error" => line(Tone::Bad, refusal(m::error(l)), [self.card(), Some(m::nothing_taken(l).to_owned())]),
            "ended" => line(Tone::Plain, ended(facts.ended_because.as_deref(), l), [self.card(), Some(m::nothing_taken(l).to_owned())]),
            "cancel_asked" => line(Tone::Plain, m::ev_cancel_asked(l), [self.who()]),
            "released" => line(Tone::Plain, m::ev_released(l), [self.who()]),
            "validated" => line(Tone::Good, m::ev_validated(l), [self.who(), facts.capture_date.map(capture)]),
            "cancelled" => line(
                Tone::Plain,
                m::ev_cancelled(l),
                [self.who(), self.moment.cause.as_deref().map(|cause| cause_of(cause, l)), Some(m::ev_cancelled_why(l).to_owned())],
            ),
            "expired" => line(Tone::Bad, m::ev_lapsed(l), [Some(m::nothing_taken(l).to_owned()), self.program()]),
            "authorisation_postponed" => line(Tone::Plain, m::ev_postponed_try(l), [code.map(|code| reason(code, l))]),
            "handed_to_bank" | "remitted" => line(Tone::Plain, m::ev_remitted(l), [self.money(facts.amount), self.program()]),
            "part_received" => line(Tone::Plain, m::ev_part_received(l), [self.money(facts.amount)]),
            "capture_failed" => line(Tone::Bad, refusal(m::capture_failed(l)), [Some(m::nothing_taken(l).to_owned())]),
            "adjusted" | "lowered" | "postponed" => {
                line(Tone::Plain, m::ev_adjusted(l), [self.who(), self.money(facts.amount), facts.capture_date.map(capture)])
            }
            "capture_asked" => line(Tone::Plain, m::ev_capture_asked(l), [self.who(), self.money(facts.amount)]),
            "cancellation_refused" => line(Tone::Bad, m::ev_cancel_refused(l), []),
            "lowering_refused" => line(Tone::Bad, m::ev_lowering_refused(l), []),
            "reversing" => line(Tone::Plain, m::ev_reversing(l), []),
            "reversed" => line(Tone::Plain, m::ev_reversed(l), [Some(m::nothing_taken(l).to_owned())]),
            "superseded" => line(Tone::Plain, m::superseded(l), [self.card()]),
            what if what.starts_with("auth") || what.starts_with("threeds") => self.authentication()?,
            // What the refund's and the dispute's own events say.
            "updated" | "available" | "refund_asked" | "refund_failed" | "refund_imported" | "disputed" | "dispute_imported" => {
                return None;
            }
            other => line(Tone::Plain, readable(other), [self.who()]),
        })
    }

    fn authentication(&self) -> Option<Line> {
        let l = self.l();
        let (tone, title) = match self.moment.facts.auth? {
            AuthStatus::Requested | AuthStatus::Available => (Tone::Plain, m::ev_auth_asked(l)),
            AuthStatus::Attempted => (Tone::Plain, m::ev_auth_at_bank(l)),
            AuthStatus::Success => (Tone::Good, m::ev_auth_success(l)),
            AuthStatus::Bypassed => (Tone::Plain, m::ev_auth_bypassed(l)),
            AuthStatus::Declined | AuthStatus::Failed => (Tone::Bad, m::ev_auth_failed(l)),
            AuthStatus::Unavailable => (Tone::Plain, m::ev_auth_unavailable(l)),
            AuthStatus::Expired => (Tone::Bad, m::ev_auth_expired(l)),
        };
        Some(line(tone, title, [Some("3-D Secure".to_owned()), self.card()]))
    }

    fn refund(&self, what: &str) -> Option<Line> {
        let l = self.l();
        let facts = &self.moment.facts;
        let amount = self.money(facts.amount).unwrap_or_default();
        let why = facts.reason.as_ref().map(|reason| m::quoted(l, reason));
        Some(match what {
            "created" | "to_refund" => line(Tone::Plain, m::ev_refund_asked(l, &amount), [self.who(), why]),
            "imported" => line(Tone::Plain, w::ev_refund_imported(l, &amount), [why]),
            "awaiting_approval" => line(Tone::Now, m::ev_refund_approval(l, &amount), [self.who(), why]),
            "refunded" => line(Tone::Good, m::ev_refunded(l, &amount), [Some(m::ev_refunded_why(l).to_owned())]),
            "failed" | "not_honored" => line(Tone::Bad, m::ev_refund_failed(l, &amount), [Some(m::ev_refund_failed_why(l).to_owned())]),
            "payment_canceled" => line(Tone::Plain, m::ev_refund_cancels(l, &amount), [self.who(), why]),
            _ => return None,
        })
    }

    fn dispute(&self, what: &str) -> Option<Line> {
        let l = self.l();
        let amount = self.money(self.moment.facts.amount).unwrap_or_default();
        Some(match what {
            "created" | "opened" | "open" => {
                let flag =
                    self.moment.cause.as_deref().filter(|cause| *cause == "after_refund").map(|_| w::dispute_after_refund(l).to_owned());
                line(Tone::Bad, m::ev_disputed(l, &amount), [Some(m::ev_disputed_why(l).to_owned()), flag])
            }
            "imported" => line(Tone::Plain, w::ev_dispute_imported(l, &amount), []),
            "won" => line(Tone::Good, m::ev_dispute_won(l, &amount), []),
            "lost" => line(Tone::Bad, m::ev_dispute_lost(l, &amount), []),
            _ => return None,
        })
    }
}

fn ended(why: Option<&str>, l: Locale) -> &'static str {
    match why {
        Some("superseded") => m::superseded(l),
        Some("cancelled") => m::ev_cancelled(l),
        Some("expired") => m::ev_order_expired(l),
        _ => m::ev_abandoned(l),
    }
}

fn cause_of(cause: &str, l: Locale) -> String {
    match cause {
        "refund" | "full_refund" => m::cause_refund(l).to_owned(),
        "superseded" => m::superseded(l).to_owned(),
        other => readable(other),
    }
}

/// A word of the machine as a sentence: better than nothing where an event is newer than its page.
fn readable(word: &str) -> String {
    model::error::titled(&word.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use model::{lifecycle::Trigger, time::Zone};

    use super::*;
    use crate::payments::file::Facts;

    fn moment(kind: &str, who: Who, facts: Facts) -> Moment {
        let at = Timestamp::parse_rfc3339("2026-11-22T13:42:08Z").unwrap();
        Moment { at, kind: kind.into(), who, cause: None, facts }
    }

    fn say(moment: &Moment, locale: Locale) -> Option<(Tone, String)> {
        let zone = Zone::utc();
        let line = sentence(moment, Currency::Eur, Here { now: moment.at, zone: &zone, locale })?;
        Some((line.tone, if line.detail.is_empty() { line.title } else { format!("{} | {}", line.title, line.detail) }))
    }

    #[test]
    fn everything_that_can_happen_to_a_payment_has_a_sentence_in_both_languages() {
        for trigger in Trigger::ALL {
            let moment = moment(&format!("payment.{trigger}"), Who::Worker, Facts::default());
            let (Some((_, en)), Some((_, fr))) = (say(&moment, Locale::En), say(&moment, Locale::Fr)) else {
                panic!("payment.{trigger} says nothing");
            };
            assert_ne!(en, fr, "{trigger}");
        }
    }

    #[test]
    fn a_refusal_names_its_cause_and_that_nothing_was_taken() {
        let facts = Facts { response: Some("51".into()), card: Some("Visa •••• 9995".into()), ..Facts::default() };
        let moment = moment("payment.refused", Who::Payer, facts);
        assert_eq!(
            say(&moment, Locale::En),
            Some((Tone::Bad, "Refused: insufficient funds (51) | Visa •••• 9995 · No money was taken.".into()))
        );
        assert_eq!(
            say(&moment, Locale::Fr),
            Some((Tone::Bad, "Refusé\u{a0}: provision insuffisante (51) | Visa •••• 9995 · Aucune somme n’a été prélevée.".into()))
        );
    }

    #[test]
    fn a_refund_says_who_asked_how_much_and_why() {
        let facts = Facts { amount: Some(2000), reason: Some("broken".into()), ..Facts::default() };
        let moment = moment("refund.created", Who::User("Ada".into()), facts);
        assert_eq!(say(&moment, Locale::En), Some((Tone::Plain, "Refund of €20.00 asked for | by Ada · “broken”".into())));
        assert_eq!(
            say(&moment, Locale::Fr),
            Some((Tone::Plain, "Remboursement de 20,00\u{202f}€ demandé | par Ada · «\u{a0}broken\u{a0}»".into()))
        );
    }

    #[test]
    fn an_order_says_how_it_was_made() {
        let facts = Facts { origin: Some("api".into()), manual_validation: true, ..Facts::default() };
        let moment = moment("payment_intent.created", Who::Key("Online shop".into()), facts);
        assert_eq!(say(&moment, Locale::En), Some((Tone::Plain, "Payment created by API | key “Online shop” · manual validation".into())));
        assert_eq!(
            say(&moment, Locale::Fr),
            Some((Tone::Plain, "Paiement créé par l’API | clé «\u{a0}Online shop\u{a0}» · validation manuelle".into()))
        );
    }
}

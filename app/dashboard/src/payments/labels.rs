//! The label of a row and of an attempt: what a merchant needs to know of its state, in a few words.

use model::{
    lifecycle::{AuthStatus, Method, RefundStatus, Shown, State, shown::Hue},
    locale::Locale,
    time::{Timestamp, Zone, days_left},
};

use super::{data::Row, file::Try, file_words as w, reasons::reason};
use crate::messages as m;

/// What is needed to speak of days.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    pub now: Timestamp,
    pub zone: &'a Zone,
    pub locale: Locale,
}

impl Here<'_> {
    /// "18 Nov", with the year where it is another.
    pub fn day(self, at: Timestamp) -> String {
        let (day, today) = (self.zone.date(at), self.zone.date(self.now));
        if day.year == today.year { day.display_short(self.locale) } else { day.display(self.locale) }
    }

    fn days_left(self, until: Timestamp) -> String {
        days_left(self.zone.date(self.now), self.zone.date(until), self.locale)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub hue: Hue,
    pub text: String,
}

/// An order's.
pub fn order(row: &Row, here: Here<'_>) -> Label {
    let l = here.locale;
    let text = match row.shown {
        Shown::ToValidate => to_validate(row.shown_at, here),
        Shown::Paid => paid(row.shown_at, here),
        Shown::Scheduled => scheduled(row.shown_at, here),
        Shown::PartlyPaid => {
            let left = row.money(row.amount_due.saturating_sub(row.authorised)).display_number(l);
            m::partly_paid(l, &left)
        }
        Shown::Disputed => row.shown_at.map_or_else(|| m::disputed(l).to_owned(), |at| m::disputed_until(l, &here.day(at))),
        Shown::Refunded => m::refunded(l, &row.money(row.refunded).display_number(l)),
        Shown::Refused => refused(row.response.as_deref(), l),
        other => plain(other, l).to_owned(),
    };
    Label { hue: row.shown.hue(), text }
}

/// The second badge of an order of which a part was given back.
pub fn given_back(row: &Row, l: Locale) -> Option<Label> {
    let part = row.refunded > 0 && row.shown != Shown::Refunded;
    part.then(|| Label { hue: Hue::Ended, text: m::refunded(l, &row.money(row.refunded).display_number(l)) })
}

/// An attempt's.
pub fn attempt(one: &Try, here: Here<'_>) -> Label {
    let l = here.locale;
    let (shown, text) = match one.state {
        State::Begun if one.auth.is_some_and(AuthStatus::is_open) => (Shown::Authenticating, None),
        State::Begun => (Shown::Awaiting, None),
        State::Ended => (Shown::Abandoned, one.ended_because.as_deref().map(|why| ended(why, l).to_owned())),
        State::WaitingForPayment => (Shown::Waiting, None),
        State::UnderVerification if one.held => (Shown::FraudAlert, None),
        State::UnderVerification => (Shown::Checking, None),
        State::WaitingAuthorisation => (Shown::Scheduled, Some(scheduled(one.capture_date, here))),
        State::WaitingAuthorisationToValidate | State::AuthorisedToValidate => {
            (Shown::ToValidate, Some(to_validate(one.validate_until.or(one.authorised_until).or(one.capture_date), here)))
        }
        State::Authorised | State::Captured if one.disputed_amount > 0 => (Shown::Disputed, Some(m::disputed(l).to_owned())),
        State::Authorised => (Shown::Paid, Some(paid(one.capture_date, here))),
        State::Captured => (Shown::Paid, Some(paid(one.captured_at, here))),
        State::Accepted => (Shown::Verified, None),
        State::PreAuthorised => (Shown::PreAuthorised, None),
        State::Refused if one.auth.is_some_and(unauthenticated) => (Shown::Refused, Some(m::refused_unauthenticated(l).to_owned())),
        State::Refused => (Shown::Refused, Some(refused(one.response.as_deref(), l))),
        State::Error => (Shown::Error, None),
        State::CaptureFailed => (Shown::CaptureFailed, None),
        State::Cancelled => (Shown::Cancelled, None),
        State::Expired => (Shown::Expired, None),
    };
    Label { hue: shown.hue(), text: text.unwrap_or_else(|| plain(shown, l).to_owned()) }
}

/// The payer's bank did not vouch for them, so theirs was never asked for the money.
pub const fn unauthenticated(auth: AuthStatus) -> bool {
    matches!(auth, AuthStatus::Declined | AuthStatus::Failed | AuthStatus::Expired)
}

/// A refund's.
pub fn refund(status: RefundStatus, l: Locale) -> Label {
    let (hue, en, fr) = match status {
        RefundStatus::AwaitingApproval => (Hue::Act, "To approve", "À approuver"),
        RefundStatus::ToRefund | RefundStatus::RefundSent => (Hue::Running, "On its way", "En cours"),
        RefundStatus::Refunded => (Hue::Ended, "Refunded", "Remboursé"),
        RefundStatus::PaymentCanceled => (Hue::Ended, "Payment cancelled", "Paiement annulé"),
        RefundStatus::NotHonored => (Hue::Failed, "Not honoured", "Non honoré"),
        RefundStatus::Failed => (Hue::Failed, "Failed", "Échoué"),
    };
    Label { hue, text: l.pick(en, fr).to_owned() }
}

pub fn method(method: Option<Method>, l: Locale) -> &'static str {
    match method {
        Some(Method::Card) => l.pick("Card", "Carte"),
        Some(Method::Sepa) => l.pick("SEPA debit", "Prélèvement SEPA"),
        None => "—",
    }
}

/// A scheme's own name for itself.
pub fn brand(brand: &str) -> String {
    match brand {
        "visa" => "Visa".to_owned(),
        "mastercard" => "Mastercard".to_owned(),
        "amex" => "American Express".to_owned(),
        "cb" => "CB".to_owned(),
        "maestro" => "Maestro".to_owned(),
        "jcb" => "JCB".to_owned(),
        "diners" | "dinersclub" => "Diners Club".to_owned(),
        "discover" => "Discover".to_owned(),
        "unionpay" => "UnionPay".to_owned(),
        other => model::error::titled(other),
    }
}

/// "Visa •••• 4242".
pub fn card(of_brand: Option<&str>, last4: Option<&str>) -> Option<String> {
    let last4 = last4?;
    Some(match of_brand {
        Some(name) => format!("{} •••• {last4}", brand(name)),
        None => format!("•••• {last4}"),
    })
}

fn to_validate(until: Option<Timestamp>, here: Here<'_>) -> String {
    let l = here.locale;
    match until {
        Some(until) if until <= here.now => w::waits_lapse(l).to_owned(),
        Some(until) => format!("{} · {}", m::to_validate(l), here.days_left(until)),
        None => m::to_validate(l).to_owned(),
    }
}

fn paid(at: Option<Timestamp>, here: Here<'_>) -> String {
    let l = here.locale;
    match at {
        Some(at) if at <= here.now => m::paid_captured(l, &here.day(at)),
        Some(at) => m::paid_capture_on(l, &here.day(at)),
        None => m::paid(l).to_owned(),
    }
}

fn scheduled(at: Option<Timestamp>, here: Here<'_>) -> String {
    let l = here.locale;
    at.map_or_else(|| m::scheduled(l).to_owned(), |at| m::capture_on(l, &here.day(at)))
}

fn refused(response: Option<&str>, l: Locale) -> String {
    match response {
        Some(code) if code != "00" => format!("{} · {}", m::refused(l), reason(code, l)),
        _ => m::refused(l).to_owned(),
    }
}

/// Why an attempt never became a transaction.
fn ended(why: &str, l: Locale) -> &'static str {
    match why {
        "superseded" => m::superseded(l),
        "expired" => m::expired(l),
        "cancelled" => m::cancelled(l),
        _ => m::abandoned(l),
    }
}

/// The label where there is nothing to add.
pub fn plain(shown: Shown, l: Locale) -> &'static str {
    match shown {
        Shown::Awaiting => m::awaiting(l),
        Shown::Authenticating => m::authenticating(l),
        Shown::Checking => m::checking(l),
        Shown::FraudAlert => m::fraud_alert(l),
        Shown::Waiting => m::waiting(l),
        Shown::Scheduled => m::scheduled(l),
        Shown::ToValidate => m::to_validate(l),
        Shown::PartlyPaid => m::partly_paid_plain(l),
        Shown::Paid => m::paid(l),
        Shown::Verified => m::verified(l),
        Shown::PreAuthorised => m::pre_authorised(l),
        Shown::Disputed => m::disputed(l),
        Shown::Refunded => m::refunded_plain(l),
        Shown::Refused => m::refused(l),
        Shown::Error => m::error(l),
        Shown::CaptureFailed => m::capture_failed(l),
        Shown::Cancelled => m::cancelled(l),
        Shown::Expired => m::expired(l),
        Shown::Abandoned => m::abandoned(l),
    }
}

#[cfg(test)]
mod tests {
    use model::{lifecycle::Purpose, money::Currency};

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn row(shown: Shown, shown_at: Option<&str>) -> Row {
        Row {
            id: "pi_000000000000000000000000".into(),
            created: at("2026-11-22T13:41:00Z"),
            reference: None,
            name: None,
            email: None,
            purpose: Purpose::Debit,
            method: Some(Method::Card),
            brand: Some("visa".into()),
            last4: Some("4242".into()),
            shown,
            shown_at: shown_at.map(at),
            response: Some("51".into()),
            amount: 8900,
            amount_due: 8900,
            currency: Currency::Eur,
            authorised: 900,
            captured: 8900,
            refunded: 2000,
        }
    }

    fn say(row: &Row, locale: Locale) -> String {
        let zone = Zone::utc();
        order(row, Here { now: at("2026-11-22T14:05:00Z"), zone: &zone, locale }).text
    }

    #[test]
    fn labels_say_what_a_merchant_needs_in_both_languages() {
        for (shown, shown_at, en, fr) in [
            (Shown::Paid, Some("2026-11-18T22:00:00Z"), "Paid, captured 18 Nov", "Payé, remise le 18 nov."),
            (Shown::Paid, Some("2026-11-23T21:00:00Z"), "Paid, capture 23 Nov", "Payé, remise le 23 nov."),
            (Shown::Paid, None, "Paid", "Payé"),
            (Shown::Scheduled, Some("2026-12-18T08:00:00Z"), "Capture 18 Dec", "Remise le 18 déc."),
            (Shown::Scheduled, Some("2027-01-01T08:00:00Z"), "Capture 1 Jan 2027", "Remise le 1er janv. 2027"),
            (Shown::ToValidate, Some("2026-11-25T08:00:00Z"), "To validate · 3 days left", "À valider · 3 jours"),
            (Shown::ToValidate, Some("2026-11-22T20:00:00Z"), "To validate · last day", "À valider · dernier jour"),
            (Shown::PartlyPaid, None, "Partly paid · 80.00 left", "Payé en partie · reste 80,00"),
            (Shown::Refused, None, "Refused · insufficient funds", "Refusé · provision insuffisante"),
            (Shown::Disputed, Some("2026-12-02T08:00:00Z"), "Disputed · answer by 2 Dec", "Contesté · répondre avant le 2 déc."),
            (Shown::Refunded, None, "Refunded 20.00", "Remboursé 20,00"),
            (Shown::Awaiting, None, "Awaiting payment", "À payer"),
            (Shown::FraudAlert, None, "Check: suspected fraud", "À vérifier\u{a0}: fraude possible"),
        ] {
            let row = row(shown, shown_at);
            assert_eq!((say(&row, Locale::En).as_str(), say(&row, Locale::Fr).as_str()), (en, fr));
        }
    }

    #[test]
    fn every_state_has_a_label_in_both_languages() {
        for shown in Shown::ALL {
            let (en, fr) = (plain(*shown, Locale::En), plain(*shown, Locale::Fr));
            assert!(!en.is_empty() && !fr.is_empty() && en != fr, "{shown}");
        }
    }

    #[test]
    fn a_part_given_back_is_a_badge_of_its_own_and_all_of_it_is_the_label() {
        assert_eq!(given_back(&row(Shown::Paid, None), Locale::En).unwrap().text, "Refunded 20.00");
        assert_eq!(given_back(&row(Shown::Refunded, None), Locale::En), None);
        assert_eq!(given_back(&Row { refunded: 0, ..row(Shown::Paid, None) }, Locale::En), None);
    }
}

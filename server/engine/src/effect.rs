//! What an order did to the merchant's balance, read off the ledger: the lines of its page add up to what was posted.

use store::rows::{Event, Posting};

/// What was posted for an order, minor units; positive comes to the balance, negative leaves it. `net` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effect {
    pub captured: i64,
    pub refunds: i64,
    pub disputes: i64,
    pub fees: i64,
    pub vat: i64,
    pub net: i64,
    /// The part of `net` that is not available yet.
    pub pending: i64,
}

/// Balance accounts hold what belongs to the merchant: a credit there is money come in.
fn credited(postings: &[&Posting], accounts: &[&str]) -> i64 {
    -postings.iter().filter(|line| accounts.contains(&line.ledger_account.as_str())).map(|line| line.amount).sum::<i64>()
}

/// Each event's effect on the balance goes to what the event is about, its fees and VAT to lines of their own.
pub(crate) fn effect(postings: &[Posting], events: &[Event]) -> Effect {
    let all: Vec<&Posting> = postings.iter().collect();
    let (fees, vat) = (-credited(&all, &["fees"]), -credited(&all, &["vat"]));
    let gross = |about: fn(&str) -> bool| -> i64 {
        let kind = |line: &Posting| events.iter().find(|event| event.id == line.event).map_or("", |event| event.kind.as_str());
        let of_it: Vec<&Posting> = postings.iter().filter(|line| about(kind(line))).collect();
        credited(&of_it, &["pending", "available", "merchant_receivable", "fees", "vat"])
    };
    let refunds = gross(|kind| kind.starts_with("refund."));
    let disputes = gross(|kind| kind.starts_with("dispute."));
    let captured = gross(|kind| !kind.starts_with("refund.") && !kind.starts_with("dispute."));
    let pending = credited(&all, &["pending"]);
    Effect { captured, refunds, disputes, fees, vat, net: credited(&all, &["pending", "available", "merchant_receivable"]), pending }
}

#[cfg(test)]
mod tests {
    use model::id::{AccountId, EventId};
    use model::money::Currency;
    use model::rights::Environment;
    use model::time::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::rules::ledger::{self, Line};

    fn posted(happened: &[(&str, Vec<Line>)]) -> (Vec<Posting>, Vec<Event>) {
        let mut count = 0_u8;
        let mut next = move || {
            count = (count + 1) % 200;
            count
        };
        let account = AccountId::mint(&mut next);
        let (mut postings, mut events) = (Vec::new(), Vec::new());
        for (at, (kind, lines)) in happened.iter().enumerate() {
            let id = EventId::mint(&mut next);
            let (environment, at) = (Environment::Sandbox, Timestamp::from_millis(i64::try_from(at).unwrap()));
            events.push(Event {
                id,
                account,
                environment,
                object: String::new(),
                intent: None,
                version: 1,
                kind: (*kind).to_owned(),
                at,
                actor: String::new(),
                cause: None,
                request_id: None,
                state: serde_json::Value::Null,
            });
            postings.extend(lines.iter().map(|line| Posting {
                id: String::new(),
                account,
                environment,
                event: id,
                at,
                ledger_account: line.account.to_string(),
                currency: Currency::Eur,
                amount: line.amount,
                payment: None,
                refund: None,
            }));
        }
        (postings, events)
    }

    #[test]
    fn a_payment_refunded_in_part_and_disputed_adds_up() {
        let (postings, events) = posted(&[
            ("payment.captured", ledger::captured(8_900, 69)),
            ("payment.available", ledger::available(8_900, 69)),
            ("refund.sent", ledger::refund_made(2_000)),
            ("refund.refunded", ledger::refund_confirmed(2_000)),
            ("dispute.opened", ledger::dispute_opened(6_900, 1_500)),
        ]);
        let seen = effect(&postings, &events);
        assert_eq!(seen, Effect { captured: 8_900, refunds: -2_000, disputes: -6_900, fees: -1_569, vat: 0, net: -1_569, pending: 0 });
    }

    proptest! {
        #[test]
        fn the_lines_add_up_to_what_was_posted(
            steps in proptest::collection::vec((0_usize..6, 1_i64..1_000_000, 0_i64..2_000), 0..12)
        ) {
            let happened: Vec<(&str, Vec<Line>)> = steps.iter().map(|(which, amount, fee)| match which {
                0 => ("payment.captured", ledger::captured(*amount, *fee)),
                1 => ("payment.available", ledger::available(*amount, *fee)),
                2 => ("refund.created", ledger::refund_made(*amount)),
                3 => ("refund.refunded", ledger::refund_confirmed(*amount)),
                4 => ("refund.failed", ledger::refund_failed(*amount)),
                _ => ("dispute.opened", ledger::dispute_opened(*amount, *fee)),
            }).collect();
            let (postings, events) = posted(&happened);
            let seen = effect(&postings, &events);
            prop_assert_eq!(seen.captured + seen.refunds + seen.disputes + seen.fees + seen.vat, seen.net);
            let balance: i64 = postings.iter().filter(|line| ["pending", "available"].contains(&line.ledger_account.as_str())).map(|line| line.amount).sum();
            prop_assert_eq!(seen.net, -balance);
        }
    }
}

//! The lifecycle's tables: every state with every trigger, and what must hold of orders whatever their parts.

use std::collections::BTreeSet;
use std::fmt::Write;

use model::lifecycle::intent::{IntentStatus, Order, OrderCycle, OrderStatus, Part, TRIES};
use model::lifecycle::shown::{Seen, shown};
use model::lifecycle::transaction::{Action, Facts, State, Status, TRANSITIONS, Trigger, When, may_authorise};
use model::lifecycle::{AuthStatus, Purpose, RefundStatus, Shown};
use proptest::prelude::*;

fn facts(state: State, remitted: bool, held: bool) -> Facts {
    Facts { state, purpose: Purpose::Debit, remitted, held, busy: false, refundable: 0 }
}

/// The table as a reader sees it: a change of it is a reviewed change of this text.
#[test]
fn the_table_reads_as_documented() {
    let mut table = String::from("| from | when | event | to |\n|---|---|---|---|\n");
    for line in TRANSITIONS {
        let to = line.to.map_or("stays", State::as_str);
        writeln!(table, "| {} | {:?} | {} | {to} |", line.from, line.when, line.on).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_state_with_every_trigger_is_decided_by_the_table_alone() {
    for state in State::ALL {
        for trigger in Trigger::ALL {
            for (remitted, held) in [(false, false), (true, false), (false, true), (true, true)] {
                let lines: Vec<_> = TRANSITIONS
                    .iter()
                    .filter(|line| line.from == *state && line.on == *trigger)
                    .filter(|line| match line.when {
                        When::Always => true,
                        When::NotRemitted => !remitted,
                        When::Remitted => remitted,
                        When::HeldByUs => held,
                        When::NotHeld => !held,
                    })
                    .collect();
                assert!(lines.len() <= 1, "{state} on {trigger} leads to two places");
                let facts = facts(*state, remitted, held);
                match (facts.on(*trigger), lines.first()) {
                    (Ok(to), Some(line)) => assert_eq!(to, line.to.unwrap_or(*state)),
                    (Err(refused), None) => assert_eq!(refused.allowed, facts.actions()),
                    (got, line) => panic!("{state} on {trigger}: {got:?} for {line:?}"),
                }
            }
        }
    }
}

#[test]
fn final_states_have_no_way_out_and_others_do() {
    for state in State::ALL {
        let ways = TRANSITIONS.iter().filter(|line| line.from == *state).count();
        assert_eq!(ways == 0, state.is_final(), "{state}");
    }
}

#[test]
fn every_state_is_reached_from_the_beginning() {
    let mut reached = BTreeSet::from([State::Begun]);
    loop {
        let before = reached.len();
        let next: Vec<State> = TRANSITIONS.iter().filter(|line| reached.contains(&line.from)).filter_map(|line| line.to).collect();
        reached.extend(next);
        if reached.len() == before {
            break;
        }
    }
    assert_eq!(reached, State::ALL.iter().copied().collect());
}

#[test]
fn captured_money_was_authorised_or_awaited_first() {
    for line in TRANSITIONS.iter().filter(|line| line.to == Some(State::Captured)) {
        assert!(matches!(line.on, Trigger::CapturedAtOnce | Trigger::Captured | Trigger::Booked), "{line:?}");
    }
}

#[test]
fn the_derived_statuses_are_those_of_the_platform_and_of_the_api() {
    let rows = [
        (State::Begun, None, None),
        (State::Ended, Some(Status::Abandoned), None),
        (State::WaitingForPayment, Some(Status::Running), None),
        (State::UnderVerification, Some(Status::Running), None),
        (State::WaitingAuthorisation, Some(Status::Running), None),
        (State::WaitingAuthorisationToValidate, Some(Status::Running), None),
        (State::AuthorisedToValidate, Some(Status::Running), Some("authorized")),
        (State::Authorised, Some(Status::Paid), Some("to_capture")),
        (State::Captured, Some(Status::Paid), Some("captured")),
        (State::Accepted, Some(Status::Paid), Some("authorized")),
        (State::PreAuthorised, Some(Status::Paid), Some("authorized")),
        (State::Refused, Some(Status::Unpaid), Some("refused")),
        (State::Error, Some(Status::Unpaid), Some("failed")),
        (State::CaptureFailed, Some(Status::Unpaid), Some("failed")),
        (State::Cancelled, Some(Status::Unpaid), Some("canceled")),
        (State::Expired, Some(Status::Unpaid), Some("expired")),
    ];
    assert_eq!(rows.len(), State::ALL.len());
    for (state, status, api) in rows {
        assert_eq!((state.status(), state.api_status(false, false)), (status, api), "{state}");
    }
    assert_eq!(State::Authorised.api_status(true, false), Some("capture_sent"));
    assert_eq!(State::Captured.api_status(true, true), Some("disputed"));
}

#[test]
fn a_merchant_is_offered_what_the_table_allows() {
    let offered = |state, remitted, refundable| Facts { refundable, ..facts(state, remitted, false) }.actions();
    assert_eq!(
        offered(State::AuthorisedToValidate, false, 0),
        [Action::Validate, Action::Capture, Action::Lower, Action::Postpone, Action::Cancel]
    );
    assert_eq!(offered(State::Authorised, false, 0), [Action::Capture, Action::Lower, Action::Postpone, Action::Cancel]);
    assert!(offered(State::Authorised, true, 0).is_empty());
    assert_eq!(offered(State::Captured, true, 5), [Action::Refund]);
    assert!(offered(State::Captured, true, 0).is_empty());
    assert_eq!(facts(State::UnderVerification, false, true).actions(), [Action::Cancel, Action::Release, Action::RefuseHeld]);
    let busy = Facts { busy: true, ..facts(State::AuthorisedToValidate, false, false) };
    assert!(busy.actions().is_empty());
}

#[test]
fn only_success_or_an_exemption_authorises_where_authentication_is_required() {
    for status in AuthStatus::ALL {
        let may = matches!(status, AuthStatus::Success | AuthStatus::Bypassed);
        assert_eq!(may_authorise(true, Some(*status)), may, "{status}");
        assert_eq!(may_authorise(false, Some(*status)), may || !status.is_open(), "{status}");
    }
    assert!(!may_authorise(true, None) && may_authorise(false, None));
}

#[test]
fn a_refund_that_ended_never_counts_again() {
    for status in RefundStatus::ALL.iter().filter(|status| !status.counts()) {
        assert!(status.next().is_empty(), "{status}");
    }
}

fn states() -> impl Strategy<Value = State> {
    prop::sample::select(State::ALL)
}

fn parts() -> impl Strategy<Value = Part> {
    let auth = prop::option::of(prop::sample::select(AuthStatus::ALL));
    (states(), 0_i64..=10_000, auth, any::<bool>(), any::<bool>()).prop_map(|(state, amount, auth, sending, returned)| Part {
        state,
        amount,
        auth,
        sending: sending && state == State::Begun,
        returned: returned && state == State::Captured,
    })
}

fn orders() -> impl Strategy<Value = Order> {
    (prop::collection::vec(parts(), 0..5), 0_i64..=10_000, any::<[bool; 4]>(), 0_i64..=TRIES + 1).prop_map(|(parts, due, flags, tries)| {
        let [cancelled, over, closed, to_authenticate] = flags;
        Order { purpose: Purpose::Debit, due, cancelled, over, closed, tries, to_authenticate, parts }
    })
}

proptest! {
    #[test]
    fn an_order_that_holds_money_takes_no_other_attempt(order in orders()) {
        if order.parts.iter().any(Part::reserves) {
            prop_assert!(!order.may_begin());
        }
        if order.may_begin() {
            prop_assert_eq!(order.cycle(), OrderCycle::Open);
            prop_assert_eq!(order.reserved(), 0);
        }
    }

    #[test]
    fn a_canceled_order_holds_nothing(order in orders()) {
        if order.status() == IntentStatus::Canceled {
            prop_assert_eq!(order.reserved(), 0);
            prop_assert!(order.cancelled || order.over);
        }
    }

    #[test]
    fn a_paid_order_was_paid(order in orders()) {
        let paid: i64 = order
            .parts
            .iter()
            .filter(|part| !part.returned && part.state.status() == Some(Status::Paid))
            .map(|part| part.amount)
            .sum();
        match order.order_status() {
            OrderStatus::Paid => prop_assert!(paid >= order.due || order.parts.iter().any(|p| matches!(p.state, State::Accepted | State::PreAuthorised))),
            OrderStatus::PartiallyPaid => prop_assert!(paid > 0 && (order.due == 0 || paid < order.due)),
            _ => prop_assert_eq!(paid, 0),
        }
    }

    #[test]
    fn every_order_has_a_label_and_a_captured_one_is_never_shown_as_unpaid(order in orders()) {
        let part = order.parts.iter().copied().max_by_key(Part::reserves);
        let label = shown(&order, Seen { part, held: false, disputed: false, refunded: false });
        if part.is_some_and(|part| part.state == State::Captured) {
            prop_assert!(matches!(label, Shown::Paid | Shown::PartlyPaid), "{}", label);
        }
        prop_assert_eq!(shown(&order, Seen { part, held: false, disputed: true, refunded: false }), Shown::Disputed);
    }
}

#[test]
fn an_order_is_read_by_the_first_row_that_holds() {
    let order = |parts: Vec<Part>| Order {
        purpose: Purpose::Debit,
        due: 100,
        cancelled: false,
        over: false,
        closed: false,
        tries: 0,
        to_authenticate: false,
        parts,
    };
    let part = |state| Part { state, amount: 100, auth: None, sending: false, returned: false };
    for (state, status) in [
        (State::Authorised, IntentStatus::Captured),
        (State::Captured, IntentStatus::Captured),
        (State::AuthorisedToValidate, IntentStatus::Authorized),
        (State::Accepted, IntentStatus::Authorized),
        (State::UnderVerification, IntentStatus::Processing),
        (State::WaitingForPayment, IntentStatus::Processing),
        (State::WaitingAuthorisation, IntentStatus::RequireAuthorization),
        (State::Refused, IntentStatus::RequirePaymentMethod),
        (State::Begun, IntentStatus::RequirePaymentMethod),
    ] {
        assert_eq!(order(vec![part(state)]).status(), status, "{state}");
    }
    let challenged = Part { auth: Some(AuthStatus::Available), ..part(State::Begun) };
    assert_eq!(order(vec![challenged]).status(), IntentStatus::RequireAuthentication);
    let returned = Part { returned: true, ..part(State::Captured) };
    assert_eq!(order(vec![returned]).status(), IntentStatus::Unpaid);
    let late = Order { over: true, ..order(vec![part(State::Refused)]) };
    assert_eq!(late.status(), IntentStatus::Canceled);
    let late_but_paid = Order { over: true, ..order(vec![part(State::Authorised)]) };
    assert_eq!(late_but_paid.status(), IntentStatus::Captured);
}

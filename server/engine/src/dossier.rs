//! One order with everything that changes together, loaded once, changed by pure decisions, saved in one commit.
//!
//! Saving works out what follows from the change: the order's own status, versions, events, ledger lines, due work, search and totals.

use model::error::{Code, Refused};
use model::id::{CardId, EventId, Id, OperationId, PaymentId, PaymentIntentId, RefundId};
use model::lifecycle::intent::{Order, Part};
use model::lifecycle::shown::{Seen, shown};
use model::lifecycle::{AuthStatus, Facts, OperationKind, OperationState, OrderCycle, OrderType, Shown, State, Trigger};
use model::money::Currency;
use model::time::Timestamp;
use store::row::Row;
use store::rows::{Card, Dispute, Event, Job, Operation, Payment, PaymentIntent, Posting, Refund, Scope};
use store::{Scoped, Tx};

use crate::beside::Beside;
use crate::by::By;
use crate::deciding::{rank, shown_at};
use crate::import::{self, history, is_history, is_past};
use crate::rules::ledger::Line;
use crate::rules::schedule::{self, Due};

/// Something that happened to an object in this commit: it becomes an event.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    kind: String,
    cause: Option<String>,
    lines: Vec<Line>,
}

/// A row as it was and as it will be.
#[derive(Debug, Clone)]
pub(crate) struct Tracked<R> {
    before: Option<R>,
    pub(crate) now: R,
    happened: Vec<Happened>,
}

impl<R: Clone + PartialEq> Tracked<R> {
    pub(crate) fn new(row: R, kind: &str) -> Self {
        let mut new = Self { before: None, now: row, happened: Vec::new() };
        new.note(kind, None);
        new
    }

    /// A new row that no event speaks of.
    pub(crate) fn silent(row: R) -> Self {
        Self { before: None, now: row, happened: Vec::new() }
    }

    pub(crate) fn loaded(row: R) -> Self {
        Self { before: Some(row.clone()), now: row, happened: Vec::new() }
    }

    pub(crate) fn note(&mut self, kind: &str, cause: Option<String>) {
        self.post(kind, cause, Vec::new());
    }

    pub(crate) fn post(&mut self, kind: &str, cause: Option<String>, lines: Vec<Line>) {
        self.happened.push(Happened { kind: kind.to_owned(), cause, lines });
    }

    fn changed(&self) -> bool {
        self.before.as_ref() != Some(&self.now) || !self.happened.is_empty()
    }
}

pub(crate) struct Dossier {
    pub(crate) intent: Tracked<PaymentIntent>,
    pub(crate) payments: Vec<Tracked<Payment>>,
    pub(crate) operations: Vec<Tracked<Operation>>,
    pub(crate) refunds: Vec<Tracked<Refund>>,
    pub(crate) disputes: Vec<Tracked<Dispute>>,
    pub(crate) cards: Vec<Tracked<Card>>,
    /// Cards known to be kept by the merchant: their numbers are not erased with a payment.
    kept: Vec<CardId>,
}

impl Dossier {
    pub(crate) fn new(intent: PaymentIntent) -> Self {
        Self::with(Tracked::new(intent, "payment_intent.created"))
    }

    /// An order that was made elsewhere.
    pub(crate) fn imported(intent: PaymentIntent) -> Self {
        Self::with(Tracked::new(intent, "payment_intent.imported"))
    }

    fn with(intent: Tracked<PaymentIntent>) -> Self {
        Self {
            intent,
            payments: Vec::new(),
            operations: Vec::new(),
            refunds: Vec::new(),
            disputes: Vec::new(),
            cards: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// To be changed.
    ///
    /// # Errors
    /// 404 where the scope holds no such order; 409 where it was imported: whatever would be done to it, it is history.
    pub(crate) async fn load(tx: &mut Tx, scope: Scope, id: PaymentIntentId) -> store::Result<Self> {
        Self::history(tx, scope, id).await?.or_history()
    }

    fn or_history(self) -> store::Result<Self> {
        if is_history(&self.intent.now) { Err(history().into()) } else { Ok(self) }
    }

    /// As [`Dossier::load`], imported ones too.
    ///
    /// # Errors
    /// 404 where the scope holds no such order.
    pub(crate) async fn history(tx: &mut Tx, scope: Scope, id: PaymentIntentId) -> store::Result<Self> {
        let intent = store::get::<PaymentIntent>(tx, scope, &id.to_string()).await?;
        let intent = intent.ok_or_else(|| Refused::not_found::<PaymentIntentId>(&id.to_string()))?;
        Self::whole(tx, intent).await
    }

    async fn whole(tx: &mut Tx, intent: PaymentIntent) -> store::Result<Self> {
        let payments = store::all_where::<Payment>(tx, intent.scope(), "intent", intent.id).await?;
        let mut dossier = Self::with(Tracked::loaded(intent));
        dossier.payments = payments.into_iter().map(Tracked::loaded).collect();
        Ok(dossier)
    }

    /// # Errors
    /// 404 where the scope holds no such payment.
    pub(crate) async fn of_payment(tx: &mut Tx, scope: Scope, id: PaymentId) -> store::Result<Self> {
        let intent = store::find::intent_of_payment(tx, scope, id).await?;
        let intent = intent.ok_or_else(|| Refused::not_found::<PaymentId>(&id.to_string()))?;
        Self::whole(tx, intent).await?.or_history()
    }

    /// The order a call belongs to, with the call.
    pub(crate) async fn of_operation(tx: &mut Tx, scope: Scope, id: OperationId) -> store::Result<Self> {
        let gone = || store::Error::Inconsistent(format!("operation {id} is gone"));
        let called = store::called(tx, scope, id).await?.ok_or_else(gone)?;
        let mut dossier = Self::with(Tracked::loaded(called.intent)).or_history()?;
        dossier.payments = called.payments.into_iter().map(Tracked::loaded).collect();
        dossier.kept = called.kept;
        let mut operation = called.operation;
        if let Some(refund) = operation.refund {
            dossier.load_refund(tx, scope, refund).await?;
            // The call last: on PostgreSQL each question may see a later commit than the one before. A call that looks open while its refund has
            // gone on already would be refused by the table, and its request with it; of an order that is older than its call, saving says so.
            operation = store::get::<Operation>(tx, scope, id).await?.ok_or_else(gone)?;
        }
        dossier.operations.push(Tracked::loaded(operation));
        Ok(dossier)
    }

    pub(crate) async fn load_refund(&mut self, tx: &mut Tx, scope: Scope, id: RefundId) -> store::Result<()> {
        let refund = store::get::<Refund>(tx, scope, &id.to_string()).await?;
        let refund = refund.ok_or_else(|| Refused::not_found::<RefundId>(&id.to_string()))?;
        self.refunds.push(Tracked::loaded(refund));
        Ok(())
    }

    /// Loads the card of one payment.
    pub(crate) async fn load_card(&mut self, tx: &mut Tx, scope: Scope, id: PaymentId) -> store::Result<()> {
        if let Some(card) = self.payment(id)?.now.card {
            self.cards = store::get::<Card>(tx, scope, card).await?.map(Tracked::loaded).into_iter().collect();
        }
        Ok(())
    }

    /// # Errors
    /// The store's own contradiction: a payment of this order that is not there.
    pub(crate) fn payment(&mut self, id: PaymentId) -> store::Result<&mut Tracked<Payment>> {
        self.payments
            .iter_mut()
            .find(|payment| payment.now.id == id)
            .ok_or_else(|| store::Error::Inconsistent(format!("payment {id} is not in its order")))
    }

    pub(crate) fn operation(&mut self, id: OperationId) -> store::Result<&mut Tracked<Operation>> {
        self.operations
            .iter_mut()
            .find(|operation| operation.now.id == id)
            .ok_or_else(|| store::Error::Inconsistent(format!("operation {id} is not loaded")))
    }

    /// Moves a payment along the table.
    ///
    /// # Errors
    /// 409 with the present status and what it allows.
    pub(crate) fn move_on(&mut self, id: PaymentId, trigger: Trigger, cause: Option<String>) -> store::Result<()> {
        self.move_posting(id, trigger, cause, Vec::new())
    }

    pub(crate) fn move_posting(&mut self, id: PaymentId, trigger: Trigger, cause: Option<String>, lines: Vec<Line>) -> store::Result<()> {
        let payment = self.payment(id)?;
        payment.now.state = facts(&payment.now, 0).on(trigger).map_err(|not| not_allowed(&not))?;
        payment.post(&format!("payment.{trigger}"), cause, lines);
        Ok(())
    }

    /// Records a call as the payment's one open operation, before it is made.
    ///
    /// # Errors
    /// 409 while another is open.
    pub(crate) fn open(&mut self, by: &mut By, payment: PaymentId, kind: OperationKind, amount: i64) -> store::Result<&mut Operation> {
        let id: OperationId = by.mint();
        let at = by.now;
        let held = self.payment(payment)?;
        if held.now.open_operation.is_some() {
            return Err(in_progress().into());
        }
        held.now.open_operation = Some(id);
        let operation = Operation {
            id,
            account: held.now.account,
            environment: held.now.environment,
            version: 1,
            created: at,
            payment,
            refund: None,
            kind,
            amount,
            about: held.now.authorisation,
            follow: None,
            state: OperationState::Open,
            answered: None,
            response: None,
            asked: 0,
        };
        self.operations.push(Tracked::silent(operation));
        Ok(&mut self.operation(id)?.now)
    }

    /// The order as its rules see it.
    pub(crate) fn order(&self, now: Timestamp) -> Order {
        let intent = &self.intent.now;
        let parts: Vec<Part> = self.payments.iter().map(|payment| part(&payment.now)).collect();
        let waits = self.payments.iter().any(|payment| payment.now.placeholder && payment.now.state == State::Begun);
        Order {
            purpose: intent.purpose,
            due: intent.amount_due,
            cancelled: intent.cancelled.is_some(),
            over: now >= intent.expires_at,
            closed: (intent.implicit || is_history(intent)) && !waits,
            tries: tries(&parts),
            to_authenticate: intent.card.is_some() && intent.threeds == model::lifecycle::ThreeDs::Required,
            parts,
        }
    }

    /// The payment that decides how the order stands: what holds its money, else the latest try.
    pub(crate) fn deciding(&self) -> Option<&Payment> {
        let payments = || self.payments.iter().map(|payment| &payment.now);
        let holding = payments().filter(|payment| part(payment).reserves()).max_by_key(|payment| rank(payment));
        let active = payments().find(|payment| payment.state == State::Begun && payment.auth.is_some_and(AuthStatus::is_open));
        let last = payments()
            .filter(|payment| !matches!(payment.state, State::Begun | State::Ended))
            .max_by_key(|payment| (payment.created, payment.id));
        let waiting = || payments().find(|payment| payment.placeholder).or_else(|| payments().next_back());
        holding.or(active).or(last).or_else(waiting)
    }

    fn derive(&mut self, by: &By) {
        let now = by.now;
        let order = self.order(now);
        let view = order.view();
        let deciding = self.deciding().cloned();
        let sums = |field: fn(&Payment) -> i64| self.payments.iter().map(|payment| field(&payment.now)).sum::<i64>();
        let (captured, refunded, disputed) = (sums(|p| p.captured_amount), sums(|p| p.refunded_amount), sums(|p| p.disputed_amount));
        let authorised = self.payments.iter().filter(|p| p.now.state.holds_money()).map(|p| p.now.authorised_amount).sum();
        let seen = Seen {
            part: deciding.as_ref().map(part),
            held: deciding.as_ref().is_some_and(|payment| payment.held_until.is_some()),
            disputed: disputed > 0,
            refunded: captured > 0 && refunded >= captured,
        };
        let label = shown(&order, seen);
        let imported = is_history(&self.intent.now);
        let holder = self.payments.iter().map(|payment| &payment.now).find(|payment| part(payment).reserves()).map(|payment| payment.id);
        let answer_by = self.disputes.last().map(|dispute| dispute.now.answer_by);
        let intent = &mut self.intent.now;
        intent.kind = OrderType::of(intent.purpose, &intent.origin, intent.date_settlement.is_some());
        // an imported order stands as it stood, and is open to nobody
        if !imported || intent.implicit {
            intent.status = view.status;
        }
        intent.order_status = view.order_status;
        intent.order_cycle = if imported { OrderCycle::Closed } else { view.cycle };
        let label = if imported { import::label(intent, deciding.is_some(), label) } else { label };
        intent.tries = order.tries;
        intent.holder = holder;
        (intent.authorised, intent.captured, intent.refunded) = (authorised, captured, refunded);
        intent.shown_at = match label {
            // nobody answers here for what is contested elsewhere
            Shown::Disputed if imported => None,
            Shown::Disputed => answer_by.or(intent.shown_at),
            label => deciding.as_ref().and_then(|payment| shown_at(label, payment, &by.place)),
        };
        intent.shown = label;
        if let Some(payment) = deciding {
            intent.method = payment.method.or(intent.method);
            intent.response = payment.response.clone().or_else(|| unauthenticated(&payment));
            intent.payment = Some(payment.id);
        }
    }

    /// Writes everything that changed, with what follows from it, in this one transaction.
    pub(crate) async fn save(mut self, tx: &mut Tx, by: &mut By) -> store::Result<Self> {
        self.derive(by);
        let named = self.named();
        let status_before = self.intent.before.as_ref().map(|before| before.status);
        if self.intent.before.is_some() && self.intent.changed() && self.intent.happened.is_empty() {
            let status = self.intent.now.status;
            let kind = if status_before == Some(status) { "payment_intent.updated".to_owned() } else { format!("payment_intent.{status}") };
            self.intent.note(&kind, None);
        }
        let intent = self.intent.now.id;
        let currency = self.intent.now.currency;
        let money = |payment: Option<PaymentId>, refund: Option<RefundId>| Place { intent, currency, payment, refund };
        let mut beside = Beside::default();
        let into = &mut beside;
        for card in &mut self.cards {
            write(tx, by, into, card, &money(None, None), Some("card.updated"), |_, _| Vec::new()).await?;
        }
        let intent_before = self.intent.changed().then(|| self.intent.before.clone());
        if intent_before.is_some() {
            write(tx, by, into, &mut self.intent, &money(None, None), None, |row, _| schedule::of_intent(row)).await?;
        }
        for card in self.spent_cards() {
            store::cards::erase_typed(tx, self.intent.now.scope(), card).await?;
        }
        for payment in &mut self.payments {
            let place = money(Some(payment.now.id), None);
            write(tx, by, into, payment, &place, Some("payment.updated"), |row, by| schedule::of_payment(row, &by.place)).await?;
        }
        for operation in &mut self.operations {
            let place = money(Some(operation.now.payment), operation.now.refund);
            write(tx, by, into, operation, &place, None, |row, _| schedule::of_operation(row)).await?;
        }
        for refund in &mut self.refunds {
            let place = money(Some(refund.now.payment), Some(refund.now.id));
            write(tx, by, into, refund, &place, Some("refund.updated"), |row, by| schedule::of_refund(row, &by.place)).await?;
        }
        for dispute in &mut self.disputes {
            let place = money(Some(dispute.now.payment), None);
            write(tx, by, into, dispute, &place, Some("dispute.updated"), |_, _| Vec::new()).await?;
        }
        for note in std::mem::take(&mut by.notes) {
            crate::audit::note(tx, by, note.action, Some(note.object), note.detail).await?;
        }
        by.keep_key(tx, &named).await?;
        // Last what many commits add to: others wait for these rows as long as this commit takes, and no longer.
        beside.write(tx, self.intent.now.scope()).await?;
        if let Some(before) = intent_before {
            store::intent_changed(tx, before.as_ref(), &self.intent.now).await?;
        }
        Ok(self)
    }

    /// Cards of payments that change, whose numbers no call of this order needs any more: also those that made way for another.
    fn spent_cards(&self) -> Vec<CardId> {
        let needed = |card: &CardId| self.payments.iter().any(|payment| payment.now.card == Some(*card) && may_charge(&payment.now));
        let changed = self.payments.iter().filter(|payment| payment.changed());
        let cards =
            changed.flat_map(|payment| payment.before.as_ref().map(|before| before.card).into_iter().chain([payment.now.card]).flatten());
        let mut spent: Vec<CardId> = cards.filter(|card| !needed(card) && !self.kept.contains(card)).collect();
        spent.dedup();
        spent
    }

    /// What an idempotent request made: what the same key goes on with after a crash.
    fn named(&self) -> String {
        let refund = self.refunds.iter().find(|refund| refund.before.is_none()).map(|refund| refund.now.id.to_string());
        let payment = self.payments.iter().find(|payment| payment.changed()).map(|payment| payment.now.id.to_string());
        refund.or(payment.filter(|_| self.intent.now.implicit)).unwrap_or_else(|| self.intent.now.id.to_string())
    }

    /// Whether the payer or the merchant may still act on the order.
    pub(crate) fn is_open(&self) -> bool {
        self.intent.now.order_cycle == OrderCycle::Open
    }
}

/// What a row's events and postings name besides itself.
struct Place {
    intent: PaymentIntentId,
    currency: Currency,
    payment: Option<PaymentId>,
    refund: Option<RefundId>,
}

/// Writes one tracked row in its next version, and gathers its events with their ledger lines and the difference in what is due.
/// `updated` is what a change that nothing else speaks of is called; none: it is no object of the API.
async fn write<R>(
    tx: &mut Tx,
    by: &mut By,
    beside: &mut Beside,
    row: &mut Tracked<R>,
    place: &Place,
    updated: Option<&str>,
    due: fn(&R, &By) -> Vec<Due>,
) -> store::Result<()>
where
    R: Row + Scoped + PartialEq,
{
    if !row.changed() {
        return Ok(());
    }
    if let (Some(updated), true) = (updated, row.happened.is_empty()) {
        row.note(updated, None);
    }
    match &row.before {
        None => store::insert(tx, &row.now).await?,
        Some(before) => {
            row.now.set_version(before.version() + 1);
            store::update(tx, before, &row.now).await?;
        }
    }
    for happened in std::mem::take(&mut row.happened) {
        let event = event(by, &row.now, place, &happened)?;
        beside.postings.extend(happened.lines.iter().map(|line| posting(by, &event, place, *line)));
        beside.events.push(event);
    }
    let was = row.before.as_ref().map(|before| due(before, by)).unwrap_or_default();
    let is = due(&row.now, by);
    reschedule(by, beside, &row.now, &was, &is);
    row.before = Some(row.now.clone());
    Ok(())
}

fn reschedule<R: Scoped>(by: &By, beside: &mut Beside, row: &R, was: &[Due], is: &[Due]) {
    let scope = row.scope();
    for gone in was.iter().filter(|due| is.iter().all(|other| other.work != due.work)) {
        beside.gone.push((gone.work, row.id()));
    }
    for new in is.iter().filter(|due| !was.contains(due)) {
        beside.planned.push(Job {
            account: scope.account,
            environment: scope.environment,
            kind: new.work.to_string(),
            object: row.id(),
            due: new.at,
            run_at: new.at.minus(by.offset),
            attempts: 0,
            leased_until: Timestamp::from_millis(0),
            lease: None,
            last_error: None,
        });
    }
}

fn event<R: Row + Scoped>(by: &mut By, row: &R, place: &Place, happened: &Happened) -> store::Result<Event> {
    let state = serde_json::to_value(row).map_err(|error| store::Error::Inconsistent(error.to_string()))?;
    Ok(Event {
        id: by.mint_ordered::<EventId>(),
        account: row.scope().account,
        environment: row.scope().environment,
        object: row.id(),
        intent: Some(place.intent),
        version: row.version(),
        kind: happened.kind.clone(),
        at: by.now,
        actor: by.caller.actor.to_string(),
        cause: happened.cause.clone(),
        request_id: by.caller.request_id.clone(),
        state,
    })
}

fn posting(by: &mut By, event: &Event, place: &Place, line: Line) -> Posting {
    Posting {
        id: by.mint_ordered::<EventId>().to_string(),
        account: event.account,
        environment: event.environment,
        event: event.id,
        at: event.at,
        ledger_account: line.account.to_string(),
        currency: place.currency,
        amount: line.amount,
        payment: place.payment,
        refund: place.refund,
    }
}

/// Lists and searches know a payment by its order alone: that it was refused without asking the bank stands there as the code that says so.
fn unauthenticated(payment: &Payment) -> Option<String> {
    let failed = matches!(payment.auth, Some(AuthStatus::Declined | AuthStatus::Failed | AuthStatus::Expired));
    (payment.state == State::Refused && failed).then(|| model::response::AUTHENTICATION_FAILED.to_owned())
}

/// A call may still need the card's number.
const fn may_charge(payment: &Payment) -> bool {
    matches!(payment.state, State::Begun | State::UnderVerification | State::WaitingAuthorisation | State::WaitingAuthorisationToValidate)
}

/// A payment as its order's rules see it.
pub(crate) fn part(payment: &Payment) -> Part {
    Part {
        state: payment.state,
        amount: payment.amount,
        auth: payment.auth,
        sending: payment.state == State::Begun && payment.open_operation.is_some(),
        returned: false,
    }
}

fn tries(parts: &[Part]) -> i64 {
    let failed = parts.iter().filter(|part| matches!(part.state, State::Refused | State::Error)).count();
    i64::try_from(failed).unwrap_or(i64::MAX)
}

/// A payment as the table sees it. `refundable` in minor units.
pub(crate) fn facts(payment: &Payment, refundable: i64) -> Facts {
    Facts {
        state: payment.state,
        purpose: payment.purpose,
        remitted: payment.remitted_at.is_some(),
        held: payment.held_until.is_some(),
        // a lost answer is no reason to refuse a cancel: it is remembered until the truth is known
        busy: payment.open_operation.is_some() && (payment.state != State::UnderVerification || payment.held_until.is_some()),
        refundable,
    }
}

/// What may still be given back, minor units.
pub(crate) fn refundable(payment: &Payment) -> i64 {
    let givable = payment.state == State::Captured && !is_past(payment);
    // a dispute takes all of it back, also what was refunded before
    let left = payment.captured_amount - payment.refunded_amount - payment.disputed_amount;
    if givable { left.max(0) } else { 0 }
}

/// 409 while a call to the acquirer has no answer.
pub(crate) fn in_progress() -> Refused {
    Refused::of(Code::OperationInProgress).retry_after(5)
}

/// 409 with what the table does allow.
pub(crate) fn not_allowed(not: &model::lifecycle::NotAllowed) -> Refused {
    Refused::new(Code::OperationNotAllowed, not.to_string()).allowed(not.allowed.iter().map(|action| action.as_str()))
}

/// # Errors
/// 404 for what is no id, as for an id that is nobody's.
pub(crate) fn parse_id<I: Id>(text: &str) -> Result<I, Refused> {
    text.parse().map_err(|_| Refused::not_found::<I>(text))
}

//! Everything one page is drawn from.

use engine::{Page, Step};
use model::lifecycle::intent::TRIES;
use model::lifecycle::{Purpose, State};
use model::locale::Locale;
use model::money::Money;
use model::time::{Timestamp, Zone};
use validation::expiry::Expiry;

use super::address::Address;
use crate::check::Problem;

pub struct Sheet {
    pub page: Page,
    pub address: Address,
    pub locale: Locale,
    /// What may be shown again of a form that was sent: never number or security code.
    pub typed: Kept,
    pub problems: [Option<Problem>; 4],
    /// Why nothing was paid and the payer is to look at the amount again.
    pub recheck: Option<Recheck>,
    /// The test card that `?test=` asks for, in the sandbox.
    pub test: Option<usize>,
    /// Whether this browser was taken to the bank for this question before: then it isn't taken there again by itself.
    pub been_at_bank: bool,
    /// Whether the payer chose to stay instead of returning to the merchant.
    pub stay: bool,
}

#[derive(Default)]
pub struct Kept {
    pub exp: String,
    pub name: String,
}

/// Why the payer is asked to look at the amount again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recheck {
    /// It is another than the form was shown with.
    Changed,
    /// The form doesn't say what it was shown with: it is of an older page, left open while the server was renewed.
    Unsaid,
}

impl Sheet {
    /// In the language of `?lang=`, else the merchant's, else the browser's.
    pub fn new(page: Page, address: Address, accept_language: &str) -> Self {
        let locale = address
            .lang
            .or_else(|| Locale::from_code(&page.account.locale))
            .unwrap_or_else(|| Locale::from_accept_language(accept_language));
        Self {
            page,
            address,
            locale,
            typed: Kept::default(),
            problems: [None; 4],
            recheck: None,
            test: None,
            been_at_bank: false,
            stay: false,
        }
    }

    /// Shows the form in place of the bank's question: the payer may turn away from it. What the bank was asked then never pays.
    pub fn offer_another_card(&mut self) {
        if matches!(self.page.step, Step::Challenge { .. }) {
            self.page.step = Step::Form { refused: None, failed_auth: false, tries_left: TRIES };
        }
    }

    pub fn merchant(&self) -> &str {
        &self.page.account.name
    }

    pub fn is_sandbox(&self) -> bool {
        self.page.intent.environment.is_sandbox()
    }

    pub fn purpose(&self) -> Purpose {
        self.page.intent.purpose
    }

    /// What is to be paid, or was.
    pub fn amount(&self) -> Money {
        let due = self.page.due();
        let paid = self.page.payment.as_ref().filter(|_| self.page.step == Step::Done);
        paid.map_or(due, |payment| Money::new(payment.amount, due.currency()))
    }

    /// What the form carries back of the amount it stands under: `12990eur`.
    pub fn shown(&self) -> String {
        let amount = self.amount();
        format!("{}{}", amount.minor(), amount.currency().code())
    }

    /// Whether a form that says this was shown with the amount of today.
    pub fn recheck_for(&self, shown: &str) -> Option<Recheck> {
        match shown {
            "" => Some(Recheck::Unsaid),
            shown => (shown != self.shown()).then_some(Recheck::Changed),
        }
    }

    pub fn amount_text(&self) -> String {
        self.amount().display(self.locale)
    }

    pub fn zone(&self) -> Zone {
        engine::zone(&self.page.account.time_zone, self.page.now)
    }

    /// This month where the merchant is.
    pub fn month(&self) -> Expiry {
        let today = self.zone().date(self.page.now);
        Expiry { year: u16::try_from(today.year).unwrap_or_default(), month: today.month }
    }

    /// Where the merchant wants the payer back; only what is an address of the web.
    pub fn return_url(&self) -> Option<&str> {
        let of_payment = self.page.payment.as_ref().and_then(|payment| payment.return_url.as_deref());
        let url = self.page.intent.return_url.as_deref().or(of_payment)?;
        (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
    }

    /// What nobody takes any more and the bank would not release at once, and until when it stays reserved on the card.
    pub fn reserved(&self) -> Option<(Money, Timestamp)> {
        let payment = self.page.payment.as_ref()?;
        let held = matches!(payment.state, State::Authorised | State::AuthorisedToValidate | State::PreAuthorised);
        let until = payment.authorised_until.filter(|until| held && self.page.now < *until)?;
        Some((Money::new(payment.authorised_amount, payment.currency), until))
    }

    /// Whether money was held on the card at some time: then nobody may say that none was.
    pub fn held_money(&self) -> bool {
        self.page.payment.as_ref().is_some_and(|payment| payment.authorised_at.is_some())
    }
}

/// The step's name in the answer to `…/status`.
pub const fn step_name(step: &Step) -> &'static str {
    match step {
        Step::Form { .. } => "form",
        Step::Challenge { .. } => "challenge",
        Step::Checking => "checking",
        Step::Done => "done",
        Step::Expired => "expired",
        Step::Cancelled => "cancelled",
        Step::Unpaid => "unpaid",
    }
}

//! The sandbox's cards: what each number does, and what is known about a number when a card is stored.

use validation::card::{self, Brand};

use crate::records::code;

model::words! {
    /// The network a card runs on by default.
    pub enum CardNetwork {
        Unknown = "unknown",
        /// CB, the French one.
        National = "national",
        Visa = "visa",
        Mastercard = "mastercard",
    }
}

model::words! {
    /// Where a card's money comes from.
    pub enum Funding {
        Credit = "credit",
        Debit = "debit",
        Prepaid = "prepaid",
        Universal = "universal",
        Charge = "charge",
        Deferred = "deferred",
        Unknown = "unknown",
    }
}

model::words! {
    /// Whose card it is.
    pub enum Nature {
        Personal = "personal",
        Corporate = "corporate",
        Unknown = "unknown",
    }
}

/// What is known about a card by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardFacts {
    /// `None`: no known brand.
    pub brand: Option<Brand>,
    /// The issuer's, ISO 3166 alpha-2.
    pub country: Option<&'static str>,
    pub network: CardNetwork,
    pub funding: Funding,
    pub nature: Nature,
}

/// What a number makes the simulator do (`api.md` of the public documentation: test cards).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Play {
    Approved,
    /// No number of a known brand.
    Invalid,
    Refused(&'static str),
    CapturedAtOnce,
    Disputed,
    Challenge,
    CaptureFails,
    Error,
    Slow,
    Late,
    LostAuthorised,
    LostRefused(&'static str),
    NeedsAuthentication,
    Held,
    /// Verified now; the real authorisation is refused.
    RefusedTheDayBefore(&'static str),
}

/// The numbers that do something else than succeed.
const PLAYS: [(&str, Play); 18] = [
    ("4000000000000002", Play::Refused(code::DO_NOT_HONOUR)),
    ("4000000000000077", Play::CapturedAtOnce),
    ("4000000000000259", Play::Disputed),
    ("4000000000001976", Play::Disputed),
    ("4000000000003220", Play::Challenge),
    ("4000000000005423", Play::Disputed),
    ("4000000000008104", Play::CaptureFails),
    ("4000000000008203", Play::Error),
    ("4000000000008302", Play::Slow),
    ("4000000000008401", Play::LostAuthorised),
    ("4000000000008500", Play::LostRefused(code::DO_NOT_HONOUR)),
    ("4000000000008609", Play::Late),
    ("4000000000008708", Play::NeedsAuthentication),
    ("4000000000008807", Play::Held),
    ("4000000000008906", Play::RefusedTheDayBefore(code::INSUFFICIENT_FUNDS)),
    ("4000000000009995", Play::Refused(code::INSUFFICIENT_FUNDS)),
    // Authenticated like all others, then refused.
    ("4000008260003178", Play::Refused(code::INSUFFICIENT_FUNDS)),
    ("4000008400001629", Play::Refused(code::DO_NOT_HONOUR)),
];

/// The French card that runs on CB.
const NATIONAL: &str = "4000002500000003";

/// Numbers known to draw on something else than credit.
const FUNDINGS: [(&str, Funding); 4] = [
    (NATIONAL, Funding::Debit),
    ("4000056655665556", Funding::Debit),
    ("5105105105105100", Funding::Prepaid),
    ("5200828282828210", Funding::Debit),
];

/// The country of a test card stands in its number as ISO 3166 numeric: 4000 00CC C….
const COUNTRIES: [(&str, &str); 26] = [
    ("036", "AU"),
    ("040", "AT"),
    ("056", "BE"),
    ("076", "BR"),
    ("124", "CA"),
    ("156", "CN"),
    ("208", "DK"),
    ("246", "FI"),
    ("250", "FR"),
    ("276", "DE"),
    ("344", "HK"),
    ("372", "IE"),
    ("380", "IT"),
    ("392", "JP"),
    ("484", "MX"),
    ("528", "NL"),
    ("554", "NZ"),
    ("578", "NO"),
    ("620", "PT"),
    ("643", "RU"),
    ("702", "SG"),
    ("724", "ES"),
    ("752", "SE"),
    ("756", "CH"),
    ("826", "GB"),
    ("840", "US"),
];

/// What is known about a number (digits only). Facts that follow from no rule are `Unknown`, never guessed.
pub fn describe(number: &str) -> CardFacts {
    let brand = brand(number);
    let network = match brand {
        _ if number == NATIONAL => CardNetwork::National,
        Some(Brand::Visa) => CardNetwork::Visa,
        Some(Brand::Mastercard | Brand::Maestro) => CardNetwork::Mastercard,
        _ => CardNetwork::Unknown,
    };
    let listed = lookup(&FUNDINGS, number);
    let (funding, nature) = match brand {
        Some(_) => (listed.unwrap_or(Funding::Credit), Nature::Personal),
        None => (Funding::Unknown, Nature::Unknown),
    };
    CardFacts { brand, country: country(number), network, funding, nature }
}

/// Whether the payer of this sandbox card disputes the payment one day after its capture.
pub fn disputes(number: &str) -> bool {
    play(number) == Play::Disputed
}

pub(crate) fn play(number: &str) -> Play {
    match lookup(&PLAYS, number) {
        Some(play) => play,
        None if brand(number).is_some() => Play::Approved,
        None => Play::Invalid,
    }
}

pub(crate) fn is_maestro(number: &str) -> bool {
    brand(number) == Some(Brand::Maestro)
}

/// The brand as people write it; 'Card' when unknown.
pub(crate) fn brand_name(number: &str) -> &'static str {
    brand(number).map_or("Card", Brand::name)
}

/// The brand of a number of valid form.
fn brand(number: &str) -> Option<Brand> {
    card::check(number).ok()
}

fn country(number: &str) -> Option<&'static str> {
    lookup(&COUNTRIES, number.strip_prefix("400000")?.get(..3)?)
}

fn lookup<T: Copy>(table: &[(&str, T)], key: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
}

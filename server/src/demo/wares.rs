//! What is sold where, and for how much in euros.

use model::money::Currency;

/// The shops, in the order in which they opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Online,
    Workshop,
    Trade,
}

/// Name and price in cents.
type Ware = (&'static str, i64);

const ONLINE: [Ware; 14] = [
    ("Stoneware vase, ash glaze", 12_990),
    ("Set of 4 bowls, celadon", 8_900),
    ("Dinner plates, set of 6", 18_600),
    ("Teapot, blue slip", 7_240),
    ("Mug, speckled white", 2_450),
    ("Salad bowl, large", 6_400),
    ("Espresso cups, set of 2", 3_800),
    ("Lamp base, turned", 21_500),
    ("Serving dish, oval", 9_750),
    ("Butter dish, cream", 4_200),
    ("Soap dish, indigo", 1_900),
    ("Planter with saucer", 5_650),
    ("Jug, one litre", 6_100),
    ("Gift voucher", 5_000),
];

const WORKSHOP: [Ware; 5] = [
    ("An evening at the wheel", 5_500),
    ("Weekend course: glazes", 24_000),
    ("Children's workshop", 3_200),
    ("Ten hours of open studio", 14_000),
    ("Firing of own pieces", 2_800),
];

const TRADE: [Ware; 5] = [
    ("40 dinner plates, matt black", 74_000),
    ("60 coffee cups with saucers", 66_000),
    ("24 soup bowls, celadon", 43_200),
    ("Replacement plates, box of 12", 22_800),
    ("Table service for 30", 189_000),
];

impl Place {
    pub fn wares(self) -> &'static [Ware] {
        match self {
            Self::Online => &ONLINE,
            Self::Workshop => &WORKSHOP,
            Self::Trade => &TRADE,
        }
    }

    /// How its orders are numbered.
    pub fn reference(self, year: i16, number: i64) -> String {
        match self {
            Self::Online => format!("{year}-{}", 1_000 + number),
            Self::Workshop => format!("AT-{:04}", 200 + number),
            Self::Trade => format!("PRO-{year}-{number:03}"),
        }
    }
}

/// The price list abroad, in minor units: rounded as shops do.
pub fn abroad(cents: i64, currency: Currency) -> i64 {
    let converted = match currency {
        Currency::Gbp => cents * 86 / 100,
        Currency::Chf => cents * 95 / 100,
        Currency::Usd => cents * 112 / 100,
        _ => return cents,
    };
    converted / 50 * 50 + 45
}

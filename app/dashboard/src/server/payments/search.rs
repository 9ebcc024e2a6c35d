//! How the search box is understood: words, "phrases", `field:value`, ranges and `-` for without. What can't be understood is said.

use engine::{Not, PaymentsFilter};
use model::{
    lifecycle::{Method, OrderType, Shown},
    locale::Locale,
    money::{Currency, Money},
    time::{Date, Timestamp, Zone},
};

use crate::payments::{labels, list_messages as w};

/// Longer is no search of a person, in characters.
const LONGEST: usize = 200;
/// How many words and fields count.
const MOST: usize = 12;
/// The shortest beginning that is searched for, in characters.
const SHORTEST: usize = 2;

/// As they are told to whoever mistypes one.
const FIELDS: &str = "amount, created, status, type, method, last4, brand, country, currency, name, email, order_id, origin, metadata, id";

const ORIGINS: [&str; 4] = ["api", "dashboard", "link", "import"];

#[derive(Debug, Default)]
pub struct Understood {
    pub filter: PaymentsFilter,
    pub hints: Vec<String>,
}

/// One part of a search: `-name:"Jean Dupont"`.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    without: bool,
    field: Option<String>,
    value: String,
    quoted: bool,
}

struct Mind<'a> {
    zone: &'a Zone,
    today: Date,
    l: Locale,
    found: Understood,
    words: Vec<String>,
}

pub fn understood(text: &str, zone: &Zone, now: Timestamp, l: Locale) -> Understood {
    let text: String = text.chars().take(LONGEST).collect();
    let mut parts = parts(&text);
    let mut mind = Mind { zone, today: zone.date(now), l, found: Understood::default(), words: Vec::new() };
    if parts.len() > MOST {
        parts.truncate(MOST);
        mind.found.hints.push(w::hint_long(l).to_owned());
    }
    for part in parts {
        mind.take(part);
    }
    if !mind.words.is_empty() {
        mind.found.filter.search = Some(mind.words.join(" "));
    }
    mind.found
}

/// Quotes hold spaces together; a field is a word of letters before the first colon.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (without, after) = match rest.strip_prefix('-') {
            Some(after) if after.starts_with(|c: char| !c.is_whitespace()) => (true, after),
            _ => (false, rest),
        };
        let name = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        // A number before a colon is a time or a ratio, no field.
        let is_field = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && after.get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
        };
        let field = after.get(..name).filter(|name| is_field(name));
        let value = field.map_or(after, |field| after.get(field.len() + 1..).unwrap_or_default());
        let (value, quoted, left) = value_of(value);
        let field = field.map(str::to_lowercase);
        if !value.is_empty() || field.is_some() {
            parts.push(Part { without, field, value: value.to_owned(), quoted });
        }
        rest = left.trim_start();
    }
    parts
}

fn value_of(text: &str) -> (&str, bool, &str) {
    if let Some(inside) = text.strip_prefix('"') {
        let (value, rest) = inside.split_once('"').unwrap_or((inside, ""));
        return (value.trim(), true, rest);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (value, rest) = text.split_at(end);
    (value, false, rest)
}

impl Mind<'_> {
    fn take(&mut self, part: Part) {
        let Some(field) = part.field.clone() else { return self.word(&part) };
        let value = part.value.trim();
        let (read, example) = match field.as_str() {
            "amount" => (self.amount(value, part.without), ">100, 10..50, 129.90"),
            "created" | "date" => (self.created(value, part.without), ">2026-08-01, 2026-08, yesterday"),
            "status" => (self.status(value, part.without), "paid, refused, to_validate"),
            "type" => (self.kind(value, part.without), "link, deferred, card"),
            "method" => (self.method(value, part.without), "card, sepa"),
            "currency" => (self.currency(value, part.without), "eur"),
            "last4" => (self.last4(value, part.without), "4242"),
            "brand" => (self.brand(value, part.without), "visa"),
            "country" => (self.country(value, part.without), "fr"),
            "origin" => (self.origin(value, part.without), "api, dashboard, link, import"),
            "order_id" | "reference" | "ref" => (self.order(value, part.without), "ORDER-1"),
            "name" | "email" | "metadata" => (self.term(&field, value, part.without), "\"Jean Dupont\""),
            "id" => (self.id(value, part.without), "pi_…"),
            _ => {
                self.found.hints.push(w::hint_field(self.l, &field, FIELDS));
                let value = format!("{field}:{value}");
                return self.word(&Part { field: None, value, ..part });
            }
        };
        match read {
            Read::Yes => {}
            Read::No => self.found.hints.push(w::hint_value(self.l, &field, value, example)),
            Read::NotWithout => self.found.hints.push(w::hint_negated(self.l, &format!("-{field}:{value}"))),
        }
    }

    fn word(&mut self, part: &Part) {
        if part.value.chars().count() < SHORTEST {
            self.found.hints.push(w::hint_short(self.l, &part.value));
        } else if part.without {
            self.found.filter.without.push(part.value.clone());
        } else if part.quoted {
            self.found.filter.phrases.push(part.value.clone());
        } else {
            self.words.push(part.value.clone());
        }
    }

    fn amount(&mut self, value: &str, without: bool) -> Read {
        let Some((least, most)) = range(value, |text| self.minor(text).map(|minor| (minor, minor))) else { return Read::No };
        let (least, most) = match (without, least, most) {
            (false, least, most) => (least, most),
            (true, Some(least), None) => (None, Some(least.before())),
            (true, None, Some(most)) => (Some(most.next()), None),
            (true, ..) => return Read::NotWithout,
        };
        at_least(&mut self.found.filter.amount_min, least);
        at_most(&mut self.found.filter.amount_max, most);
        Read::Yes
    }

    fn minor(&self, text: &str) -> Option<i64> {
        Money::parse_major(text, Currency::Eur, self.l).ok().map(Money::minor).filter(|minor| *minor >= 0)
    }

    fn created(&mut self, value: &str, without: bool) -> Read {
        let Some((first, last)) = range(value, |text| self.days(text)) else { return Read::No };
        let (first, last) = match (without, first, last) {
            (false, first, last) => (first, last),
            (true, Some(first), None) => (None, Some(first.plus_days(-1))),
            (true, None, Some(last)) => (Some(last.plus_days(1)), None),
            (true, ..) => return Read::NotWithout,
        };
        later(&mut self.found.filter.from, first.map(|day| self.zone.start_of_day(day)));
        earlier(&mut self.found.filter.to, last.map(|day| self.zone.start_of_day(day.plus_days(1))));
        Read::Yes
    }

    /// First and last day of a day, a month or a word.
    fn days(&self, text: &str) -> Option<(Date, Date)> {
        let one = match text.to_lowercase().as_str() {
            "today" | "aujourd'hui" | "aujourd’hui" => self.today,
            "yesterday" | "hier" => self.today.plus_days(-1),
            text => {
                if let Ok(first) = format!("{text}-01").parse::<Date>() {
                    return Some((first, first.plus_months(1).plus_days(-1)));
                }
                text.parse().ok()?
            }
        };
        Some((one, one))
    }

    fn status(&mut self, value: &str, without: bool) -> Read {
        let word = value.to_lowercase().replace([' ', '-'], "_");
        let labelled = |shown: &&Shown| labels::plain(**shown, self.l).eq_ignore_ascii_case(value);
        let Some(shown) = word.parse().ok().or_else(|| Shown::ALL.iter().find(labelled).copied()) else { return Read::No };
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Shown(shown));
        } else {
            any(&mut filter.shown, shown);
        }
        Read::Yes
    }

    fn kind(&mut self, value: &str, without: bool) -> Read {
        let word = value.to_lowercase().replace([' ', '-'], "_");
        let Ok(kind) = word.parse::<OrderType>() else { return self.method(value, without) };
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Type(kind));
        } else {
            any(&mut filter.kinds, kind);
        }
        Read::Yes
    }

    fn method(&mut self, value: &str, without: bool) -> Read {
        let Ok(method) = value.to_lowercase().parse::<Method>() else { return Read::No };
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Method(method));
        } else {
            only(&mut filter.method, Some(method), &mut filter.nothing);
        }
        Read::Yes
    }

    fn currency(&mut self, value: &str, without: bool) -> Read {
        let Some(currency) = Currency::from_code(value) else { return Read::No };
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Currency(currency));
        } else {
            only(&mut filter.currency, Some(currency), &mut filter.nothing);
        }
        Read::Yes
    }

    fn last4(&mut self, value: &str, without: bool) -> Read {
        if value.len() != 4 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Read::No;
        }
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Last4(value.to_owned()));
        } else {
            // The word leads to the rows, the column says that it is not something else.
            filter.phrases.push(value.to_owned());
            only(&mut filter.last4, Some(value.to_owned()), &mut filter.nothing);
        }
        Read::Yes
    }

    fn brand(&mut self, value: &str, without: bool) -> Read {
        let brand: String = value.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let brand = if brand == "americanexpress" { "amex".to_owned() } else { brand };
        if brand.is_empty() {
            return Read::No;
        }
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Brand(brand));
        } else {
            only(&mut filter.brand, Some(brand), &mut filter.nothing);
        }
        Read::Yes
    }

    /// Of the card.
    fn country(&mut self, value: &str, without: bool) -> Read {
        validation::country::check(value).map_or(Read::No, |country| self.term("country", country, without))
    }

    /// What it came in by.
    fn origin(&mut self, value: &str, without: bool) -> Read {
        let origin = value.to_lowercase();
        if !ORIGINS.contains(&origin.as_str()) {
            return Read::No;
        }
        let filter = &mut self.found.filter;
        if without {
            filter.not.push(Not::Origin(origin));
        } else {
            only(&mut filter.origin, Some(origin), &mut filter.nothing);
        }
        Read::Yes
    }

    fn order(&mut self, value: &str, without: bool) -> Read {
        if value.is_empty() {
            return Read::No;
        }
        let filter = &mut self.found.filter;
        let value = value.to_owned();
        if without {
            filter.not.push(Not::OrderId(value));
        } else {
            only(&mut filter.order_id, Some(value), &mut filter.nothing);
        }
        Read::Yes
    }

    fn term(&mut self, field: &str, value: &str, without: bool) -> Read {
        if value.is_empty() {
            return Read::No;
        }
        let term = format!("{field}:{value}");
        if without {
            self.found.filter.without.push(term);
        } else {
            self.found.filter.phrases.push(term);
        }
        Read::Yes
    }

    fn id(&mut self, value: &str, without: bool) -> Read {
        if without {
            return Read::NotWithout;
        }
        match value.parse() {
            Ok(id) => self.found.filter.ids.push(id),
            // A payment's or a refund's id is a word of its order.
            Err(_) if value.len() > 5 && value.contains('_') => self.found.filter.phrases.push(value.to_owned()),
            Err(_) => return Read::No,
        }
        Read::Yes
    }
}

enum Read {
    Yes,
    No,
    /// It is understood, but can't be excluded.
    NotWithout,
}

/// What is said twice means either.
fn any<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

pub fn only<T: PartialEq>(have: &mut Option<T>, want: Option<T>, nothing: &mut bool) {
    if let Some(want) = want {
        *nothing |= have.as_ref().is_some_and(|have| *have != want);
        *have = Some(want);
    }
}

pub fn at_least(have: &mut Option<i64>, want: Option<i64>) {
    *have = (*have).max(want);
}

pub fn at_most(have: &mut Option<i64>, want: Option<i64>) {
    *have = [*have, want].into_iter().flatten().min();
}

pub fn later(have: &mut Option<Timestamp>, want: Option<Timestamp>) {
    *have = (*have).max(want);
}

pub fn earlier(have: &mut Option<Timestamp>, want: Option<Timestamp>) {
    *have = [*have, want].into_iter().flatten().min();
}

/// A step between values: amounts go by minor units, days by days.
trait Step: Copy {
    fn next(self) -> Self;
    fn before(self) -> Self;
}

impl Step for i64 {
    fn next(self) -> Self {
        self.saturating_add(1)
    }
    fn before(self) -> Self {
        self.saturating_sub(1)
    }
}

impl Step for Date {
    fn next(self) -> Self {
        self.plus_days(1)
    }
    fn before(self) -> Self {
        self.plus_days(-1)
    }
}

/// `>a`, `>=a`, `<a`, `<=a`, `a..b`, `a..`, `..b` or `a`: the first and the last value, both included. `read` gives the first and last of
/// what one word stands for.
fn range<T: Step>(text: &str, read: impl Fn(&str) -> Option<(T, T)>) -> Option<(Option<T>, Option<T>)> {
    if let Some(rest) = text.strip_prefix(">=") {
        return Some((Some(read(rest)?.0), None));
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return Some((None, Some(read(rest)?.1)));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return Some((Some(read(rest)?.1.next()), None));
    }
    if let Some(rest) = text.strip_prefix('<') {
        return Some((None, Some(read(rest)?.0.before())));
    }
    match text.split_once("..") {
        Some(("", "")) => None,
        Some((first, "")) => Some((Some(read(first)?.0), None)),
        Some(("", last)) => Some((None, Some(read(last)?.1))),
        Some((first, last)) => Some((Some(read(first)?.0), Some(read(last)?.1))),
        None => read(text).map(|(first, last)| (Some(first), Some(last))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::any;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn ask(text: &str) -> Understood {
        let now = Timestamp::parse_rfc3339("2026-11-22T14:05:00Z").unwrap();
        understood(text, &Zone::utc(), now, Locale::En)
    }

    fn day(text: &str) -> Timestamp {
        Zone::utc().start_of_day(text.parse().unwrap())
    }

    #[test]
    fn words_phrases_and_fields_are_told_apart() {
        let found = ask("dupont \"jean dup\" -marie name:\"Le Goff\" -email:x@y.fr metadata:blue=1");
        assert_eq!(found.filter.search.as_deref(), Some("dupont"));
        assert_eq!(found.filter.phrases, ["jean dup", "name:Le Goff", "metadata:blue=1"]);
        assert_eq!(found.filter.without, ["marie", "email:x@y.fr"]);
        assert!(found.hints.is_empty());
        let plain = ask("2026-1187 elo.martin@example.fr 129,90 Le-Goff");
        assert_eq!(plain.filter.search.as_deref(), Some("2026-1187 elo.martin@example.fr 129,90 Le-Goff"));
        assert!(plain.hints.is_empty());
        assert_eq!(ask("12:30 4:\"3\"").filter.search.as_deref(), Some("12:30 4:\"3\""));
    }

    #[test]
    fn amounts_take_ranges() {
        let range = |text: &str| {
            let found = ask(text);
            assert!(found.hints.is_empty(), "{text}: {:?}", found.hints);
            (found.filter.amount_min, found.filter.amount_max)
        };
        assert_eq!(range("amount:129.90"), (Some(12_990), Some(12_990)));
        assert_eq!(range("amount:>100"), (Some(10_001), None));
        assert_eq!(range("amount:>=100"), (Some(10_000), None));
        assert_eq!(range("amount:<100"), (None, Some(9_999)));
        assert_eq!(range("amount:10..50"), (Some(1_000), Some(5_000)));
        assert_eq!(range("amount:10.. amount:..20"), (Some(1_000), Some(2_000)));
        assert_eq!(range("-amount:>100"), (None, Some(10_000)));
    }

    #[test]
    fn days_take_ranges_months_and_words() {
        let range = |text: &str| {
            let found = ask(text);
            assert!(found.hints.is_empty(), "{text}: {:?}", found.hints);
            (found.filter.from, found.filter.to)
        };
        assert_eq!(range("created:>2026-08-01"), (Some(day("2026-08-02")), None));
        assert_eq!(range("created:2026-08"), (Some(day("2026-08-01")), Some(day("2026-09-01"))));
        assert_eq!(range("date:yesterday"), (Some(day("2026-11-21")), Some(day("2026-11-22"))));
        assert_eq!(range("created:2026-08-01..2026-08-03"), (Some(day("2026-08-01")), Some(day("2026-08-04"))));
        assert_eq!(range("-created:<2026-08-01"), (Some(day("2026-08-01")), None));
    }

    #[test]
    fn words_of_closed_lists_may_be_said_twice_and_excluded() {
        let found = ask("status:paid status:refused -type:link currency:EUR method:card brand:\"American Express\" last4:0005");
        assert_eq!(found.filter.shown, [Shown::Paid, Shown::Refused]);
        assert_eq!(found.filter.not, [Not::Type(OrderType::Link)]);
        assert_eq!((found.filter.currency, found.filter.method), (Some(Currency::Eur), Some(Method::Card)));
        assert_eq!((found.filter.brand.as_deref(), found.filter.last4.as_deref()), (Some("amex"), Some("0005")));
        assert!(found.hints.is_empty());
        assert_eq!(ask("status:\"To validate\"").filter.shown, [Shown::ToValidate]);
        assert!(ask("currency:eur currency:usd").filter.nothing);
        let found = ask("country:fr -country:DE -origin:import");
        assert_eq!((found.filter.phrases, found.filter.without), (vec!["country:FR".to_owned()], vec!["country:DE".to_owned()]));
        assert_eq!(found.filter.not, [Not::Origin("import".to_owned())]);
        assert_eq!(ask("origin:link").filter.origin.as_deref(), Some("link"));
    }

    #[test]
    fn what_can_t_be_understood_is_said() {
        for (text, hint) in [
            ("amount:ten", "“ten” can’t be read as amount"),
            ("created:soon", "“soon” can’t be read as created"),
            ("status:done", "“done” can’t be read as status"),
            ("last4:42", "can’t be read as last4"),
            ("country:france", "can’t be read as country"),
            ("origin:shop", "can’t be read as origin"),
            ("colour:blue", "“colour:” is no field here"),
            ("-amount:10..20", "can’t be excluded"),
            ("x", "too short"),
        ] {
            let found = ask(text);
            assert_eq!(found.hints.len(), 1, "{text}");
            assert!(found.hints[0].contains(hint), "{text}: {:?}", found.hints);
        }
        assert_eq!(ask("colour:blue").filter.search.as_deref(), Some("colour:blue"));
        assert_eq!(ask(&"word ".repeat(40)).hints.len(), 1);
    }

    #[test]
    fn no_text_breaks_it() {
        for text in [
            "",
            " ",
            "-",
            "--",
            ":",
            "a:",
            "\"",
            "\"\"",
            "-\"",
            "name:\"",
            "amount:..",
            "12:30",
            "é:ü -é:",
            "created:9999-99-99",
            "amount:>",
        ] {
            let found = ask(text);
            assert!(found.hints.len() <= 2, "{text}: {:?}", found.hints);
        }
    }

    /// What searches are made of, right and wrong.
    const PIECES: &[&str] = &[
        "-",
        "--",
        "\"",
        "\"\"",
        ":",
        " ",
        "\u{a0}",
        "\u{2009}",
        "\t",
        "..",
        ">",
        ">=",
        "<",
        "<=",
        ",",
        ".",
        "'",
        "_",
        "\0",
        "\u{202e}",
        "e\u{301}",
        "é",
        "ß",
        "İ",
        "日本",
        "🧾",
        "amount:",
        "-amount:",
        "created:",
        "-created:",
        "date:",
        "status:",
        "-status:",
        "type:",
        "method:",
        "last4:",
        "brand:",
        "country:",
        "currency:",
        "origin:",
        "order_id:",
        "ref:",
        "name:",
        "email:",
        "metadata:",
        "id:",
        "colour:",
        "12:",
        "_:",
        "0",
        "4242",
        "129.90",
        "1 480,00",
        "-1",
        "92233720368547758.07",
        "92233720368547758.08",
        "9999999999999999999999",
        "2026-02-30",
        "2026-02-29",
        "2024-02-29",
        "0000-01-01",
        "0000-01",
        "9999-12-31",
        "9999-12",
        "2026-13",
        "2026-08",
        "yesterday",
        "hier",
        "today",
        "paid",
        "To validate",
        "card",
        "visa",
        "fr",
        "eur",
        "usd",
        "€",
        "link",
        "Jean Dupont",
        "pi_AAAAAAAAAAAAAAAAAAAAAAAA",
        "paym_A",
        "x",
        "word",
    ];

    fn typed() -> impl Strategy<Value = String> {
        let pieces = prop::collection::vec(select(PIECES), 0..14).prop_map(|pieces| pieces.concat());
        prop_oneof![6 => pieces, 1 => any::<String>(), 1 => "\\PC{0,250}"]
    }

    /// Plain, in an odd zone of the north, and one that skips whole days.
    fn zones() -> impl Strategy<Value = Zone> {
        let paris = Zone::new("Europe/Paris", vec![(1_774_746_000_000, 7_200), (1_792_890_000_000, 3_600)]);
        let apia = Zone::new("Pacific/Apia", vec![(0, -36_000), (1_325_239_200_000, 50_400)]);
        select(vec![Zone::utc(), paris, apia])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_text_is_understood_or_told_why_not(text in typed(), zone in zones(), now in prop_oneof![any::<i64>(), 0..4_000_000_000_000_i64], l in select(&Locale::ALL[..])) {
            let Understood { filter, hints } = understood(&text, &zone, Timestamp::from_millis(now), l);
            prop_assert!(hints.len() <= MOST + 1, "{:?}", hints);
            prop_assert!(hints.iter().all(|hint| hint.chars().count() < 200 + LONGEST), "{:?}", hints);
            prop_assert!(filter.phrases.len() + filter.without.len() + filter.not.len() + filter.shown.len() + filter.kinds.len() + filter.ids.len() <= MOST);
            // Nothing is searched for that was not typed.
            let searched = filter.search.iter().chain(&filter.phrases).chain(&filter.without);
            for word in searched.flat_map(|words| words.split_whitespace()) {
                let value = word.split_once(':').map_or(word, |(_, value)| value);
                prop_assert!(text.contains(value) || text.to_lowercase().contains(&value.to_lowercase()), "{word}");
            }
            prop_assert!(filter.amount_min.is_none_or(|least| least >= 0), "{:?}", filter.amount_min);
            prop_assert!(filter.amount_max.is_none_or(|most| most >= -1), "{:?}", filter.amount_max);
        }

        #[test]
        fn a_range_and_what_is_left_without_it_meet(minor in prop_oneof![0..=i64::MAX, i64::MAX - 2..=i64::MAX, 0..3_i64], day in prop_oneof![0_i64..3_000_000, Just(2_932_896)]) {
            let amount = format!("{}.{:02}", minor / 100, minor % 100);
            let (above, upto) = (ask(&format!("amount:>{amount}")).filter, ask(&format!("-amount:>{amount}")).filter);
            prop_assert_eq!((above.amount_min, upto.amount_max), (Some(minor.saturating_add(1)), Some(minor.saturating_add(1) - 1)));
            let (below, from) = (ask(&format!("amount:<={amount}")).filter, ask(&format!("-amount:<={amount}")).filter);
            prop_assert_eq!((below.amount_max, from.amount_min), (Some(minor), Some(minor.saturating_add(1))));
            let date = Date::from_epoch_days(day);
            let (since, before) = (ask(&format!("created:>={date}")).filter, ask(&format!("-created:>={date}")).filter);
            prop_assert_eq!(since.from, before.to, "{}", date);
        }

        #[test]
        fn words_phrases_and_what_to_leave_out_are_found_as_they_were_typed(parts in prop::collection::vec((0..3_u8, "[a-zéß日][a-z0-9@.é日]{1,8}"), 0..MOST)) {
            let of = |kind: u8| parts.iter().filter(|(one, _)| *one == kind).map(|(_, word)| word.clone()).collect::<Vec<_>>();
            let text: Vec<String> = parts.iter().map(|(kind, word)| match kind {
                0 => word.clone(),
                1 => format!("\"{word}\""),
                _ => format!("-{word}"),
            }).collect();
            let text = text.join(" ");
            prop_assume!(text.chars().count() <= LONGEST);
            let found = ask(&text);
            prop_assert_eq!(found.filter.search.unwrap_or_default(), of(0).join(" "));
            prop_assert_eq!((found.filter.phrases, found.filter.without, found.hints.len()), (of(1), of(2), 0));
        }
    }
}

//! What of the list is shown lives in its address: filters, search, order, columns and place.

use std::fmt::Write as _;

use leptos_router::params::ParamsMap;
use model::{
    lifecycle::{Method, OrderType, Shown},
    locale::Locale,
    money::{Currency, Money},
    time::Date,
    words,
};

use super::columns::Column;

pub const PATH: &str = "/dashboard/payments";
/// What is shown, as a file.
pub const CSV: &str = "/dashboard/payments.csv";
/// Where several payments are refunded at once.
pub const REFUND: &str = "/dashboard/payments/refund";
/// How many rows a page may have.
pub const PER: [i64; 4] = [10, 25, 50, 100];

words! {
    /// The tabs above the list.
    pub enum View {
        All = "all", Action = "action", ToValidate = "to_validate", Paid = "paid", Awaiting = "awaiting", Refused = "refused", Refunded = "refunded",
    }
}

words! {
    /// How far back the list reaches: three months, or to its beginning.
    pub enum Window { Recent = "recent", All = "all" }
}

words! {
    /// What a payment needs somebody for.
    pub enum Needed { Partial = "partial", Fraud = "fraud" }
}

words! {
    pub enum Sort { Newest = "-created", Oldest = "created", Largest = "-amount", Smallest = "amount" }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub view: View,
    pub search: String,
    pub window: Window,
    /// Days in the account's time zone, both included. Either replaces the window.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub types: Vec<OrderType>,
    pub status: Vec<Shown>,
    pub action: Vec<Needed>,
    /// `shop_…`
    pub shop: String,
    /// `user_…` or `key_…`
    pub by: String,
    /// Minor units, included.
    pub min: Option<i64>,
    /// Minor units, included.
    pub max: Option<i64>,
    pub currency: Option<Currency>,
    pub method: Option<Method>,
    pub sort: Sort,
    /// Empty: the reader's usual ones.
    pub columns: Vec<Column>,
    /// Whether refunds stand under their payments.
    pub refunds: bool,
    /// Rows a page.
    pub per: i64,
    /// The named view that this came from.
    pub saved: String,
    /// Only these rows.
    pub ids: Vec<String>,
    /// Cursors: the page after, or before, a row.
    pub after: String,
    pub before: String,
    /// What the address says that can't be read.
    pub unread: Vec<&'static str>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            view: View::All,
            search: String::new(),
            window: Window::Recent,
            from: None,
            to: None,
            types: Vec::new(),
            status: Vec::new(),
            action: Vec::new(),
            shop: String::new(),
            by: String::new(),
            min: None,
            max: None,
            currency: None,
            method: None,
            sort: Sort::Newest,
            columns: Vec::new(),
            refunds: false,
            per: PER[0],
            saved: String::new(),
            ids: Vec::new(),
            after: String::new(),
            before: String::new(),
            unread: Vec::new(),
        }
    }
}

/// Reads an address, and remembers what it can't read.
struct Reader<'q> {
    query: &'q ParamsMap,
    unread: Vec<&'static str>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        self.query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default()
    }

    fn one<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let value = read(&text);
        if value.is_none() {
            self.unread.push(name);
        }
        value
    }

    /// `a=1,2` or `a=1&a=2`: each value once.
    fn several<T: PartialEq>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let all = self.query.get_all(name).unwrap_or_default();
        let mut values = Vec::new();
        for text in all.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty()) {
            match read(text) {
                Some(value) if !values.contains(&value) => values.push(value),
                None if !self.unread.contains(&name) => self.unread.push(name),
                _ => {}
            }
        }
        values
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= 60 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn minor(text: &str) -> Option<i64> {
    Money::parse_major(text, Currency::Eur, Locale::En).ok().map(Money::minor).filter(|minor| *minor >= 0)
}

/// `10` of ten in the middle units, `10.50` of ten and a half.
fn major(minor: i64) -> String {
    if minor % 100 == 0 { (minor / 100).to_string() } else { format!("{}.{:02}", minor / 100, minor % 100) }
}

impl Asked {
    /// What can't be read is as if it were not there, and named in `unread`.
    pub fn read(query: &ParamsMap) -> Self {
        let mut q = Reader { query, unread: Vec::new() };
        let id = |text: &str| is_id(text).then(|| text.to_owned());
        let status: Vec<Shown> = q.several("status", |text| text.parse().ok());
        let action: Vec<Needed> = q.several("action", |text| text.parse().ok());
        let view = q.one("view", |text| text.parse().ok()).unwrap_or(View::All);
        let mut asked = Self {
            // A tab is a choice of statuses: whoever chooses them otherwise leaves it.
            view: if status.is_empty() && action.is_empty() { view } else { View::All },
            search: q.text("q"),
            window: q.one("window", |text| text.parse().ok()).unwrap_or(Window::Recent),
            from: q.one("from", |text| text.parse().ok()),
            to: q.one("to", |text| text.parse().ok()),
            types: q.several("type", |text| text.parse().ok()),
            status,
            action,
            shop: q.one("shop", id).unwrap_or_default(),
            by: q.one("by", id).unwrap_or_default(),
            min: q.one("min", minor),
            max: q.one("max", minor),
            currency: q.one("currency", Currency::from_code),
            method: q.one("method", |text| text.parse().ok()),
            sort: q.one("sort", |text| text.parse().ok()).unwrap_or(Sort::Newest),
            columns: Column::chosen(q.several("cols", |text| text.parse().ok())),
            refunds: q.one("refunds", |text| (text == "1").then_some(true)).unwrap_or(false),
            per: q.one("per", |text| text.parse().ok().filter(|per| PER.contains(per))).unwrap_or(PER[0]),
            saved: q.one("saved", id).unwrap_or_default(),
            ids: q.several("ids", id),
            after: q.text("after"),
            before: q.text("before"),
            unread: Vec::new(),
        };
        if let (Some(from), Some(to)) = (asked.from, asked.to)
            && from > to
        {
            (asked.from, asked.to) = (None, None);
            q.unread.extend(["from", "to"]);
        }
        if let (Some(min), Some(max)) = (asked.min, asked.max)
            && min > max
        {
            (asked.min, asked.max) = (None, None);
            q.unread.extend(["min", "max"]);
        }
        if asked.from.is_some() || asked.to.is_some() {
            asked.window = Window::Recent;
        }
        asked.unread = q.unread;
        asked
    }

    /// Of a text as addresses and forms write it.
    pub fn parse(query: &str) -> Self {
        let pairs =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.replace('+', " ")));
        Self::read(&pairs.collect())
    }

    /// Name and value of everything that isn't as usual.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        let mut put = |name: &'static str, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        let join = |words: Vec<&'static str>| words.join(",");
        put("view", if self.view == View::All { String::new() } else { self.view.to_string() });
        put("q", self.search.clone());
        put("window", if self.window == Window::Recent { String::new() } else { self.window.to_string() });
        put("from", self.from.map(|day| day.to_string()).unwrap_or_default());
        put("to", self.to.map(|day| day.to_string()).unwrap_or_default());
        put("type", join(self.types.iter().map(|one| one.as_str()).collect()));
        put("status", join(self.status.iter().map(|one| one.as_str()).collect()));
        put("action", join(self.action.iter().map(|one| one.as_str()).collect()));
        put("shop", self.shop.clone());
        put("by", self.by.clone());
        put("min", self.min.map(major).unwrap_or_default());
        put("max", self.max.map(major).unwrap_or_default());
        put("currency", self.currency.map(|currency| currency.code().to_owned()).unwrap_or_default());
        put("method", self.method.map(|method| method.to_string()).unwrap_or_default());
        put("sort", if self.sort == Sort::Newest { String::new() } else { self.sort.to_string() });
        put("cols", Column::joined(&self.columns));
        put("refunds", if self.refunds { "1".to_owned() } else { String::new() });
        put("per", if self.per == PER[0] { String::new() } else { self.per.to_string() });
        put("saved", self.saved.clone());
        put("ids", self.ids.join(","));
        put("after", self.after.clone());
        put("before", self.before.clone());
        pairs
    }

    /// The address without its path.
    pub fn query(&self) -> String {
        let pair = |(name, value): (&str, String)| {
            let value = value.split(',').map(escape).collect::<Vec<_>>().join(",");
            format!("{name}={value}")
        };
        self.pairs().into_iter().map(pair).collect::<Vec<_>>().join("&")
    }

    pub fn href(&self) -> String {
        self.at(PATH)
    }

    /// The same as a file: all of it, whatever page is shown.
    pub fn csv(&self) -> String {
        Self { per: PER[0], saved: String::new(), ..self.first() }.at(CSV)
    }

    fn at(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Another tab with the same filters, from its first page.
    #[must_use]
    pub fn view(&self, view: View) -> Self {
        Self { view, status: Vec::new(), action: Vec::new(), saved: String::new(), ..self.first() }
    }

    #[must_use]
    pub fn window(&self, window: Window) -> Self {
        Self { window, from: None, to: None, ..self.first() }
    }

    #[must_use]
    pub fn search(&self, search: &str) -> Self {
        Self { search: search.trim().to_owned(), ..self.first() }
    }

    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        Self { sort, ..self.first() }
    }

    #[must_use]
    pub fn first(&self) -> Self {
        Self { after: String::new(), before: String::new(), unread: Vec::new(), ..self.clone() }
    }

    #[must_use]
    pub fn after(&self, cursor: String) -> Self {
        Self { after: cursor, ..self.first() }
    }

    #[must_use]
    pub fn before(&self, cursor: String) -> Self {
        Self { before: cursor, ..self.first() }
    }

    /// No filters: the same order and columns of everything recent.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { sort: self.sort, columns: self.columns.clone(), refunds: self.refunds, per: self.per, ..Self::default() }
    }

    /// Whether anything but the window narrows the list.
    pub fn narrowed(&self) -> bool {
        self.cleared().dated(self).query() != Self { saved: String::new(), ..self.first() }.query()
    }

    /// The dates of another, unless it has its own: a named view without dates keeps those that are looked at.
    #[must_use]
    pub fn dated(self, other: &Self) -> Self {
        if self.from.is_some() || self.to.is_some() || self.window == Window::All {
            return self;
        }
        Self { window: other.window, from: other.from, to: other.to, ..self }
    }

    /// What a named view keeps.
    pub fn to_save(&self) -> String {
        Self { saved: String::new(), ids: Vec::new(), ..self.first() }.query()
    }
}

/// For a query, the same on the server and in the browser (`Url::escape` is not): letters, digits and `-_.~` stay.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// A payment's page.
pub fn payment_href(id: &str) -> String {
    format!("{PATH}/{id}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn an_address_says_everything_and_reads_back_the_same() {
        for query in [
            "",
            "view=refused",
            "q=amount%3A%3E100%20%22Jean%20Dupont%22",
            "from=2026-08-01&to=2026-08-31&type=payment,link&status=paid,refused",
            "action=partial,fraud&shop=shop_1&by=user_2&min=10&max=50.50&currency=eur&method=card",
            "sort=-amount&cols=created,reference,email,amount&refunds=1&per=50&saved=view_1&after=ab12",
            "window=all&ids=pi_1,pi_2&before=cd34",
        ] {
            let asked = Asked::parse(query);
            assert_eq!(asked.query(), query);
            assert_eq!(Asked::parse(&asked.query()), asked);
            assert_eq!(asked.unread, [""; 0]);
        }
    }

    #[test]
    fn forms_say_it_their_own_way() {
        let form = Asked::parse("q=Jean+Dupont&from=&status=paid&status=refused&status=paid&min=10%2C50&max=&shop=&cols=amount&cols=name");
        assert_eq!(form.search, "Jean Dupont");
        assert_eq!((form.status, form.min, form.from), (vec![Shown::Paid, Shown::Refused], Some(1_050), None));
        assert_eq!(form.columns, [Column::Reference, Column::Name, Column::Amount]);
        assert!(form.unread.is_empty());
    }

    #[test]
    fn what_can_t_be_read_is_named_and_left_out() {
        let asked = Asked::parse("from=yesterday&status=paid,nonsense&min=ten&sort=name&per=7&shop=%3Cb%3E&currency=xxx");
        assert_eq!(asked.unread, ["status", "from", "shop", "min", "currency", "sort", "per"]);
        assert_eq!(Asked { unread: Vec::new(), ..asked }.query(), "status=paid");
        assert_eq!(Asked::parse("from=2026-09-01&to=2026-08-01").unread, ["from", "to"]);
    }

    #[test]
    fn a_status_leaves_the_tab_and_a_tab_the_statuses() {
        let asked = Asked::parse("view=refused&status=paid");
        assert_eq!((asked.view, asked.status.len()), (View::All, 1));
        assert_eq!(asked.view(View::Paid).query(), "view=paid");
    }

    #[test]
    fn a_view_without_dates_keeps_those_looked_at() {
        let looked = Asked::parse("window=all&q=x");
        assert_eq!(Asked::parse("status=paid").dated(&looked).query(), "window=all&status=paid");
        assert_eq!(Asked::parse("from=2026-01-01").dated(&looked).query(), "from=2026-01-01");
        assert!(!Asked::parse("window=all&sort=amount&per=50").narrowed());
        assert!(Asked::parse("window=all&type=link").narrowed());
    }

    const NAMES: &[&str] = &[
        "view", "q", "window", "from", "to", "type", "status", "action", "shop", "by", "min", "max", "currency", "method", "sort", "cols",
        "refunds", "per", "saved", "ids", "after", "before", "surprise", "%71", "",
    ];
    /// Values that some name takes, and some that nearly are.
    const VALUES: &[&str] = &[
        "",
        "all",
        "action",
        "refused",
        "to_validate",
        "paid",
        "recent",
        "partial,fraud",
        "partial",
        "payment,link",
        "link",
        "card",
        "eur",
        "EUR",
        "-created",
        "amount",
        "created,amount",
        "reference,email,email",
        "1",
        "2",
        "10",
        "25",
        "+25",
        "050",
        "0",
        "0.5",
        "10.50",
        "10,50",
        "1,000",
        "-1",
        "-0",
        "92233720368547758.07",
        "9999999999999999999999",
        "2026-08-01",
        "2026-02-30",
        "0000-01-01",
        "9999-12-31",
        "shop_1",
        "user_2",
        "pi_1,pi_2,pi_1",
        "%00",
        "%FF",
        "%C3",
        "%C3%A9",
        "%",
        "%2",
        "%zz",
        "%25",
        "%2541",
        "%2C",
        "%26",
        "%3D",
        "%23",
        "+",
        "a+b",
        "%20x%20",
        "%E2%80%83x",
        "%E2%80%AE",
        "é",
        "=",
        "a=b",
        "#",
        "?",
        "\"Jean Dupont\"",
        "amount:>100",
    ];

    fn queries() -> impl Strategy<Value = String> {
        let value = prop_oneof![8 => select(VALUES).prop_map(str::to_owned), 1 => "\\PC{0,20}", 1 => any::<String>().prop_map(|text| escape(&text))];
        let pairs = prop::collection::vec((select(NAMES), value), 0..12)
            .prop_map(|pairs| pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"));
        prop_oneof![8 => pairs, 1 => any::<String>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_address_is_read_and_its_own_address_leads_to_the_same(query in queries()) {
            let asked = Asked::parse(&query);
            prop_assert!(PER.contains(&asked.per) && asked.unread.iter().all(|name| NAMES.contains(name)));
            prop_assert!(asked.from.zip(asked.to).is_none_or(|(from, to)| from <= to) && asked.min.zip(asked.max).is_none_or(|(min, max)| min <= max));
            let read = Asked { unread: Vec::new(), ..asked };
            let own = read.href();
            prop_assert!(own.is_ascii() && !own.contains([' ', '"', '<', '>', '\'', '#', '\\']), "{}", own);
            let (path, own) = own.split_once('?').unwrap_or((&own, ""));
            prop_assert_eq!(path, PATH);
            prop_assert_eq!(&Asked::parse(own), &read, "{}", own);
            prop_assert_eq!(read.query(), own);
            // Each way on from there is an address, too.
            for next in [read.view(View::Paid), read.window(Window::All), read.sorted(Sort::Largest), read.first(), read.cleared(), read.search(" a&b=c,d%2C+ ")] {
                prop_assert_eq!(&Asked::parse(&next.query()), &next, "{}", next.query());
            }
            prop_assert_eq!(Asked::parse(&read.to_save()).query(), read.to_save());
        }

        #[test]
        fn what_is_searched_and_where_a_page_begins_come_back_as_they_were(search in any::<String>(), cursor in any::<String>()) {
            let asked = Asked::default().search(&search).after(cursor.trim().to_owned());
            prop_assert_eq!(Asked::parse(&asked.query()), asked);
        }
    }
}

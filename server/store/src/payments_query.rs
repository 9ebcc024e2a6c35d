//! How the Payments list is asked: which index leads, and how far it is followed.
//!
//! One condition on its own is a stretch of its index. Of several, the first that few rows meet is gathered and the rest looked up; where
//! every one is frequent, the list is walked in its order for a bounded number of rows, and the page offers to look further.

use model::lifecycle::Shown;
use model::time::Timestamp;

use crate::conn::{Conn, Dialect};
use crate::error::{Error, Result};
use crate::list::Cursor;
use crate::payments_list::{Not, Order, PageAt, PaymentsFilter};
use crate::row::Value;
use crate::rows::Scope;
use crate::search;
use crate::select::Sql;

/// Up to this many labels each get their own walk along the index; more are filtered.
const WALKS: usize = 6;

/// The words of the search, by how often they occur.
pub(crate) struct Words {
    /// The rarest first.
    rare: Vec<String>,
    /// How many terms the rarest one begins.
    rarest: i64,
    common: Vec<String>,
}

impl Words {
    /// What is searched for, each the beginning of a term; None where nothing can match.
    pub fn asked(filter: &PaymentsFilter) -> Option<Vec<String>> {
        let free = filter.search.as_deref().filter(|search| !search.trim().is_empty());
        let mut asked = free.map(search::words).unwrap_or_default();
        if filter.nothing || (free.is_some() && asked.is_empty()) {
            return None;
        }
        asked.extend(filter.phrases.iter().map(|phrase| search::phrase(phrase)));
        Some(asked)
    }

    pub async fn weighed(c: &mut Conn, scope: Scope, asked: Vec<String>) -> Result<Self> {
        let (mut rare, mut common) = (Vec::new(), Vec::new());
        for word in asked {
            let terms = search::frequency(c, scope, &word).await?;
            if terms > search::RARE { common.push(word) } else { rare.push((terms, word)) }
        }
        rare.sort();
        let rarest = rare.first().map_or(0, |(terms, _)| *terms);
        Ok(Self { rare: rare.into_iter().map(|(_, word)| word).collect(), rarest, common })
    }

    /// As if all of them were frequent.
    pub const fn unweighed(asked: Vec<String>) -> Self {
        Self { rare: Vec::new(), rarest: 0, common: asked }
    }
}

/// From where, and which way.
pub(crate) struct Keyset {
    cursor: Option<(i64, String)>,
    pub backwards: bool,
    order: Order,
}

impl Keyset {
    pub fn of(at: &PageAt, order: Order) -> Result<Self> {
        let (cursor, backwards) = match at {
            PageAt::First => return Ok(Self { cursor: None, backwards: false, order }),
            PageAt::After(cursor) => (cursor, false),
            PageAt::Before(cursor) => (cursor, true),
        };
        match (cursor.value(), order.by_amount()) {
            (Value::Int(Some(created)), false) => Ok(Self { cursor: Some((created, cursor.id().to_owned())), backwards, order }),
            (Value::Text(Some(text)), true) => {
                let amount = text.parse().map_err(|_| Error::Cursor)?;
                Ok(Self { cursor: Some((amount, cursor.id().to_owned())), backwards, order })
            }
            _ => Err(Error::Cursor),
        }
    }

    /// All of it: for counting.
    pub const fn whole() -> Self {
        Self { cursor: None, backwards: false, order: Order::Newest }
    }

    const fn by(&self) -> &'static str {
        if self.order.by_amount() { "amount" } else { "created" }
    }

    const fn descends(&self) -> bool {
        self.order.descends() != self.backwards
    }

    /// Of a search's hits, which stand in the order of time.
    const fn hits_text(&self) -> &'static str {
        if self.descends() { " ORDER BY created DESC, object DESC LIMIT " } else { " ORDER BY created ASC, object ASC LIMIT " }
    }

    const fn text(&self) -> &'static str {
        match (self.order.by_amount(), self.descends()) {
            (false, true) => " ORDER BY created DESC, id DESC LIMIT ",
            (false, false) => " ORDER BY created ASC, id ASC LIMIT ",
            (true, true) => " ORDER BY amount DESC, id DESC LIMIT ",
            (true, false) => " ORDER BY amount ASC, id ASC LIMIT ",
        }
    }

    /// Of a range (least and most) of what the list is ordered by, what the cursor does not imply: SQLite follows an index from one limit only, and
    /// would walk from the other one to the cursor.
    fn beside(&self, by: &str, least: Option<i64>, most: Option<i64>) -> (Option<i64>, Option<i64>) {
        match &self.cursor {
            Some((at, _)) if self.by() == by && self.descends() => (least, most.filter(|most| most < at)),
            Some((at, _)) if self.by() == by => (least.filter(|least| least > at), most),
            _ => (least, most),
        }
    }

    fn beyond(&self, sql: &mut Sql) {
        self.beyond_by(sql, "id");
    }

    fn beyond_by(&self, sql: &mut Sql, id_column: &'static str) {
        if let Some((value, id)) = &self.cursor {
            sql.push(" AND (").push(self.by()).push(", ").push(id_column).push(if self.descends() { ") < (" } else { ") > (" });
            sql.bind(*value).push(", ").bind(id.as_str()).push(")");
        }
    }
}

/// What leads to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// The list in its order.
    List,
    /// One of the conditions with an index: its place among them.
    Index(usize),
    /// The range of amounts.
    Amount,
    /// The period, where the order is not that of time.
    Period,
}

/// Which limits of a range are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limits {
    All,
    /// Those that the cursor, which is asked for as well, does not imply.
    BesideCursor,
}

/// A column with an index and its values.
type Indexed = (&'static str, Vec<Value>);

#[derive(Clone, Copy)]
pub(crate) struct Query<'q> {
    pub scope: Scope,
    pub filter: &'q PaymentsFilter,
    pub words: &'q Words,
    pub keyset: &'q Keyset,
}

impl Query<'_> {
    /// A word leads to few rows.
    pub fn by_word(&self) -> bool {
        !self.words.rare.is_empty()
    }

    /// Up to how many rows [`Query::by_word`] leads to.
    pub fn hits_most(&self) -> i64 {
        self.words.rarest
    }

    /// Rare words and the period are all that is asked for: the terms alone tell which rows match.
    pub fn by_words_alone(&self) -> bool {
        self.by_word() && self.words.common.is_empty() && self.indexed().is_empty() && !self.looks_up()
    }

    /// One word and the period are all that is asked for.
    pub fn by_one_word(&self) -> Option<&str> {
        match (self.words.rare.as_slice(), self.words.common.as_slice()) {
            ([word], []) | ([], [word]) if self.indexed().is_empty() && !self.looks_up() => Some(word),
            _ => None,
        }
    }

    /// One index in one stretch: found without looking at rows that don't match.
    pub fn straight(&self) -> bool {
        let alone = match self.indexed().as_slice() {
            [] => true,
            [(column, values)] => values.len() == 1 || (*column == "shown" && values.len() <= WALKS),
            _ => false,
        };
        alone && !self.by_word() && self.words.common.is_empty() && !self.keyset.order.by_amount() && !self.looks_up()
    }

    /// The page where [`Query::straight`] holds.
    pub fn straight_page(&self, columns: &'static str, limit: i64) -> Sql {
        // Each label's rows are a stretch of the index; merging their beginnings beats sorting them all.
        let mut sql = Sql::new("");
        if !(2..=WALKS).contains(&self.filter.shown.len()) {
            self.plain(&mut sql, columns, &self.filter.shown);
            sql.push(self.keyset.text()).bind(limit);
            return sql;
        }
        for (at, shown) in self.filter.shown.iter().enumerate() {
            sql.push(if at == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            self.plain(&mut sql, columns, std::slice::from_ref(shown));
            sql.push(self.keyset.text()).bind(limit).push(") AS one_label");
        }
        sql.push(self.keyset.text()).bind(limit);
        sql
    }

    /// The rows where [`Query::straight`] holds.
    pub fn plain(&self, sql: &mut Sql, columns: &'static str, shown: &[Shown]) {
        sql.push("SELECT ").push(columns).push(" FROM payment_intents WHERE ");
        self.scoped(sql);
        self.period(sql, Limits::BesideCursor);
        self.keyset.beyond(sql);
        self.columns(sql, shown);
    }

    /// The page where [`Query::by_word`] holds; `most`: of the first so many hits only.
    pub fn by_word_page(&self, columns: &'static str, most: Option<i64>, limit: i64) -> Sql {
        let mut sql = Sql::new("");
        self.worded(&mut sql, columns, most);
        sql.push(self.keyset.text()).bind(limit);
        sql
    }

    /// The rows where [`Query::by_word`] holds; `most`: of the first so many hits only, in the order of time.
    pub fn worded(&self, sql: &mut Sql, columns: &'static str, most: Option<i64>) {
        sql.push("SELECT ").push(columns).push(" FROM (");
        self.hits(sql);
        if let Some(most) = most.filter(|_| !self.keyset.order.by_amount()) {
            sql.push(self.keyset.hits_text()).bind(most);
        }
        // In this order: SQLite takes CROSS JOIN literally, where it would else walk the whole list.
        sql.push(") AS hits CROSS JOIN payment_intents WHERE id = object AND ");
        self.scoped(sql);
        self.keyset.beyond(sql);
        self.columns(sql, &self.filter.shown);
        self.terms(sql, &self.words.common);
    }

    /// What the rare words and the period find, from the terms' own index.
    pub fn hits(&self, sql: &mut Sql) {
        sql.push("SELECT object FROM search_terms WHERE ");
        let (first, others) = self.words.rare.split_first().map_or(("", &[][..]), |(first, others)| (first.as_str(), others));
        search::beginning(sql, self.scope, first);
        if self.keyset.order.by_amount() {
            self.period(sql, Limits::All);
        } else {
            self.period(sql, Limits::BesideCursor);
            self.keyset.beyond_by(sql, "object");
        }
        for word in others {
            sql.push(" AND object IN (SELECT object FROM search_terms WHERE ");
            search::beginning(sql, self.scope, word);
            sql.push(")");
        }
        sql.push(" GROUP BY created, object");
    }

    /// The same without an order, of the first so many terms that begin so: for counting.
    pub fn some_hits(&self, sql: &mut Sql, word: &str, most: i64) {
        sql.push("SELECT DISTINCT object FROM (SELECT object, created FROM search_terms WHERE ");
        search::beginning(sql, self.scope, word);
        sql.push(" LIMIT ").bind(most).push(") AS found WHERE 1 = 1");
        self.period(sql, Limits::All);
    }

    /// What a lead finds, narrowed by everything else.
    pub fn led(&self, sql: &mut Sql, columns: &'static str, lead: Lead, most: i64) {
        self.led_of(sql, columns, "*", lead, most);
    }

    /// `seen`: the columns that are looked at.
    fn led_of(&self, sql: &mut Sql, columns: &'static str, seen: &'static str, lead: Lead, most: i64) {
        sql.push("SELECT ").push(columns).push(" FROM (SELECT ").push(seen).push(" FROM payment_intents WHERE ");
        self.leading(sql, lead);
        if matches!(lead, Lead::List) || self.is_walk(lead) {
            sql.push(self.keyset.text()).bind(most);
        } else {
            // Keeps the two conditions apart: no index but the lead's can be chosen.
            sql.push(" LIMIT ").bind(most);
        }
        // All of it is the scope's.
        sql.push(") AS payment_intents WHERE 1 = 1");
        self.period(sql, Limits::All);
        self.keyset.beyond(sql);
        self.columns(sql, &self.filter.shown);
        self.terms(sql, &self.words.common);
    }

    pub fn led_page(&self, dialect: Dialect, columns: &'static str, lead: Lead, most: i64, limit: i64) -> Sql {
        // Which ones first: of the many that are looked at, few columns are read.
        let mut sql = Sql::new("SELECT ");
        sql.push(columns).push(" FROM (");
        // Words are looked for beside the index, without the rows.
        let of_row = self.keyset.order.by_amount() || !self.indexed().is_empty() || self.looks_at_rows();
        self.led_of(&mut sql, "id AS object", if of_row { "*" } else { "id, created" }, lead, most);
        // A walk's rows come in order. SQLite, told to sort them, would look at all before it gives the first; PostgreSQL sees that they are sorted.
        let sorted = dialect == Dialect::Sqlite && self.is_walk(lead);
        sql.push(if sorted { " LIMIT " } else { self.keyset.text() }).bind(limit);
        sql.push(") AS found CROSS JOIN payment_intents WHERE id = object").push(self.keyset.text()).bind(limit);
        sql
    }

    /// Whether a lead's rows come in the list's order.
    pub fn is_walk(&self, lead: Lead) -> bool {
        match lead {
            Lead::List => true,
            Lead::Index(at) => !self.keyset.order.by_amount() && self.indexed().get(at).is_some_and(|(_, values)| values.len() == 1),
            Lead::Amount | Lead::Period => false,
        }
    }

    /// What to walk along: one condition's stretch where there is one.
    pub fn walk(&self) -> Lead {
        (0..self.indexed().len()).map(Lead::Index).find(|lead| self.is_walk(*lead)).unwrap_or(Lead::List)
    }

    /// What might lead to few rows.
    pub fn leads(&self) -> Vec<Lead> {
        let mut leads: Vec<Lead> = (0..self.indexed().len()).map(Lead::Index).collect();
        if self.filter.amount_min.is_some() || self.filter.amount_max.is_some() {
            leads.push(Lead::Amount);
        }
        if self.keyset.order.by_amount() && (self.filter.from.is_some() || self.filter.to.is_some()) {
            leads.push(Lead::Period);
        }
        leads
    }

    /// How many rows a lead finds, up to `most`.
    pub async fn size(&self, c: &mut Conn, lead: Lead, most: i64) -> Result<i64> {
        let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM payment_intents WHERE ");
        self.leading(&mut sql, lead);
        sql.push(" LIMIT ").bind(most).push(") AS matching");
        let (text, values) = sql.finish();
        Ok(c.number(&text, values).await?.unwrap_or_default())
    }

    /// The last row that a walk of so many looked at, if it did not reach the end.
    pub async fn walked_to(&self, c: &mut Conn, lead: Lead, most: i64) -> Result<Option<Cursor>> {
        let by_amount = self.keyset.order.by_amount();
        let mut sql = Sql::new(if by_amount { "SELECT amount, id" } else { "SELECT created, id" });
        sql.push(" FROM payment_intents WHERE ");
        self.leading(&mut sql, lead);
        sql.push(self.keyset.text()).bind(1_i64).push(" OFFSET ").bind(most - 1);
        let (text, values) = sql.finish();
        let rows = c.rows(&text, values).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (at, id): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Some(self.keyset.order.cursor(at, id)))
    }

    /// Only what the lead's own index answers.
    fn leading(&self, sql: &mut Sql, lead: Lead) {
        self.scoped(sql);
        let limits = if self.is_walk(lead) { Limits::BesideCursor } else { Limits::All };
        match lead {
            Lead::List if !self.keyset.order.by_amount() => self.period(sql, limits),
            Lead::List | Lead::Amount => self.amounts(sql, limits),
            Lead::Period => self.period(sql, limits),
            Lead::Index(at) => {
                if let Some((column, values)) = self.indexed().into_iter().nth(at) {
                    equal(sql, column, values);
                }
                if !self.only_id(lead) {
                    self.period(sql, limits);
                }
            }
        }
        // A walk goes on from the cursor; what is gathered is cut by it afterwards.
        if self.is_walk(lead) {
            self.keyset.beyond(sql);
        }
    }

    fn only_id(&self, lead: Lead) -> bool {
        lead == Lead::Index(0) && !self.filter.ids.is_empty()
    }

    fn scoped(&self, sql: &mut Sql) {
        sql.push("account = ").bind(self.scope.account).push(" AND environment = ").bind(self.scope.environment);
    }

    fn period(&self, sql: &mut Sql, limits: Limits) {
        let (from, last) = (self.filter.from.map(Timestamp::as_millis), self.filter.to.map(|to| to.as_millis() - 1));
        self.range(sql, "created", limits, (from, last));
    }

    fn amounts(&self, sql: &mut Sql, limits: Limits) {
        self.range(sql, "amount", limits, (self.filter.amount_min, self.filter.amount_max));
    }

    fn range(&self, sql: &mut Sql, column: &'static str, limits: Limits, (least, most): (Option<i64>, Option<i64>)) {
        let (least, most) = match limits {
            Limits::All => (least, most),
            Limits::BesideCursor => self.keyset.beside(column, least, most),
        };
        if let Some(least) = least {
            sql.push(" AND ").push(column).push(" >= ").bind(least);
        }
        if let Some(most) = most {
            sql.push(" AND ").push(column).push(" <= ").bind(most);
        }
    }

    /// The conditions with an index of their own, what few rows have first.
    fn indexed(&self) -> Vec<Indexed> {
        let filter = self.filter;
        let some = |value: Option<Value>| value.into_iter().collect::<Vec<_>>();
        let all: [Indexed; 11] = [
            ("id", filter.ids.iter().map(Value::from).collect()),
            ("order_id", some(filter.order_id.as_deref().map(Value::from))),
            ("card", some(filter.card.map(Value::from))),
            ("customer", some(filter.customer.map(Value::from))),
            ("shown", filter.shown.iter().map(Value::from).collect()),
            ("kind", filter.kinds.iter().map(Value::from).collect()),
            ("created_by", some(filter.created_by.as_deref().map(Value::from))),
            ("shop", some(filter.shop.map(Value::from))),
            ("origin", some(filter.origin.as_deref().map(Value::from))),
            ("method", some(filter.method.map(Value::from))),
            ("currency", some(filter.currency.map(Value::from))),
        ];
        all.into_iter().filter(|(_, values)| !values.is_empty()).collect()
    }

    /// Whether there are conditions that the indexes of columns don't answer.
    fn looks_up(&self) -> bool {
        self.looks_at_rows() || !self.filter.without.is_empty()
    }

    /// Whether there are conditions that only the rows themselves answer.
    fn looks_at_rows(&self) -> bool {
        let filter = self.filter;
        filter.amount_min.is_some()
            || filter.amount_max.is_some()
            || filter.brand.is_some()
            || filter.last4.is_some()
            || !filter.not.is_empty()
    }

    fn columns(&self, sql: &mut Sql, shown: &[Shown]) {
        for (column, values) in self.indexed() {
            let values = if column == "shown" { shown.iter().map(Value::from).collect() } else { values };
            equal(sql, column, values);
        }
        self.amounts(sql, Limits::All);
        for (condition, value) in [(" AND brand = ", &self.filter.brand), (" AND last4 = ", &self.filter.last4)] {
            if let Some(value) = value {
                sql.push(condition).bind(value.as_str());
            }
        }
        for not in &self.filter.not {
            let (column, value): (&'static str, Value) = match not {
                Not::Shown(shown) => ("shown", shown.into()),
                Not::Type(kind) => ("kind", kind.into()),
                Not::Currency(currency) => ("currency", currency.into()),
                Not::Method(method) => ("method", method.into()),
                Not::Brand(brand) => ("brand", brand.as_str().into()),
                Not::Last4(last4) => ("last4", last4.as_str().into()),
                Not::OrderId(order) => ("order_id", order.as_str().into()),
                Not::Origin(origin) => ("origin", origin.as_str().into()),
            };
            sql.push(" AND (").push(column).push(" IS NULL OR ").push(column).push(" <> ").bind(value).push(")");
        }
    }

    fn terms(&self, sql: &mut Sql, words: &[String]) {
        let without: Vec<String> = self.filter.without.iter().map(|phrase| search::phrase(phrase)).collect();
        for (word, wanted) in words.iter().map(|word| (word, true)).chain(without.iter().map(|word| (word, false))) {
            // Not EXISTS, of which PostgreSQL would make a join, and without the scope, which would let it go through every
            // term that begins so instead of the few of this row.
            sql.push(" AND (SELECT 1 FROM search_terms WHERE object = payment_intents.id");
            search::begins(sql, word);
            sql.push(if wanted { " LIMIT 1) IS NOT NULL" } else { " LIMIT 1) IS NULL" });
        }
    }
}

fn equal(sql: &mut Sql, column: &'static str, values: Vec<Value>) {
    sql.push(" AND ").push(column);
    match <[Value; 1]>::try_from(values) {
        Ok([one]) => {
            sql.push(" = ").bind(one);
        }
        Err(several) => {
            sql.push(" IN (").binds(several).push(")");
        }
    }
}

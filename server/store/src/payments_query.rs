//! How the Payments list is asked: which index leads, and how far it is followed.
//!
//! One condition on its own is a stretch of its index. Of several, the first that few rows meet is gathered and the rest looked up; where
//! every one is frequent, the list is walked in its order for a bounded number of rows, and the page offers to look further.

use model::lifecycle::Shown;

use crate::conn::Conn;
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
    rare: Vec<String>,
    common: Vec<String>,
    /// Something was searched for that nothing can match.
    nothing: bool,
}

impl Words {
    pub async fn of(c: &mut Conn, scope: Scope, filter: &PaymentsFilter) -> Result<Self> {
        let mut words = Self { rare: Vec::new(), common: Vec::new(), nothing: filter.nothing };
        let free = filter.search.as_deref().filter(|search| !search.trim().is_empty());
        let mut asked = free.map(search::words).unwrap_or_default();
        words.nothing |= free.is_some() && asked.is_empty();
        asked.extend(filter.phrases.iter().map(|phrase| search::phrase(phrase)));
        for word in asked {
            if search::is_rare(c, scope, &word).await? { words.rare.push(word) } else { words.common.push(word) }
        }
        Ok(words)
    }

    pub const fn nothing(&self) -> bool {
        self.nothing
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

    const fn text(&self) -> &'static str {
        match (self.order.by_amount(), self.descends()) {
            (false, true) => " ORDER BY created DESC, id DESC LIMIT ",
            (false, false) => " ORDER BY created ASC, id ASC LIMIT ",
            (true, true) => " ORDER BY amount DESC, id DESC LIMIT ",
            (true, false) => " ORDER BY amount ASC, id ASC LIMIT ",
        }
    }

    fn beyond(&self, sql: &mut Sql) {
        if let Some((value, id)) = &self.cursor {
            sql.push(" AND (").push(self.by()).push(if self.descends() { ", id) < (" } else { ", id) > (" });
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

/// A column with an index and its values.
type Indexed = (&'static str, Vec<Value>);

pub(crate) struct Query<'q> {
    pub scope: Scope,
    pub filter: &'q PaymentsFilter,
    pub words: &'q Words,
    pub keyset: &'q Keyset,
}

impl Query<'_> {
    /// One index in one stretch, or a rare word: found without looking at rows that don't match.
    pub fn straight(&self) -> bool {
        if !self.words.rare.is_empty() {
            return true;
        }
        let alone = match self.indexed().as_slice() {
            [] => true,
            [(column, values)] => values.len() == 1 || (*column == "shown" && values.len() <= WALKS),
            _ => false,
        };
        alone && self.words.common.is_empty() && !self.keyset.order.by_amount() && !self.looks_up()
    }

    /// The page where [`Query::straight`] holds.
    pub fn straight_page(&self, columns: &'static str, limit: i64) -> Sql {
        // Each label's rows are a stretch of the index; merging their beginnings beats sorting them all.
        let walks = if self.words.rare.is_empty() { self.filter.shown.len() } else { 0 };
        let mut sql = Sql::new("");
        if !(2..=WALKS).contains(&walks) {
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

    pub fn plain(&self, sql: &mut Sql, columns: &'static str, shown: &[Shown]) {
        sql.push("SELECT ").push(columns).push(" FROM ");
        let (gathered, looked_up) = match self.words.rare.split_first() {
            Some((first, others)) => (Some(first), [others, self.words.common.as_slice()].concat()),
            None => (None, self.words.common.clone()),
        };
        if let Some(word) = gathered {
            // In this order: SQLite takes CROSS JOIN literally, where it would else walk the whole list.
            sql.push("(SELECT DISTINCT object FROM search_terms WHERE ");
            search::beginning(sql, self.scope, word);
            sql.push(") AS hits CROSS JOIN payment_intents WHERE id = object AND ");
        } else {
            sql.push("payment_intents WHERE ");
        }
        self.scoped(sql);
        self.period(sql);
        self.keyset.beyond(sql);
        self.columns(sql, shown);
        self.terms(sql, &looked_up);
    }

    /// What a lead finds, narrowed by everything else.
    pub fn led(&self, sql: &mut Sql, columns: &'static str, lead: Lead, most: i64) {
        sql.push("SELECT ").push(columns).push(" FROM (SELECT * FROM payment_intents WHERE ");
        self.leading(sql, lead);
        if matches!(lead, Lead::List) || self.is_walk(lead) {
            sql.push(self.keyset.text()).bind(most);
        } else {
            // Keeps the two conditions apart: no index but the lead's can be chosen.
            sql.push(" LIMIT ").bind(most);
        }
        sql.push(") AS payment_intents WHERE ");
        self.scoped(sql);
        self.period(sql);
        self.keyset.beyond(sql);
        self.columns(sql, &self.filter.shown);
        self.terms(sql, &self.words.common);
    }

    pub fn led_page(&self, columns: &'static str, lead: Lead, most: i64, limit: i64) -> Sql {
        let mut sql = Sql::new("");
        self.led(&mut sql, columns, lead, most);
        sql.push(self.keyset.text()).bind(limit);
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
        match lead {
            Lead::List if self.keyset.order.by_amount() => self.amounts(sql),
            Lead::List => self.period(sql),
            Lead::Amount => self.amounts(sql),
            Lead::Period => {
                self.period(sql);
                return;
            }
            Lead::Index(at) => {
                if let Some((column, values)) = self.indexed().into_iter().nth(at) {
                    equal(sql, column, values);
                }
                if !self.only_id(lead) {
                    self.period(sql);
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

    fn period(&self, sql: &mut Sql) {
        if let Some(from) = self.filter.from {
            sql.push(" AND created >= ").bind(from);
        }
        if let Some(to) = self.filter.to {
            sql.push(" AND created < ").bind(to);
        }
    }

    fn amounts(&self, sql: &mut Sql) {
        if let Some(least) = self.filter.amount_min {
            sql.push(" AND amount >= ").bind(least);
        }
        if let Some(most) = self.filter.amount_max {
            sql.push(" AND amount <= ").bind(most);
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

    /// Whether there are conditions that only the rows themselves answer.
    fn looks_up(&self) -> bool {
        let filter = self.filter;
        filter.amount_min.is_some()
            || filter.amount_max.is_some()
            || filter.brand.is_some()
            || filter.last4.is_some()
            || !filter.not.is_empty()
            || !filter.without.is_empty()
    }

    fn columns(&self, sql: &mut Sql, shown: &[Shown]) {
        for (column, values) in self.indexed() {
            let values = if column == "shown" { shown.iter().map(Value::from).collect() } else { values };
            equal(sql, column, values);
        }
        self.amounts(sql);
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

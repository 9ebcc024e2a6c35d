//! Search by the beginning of words: every row of the Payments list has its terms, kept in the commit that changes it.

use std::collections::BTreeSet;

use model::money::Currency;
use model::time::Timestamp;

use crate::conn::{Conn, Tx};
use crate::error::Result;
use crate::row::Value;
use crate::rows::{PaymentIntent, Scope};
use crate::select::Sql;

/// The shortest beginning of a word that is searched for, in characters.
pub const SHORTEST: usize = 2;
/// Terms longer than this are cut, and words searched for as well.
const LONGEST: usize = 80;
/// How many terms one object has at most: a description may be long.
const MOST: usize = 96;
/// How many of an order's metadata are searched.
const METADATA: usize = 12;
/// How many words of a search count; those beyond are not looked at.
const WORDS: usize = 8;
/// Up to here the matches of a word are gathered and sorted; of more frequent ones the newest rows are walked.
pub(crate) const RARE: i64 = 10_000;

/// What an intent is found by.
pub fn terms_of(intent: &PaymentIntent) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    terms.insert(fold(&intent.id.to_string()));
    terms.extend(intent.payment.iter().chain(&intent.holder).map(|id| fold(&id.to_string())));
    terms.extend(amounts(intent.amount, intent.currency));
    terms.extend(intent.last4.iter().cloned());
    terms.extend(intent.country.iter().map(|country| whole(&format!("country:{country}"))));
    for reference in [&intent.order_id, &intent.unique_id].into_iter().flatten() {
        terms.insert(whole(reference));
        words_of(reference, &mut terms);
    }
    if let Some(email) = &intent.payer_email {
        terms.insert(whole(email));
        terms.insert(whole(&format!("email:{email}")));
        words_of(email.split('@').next().unwrap_or_default(), &mut terms);
    }
    for text in [&intent.payer_name, &intent.description].into_iter().flatten() {
        for word in text.split_whitespace().take(MOST) {
            terms.insert(whole(word));
        }
        words_of(text, &mut terms);
        // As a whole too, for what is searched for in quotes.
        terms.insert(whole(text));
    }
    if let Some(name) = &intent.payer_name {
        let mut words = BTreeSet::from([whole(name)]);
        words_of(name, &mut words);
        terms.extend(words.iter().map(|word| cut(&format!("name:{word}"))));
    }
    for (key, value) in intent.metadata.iter().filter_map(|all| all.as_object()).flatten().take(METADATA) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        terms.insert(whole(&value));
        terms.insert(whole(&format!("metadata:{value}")));
        terms.insert(whole(&format!("metadata:{key}={value}")));
    }
    terms.retain(|term| term.chars().count() >= SHORTEST);
    terms.into_iter().take(MOST).collect()
}

/// As it is typed: `129.90`, and in minor units `12990`.
fn amounts(minor: i64, currency: Currency) -> Vec<String> {
    let exponent = u32::from(currency.exponent());
    if exponent == 0 {
        return vec![minor.to_string()];
    }
    let unit = 10_i64.pow(exponent);
    vec![minor.to_string(), format!("{}.{:0width$}", minor / unit, minor % unit, width = usize::from(currency.exponent()))]
}

fn words_of(text: &str, terms: &mut BTreeSet<String>) {
    let folded = fold(text);
    terms.extend(folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST).map(cut));
}

fn whole(text: &str) -> String {
    cut(fold(text.trim()).as_str())
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The words of a search, each the beginning of a term. A decimal comma is a point.
pub(crate) fn words(search: &str) -> Vec<String> {
    let word = |word: &str| {
        let folded = whole(word);
        let amount = folded.chars().all(|c| c.is_ascii_digit() || c == ',');
        if amount { folded.replace(',', ".") } else { folded }
    };
    let mut words: Vec<_> = search.split_whitespace().map(word).filter(|word| word.chars().count() >= SHORTEST).collect();
    words.truncate(WORDS);
    words
}

/// A term's beginning as it is kept.
pub(crate) fn phrase(text: &str) -> String {
    whole(text)
}

/// Lower case without accents.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|c| !('\u{300}'..='\u{36f}').contains(c)).fold(String::new(), |mut folded, c| {
        match plain(c) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(c),
        }
        folded
    })
}

/// The letters of Europe's Latin alphabets without their marks.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// Keeps an intent's terms right. Ids stay once written: a superseded attempt is still found by its id.
pub(crate) async fn changed(tx: &mut Tx, before: Option<&PaymentIntent>, after: &PaymentIntent) -> Result<()> {
    let scope = Scope { account: after.account, environment: after.environment };
    let old = before.map(terms_of).unwrap_or_default();
    let new = terms_of(after);
    let object = after.id.to_string();
    for term in old.difference(&new).filter(|term| !term.starts_with("paym_")) {
        let sql = "DELETE FROM search_terms WHERE account = $1 AND environment = $2 AND term = $3 AND created = $4 AND object = $5";
        let values: Vec<Value> =
            vec![scope.account.into(), scope.environment.into(), term.as_str().into(), after.created.into(), object.as_str().into()];
        tx.execute(sql, values).await?;
    }
    let added: Vec<_> = new.difference(&old).cloned().collect();
    write(tx, scope, after.created, &object, added).await
}

/// Makes an intent's row be found by more: another attempt's id, a refund's. Take the intent's own `created` and id.
///
/// # Errors
/// As the database has them.
pub async fn add_terms(tx: &mut Tx, intent: &PaymentIntent, terms: &[String]) -> Result<()> {
    let scope = Scope { account: intent.account, environment: intent.environment };
    write(tx, scope, intent.created, &intent.id.to_string(), terms.iter().map(|term| whole(term)).collect()).await
}

async fn write(tx: &mut Tx, scope: Scope, created: Timestamp, object: &str, terms: Vec<String>) -> Result<()> {
    if terms.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO search_terms (account, environment, term, created, object) VALUES ");
    for (at, term) in terms.into_iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" });
        sql.binds([scope.account.into(), scope.environment.into(), term.into(), created.into(), object.into()]).push(")");
    }
    sql.push(" ON CONFLICT DO NOTHING");
    let (text, values) = sql.finish();
    tx.execute(&text, values).await?;
    Ok(())
}

/// The scope's terms that begin so.
pub(crate) fn beginning(sql: &mut Sql, scope: Scope, word: &str) {
    sql.push("account = ").bind(scope.account).push(" AND environment = ").bind(scope.environment);
    begins(sql, word);
}

/// ` AND term` begins so.
pub(crate) fn begins(sql: &mut Sql, word: &str) {
    // The last of all characters: terms are compared by bytes, and UTF-8 sorts as its characters do.
    sql.push(" AND term >= ").bind(word).push(" AND term < ").bind(format!("{word}\u{10ffff}"));
}

/// How many terms begin so; beyond [`RARE`] it only says that there are more.
pub(crate) async fn frequency(c: &mut Conn, scope: Scope, word: &str) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM search_terms WHERE ");
    beginning(&mut sql, scope, word);
    sql.push(" LIMIT ").bind(RARE + 1).push(") AS matching");
    let (text, values) = sql.finish();
    Ok(c.number(&text, values).await?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_don_t_matter() {
        assert_eq!(fold("Élodie Ångström-Œuvré ŁÓDŹ Straße e\u{301}"), "elodie angstrom-oeuvre lodz strasse e");
        assert_eq!(words(" Élo  129,90 x ORDER-7 "), ["elo", "129.90", "order-7"]);
    }

    #[test]
    fn amounts_are_found_as_they_are_typed() {
        assert_eq!(amounts(12_990, Currency::Eur), ["12990", "129.90"]);
        assert_eq!(amounts(5, Currency::Eur), ["5", "0.05"]);
    }
}

//! The addresses under which a payment is found, and what may follow them.

use engine::PageRef;
use model::locale::Locale;

/// One payer's page: what it is about and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub page: PageRef,
    /// `/test_pi_…`, without query.
    pub path: String,
    /// The language that `?lang=` asks for.
    pub lang: Option<Locale>,
}

impl Address {
    /// `/pi_…` and `/test_pi_…`.
    pub fn of_intent(place: &str, query: &str) -> Option<Self> {
        let (id, test) = place.strip_prefix("test_").map_or((place, false), |id| (id, true));
        let page = PageRef::Intent { id: id.parse().ok()?, test };
        Some(Self::new(page, format!("/{place}"), query))
    }

    /// `/<public key>/pi_…` and `/<public key>/paym_…`, as client libraries build them.
    pub fn of_keyed(key: &str, object: &str, query: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !key.chars().all(plain) {
            return None;
        }
        let key_text = key.to_owned();
        let page = match (object.parse(), object.parse()) {
            (Ok(id), _) => PageRef::KeyedIntent { key: key_text, id },
            (_, Ok(id)) => PageRef::KeyedPayment { key: key_text, id },
            _ => return None,
        };
        Some(Self::new(page, format!("/{key}/{object}"), query))
    }

    fn new(page: PageRef, path: String, query: &str) -> Self {
        Self { page, path, lang: parameter(query, "lang").and_then(Locale::from_code) }
    }

    /// The page itself, in the language that was asked for.
    pub fn url(&self) -> String {
        self.lang.map_or_else(|| self.path.clone(), |lang| self.in_language(lang))
    }

    pub fn in_language(&self, locale: Locale) -> String {
        format!("{}?lang={}", self.path, locale.code())
    }

    /// The page with a parameter of its own.
    pub fn with(&self, parameter: &str) -> String {
        let url = self.url();
        let mark = if url.contains('?') { '&' } else { '?' };
        format!("{url}{mark}{parameter}")
    }
}

/// The value of a query's parameter, undecoded: languages and small numbers need no decoding.
pub fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PI: &str = "pi_7IpYDvTDB0cfsz4mAAAAAAAA";

    #[test]
    fn payments_are_found_under_every_form_of_address() {
        let plain = Address::of_intent(PI, "lang=fr").unwrap();
        assert_eq!(plain.page, PageRef::Intent { id: PI.parse().unwrap(), test: false });
        assert_eq!(plain.url(), format!("/{PI}?lang=fr"));
        let test = Address::of_intent(&format!("test_{PI}"), "").unwrap();
        assert_eq!(test.page, PageRef::Intent { id: PI.parse().unwrap(), test: true });
        assert_eq!(test.with("stay=1"), format!("/test_{PI}?stay=1"));
        let paym = PI.replace("pi_", "paym_");
        let keyed = Address::of_keyed("ptest_abc", &paym, "lang=en-GB").unwrap();
        assert_eq!(keyed.page, PageRef::KeyedPayment { key: "ptest_abc".into(), id: paym.parse().unwrap() });
        assert_eq!(keyed.with("test=2"), format!("/ptest_abc/{paym}?lang=en&test=2"));
    }

    #[test]
    fn what_is_no_address_of_a_payment_is_none() {
        for (key, object) in [("ptest_a", "pi_short"), ("ptest_a", "card_7IpYDvTDB0cfsz4mAAAAAAAA"), ("p\"<", PI), ("a b", PI)] {
            assert_eq!(Address::of_keyed(key, object, ""), None, "{key}/{object}");
        }
        assert_eq!(Address::of_intent("test_test_pi", ""), None);
        assert_eq!(Address::of_intent(PI, "lang=xx").unwrap().lang, None);
    }
}

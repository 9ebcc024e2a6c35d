use proptest::prelude::*;

use super::*;

const EUR: Currency = Currency::Eur;

fn eur(minor: i64) -> Money {
    Money::new(minor, EUR)
}

#[test]
fn amounts_are_written_as_the_language_writes_them() {
    let en = |minor, currency| Money::new(minor, currency).display(Locale::En);
    let fr = |minor, currency| Money::new(minor, currency).display(Locale::Fr);
    assert_eq!(en(12_990, EUR), "€129.90");
    assert_eq!(fr(12_990, EUR), "129,90\u{202f}€");
    assert_eq!(en(148_000, EUR), "€1,480.00");
    assert_eq!(fr(148_000, EUR), "1\u{202f}480,00\u{202f}€");
    assert_eq!(en(7, EUR), "€0.07");
    assert_eq!(en(-2_000, EUR), "\u{2212}€20.00");
    assert_eq!(fr(-2_000, EUR), "\u{2212}20,00\u{202f}€");
    assert_eq!(en(100_000_000, Currency::Gbp), "£1,000,000.00");
    assert_eq!(en(500, Currency::Sek), "SEK\u{a0}5.00");
    assert_eq!(fr(500, Currency::Sek), "5,00\u{202f}SEK");
    assert_eq!(en(500, Currency::Usd), "$5.00");
    assert_eq!(fr(500, Currency::Usd), "5,00\u{202f}$US");
    assert_eq!(en(500, Currency::Cad), "CA$5.00");
    assert_eq!(eur(148_000).display_number(Locale::En), "1,480.00");
    assert_eq!(eur(i64::MIN).display_number(Locale::En), "\u{2212}92,233,720,368,547,758.08");
}

#[test]
fn no_two_currencies_look_the_same() {
    for locale in Locale::ALL {
        let texts: std::collections::BTreeSet<_> =
            Currency::ALL.into_iter().map(|currency| Money::new(500, currency).display(locale)).collect();
        assert_eq!(texts.len(), Currency::ALL.len());
    }
}

#[test]
fn codes_are_the_wires() {
    for currency in Currency::ALL {
        assert_eq!(Currency::from_code(currency.code()), Some(currency));
        assert_eq!(Currency::from_code(currency.upper()), Some(currency));
        assert_eq!(currency.upper().to_lowercase(), currency.code());
        assert_eq!(serde_json::to_string(&currency).unwrap(), format!("\"{}\"", currency.code()));
    }
    assert_eq!(Currency::from_code("jpy"), None);
    assert_eq!(serde_json::to_string(&eur(5)).unwrap(), r#"{"minor":5,"currency":"eur"}"#);
}

#[test]
fn currencies_never_mix() {
    let (a, b) = (eur(1), Money::new(1, Currency::Usd));
    assert_eq!(a.checked_add(b), Err(MoneyError::CurrencyMismatch));
    assert_eq!(a.checked_sub(b), Err(MoneyError::CurrencyMismatch));
    assert_eq!(a.partial_cmp(&b), None);
    assert_eq!(eur(i64::MAX).checked_add(eur(1)), Err(MoneyError::Overflow));
    assert_eq!(eur(i64::MIN).checked_sub(eur(1)), Err(MoneyError::Overflow));
}

#[test]
fn fees_round_a_half_up() {
    assert_eq!(eur(12_990).basis_points(70), eur(91)); // 90.93
    assert_eq!(eur(50).basis_points(100), eur(1)); // 0.5
    assert_eq!(eur(49).basis_points(100), eur(0));
    assert_eq!(eur(-50).basis_points(100), eur(0)); // -0.5 goes up
    assert_eq!(eur(-51).basis_points(100), eur(-1));
    assert_eq!(eur(i64::MAX).basis_points(u32::MAX), eur(i64::MAX));
    assert_eq!(eur(MAX_AMOUNT).basis_points(10_000), eur(MAX_AMOUNT));
}

#[test]
fn shares_add_up() {
    assert_eq!(eur(100).allocate(&[1, 1, 1]), [eur(34), eur(33), eur(33)]);
    assert_eq!(eur(-100).allocate(&[1, 1, 1]), [eur(-34), eur(-33), eur(-33)]);
    assert_eq!(eur(5).allocate(&[0, 1, 1]), [eur(0), eur(3), eur(2)]);
    assert_eq!(eur(5).allocate(&[0, 0]), []);
}

#[test]
fn people_type_amounts_in_many_ways() {
    let en = |text| Money::parse_major(text, EUR, Locale::En).map(Money::minor);
    let fr = |text| Money::parse_major(text, EUR, Locale::Fr).map(Money::minor);
    for text in ["129.90", "129,90", "129.9", "€129.90", "129,90 €", "129.90 EUR", "eur 129.90", " 129,9€ "] {
        assert_eq!(en(text), Ok(12_990), "{text}");
        assert_eq!(fr(text), Ok(12_990), "{text}");
    }
    for text in ["1,480.00", "1.480,00", "1 480,00", "1\u{202f}480,00\u{202f}€", "1'480.00", "1480", "1480."] {
        assert_eq!(en(text), Ok(148_000), "{text}");
        assert_eq!(fr(text), Ok(148_000), "{text}");
    }
    assert_eq!(en("1,480"), Ok(148_000));
    assert_eq!(fr("1,480"), Err(MoneyTextError::TooPrecise));
    assert_eq!(en("1.480"), Err(MoneyTextError::TooPrecise));
    assert_eq!(fr("1.480"), Err(MoneyTextError::TooPrecise));
    assert_eq!(en("1,234,567"), Ok(123_456_700));
    assert_eq!(en(".5"), Ok(50));
    assert_eq!(en("-20"), Ok(-2_000));
    assert_eq!(en("-€20.00"), Ok(-2_000));
    assert_eq!(en("€-20.00"), Ok(-2_000));
}

#[test]
fn what_is_not_an_amount_is_refused() {
    let en = |text| Money::parse_major(text, EUR, Locale::En);
    assert_eq!(en("  "), Err(MoneyTextError::Empty));
    for text in [".", ",", "abc", "12a", "1,23,456", "12 34", "1,,2", "1.2.3", "1 234,567.00", "--5", "€5€", "1e5", "5 €€", "٣"] {
        assert_eq!(en(text), Err(MoneyTextError::NotAnAmount), "{text}");
    }
    assert_eq!(en("0.001"), Err(MoneyTextError::TooPrecise));
    assert_eq!(en("$12"), Err(MoneyTextError::OtherCurrency));
    assert_eq!(en("12 CHF"), Err(MoneyTextError::OtherCurrency));
    assert_eq!(en("99999999999999999999"), Err(MoneyTextError::TooLarge));
    assert_eq!(Money::parse_major("$12", Currency::Cad, Locale::En).map(Money::minor), Ok(1_200));
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(Currency::ALL.to_vec())
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(minor in any::<i64>(), currency in any_currency()) {
        let money = Money::new(minor, currency);
        for locale in Locale::ALL {
            prop_assert_eq!(Money::parse_major(&money.display(locale), currency, locale), Ok(money));
            prop_assert_eq!(Money::parse_major(&money.display_number(locale), currency, locale), Ok(money));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,20}") {
        let _ = Money::parse_major(&text, EUR, Locale::Fr);
    }

    #[test]
    fn adding_then_taking_away_changes_nothing(a in any::<i64>(), b in any::<i64>()) {
        if let Ok(sum) = eur(a).checked_add(eur(b)) {
            prop_assert_eq!(sum.checked_sub(eur(b)), Ok(eur(a)));
            prop_assert_eq!(eur(b).checked_add(eur(a)), Ok(sum));
        }
    }

    #[test]
    fn shares_lose_and_invent_nothing(minor in any::<i64>(), parts in prop::collection::vec(any::<u32>(), 1..20)) {
        let shares = eur(minor).allocate(&parts);
        if parts.iter().any(|part| *part != 0) {
            prop_assert_eq!(shares.len(), parts.len());
            let sum: i128 = shares.iter().map(|share| i128::from(share.minor())).sum();
            prop_assert_eq!(sum, i128::from(minor));
            for (share, part) in shares.iter().zip(&parts) {
                prop_assert!(*part != 0 || share.is_zero());
                prop_assert!(share.minor().signum() * minor.signum() >= 0);
            }
        }
    }

    #[test]
    fn a_fee_is_within_half_a_unit(minor in -MAX_AMOUNT..=MAX_AMOUNT, bp in 0_u32..=10_000) {
        let exact = i128::from(minor) * i128::from(bp);
        let fee = i128::from(eur(minor).basis_points(bp).minor()) * 10_000;
        prop_assert!((fee - exact).abs() <= 5_000);
    }
}

//! Why a bank refused, by its response code (ISO 8583 field 39 as the schemes and Stancer use it), in a merchant's words.

use model::locale::Locale;

/// A few words that follow "Refused ·". Codes without a sentence of their own are named by number.
pub fn reason(code: &str, l: Locale) -> String {
    known(code).map_or_else(|| l.pick_with(|| format!("code {code}"), || format!("code {code}")), |(en, fr)| l.pick(en, fr).to_owned())
}

/// English, then French.
fn known(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "01" | "02" => ("the bank must be called", "appel de la banque requis"),
        "03" => ("merchant not known to the bank", "commerçant inconnu de la banque"),
        "04" | "07" => ("card withdrawn by the bank", "carte retirée par la banque"),
        "05" | "85" => ("declined by the bank", "refus de la banque"),
        "12" | "13" => ("not valid for the bank", "transaction ou montant invalide"),
        "14" | "15" => ("card number not known", "numéro de carte inconnu"),
        "16" | "51" => ("insufficient funds", "provision insuffisante"),
        "17" => ("cancelled by the payer", "annulation du payeur"),
        "33" | "54" => ("card expired", "carte expirée"),
        "34" | "59" => ("suspected fraud", "suspicion de fraude"),
        "41" => ("card reported lost", "carte déclarée perdue"),
        "43" => ("card reported stolen", "carte déclarée volée"),
        "55" | "75" | "83" => ("wrong code", "code confidentiel erroné"),
        "57" | "58" | "62" => ("not allowed with this card", "opération non permise à cette carte"),
        "61" | "65" => ("card limit exceeded", "plafond de la carte dépassé"),
        "63" | "82" | "N7" => ("wrong security code", "cryptogramme erroné"),
        "78" => ("card not yet activated", "carte non activée"),
        "19" | "68" | "80" | "91" | "96" | "98" | "7898" => ("the bank does not answer", "banque injoignable"),
        "93" => ("forbidden by law", "interdit par la loi"),
        "A0" | "A1" => ("authentication required", "authentification requise"),
        "Q1" => ("authentication failed", "authentification échouée"),
        "R0" | "R1" | "R3" => ("stopped by the cardholder", "opposition du porteur"),
        "7810" => ("refused too often", "trop de refus"),
        "7811" => ("too many payments", "volume dépassé"),
        "7840" => ("card lost or stolen", "carte perdue ou volée"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merchant_reads_words_and_for_the_rest_the_code() {
        assert_eq!(reason("51", Locale::En), "insufficient funds");
        assert_eq!(reason("51", Locale::Fr), "provision insuffisante");
        assert_eq!(reason("Z9", Locale::En), "code Z9");
    }
}

//! Who buys, and with which card. Nobody here exists: the addresses end in `.example` or are examples themselves.

use model::money::Currency::{self, Chf, Eur, Gbp, Usd};

#[derive(Debug)]
pub struct Payer {
    pub name: &'static str,
    pub email: &'static str,
    /// ISO 3166.
    pub country: &'static str,
    pub card: &'static str,
}

const fn payer(name: &'static str, email: &'static str, country: &'static str, card: &'static str) -> Payer {
    Payer { name, email, country, card }
}

const CB: &str = "4000002500000003";
const VISA: &str = "4242424242424242";
const VISA_DEBIT: &str = "4000056655665556";
const MASTERCARD: &str = "5555555555554444";
const MASTERCARD_DEBIT: &str = "5200828282828210";
const MASTERCARD_PREPAID: &str = "5105105105105100";
const MASTERCARD_2: &str = "2223003122003222";
const AMEX: &str = "378282246310005";
const DE: &str = "4000002760000008";
const IT: &str = "4000003800000008";
const NL: &str = "4000005280000002";
const CH: &str = "4000007560000009";
const BE: &str = "4000000560000004";
const ES: &str = "4000007240000007";
const PT: &str = "4000006200000007";
const AT: &str = "4000000400000008";
const IE: &str = "4000003720000005";
const DK: &str = "4000002080000001";
const GB: &str = "4000008260000000";
const US: &str = "4000008400000001";

/// The first twelve come most often.
pub const PAYERS: [Payer; 54] = [
    payer("Camille Durand", "camille.durand@example.com", "FR", CB),
    payer("Jonas Weber", "jonas@weber.example", "DE", DE),
    payer("Sofia Rossi", "sofia.rossi@example.com", "IT", IT),
    payer("Agathe Morel", "agathe@morel.example", "FR", VISA),
    payer("Tom de Vries", "tom@devries.example", "NL", NL),
    payer("Inès Caron", "ines.caron@example.com", "FR", CB),
    payer("Oliver Grant", "oliver@grant.example", "GB", GB),
    payer("Margaux Lemaire", "margaux.lemaire@example.com", "FR", MASTERCARD),
    payer("Hugo Blanc", "hugo.blanc@example.com", "FR", CB),
    payer("Lena Fischer", "lena@fischer.example", "CH", CH),
    payer("Nadia Benali", "nadia.benali@example.com", "FR", MASTERCARD_DEBIT),
    payer("Pedro Alves", "pedro@alves.example", "PT", PT),
    payer("Élodie Marchand", "elodie.marchand@example.com", "FR", CB),
    payer("Théo Garnier", "theo@garnier.example", "FR", MASTERCARD),
    payer("Marta Nowak", "marta@nowak.example", "PL", MASTERCARD_2),
    payer("Anneliese Brandt", "a.brandt@example.com", "DE", MASTERCARD),
    payer("Lucas Petit", "lucas.petit@example.com", "FR", VISA_DEBIT),
    payer("Charlotte Ashworth", "charlotte@ashworth.example", "GB", GB),
    payer("Louise Fontaine", "louise.fontaine@example.com", "FR", CB),
    payer("Maarten Visser", "maarten.visser@example.com", "NL", MASTERCARD_2),
    payer("Claire Roussel", "claire@roussel.example", "FR", VISA),
    payer("Giulia Conti", "giulia.conti@example.com", "IT", IT),
    payer("Antoine Girard", "antoine.girard@example.com", "FR", AMEX),
    payer("Femke Jansen", "femke@jansen.example", "NL", NL),
    payer("Yasmine Haddad", "yasmine.haddad@example.com", "FR", CB),
    payer("Matthias Keller", "matthias@keller.example", "CH", CH),
    payer("Pauline Mercier", "pauline.mercier@example.com", "FR", MASTERCARD_DEBIT),
    payer("Carlos Ortega", "carlos.ortega@example.com", "ES", ES),
    payer("Juliette Perrin", "juliette.perrin@example.com", "FR", CB),
    payer("Sven Lindqvist", "sven@lindqvist.example", "SE", MASTERCARD),
    payer("Romain Chevalier", "romain@chevalier.example", "FR", VISA),
    payer("Katharina Vogel", "katharina.vogel@example.com", "AT", AT),
    payer("Bérénice Aubert", "berenice.aubert@example.com", "FR", CB),
    payer("James Whitfield", "james.whitfield@example.com", "GB", AMEX),
    payer("Mathilde Renard", "mathilde.renard@example.com", "FR", MASTERCARD),
    payer("Niels Holm", "niels@holm.example", "DK", DK),
    payer("Solène Barbier", "solene@barbier.example", "FR", CB),
    payer("Emily Carter", "emily.carter@example.com", "US", US),
    payer("Valentin Roche", "valentin.roche@example.com", "FR", MASTERCARD_PREPAID),
    payer("Elise Maes", "elise@maes.example", "BE", BE),
    payer("Gaëlle Le Goff", "gaelle.legoff@example.com", "FR", VISA_DEBIT),
    payer("Friedrich Hartmann", "f.hartmann@example.com", "DE", DE),
    payer("Amandine Leclerc", "amandine.leclerc@example.com", "FR", CB),
    payer("Aoife Brennan", "aoife@brennan.example", "IE", IE),
    payer("Maxime Fournier", "maxime@fournier.example", "FR", MASTERCARD),
    payer("Daniel Cohen", "daniel.cohen@example.com", "US", US),
    payer("Céline Dufour", "celine.dufour@example.com", "FR", VISA),
    payer("Wouter Peeters", "wouter.peeters@example.com", "BE", MASTERCARD_2),
    payer("Restaurant Le Saule", "achats@lesaule.example", "FR", MASTERCARD),
    payer("Brasserie des Halles", "compta@halles.example", "FR", VISA),
    payer("Hotel Seeblick", "einkauf@seeblick.example", "DE", MASTERCARD),
    payer("Café Nørrebro", "indkoeb@norrebro.example", "DK", DK),
    payer("La Table de Jeanne", "jeanne@latable.example", "FR", CB),
    payer("The Copper Kettle", "orders@copperkettle.example", "GB", GB),
];

/// Where private people end and restaurants begin.
pub const RESTAURANTS: usize = 48;
/// How many come again and again.
pub const REGULARS: usize = 12;

impl Payer {
    pub fn currency(&self) -> Currency {
        match self.country {
            "GB" => Gbp,
            "CH" => Chf,
            "US" => Usd,
            _ => Eur,
        }
    }

    /// What the browser says, most wanted first.
    pub fn languages(&self) -> &'static str {
        match self.country {
            "FR" | "BE" => "fr-FR,fr;q=0.9,en;q=0.6",
            "DE" | "AT" | "CH" => "de-DE,de;q=0.9,en;q=0.7",
            "NL" => "nl-NL,nl;q=0.9,en;q=0.8",
            "IT" => "it-IT,it;q=0.9",
            "ES" => "es-ES,es;q=0.9",
            "PT" => "pt-PT,pt;q=0.9",
            _ => "en-GB,en;q=0.9",
        }
    }
}

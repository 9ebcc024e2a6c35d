//! The table behind [`response`](super::response): one row a code, by number, then the schemes' letters, then Stancer's own.

use super::{Advice, Class};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) class: Class,
    pub(super) sensitive: bool,
    pub(super) advice: Advice,
    pub(super) en: &'static str,
    pub(super) fr: &'static str,
}

/// Short forms, so that a row is a line.
const A: Class = Class::Approved;
const S: Class = Class::Soft;
const D: Class = Class::Definitive;
const T: Class = Class::Technical;
const N: Class = Class::NeedsAuthentication;

const fn told(code: &'static str, class: Class, advice: Advice, en: &'static str, fr: &'static str) -> Row {
    Row { code, class, sensitive: false, advice, en, fr }
}

const fn kept(code: &'static str, class: Class, en: &'static str, fr: &'static str) -> Row {
    Row { code, class, sensitive: true, advice: Advice::AskBank, en, fr }
}

/// A code that nobody knows.
pub(super) static UNKNOWN: Row = told("", S, Advice::AskBank, "refused by the bank", "refusé par la banque");

#[rustfmt::skip]
pub(super) static TABLE: &[Row] = &[
    told("00", A, Advice::Accepted, "approved", "accepté"),
    told("01", S, Advice::AskBank, "refer to the issuer", "contacter l’émetteur"),
    told("02", S, Advice::AskBank, "refer to the issuer, special condition", "contacter l’émetteur, condition particulière"),
    told("03", D, Advice::OtherCard, "invalid merchant", "accepteur invalide"),
    kept("04", D, "keep the card", "conserver la carte"),
    told("05", D, Advice::AskBank, "refused without a reason", "refusé sans motif"),
    told("06", S, Advice::Later, "error at the bank", "erreur de la banque"),
    kept("07", D, "keep the card, special condition", "conserver la carte, condition particulière"),
    told("08", S, Advice::AskBank, "to be honoured with identification", "à honorer après identification"),
    told("09", S, Advice::Wait, "request in progress", "demande en cours"),
    told("10", S, Advice::AskBank, "approved for part of the amount", "accepté pour une partie du montant"),
    told("11", S, Advice::AskBank, "approved for a VIP", "accepté pour un VIP"),
    told("12", D, Advice::OtherCard, "invalid transaction", "transaction invalide"),
    told("13", D, Advice::OtherCard, "invalid amount", "montant invalide"),
    told("14", D, Advice::Number, "invalid card number", "numéro de carte invalide"),
    told("15", D, Advice::Number, "unknown issuer", "émetteur inconnu"),
    told("16", S, Advice::Funds, "insufficient funds", "provision insuffisante"),
    told("17", S, Advice::Cancelled, "cancelled by the customer", "annulé par le client"),
    told("19", S, Advice::Later, "to be entered again", "à saisir de nouveau"),
    told("20", S, Advice::Later, "invalid answer", "réponse invalide"),
    told("21", S, Advice::AskBank, "no action taken", "aucune action"),
    told("22", S, Advice::Later, "suspected malfunction", "dysfonctionnement présumé"),
    told("25", S, Advice::AskBank, "record not found", "enregistrement introuvable"),
    told("28", S, Advice::Later, "file not available", "fichier indisponible"),
    told("30", S, Advice::Later, "format error", "erreur de format"),
    told("31", D, Advice::Number, "unknown acquirer or issuer", "acquéreur ou émetteur inconnu"),
    told("33", D, Advice::Expired, "expired card, keep it", "carte expirée, à conserver"),
    kept("34", D, "suspected fraud, keep the card", "soupçon de fraude, conserver la carte"),
    kept("41", D, "lost card", "carte perdue"),
    kept("43", D, "stolen card", "carte volée"),
    told("51", S, Advice::Funds, "insufficient funds", "provision insuffisante"),
    told("52", S, Advice::OtherCard, "no current account", "pas de compte courant"),
    told("53", S, Advice::OtherCard, "no savings account", "pas de compte d’épargne"),
    told("54", D, Advice::Expired, "expired card", "carte expirée"),
    told("55", S, Advice::OtherCard, "incorrect PIN", "code confidentiel erroné"),
    told("56", D, Advice::Number, "card not on file", "carte absente du fichier"),
    told("57", D, Advice::OtherCard, "not permitted to this cardholder", "non permis à ce porteur"),
    told("58", S, Advice::OtherCard, "not permitted to this terminal", "non permis à ce terminal"),
    kept("59", D, "suspected fraud", "soupçon de fraude"),
    told("61", S, Advice::Limit, "amount limit exceeded", "plafond de montant dépassé"),
    kept("62", S, "restricted card", "carte à usage restreint"),
    kept("63", D, "security rules violated", "règles de sécurité non respectées"),
    kept("65", S, "too many payments with this card", "nombre de paiements dépassé"),
    told("68", T, Advice::Later, "answer too late", "réponse tardive"),
    told("75", S, Advice::OtherCard, "too many PIN tries", "trop d’essais du code confidentiel"),
    told("76", D, Advice::OtherCard, "no matching transaction", "aucune transaction correspondante"),
    told("77", S, Advice::OtherCard, "inconsistent with the first request", "incohérent avec la première demande"),
    told("78", S, Advice::OtherCard, "blocked, first use", "bloquée, première utilisation"),
    told("80", T, Advice::Later, "issuer not available", "émetteur indisponible"),
    told("81", D, Advice::OtherCard, "PIN encryption error", "erreur de chiffrement du code confidentiel"),
    told("82", D, Advice::SecurityCode, "security code refused", "code de sécurité refusé"),
    told("83", S, Advice::OtherCard, "PIN can’t be checked", "code confidentiel non vérifiable"),
    told("85", S, Advice::AskBank, "no reason to refuse", "aucun motif de refus"),
    told("91", T, Advice::Later, "issuer not available", "émetteur indisponible"),
    told("92", S, Advice::Later, "no route to the issuer", "émetteur non joignable"),
    kept("93", S, "would break the law", "contraire à la loi"),
    told("94", S, Advice::Wait, "duplicate request", "demande en double"),
    told("95", S, Advice::Later, "reconciliation error", "erreur de rapprochement"),
    told("96", T, Advice::Later, "system malfunction", "dysfonctionnement du système"),
    told("98", T, Advice::Later, "server not reachable", "serveur injoignable"),
    told("A0", S, Advice::OtherCard, "chip and PIN needed", "puce et code confidentiel nécessaires"),
    told("A1", N, Advice::Authenticate, "3-D Secure needed", "3-D Secure nécessaire"),
    told("B1", S, Advice::OtherCard, "surcharge not permitted", "frais supplémentaires non permis"),
    told("N0", S, Advice::Later, "can’t be authorised now", "autorisation impossible pour le moment"),
    told("N3", S, Advice::OtherCard, "cash service not available", "service de retrait indisponible"),
    told("N4", S, Advice::Limit, "cash limit exceeded", "plafond de retrait dépassé"),
    told("N7", S, Advice::SecurityCode, "wrong security code", "code de sécurité erroné"),
    told("P2", S, Advice::OtherCard, "invalid biller", "émetteur de facture invalide"),
    told("P5", S, Advice::OtherCard, "PIN change declined", "changement de code refusé"),
    told("P6", S, Advice::OtherCard, "unsafe PIN", "code confidentiel non sûr"),
    told("Q1", S, Advice::Authenticate, "card authentication failed", "échec de l’authentification de la carte"),
    told("R0", D, Advice::AskBank, "payment stopped by the cardholder", "paiement arrêté par le porteur"),
    told("R1", D, Advice::AskBank, "authorisation revoked", "autorisation révoquée"),
    told("R3", D, Advice::AskBank, "all authorisations revoked", "toutes les autorisations révoquées"),
    told("XA", S, Advice::AskBank, "forwarded to the issuer", "transmis à l’émetteur"),
    told("XD", S, Advice::AskBank, "forwarded to the issuer", "transmis à l’émetteur"),
    told("Z1", S, Advice::Later, "refused offline", "refusé hors ligne"),
    told("Z3", S, Advice::Later, "issuer not reachable, refused offline", "émetteur injoignable, refusé hors ligne"),
    kept("7810", D, "too many refusals of this card or account", "trop de refus pour cette carte ou ce compte"),
    kept("7811", D, "volume exceeded for this card or account", "volume dépassé pour cette carte ou ce compte"),
    kept("7840", D, "lost or stolen card", "carte perdue ou volée"),
    told("7898", T, Advice::Later, "bank’s server not available", "serveur de la banque indisponible"),
];

//! The words of Home.

model::messages! {
    home: "Home", "Accueil";
    loading: "Loading…", "Chargement…";

    // What needs somebody
    needs: "Needs you", "À traiter";
    nothing_needs: "Nothing waits for you.", "Rien ne vous attend.";
    nothing_needs_why: "Payments to validate, suspected fraud and disputes appear here.", "Les paiements à valider, les fraudes possibles et les contestations s’affichent ici.";
    one_fraud: "Check 1 payment: suspected fraud", "Vérifier 1 paiement\u{a0}: fraude possible";
    n_fraud(count): "Check {count} payments: suspected fraud", "Vérifier {count} paiements\u{a0}: fraude possible";
    one_to_validate: "Validate 1 payment", "Valider 1 paiement";
    n_to_validate(count): "Validate {count} payments", "Valider {count} paiements";
    one_disputed: "1 disputed payment", "1 paiement contesté";
    n_disputed(count): "{count} disputed payments", "{count} paiements contestés";
    one_partly: "1 order partly paid", "1 commande payée en partie";
    n_partly(count): "{count} orders partly paid", "{count} commandes payées en partie";
    one_failed: "1 capture failed", "1 remise échouée";
    n_failed(count): "{count} captures failed", "{count} remises échouées";
    answer_by(day): "answer by {day}", "répondre avant le {day}";
    decide_by(day): "decide by {day}", "décider avant le {day}";

    // Figures
    today: "Today", "Aujourd’hui";
    against_yesterday: "Compared with yesterday at this time", "Par rapport à hier à la même heure";
    volume: "Volume paid", "Volume payé";
    volume_is: "What paid orders asked for, whatever was given back since", "Montant des commandes payées, remboursements compris";
    payments: "Payments", "Paiements";
    acceptance: "Acceptance", "Acceptation";
    acceptance_is: "Orders the bank accepted, of those it accepted or refused", "Part des commandes acceptées parmi celles que la banque a acceptées ou refusées";
    average: "Average payment", "Panier moyen";
    refunds: "Refunds", "Remboursements";
    disputes: "Disputes", "Contestations";
    of_orders(accepted, all): "{accepted} of {all}", "{accepted} sur {all}";
    one_refused: "1 refused", "1 refusé";
    n_refused(count): "{count} refused", "{count} refusés";
    from(before): "from {before}", "contre {before}";
    points(points): "{points}\u{a0}pt", "{points}\u{a0}pt";

    // The period
    period: "Period", "Période";
    currency: "Currency", "Devise";
    days_7: "7 days", "7 jours";
    days_30: "30 days", "30 jours";
    this_month: "This month", "Ce mois-ci";
    months_3: "3 months", "3 mois";
    custom: "Other…", "Autre…";
    last_7: "Last 7 days", "7 derniers jours";
    last_30: "Last 30 days", "30 derniers jours";
    last_90: "Last 3 months", "3 derniers mois";
    between(from, to): "{from} – {to}", "{from} – {to}";
    compared(from, to): "compared with {from} – {to}", "par rapport au {from} – {to}";
    from_day: "From", "Du";
    to_day: "To", "Au";
    show: "Show", "Afficher";

    // The charts
    volume_chart: "Volume a day", "Volume par jour";
    volume_chart_weeks: "Volume a week", "Volume par semaine";
    acceptance_chart: "Acceptance a day", "Acceptation par jour";
    acceptance_chart_weeks: "Acceptance a week", "Acceptation par semaine";
    volume_about(total, from, to, before): "{total} from {from} to {to}; {before} in the period before.", "{total} du {from} au {to}\u{a0}; {before} sur la période précédente.";
    acceptance_about(rate, from, to): "{rate} from {from} to {to}.", "{rate} du {from} au {to}.";
    as_table: "Show as a table", "Afficher en tableau";
    nothing_to_draw: "No payments in this period or the one before.", "Aucun paiement sur cette période ni la précédente.";
    col_day: "Day", "Jour";
    col_week: "Week", "Semaine";
    col_now: "This period", "Cette période";
    col_before: "Before", "Avant";
    none: "none", "aucun";

    // The first steps
    welcome: "Take your first payment", "Encaissez votre premier paiement";
    welcome_why: "Once payments come in, figures and what needs you stand here.", "Dès les premiers paiements, vos chiffres et ce qui vous attend s’affichent ici.";
    step_link: "Make a payment link", "Créez un lien de paiement";
    step_link_why: "Send it by e-mail or message: nothing to install.", "Envoyez-le par e-mail ou par message\u{a0}: rien à installer.";
    step_link_do: "Make a link", "Créer un lien";
    step_key: "Connect your shop", "Reliez votre boutique";
    step_key_why: "Take an API key and create payments from your own programs.", "Prenez une clé d’API et créez des paiements depuis vos programmes.";
    step_key_do: "Take an API key", "Prendre une clé d’API";
    step_docs_do: "Read the API reference", "Lire la référence de l’API";
    step_card: "Pay with a test card", "Payez avec une carte de test";
    step_card_why: "Use 4242 4242 4242 4242, any later date and any code. No money moves in the sandbox.", "Utilisez 4242 4242 4242 4242, une date à venir et un code quelconque. Aucun argent ne circule dans le bac à sable.";
    step_live: "Try it in the sandbox first", "Essayez d’abord dans le bac à sable";
    step_live_why: "Switch at the top of the page: nothing there costs anything.", "Changez d’environnement en haut de la page\u{a0}: rien n’y coûte quoi que ce soit.";

    // The refunds behind a figure
    refunds_of(from, to): "Refunds, {from} – {to}", "Remboursements du {from} au {to}";
    one_refund(total): "1 refund, {total}", "1 remboursement, {total}";
    n_refunds(count, total): "{count} refunds, {total}", "{count} remboursements, {total}";
    refunds_are: "By the day they were asked for, whenever their payment was made. Refunds that failed are left out.", "Au jour de leur demande, quelle que soit la date du paiement. Les remboursements échoués n’y sont pas.";
    no_refunds: "No refunds on these days", "Aucun remboursement sur ces jours";
    no_refunds_why: "What you give back appears here.", "Ce que vous remboursez s’affiche ici.";
    back: "Back to Home", "Retour à l’accueil";
    pages: "Pages", "Pages";
    first_page: "First page", "Première page";
    older: "Older", "Plus anciens";
    col_date: "Date", "Date";
    col_payment: "Payment", "Paiement";
    col_status: "Status", "Statut";
    col_reason: "Reason", "Motif";
    col_amount: "Amount", "Montant";
}

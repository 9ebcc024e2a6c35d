//! The words of the list of payments.

model::messages! {
    // Columns
    col_created: "Session created", "Session créée";
    col_reference: "Reference", "Référence";
    col_name: "Name", "Nom";
    col_email: "E-mail", "E-mail";
    col_type: "Type", "Type";
    col_method: "Method", "Moyen";
    col_description: "Description", "Description";
    col_shop: "Shop", "Boutique";
    col_created_by: "Created by", "Créé par";
    col_id: "Id", "Identifiant";
    col_status: "Status", "Statut";
    col_captured: "Captured", "Remis";
    col_refunded: "Refunded", "Remboursé";
    col_currency: "Currency", "Devise";
    col_amount: "Amount", "Montant";
    columns: "Columns", "Colonnes";
    columns_apply: "Show these", "Afficher";
    columns_keep: "Keep as my default", "Garder par défaut";
    columns_reset: "Back to the usual ones", "Revenir aux habituelles";

    // Types
    type_payment: "Payment", "Paiement";
    type_link: "Payment link", "Lien de paiement";
    type_deferred: "Deferred", "Différé";
    type_verification: "Verification", "Vérification";
    type_pre_authorisation: "Pre-authorisation", "Préautorisation";
    type_refund: "Refund", "Remboursement";

    // Filters
    filters: "Filters", "Filtres";
    n_filters(count): "Filters, {count} active", "Filtres actifs\u{a0}: {count}";
    filter_from: "From", "Du";
    filter_to: "To, this day included", "Au, ce jour compris";
    filter_type: "Type", "Type";
    filter_status: "Status", "Statut";
    filter_action: "Action required", "Action requise";
    needed_partial: "Partial payment", "Paiement partiel";
    needed_fraud: "Fraud alert", "Alerte fraude";
    filter_shop: "Shop", "Boutique";
    filter_by: "Created by", "Créé par";
    people: "Team", "Équipe";
    keys: "API keys", "Clés d’API";
    filter_method: "Method", "Moyen de paiement";
    filter_min: "Amount from", "Montant, de";
    filter_max: "to", "à";
    filter_currency: "Currency", "Devise";
    any: "Any", "Indifférent";
    all_shops: "All shops", "Toutes les boutiques";
    anybody: "Anybody", "N’importe qui";
    apply: "Apply", "Appliquer";
    clear_all: "Clear all", "Tout effacer";
    environment_is(name): "Environment: {name}. It is switched in the header.", "Environnement\u{a0}: {name}. Il se change dans l’en-tête.";
    remove(what): "Remove: {what}", "Retirer\u{a0}: {what}";
    chip_created: "Created", "Créés";
    chip_since(day): "since {day}", "depuis le {day}";
    chip_until(day): "until {day}", "jusqu’au {day}";
    chip_between(from, to): "{from} – {to}", "{from} – {to}";
    chip_last_months(day): "last 3 months, since {day}", "ces 3 derniers mois, depuis le {day}";
    any_time: "at any time", "à toute date";
    widen: "Show all dates", "Afficher toutes les dates";
    narrow: "Show the last 3 months", "Afficher les 3 derniers mois";
    chip_amount: "Amount", "Montant";
    chip_at_least(amount): "at least {amount}", "au moins {amount}";
    chip_at_most(amount): "at most {amount}", "au plus {amount}";
    chip_search: "Search", "Recherche";
    clear_search: "Clear the search", "Effacer la recherche";
    chip_ids: "Chosen payments", "Paiements choisis";
    ignored(names): "Part of this address can’t be read and was left out: {names}.", "Une partie de cette adresse est illisible et a été ignorée\u{a0}: {names}.";

    // Search
    hint_field(field, fields): "“{field}:” is no field here, so it was searched for as words. Fields: {fields}.", "«\u{a0}{field}:\u{a0}» n’est pas un champ\u{a0}; recherché comme des mots. Champs\u{a0}: {fields}.";
    hint_value(field, value, example): "“{value}” can’t be read as {field} and was left out. For instance: {example}.", "«\u{a0}{value}\u{a0}» ne se lit pas comme {field} et a été ignoré. Par exemple\u{a0}: {example}.";
    hint_negated(text): "“{text}” can’t be excluded and was left out.", "«\u{a0}{text}\u{a0}» ne peut pas être exclu et a été ignoré.";
    hint_short(word): "“{word}” is too short to search for: two characters at least.", "«\u{a0}{word}\u{a0}» est trop court\u{a0}: deux caractères au moins.";
    hint_long: "Only the first words were searched for.", "Seuls les premiers mots ont été recherchés.";
    hint_unknown(what): "{what} in this address is not of this account and was left out.", "{what} dans cette adresse n’est pas de ce compte et a été ignoré.";

    // Views
    views: "Views", "Vues";
    save_view: "Save view", "Enregistrer la vue";
    view_name: "Name of the view", "Nom de la vue";
    view_shared: "Everybody of the account sees it", "Visible par toute l’équipe";
    view_save: "Save", "Enregistrer";
    view_menu(name): "Change the view {name}", "Modifier la vue {name}";
    view_update: "Update to what is shown", "Mettre à jour avec l’affichage";
    view_rename: "Save changes", "Enregistrer";
    view_delete: "Delete the view", "Supprimer la vue";
    view_is_shared: "shared", "partagée";
    view_changed: "changed", "modifiée";
    view_note: "Keeps filters, columns and order. Dates only if you chose some.", "Garde filtres, colonnes et tri. Les dates seulement si vous en avez choisi.";
    not_saved: "This was not saved.", "Ceci n’a pas été enregistré.";

    // The list
    csv: "Export CSV", "Exporter en CSV";
    new_link: "New payment link", "Nouveau lien de paiement";
    sums: "Sum of the amounts asked for", "Total des montants demandés";
    one_more_sum: "and 1 more currency", "et 1 autre devise";
    more_sums(count): "and {count} more currencies", "et {count} autres devises";
    show_refunds: "Show refunds", "Afficher les remboursements";
    hide_refunds: "Hide refunds", "Masquer les remboursements";
    refund_of(reference): "Refund of {reference}", "Remboursement de {reference}";
    caption_newest: "Payments, newest first", "Paiements, les plus récents d’abord";
    caption_oldest: "Payments, oldest first", "Paiements, les plus anciens d’abord";
    caption_largest: "Payments, largest amount first", "Paiements, du plus grand au plus petit montant";
    caption_smallest: "Payments, smallest amount first", "Paiements, du plus petit au plus grand montant";
    sorted_by: "Order", "Tri";
    sort_newest: "Newest first", "Plus récents";
    sort_oldest: "Oldest first", "Plus anciens";
    sort_largest: "Largest first", "Plus grands montants";
    sort_smallest: "Smallest first", "Plus petits montants";
    per_page: "Rows a page", "Lignes par page";
    n_per_page(count): "{count} a page", "{count} par page";
    look_further: "Look further", "Chercher plus loin";
    further_why: "Nothing more among the 20,000 rows that were looked at; there are others behind them.", "Rien de plus parmi les 20\u{a0}000 lignes examinées\u{a0}; il y en a d’autres derrière.";
    make_link: "Make a payment link", "Créer un lien de paiement";
    nothing_why(since): "No payment created since {since} is like this.", "Aucun paiement créé depuis le {since} ne correspond.";

    // Several at once
    select_all: "Select all on this page", "Tout sélectionner sur cette page";
    select(reference): "Select {reference}", "Sélectionner {reference}";
    with_selected: "With the selected", "Avec la sélection";
    n_selected(count): "{count} selected", "{count} sélectionnés";
    one_selected: "1 selected", "1 sélectionné";
    export_selected: "Export CSV", "Exporter en CSV";
    copy_references: "Copy references", "Copier les références";
    copy_ids: "Copy ids", "Copier les identifiants";
    copied: "Copied.", "Copié.";
    refund_selected: "Refund…", "Rembourser…";
    clear_selection: "Clear the selection", "Effacer la sélection";
    refund_many: "Refund several payments", "Rembourser plusieurs paiements";
    refund_nothing: "Choose payments in the list first.", "Choisissez d’abord des paiements dans la liste.";
    refund_to_list: "Back to the payments", "Retour aux paiements";
    refund_one_go: "Refund 1 payment", "Rembourser 1 paiement";
    refund_go(count): "Refund {count} payments", "Rembourser {count} paiements";
    refund_why(sums): "{sums} go back to the payers. This can’t be taken back.", "{sums} retournent aux payeurs. Cela ne peut pas être annulé.";
    refund_none: "None of these can be refunded now.", "Aucun de ces paiements ne peut être remboursé maintenant.";
    refund_reason: "Reason, for all of them", "Motif, pour tous";
    refund_reason_hint: "Stays with the refunds. Between 3 and 255 characters, or none.", "Reste avec les remboursements. Entre 3 et 255 caractères, ou aucun.";
    refund_amount: "Goes back", "À rembourser";
    refund_too_early: "Not captured yet: cancel it on its page", "Pas encore remis\u{a0}: annulez-le sur sa page";
    refund_cannot: "Can’t be refunded", "Ne peut pas être remboursé";
    refund_done: "Refunded", "Remboursé";
    refund_done_many(count): "{count} refunds are on their way.", "{count} remboursements sont en route.";
    refund_done_one: "1 refund is on its way.", "1 remboursement est en route.";
    refund_failed_many(count): "{count} were not refunded: each row says why.", "{count} n’ont pas été remboursés\u{a0}: chaque ligne dit pourquoi.";
    refund_outcome: "What happened", "Résultat";
}

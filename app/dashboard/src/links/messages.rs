//! The words of the section, English and French.

model::messages! {
    links: "Payment links", "Liens de paiement";
    new_link: "New payment link", "Nouveau lien de paiement";
    loading: "Loading…", "Chargement…";

    // The list
    views: "Views", "Vues";
    view_all: "All", "Tous";
    view_open: "Open", "En attente";
    view_paid: "Paid", "Payés";
    view_not_paid: "Not paid", "Non payés";
    caption: "Payment links, newest first", "Liens de paiement, les plus récents d’abord";
    col_created: "Created", "Créé";
    col_for: "For", "Objet";
    col_customer: "Customer", "Client";
    col_status: "Status", "État";
    col_expires: "Works until", "Valable jusqu’au";
    col_amount: "Amount", "Montant";
    one_link: "1 link", "1 lien";
    n_links(count): "{count} links", "{count} liens";
    pages: "Pages", "Pages";
    previous: "Previous", "Précédents";
    next: "Next", "Suivants";
    empty_title: "Be paid by a link", "Faites-vous payer par lien";
    empty_why: "Type an amount and send the link by e-mail or message, or let it be scanned. Your links stand here, and turn paid before your eyes.", "Saisissez un montant, puis envoyez le lien par e-mail ou message, ou faites-le scanner. Vos liens apparaissent ici et passent à l’état payé sous vos yeux.";
    nothing_here: "No link here", "Aucun lien ici";
    nothing_here_why: "None of your links is in this state.", "Aucun de vos liens n’est dans cet état.";
    show_all: "Show all links", "Voir tous les liens";

    // The form
    field_amount: "Amount", "Montant";
    field_currency: "Currency", "Devise";
    field_order_id: "Reference (optional)", "Référence (facultatif)";
    hint_order_id: "Your own number for it, such as an invoice’s.", "Votre propre numéro, par exemple celui d’une facture.";
    field_description: "Description (optional)", "Description (facultatif)";
    hint_description: "The payer reads it on the payment page.", "Le payeur la lit sur la page de paiement.";
    customer: "Customer (optional)", "Client (facultatif)";
    field_name: "Name", "Nom";
    field_email: "E-mail", "Adresse e-mail";
    hint_email: "Whoever has this e-mail among your customers is found by it.", "Si un de vos clients a cette adresse, il est retrouvé.";
    field_expiry: "Works for", "Valable";
    expiry_day: "24 hours", "24 heures";
    expiry_week: "7 days", "7 jours";
    expiry_month: "30 days", "30 jours";
    expiry_longest: "3 months", "3 mois";
    expiry_date: "Until a day…", "Jusqu’à une date…";
    field_date: "Last day", "Dernier jour";
    field_manual: "I validate the payment by hand", "Je valide le paiement moi-même";
    hint_manual: "The amount is authorised on the card and taken once you validate it.", "Le montant est autorisé sur la carte et débité quand vous le validez.";
    field_shop: "Shop", "Boutique";
    make: "Create link", "Créer le lien";
    to_correct_one: "One thing to correct", "Un point à corriger";
    to_correct(count): "{count} things to correct", "{count} points à corriger";
    not_made: "The link was not made", "Le lien n’a pas été créé";
    more_than_nothing: "Type more than zero.", "Saisissez plus que zéro.";
    too_much: "This is more than a link can take.", "C’est plus qu’un lien ne permet.";
    choose_currency: "Choose a currency.", "Choisissez une devise.";
    description_length: "The description takes 3 to 64 characters.", "La description compte de 3 à 64 caractères.";
    order_id_length: "The reference takes 36 characters at most.", "La référence compte 36 caractères au plus.";
    name_length: "A name takes 3 to 64 characters.", "Un nom compte de 3 à 64 caractères.";
    choose_date: "Choose the last day.", "Choisissez le dernier jour.";
    date_between(first, last): "Choose a day from {first} to {last}.", "Choisissez un jour du {first} au {last}.";
    choose_shop: "Choose one of your shops.", "Choisissez une de vos boutiques.";

    // A link
    crumbs: "Where you are", "Vous êtes ici";
    no_such_link: "There is no such link here", "Ce lien n’existe pas ici";
    no_such_link_why: "It may belong to the other environment, or the address is mistyped.", "Il appartient peut-être à l’autre environnement, ou l’adresse est erronée.";
    to_links: "Go to payment links", "Aller aux liens de paiement";
    ready: "The link is ready. Send it, or let it be scanned.", "Le lien est prêt. Envoyez-le ou faites-le scanner.";
    cancelled_now: "The link is cancelled: nobody can pay by it any more.", "Le lien est annulé\u{a0}: plus personne ne peut payer par lui.";
    not_cancelled: "The link was not cancelled", "Le lien n’a pas été annulé";
    it_changed: "It was paid or has ended in the meantime.", "Il a été payé ou a pris fin entre-temps.";
    the_link: "The link", "Le lien";
    link_to_copy: "the payment link", "le lien de paiement";
    by_mail: "Send by e-mail", "Envoyer par e-mail";
    open_link: "Open", "Ouvrir";
    qr: "QR code", "QR code";
    qr_alt(amount): "QR code of the link that pays {amount}", "QR code du lien pour payer {amount}";
    qr_download: "Download", "Télécharger";
    poster: "Print a poster", "Imprimer une affiche";
    scan: "Scan to pay", "Scannez pour payer";
    another: "Make another", "En créer un autre";
    payment: "The payment", "Le paiement";
    cancel: "Cancel link…", "Annuler le lien…";
    cancel_ask(amount): "Cancel the link for {amount}?", "Annuler le lien de {amount}\u{a0}?";
    cancel_why: "Whoever opens it reads that it was cancelled, and nobody can pay by it any more. Nothing was taken.", "Qui l’ouvre lira qu’il est annulé, et plus personne ne pourra payer par lui. Rien n’a été débité.";
    cancel_do(amount): "Cancel the link for {amount}", "Annuler le lien de {amount}";
    keep: "Keep it", "Le garder";
    details: "Details", "Détails";
    fact_reference: "Reference", "Référence";
    fact_description: "Description", "Description";
    fact_customer: "Customer", "Client";
    fact_shop: "Shop", "Boutique";
    fact_expires: "Works until", "Valable jusqu’au";
    fact_made: "Created", "Créé";
    fact_made_by: "Created by", "Créé par";
    fact_capture: "Capture", "Remise";
    by_hand: "When you validate it", "Quand vous le validez";
    by_itself: "By itself", "Automatique";
    fact_id: "Id", "Identifiant";
    mail_subject(shop, amount): "{shop}: payment of {amount}", "{shop}\u{a0}: paiement de {amount}";
    mail_body(amount, url): "Hello,\n\nplease pay {amount} here:\n{url}\n\nThank you!", "Bonjour,\n\nvous pouvez régler {amount} ici\u{a0}:\n{url}\n\nMerci\u{a0}!";

    // How it stands
    waits: "Waiting for the payer", "En attente du payeur";
    waits_why(until): "The link works until {until}.", "Le lien est valable jusqu’au {until}.";
    watched: "This page changes by itself.", "Cette page se met à jour seule.";
    paying: "The payer is paying at this moment", "Le payeur est en train de payer";
    paying_why: "The bank’s answer comes in a moment.", "La réponse de la banque arrive dans un instant.";
    is_paid: "Paid", "Payé";
    is_paid_why(payer): "{payer} has paid.", "{payer} a payé.";
    to_validate: "Authorised: validate it", "Autorisé\u{a0}: à valider";
    to_validate_why: "The amount is taken once you validate it on the payment’s page.", "Le montant est débité quand vous le validez sur la page du paiement.";
    refused_open: "The last try was refused", "Le dernier essai a été refusé";
    refused_open_why: "Nothing was taken. The payer may try again by the same link.", "Rien n’a été débité. Le payeur peut réessayer par le même lien.";
    ended: "The link has ended", "Le lien a pris fin";
    ended_why: "Nobody can pay by it any more. Make another one if it is still wanted.", "Plus personne ne peut payer par lui. Créez-en un autre si besoin.";
    check_again: "Look again", "Actualiser";
    the_payer: "The payer", "Le payeur";
}

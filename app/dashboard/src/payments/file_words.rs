//! The words of a payment's page, English and French.

model::messages! {
    // Who and by what means
    payer: "Payer", "Payeur";
    payer_payments: "All their payments", "Tous ses paiements";
    payer_none: "Nobody known yet.", "Personne pour l’instant.";
    email: "E-mail", "E-mail";
    mobile: "Mobile", "Mobile";
    customer_id: "Id", "Identifiant";
    external_id: "Your number", "Votre numéro";
    means: "Payment method", "Moyen de paiement";
    expiry: "Expires", "Expiration";
    holder: "Name on card", "Nom sur la carte";
    country: "Country", "Pays";
    funding: "Funding", "Type";
    network: "Network", "Réseau";
    kept: "Kept", "Conservation";
    kept_yes: "Stored for other payments", "Enregistrée pour d’autres paiements";
    kept_no: "Typed for this payment only", "Saisie pour ce seul paiement";
    credit: "Credit", "Crédit";
    debit: "Debit", "Débit";
    prepaid: "Prepaid", "Prépayée";
    threeds: "3-D Secure", "3-D Secure";
    threeds_none: "Not asked for", "Non demandé";
    threeds_when: "Answered", "Réponse";

    // 3-D Secure: what it means for the money
    liable_bank: "Should the payer dispute this payment as fraud, their bank bears the loss.", "Si le payeur conteste ce paiement pour fraude, sa banque en supporte la perte.";
    liable_you: "Should the payer dispute this payment as fraud, the loss is yours.", "Si le payeur conteste ce paiement pour fraude, la perte est pour vous.";
    auth_running: "The payer is confirming with their bank. Nothing is charged before.", "Le payeur confirme auprès de sa banque. Rien n’est débité avant.";
    auth_failed: "The payer’s bank did not vouch for them: it was not asked for the money.", "La banque du payeur ne l’a pas reconnu\u{a0}: l’argent ne lui a pas été demandé.";
    auth_expired: "The payer did not come back from their bank in time: nothing was asked for.", "Le payeur n’est pas revenu de sa banque à temps\u{a0}: rien n’a été demandé.";

    // Why an attempt came to nothing
    why_auth: "Authentication failed", "Authentification échouée";
    why_unknown: "No reason was given", "Aucun motif n’a été donné";
    advice_auth: "The payer can try again and confirm with their bank.", "Le payeur peut réessayer et confirmer auprès de sa banque.";
    advice_unknown: "The payer can try again, or use another card.", "Le payeur peut réessayer ou utiliser une autre carte.";
    advice_soft: "The same card may be accepted later; another card now.", "La même carte peut passer plus tard\u{a0}; une autre, dès maintenant.";
    advice_definitive: "This card will not be accepted: ask for another one.", "Cette carte ne sera pas acceptée\u{a0}: demandez-en une autre.";
    advice_technical: "Nobody decided: trying again in a few minutes can work.", "Personne n’a décidé\u{a0}: réessayer dans quelques minutes peut suffire.";
    payer_told(text): "The payer was told: “{text}”", "Le payeur a lu\u{a0}: «\u{a0}{text}\u{a0}»";
    attempt_of(number): "Attempt {number}", "Essai {number}";
    authorisation(number): "authorisation {number}", "autorisation {number}";

    // Money
    asked: "Asked for", "Demandé";
    due: "Due", "Dû";
    balance: "Your balance", "Votre solde";
    refunds: "Refunds", "Remboursements";
    disputes: "Disputes", "Contestations";
    vat: "VAT on fees", "TVA sur frais";
    expected_fee: "Fee when captured", "Frais à l’encaissement";
    expected_net: "To come to your balance", "À venir sur votre solde";
    available_on(day): "Available from {day}", "Disponible à partir du {day}";
    available: "Available", "Disponible";

    // Details
    created_by: "Made by", "Création par";
    origin: "Made in", "Origine";
    origin_api: "API", "API";
    origin_dashboard: "Dashboard", "Tableau de bord";
    origin_link: "Payment link", "Lien de paiement";
    origin_import: "Import", "Import";
    unique_id: "unique_id", "unique_id";
    return_url: "Return address", "Adresse de retour";
    validate_until: "Validate before", "À valider avant";
    authorised_until: "Authorised until", "Autorisé jusqu’au";
    expires: "May be paid until", "Payable jusqu’au";
    manual: "Validation", "Validation";
    manual_yes: "By hand", "Manuelle";
    manual_no: "Automatic", "Automatique";
    metadata: "Metadata", "Métadonnées";
    value: "value", "valeur";
    by_demo: "Demonstration", "Démonstration";
    ev_imported: "Imported", "Importé";
    ev_imported_why: "made elsewhere: nothing moves it here", "fait ailleurs\u{a0}: rien ne le modifie ici";
    ev_refund_imported(amount): "Refund of {amount} imported", "Remboursement de {amount} importé";
    ev_dispute_imported(amount): "Dispute over {amount} imported", "Contestation de {amount} importée";
    by_worker: "automatically", "automatiquement";
    by_payer: "the payer", "le payeur";
    pay_link: "Payment link", "Lien de paiement";
    pay_link_why: "The payer pays at this address.", "Le payeur règle à cette adresse.";

    // Disputes
    dispute_answer(day): "Answer by {day}", "Répondre avant le {day}";
    dispute_reason(code): "Reason {code}", "Motif {code}";
    dispute_fee(amount): "fee {amount}", "frais {amount}";
    dispute_open: "To answer", "À répondre";
    dispute_sent: "Evidence sent", "Preuves envoyées";
    dispute_accepted: "Accepted", "Acceptée";
    dispute_won: "Won", "Gagnée";
    dispute_lost: "Lost", "Perdue";
    dispute_late: "Not answered in time", "Sans réponse à temps";
    dispute_refunded(amount): "{amount} of it had been refunded before. Evidence for the bank:", "{amount} avaient déjà été remboursés. Preuves pour la banque\u{a0}:";
    dispute_evidence(id, amount, day, status): "Refund {id} of {amount}, asked for on {day}: {status}.", "Remboursement {id} de {amount}, demandé le {day}\u{a0}: {status}.";
    dispute_after_refund: "after a refund: evidence is ready under Disputes", "après un remboursement\u{a0}: les preuves sont prêtes sous Contestations";
    dispute_final: "Can’t be contested", "Non contestable";

    // The timeline
    waits_lapse: "Too late to validate", "Trop tard pour valider";
    waits_lapse_why: "The last capture that this authorisation reaches has gone. It lapses by itself; cancelling releases the card at once.", "La dernière remise que cette autorisation pouvait atteindre est passée. Elle expire d’elle-même\u{a0}; l’annuler libère la carte aussitôt.";

    // API requests
    requests: "API requests", "Requêtes d’API";
    requests_show: "Show API requests", "Voir les requêtes d’API";
    requests_why: "What programs asked to change, newest first. Card data is masked; kept 30 days.", "Ce que les programmes ont demandé de modifier, le plus récent d’abord. Données de carte masquées\u{a0}; conservé 30 jours.";
    request_sent: "Request", "Requête";
    request_answer: "Answer", "Réponse";
    request_key(name): "key “{name}”", "clé «\u{a0}{name}\u{a0}»";
    request_ms(number): "{number} ms", "{number}\u{a0}ms";
    request_empty: "Nothing was sent.", "Rien n’a été envoyé.";

    // Notes
    note_new: "Note for your team", "Note pour votre équipe";
    note_hint: "Everybody who sees this payment can read it.", "Lisible par tous ceux qui voient ce paiement.";
    note_add: "Add note", "Ajouter la note";
    note_by(name): "Note by {name}", "Note de {name}";
    note_edited: "edited", "modifiée";
    note_edit: "Edit", "Modifier";
    note_edit_title: "Your note", "Votre note";
    note_text: "Text", "Texte";
    note_save: "Save note", "Enregistrer la note";
    note_erase: "Delete note", "Supprimer la note";
    note_empty: "Write something first.", "Écrivez d’abord quelque chose.";
    note_long: "A note has at most 2,000 characters.", "Une note compte 2\u{202f}000 caractères au plus.";
    note_plain: "A note is plain text.", "Une note est du texte simple.";
    note_card: "This looks like a card number, which must not be written down. Leave it out: the last four digits will do.", "Cela ressemble à un numéro de carte, qui ne doit pas être noté. Retirez-le\u{a0}: les quatre derniers chiffres suffisent.";
    done_note: "Note added.", "Note ajoutée.";
    done_note_change: "Note changed.", "Note modifiée.";
    done_note_erase: "Note deleted.", "Note supprimée.";

    // What can be done
    do_close: "Cancel…", "Annuler…";
    ask_close(amount): "Cancel the request for {amount}", "Annuler la demande de {amount}";
    why_close(payer): "Nobody can pay it any more, {payer} included; its link says so. No money was taken, and the request can’t be taken up again.", "Plus personne ne pourra la payer, {payer} compris\u{a0}; son lien le dira. Aucune somme n’a été prise et la demande ne pourra pas être reprise.";
    submit_close(amount): "Cancel {amount}", "Annuler {amount}";
    done_close: "Cancelled. Nobody can pay it any more.", "Annulé. Plus personne ne peut payer.";
    duplicate: "Duplicate…", "Dupliquer…";
    nothing_left: "Nothing is left to give back: all of it was refunded or is disputed.", "Il ne reste rien à rembourser\u{a0}: tout est remboursé ou contesté.";
    day_not_kept: "The authorisation lapses before that day, and the card’s number was not kept to ask for another one. Choose an earlier day.", "L’autorisation expire avant ce jour et le numéro de la carte n’a pas été conservé pour en demander une autre. Choisissez un jour plus proche.";
    day_impossible: "Choose a day from today, within twelve months and before the card expires.", "Choisissez un jour à partir d’aujourd’hui, dans les douze mois et avant l’expiration de la carte.";
    refund_other: "Somebody gave back another amount from this page in the meantime. Look at what is left before you go on.", "Un autre montant a été remboursé entre-temps. Vérifiez ce qu’il reste avant de continuer.";
}

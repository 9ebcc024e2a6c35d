//! What the payer reads, in English and French.

model::messages! {
    pay_to(merchant): "Pay {merchant}", "Payer {merchant}";
    paid_to(merchant): "Paid to {merchant}", "Payé à {merchant}";
    payment_to(merchant): "Payment to {merchant}", "Paiement à {merchant}";
    title(amount, merchant): "{amount} · {merchant}", "{amount} · {merchant}";
    title_state(state, merchant): "{state} · {merchant}", "{state} · {merchant}";
    title_wrong(title): "Error: {title}", "Erreur : {title}";
    order: "Order", "Commande";
    contact(merchant): "Contact {merchant}", "Contacter {merchant}";
    /// The name of the other language, in that language.
    other_language: "Français", "English";
    details: "Details", "Détails";

    sandbox_name: "Sandbox", "Bac à sable";
    sandbox: "Sandbox — no money moves.", "Bac à sable — aucun argent ne circule.";
    use_test_card: "Use a test card", "Utiliser une carte de test";
    test_cards: "Any date to come and any security code will do.", "N’importe quelle date à venir et n’importe quel code de sécurité conviennent.";
    test_name: "Test Card", "Carte Test";

    payment: "Card payment", "Paiement par carte";
    number: "Card number", "Numéro de carte";
    exp: "Expiry date", "Date d’expiration";
    cvc: "Security code", "Code de sécurité";
    name: "Name on card", "Nom sur la carte";
    exp_hint: "MM / YY", "MM / AA";
    cvc_hint: "3 digits", "3 chiffres";
    pay(amount): "Pay {amount}", "Payer {amount}";
    paying(amount): "Paying {amount}…", "Paiement de {amount} en cours…";
    save: "Save this card", "Enregistrer cette carte";
    saving: "Saving this card…", "Enregistrement de la carte…";
    reserve(amount): "Reserve {amount}", "Réserver {amount}";
    reserving(amount): "Reserving {amount}…", "Réservation de {amount} en cours…";
    reserve_note: "The amount is reserved on your card, not taken.", "Le montant est réservé sur votre carte, il n’est pas débité.";
    bank_may_ask: "Your bank may ask you to confirm this payment.", "Votre banque pourra vous demander de confirmer ce paiement.";
    problems: "Check these fields:", "Vérifiez ces champs :";

    no_money: "No money was taken.", "Aucun montant n’a été débité.";
    refused: "Payment refused", "Paiement refusé";
    changed: "The amount has changed", "Le montant a changé";
    changed_text: "Please check it and pay again.", "Vérifiez-le puis payez de nouveau.";
    unsaid: "Please check the amount", "Veuillez vérifier le montant";
    unsaid_text: "This page was renewed while it was open. Check the amount and pay again.", "Cette page a été renouvelée pendant qu’elle était ouverte. Vérifiez le montant puis payez de nouveau.";
    not_confirmed: "Your bank could not confirm that it was you. Try again, or use another card.", "Votre banque n’a pas pu confirmer qu’il s’agissait bien de vous. Réessayez ou utilisez une autre carte.";
    last_try: "You can try once more.", "Il vous reste un essai.";
    tries(count): "You can try {count} more times.", "Il vous reste {count} essais.";

    challenge: "Your bank wants you to confirm", "Votre banque vous demande de confirmer";
    challenge_text: "You are being taken to your bank. Once you have confirmed there, you come back here.", "Vous êtes redirigé vers votre banque. Une fois l’opération confirmée, vous reviendrez ici.";
    challenge_go: "Continue to your bank", "Continuer vers votre banque";

    unanswered: "Your bank waits for your answer", "Votre banque attend votre réponse";
    unanswered_text: "You have not confirmed this payment yet, so no money was taken. Confirm it with your bank, or use another card.", "Vous n’avez pas encore confirmé ce paiement, aucun montant n’a donc été débité. Confirmez-le auprès de votre banque ou utilisez une autre carte.";
    other_card: "Use another card", "Utiliser une autre carte";

    checking: "We are asking your bank", "Nous interrogeons votre banque";
    checking_text: "Your bank has not answered yet. This usually takes a few seconds, sometimes some minutes. This page shows the answer as soon as it is known.", "Votre banque n’a pas encore répondu. Cela prend en général quelques secondes, parfois quelques minutes. Cette page affiche la réponse dès qu’elle est connue.";
    checking_safe(merchant): "You can close this page: nothing is lost, and {merchant} learns the answer too. Please don’t pay a second time.", "Vous pouvez fermer cette page : rien n’est perdu, et {merchant} recevra aussi la réponse. Merci de ne pas payer une seconde fois.";

    done: "Payment received", "Paiement accepté";
    done_text(amount, merchant): "You paid {amount} to {merchant}. Thank you.", "Vous avez payé {amount} à {merchant}. Merci.";
    saved: "Card saved", "Carte enregistrée";
    saved_text(merchant): "{merchant} can use this card for payments that you agree to. No money was taken.", "{merchant} pourra utiliser cette carte pour les paiements que vous acceptez. Aucun montant n’a été débité.";
    reserved: "Amount reserved", "Montant réservé";
    reserved_text(amount, merchant): "{amount} is reserved on your card for {merchant}. It has not been taken.", "{amount} est réservé sur votre carte pour {merchant}. Ce montant n’a pas été débité.";
    receipt: "Receipt", "Reçu";
    receipt_amount: "Amount", "Montant";
    receipt_refunded: "Refunded", "Remboursé";
    receipt_paid_to: "Paid to", "Payé à";
    receipt_date: "Date", "Date";
    receipt_card: "Card", "Carte";
    receipt_reference: "Reference", "Référence";
    ending_in(brand, last4): "{brand}, ending in {last4}", "{brand}, se terminant par {last4}";
    receipt_payment: "Payment", "Paiement";
    print: "Print", "Imprimer";
    back_to(merchant): "Return to {merchant}", "Retourner chez {merchant}";
    back_in_before(merchant): "You return to {merchant} in", "Retour chez {merchant} dans";
    back_in_after: "seconds.", "secondes.";
    stay: "Stay here", "Rester ici";

    expired: "This payment has expired", "Ce paiement a expiré";
    expired_text(merchant): "It was not paid in time. If you still want to pay, ask {merchant} for a new payment page.", "Il n’a pas été réglé à temps. Si vous souhaitez toujours payer, demandez une nouvelle page de paiement à {merchant}.";
    cancelled: "This payment was cancelled", "Ce paiement a été annulé";
    cancelled_text(merchant): "{merchant} cancelled it, and it can no longer be paid. If you didn’t expect this, ask {merchant}.", "{merchant} l’a annulé, il ne peut plus être réglé. Si vous ne vous y attendiez pas, contactez {merchant}.";
    released: "If an amount was reserved on your card, your bank releases it.", "Si un montant a été réservé sur votre carte, votre banque le libère.";
    reserved_still(amount, date): "{amount} is still reserved on your card. It will not be taken: the reservation ends by itself, on {date} at the latest.", "{amount} reste réservé sur votre carte. Ce montant ne sera pas débité : la réservation prend fin d’elle-même, au plus tard le {date}.";
    unpaid: "This payment was not made", "Ce paiement n’a pas abouti";
    unpaid_text(merchant): "Every try was refused, so it can no longer be paid here. Ask your bank why, or ask {merchant} for another way to pay.", "Toutes les tentatives ont été refusées : il ne peut plus être réglé ici. Renseignez-vous auprès de votre banque ou demandez un autre moyen de paiement à {merchant}.";

    absent: "There is no payment here", "Il n’y a pas de paiement ici";
    absent_text: "The address may be incomplete. Open the link again from the shop’s page or message, or ask the shop for a new one.", "L’adresse est peut-être incomplète. Rouvrez le lien depuis la page ou le message du marchand, ou demandez-lui un nouveau lien.";
    trouble: "Something went wrong on our side", "Une erreur est survenue de notre côté";
    trouble_text: "Look again before you pay: the page then shows where your payment stands. You never pay twice.", "Actualisez avant de payer : la page indiquera où en est votre paiement. Vous ne paierez jamais deux fois.";
    look_again: "Look again", "Actualiser";
    no_method: "Card payment isn’t possible here at the moment", "Le paiement par carte n’est pas possible ici pour le moment";
    no_method_text: "No money was taken. Ask the shop for another way to pay.", "Aucun montant n’a été débité. Demandez au marchand un autre moyen de paiement.";
}

//! What the simulated bank says.

model::messages! {
    bank: "Demo Bank", "Banque de démonstration";
    sandbox: "Sandbox", "Bac à sable";
    title: "Confirm your payment", "Confirmez votre paiement";
    lead(merchant): "{merchant} asks for a payment with your card. Is it you?", "{merchant} demande un paiement avec votre carte. Est-ce bien vous\u{a0}?";
    shop: "Shop", "Marchand";
    amount: "Amount", "Montant";
    card: "Card", "Carte";
    approve: "Approve the payment", "Approuver le paiement";
    decline: "Decline", "Refuser";
    leave: "Leave without answering", "Partir sans répondre";
    about: "This page plays the payer’s bank in the Guichet sandbox. No real bank is involved and no money moves.",
        "Cette page joue le rôle de la banque du payeur dans le bac à sable de Guichet. Aucune vraie banque n’intervient et aucun argent ne circule.";
    approved: "Payment approved", "Paiement approuvé";
    declined: "Payment declined", "Paiement refusé";
    returning(merchant): "You are going back to {merchant}.", "Vous retournez chez {merchant}.";
    go_on: "Continue", "Continuer";
    expired: "This request is no longer valid", "Cette demande n’est plus valable";
    expired_lead: "It was not answered within 6 hours. No money was taken.", "Elle est restée sans réponse pendant 6 heures. Aucun montant n’a été prélevé.";
    unknown: "Unknown request", "Demande inconnue";
    unknown_lead: "The bank has no request at this address. Go back to the shop and try again.",
        "La banque n’a aucune demande à cette adresse. Retournez chez le marchand et réessayez.";
    unclear: "The answer was not understood", "La réponse n’a pas été comprise";
    unclear_lead: "Nothing was recorded. Go back and choose again.", "Rien n’a été enregistré. Revenez en arrière et choisissez à nouveau.";
    broken: "The bank can’t answer right now", "La banque ne peut pas répondre pour le moment";
    broken_lead: "Nothing was recorded. Load this page again in a moment.", "Rien n’a été enregistré. Rechargez cette page dans un instant.";
    language: "Language", "Langue";
}

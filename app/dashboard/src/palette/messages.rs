//! The words of the palette, English and French.

model::messages! {
    palette: "Search and do", "Rechercher et agir";
    ask: "Search payments, customers, pages, actions…", "Rechercher paiements, clients, pages, actions…";
    results: "Results", "Résultats";
    group_object: "Open", "Ouvrir";
    group_payments: "Payments", "Paiements";
    group_customers: "Customers", "Clients";
    group_members: "Team", "Équipe";
    group_shops: "Shops", "Boutiques";
    group_recent: "Recent", "Récentes";
    group_pages: "Pages", "Pages";
    group_actions: "Actions", "Actions";
    see_all(text): "See all payments for “{text}”", "Voir tous les paiements pour «\u{a0}{text}\u{a0}»";
    searching: "Searching…", "Recherche…";
    nothing(text): "Nothing found for “{text}”. References, names, e-mail addresses, amounts, the last four digits of a card and ids are searched.", "Aucun résultat pour «\u{a0}{text}\u{a0}». La recherche porte sur les références, noms, adresses e-mail, montants, quatre derniers chiffres de la carte et identifiants.";
    failed: "The search did not answer. Check your connection and type on.", "La recherche n’a pas répondu. Vérifiez votre connexion et continuez à saisir.";
    count(many): "{many} results", "{many} résultats";
    one: "1 result", "1 résultat";
    new_link: "New payment link", "Nouveau lien de paiement";
    invite: "Invite somebody to the team", "Inviter quelqu’un dans l’équipe";
    new_key: "Make an API key", "Créer une clé d’API";
    shortcuts: "Keyboard shortcuts", "Raccourcis clavier";
    to_production: "Switch to production", "Passer en production";
    to_sandbox: "Switch to the sandbox", "Passer au bac à sable";
    in_french: "Afficher en français", "Afficher en français";
    in_english: "Show in English", "Show in English";
    sign_out: "Sign out", "Se déconnecter";
    hint_move: "to move", "pour se déplacer";
    hint_open: "to open", "pour ouvrir";
    hint_close: "to close", "pour fermer";
}

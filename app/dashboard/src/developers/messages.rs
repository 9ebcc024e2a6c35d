//! The words of the section, English and French.

model::messages! {
    title: "API keys", "Clés d’API";
    loading: "Loading…", "Chargement…";
    create: "Create key…", "Créer une clé…";
    caption_working: "Keys that work", "Clés valides";
    caption_ended: "Keys that have ended", "Clés terminées";
    of_sandbox: "These keys work in the sandbox only: no real money moves.", "Ces clés ne valent que dans le bac à sable\u{a0}: aucun argent réel ne circule.";
    of_production: "These keys move real money.", "Ces clés manient de l’argent réel.";
    col_name: "Name", "Nom";
    col_key: "Key", "Clé";
    col_shop: "Shop", "Boutique";
    col_created: "Created", "Créée";
    col_used: "Last used", "Dernière utilisation";
    col_state: "State", "État";
    col_actions: "Actions", "Actions";
    secret: "Secret", "Secrète";
    public: "Public", "Publique";
    never: "Never", "Jamais";
    by(name): "by {name}", "par {name}";
    works: "Works", "Valide";
    rolled: "Rolled", "Remplacée";
    works_until(time): "works until {time}", "valide jusqu’au {time}";
    ended: "Ended", "Terminée";
    empty_title: "No key works here", "Aucune clé valide ici";
    empty_why: "A program that takes payments for a shop shows its key with every request. Make one for each program: each can then be rolled or revoked alone.", "Un programme qui encaisse pour une boutique présente sa clé à chaque requête. Créez-en une par programme\u{a0}: chacune se remplace ou se révoque seule.";
    actions_of(name): "Actions on {name}", "Actions sur {name}";
    rename: "Rename…", "Renommer…";
    roll: "Roll…", "Remplacer…";
    revoke: "Revoke…", "Révoquer…";
    close: "Close", "Fermer";

    // What was just done
    renamed: "The key has its new name.", "La clé porte son nouveau nom.";
    revoked: "The key is revoked: whatever used it is refused from now on.", "La clé est révoquée\u{a0}: ce qui l’utilisait est désormais refusé.";
    made_title(name): "The key “{name}”", "La clé «\u{a0}{name}\u{a0}»";
    made_why: "Copy it now: it is shown this once. Nobody can read it here again.", "Copiez-la maintenant\u{a0}: elle n’est montrée qu’une fois. Personne ne pourra la relire ici.";
    made_secret: "Keep it where your program reads it, and out of pages, apps and repositories.", "Conservez-la là où votre programme la lit, jamais dans une page, une application ou un dépôt.";
    made_public: "It may stand in pages: it opens the payment page and nothing else.", "Elle peut figurer dans des pages\u{a0}: elle n’ouvre que la page de paiement.";
    made_old_now: "The old key has stopped working.", "L’ancienne clé ne fonctionne plus.";
    made_old_hour: "The old key still works for an hour.", "L’ancienne clé fonctionne encore une heure.";
    made_old_day: "The old key still works for 24 hours.", "L’ancienne clé fonctionne encore 24 heures.";
    made_old_week: "The old key still works for 7 days.", "L’ancienne clé fonctionne encore 7 jours.";
    the_key: "the key", "la clé";
    stored: "I have stored it", "Je l’ai conservée";

    // The questions
    create_title: "Create a key", "Créer une clé";
    field_name: "Name", "Nom";
    hint_name: "What uses it: “Web shop”, “Till 2”.", "Ce qui l’utilise\u{a0}: «\u{a0}Boutique en ligne\u{a0}», «\u{a0}Caisse 2\u{a0}».";
    field_shop: "Shop", "Boutique";
    field_kind: "Kind", "Type";
    kind_secret: "Secret: for your server. It may do everything a shop’s program does.", "Secrète\u{a0}: pour votre serveur. Elle permet tout ce que fait le programme d’une boutique.";
    kind_public: "Public: for addresses of the payment page.", "Publique\u{a0}: pour les adresses de la page de paiement.";
    create_do: "Create key", "Créer la clé";
    rename_title(name): "Rename “{name}”", "Renommer «\u{a0}{name}\u{a0}»";
    rename_do: "Rename", "Renommer";
    roll_title(name): "Roll “{name}”", "Remplacer «\u{a0}{name}\u{a0}»";
    roll_why(hint, shop): "You get a new key in the place of {hint} of {shop}. Choose how long the old one still works, so that you have the time to change it everywhere.", "Vous obtenez une nouvelle clé à la place de {hint} de {shop}. Choisissez combien de temps l’ancienne fonctionne encore, le temps de la changer partout.";
    field_grace: "The old key works", "L’ancienne clé fonctionne";
    grace_now: "No longer: it stops at once", "Plus\u{a0}: elle s’arrête tout de suite";
    grace_hour: "For another hour", "Encore une heure";
    grace_day: "For another 24 hours", "Encore 24 heures";
    grace_week: "For another 7 days", "Encore 7 jours";
    roll_do: "Roll key", "Remplacer la clé";
    revoke_title(name): "Revoke “{name}”?", "Révoquer «\u{a0}{name}\u{a0}»\u{a0}?";
    revoke_secret(hint, shop): "Every program of {shop} that uses {hint} stops at once: its requests are refused. This can’t be undone.", "Chaque programme de {shop} qui utilise {hint} s’arrête aussitôt\u{a0}: ses requêtes sont refusées. C’est définitif.";
    revoke_public(hint, shop): "Every payment page of {shop} whose address has {hint} is gone at once. This can’t be undone.", "Chaque page de paiement de {shop} dont l’adresse contient {hint} disparaît aussitôt. C’est définitif.";
    revoke_used(time): "It was last used: {time}.", "Dernière utilisation\u{a0}: {time}.";
    revoke_unused: "It was never used.", "Elle n’a jamais été utilisée.";
    revoke_do(name): "Revoke “{name}”", "Révoquer «\u{a0}{name}\u{a0}»";
    not_done: "That was not done", "L’opération n’a pas été effectuée";
    name_length: "A name takes 1 to 64 characters.", "Un nom compte de 1 à 64 caractères.";
    choose_shop: "Choose one of your shops.", "Choisissez une de vos boutiques.";
    it_changed: "The key has ended or was rolled in the meantime.", "La clé a pris fin ou a été remplacée entre-temps.";

    // The API
    begin: "Where a program begins", "Pour commencer";
    base_v2: "API, version 2", "API, version 2";
    base_v1: "API, version 1", "API, version 1";
    first_request: "A first request", "Une première requête";
    first_why: "The key is the user name, the password stays empty.", "La clé est l’identifiant, le mot de passe reste vide.";
    first_command: "the command", "la commande";
    reference: "API reference", "Référence de l’API";
    openapi: "OpenAPI description", "Description OpenAPI";
    test_cards: "Test cards", "Cartes de test";
    test_why: "Any expiry date to come and any security code. They work in the sandbox only.", "Toute date d’expiration à venir, tout code de sécurité. Valables dans le bac à sable seulement.";
    col_number: "Number", "Numéro";
    col_does: "What happens", "Résultat";
    does_paid: "Authorised, captured at the next cut-off", "Autorisée, remise à la prochaine échéance";
    does_at_once: "Captured at once", "Débitée immédiatement";
    does_challenge: "Asks for authentication at the bank", "Demande une authentification à la banque";
    does_refused: "Refused by the bank", "Refusée par la banque";
    does_funds: "Refused: insufficient funds", "Refusée\u{a0}: provision insuffisante";
    does_disputed: "Captured, then disputed by the cardholder", "Débitée, puis contestée par le porteur";
    does_held: "Held for review: suspected fraud", "Retenue pour contrôle\u{a0}: fraude possible";
    does_capture_fails: "Authorised, then the capture fails", "Autorisée, puis la remise échoue";
    does_slow: "The bank answers slowly", "La banque tarde à répondre";
}

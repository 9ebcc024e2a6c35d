//! The words around the pages, English and French.

model::messages! {
    nav_main: "Sections", "Rubriques";
    open_sections: "Menu", "Menu";
    home: "Home", "Accueil";
    payments: "Payments", "Paiements";
    links: "Payment links", "Liens de paiement";
    developers: "Developers", "Développeurs";
    keys: "API keys", "Clés d’API";
    settings: "Settings", "Paramètres";
    team: "Team", "Équipe";
    security: "Security", "Sécurité";
    shops: "Shops", "Boutiques";
    audit: "Audit log", "Journal d’audit";

    offline: "You are offline. What you see may be out of date, and nothing can be changed until the connection is back.", "Vous êtes hors ligne. Ce que vous voyez n’est peut-être plus à jour, et rien ne peut être modifié avant le retour de la connexion.";
    missing: "This did not load. Check your connection; the page itself goes on working.", "Le chargement a échoué. Vérifiez votre connexion\u{a0}; la page, elle, continue de fonctionner.";
    pinned: "Pinned", "Épinglées";
    recent: "Recent", "Récentes";
    pin: "Pin this page", "Épingler cette page";
    unpin: "Unpin this page", "Détacher cette page";
    payment_of(reference): "Payment {reference}", "Paiement {reference}";
    open_palette: "Search everything, and do", "Tout rechercher, et agir";

    // Shortcuts
    shortcuts: "Keyboard shortcuts", "Raccourcis clavier";
    keys_anywhere: "Anywhere", "Partout";
    keys_go: "Go to", "Aller à";
    keys_lists: "In lists", "Dans les listes";
    key_palette: "Search everything, open pages, do things", "Tout rechercher, ouvrir une page, agir";
    key_search: "Search payments", "Rechercher un paiement";
    key_help: "Show these shortcuts", "Afficher ces raccourcis";
    key_escape: "Close what is open", "Fermer ce qui est ouvert";
    key_move: "From row to row", "De ligne en ligne";
    key_open: "Open the row", "Ouvrir la ligne";
    key_then: "then", "puis";
    key_or: "or", "ou";
    letters_on: "Shortcuts of a single letter are on. They never act while you type.", "Les raccourcis d’une seule lettre sont actifs. Ils n’agissent jamais pendant la saisie.";
    letters_off: "Shortcuts of a single letter are off in this browser.", "Les raccourcis d’une seule lettre sont désactivés dans ce navigateur.";
    turn_off: "Turn them off", "Les désactiver";
    turn_on: "Turn them on", "Les activer";
    your_pins: "Your pinned pages", "Vos pages épinglées";
    no_pins: "Open a page and choose “Pin this page” in the side bar: it will always be at hand there.", "Ouvrez une page et choisissez «\u{a0}Épingler cette page\u{a0}» dans la barre latérale\u{a0}: vous l’aurez toujours sous la main.";
    move_up(title): "Move {title} up", "Monter {title}";
    move_down(title): "Move {title} down", "Descendre {title}";
    unpin_this(title): "Unpin {title}", "Détacher {title}";
    close: "Close", "Fermer";
}

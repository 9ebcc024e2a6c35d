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
}

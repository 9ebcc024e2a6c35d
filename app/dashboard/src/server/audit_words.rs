//! What people do, by its name in the audit log.

use model::locale::Locale;

model::messages! {
    operator: "Operator (command line)", "Exploitant (ligne de commande)";
    visitor: "Somebody not signed in", "Une personne non connectée";
    demo: "Demonstration", "Démonstration";
    import: "Import", "Import";
    by_key(name): "API key “{name}”", "Clé d’API «\u{a0}{name}\u{a0}»";

    invited(email, role): "Invited {email} as {role}", "A invité {email} en tant que {role}";
    renewed(email): "Renewed the invitation of {email}", "A renouvelé l’invitation de {email}";
    withdrew(email): "Withdrew the invitation of {email}", "A retiré l’invitation de {email}";
    joined_as(role): "Joined as {role}", "A rejoint l’équipe en tant que {role}";
    role_from_to(from, to): "Changed the role from {from} to {to}", "A changé le rôle de {from} à {to}";
    ended_session(browser): "Signed out another browser: {browser}", "A déconnecté un autre navigateur\u{a0}: {browser}";
    clock_to(time): "Moved the sandbox clock to {time}", "A avancé l’horloge du bac à sable au {time}";
    postponed_to(date): "Postponed the capture to {date}", "A reporté la remise au {date}";

    account_updated: "Changed the account", "A modifié le compte";
    invitation_created: "Invited somebody", "A invité quelqu’un";
    invitation_renewed: "Renewed an invitation", "A renouvelé une invitation";
    invitation_withdrawn: "Withdrew an invitation", "A retiré une invitation";
    member_joined: "Joined the team", "A rejoint l’équipe";
    member_role_changed: "Changed a role", "A changé un rôle";
    member_removed: "Removed from the team", "A retiré de l’équipe";
    member_left: "Left the team", "A quitté l’équipe";
    member_made_owner: "Handed the account over", "A transmis le compte";
    session_opened: "Signed in", "S’est connecté";
    session_closed: "Signed out", "S’est déconnecté";
    session_ended: "Signed out another browser", "A déconnecté un autre navigateur";
    session_others_ended: "Signed out everywhere else", "S’est déconnecté partout ailleurs";
    session_locked_out: "Locked out after ten wrong passwords", "Bloqué après dix mots de passe erronés";
    user_password_changed: "Changed their password", "A changé son mot de passe";
    user_password_reset: "Set a new password", "A défini un nouveau mot de passe";
    user_updated: "Changed their name or language", "A changé son nom ou sa langue";
    payment_created: "Created a payment", "A créé un paiement";
    payment_updated: "Changed a payment", "A modifié un paiement";
    payment_validated: "Validated a payment", "A validé un paiement";
    payment_captured: "Captured a payment", "A remis un paiement";
    payment_lowered: "Lowered a payment", "A baissé un paiement";
    payment_postponed: "Postponed a capture", "A reporté une remise";
    payment_cancelled: "Cancelled a payment", "A annulé un paiement";
    payment_released: "Released a held payment", "A libéré un paiement retenu";
    payment_refused: "Refused a held payment", "A refusé un paiement retenu";
    refund_created: "Refunded", "A remboursé";
    intent_created: "Created an order", "A créé une commande";
    intent_updated: "Changed an order", "A modifié une commande";
    intent_canceled: "Cancelled an order", "A annulé une commande";
    card_created: "Added a card", "A ajouté une carte";
    card_updated: "Changed a card", "A modifié une carte";
    card_deleted: "Deleted a card", "A supprimé une carte";
    customer_created: "Added a customer", "A ajouté un client";
    customer_updated: "Changed a customer", "A modifié un client";
    customer_deleted: "Deleted a customer", "A supprimé un client";
    key_created: "Created an API key", "A créé une clé d’API";
    key_rolled: "Rolled an API key", "A remplacé une clé d’API";
    key_revoked: "Revoked an API key", "A révoqué une clé d’API";
    key_renamed: "Renamed an API key", "A renommé une clé d’API";
    shop_created: "Added a shop", "A ajouté une boutique";
    shop_updated: "Changed a shop", "A modifié une boutique";
    link_created: "Made a payment link", "A créé un lien de paiement";
    link_cancelled: "Cancelled a payment link", "A annulé un lien de paiement";
    note_written: "Wrote a note", "A écrit une note";
    note_edited: "Edited a note", "A modifié une note";
    note_erased: "Erased a note", "A effacé une note";
    view_saved: "Saved a view", "A enregistré une vue";
    view_changed: "Changed a view", "A modifié une vue";
    view_deleted: "Deleted a view", "A supprimé une vue";
    import_run: "Ran an import", "A lancé un import";
    sandbox_advanced: "Moved the sandbox clock", "A avancé l’horloge du bac à sable";
}

/// Each action's words for a list, and for a line that knows nothing more.
type Kind = (&'static str, fn(Locale) -> &'static str);

pub const KINDS: &[Kind] = &[
    ("account.updated", account_updated),
    ("invitation.created", invitation_created),
    ("invitation.renewed", invitation_renewed),
    ("invitation.withdrawn", invitation_withdrawn),
    ("member.joined", member_joined),
    ("member.role_changed", member_role_changed),
    ("member.removed", member_removed),
    ("member.left", member_left),
    ("member.made_owner", member_made_owner),
    ("session.opened", session_opened),
    ("session.closed", session_closed),
    ("session.ended", session_ended),
    ("session.others_ended", session_others_ended),
    ("session.locked_out", session_locked_out),
    ("user.password_changed", user_password_changed),
    ("user.password_reset", user_password_reset),
    ("user.updated", user_updated),
    ("payment.created", payment_created),
    ("payment.updated", payment_updated),
    ("payment.validated", payment_validated),
    ("payment.captured", payment_captured),
    ("payment.lowered", payment_lowered),
    ("payment.postponed", payment_postponed),
    ("payment.cancelled", payment_cancelled),
    ("payment.released", payment_released),
    ("payment.refused", payment_refused),
    ("refund.created", refund_created),
    ("payment_intent.created", intent_created),
    ("payment_intent.updated", intent_updated),
    ("payment_intent.canceled", intent_canceled),
    ("card.created", card_created),
    ("card.updated", card_updated),
    ("card.deleted", card_deleted),
    ("customer.created", customer_created),
    ("customer.updated", customer_updated),
    ("customer.deleted", customer_deleted),
    ("key.created", key_created),
    ("key.rolled", key_rolled),
    ("key.revoked", key_revoked),
    ("key.renamed", key_renamed),
    ("shop.created", shop_created),
    ("shop.updated", shop_updated),
    ("link.created", link_created),
    ("link.cancelled", link_cancelled),
    ("note.written", note_written),
    ("note.edited", note_edited),
    ("note.erased", note_erased),
    ("view.saved", view_saved),
    ("view.changed", view_changed),
    ("view.deleted", view_deleted),
    ("import.run", import_run),
    ("sandbox.advanced", sandbox_advanced),
];

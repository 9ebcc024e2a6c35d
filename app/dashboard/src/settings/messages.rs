//! The words of team, security and audit log.

model::messages! {
    team: "Team", "Équipe";
    team_about: "Who works in this account, and what each of them may do.", "Qui travaille dans ce compte, et ce que chacun peut y faire.";
    members: "Members", "Membres";
    col_person: "Person", "Personne";
    col_role: "Role", "Rôle";
    col_since: "Since", "Depuis";
    col_seen: "Last seen", "Dernière activité";
    col_actions: "Actions", "Actions";
    never_seen: "Not yet", "Pas encore";
    you: "You", "Vous";
    roles: "What each role may do", "Ce que permet chaque rôle";

    role_owner: "Owner", "Propriétaire";
    role_admin: "Admin", "Administrateur";
    role_developer: "Developer", "Développeur";
    role_finance: "Finance", "Finance";
    role_support: "Support", "Support";
    role_viewer: "Viewer", "Lecteur";
    can_owner: "Everything, and hands the account over.", "Tout, et peut transmettre le compte.";
    can_admin: "Everything but handing the account over.", "Tout, sauf transmettre le compte.";
    can_developer: "Sees payments; manages API keys, webhooks and the sandbox.", "Voit les paiements\u{a0}; gère les clés d’API, les webhooks et le bac à sable.";
    can_finance: "Sees payments, payouts and the ledger; refunds, answers disputes, exports.", "Voit les paiements, les virements et le grand livre\u{a0}; rembourse, répond aux litiges, exporte.";
    can_support: "Sees payments; refunds, answers disputes, makes links, edits customers.", "Voit les paiements\u{a0}; rembourse, répond aux litiges, crée des liens, modifie les clients.";
    can_viewer: "Sees payments, changes nothing.", "Voit les paiements, ne modifie rien.";

    invite: "Invite somebody…", "Inviter quelqu’un…";
    invitations: "Invitations", "Invitations";
    no_invitations: "Nobody is invited at the moment.", "Personne n’est invité pour le moment.";
    no_invitations_why: "Whoever you invite stands here until they join.", "Les personnes que vous invitez apparaissent ici jusqu’à leur arrivée.";
    valid_until: "Valid until", "Valable jusqu’au";
    expired: "Expired", "Expirée";
    renew: "Renew…", "Renouveler…";
    withdraw: "Withdraw…", "Retirer…";
    change_role: "Change role…", "Changer le rôle…";
    remove: "Remove…", "Retirer…";
    hand_over: "Hand over the account…", "Transmettre le compte…";
    leave: "Leave the account…", "Quitter le compte…";
    of_person(action, name): "{action} {name}", "{action} {name}";

    ask_invite: "Invite somebody to the team", "Inviter quelqu’un dans l’équipe";
    why_invite: "You get a link to hand over yourself: Guichet sends no e-mail. It works once, for seven days, for this address alone.", "Vous obtenez un lien à transmettre vous-même\u{a0}: Guichet n’envoie pas d’e-mail. Il fonctionne une fois, pendant sept jours, pour cette seule adresse.";
    email: "E-mail", "Adresse e-mail";
    role: "Role", "Rôle";
    do_invite: "Make the link", "Créer le lien";
    ask_role(name): "Change the role of {name}", "Changer le rôle de {name}";
    why_role: "They are signed out at once and come back with the new role.", "La personne est déconnectée aussitôt et revient avec son nouveau rôle.";
    do_role: "Change the role", "Changer le rôle";
    ask_remove(name): "Remove {name} from the team", "Retirer {name} de l’équipe";
    why_remove: "They are signed out at once and no longer see this account. What they did stays in the audit log. Invitations they made are withdrawn.", "La personne est déconnectée aussitôt et ne voit plus ce compte. Ce qu’elle a fait reste dans le journal. Ses invitations sont retirées.";
    do_remove: "Remove", "Retirer";
    ask_renew(email): "A new link for {email}", "Un nouveau lien pour {email}";
    why_renew: "The link made before stops working. The new one is valid for seven days.", "Le lien précédent cesse de fonctionner. Le nouveau est valable sept jours.";
    do_renew: "Make a new link", "Créer un nouveau lien";
    ask_withdraw(email): "Withdraw the invitation of {email}", "Retirer l’invitation de {email}";
    why_withdraw: "Its link stops working at once.", "Son lien cesse aussitôt de fonctionner.";
    do_withdraw: "Withdraw", "Retirer";
    ask_hand_over: "Hand over the account", "Transmettre le compte";
    why_hand_over: "The person you choose becomes the owner and you become an admin. Only they can undo it. Both of you sign in again.", "La personne choisie devient propriétaire et vous devenez administrateur. Elle seule peut revenir en arrière. Vous vous reconnecterez tous les deux.";
    new_owner: "New owner", "Nouveau propriétaire";
    your_password: "Your password", "Votre mot de passe";
    do_hand_over: "Hand over", "Transmettre";
    ask_leave: "Leave the account", "Quitter le compte";
    why_leave: "You are signed out and no longer see this account. Only an invitation lets you back in.", "Vous êtes déconnecté et ne voyez plus ce compte. Seule une invitation permet d’y revenir.";
    do_leave: "Leave", "Quitter";
    close: "Close", "Fermer";
    working: "Working…", "En cours…";
    not_done: "That was not done", "L’opération n’a pas été effectuée";

    done_invited: "The link is made. Hand it over.", "Le lien est créé. Transmettez-le.";
    done_role: "The role is changed. The person signs in again.", "Le rôle est changé. La personne doit se reconnecter.";
    done_removed: "The person is no longer in the team.", "La personne ne fait plus partie de l’équipe.";
    done_withdrawn: "The invitation is withdrawn.", "L’invitation est retirée.";
    link_for(email, role): "Link for {email}, as {role}", "Lien pour {email}, en tant que {role}";
    the_link: "the invitation’s link", "le lien d’invitation";
    link_once: "It is shown this once. Copy it and hand it over by a way you trust: whoever opens it first can join.", "Il n’est affiché que cette fois. Copiez-le et transmettez-le par un moyen sûr\u{a0}: la première personne qui l’ouvre peut rejoindre l’équipe.";

    bad_email: "This is no e-mail address, such as name@shop.example.", "Ce n’est pas une adresse e-mail, comme nom@boutique.example.";
    in_team_already: "This person is in the team already.", "Cette personne fait déjà partie de l’équipe.";
    invited_already: "This person is invited already. Renew that invitation to get another link.", "Cette personne est déjà invitée. Renouvelez l’invitation pour obtenir un autre lien.";
    role_too_high: "You can only give roles whose rights you have yourself.", "Vous ne pouvez donner que des rôles dont vous avez les droits.";
    not_this_person: "You can’t change this person’s place in the team.", "Vous ne pouvez pas modifier la place de cette personne dans l’équipe.";
    gone_already: "This person or invitation is no longer here. Read the page again.", "Cette personne ou cette invitation n’est plus là. Relisez la page.";
    wrong_password: "This is not your password.", "Ce n’est pas votre mot de passe.";
    short_password: "At least 12 characters.", "Au moins 12 caractères.";
    password_is_email: "Not your e-mail address.", "Pas votre adresse e-mail.";
    passwords_differ: "The two passwords differ.", "Les deux mots de passe diffèrent.";
    bad_name: "A name has 1 to 64 characters.", "Un nom compte de 1 à 64 caractères.";
    locked: "Too many wrong passwords. Try again in a quarter of an hour.", "Trop de mots de passe erronés. Réessayez dans un quart d’heure.";

    security: "Security", "Sécurité";
    security_about: "Where you are signed in, your password, your name and language.", "Où vous êtes connecté, votre mot de passe, votre nom et votre langue.";
    sessions: "Where you are signed in", "Où vous êtes connecté";
    col_browser: "Browser", "Navigateur";
    col_address: "Address", "Adresse";
    col_signed_in: "Signed in", "Connexion";
    this_one: "This browser", "Ce navigateur";
    no_address: "Not known", "Inconnue";
    browser_on(browser, system): "{browser} on {system}", "{browser} sur {system}";
    unknown_browser: "Unknown browser", "Navigateur inconnu";
    end: "Sign out", "Déconnecter";
    end_which(browser): "Sign out of {browser}", "Déconnecter {browser}";
    end_others: "Sign out everywhere else", "Déconnecter partout ailleurs";
    only_here: "You are signed in nowhere else.", "Vous n’êtes connecté nulle part ailleurs.";
    password: "Password", "Mot de passe";
    current_password: "Current password", "Mot de passe actuel";
    new_password: "New password", "Nouveau mot de passe";
    new_password_hint: "At least 12 characters. A few words in a row are easy to keep in mind.", "Au moins 12 caractères. Quelques mots à la suite se retiennent facilement.";
    new_password_again: "New password, once more", "Nouveau mot de passe, encore une fois";
    change_password: "Change the password", "Changer le mot de passe";
    change_password_why: "Every other browser is signed out.", "Tous les autres navigateurs sont déconnectés.";
    profile: "You", "Vous";
    name: "Name", "Nom";
    language: "Language", "Langue";
    save: "Save", "Enregistrer";
    done_password: "Your password is changed. You are signed out everywhere else.", "Votre mot de passe est changé. Vous êtes déconnecté partout ailleurs.";
    done_ended: "That browser is signed out.", "Ce navigateur est déconnecté.";
    done_others: "You are signed out everywhere else.", "Vous êtes déconnecté partout ailleurs.";
    done_profile: "Saved.", "Enregistré.";

    audit: "Audit log", "Journal d’audit";
    audit_about: "Who changed what, newest first. Nothing here can be changed.", "Qui a modifié quoi, du plus récent au plus ancien. Rien ici ne peut être modifié.";
    filter_person: "Person or key", "Personne ou clé";
    filter_action: "Action", "Action";
    filter_from: "From", "Du";
    filter_to: "To", "Au";
    anybody: "Anybody", "Tout le monde";
    anything: "Anything", "Toutes les actions";
    apply: "Filter", "Filtrer";
    clear: "Clear", "Effacer";
    col_when: "When", "Quand";
    col_who: "Who", "Qui";
    col_what: "What", "Quoi";
    col_from: "From address", "Depuis l’adresse";
    nothing_yet: "Nothing was changed yet", "Rien n’a encore été modifié";
    nothing_yet_why: "Everything that people do here will be listed: refunds, invitations, keys, settings, sign-ins.", "Tout ce que font les personnes ici sera listé\u{a0}: remboursements, invitations, clés, réglages, connexions.";
    nothing_matches: "Nothing matches", "Aucun résultat";
    nothing_matches_why: "Nobody did such a thing in that time.", "Personne n’a rien fait de tel à cette période.";
    pages: "Pages of the log", "Pages du journal";
    newer: "Newer", "Plus récents";
    older: "Older", "Plus anciens";
}

use model::{locale::Locale, rights::Role};

pub fn role_name(role: Role, l: Locale) -> &'static str {
    match role {
        Role::Owner => role_owner(l),
        Role::Admin => role_admin(l),
        Role::Developer => role_developer(l),
        Role::Finance => role_finance(l),
        Role::Support => role_support(l),
        Role::Viewer => role_viewer(l),
    }
}

pub fn role_can(role: Role, l: Locale) -> &'static str {
    match role {
        Role::Owner => can_owner(l),
        Role::Admin => can_admin(l),
        Role::Developer => can_developer(l),
        Role::Finance => can_finance(l),
        Role::Support => can_support(l),
        Role::Viewer => can_viewer(l),
    }
}

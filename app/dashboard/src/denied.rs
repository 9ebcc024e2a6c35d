//! What somebody is told who may not open a page.

use leptos::prelude::*;
use leptos_meta::Title;
use model::locale::Locale;
use ui::{Icon, empty_state};

use crate::payments::query::PATH;

model::messages! {
    denied_title: "This page is not part of your role", "Cette page ne fait pas partie de votre rôle";
    denied_why: "Ask an owner or an administrator of the account: they can do it for you, or give you a role that may.", "Demandez à un propriétaire ou à un administrateur du compte\u{a0}: il peut s’en charger ou vous donner un rôle qui le permet.";
    denied_leave: "Go to payments", "Aller aux paiements";
}

/// The refusal, and the way on. The answer's status is set by whoever refused.
pub fn denied(l: Locale) -> AnyView {
    let action = view! { <a class="button primary" href=PATH>{denied_leave(l)}</a> }.into_any();
    view! {
        <Title text=denied_title(l)/>
        {empty_state(Icon::Alert, denied_title(l), denied_why(l), action)}
    }
    .into_any()
}

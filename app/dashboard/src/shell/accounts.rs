//! The accounts somebody works in, where there are several: choosing another is a plain form.

use leptos::prelude::*;
use ui::{Icon, icon};

use crate::frame::Frame;

model::messages! {
    accounts: "Accounts", "Comptes";
}

pub fn choices(frame: &Frame) -> Option<AnyView> {
    let l = frame.locale;
    let choice = |(id, name): &(String, String)| {
        let here = *id == frame.account_id;
        view! {
            <button class="choice" name="account" value=id.clone() aria-pressed=here.to_string()>
                {here.then(|| icon(Icon::Check))}
                <span>{name.clone()}</span>
            </button>
        }
        .into_any()
    };
    (!frame.accounts.is_empty()).then(|| {
        view! {
            <form method="post" action="/dashboard/account" aria-label=accounts(l)>
                {frame.accounts.iter().map(choice).collect_view()}
            </form>
        }
        .into_any()
    })
}

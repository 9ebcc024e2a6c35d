//! Shops and applications: what payments and keys belong to.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::{locale::Locale, rights::Right, time::Timestamp};
use ui::{Dialog, Icon, described_by, error_summary, field, icon};

use crate::{
    ask, developers,
    failure::Failure,
    frame::Frame,
    payments::parts::{Place, trouble},
    told::told,
};

/// The page's address.
pub const PATH: &str = "/dashboard/settings/shops";

pub mod messages {
    //! The words of the page, English and French.

    model::messages! {
        title: "Shops and applications", "Boutiques et applications";
        why: "A payment belongs to the shop whose key asked for it, or which was chosen for its link. Each shop has keys of its own.", "Un paiement appartient à la boutique dont la clé l’a demandé, ou qui a été choisie pour son lien. Chaque boutique a ses propres clés.";
        loading: "Loading…", "Chargement…";
        create: "New shop…", "Nouvelle boutique…";
        caption: "Shops, the oldest first", "Boutiques, les plus anciennes d’abord";
        col_name: "Name", "Nom";
        col_url: "Address", "Adresse";
        col_keys: "Keys here", "Clés ici";
        col_used: "Last request", "Dernière requête";
        col_created: "Created", "Créée";
        col_actions: "Actions", "Actions";
        never: "Never", "Jamais";
        keys_of(count): "{count} keys", "{count} clés";
        one_key: "1 key", "1 clé";
        change: "Change…", "Modifier…";
        change_of(name): "Change {name}", "Modifier {name}";
        created: "The shop is there. Make a key for its program next.", "La boutique est créée. Créez maintenant une clé pour son programme.";
        changed: "The shop is changed.", "La boutique est modifiée.";
        to_keys: "API keys", "Clés d’API";
        create_title: "A new shop or application", "Une nouvelle boutique ou application";
        change_title(name): "Change “{name}”", "Modifier «\u{a0}{name}\u{a0}»";
        field_name: "Name", "Nom";
        hint_name: "Your team sees it beside payments, and it stands on posters of links.", "Votre équipe la voit à côté des paiements, et elle figure sur les affiches des liens.";
        field_url: "Address (optional)", "Adresse (facultatif)";
        hint_url: "Where it is on the web: https://…", "Où elle se trouve sur le web\u{a0}: https://…";
        create_do: "Create shop", "Créer la boutique";
        change_do: "Save", "Enregistrer";
        close: "Close", "Fermer";
        not_done: "That was not done", "L’opération n’a pas été effectuée";
        name_length: "A name takes 1 to 64 characters.", "Un nom compte de 1 à 64 caractères.";
        name_taken: "Another of your shops has this name.", "Une autre de vos boutiques porte ce nom.";
        url_wrong: "This is no web address. It begins with https://.", "Cette adresse web n’est pas valable. Elle commence par https://.";
    }
}

use messages as m;

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Shop {
        pub id: String,
        pub name: String,
        pub url: Option<String>,
        /// Keys of this environment that work.
        pub keys: usize,
        /// Real time.
        pub last_used: Option<Timestamp>,
        pub created: Timestamp,
    }

    /// A form that came back: as typed, with what is wrong.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Back {
        pub name: String,
        pub url: String,
        pub name_error: Option<String>,
        pub url_error: Option<String>,
        pub trouble: Option<String>,
    }

    #[expect(clippy::struct_field_names, reason = "a page of them, and what stands around them")]
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Shops {
        pub shops: Vec<Shop>,
        pub token: String,
        pub back: Option<Back>,
        /// Real time.
        pub now: Timestamp,
    }
}

/// The account's shops.
///
/// # Errors
/// No session, or no right to change settings.
#[server(prefix = "/_fn", endpoint = "settings/shops", protocol = ask::Ask)]
pub async fn list_shops() -> Result<Shops, Failure> {
    crate::server::shops::shops().await
}

#[component]
pub fn ShopsPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let may = frame.may(Right::SettingsManage);
    let found = ask::answer(|| ListShops {});
    let content = ask::page(found, move |answer| match answer {
        Ok(shops) => shown(&Arc::new(shops), &frame),
        Err(failure) => trouble(&failure, l, move || found.again()),
    });
    let create =
        may.then(|| view! { <a class="button primary push" href="?do=create" data-noscroll="">{icon(Icon::Shop)} {m::create(l)}</a> });
    view! {
        <Title text=m::title(l)/>
        <div class="head">
            <h1>{m::title(l)}</h1>
            {create}
        </div>
        {content}
    }
    .into_any()
}

fn shown(shops: &Arc<Shops>, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let place = Place::at(frame, shops.now);
    let keys_link = frame.may(Right::KeyManage);
    view! {
        <div class="stack">
            <p class="muted">{m::why(l)}</p>
            {notice(l, keys_link)}
            <Dialogs shops=shops.clone()/>
            <div class="card">
                <table class="table shops">
                    <caption class="unseen">{m::caption(l)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{m::col_name(l)}</th>
                            <th scope="col">{m::col_url(l)}</th>
                            <th scope="col">{m::col_keys(l)}</th>
                            <th scope="col">{m::col_used(l)}</th>
                            <th scope="col">{m::col_created(l)}</th>
                            <th scope="col"><span class="unseen">{m::col_actions(l)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{shops.shops.iter().map(|shop| line(shop, keys_link, &place)).collect_view()}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

fn notice(l: Locale, keys_link: bool) -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|query| query.get("done")));
    (move || {
        let (text, next) = match done.get().as_deref() {
            Some("create") => (m::created(l), keys_link),
            Some("change") => (m::changed(l), false),
            _ => return None,
        };
        let next = next.then(|| view! { " " <a href=format!("{}?do=create", developers::PATH)>{m::to_keys(l)}</a> });
        Some(view! { <div class="notice paid" role="status"><p>{text} {next}</p></div> })
    })
    .into_any()
}

fn line(shop: &Shop, keys_link: bool, place: &Place) -> AnyView {
    let l = place.locale;
    let keys = if shop.keys == 1 { m::one_key(l).to_owned() } else { m::keys_of(l, &shop.keys.to_string()) };
    let keys = if keys_link { view! { <a href=developers::PATH>{keys}</a> }.into_any() } else { view! { {keys} }.into_any() };
    let used = shop.last_used.map_or_else(|| view! { {m::never(l)} }.into_any(), |at| place.moment(at));
    view! {
        <tr>
            <td class="name"><strong>{shop.name.clone()}</strong></td>
            <td class="url">{shop.url.clone().unwrap_or_else(|| "—".to_owned())}</td>
            <td class="count num">{keys}</td>
            <td class="used num"><span class="on-phone">{m::col_used(l)} " "</span> {used}</td>
            <td class="created num"><span class="on-phone">{m::col_created(l)} " "</span> {place.moment(shop.created)}</td>
            <td class="do">
                <a class="button" href=format!("?do=change&shop={}", shop.id) data-noscroll="">
                    <span aria-hidden="true">{m::change(l)}</span>
                    <span class="unseen">{m::change_of(l, &shop.name)}</span>
                </a>
            </td>
        </tr>
    }
    .into_any()
}

/// The form that the address asks for.
#[component]
fn Dialogs(shops: Arc<Shops>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| (query.get("do").unwrap_or_default(), query.get("shop").unwrap_or_default())));
    move || {
        let (ask, id) = asked.get();
        let shop = shops.shops.iter().find(|shop| shop.id == id).cloned();
        let wanted = match (ask.as_str(), shop) {
            ("create", _) => None,
            ("change", Some(shop)) => Some(shop),
            _ => return None,
        };
        Some(view! { <Question shops=shops.clone() shop=wanted/> }.into_any())
    }
}

#[component]
fn Question(shops: Arc<Shops>, shop: Option<Shop>) -> impl IntoView {
    let l = Frame::here().locale;
    let (left, leave) = signal(false);
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        navigate(PATH, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let (ask, id) = shop.as_ref().map_or(("create", String::new()), |shop| ("change", shop.id.clone()));
    let (title, submit) = match &shop {
        Some(shop) => (m::change_title(l, &shop.name), m::change_do(l)),
        None => (m::create_title(l).to_owned(), m::create_do(l)),
    };
    let back = shops.back.clone();
    let summary = back.as_ref().and_then(|back| back.trouble.clone()).map(|trouble| error_summary(m::not_done(l), trouble));
    let values = back.unwrap_or_else(|| {
        let (name, url) = shop.map(|shop| (shop.name, shop.url.unwrap_or_default())).unwrap_or_default();
        Back { name, url, ..Back::default() }
    });
    view! {
        <Dialog labelled_by="question" closing=left on_close=on_close>
            <form method="post" action=format!("{PATH}?do={ask}&shop={id}")>
                <h2 id="question">{title}</h2>
                {summary}
                <input type="hidden" name="ask" value=ask/>
                <input type="hidden" name="shop" value=id.clone()/>
                <input type="hidden" name="token" value=shops.token.clone()/>
                {text("name", m::field_name(l), m::hint_name(l), values.name, values.name_error, 64)}
                {text("url", m::field_url(l), m::hint_url(l), values.url, values.url_error, 1024)}
                <footer>
                    <a
                        class="button"
                        href=PATH
                        on:click=move |event| {
                            event.prevent_default();
                            leave.set(true);
                        }
                    >
                        {m::close(l)}
                    </a>
                    <button class="button primary">{submit}</button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

fn text(id: &'static str, label: &'static str, hint: &'static str, value: String, error: Option<String>, max: u16) -> AnyView {
    let control = view! {
        <input
            id=id
            name=id
            autocomplete="off"
            inputmode=(id == "url").then_some("url")
            maxlength=max.to_string()
            required=(id == "name").then_some(true)
            value=value
            aria-invalid=error.is_some().then_some("true")
            aria-describedby=described_by(id, true, error.is_some())
        />
    };
    field(id, label, Some(hint.to_owned()), Signal::stored(error), control.into_any())
}

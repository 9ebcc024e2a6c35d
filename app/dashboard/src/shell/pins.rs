//! Pages at hand in the side bar: those that one pinned, and those that were open last.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{hooks::use_location, location::Url};
use model::locale::Locale;
use ui::{Icon, icon};

use super::{messages as m, sections, shortcuts};
use crate::{failure::Failure, frame::Frame, home, links, payments, told::told};

told! {
    /// A page by its address, and what it is called.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Pin {
        pub href: String,
        pub title: String,
    }
}

/// A page's name in a language.
type Name = fn(Locale) -> &'static str;

/// Pages that stand in no section.
const OTHERS: [(&str, Name); 4] = [
    ("/dashboard/refunds", home::messages::refunds),
    ("/dashboard/payments/refund", payments::list_messages::refund_many),
    ("/dashboard/links/new", links::messages::new_link),
    (shortcuts::PATH, m::shortcuts),
];

impl Pin {
    /// What the page is called in the reader's language, whatever language it was kept in: as its address says, or as it was called then.
    pub fn called(&self, l: Locale) -> String {
        let (path, query) = self.href.split_once('?').unwrap_or((&self.href, ""));
        let of_sections =
            || sections::SECTIONS.iter().flat_map(|section| section.pages).find(|page| page.href == path).map(|page| page.name);
        let known = OTHERS.iter().find(|(href, _)| *href == path).map(|(_, name)| *name).or_else(of_sections);
        let Some(name) = known else {
            let reference = Locale::ALL.iter().find_map(|of| self.title.strip_prefix(&m::payment_of(*of, "")));
            return reference.map_or_else(|| self.title.clone(), |reference| m::payment_of(l, reference));
        };
        let searched = query.split('&').find_map(|pair| pair.strip_prefix("q=")).map(|text| Url::unescape(&text.replace('+', " ")));
        match searched.filter(|text| !text.trim().is_empty()) {
            Some(text) => format!("{} · {}", name(l), text.trim()),
            None => name(l).to_owned(),
        }
    }
}

model::words! {
    pub enum Change { Add = "add", Remove = "remove", Up = "up", Down = "down" }
}

/// The person's pages, as they stand now.
#[derive(Clone, Copy)]
pub struct Pins(pub RwSignal<Vec<Pin>>);

/// Those that were open last in this browser, the latest first.
#[derive(Clone, Copy)]
pub struct Recent(pub RwSignal<Vec<Pin>>);

/// Keeps, drops or moves a page; how they stand then. `next` is where a browser without script goes on.
///
/// # Errors
/// No session, an address that is no page, or the engine's own.
#[server(prefix = "/_fn", endpoint = "pins", protocol = crate::ask::Ask)]
pub async fn change_pins(
    href: String,
    #[server(default)] title: String,
    change: String,
    #[server(default)] next: String,
) -> Result<Vec<Pin>, Failure> {
    crate::server::desk::change_pins(href, title, change, next).await
}

pub fn provide(frame: &Frame) {
    provide_context(Pins(RwSignal::new(frame.pins.clone())));
    provide_context(Recent(RwSignal::new(Vec::new())));
}

/// A form that changes one page's place; with script the answer is shown at once.
pub fn form(pin: Pin, change: Change, face: AnyView, disabled: bool) -> AnyView {
    let pins = use_context::<Pins>();
    let (href, title) = (pin.href.clone(), pin.title.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (href, mut title) = (pin.href.clone(), pin.title.clone());
        if title.is_empty() {
            title = short(&document().title(), Frame::here().locale);
        }
        leptos::task::spawn_local(async move {
            if let (Some(Pins(pins)), Ok(now)) = (pins, change_pins(href, title, change.to_string(), String::new()).await) {
                pins.set(now);
            }
        });
    };
    view! {
        <form method="post" action="/_fn/pins" on:submit=submit>
            <input type="hidden" name="href" value=href.clone()/>
            <input type="hidden" name="title" value=title/>
            <input type="hidden" name="change" value=change.as_str()/>
            <button class="pin" disabled=disabled>{face}</button>
        </form>
    }
    .into_any()
}

/// Both lists, for the side bar.
pub fn at_hand(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let Some(Pins(pins)) = use_context::<Pins>() else { return ().into_any() };
    let location = use_location();
    let here = Memo::new(move |_| joined(&location.pathname.get(), &location.search.get()));
    #[cfg(target_arch = "wasm32")]
    if let Some(Recent(recent)) = use_context::<Recent>() {
        browser::remember(frame, here, recent);
    }
    let toggle = move || {
        let href = here.get();
        let pinned = pins.with(|pins| pins.iter().find(|pin| pin.href == href).cloned());
        if let Some(pin) = pinned {
            form(pin, Change::Remove, view! { {icon(Icon::Pin)} <span>{m::unpin(l)}</span> }.into_any(), false)
        } else {
            let page = Pin { href, title: String::new() };
            form(page, Change::Add, view! { {icon(Icon::Pin)} <span>{m::pin(l)}</span> }.into_any(), false)
        }
    };
    let recent = use_context::<Recent>().map(|Recent(recent)| {
        move || {
            let open: Vec<Pin> =
                recent.with(|all| all.iter().filter(|page| here.with(|here| page.href != *here)).take(5).cloned().collect());
            (!open.is_empty()).then(|| list(m::recent(l), open, here, l))
        }
    });
    let pinned = move || {
        let all = pins.get();
        (!all.is_empty()).then(|| list(m::pinned(l), all, here, l))
    };
    view! {
        <div class="at-hand">
            {pinned}
            {recent}
            {toggle}
        </div>
    }
    .into_any()
}

fn list(name: &'static str, pages: Vec<Pin>, here: Memo<String>, l: Locale) -> AnyView {
    let line = |page: Pin| {
        let href = page.href.clone();
        let called = page.called(l);
        let current = move || here.with(|here| *here == href).then_some("page");
        view! { <li><a href=page.href aria-current=current>{called}</a></li> }.into_any()
    };
    view! {
        <nav aria-label=name>
            <p class="label" aria-hidden="true">{name}</p>
            <ul>{pages.into_iter().map(line).collect_view()}</ul>
        </nav>
    }
    .into_any()
}

pub fn joined(path: &str, search: &str) -> String {
    if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") }
}

/// What a page is called in a list: "Payment 2026-1187" of "€89.00 · 2026-1187 · Guichet".
pub fn short(title: &str, l: Locale) -> String {
    let title = title.strip_suffix(" · Guichet").unwrap_or(title);
    match title.split_once(" · ") {
        Some((amount, reference)) if amount.chars().any(|c| c.is_ascii_digit()) => m::payment_of(l, reference),
        _ => title.to_owned(),
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use core::time::Duration;

    use leptos::prelude::*;

    use super::{Pin, short};
    use crate::frame::Frame;

    const KEPT: usize = 6;
    /// A page that is left sooner was only passed through; its title stands by then.
    const STAYED: Duration = Duration::from_millis(700);

    /// What stands under it in the browser's own memory. Nothing is kept where it has none.
    const STORE: &str = "recent";

    pub fn remember(frame: &Frame, here: Memo<String>, recent: RwSignal<Vec<Pin>>) {
        let whose = format!("{} {} {}", frame.email, frame.account_id, frame.environment);
        let l = frame.locale;
        let kept = read(&whose);
        Effect::new(move |_| recent.set(kept.clone()));
        Effect::new(move |_| {
            let href = here.get();
            let whose = whose.clone();
            set_timeout(
                move || {
                    if here.try_get_untracked().as_ref() != Some(&href) || href.contains("do=") {
                        return;
                    }
                    let title = short(&document().title(), l);
                    recent.update(|all| {
                        all.retain(|page| page.href != href);
                        all.insert(0, Pin { href, title });
                        all.truncate(KEPT);
                    });
                    write(&whose, &recent.get_untracked());
                },
                STAYED,
            );
        });
    }

    fn read(whose: &str) -> Vec<Pin> {
        let text = storage().and_then(|storage| storage.get_item(STORE).ok().flatten());
        let kept: Option<(String, Vec<Pin>)> = text.and_then(|text| crate::told::read(&text));
        kept.filter(|(of, _)| of == whose).map(|(_, pages)| pages).unwrap_or_default()
    }

    fn write(whose: &str, pages: &[Pin]) {
        if let Some(storage) = storage() {
            drop(storage.set_item(STORE, &crate::told::tell(&(whose.to_owned(), pages.to_vec()))));
        }
    }

    /// Whoever signs in next does not see what was open before.
    pub fn forget() {
        if let Some(storage) = storage() {
            drop(storage.remove_item(STORE));
        }
    }

    fn storage() -> Option<web_sys::Storage> {
        window().local_storage().ok().flatten()
    }
}

#[cfg(target_arch = "wasm32")]
pub use browser::forget;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_called_in_the_language_of_its_reader() {
        let pin = |href: &str, title: &str| Pin { href: href.to_owned(), title: title.to_owned() };
        for (href, title, en, fr) in [
            ("/dashboard/payments", "Paiements", "Payments", "Paiements"),
            ("/dashboard/payments?q=M%C3%BCller%207&view=paid", "Payments", "Payments · Müller 7", "Paiements · Müller 7"),
            ("/dashboard/payments/pi_000000000000000000000000", "Paiement 2026-1187", "Payment 2026-1187", "Paiement 2026-1187"),
            ("/dashboard/settings/audit", "Audit log", "Audit log", "Journal d’audit"),
            ("/dashboard/shortcuts", "Keyboard shortcuts", "Keyboard shortcuts", "Raccourcis clavier"),
            ("/dashboard/later", "Something else", "Something else", "Something else"),
        ] {
            let pin = pin(href, title);
            assert_eq!((pin.called(Locale::En).as_str(), pin.called(Locale::Fr).as_str()), (en, fr));
        }
    }

    #[test]
    fn pages_are_called_by_what_they_show() {
        assert_eq!(short("€89.00 · 2026-1187 · Guichet", Locale::En), "Payment 2026-1187");
        assert_eq!(short("89,00\u{a0}€ · 2026-1187 · Guichet", Locale::Fr), "Paiement 2026-1187");
        assert_eq!(short("Payments · Guichet", Locale::En), "Payments");
        assert_eq!(joined("/dashboard", ""), "/dashboard");
        assert_eq!(joined("/dashboard/payments", "q=a"), "/dashboard/payments?q=a");
    }
}

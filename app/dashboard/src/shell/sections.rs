//! The sections and their pages: one table that the side bar, the palette and the keyboard read.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{locale::Locale, rights::Right};
use ui::{Icon, icon};

use super::messages as m;
use crate::frame::Frame;

pub struct Section {
    pub name: fn(Locale) -> &'static str,
    pub icon: Icon,
    /// `g`, then this letter, goes to the first of its pages.
    pub key: char,
    /// The first one that the role may open is where the section's link leads; several stand below it.
    pub pages: &'static [Page],
}

pub struct Page {
    pub href: &'static str,
    pub name: fn(Locale) -> &'static str,
    /// `g`, then this letter, goes there; a section's own letter goes to its first page.
    pub key: Option<char>,
    /// Any of these opens it; none: it is everybody's.
    pub needs: &'static [Right],
}

/// Only what exists stands here.
#[rustfmt::skip]
pub const SECTIONS: &[Section] = &[
    Section { name: m::home, icon: Icon::Home, key: 'h', pages: &[page(HOME, m::home, &[Right::PaymentRead])] },
    Section { name: m::payments, icon: Icon::Payments, key: 'p', pages: &[page("/dashboard/payments", m::payments, &[Right::PaymentRead])] },
    Section { name: m::links, icon: Icon::Link, key: 'l', pages: &[page("/dashboard/links", m::links, &[Right::PaymentRead])] },
    Section { name: m::developers, icon: Icon::Code, key: 'd', pages: &[page("/dashboard/developers/keys", m::keys, &[Right::KeyManage])] },
    Section { name: m::settings, icon: Icon::Settings, key: 's', pages: &[
        Page { key: Some('t'), ..page("/dashboard/settings/team", m::team, &[Right::PaymentRead]) },
        page("/dashboard/settings/shops", m::shops, &[Right::SettingsManage]),
        page("/dashboard/settings/security", m::security, &[]),
        page("/dashboard/settings/audit", m::audit, &[Right::TeamManage, Right::SettingsManage]),
    ] },
];

const fn page(href: &'static str, name: fn(Locale) -> &'static str, needs: &'static [Right]) -> Page {
    Page { href, name, key: None, needs }
}

impl Page {
    pub fn is_for(&self, frame: &Frame) -> bool {
        self.needs.is_empty() || self.needs.iter().any(|right| frame.may(*right))
    }

    /// Whether an address is this page or lies below it.
    pub fn holds(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.href);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') && self.href != HOME)
    }
}

/// Every other page's address begins with it.
pub const HOME: &str = "/dashboard";

impl Section {
    pub fn pages_for(&self, frame: &Frame) -> Vec<&'static Page> {
        self.pages.iter().filter(|page| page.is_for(frame)).collect()
    }
}

/// Sections with what the role may open of them; none without.
pub fn sections_for(frame: &Frame) -> Vec<(&'static Section, Vec<&'static Page>)> {
    SECTIONS.iter().map(|section| (section, section.pages_for(frame))).filter(|(_, pages)| !pages.is_empty()).collect()
}

/// Where `g` and a letter lead, and what that is called: letter, name, address.
pub fn places(frame: &Frame) -> Vec<(char, &'static str, &'static str)> {
    let l = frame.locale;
    let mut places = Vec::new();
    for (section, pages) in sections_for(frame) {
        places.extend(pages.first().map(|page| (section.key, (section.name)(l), page.href)));
        places.extend(pages.iter().filter_map(|page| page.key.map(|key| (key, (page.name)(l), page.href))));
    }
    places
}

/// Where `g` and a letter lead.
pub fn letters(frame: &Frame) -> Vec<(char, &'static str)> {
    places(frame).into_iter().map(|(letter, _, href)| (letter, href)).collect()
}

pub fn sections(frame: &Frame) -> AnyView {
    let l = frame.locale;
    let list = sections_for(frame).into_iter().map(|(section, pages)| entry(section, pages, l)).collect_view();
    view! {
        <nav class="sections" aria-label=m::nav_main(l)>
            <ul>{list}</ul>
        </nav>
    }
    .into_any()
}

fn entry(section: &'static Section, pages: Vec<&'static Page>, l: Locale) -> AnyView {
    let path = use_location().pathname;
    let name = (section.name)(l);
    let href = pages.first().map(|page| page.href);
    let all = pages.clone();
    let within = Memo::new(move |_| path.with(|path| all.iter().any(|page| page.holds(path))));
    let several = pages.len() > 1;
    let current = move || within.get().then_some(if several { "true" } else { "page" });
    let below = move || {
        (several && within.get()).then(|| {
            let page = |page: &'static Page| {
                let here = move || path.with(|path| page.holds(path)).then_some("page");
                view! { <li><a href=page.href aria-current=here>{(page.name)(l)}</a></li> }.into_any()
            };
            view! { <ul>{pages.iter().map(|one| page(one)).collect_view()}</ul> }.into_any()
        })
    };
    view! {
        <li>
            <a href=href aria-current=current>
                {icon(section.icon)} {name}
            </a>
            {below}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_what_lies_below_it_and_home_only_itself() {
        let payments = page("/dashboard/payments", m::payments, &[]);
        assert!(payments.holds("/dashboard/payments"));
        assert!(payments.holds("/dashboard/payments/pi_1"));
        assert!(!payments.holds("/dashboard/payments-old"));
        let home = page(HOME, m::payments, &[]);
        assert!(home.holds("/dashboard") && !home.holds("/dashboard/payments"));
    }

    #[test]
    fn every_page_and_every_key_is_there_once() {
        let mut hrefs: Vec<_> = SECTIONS.iter().flat_map(|section| section.pages).map(|page| page.href).collect();
        let letters = |section: &Section| section.pages.iter().filter_map(|page| page.key).chain([section.key]).collect::<Vec<_>>();
        let mut keys: Vec<_> = SECTIONS.iter().flat_map(letters).collect();
        let (pages, sections) = (hrefs.len(), keys.len());
        hrefs.sort_unstable();
        hrefs.dedup();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((hrefs.len(), keys.len()), (pages, sections));
    }
}

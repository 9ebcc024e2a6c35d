//! The palette's lines: what was found, and the pages and actions whose names have what was typed.

use leptos_router::location::Url;
use model::{
    locale::Locale,
    rights::{Environment, Right},
};
use ui::Icon;

use super::{
    data::{Hit, Kind},
    messages as m,
};
use crate::{
    frame::Frame,
    payments::query::PATH,
    shell::{
        pins::Pin,
        sections::{self, Page, Section},
        shortcuts,
    },
};

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    Go(String),
    /// Presses a button of the page, which is a form: the menus have them all.
    Press(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub group: &'static str,
    pub icon: Icon,
    pub title: String,
    pub detail: String,
    pub does: Does,
}

/// Lower case without the accents people leave out.
fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'â' | 'ä' | 'á' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// Whether every word that was typed begins one of the name's.
fn named(name: &str, typed: &str) -> bool {
    let name = fold(name);
    fold(typed).split_whitespace().all(|word| name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word)))
}

pub fn items(frame: &Frame, typed: &str, hits: &[Hit], recent: &[Pin]) -> Vec<Item> {
    let l = frame.locale;
    let typed = typed.trim();
    let mut items: Vec<Item> = hits.iter().map(|hit| found(hit, l)).collect();
    if typed.is_empty() {
        let open = |page: &Pin| Item {
            group: m::group_recent(l),
            icon: Icon::Recent,
            title: page.called(l),
            detail: String::new(),
            does: Does::Go(page.href.clone()),
        };
        items.extend(recent.iter().skip(1).take(4).map(open));
    }
    items.extend(pages(frame).into_iter().chain(actions(frame)).filter(|item| named(&item.title, typed)));
    if !typed.is_empty() {
        items.push(Item {
            group: m::group_payments(l),
            icon: Icon::Search,
            title: m::see_all(l, typed),
            detail: String::new(),
            does: Does::Go(format!("{PATH}?q={}", Url::escape(typed))),
        });
    }
    // One heading a group, where its first line stands.
    let mut order: Vec<&'static str> = Vec::new();
    for item in &items {
        if !order.contains(&item.group) {
            order.push(item.group);
        }
    }
    items.sort_by_key(|item| order.iter().position(|group| *group == item.group));
    items
}

fn found(hit: &Hit, l: Locale) -> Item {
    let (group, icon) = match hit.kind {
        Kind::Object => (m::group_object(l), Icon::Next),
        Kind::Payment => (m::group_payments(l), Icon::Payments),
        Kind::Customer => (m::group_customers(l), Icon::Mail),
        Kind::Member => (m::group_members(l), Icon::Settings),
        Kind::Shop => (m::group_shops(l), Icon::Shop),
    };
    Item { group, icon, title: hit.title.clone(), detail: hit.detail.clone(), does: Does::Go(hit.href.clone()) }
}

fn pages(frame: &Frame) -> Vec<Item> {
    let l = frame.locale;
    let of = |(section, pages): (&'static Section, Vec<&'static Page>)| {
        let several = pages.len() > 1;
        let item = move |page: &'static Page| Item {
            group: m::group_pages(l),
            icon: section.icon,
            title: (page.name)(l).to_owned(),
            detail: if several || (page.name)(l) != (section.name)(l) { (section.name)(l).to_owned() } else { String::new() },
            does: Does::Go(page.href.to_owned()),
        };
        pages.into_iter().map(item).collect::<Vec<_>>()
    };
    sections::sections_for(frame).into_iter().flat_map(of).collect()
}

fn actions(frame: &Frame) -> Vec<Item> {
    let l = frame.locale;
    let action =
        |icon, title: &'static str, does| Item { group: m::group_actions(l), icon, title: title.to_owned(), detail: String::new(), does };
    let go = |href: &str| Does::Go(href.to_owned());
    let mut actions = Vec::new();
    if frame.may(Right::LinkWrite) {
        actions.push(action(Icon::Link, m::new_link(l), go("/dashboard/links/new")));
    }
    if frame.may(Right::KeyManage) {
        actions.push(action(Icon::Code, m::new_key(l), go("/dashboard/developers/keys")));
    }
    if frame.may(Right::TeamManage) {
        actions.push(action(Icon::Settings, m::invite(l), go("/dashboard/settings/team")));
    }
    actions.push(action(Icon::Keyboard, m::shortcuts(l), go(shortcuts::PATH)));
    actions.push(match frame.environment {
        Environment::Sandbox => action(Icon::Down, m::to_production(l), Does::Press("[name=environment][value=production]")),
        Environment::Production => action(Icon::Down, m::to_sandbox(l), Does::Press("[name=environment][value=sandbox]")),
    });
    actions.push(match l {
        Locale::En => action(Icon::Down, m::in_french(l), Does::Press("[name=lang][value=fr]")),
        Locale::Fr => action(Icon::Down, m::in_english(l), Does::Press("[name=lang][value=en]")),
    });
    actions.push(action(Icon::Leave, m::sign_out(l), Does::Press("[action='/dashboard/sign-out'] button")));
    actions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_the_beginnings_of_their_words() {
        assert!(named("Équipe", "equ"));
        assert!(named("New payment link", "pay li"));
        assert!(named("Clés d’API", "api"));
        assert!(!named("Payments", "ments"));
        assert!(named("Payments", ""));
    }
}

//! What the palette and the search bar have in common: what is typed, what came of it, and the lines that are walked and chosen.

use core::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use model::locale::Locale;
use ui::icon;

use super::{
    data::{Hit, find},
    items::{Does, Item, items},
    messages as m,
};
use crate::{
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    shell::pins::Recent,
};

/// How long somebody types on before the server is asked.
const PAUSE: Duration = Duration::from_millis(140);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Waits,
    Answered,
    Failed,
}

/// What is typed, and what came of it.
#[derive(Clone, Copy)]
pub struct Search {
    pub typed: RwSignal<String>,
    hits: RwSignal<Vec<Hit>>,
    asked: RwSignal<Asked>,
    /// Counts what was typed: an answer to anything but the latest is dropped.
    turn: StoredValue<u32>,
}

impl Search {
    pub fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            hits: RwSignal::new(Vec::new()),
            asked: RwSignal::new(Asked::Nothing),
            turn: StoredValue::new(0),
        }
    }

    pub fn type_on(self, text: String) {
        let text_is_empty = text.trim().is_empty();
        self.typed.set(text.clone());
        let turn = self.turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        let current = move || self.turn.try_get_value() == turn;
        if text_is_empty {
            self.hits.set(Vec::new());
            self.asked.set(Asked::Nothing);
            return;
        }
        self.asked.set(Asked::Waits);
        set_timeout(
            move || {
                if !current() {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let answer = find(text).await;
                    if current() {
                        self.hear(answer);
                    }
                });
            },
            PAUSE,
        );
    }

    fn hear(self, answer: Result<Vec<Hit>, Failure>) {
        match answer {
            Ok(hits) => {
                self.hits.set(hits);
                self.asked.set(Asked::Answered);
            }
            Err(failure) => {
                leave_when_signed_out(&failure);
                self.hits.set(Vec::new());
                self.asked.set(Asked::Failed);
            }
        }
    }
}

/// The lines, and which of them is chosen; none is until an arrow says so where Enter does something else.
#[derive(Clone, Copy)]
pub struct Lines {
    all: Memo<Vec<Item>>,
    at: RwSignal<Option<usize>>,
    /// Of the lines' ids.
    name: &'static str,
    choose: Callback<Does>,
}

impl Lines {
    /// `first`: the first line is chosen as soon as there is one. `chosen` is told when one was, before it acts.
    pub fn new(frame: Frame, search: Search, name: &'static str, first: bool, go: Callback<String>, chosen: Callback<()>) -> Self {
        let recent = use_context::<Recent>();
        let all = Memo::new(move |_| {
            let recent = recent.map(|Recent(recent)| recent.get()).unwrap_or_default();
            items(&frame, &search.typed.read(), &search.hits.read(), &recent)
        });
        let at = RwSignal::new(None);
        Effect::new(move |_| {
            all.track();
            at.set(first.then_some(0));
        });
        let choose = Callback::new(move |does: Does| {
            chosen.run(());
            act(does, go);
        });
        Self { all, at, name, choose }
    }

    /// The id of the chosen line.
    pub fn active(self) -> Option<String> {
        let at = self.at.get()?;
        self.all.with(|all| at < all.len()).then(|| self.id(at))
    }

    /// The arrows choose, Enter does what is chosen. Whether the key meant a line.
    pub fn pressed(self, event: &KeyboardEvent) -> bool {
        let many = self.all.with_untracked(Vec::len);
        let now = self.at.get_untracked();
        let to = match (event.key().as_str(), now) {
            _ if many == 0 => return false,
            ("ArrowDown", Some(now)) => (now + 1) % many,
            ("ArrowDown", None) => 0,
            ("ArrowUp", Some(now)) => (now + many - 1) % many,
            ("ArrowUp", None) => many - 1,
            ("Enter", Some(now)) => {
                event.prevent_default();
                if let Some(line) = self.all.with_untracked(|all| all.get(now).cloned()) {
                    self.choose.run(line.does);
                }
                return true;
            }
            _ => return false,
        };
        event.prevent_default();
        self.at.set(Some(to));
        into_sight(&self.id(to));
        true
    }

    fn id(self, at: usize) -> String {
        format!("{}-{at}", self.name)
    }

    /// The lines under the names of their groups.
    pub fn groups(self) -> AnyView {
        let mut all: Vec<(&'static str, Vec<AnyView>)> = Vec::new();
        for (place, line) in self.all.get().into_iter().enumerate() {
            let group = line.group;
            let view = self.option(line, place);
            match all.last_mut() {
                Some((last, views)) if *last == group => views.push(view),
                _ => all.push((group, vec![view])),
            }
        }
        let group = |(name, views): (&'static str, Vec<AnyView>)| {
            view! {
                <div role="group" aria-label=name>
                    <p class="label" aria-hidden="true">{name}</p>
                    {views}
                </div>
            }
            .into_any()
        };
        all.into_iter().map(group).collect_view().into_any()
    }

    fn option(self, line: Item, place: usize) -> AnyView {
        let Self { at, choose, .. } = self;
        let does = line.does.clone();
        view! {
            <div
                id=self.id(place)
                role="option"
                class="palette-option"
                aria-selected=move || (at.get() == Some(place)).to_string()
                on:mousemove=move |_| at.set(Some(place))
                on:click=move |_| choose.run(does.clone())
            >
                {icon(line.icon)}
                <span class="title">{line.title}</span>
                <span class="detail muted num">{line.detail}</span>
            </div>
        }
        .into_any()
    }

    /// Read aloud: how many lines there are, or why there is nothing.
    pub fn said(self, search: Search, l: Locale) -> AnyView {
        let text = move || match search.asked.get() {
            Asked::Nothing => (String::new(), true),
            Asked::Waits => (m::searching(l).to_owned(), false),
            Asked::Failed => (m::failed(l).to_owned(), false),
            Asked::Answered => match self.all.with(Vec::len) {
                // The last line leads to the list whatever was found.
                0 | 1 => (m::nothing(l, search.typed.read().trim()), false),
                2 => (m::one(l).to_owned(), true),
                many => (m::count(l, &(many - 1).to_string()), true),
            },
        };
        view! { <p class="palette-said muted" role="status" class:unseen=move || text().1>{move || text().0}</p> }.into_any()
    }
}

fn act(does: Does, go: Callback<String>) {
    match does {
        Does::Go(href) => go.run(href),
        Does::Press(selector) => {
            let button = document().query_selector(selector).ok().flatten().and_then(|button| button.dyn_into::<HtmlElement>().ok());
            if let Some(button) = button {
                button.click();
            }
        }
    }
}

fn into_sight(id: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(option) = document().get_element_by_id(id) {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = id;
}

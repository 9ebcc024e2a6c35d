//! The palette as a dialog: a combobox whose list says what was found. Focus stays in the field; the arrows choose.

use core::time::Duration;

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use model::locale::Locale;
use ui::{Dialog, Icon, icon};

use super::{
    Over,
    data::{Hit, find},
    items::{Does, Item, items},
    messages as m,
};
use crate::{
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    shell::{Open, messages as words, pins::Recent, shortcuts},
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

pub fn over(over: Over) -> AnyView {
    let frame = Frame::here();
    match over.which {
        Open::Palette => palette(frame, over),
        Open::Shortcuts => help(&frame, over),
    }
}

fn help(frame: &Frame, over: Over) -> AnyView {
    let l = frame.locale;
    let closing = RwSignal::new(false);
    let content = shortcuts::dialog_content(frame);
    view! {
        <Dialog labelled_by="shortcuts-title" closing=closing on_close=over.close>
            <header class="row">
                <h1 id="shortcuts-title">{words::shortcuts(l)}</h1>
                <button type="button" class="button quiet push" on:click=move |_| closing.set(true)>
                    {icon(Icon::Close)} <span class="unseen">{words::close(l)}</span>
                </button>
            </header>
            {content}
        </Dialog>
    }
    .into_any()
}

/// What is typed, and what came of it.
#[derive(Clone, Copy)]
struct Search {
    typed: RwSignal<String>,
    hits: RwSignal<Vec<Hit>>,
    asked: RwSignal<Asked>,
    /// Counts what was typed: an answer to anything but the latest is dropped.
    turn: StoredValue<u32>,
}

impl Search {
    fn type_on(self, text: String) {
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

fn palette(frame: Frame, over: Over) -> AnyView {
    let l = frame.locale;
    let closing = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let search = Search {
        typed: RwSignal::new(String::new()),
        hits: RwSignal::new(Vec::new()),
        asked: RwSignal::new(Asked::Nothing),
        turn: StoredValue::new(0),
    };
    let recent = use_context::<Recent>();
    let lines = Memo::new(move |_| {
        let recent = recent.map(|Recent(recent)| recent.get()).unwrap_or_default();
        items(&frame, &search.typed.read(), &search.hits.read(), &recent)
    });
    let at = RwSignal::new(0_usize);
    Effect::new(move |_| {
        lines.track();
        at.set(0);
    });
    // What the page has typed in its search already.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            drop(input.focus());
        }
    });
    let choose = move |does: Does| {
        closing.set(true);
        match does {
            Does::Go(href) => over.go.run(href),
            Does::Press(selector) => {
                let button = document().query_selector(selector).ok().flatten().and_then(|button| button.dyn_into::<HtmlElement>().ok());
                if let Some(button) = button {
                    button.click();
                }
            }
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let many = lines.with_untracked(Vec::len);
        let now = at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" => (now + 1) % many.max(1),
            "ArrowUp" => (now + many.max(1) - 1) % many.max(1),
            "Enter" => {
                event.prevent_default();
                if let Some(line) = lines.with_untracked(|lines| lines.get(now).cloned()) {
                    choose(line.does);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        at.set(to);
        into_sight(to);
    };
    let active = move || lines.with(|lines| !lines.is_empty()).then(|| option_id(at.get()));
    view! {
        <Dialog labelled_by="palette-title" closing=closing on_close=over.close>
            <h1 id="palette-title" class="unseen">{m::palette(l)}</h1>
            <div class="palette-line">
                {icon(Icon::Search)}
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-activedescendant=active
                    aria-label=m::ask(l)
                    placeholder=m::ask(l)
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="120"
                    autofocus=true
                    on:input=move |event| search.type_on(event_target_value(&event))
                    on:keydown=pressed
                />
            </div>
            <div id="palette-list" class="palette-list" role="listbox" aria-label=m::results(l)>
                {move || groups(lines.get(), at, Callback::new(choose))}
            </div>
            {said(search, lines, l)}
            <footer class="palette-hints" aria-hidden="true">
                <span><kbd>"↑"</kbd> <kbd>"↓"</kbd> " " {m::hint_move(l)}</span>
                <span><kbd>"Enter"</kbd> " " {m::hint_open(l)}</span>
                <span><kbd>"Esc"</kbd> " " {m::hint_close(l)}</span>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// Read aloud: how many lines there are, or why there is nothing.
fn said(search: Search, lines: Memo<Vec<Item>>, l: Locale) -> AnyView {
    let text = move || match search.asked.get() {
        Asked::Nothing => (String::new(), true),
        Asked::Waits => (m::searching(l).to_owned(), false),
        Asked::Failed => (m::failed(l).to_owned(), false),
        Asked::Answered => match lines.with(Vec::len) {
            // The last line leads to the list whatever was found.
            0 | 1 => (m::nothing(l, search.typed.read().trim()), false),
            2 => (m::one(l).to_owned(), true),
            many => (m::count(l, &(many - 1).to_string()), true),
        },
    };
    view! { <p class="palette-said muted" role="status" class:unseen=move || text().1>{move || text().0}</p> }.into_any()
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

/// The lines under the names of their groups.
fn groups(lines: Vec<Item>, at: RwSignal<usize>, choose: Callback<Does>) -> AnyView {
    let mut all: Vec<(&'static str, Vec<AnyView>)> = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        let group = line.group;
        let view = option(line, place, at, choose);
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

fn option(line: Item, place: usize, at: RwSignal<usize>, choose: Callback<Does>) -> AnyView {
    let does = line.does.clone();
    view! {
        <div
            id=option_id(place)
            role="option"
            class="palette-option"
            aria-selected=move || (at.get() == place).to_string()
            on:mousemove=move |_| at.set(place)
            on:click=move |_| choose.run(does.clone())
        >
            {icon(line.icon)}
            <span class="title">{line.title}</span>
            <span class="detail muted num">{line.detail}</span>
        </div>
    }
    .into_any()
}

fn into_sight(place: usize) {
    #[cfg(target_arch = "wasm32")]
    if let Some(option) = document().get_element_by_id(&option_id(place)) {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = place;
}

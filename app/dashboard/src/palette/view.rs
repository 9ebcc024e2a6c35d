//! The palette as a dialog: a combobox whose list says what was found. Focus stays in the field; the arrows choose.

use leptos::{html, prelude::*};
use ui::{Dialog, Icon, icon};

use super::{
    Over,
    lines::{Lines, Search},
    messages as m,
};
use crate::{
    frame::Frame,
    shell::{Open, messages as words, shortcuts},
};

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

fn palette(frame: Frame, over: Over) -> AnyView {
    let l = frame.locale;
    let closing = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let search = Search::new();
    let lines = Lines::new(frame, search, "palette", true, over.go, Callback::new(move |()| closing.set(true)));
    // One types at once.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            drop(input.focus());
        }
    });
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
                    aria-activedescendant=move || lines.active()
                    aria-label=m::ask(l)
                    placeholder=m::ask(l)
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="120"
                    autofocus=true
                    on:input=move |event| search.type_on(event_target_value(&event))
                    on:keydown=move |event| _ = lines.pressed(&event)
                />
            </div>
            <div id="palette-list" class="palette-list" role="listbox" aria-label=m::results(l)>
                {move || lines.groups()}
            </div>
            {lines.said(search, l)}
            <footer class="palette-hints" aria-hidden="true">
                <span><kbd>"↑"</kbd> <kbd>"↓"</kbd> " " {m::hint_move(l)}</span>
                <span><kbd>"Enter"</kbd> " " {m::hint_open(l)}</span>
                <span><kbd>"Esc"</kbd> " " {m::hint_close(l)}</span>
            </footer>
        </Dialog>
    }
    .into_any()
}

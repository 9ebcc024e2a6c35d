//! Notes: the form that writes one, and the question that changes one's own.

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::locale::Locale;
use ui::{Dialog, described_by, error_summary, escaped, field};

use super::{
    file::{ChangeNote, Note, Unwritten, WriteNote},
    file_words as w,
    page::Known,
    query::payment_href,
};
use crate::{
    ask::{Act, Form},
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    messages as m,
};

const NOTE_MAX: &str = "2000";

/// The message for what was just done to a note.
pub fn done_note(done: &str, l: Locale) -> Option<&'static str> {
    match done {
        "note" => Some(w::done_note(l)),
        "note-changed" => Some(w::done_note_change(l)),
        "note-erased" => Some(w::done_note_erase(l)),
        _ => None,
    }
}

/// What is wrong with the text; the second is what is wrong with anything else.
fn wrong(failure: Signal<Option<Failure>>, l: Locale) -> (Signal<Option<String>>, impl Fn() -> Option<AnyView> + Copy) {
    let about_text = |failure: &Failure| failure.field() == Some("text");
    let text = Signal::derive(move || failure.get().filter(about_text).map(|failure| failure.sentence(l)));
    let other = move || {
        failure.get().filter(|failure| !about_text(failure)).map(|failure| {
            leave_when_signed_out(&failure);
            error_summary(m::not_done(l), failure.sentence(l))
        })
    };
    (text, other)
}

/// Stands before the story, for those who may write. What is typed stays, whatever else changes on the page, and also where it was posted
/// without script and refused: then the page itself answers.
#[component]
pub fn NewNote(known: Known, again: Callback<()>) -> impl IntoView {
    let l = Frame::here().locale;
    let write = Act::of::<WriteNote>();
    let (text, why) = match known.with_untracked(|file| file.unwritten.clone()) {
        Some(Unwritten { text, why }) => (text, Some(why)),
        None => (String::new(), None),
    };
    let failure = Signal::derive(move || if write.answered() > 0 { write.failure() } else { why.clone() });
    let (error, other) = wrong(failure, l);
    let next = Memo::new(move |_| known.with(|file| file.next_note.clone()));
    let written = RwSignal::new(None::<String>);
    let node = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if write.succeeded() {
            if let Some(node) = node.get_untracked() {
                node.set_value("");
            }
            // The next note has another name: the page is told it when it is read again.
            written.set(next.get_untracked());
            again.run(());
        }
    });
    let waits = move || write.pending() || (written.with(Option::is_some) && written.get() == next.get());
    let order = known.with_untracked(|file| file.order.id.clone());
    let page = payment_href(&order);
    let control = view! {
        <textarea
            id="note"
            name="text"
            node_ref=node
            rows="2"
            inner_html=escaped(&text)
            maxlength=NOTE_MAX
            required=true
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || described_by("note", true, error.get().is_some())
        ></textarea>
    };
    view! {
        <Form act=write class="new-note" page=page>
            {other}
            <input type="hidden" name="order" value=order/>
            <input type="hidden" name="note" value=move || next.get()/>
            {field("note", w::note_new(l), Some(w::note_hint(l).to_owned()), error, control.into_any())}
            <button class="button" disabled=waits>{w::note_add(l)}</button>
        </Form>
    }
    .into_any()
}

/// The reader's own note that the address names (`?note=note_…`), to change or delete.
#[component]
pub fn NoteDialog(known: Known, again: Callback<()>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("note")));
    move || {
        let id = asked.get()?;
        let note = known.with_untracked(|file| file.notes.iter().find(|note| note.own && note.id == id).cloned())?;
        let order = known.with_untracked(|file| file.order.id.clone());
        Some(view! { <Change note=note order=order again=again/> }.into_any())
    }
}

#[component]
fn Change(note: Note, order: String, again: Callback<()>) -> impl IntoView {
    let l = Frame::here().locale;
    let change = Act::of::<ChangeNote>();
    let failure = Signal::derive(move || change.failure());
    let finished = Signal::derive(move || change.succeeded());
    let (error, other) = wrong(failure, l);
    let (left, leave) = signal(false);
    let base = payment_href(&order);
    let navigate = use_navigate();
    let to = base.clone();
    let on_close = Callback::new(move |()| {
        navigate(&to, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        if finished.get_untracked() {
            again.run(());
        }
    });
    let closing = Signal::derive(move || left.get() || finished.get());
    let control = view! {
        <textarea
            id="note-text"
            name="text"
            rows="5"
            maxlength=NOTE_MAX
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || described_by("note-text", false, error.get().is_some())
            inner_html=escaped(&note.body)
        ></textarea>
    };
    view! {
        <Dialog labelled_by="note-title" closing=closing on_close=on_close>
            <Form act=change>
                <h2 id="note-title">{w::note_edit_title(l)}</h2>
                {other}
                <input type="hidden" name="order" value=order/>
                <input type="hidden" name="note" value=note.id/>
                <input type="hidden" name="version" value=note.version.to_string()/>
                {field("note-text", w::note_text(l), None, error, control.into_any())}
                <footer>
                    <button class="button danger start" name="erase" value="yes" disabled=move || change.pending()>{w::note_erase(l)}</button>
                    <a
                        class="button"
                        href=base
                        on:click=move |event| {
                            event.prevent_default();
                            leave.set(true);
                        }
                    >
                        {m::close(l)}
                    </a>
                    <button class="button primary" disabled=move || change.pending()>{w::note_save(l)}</button>
                </footer>
            </Form>
        </Dialog>
    }
    .into_any()
}

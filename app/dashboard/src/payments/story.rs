//! The timeline: what happened, what people wrote about it, and what is awaited.

use leptos::prelude::*;
use model::time::Timestamp;

use super::{
    file::{File, Moment, Note},
    file_words as w,
    notes::NewNote,
    page::Known,
    parts::Place,
    timeline::{Line, awaited, sentence},
};
use crate::{frame::Frame, messages as m};

#[component]
pub fn Story(known: Known, again: Callback<()>) -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let writes = Memo::new(move |_| known.with(|file| file.next_note.is_some()));
    let requests = Memo::new(move |_| known.with(|file| !file.requests.is_empty()));
    let lines = move || {
        known.with(|file| {
            let place = Place { now: file.now, zone: frame.zone.clone(), locale: l };
            steps(file, &place)
        })
    };
    view! {
        <section class="card" aria-labelledby="timeline">
            <header>
                <h2 id="timeline">{m::timeline(l)}</h2>
                {move || requests.get().then(|| view! { <a class="push small" href="#requests" rel="external">{w::requests_show(l)}</a> })}
            </header>
            {move || writes.get().then(|| view! { <NewNote known=known again=again/> })}
            <ol class="timeline">{lines}</ol>
        </section>
    }
    .into_any()
}

/// Newest first; what is awaited stands before what was.
fn steps(file: &File, place: &Place) -> AnyView {
    let now = awaited(file, place.here()).map(|(line, by)| step(&line, by.map(|by| view! { {by} }.into_any())));
    let mut told: Vec<(Timestamp, AnyView)> = Vec::new();
    let mut notes = file.notes.iter().peekable();
    for event in &file.events {
        while let Some(note) = notes.next_if(|note| note.at >= event.at) {
            told.push((note.at, written(note, place)));
        }
        // Whatever happens to a payment updates its order: only what was changed by itself is news.
        if event.kind == "payment_intent.updated" && !alone(file, event) {
            continue;
        }
        if let Some(line) = sentence(event, file.order.currency, place.here()) {
            told.push((event.at, step(&line, Some(place.moment(event.at)))));
        }
    }
    told.extend(notes.map(|note| (note.at, written(note, place))));
    let told: Vec<AnyView> = told.into_iter().map(|(_, step)| step).collect();
    view! {
        {now}
        {told}
    }
    .into_any()
}

fn alone(file: &File, event: &Moment) -> bool {
    file.events.iter().filter(|other| other.at == event.at).count() == 1
}

fn step(line: &Line, when: Option<AnyView>) -> AnyView {
    let detail = (!line.detail.is_empty()).then(|| view! { <p>{line.detail.clone()}</p> });
    view! {
        <li class=line.tone.class()>
            <div class="line">
                <strong>{line.title.clone()}</strong>
                <span class="when num">{when}</span>
            </div>
            {detail}
        </li>
    }
    .into_any()
}

fn written(note: &Note, place: &Place) -> AnyView {
    let l = place.locale;
    let edited = note.edited.map(|at| view! { <span class="muted" title=at.display(&place.zone, l)>" · " {w::note_edited(l)}</span> });
    let edit = note.own.then(|| {
        let href = format!("?note={}", note.id);
        view! {
            " · "
            <a href=href data-noscroll="">{w::note_edit(l)}</a>
        }
    });
    view! {
        <li class="note">
            <div class="line">
                <strong>{w::note_by(l, &note.author)}</strong>
                <span class="when num">{place.moment(note.at)} {edited} {edit}</span>
            </div>
            <p class="written">{note.body.clone()}</p>
        </li>
    }
    .into_any()
}

//! Above the list: its tabs, the views people keep, and the columns.

use leptos::prelude::*;
use model::locale::Locale;
use ui::{Icon, Menu, Tab, icon, tabs};

use super::{
    bulk::hidden,
    columns::Column,
    data::{ChangeView, Counted, DeleteView, KeepColumns, Listing, SaveView, Saved},
    filters::follow,
    list_messages as w,
    parts::count,
    query::{Asked, PATH, View},
};
use crate::{
    ask::{Act, Form},
    failure::Failure,
    frame::Frame,
    messages as m,
};

/// Characters; the engine says so too.
const NAME_MAX: &str = "40";

/// What can be done to views and columns.
#[derive(Clone, Copy)]
pub struct Acts {
    save: Act,
    change: Act,
    delete: Act,
    keep: Act,
}

impl Acts {
    pub fn new() -> Self {
        Self {
            save: Act::of::<SaveView>(),
            change: Act::of::<ChangeView>(),
            delete: Act::of::<DeleteView>(),
            keep: Act::of::<KeepColumns>(),
        }
    }

    /// Grows with each that was done; tracked.
    pub fn done(self) -> usize {
        self.all().into_iter().map(Act::answered).sum()
    }

    /// Why the last one was not; tracked.
    pub fn failure(self) -> Option<Failure> {
        self.all().into_iter().find_map(Act::failure)
    }

    fn all(self) -> [Act; 4] {
        [self.save, self.change, self.delete, self.keep]
    }
}

pub fn bar(listing: &Listing, asked: &Asked, acts: Acts, frame: &Frame) -> AnyView {
    let l = frame.locale;
    let own = asked.status.is_empty() && asked.action.is_empty() && asked.saved.is_empty();
    let tab = |(view, counted): &(View, Option<Counted>)| Tab {
        label: view_name(*view, l).to_owned(),
        href: asked.view(*view).href(),
        count: counted.map(|counted| count(counted, l)),
        here: own && *view == asked.view,
    };
    let saved = |saved: &Saved| Tab {
        label: saved.name.clone(),
        href: Asked { saved: saved.id.clone(), ..Asked::parse(&saved.query).dated(asked) }.href(),
        count: saved.shared.then(|| w::view_is_shared(l).to_owned()),
        here: saved.id == asked.saved,
    };
    let all = listing.views.iter().map(tab).chain(listing.saved.iter().map(saved)).collect();
    let here = listing.saved.iter().find(|saved| saved.id == asked.saved).filter(|saved| saved.changes);
    let menu = match here {
        Some(saved) => change(saved, asked, acts, l),
        None => save(asked, acts, l),
    };
    view! {
        <div class="viewbar">
            {tabs(w::views(l).to_owned(), all)}
            {menu}
        </div>
    }
    .into_any()
}

pub fn view_name(view: View, l: Locale) -> &'static str {
    match view {
        View::All => m::view_all(l),
        View::Action => m::view_action(l),
        View::ToValidate => m::view_to_validate(l),
        View::Paid => m::view_paid(l),
        View::Awaiting => m::view_awaiting(l),
        View::Refused => m::view_refused(l),
        View::Refunded => m::view_refunded(l),
    }
}

fn fields(name: String, shared: bool, l: Locale) -> AnyView {
    view! {
        <div class="field">
            <label for="view-name">{w::view_name(l)}</label>
            <input id="view-name" name="name" required=true maxlength=NAME_MAX autocomplete="off" value=name/>
        </div>
        <label class="tick">
            <input type="checkbox" name="shared" value="1" checked=shared/>
            <span>{w::view_shared(l)}</span>
        </label>
    }
    .into_any()
}

fn save(asked: &Asked, acts: Acts, l: Locale) -> AnyView {
    let face = view! { <span class="button quiet">"+ " <span class="wordy">{w::save_view(l)}</span></span> }.into_any();
    let query = asked.first().query();
    let form = view! {
            <Form act=acts.save>
                <input type="hidden" name="query" value=query/>
                {fields(String::new(), false, l)}
                <p class="hint muted">{w::view_note(l)}</p>
                <button class="button primary">{w::view_save(l)}</button>
            </Form>
    }
    .into_any();
    view! { <Menu label="" class="keep" face=face>{form}</Menu> }.into_any()
}

fn change(saved: &Saved, asked: &Asked, acts: Acts, l: Locale) -> AnyView {
    let differs = asked.to_save() != Asked::parse(&saved.query).dated(asked).to_save();
    let face = view! {
        <span class="button quiet">
            {icon(Icon::Settings)}
            {differs.then(|| view! { <small>{w::view_changed(l)}</small> })}
        </span>
    }
    .into_any();
    let update = differs.then(|| view! { <button class="button" name="update" value="1">{w::view_update(l)}</button> });
    let (query, same, id, of) = (asked.first().query(), asked.first().query(), saved.id.clone(), saved.id.clone());
    let fields = fields(saved.name.clone(), saved.shared, l);
    let forms = view! {
            <Form act=acts.change>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="query" value=query/>
                {fields}
                <button class="button primary">{w::view_rename(l)}</button>
                {update}
            </Form>
            <Form act=acts.delete>
                <input type="hidden" name="id" value=of/>
                <input type="hidden" name="query" value=same/>
                <button class="button danger">{w::view_delete(l)}</button>
            </Form>
    }
    .into_any();
    view! { <Menu label=w::view_menu(l, &saved.name) class="keep" face=face>{forms}</Menu> }.into_any()
}

/// Which columns the list has: for this address, or from now on.
pub fn columns(listing: &Listing, asked: &Asked, acts: Acts, l: Locale) -> AnyView {
    let face = view! { <span class="button">{w::columns(l)} {icon(Icon::Down)}</span> }.into_any();
    let tick = |column: &Column| {
        let (on, title) = (listing.columns.contains(column), column.title(l));
        view! {
            <label class="tick">
                <input type="checkbox" name="cols" value=column.as_str() checked=on disabled=column.stays()/>
                <span>{title}</span>
            </label>
        }
    };
    let usual = Asked { columns: Column::USUAL.to_vec(), ..asked.first() }.href();
    let ticks = Column::ALL.iter().map(tick).collect_view().into_any();
    let query = asked.first().query();
    let keep = listing.columns.iter().enumerate().map(|(at, column)| {
        let name = format!("cols[{at}]");
        view! { <input type="hidden" name=name value=column.as_str()/> }
    });
    let keep = keep.collect_view().into_any();
    let kept = asked.first().pairs().into_iter().filter(|(name, _)| *name != "cols").map(hidden).collect_view();
    let forms = view! {
            <form method="get" action=PATH on:submit=follow()>
                {kept}
                // It always stands there: it leads to the payment.
                <input type="hidden" name="cols" value=Column::Reference.as_str()/>
                <fieldset class="ticks one">
                    <legend class="unseen">{w::columns(l)}</legend>
                    {ticks}
                </fieldset>
                <button class="button primary">{w::columns_apply(l)}</button>
                <a class="button quiet" href=usual data-noscroll="">{w::columns_reset(l)}</a>
            </form>
            <Form act=acts.keep>
                <input type="hidden" name="query" value=query/>
                {keep}
                <button class="button">{w::columns_keep(l)}</button>
            </Form>
    }
    .into_any();
    view! { <Menu label="" class="cols" face=face>{forms}</Menu> }.into_any()
}

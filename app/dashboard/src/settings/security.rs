//! What is the reader's own: where they are signed in, their password, their name and language.

use leptos::{prelude::*, server::ServerActionError};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::locale::Locale;
use ui::field;

use super::{
    SECURITY,
    data::{Own, ReadSecurity, Seat, Security, SecurityAct},
    messages as m,
    parts::{Text, not_shown, notice, summary, text, wrong},
};
use crate::{
    ask::{self, Act, Form},
    failure::Failure,
    frame::Frame,
    payments::parts::Place,
};

#[component]
pub fn SecurityPage() -> impl IntoView {
    let frame = Frame::here();
    let l = frame.locale;
    let found = ask::answer(|| ReadSecurity {});
    let content = ask::page(found, move |answer| match answer {
        Ok(mine) => shown(mine, &frame, Callback::new(move |()| found.again())),
        Err(failure) => not_shown(&failure, l, move || found.again()),
    });
    view! {
        <Title text=m::security(l)/>
        <div class="head">
            <h1>{m::security(l)}</h1>
        </div>
        <p class="muted">{m::security_about(l)}</p>
        {notice(done, l)}
        {content}
    }
    .into_any()
}

fn done(what: &str, l: Locale) -> Option<&'static str> {
    match what.parse().ok()? {
        Own::End => Some(m::done_ended(l)),
        Own::Others => Some(m::done_others(l)),
        Own::Password => Some(m::done_password(l)),
        Own::Profile => Some(m::done_profile(l)),
    }
}

fn shown(mine: Security, frame: &Frame, again: Callback<()>) -> AnyView {
    // What a form that was posted without script came back with.
    let query = use_query_map().get_untracked();
    if let (Some(path), Some(error)) = (query.get("__path"), query.get("__err")) {
        provide_context(ServerActionError::new(&path, &error));
    }
    let l = frame.locale;
    let place = Place::at(frame, mine.now);
    view! {
        {sessions(&mine.sessions, &place, again)}
        <div class="columns own">
            {password(&frame.email, l, again)}
            {profile(&mine.name, l, again)}
        </div>
    }
    .into_any()
}

/// One of the page's forms: what it answers, and the page read again when it is done. `whole` begins a new document, which has
/// the new name and language around the page.
fn acting(doing: Own, again: Callback<()>, whole: bool) -> (Act, Signal<Option<Failure>>) {
    let act = Act::of::<SecurityAct>();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if !act.succeeded() {
            return;
        }
        let to = format!("{SECURITY}?done={doing}");
        if whole {
            drop(window().location().set_href(&to));
        } else {
            navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() });
            again.run(());
        }
    });
    (act, Signal::derive(move || act.failure()))
}

fn sessions(list: &[Seat], place: &Place, again: Callback<()>) -> AnyView {
    let l = place.locale;
    let others = list.len() > 1;
    let (end, failure) = acting(Own::End, again, false);
    let (end_all, _) = acting(Own::Others, again, false);
    let line = |seat: &Seat| {
        let (handle, end_which) = (seat.handle.clone(), m::end_which(l, &seat.browser));
        let button = (!seat.here).then(|| {
            view! {
                <Form act=end>
                    <input type="hidden" name="doing" value=Own::End.as_str()/>
                    <input type="hidden" name="of" value=handle/>
                    <button class="button quiet" aria-label=end_which>{m::end(l)}</button>
                </Form>
            }
        });
        view! {
            <tr>
                <th scope="row" class="name">
                    {seat.browser.clone()}
                    {seat.here.then(|| view! { " " <span class="chip">{m::this_one(l)}</span> })}
                </th>
                <td data-label=m::col_address(l) class="num">
                    {seat.address.clone().unwrap_or_else(|| m::no_address(l).to_owned())}
                </td>
                <td data-label=m::col_signed_in(l)>{place.moment(seat.signed_in)}</td>
                <td data-label=m::col_seen(l)>{place.moment(seat.seen)}</td>
                <td class="actions">{button}</td>
            </tr>
        }
        .into_any()
    };
    let all = if others {
        view! {
            <Form act=end_all>
                <input type="hidden" name="doing" value=Own::Others.as_str()/>
                <button class="button">{m::end_others(l)}</button>
            </Form>
        }
        .into_any()
    } else {
        view! { <p class="muted">{m::only_here(l)}</p> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="sessions">
            <header><h2 id="sessions">{m::sessions(l)}</h2></header>
            {summary(failure, &["current", "password", "again", "name", "language"], l)}
            <table class="table people">
                <thead>
                    <tr>
                        <th scope="col">{m::col_browser(l)}</th>
                        <th scope="col">{m::col_address(l)}</th>
                        <th scope="col">{m::col_signed_in(l)}</th>
                        <th scope="col">{m::col_seen(l)}</th>
                        <th scope="col"><span class="unseen">{m::col_actions(l)}</span></th>
                    </tr>
                </thead>
                <tbody>{list.iter().map(line).collect_view()}</tbody>
            </table>
            <footer>{all}</footer>
        </section>
    }
    .into_any()
}

fn password(email: &str, l: Locale, again: Callback<()>) -> AnyView {
    let (act, failure) = acting(Own::Password, again, true);
    let secret = |id, name, autocomplete| Text { id, name, kind: "password", autocomplete };
    let current = secret("current", "current", "current-password");
    let new = secret("new-password", "password", "new-password");
    let twice = secret("new-again", "again", "new-password");
    let email = email.to_owned();
    view! {
        <section class="card" aria-labelledby="password">
            <header><h2 id="password">{m::password(l)}</h2></header>
            <div class="body">
                <Form act=act>
                    <div class="stack">
                        {summary(failure, &["current", "password", "again", "name", "language"], l)}
                        <input type="hidden" name="doing" value=Own::Password.as_str()/>
                        // Whose password it is, for those who keep them.
                        <input type="text" name="username" autocomplete="username" value=email hidden=true readonly=true/>
                        {text(current, m::current_password(l), None, String::new(), wrong(failure, "current", l))}
                        {text(new, m::new_password(l), Some(m::new_password_hint(l)), String::new(), wrong(failure, "password", l))}
                        {text(twice, m::new_password_again(l), None, String::new(), wrong(failure, "again", l))}
                        <p class="muted">{m::change_password_why(l)}</p>
                        <button class="button primary" disabled=move || act.pending()>{m::change_password(l)}</button>
                    </div>
                </Form>
            </div>
        </section>
    }
    .into_any()
}

fn profile(name: &str, l: Locale, again: Callback<()>) -> AnyView {
    let (act, failure) = acting(Own::Profile, again, true);
    let option = |of: Locale, name: &'static str| view! { <option value=of.code() lang=of.code() selected=of == l>{name}</option> };
    let language = view! {
        <select id="language" name="language">{option(Locale::En, "English")} {option(Locale::Fr, "Français")}</select>
    };
    let whose = Text { id: "own-name", name: "name", kind: "text", autocomplete: "name" };
    let name = name.to_owned();
    view! {
        <section class="card" aria-labelledby="profile">
            <header><h2 id="profile">{m::profile(l)}</h2></header>
            <div class="body">
                <Form act=act>
                    <div class="stack">
                        <input type="hidden" name="doing" value=Own::Profile.as_str()/>
                        {text(whose, m::name(l), None, name, wrong(failure, "name", l))}
                        {field("language", m::language(l), None, Signal::stored(None), language.into_any())}
                        <button class="button">{m::save(l)}</button>
                    </div>
                </Form>
            </div>
        </section>
    }
    .into_any()
}

//! The questions of the team's page. Each has an address (`?do=invite`), so without script it stands in the page with the same form.

use leptos::{prelude::*, server::ServerActionError};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use model::{
    locale::Locale,
    rights::{Right, Role},
};
use ui::{Dialog, described_by, field};

use super::{
    TEAM,
    data::{Doing, Fresh, Invitation, Member, Team, TeamAct},
    messages::{self as m, role_can, role_name},
    parts::{Text, summary, text, wrong},
};
use crate::{
    ask::{Act, Form},
    failure::Failure,
    frame::Frame,
};

/// What a question is about.
#[derive(Clone)]
enum Asked {
    Invite,
    Role(Member),
    Remove(Member),
    Renew(Invitation),
    Withdraw(Invitation),
    HandOver(Vec<Member>),
    Leave,
}

impl Asked {
    /// None for what is gone or not the reader's to ask.
    fn read(doing: Doing, of: &str, team: &Team, frame: &Frame) -> Option<Self> {
        let member = || team.members.iter().find(|member| member.id == of && member.changeable).cloned();
        let invitation = || team.invitations.iter().find(|one| one.id == of).cloned();
        match doing {
            Doing::Invite => frame.may(Right::TeamManage).then_some(Self::Invite),
            Doing::Role => member().map(Self::Role),
            Doing::Remove => member().map(Self::Remove),
            Doing::Renew => invitation().map(Self::Renew),
            Doing::Withdraw => invitation().map(Self::Withdraw),
            Doing::HandOver => (frame.role == Role::Owner && team.members.len() > 1)
                .then(|| Self::HandOver(team.members.iter().filter(|member| !member.me).cloned().collect())),
            Doing::Leave => (frame.role != Role::Owner).then_some(Self::Leave),
        }
    }

    fn doing(&self) -> Doing {
        match self {
            Self::Invite => Doing::Invite,
            Self::Role(_) => Doing::Role,
            Self::Remove(_) => Doing::Remove,
            Self::Renew(_) => Doing::Renew,
            Self::Withdraw(_) => Doing::Withdraw,
            Self::HandOver(_) => Doing::HandOver,
            Self::Leave => Doing::Leave,
        }
    }

    fn of(&self) -> String {
        match self {
            Self::Role(member) | Self::Remove(member) => member.id.clone(),
            Self::Renew(one) | Self::Withdraw(one) => one.id.clone(),
            Self::Invite | Self::HandOver(_) | Self::Leave => String::new(),
        }
    }

    /// Heading, consequence, button.
    fn words(&self, l: Locale) -> (String, &'static str, &'static str) {
        match self {
            Self::Invite => (m::ask_invite(l).to_owned(), m::why_invite(l), m::do_invite(l)),
            Self::Role(member) => (m::ask_role(l, &member.name), m::why_role(l), m::do_role(l)),
            Self::Remove(member) => (m::ask_remove(l, &member.name), m::why_remove(l), m::do_remove(l)),
            Self::Renew(one) => (m::ask_renew(l, &one.email), m::why_renew(l), m::do_renew(l)),
            Self::Withdraw(one) => (m::ask_withdraw(l, &one.email), m::why_withdraw(l), m::do_withdraw(l)),
            Self::HandOver(_) => (m::ask_hand_over(l).to_owned(), m::why_hand_over(l), m::do_hand_over(l)),
            Self::Leave => (m::ask_leave(l).to_owned(), m::why_leave(l), m::do_leave(l)),
        }
    }

    const fn destroys(&self) -> bool {
        matches!(self, Self::Remove(_) | Self::Withdraw(_) | Self::Leave)
    }

    /// Where the page goes on once it is done; whoever is signed out by it leaves.
    pub fn done(&self) -> String {
        match self {
            Self::Invite | Self::Renew(_) => format!("{TEAM}?done=invited"),
            Self::Role(_) => format!("{TEAM}?done=role"),
            Self::Remove(_) => format!("{TEAM}?done=removed"),
            Self::Withdraw(_) => format!("{TEAM}?done=withdrawn"),
            Self::HandOver(_) | Self::Leave => "/dashboard/sign-in".to_owned(),
        }
    }
}

/// The question that the address asks, where it may be asked.
#[component]
pub fn Dialogs(team: Team, fresh: RwSignal<Option<Fresh>>, again: Callback<()>) -> impl IntoView {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| Some((query.get("do")?.parse::<Doing>().ok()?, query.get("of").unwrap_or_default()))));
    let frame = Frame::here();
    (move || {
        let (doing, of) = asked.get()?;
        let about = Asked::read(doing, &of, &team, &frame)?;
        Some(view! { <Question asked=about grantable=team.grantable.clone() fresh=fresh again=again/> }.into_any())
    })
    .into_any()
}

#[component]
fn Question(asked: Asked, grantable: Vec<Role>, fresh: RwSignal<Option<Fresh>>, again: Callback<()>) -> impl IntoView {
    // What a form that was posted without script came back with.
    let query = use_query_map().get_untracked();
    if let (Some(path), Some(error)) = (query.get("__path"), query.get("__err")) {
        provide_context(ServerActionError::new(&path, &error));
    }
    let l = Frame::here().locale;
    let act = Act::of::<TeamAct>();
    let failure = Signal::derive(move || act.failure());
    let finished = Signal::derive(move || act.succeeded());
    let (left, leave) = signal(false);
    let navigate = use_navigate();
    let done = asked.done();
    let on_close = Callback::new(move |()| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        if !finished.get_untracked() {
            navigate(TEAM, options);
        } else if done.starts_with(TEAM) {
            fresh.set(untrack(|| act.told::<Option<Fresh>>()).flatten());
            navigate(&done, options);
            again.run(());
        } else {
            drop(window().location().set_href(&done));
        }
    });
    let closing = Signal::derive(move || left.get() || finished.get());
    let (heading, why, button) = asked.words(l);
    let class = if asked.destroys() { "button primary destructive" } else { "button primary" };
    view! {
        <Dialog labelled_by="question" closing=closing on_close=on_close>
            <Form act=act>
                <h2 id="question">{heading}</h2>
                <p class="muted">{why}</p>
                {summary(failure, &["email", "role", "password"], l)}
                <input type="hidden" name="doing" value=asked.doing().as_str()/>
                {fields(&asked, &grantable, failure, l)}
                <footer>
                    <a
                        class="button"
                        href=TEAM
                        on:click=move |event| {
                            event.prevent_default();
                            leave.set(true);
                        }
                    >
                        {m::close(l)}
                    </a>
                    <button class=class disabled=move || act.pending()>
                        {move || if act.pending() { m::working(l) } else { button }}
                    </button>
                </footer>
            </Form>
        </Dialog>
    }
    .into_any()
}

fn fields(asked: &Asked, grantable: &[Role], failure: Signal<Option<Failure>>, l: Locale) -> AnyView {
    let of = asked.of();
    match asked {
        Asked::Invite => {
            let email = Text { id: "invite-email", name: "email", kind: "email", autocomplete: "off" };
            view! {
                {text(email, m::email(l), None, String::new(), wrong(failure, "email", l))}
                {roles(grantable, Role::Viewer, wrong(failure, "role", l), l)}
            }
            .into_any()
        }
        Asked::Role(member) => view! {
            <input type="hidden" name="of" value=of/>
            {roles(grantable, member.role, wrong(failure, "role", l), l)}
        }
        .into_any(),
        Asked::HandOver(people) => {
            let option =
                |member: &Member| view! { <option value=member.id.clone()>{format!("{} · {}", member.name, member.email)}</option> };
            let options = people.iter().map(option).collect_view();
            let select = view! { <select id="heir" name="of" required=true>{options}</select> }.into_any();
            let password = Text { id: "own-password", name: "password", kind: "password", autocomplete: "current-password" };
            view! {
                {field("heir", m::new_owner(l), None, Signal::stored(None), select)}
                {text(password, m::your_password(l), None, String::new(), wrong(failure, "password", l))}
            }
            .into_any()
        }
        _ => view! { <input type="hidden" name="of" value=of/> }.into_any(),
    }
}

/// Each with what it may do: whoever gives a role knows what they give.
fn roles(grantable: &[Role], chosen: Role, error: Signal<Option<String>>, l: Locale) -> AnyView {
    let choice = |role: &Role| {
        let role = *role;
        view! {
            <label class="choice">
                <input type="radio" name="role" value=role.as_str() checked=role == chosen required=true/>
                <span>
                    <strong>{role_name(role, l)}</strong>
                    <small>{role_can(role, l)}</small>
                </span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="roles" aria-describedby=move || described_by("role", false, error.get().is_some())>
            <legend>{m::role(l)}</legend>
            {grantable.iter().map(choice).collect_view()}
            {move || error.get().map(|error| view! { <span class="error" id="role-error">{error}</span> })}
        </fieldset>
    }
    .into_any()
}

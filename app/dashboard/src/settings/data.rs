//! What the pages are told about people, and the server functions that tell it. Times here are real time.

use leptos::prelude::*;
use model::{rights::Role, time::Timestamp};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, told::told};

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Team {
        /// Longest first.
        pub members: Vec<Member>,
        /// Newest first; empty for those who may not invite.
        pub invitations: Vec<Invitation>,
        /// The roles the reader may give.
        pub grantable: Vec<Role>,
        /// Made by a form without script just now: shown this once.
        pub fresh: Option<Fresh>,
        pub now: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Member {
        pub id: String,
        pub name: String,
        pub email: String,
        pub role: Role,
        pub since: Timestamp,
        pub seen: Option<Timestamp>,
        /// The reader.
        pub me: bool,
        /// The reader may give them another role or take them out.
        pub changeable: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Invitation {
        pub id: String,
        pub email: String,
        pub role: Role,
        pub expires: Timestamp,
    }

    /// An invitation's address, to hand over.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Fresh {
        pub email: String,
        pub role: Role,
        pub url: String,
    }
}

model::words! {
    /// What the team's forms do.
    pub enum Doing {
        Invite = "invite", Role = "role", Remove = "remove", Renew = "renew", Withdraw = "withdraw", HandOver = "hand_over", Leave = "leave",
    }
}

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Security {
        /// The reader's own first, then last used first.
        pub sessions: Vec<Seat>,
        pub name: String,
        pub now: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Seat {
        pub handle: String,
        pub here: bool,
        /// In the reader's language.
        pub browser: String,
        pub address: Option<String>,
        pub signed_in: Timestamp,
        pub seen: Timestamp,
    }
}

model::words! {
    /// What the security page's forms do.
    pub enum Own { End = "end", Others = "others", Password = "password", Profile = "profile" }
}

/// What of the log is asked for, as it stands in the address; what can't be read is as if it were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAsked {
    pub who: String,
    pub action: String,
    pub from: String,
    pub to: String,
    pub after: String,
    pub before: String,
}

told! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuditLog {
        /// Newest first, in words of the reader's language.
        pub lines: Vec<Line>,
        pub next: Option<String>,
        pub previous: Option<String>,
        /// As stored, and by name.
        pub people: Vec<(String, String)>,
        pub actions: Vec<(String, String)>,
        pub now: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Line {
        pub at: Timestamp,
        pub who: String,
        pub what: String,
        /// What it was done to: its address and its name.
        pub on: Option<(String, String)>,
        /// None for what belongs to the account itself.
        pub environment: Option<String>,
        pub address: Option<String>,
    }
}

/// Who works in the account.
///
/// # Errors
/// No session, or the engine's own.
#[server(prefix = "/_fn", endpoint = "settings/team", protocol = crate::ask::Ask)]
pub async fn read_team() -> Result<Team, Failure> {
    crate::server::people::team().await
}

/// Does what one of the team's forms asks. An invitation's address comes back, this once.
///
/// # Errors
/// What was typed can't be read, or what the engine refuses.
#[server(prefix = "/_fn", endpoint = "settings/team/act", protocol = crate::ask::Ask)]
pub async fn team_act(
    doing: String,
    #[server(default)] of: String,
    #[server(default)] email: String,
    #[server(default)] role: String,
    #[server(default)] password: String,
) -> Result<Option<Fresh>, Failure> {
    crate::server::people::team_act(crate::server::people::TeamForm { doing, of, email, role, password }).await
}

/// Where the reader is signed in.
///
/// # Errors
/// No session, or the engine's own.
#[server(prefix = "/_fn", endpoint = "settings/security", protocol = crate::ask::Ask)]
pub async fn read_security() -> Result<Security, Failure> {
    crate::server::people::security().await
}

/// Does what one of the security page's forms asks.
///
/// # Errors
/// What was typed can't be read, or what the engine refuses.
#[server(prefix = "/_fn", endpoint = "settings/security/act", protocol = crate::ask::Ask)]
pub async fn security_act(
    doing: String,
    #[server(default)] of: String,
    #[server(default)] current: String,
    #[server(default)] password: String,
    #[server(default)] again: String,
    #[server(default)] name: String,
    #[server(default)] language: String,
) -> Result<(), Failure> {
    let form = crate::server::people::OwnForm { doing, of, current, password, again, name, language };
    crate::server::people::security_act(form).await
}

/// A page of the audit log.
///
/// # Errors
/// No session, no right, a place that is none, or the engine's own.
#[server(prefix = "/_fn", endpoint = "settings/audit", protocol = crate::ask::Ask)]
pub async fn read_audit(asked: AuditAsked) -> Result<AuditLog, Failure> {
    crate::server::audit::log(asked).await
}

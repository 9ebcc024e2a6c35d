//! Why a server function has no answer, told so that a person can act on it.

use core::fmt;

use leptos::{
    prelude::*,
    server_fn::{
        codec::JsonEncoding,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};
use model::{
    error::{Code, Refused},
    locale::Locale,
};
use serde::{Deserialize, Serialize};

use crate::messages as m;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The session is over: the page goes to sign-in.
    SignedOut,
    Refused(Refused),
    /// What was typed can't be read; the sentence is already in the reader's language.
    Input {
        field: String,
        message: String,
    },
    /// The server did not answer, or not in a way that this page understands.
    Unreachable,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedOut => f.write_str("signed out"),
            Self::Refused(refused) => f.write_str(&refused.message),
            Self::Input { message, .. } => f.write_str(message),
            Self::Unreachable => f.write_str("the server did not answer"),
        }
    }
}

impl core::error::Error for Failure {}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // Only somebody who wrote the request by hand gets here on the server.
        #[cfg(not(target_arch = "wasm32"))]
        if matches!(error, ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_)) {
            crate::server::status(422);
        }
        match error {
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => {
                Self::Refused(Refused::new(Code::Invalid, message.chars().take(200).collect::<String>()))
            }
            _ => Self::Unreachable,
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        if refused.code == Code::Unauthorized { Self::SignedOut } else { Self::Refused(refused) }
    }
}

impl Failure {
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.code == Code::NotFound)
    }

    /// Whether the reader's role does not go so far.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.code == Code::Forbidden)
    }

    /// The input at fault, where it is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Input { field, .. } => Some(field),
            Self::Refused(refused) => refused.field.as_deref(),
            Self::SignedOut | Self::Unreachable => None,
        }
    }

    /// The cause and what to do next, for the person who reads the page.
    pub fn sentence(&self, locale: Locale) -> String {
        match self {
            Self::SignedOut => m::signed_out(locale).to_owned(),
            Self::Unreachable => m::unreachable(locale).to_owned(),
            Self::Input { message, .. } => message.clone(),
            Self::Refused(refused) => match refused.code {
                Code::OperationNotAllowed | Code::Conflict => m::it_changed(locale).to_owned(),
                Code::OperationInProgress => m::in_progress(locale).to_owned(),
                Code::PartialRefundTooEarly => m::partial_too_early(locale).to_owned(),
                Code::Internal | Code::Unavailable => m::our_side(locale).to_owned(),
                code => code.message(locale).to_owned(),
            },
        }
    }
}

/// Leaves for sign-in, and comes back to this page from there.
pub fn leave_when_signed_out(failure: &Failure) {
    if *failure == Failure::SignedOut {
        Effect::new(|_| {
            let at = window().location();
            let here = at.pathname().unwrap_or_default() + &at.search().unwrap_or_default();
            let next = leptos_router::location::Url::escape(&here);
            drop(at.set_href(&format!("/dashboard/sign-in?next={next}")));
        });
    }
}

//! Why a server function has no answer, told so that a person can act on it.

use core::fmt;

use leptos::{
    prelude::*,
    server_fn::{
        Bytes, ContentType, Decodes, Encodes, Format, FormatType,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};
use model::{
    error::{Code, Refused},
    locale::Locale,
};

use crate::{
    messages as m,
    told::{self, Reader, Told, shape},
};

#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
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
    type Encoder = Telling;

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

/// Failures travel as answers do.
pub struct Telling;

impl ContentType for Telling {
    const CONTENT_TYPE: &'static str = crate::ask::TOLD;
}

impl FormatType for Telling {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<Failure> for Telling {
    type Error = Failure;

    fn encode(failure: &Failure) -> Result<Bytes, Failure> {
        Ok(told::tell(failure).into())
    }
}

impl Decodes<Failure> for Telling {
    type Error = Failure;

    fn decode(bytes: Bytes) -> Result<Failure, Failure> {
        core::str::from_utf8(&bytes).ok().and_then(told::read).ok_or(Failure::Unreachable)
    }
}

impl Told for Failure {
    const SHAPE: u32 = shape("signed out, refused, input, unreachable", Refused::SHAPE);

    fn tell(&self, to: &mut String) {
        let kind = match self {
            Self::SignedOut => 0,
            Self::Refused(_) => 1,
            Self::Input { .. } => 2,
            Self::Unreachable => 3,
        };
        i64::tell(&kind, to);
        match self {
            Self::SignedOut | Self::Unreachable => {}
            Self::Refused(refused) => refused.tell(to),
            Self::Input { field, message } => {
                field.tell(to);
                message.tell(to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        match i64::read(from)? {
            0 => Some(Self::SignedOut),
            1 => Told::read(from).map(Self::Refused),
            2 => Some(Self::Input { field: Told::read(from)?, message: Told::read(from)? }),
            3 => Some(Self::Unreachable),
            _ => None,
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

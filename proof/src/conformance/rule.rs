//! What a rule is, and what can come of trying one.

use std::fmt;

use futures::future::BoxFuture;

use super::shop::Shop;
use crate::Problem;
use crate::http::Lost;

/// How many ask at the same time where a rule is about that.
pub const AT_ONCE: usize = 16;

/// It held, or what came instead.
pub type Seen = Result<(), Otherwise>;

#[derive(Debug, Clone)]
pub enum Otherwise {
    /// What was seen that may not be.
    Broken(Problem),
    /// Why nobody could look.
    NotRun(Problem),
}

impl From<Problem> for Otherwise {
    fn from(problem: Problem) -> Self {
        Self::Broken(problem)
    }
}

impl From<Lost> for Otherwise {
    fn from(lost: Lost) -> Self {
        Self::Broken(lost.to_string())
    }
}

impl fmt::Display for Otherwise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(what) => write!(f, "BROKEN: {what}"),
            Self::NotRun(why) => write!(f, "not run: {why}"),
        }
    }
}

/// One thing that must hold whatever is sent.
pub struct Rule {
    pub name: &'static str,
    pub says: &'static str,
    /// Where it is written.
    pub source: &'static str,
    pub hold: fn(Shop) -> BoxFuture<'static, Seen>,
}

/// `name, "what holds", "where that is written";` for functions of these names.
macro_rules! rules {
    ($($name:ident, $says:literal, $source:literal;)*) => {
        pub const RULES: &[Rule] =
            &[$(Rule { name: stringify!($name), says: $says, source: $source, hold: |shop| Box::pin($name(shop)) }),*];
    };
}

/// Ends a rule as broken where this does not hold.
macro_rules! must {
    ($holds:expr, $($said:tt)+) => {
        if !$holds {
            return Err($crate::conformance::rule::Otherwise::Broken(format!($($said)+)));
        }
    };
}

pub(super) use {must, rules};

//! What is wrong with an input, in the shape that `FastAPI` gave the API: where, in words, and as a kind.

use std::borrow::Cow;

use serde_json::{Value, json};

/// One step of the way to an input: `body`, `card`, `number`; a place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Name(Cow<'static, str>),
    Place(usize),
}

impl From<&'static str> for Step {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl From<String> for Step {
    fn from(name: String) -> Self {
        Self::Name(Cow::Owned(name))
    }
}

impl Step {
    fn json(&self) -> Value {
        match self {
            Self::Name(name) => json!(name),
            Self::Place(place) => json!(place),
        }
    }
}

/// One problem of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `body` or `query` first.
    pub loc: Vec<Step>,
    pub msg: String,
    /// Stable, for programs: `missing`, `extra_forbidden`, `int_type`, …
    pub kind: &'static str,
}

impl Problem {
    pub fn new(loc: impl IntoIterator<Item = Step>, kind: &'static str, msg: impl Into<String>) -> Self {
        Self { loc: loc.into_iter().collect(), msg: msg.into(), kind }
    }

    /// About the body as a whole.
    pub fn of_body(kind: &'static str, msg: impl Into<String>) -> Self {
        Self::new(["body".into()], kind, msg)
    }

    /// About one parameter of the address.
    pub fn of_query(name: impl Into<Step>, kind: &'static str, msg: impl Into<String>) -> Self {
        Self::new(["query".into(), name.into()], kind, msg)
    }
}

/// `{"detail": [{loc, msg, type}]}`.
pub fn detail(problems: &[Problem]) -> Value {
    let list: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let loc: Vec<Value> = problem.loc.iter().map(Step::json).collect();
            json!({ "loc": loc, "msg": problem.msg, "type": problem.kind })
        })
        .collect();
    json!({ "detail": list })
}

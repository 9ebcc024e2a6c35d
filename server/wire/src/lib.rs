//! The shapes of the API, v1 and v2: requests into the engine's drafts, rows into JSON, refusals into error bodies.
//!
//! What a body may hold is written once, in a parser over JSON values: every problem names its field, and all of a body's
//! problems are said at once. The structs that document a request are checked against its parser by a test.

pub mod import;
pub mod input;
pub mod output;
pub mod query;

mod problem;
mod reader;
mod refusal;
mod view;

pub use problem::{Problem, Step, detail};
pub use reader::Reader;
pub use refusal::{ErrorBody, ErrorOut, ValidationErrorOut, ValidationProblemOut, error_body, refusal};
pub use view::View;

//! What must hold whatever happened (the money's rules), read off a database: nothing here writes.
//!
//! A [`Look`] at a database says what does not hold, each as a sentence that names the object. It compares the books with themselves, with
//! what a bank remembers ([`Holdings`]) and with what somebody was answered ([`Told`]).

mod bank;
mod books;
mod look;
mod order;
mod told;
mod whole;

pub use bank::{Holding, Holdings};
pub use books::Books;
pub use look::Look;
use order::order;
pub use told::Told;
use whole::whole;

/// What does not hold, a sentence each.
#[derive(Debug, Default)]
pub struct Broken(Vec<String>);

impl Broken {
    fn unless(&mut self, holds: bool, say: impl FnOnce() -> String) {
        if !holds {
            self.0.push(say());
        }
    }

    /// # Errors
    /// All that does not hold.
    pub fn verdict(self) -> Result<(), crate::Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0.join("\n")) }
    }
}

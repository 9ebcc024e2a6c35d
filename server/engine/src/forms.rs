//! Forms that make something: posted twice, by a double click or a reload, they make it once.

use model::error::Refused;
use model::id::Id;

use crate::Engine;
use crate::caller::Caller;
use crate::clock::Ids;

/// Characters of a form's token.
const TOKEN: std::ops::RangeInclusive<usize> = 16..=64;

/// A token is a name that nobody else's form has; what it makes can't be guessed from it.
pub(crate) fn check_token(token: &str) -> Result<&str, Refused> {
    let fits = TOKEN.contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits { Ok(token) } else { Err(Refused::invalid("token", "The form is incomplete: load it again")) }
}

impl Engine {
    /// What a form carries to be known again: 32 hexadecimal digits.
    pub fn form_token(&self) -> String {
        hex::encode(&self.seed()[..16])
    }

    /// Of chance to everybody outside, and the same for the same person and form.
    pub(crate) fn posted_seed(&self, caller: &Caller, what: &str, token: &str) -> [u8; 32] {
        let scope = caller.scope;
        let said = format!("{what}\n{}\n{}\n{}\n{token}", scope.account, scope.environment.as_str(), caller.actor);
        self.0.vault.mac("form", said.as_bytes())
    }

    /// The id of what a form makes.
    pub(crate) fn posted_id<I: Id>(&self, caller: &Caller, what: &str, token: &str) -> Result<I, Refused> {
        Ok(Ids::new(self.posted_seed(caller, what, check_token(token)?)).mint())
    }
}

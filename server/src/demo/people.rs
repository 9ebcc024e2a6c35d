//! The team.

use engine::Caller;

use super::order::Who;

/// Each with the rights of their role.
pub struct Team {
    callers: Vec<(Who, Caller)>,
    owner: Caller,
}

impl Team {
    pub fn new(owner: Caller, callers: Vec<(Who, Caller)>) -> Self {
        Self { callers, owner }
    }

    pub fn caller(&self, who: Who) -> &Caller {
        self.callers.iter().find(|(known, _)| *known == who).map_or(&self.owner, |(_, caller)| caller)
    }
}

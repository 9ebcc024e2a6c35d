//! Settings: the team, one's own security, the audit log.

mod audit;
pub mod data;
pub mod messages;
mod parts;
mod security;
pub mod shops;
mod team;
mod team_form;

pub use audit::AuditPage;
pub use security::SecurityPage;
pub use team::TeamPage;

pub const TEAM: &str = "/dashboard/settings/team";
pub const SECURITY: &str = "/dashboard/settings/security";
pub const AUDIT: &str = "/dashboard/settings/audit";

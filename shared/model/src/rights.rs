//! Who may do what: rights, the roles that bundle them, and the two environments they hold in.

use serde::{Deserialize, Serialize};

crate::words! {
    /// One thing that somebody may do, as the dashboard's roles, keys and the audit log name it.
    pub enum Right {
        PaymentRead = "payment.read",
        PaymentCreate = "payment.create",
        PaymentCapture = "payment.capture",
        PaymentCancel = "payment.cancel",
        RefundCreate = "refund.create",
        RefundApprove = "refund.approve",
        DisbursementCreate = "disbursement.create",
        DisputeRespond = "dispute.respond",
        RiskReview = "risk.review",
        PayoutRead = "payout.read",
        PayoutCreate = "payout.create",
        LedgerRead = "ledger.read",
        SqlRead = "sql.read",
        CustomerWrite = "customer.write",
        LinkWrite = "link.write",
        ReportExport = "report.export",
        ImportRun = "import.run",
        KeyManage = "key.manage",
        WebhookManage = "webhook.manage",
        SandboxManage = "sandbox.manage",
        TeamManage = "team.manage",
        SettingsManage = "settings.manage",
    }
}

crate::words! {
    /// A person's place in a team. Only the owner may hand over ownership; apart from that an admin may do the same.
    pub enum Role {
        Owner = "owner",
        Admin = "admin",
        Developer = "developer",
        Finance = "finance",
        Support = "support",
        Viewer = "viewer",
    }
}

crate::words! {
    /// Play and earnest. Nothing of the one is ever seen from the other.
    pub enum Environment {
        Sandbox = "sandbox",
        Production = "production",
    }
}

/// A set of rights. On the wire, a list of their names.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(u32);

impl Rights {
    pub const fn none() -> Self {
        Self(0)
    }

    pub const fn all() -> Self {
        Self((1 << Right::ALL.len()) - 1)
    }

    pub const fn of(role: Role) -> Self {
        role.rights()
    }

    const fn only(rights: &[Right]) -> Self {
        let mut set = Self::none();
        let mut at = 0;
        while at < rights.len() {
            set = set.with(rights[at]);
            at += 1;
        }
        set
    }

    #[must_use]
    pub const fn with(self, right: Right) -> Self {
        Self(self.0 | 1 << right as u32)
    }

    #[must_use]
    pub const fn without(self, right: Right) -> Self {
        Self(self.0 & !(1 << right as u32))
    }

    pub const fn contains(self, right: Right) -> bool {
        self.0 & (1 << right as u32) != 0
    }

    /// Whether nothing in `other` is missing here: nobody can grant what they don't hold.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |right| self.contains(*right))
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().fold(Self::none(), Self::with)
    }
}

impl std::fmt::Debug for Rights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(Right::as_str)).finish()
    }
}

impl Serialize for Rights {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<Right>::deserialize(from)?.into_iter().collect())
    }
}

impl Role {
    pub const fn rights(self) -> Rights {
        match self {
            Self::Owner | Self::Admin => Rights::all(),
            Self::Developer => Rights::only(&[Right::PaymentRead, Right::KeyManage, Right::WebhookManage, Right::SandboxManage]),
            Self::Finance => Rights::only(&[
                Right::PaymentRead,
                Right::RefundCreate,
                Right::RefundApprove,
                Right::DisputeRespond,
                Right::PayoutRead,
                Right::PayoutCreate,
                Right::LedgerRead,
                Right::SqlRead,
                Right::ReportExport,
            ]),
            Self::Support => {
                Rights::only(&[Right::PaymentRead, Right::RefundCreate, Right::DisputeRespond, Right::CustomerWrite, Right::LinkWrite])
            }
            Self::Viewer => Rights::only(&[Right::PaymentRead]),
        }
    }
}

impl Environment {
    pub const fn is_sandbox(self) -> bool {
        matches!(self, Self::Sandbox)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twenty_two_rights_and_each_is_its_own() {
        assert_eq!(Right::ALL.len(), 22);
        for right in Right::ALL {
            let only = Rights::none().with(*right);
            assert_eq!(only.iter().collect::<Vec<_>>(), [*right]);
            assert_eq!(only.without(*right), Rights::none());
            assert_eq!(right.as_str().parse(), Ok(*right));
            assert!(Rights::all().contains(*right));
        }
    }

    #[test]
    fn roles_hold_what_their_work_needs() {
        assert_eq!(Rights::of(Role::Owner), Rights::all());
        assert_eq!(Rights::of(Role::Viewer).iter().collect::<Vec<_>>(), [Right::PaymentRead]);
        assert!(Role::Support.rights().contains(Right::RefundCreate));
        assert!(!Role::Support.rights().contains(Right::RefundApprove));
        assert!(!Role::Developer.rights().contains(Right::RefundCreate));
        assert!(!Role::Finance.rights().contains(Right::PaymentCreate));
        for role in Role::ALL {
            assert!(role.rights().contains(Right::PaymentRead));
            assert!(Role::Admin.rights().covers(role.rights()));
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        assert!(!Role::Viewer.rights().covers(Role::Support.rights()));
    }

    #[test]
    fn rights_travel_as_names() {
        let rights = Role::Developer.rights();
        let json = serde_json::to_string(&rights).unwrap();
        assert_eq!(json, r#"["payment.read","key.manage","webhook.manage","sandbox.manage"]"#);
        assert_eq!(serde_json::from_str::<Rights>(&json).unwrap(), rights);
        assert!(serde_json::from_str::<Rights>(r#"["payment.steal"]"#).is_err());
        assert_eq!(serde_json::to_string(&Environment::Sandbox).unwrap(), r#""sandbox""#);
    }
}

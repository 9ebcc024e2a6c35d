//! What kind of payment a row of the list is.

use super::Purpose;
use crate::words;

words! {
    /// The list's `type`: decided by what the order is for, then by where it came from, then by when it is captured.
    pub enum OrderType {
        Payment = "payment", Link = "link", Deferred = "deferred", Verification = "verification", PreAuthorisation = "pre_authorisation",
    }
}

impl OrderType {
    /// `origin` is the order's; `deferred` says that its merchant chose the day of the capture.
    pub fn of(purpose: Purpose, origin: &str, deferred: bool) -> Self {
        match purpose {
            Purpose::Verification => Self::Verification,
            Purpose::PreAuthorisation => Self::PreAuthorisation,
            Purpose::Debit if origin == "link" => Self::Link,
            Purpose::Debit if deferred => Self::Deferred,
            Purpose::Debit => Self::Payment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purpose_goes_before_origin_and_origin_before_the_day() {
        assert_eq!(OrderType::of(Purpose::Verification, "link", true), OrderType::Verification);
        assert_eq!(OrderType::of(Purpose::PreAuthorisation, "api", false), OrderType::PreAuthorisation);
        assert_eq!(OrderType::of(Purpose::Debit, "link", true), OrderType::Link);
        assert_eq!(OrderType::of(Purpose::Debit, "api", true), OrderType::Deferred);
        assert_eq!(OrderType::of(Purpose::Debit, "dashboard", false), OrderType::Payment);
    }
}

//! The ledger's table: what each change of state posts. Double entry, one currency, sum zero; debits positive.

use model::words;

words! {
    /// The accounts of one (account, environment, currency).
    pub enum LedgerAccount {
        AcquirerReceivable = "acquirer_receivable", AcquirerFees = "acquirer_fees", Pending = "pending", Available = "available",
        MerchantReceivable = "merchant_receivable", RefundsPayable = "refunds_payable", Disputed = "disputed", Fees = "fees", Vat = "vat",
        PayoutsInTransit = "payouts_in_transit", Bank = "bank", ImportedOpening = "imported_opening",
    }
}

/// One line: minor units, debit positive, credit negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub account: LedgerAccount,
    pub amount: i64,
}

/// The fee on a captured card payment: 0.70 % (basis points) and 7 minor units; no VAT on it.
pub const FEE_BASIS_POINTS: i64 = 70;
pub const FEE_FIXED: i64 = 7;
/// What a dispute costs, minor units.
pub const DISPUTE_FEE: i64 = 1500;

/// Half up, never more than the amount.
pub fn fee_on(amount: i64) -> i64 {
    let share = (i128::from(amount) * i128::from(FEE_BASIS_POINTS) + 5_000) / 10_000;
    i64::try_from(share).unwrap_or(i64::MAX).saturating_add(FEE_FIXED).min(amount)
}

fn entry(debit: LedgerAccount, credit: LedgerAccount, amount: i64) -> Vec<Line> {
    if amount == 0 {
        return Vec::new();
    }
    vec![Line { account: debit, amount }, Line { account: credit, amount: -amount }]
}

/// CAPTURED.
pub fn captured(amount: i64, fee: i64) -> Vec<Line> {
    let mut lines = entry(LedgerAccount::AcquirerReceivable, LedgerAccount::Pending, amount);
    lines.extend(entry(LedgerAccount::Pending, LedgerAccount::Fees, fee));
    lines
}

/// What was captured, less its fee, becomes available.
pub fn available(amount: i64, fee: i64) -> Vec<Line> {
    entry(LedgerAccount::Pending, LedgerAccount::Available, amount - fee)
}

pub fn refund_made(amount: i64) -> Vec<Line> {
    entry(LedgerAccount::Available, LedgerAccount::RefundsPayable, amount)
}

pub fn refund_confirmed(amount: i64) -> Vec<Line> {
    entry(LedgerAccount::RefundsPayable, LedgerAccount::AcquirerReceivable, amount)
}

pub fn refund_failed(amount: i64) -> Vec<Line> {
    entry(LedgerAccount::RefundsPayable, LedgerAccount::Available, amount)
}

/// What was earned, given back or contested elsewhere: kept in the books, and no balance here moves.
pub fn imported(amount: i64) -> Vec<Line> {
    entry(LedgerAccount::ImportedOpening, LedgerAccount::ImportedOpening, amount)
}

pub fn dispute_opened(amount: i64, fee: i64) -> Vec<Line> {
    let mut lines = entry(LedgerAccount::Available, LedgerAccount::Disputed, amount);
    lines.extend(entry(LedgerAccount::Available, LedgerAccount::Fees, fee));
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_fee_is_seventy_basis_points_and_seven() {
        assert_eq!(fee_on(148_000), 1_043);
        assert_eq!(fee_on(100), 8);
        assert_eq!(fee_on(5), 5);
        assert_eq!(fee_on(0), 0);
    }

    proptest! {
        #[test]
        fn every_posting_sums_to_zero(amount in 0_i64..=4_294_967_295, fee in 0_i64..=10_000) {
            for lines in [captured(amount, fee), available(amount, fee), refund_made(amount), refund_confirmed(amount), refund_failed(amount), dispute_opened(amount, fee), imported(amount)] {
                prop_assert_eq!(lines.iter().map(|line| line.amount).sum::<i64>(), 0);
            }
        }
    }
}

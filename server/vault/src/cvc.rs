//! Card security codes, in memory only. PCI DSS forbids keeping one after the authorisation; Guichet never writes one anywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::id::PaymentId;
use model::time::{MINUTE, Timestamp};

use crate::Cvc;

/// How long a security code is kept for a payment whose payer is at the bank: 15 minutes.
pub const CVC_LIFE_MS: i64 = 15 * MINUTE;

/// How many are kept at most; one more drops the oldest. A payment without its code is still authorised when it was authenticated.
pub const CVC_CAPACITY: usize = 20_000;

/// A clock may be set back a little between two readings; more than this and the age of a code can't be told.
const SET_BACK_MS: i64 = MINUTE;

struct Kept {
    cvc: Cvc,
    since: Timestamp,
}

impl Kept {
    fn is_fresh(&self, now: Timestamp) -> bool {
        (-SET_BACK_MS..CVC_LIFE_MS).contains(&(now.since(self.since)))
    }
}

/// Security codes by payment, each for at most [`CVC_LIFE_MS`], each handed out once. Times are real time, never the sandbox clock.
pub struct CvcMemory {
    kept: Mutex<BTreeMap<PaymentId, Kept>>,
    capacity: usize,
}

impl Default for CvcMemory {
    fn default() -> Self {
        Self::with_capacity(CVC_CAPACITY)
    }
}

impl fmt::Debug for CvcMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CvcMemory").field("kept", &self.lock().len()).finish_non_exhaustive()
    }
}

impl CvcMemory {
    /// A memory for at most `capacity` codes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { kept: Mutex::default(), capacity: capacity.max(1) }
    }

    /// Keeps the code for a payment, instead of one kept before.
    pub fn keep(&self, payment: PaymentId, cvc: Cvc, now: Timestamp) {
        let mut kept = self.lock();
        if kept.len() >= self.capacity && !kept.contains_key(&payment) {
            kept.retain(|_, entry| entry.is_fresh(now));
            if kept.len() >= self.capacity {
                let oldest = kept.iter().min_by_key(|(_, entry)| entry.since).map(|(id, _)| *id);
                oldest.and_then(|id| kept.remove(&id));
            }
        }
        kept.insert(payment, Kept { cvc, since: now });
    }

    /// Hands the code out and forgets it; `None` if there is none or it is too old.
    pub fn take(&self, payment: PaymentId, now: Timestamp) -> Option<Cvc> {
        self.lock().remove(&payment).filter(|entry| entry.is_fresh(now)).map(|entry| entry.cvc)
    }

    /// Forgets the code of a payment that needs it no more.
    pub fn forget(&self, payment: PaymentId) {
        self.lock().remove(&payment);
    }

    /// Forgets what is too old. To be called about every minute, so that a code nobody asks for again is gone too.
    pub fn sweep(&self, now: Timestamp) {
        self.lock().retain(|_, entry| entry.is_fresh(now));
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// No code runs while the lock is held that could leave the map half changed.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<PaymentId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(n: u8) -> PaymentId {
        PaymentId::mint(&mut || n)
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + ms)
    }

    fn cvc() -> Cvc {
        Cvc::parse("737", None).unwrap()
    }

    #[test]
    fn a_code_is_handed_out_once() {
        let memory = CvcMemory::default();
        memory.keep(payment(1), cvc(), at(0));
        assert!(memory.take(payment(2), at(1)).is_none());
        assert_eq!(memory.take(payment(1), at(CVC_LIFE_MS - 1)).unwrap().expose(), "737");
        assert!(memory.take(payment(1), at(CVC_LIFE_MS - 1)).is_none());
    }

    #[test]
    fn a_code_is_gone_after_fifteen_minutes() {
        let memory = CvcMemory::default();
        memory.keep(payment(1), cvc(), at(0));
        memory.keep(payment(2), cvc(), at(1));
        assert!(memory.take(payment(1), at(CVC_LIFE_MS)).is_none());
        memory.sweep(at(CVC_LIFE_MS));
        assert_eq!(memory.len(), 1);
        memory.sweep(at(CVC_LIFE_MS + 1));
        assert!(memory.is_empty());
    }

    #[test]
    fn a_clock_set_back_does_not_lengthen_its_life() {
        let memory = CvcMemory::default();
        memory.keep(payment(1), cvc(), at(0));
        assert!(memory.take(payment(1), at(-SET_BACK_MS - 1)).is_none());
        memory.keep(payment(1), cvc(), at(0));
        assert!(memory.take(payment(1), at(-5)).is_some());
    }

    #[test]
    fn the_memory_is_bounded_and_drops_the_oldest() {
        let memory = CvcMemory::with_capacity(2);
        memory.keep(payment(1), cvc(), at(5));
        memory.keep(payment(2), cvc(), at(1));
        memory.keep(payment(3), cvc(), at(9));
        assert_eq!(memory.len(), 2);
        assert!(memory.take(payment(2), at(10)).is_none());
        assert!(memory.take(payment(1), at(10)).is_some());
        memory.forget(payment(3));
        assert!(memory.is_empty());
    }

    #[test]
    fn nothing_prints_a_code() {
        let memory = CvcMemory::default();
        memory.keep(payment(1), cvc(), at(0));
        assert!(!format!("{memory:?}{:?}", cvc()).contains("737"));
    }
}

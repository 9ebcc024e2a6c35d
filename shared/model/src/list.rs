//! Pages of a list, as the API cuts and describes them.

use serde::{Deserialize, Serialize};

use crate::error::{Code, Refused};

/// How far `start` reaches; what lies beyond is walked with the cursor, at constant cost.
pub const START_MAX: i64 = 10_000;
pub const LIMIT_MAX: i64 = 100;
pub const LIMIT_DEFAULT: i64 = 10;
/// Up to here counts are exact; above, the count stays here and `has_more` is true.
pub const COUNT_MAX: i64 = 10_000;

/// Which part of a list was asked for: `start` in 0..=10000, `limit` in 1..=100. Made by [`Slice::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slice {
    pub start: i64,
    pub limit: i64,
}

impl Default for Slice {
    fn default() -> Self {
        Self { start: 0, limit: LIMIT_DEFAULT }
    }
}

impl Slice {
    /// # Errors
    /// 422 naming the field that is outside its limits.
    pub fn new(start: Option<i64>, limit: Option<i64>) -> Result<Self, Refused> {
        let start = start.unwrap_or(0);
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        let out = |field, message: String| Err(Refused::new(Code::OutOfRange, message).field(field));
        if start < 0 {
            return out("start", "start is 0 or more".to_owned());
        }
        if start > START_MAX {
            return out("start", format!("start reaches {START_MAX}; walk further with cursor"));
        }
        if !(1..=LIMIT_MAX).contains(&limit) {
            return out("limit", format!("limit is from 1 to {LIMIT_MAX}"));
        }
        Ok(Self { start, limit })
    }
}

/// `range` of a list answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub start: i64,
    /// Position after the last object of this page.
    pub end: i64,
    pub limit: i64,
    /// How many objects match in all, exact up to [`COUNT_MAX`] and never more.
    pub count: i64,
    pub has_more: bool,
}

impl Range {
    /// `returned` objects are on this page, `count` match in all.
    pub const fn new(slice: Slice, returned: i64, count: i64) -> Self {
        let end = slice.start + returned;
        let count = if count > COUNT_MAX { COUNT_MAX } else { count };
        // Where counting stopped, a full page says that more may follow.
        let has_more = end < count || (count == COUNT_MAX && returned == slice.limit);
        Self { start: slice.start, end, limit: slice.limit, count, has_more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked_and_named() {
        assert_eq!(Slice::new(None, None).unwrap(), Slice::default());
        assert_eq!(Slice::new(Some(10_000), Some(100)).unwrap(), Slice { start: 10_000, limit: 100 });
        for (start, limit, field) in [
            (Some(-1), None, "start"),
            (Some(10_001), None, "start"),
            (None, Some(0), "limit"),
            (None, Some(101), "limit"),
            (None, Some(i64::MIN), "limit"),
            (Some(i64::MAX), Some(1), "start"),
        ] {
            let refused = Slice::new(start, limit).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some(field));
            assert_eq!(refused.code.http_status(), 422);
        }
        assert!(Slice::new(Some(10_001), None).unwrap_err().message.contains("cursor"));
    }

    #[test]
    fn a_range_says_where_it_ends_and_whether_more_follows() {
        let slice = Slice { start: 20, limit: 10 };
        assert_eq!(Range::new(slice, 10, 31), Range { start: 20, end: 30, limit: 10, count: 31, has_more: true });
        assert!(!Range::new(slice, 10, 30).has_more);
        assert_eq!(Range::new(slice, 0, 5).end, 20);
        let deep = Range::new(Slice { start: 10_000, limit: 10 }, 10, 2_000_000);
        assert_eq!((deep.count, deep.has_more), (10_000, true));
        assert!(!Range::new(Slice { start: 10_000, limit: 10 }, 3, 10_003).has_more);
    }
}

//! Named views: a list's filters, columns and order under a name.

use model::id::{AccountId, UserId, ViewId};
use model::time::Timestamp;

use crate::row;

row! {
    /// A list as somebody wants to find it again. It holds in both environments. Times are real time.
    pub struct SavedView in "views" {
        id: ViewId,
        account: AccountId,
        version: i64,
        created: Timestamp,
        /// Whose it is.
        user_id: UserId,
        name: String,
        /// Everybody of the account sees it.
        shared: bool,
        /// The list's address without its path: `status=refused&sort=-amount`.
        query: String,
    }
}

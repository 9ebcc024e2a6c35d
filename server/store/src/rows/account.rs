//! Who uses Guichet: accounts, their shops and keys, the people who sign in.

use model::id::{AccountId, ApiKeyId, ShopId, UserId};
use model::money::Currency;
use model::rights::{Environment, Role};
use model::time::Timestamp;

use crate::row;

row! {
    /// A company that gets paid.
    pub struct Account in "accounts" {
        id: AccountId,
        version: i64,
        created: Timestamp,
        name: String,
        /// IANA name; decides capture cut-offs and what 'today' is.
        time_zone: String,
        currency: Currency,
        locale: String,
        /// `#rrggbb` of the mark on the checkout page.
        brand_color: String,
        support_email: Option<String>,
        /// Sandbox clock: milliseconds ahead of real time, never less than before.
        clock_offset: i64,
    }
}

row! {
    /// A shop or application of an account; payments and keys name it.
    pub struct Shop in "shops" {
        id: ShopId,
        account: AccountId,
        version: i64,
        created: Timestamp,
        name: String,
        url: Option<String>,
    }
}

row! {
    /// An API key: only its hash is kept.
    pub struct ApiKey in "api_keys" {
        id: ApiKeyId,
        account: AccountId,
        environment: Environment,
        version: i64,
        created: Timestamp,
        shop: ShopId,
        /// `secret` or `public`.
        kind: String,
        name: String,
        #[serde(skip_serializing, default)]
        hash: String,
        /// The last four characters, to recognise it.
        hint: String,
        created_by: Option<UserId>,
        last_used: Option<Timestamp>,
        revoked: Option<Timestamp>,
        /// Rolled: works until then, in real time.
        expires: Option<Timestamp>,
        /// Rolled: the key that takes its place.
        successor: Option<ApiKeyId>,
    }
}

row! {
    /// A person who signs in.
    pub struct User in "users" {
        id: UserId,
        version: i64,
        created: Timestamp,
        /// Lower case, unique.
        email: String,
        name: String,
        #[serde(skip_serializing, default)]
        password_hash: String,
        locale: String,
    }
}

row! {
    /// A person's place in an account.
    pub struct Member in "members" {
        account: AccountId,
        user_id: UserId,
        role: Role,
        version: i64,
        created: Timestamp,
        /// Real time, to the minute.
        last_seen: Option<Timestamp>,
    }
}

row! {
    /// A signed-in browser; its cookie's hash is the key. Times here are real time.
    pub struct Session in "sessions" {
        #[serde(skip_serializing, default)]
        token_hash: String,
        user_id: UserId,
        account: AccountId,
        environment: Environment,
        created: Timestamp,
        last_seen: Timestamp,
        ip: Option<String>,
        user_agent: Option<String>,
    }
}

//! The people of an account: members, and the invitations by which they come. Times here are real time.

use model::id::{AccountId, InvitationId, UserId};
use model::time::Timestamp;

use crate::conn::{Conn, Tx};
use crate::error::{Error, Result};
use crate::row::Value;
use crate::rows::{Invitation, Member, Session, User};
use crate::table::Table;

/// The invitation that this token's hash opens, whatever became of it.
///
/// # Errors
/// As the database has them.
pub async fn invitation_by_hash(c: &mut Conn, hash: &str) -> Result<Option<Invitation>> {
    let sql = format!("{} WHERE token_hash = $1", Invitation::statements().select);
    c.one(&sql, vec![hash.into()]).await
}

/// # Errors
/// As the database has them.
pub async fn invitation(c: &mut Conn, account: AccountId, id: InvitationId) -> Result<Option<Invitation>> {
    let sql = format!("{} WHERE id = $1 AND account = $2", Invitation::statements().select);
    c.one(&sql, vec![id.into(), account.into()]).await
}

/// Those that nobody has used or withdrawn, expired ones too; newest first.
///
/// # Errors
/// As the database has them.
pub async fn open_invitations(c: &mut Conn, account: AccountId) -> Result<Vec<Invitation>> {
    let sql = format!(
        "{} WHERE account = $1 AND accepted IS NULL AND withdrawn IS NULL ORDER BY created DESC, id DESC",
        Invitation::statements().select
    );
    c.all(&sql, vec![account.into()]).await
}

/// Who works in the account and who they are, longest first.
///
/// # Errors
/// As the database has them.
pub async fn people(c: &mut Conn, account: AccountId) -> Result<Vec<(Member, User)>> {
    let members = crate::accounts::members(c, account).await?;
    let sql = format!("{} WHERE id IN (SELECT user_id FROM members WHERE account = $1)", User::statements().select);
    let users: Vec<User> = c.all(&sql, vec![account.into()]).await?;
    members
        .into_iter()
        .map(|member| {
            let user = users.iter().find(|user| user.id == member.user_id).cloned();
            let user = user.ok_or_else(|| Error::Inconsistent(format!("member {} is nobody", member.user_id)))?;
            Ok((member, user))
        })
        .collect()
}

/// The accounts somebody works in, by name; longest first.
///
/// # Errors
/// As the database has them.
pub async fn accounts_of(c: &mut Conn, user: UserId) -> Result<Vec<(AccountId, String)>> {
    let sql = "SELECT accounts.id, accounts.name FROM members JOIN accounts ON accounts.id = members.account \
               WHERE members.user_id = $1 ORDER BY members.created, members.account";
    let rows = c.rows(sql, vec![user.into()]).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get(0)?;
            let id = id.parse().map_err(|_| Error::Inconsistent(format!("account {id}")))?;
            Ok((id, row.try_get(1)?))
        })
        .collect()
}

/// Takes the person out of the account. Whether they were in it.
///
/// # Errors
/// As the database has them.
pub async fn remove_member(tx: &mut Tx, account: AccountId, user: UserId) -> Result<bool> {
    let sql = "DELETE FROM members WHERE account = $1 AND user_id = $2";
    Ok(tx.execute(sql, vec![account.into(), user.into()]).await? == 1)
}

/// Remembers when the person was here last; the version stays, for this is no change anybody decided on.
///
/// # Errors
/// As the database has them.
pub async fn seen(tx: &mut Tx, account: AccountId, user: UserId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE members SET last_seen = $1 WHERE account = $2 AND user_id = $3";
    tx.execute(sql, vec![at.into(), account.into(), user.into()]).await?;
    Ok(())
}

/// Signs the person out of this account everywhere: a changed role, a removal. How many sessions ended.
///
/// # Errors
/// As the database has them.
pub async fn end_sessions_in(tx: &mut Tx, account: AccountId, user: UserId) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE account = $1 AND user_id = $2", vec![account.into(), user.into()]).await
}

/// Signs the person out everywhere but in one browser. How many sessions ended.
///
/// # Errors
/// As the database has them.
pub async fn end_other_sessions(tx: &mut Tx, user: UserId, but: &str) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2", vec![user.into(), but.into()]).await
}

/// The person's session whose hash begins so.
///
/// # Errors
/// As the database has them.
pub async fn session_by_handle(c: &mut Conn, user: UserId, handle: &str) -> Result<Option<Session>> {
    let sessions = crate::users::sessions_of(c, user).await?;
    Ok(sessions.into_iter().find(|session| !handle.is_empty() && session.token_hash.starts_with(handle)))
}

/// Moves the session to another account. Whether there was such a session.
///
/// # Errors
/// As the database has them.
pub async fn choose_account(tx: &mut Tx, token_hash: &str, account: AccountId) -> Result<bool> {
    let values: Vec<Value> = vec![account.into(), token_hash.into()];
    Ok(tx.execute("UPDATE sessions SET account = $1 WHERE token_hash = $2", values).await? == 1)
}

/// Takes a lock that makes what is decided about an account's team be decided one after the other.
///
/// # Errors
/// As the database has them.
pub async fn lock_team(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute("UPDATE accounts SET version = version WHERE id = $1", vec![account.into()]).await?;
    Ok(())
}

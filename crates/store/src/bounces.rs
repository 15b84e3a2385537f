//! What mail servers reported about mails that they had taken.

use domain::{
    id::{MessageId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    users::email_key,
    value::Id,
};

statements! {
    HANDED_OVER = "SELECT o.user_id, u.email FROM outbox o JOIN users u ON u.id = o.user_id \
                   WHERE o.id = $1 AND o.state IN ('handed_over', 'bounced')";
    ON_ITS_WAY = "SELECT count(*) FROM outbox WHERE id = $1 AND state = 'queued' AND leased_until > $2";
    NOTE = "INSERT INTO mail_bounces (message_id, user_id, email_key, status, noted_at, permanent_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id) DO UPDATE SET status = excluded.status, \
            permanent_at = excluded.permanent_at, noted_at = excluded.noted_at \
            WHERE mail_bounces.permanent_at IS NULL AND (excluded.permanent_at IS NOT NULL \
            OR mail_bounces.status <> excluded.status)";
    MARK = "UPDATE outbox SET state = 'bounced', last_error = $2 WHERE id = $1 AND state = 'handed_over'";
    CLEAR = "UPDATE mail_bounces SET cleared_at = $2 WHERE user_id = $1 AND cleared_at IS NULL";
    COUNT = "SELECT count(*) FROM mail_bounces b JOIN users u ON u.id = b.user_id AND u.email_key = b.email_key \
             WHERE b.user_id = $1 AND b.permanent_at IS NOT NULL AND b.cleared_at IS NULL";
    TAKE_HOOK = "INSERT INTO hook_messages (id, received_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
}

/// Whom a mail that a server took was for, and the address of today.
pub async fn recipient(
    conn: &mut impl Executor,
    message: MessageId,
) -> Result<Option<(UserId, String)>, StoreError> {
    let row: Option<(Id<UserId>, String)> = fetch_optional!(conn, HANDED_OVER, message)?;
    Ok(row.map(|(user, email)| (user.0, email)))
}

/// Whether a worker is handing the mail over at this moment: a server may have it already, and report about it, before that is
/// written down.
pub async fn is_on_its_way(
    conn: &mut impl Executor,
    message: MessageId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, ON_ITS_WAY, message, now)?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// A report.
#[derive(Debug)]
pub struct NewBounce<'a> {
    /// About which mail.
    pub message: MessageId,
    /// To whom.
    pub user: UserId,
    /// To which address.
    pub email: &'a str,
    /// RFC 3463, such as `5.1.1`.
    pub status: &'a str,
    /// Whether trying again is pointless.
    pub is_permanent: bool,
}

/// Writes a report down; false when nothing new was said.
pub async fn note(tx: &mut Tx, bounce: &NewBounce<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let permanent = bounce.is_permanent.then_some(now);
    let key = email_key(bounce.email);
    let noted = execute!(tx, NOTE, bounce.message, bounce.user, key, bounce.status, now, permanent)? == 1;
    if bounce.is_permanent {
        execute!(tx, MARK, bounce.message, bounce.status)?;
    }
    Ok(noted)
}

/// The address is good: a code that was sent to it was entered.
pub async fn clear(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, CLEAR, user, now).map(drop)
}

/// Whether the person's address of today takes no mail.
pub async fn is_bounced(conn: &mut impl Executor, user: UserId) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, COUNT, user)?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Takes a webhook's message, once; false when it was taken before.
pub async fn take_hook(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, TAKE_HOOK, id, now)? == 1)
}

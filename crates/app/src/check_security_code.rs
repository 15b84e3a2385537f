//! The security code, looked at: in recovery after the mailbox was proven, in the account after a fresh proof. One budget for
//! all doors, so that none of them is a way around another.

use crypto::hashing::{Guest, HashCheck, PasswordHash, Work};
use domain::{id::UserId, policy::Policy, security_code::SecurityCode, time::Timestamp};
use store::{Executor, Tx, credentials::StoredHash};
use zeroize::Zeroizing;

use crate::{
    App, Fault,
    guesses::{self, Budget, Count},
};

/// What came of it.
pub(crate) enum Looked {
    /// It was right.
    Right(Box<Right>),
    /// It was not; so many more are looked at in this window. The caller records it.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// It was not, and it was the last that is looked at before this moment. The caller records it.
    WrongThenPaused(Timestamp),
    /// It was not, and it was one too many. The caller records it.
    WrongThenDisabled,
    /// It cannot be one; nothing was counted.
    Malformed,
    /// None is looked at before this moment.
    Paused(Timestamp),
    /// It was wrong so often in a row that it is worthless until it is made anew.
    Disabled,
    /// The user has none.
    Missing,
}

/// The right code, until it is settled in a transaction.
pub(crate) struct Right {
    /// The check, for whoever makes a proof of it.
    pub(crate) check: HashCheck,
    user: UserId,
    stored: StoredHash,
    budgets: Vec<Budget>,
}

impl Right {
    /// Clears the budgets; false when the code was changed while it was being checked: nothing is proven.
    pub(crate) async fn settle(self, tx: &mut Tx) -> Result<bool, Fault> {
        let stored = store::credentials::find_security_code(tx, self.user).await?;
        if stored.as_ref() != Some(&self.stored) {
            return Ok(false);
        }
        guesses::clear(tx, &self.budgets).await?;
        Ok(true)
    }
}

/// Whether the user has a security code that works.
pub(crate) async fn has_security_code(
    app: &App,
    conn: &mut impl Executor,
    user: UserId,
    policy: &Policy,
) -> Result<bool, Fault> {
    if store::credentials::find_security_code(conn, user).await?.is_none() {
        return Ok(false);
    }
    for budget in app.security_code_budgets(user, policy) {
        if guesses::look(conn, &budget, app.now()).await? == Count::Disabled {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Counts the guess, then looks at it. No transaction is open while the hash is computed.
pub(crate) async fn look_at_security_code(
    app: &App,
    user: UserId,
    policy: &Policy,
    typed: &str,
) -> Result<Looked, Fault> {
    let Some(code) = SecurityCode::typed(typed) else { return Ok(Looked::Malformed) };
    let seat = app.hasher.admit(Guest::Proven, Work::Own)?;
    let budgets = app.security_code_budgets(user, policy);
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(stored) = store::credentials::find_security_code(&mut tx, user).await? else {
        return Ok(Looked::Missing);
    };
    let counted = guesses::count(&mut tx, &budgets, now).await?;
    tx.commit().await?;
    match counted {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Looked::Paused(until)),
        Count::Disabled => return Ok(Looked::Disabled),
    }
    let secret = Zeroizing::new(code.expose().to_owned());
    let hash = PasswordHash::from_stored(stored.hash.clone());
    match seat.check(secret, Some(hash)).await? {
        check @ HashCheck::Right(_) => Ok(Looked::Right(Box::new(Right { check, user, stored, budgets }))),
        HashCheck::Wrong => miss(app, &budgets, now).await,
    }
}

/// What the miss leaves: the budgets were counted already.
async fn miss(app: &App, budgets: &[Budget], now: Timestamp) -> Result<Looked, Fault> {
    let mut conn = app.db.read().await?;
    let mut left = u32::MAX;
    for budget in budgets {
        match guesses::look(&mut conn, budget, now).await? {
            Count::Counted => left = left.min(guesses::left(&mut conn, budget, now).await?),
            Count::Paused(until) => return Ok(Looked::WrongThenPaused(until)),
            Count::Disabled => return Ok(Looked::WrongThenDisabled),
        }
    }
    Ok(Looked::Wrong { left })
}

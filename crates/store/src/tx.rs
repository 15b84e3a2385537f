//! A write transaction on either database, with the same rules on both.

use sqlx::Postgres;

use crate::{
    dialect::{Executor, Link},
    error::StoreError,
    writer::Member,
};

/// A write transaction. Dropping it undoes it; after a statement failed nothing more of it can be kept.
#[derive(Debug)]
#[must_use = "a transaction that is not committed is undone"]
pub struct Tx {
    side: Side,
    refused: bool,
}

#[derive(Debug)]
pub(crate) enum Side {
    Sqlite(Member),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn new(side: Side) -> Self {
        Self { side, refused: false }
    }

    /// Makes the transaction durable. Readers see it from now on.
    ///
    /// # Errors
    /// [`StoreError::Aborted`] when an earlier statement failed: nothing was kept. Any other error says that the
    /// database could not confirm the commit.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.refused {
            // PostgreSQL would answer the COMMIT of a failed transaction with a quiet ROLLBACK.
            return Err(StoreError::Aborted);
        }
        match self.side {
            Side::Sqlite(member) => member.commit().await,
            Side::Postgres(transaction) => Ok(transaction.commit().await?),
        }
    }
}

impl Executor for Tx {
    fn link(&mut self) -> Result<Link<'_>, StoreError> {
        match &mut self.side {
            _ if self.refused => Err(StoreError::Aborted),
            Side::Sqlite(member) => Ok(Link::Sqlite(member.connection()?)),
            Side::Postgres(transaction) => Ok(Link::Postgres(transaction)),
        }
    }

    fn refused(&mut self) {
        self.refused = true;
    }
}

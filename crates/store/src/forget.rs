//! Forgetting what is over, some rows at a time, so that nobody waits behind a million of them.

use domain::time::Timestamp;

use crate::{dialect::statements, error::StoreError, query, statement::Statement, tx::Tx, value::Bind as _};

/// Deletes the oldest rows of a table, at most `$2`, that are from before `$1` by a column that has an index.
macro_rules! oldest {
    ($table:literal, $key:literal, $age:literal, $and:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $age,
            " < $1",
            $and,
            " ORDER BY ",
            $age,
            " LIMIT $2)"
        )
    };
}

statements! {
    MESSAGES = oldest!("outbox", "id", "created_at", " AND state <> 'queued'");
    NOT_ME_LINKS = oldest!("not_me_links", "token_hash", "expires_at", "");
    /// Staff have no administrators who could be told.
    NOT_ME_REPORTS = oldest!("not_me_reports", "id", "at", " AND (told_at IS NOT NULL OR company_id IS NULL)");
    TICKETS = oldest!("tickets", "token_hash", "expires_at", "");
    CODE_SENDS = oldest!("code_sends", "user_id, sent_at, code_id", "sent_at", "");
    ATTEMPTS = oldest!("attempts", "id", "expires_at", "");
    RECOVERIES = oldest!("recoveries", "id", "expires_at", " AND state <> 'completed'");
    /// A completed one is remembered for as long as "this was not me" can ask for it.
    COMPLETED_RECOVERIES = oldest!("recoveries", "id", "expires_at", "");
    USER_ID_REQUESTS = oldest!("user_id_requests", "id", "created_at", "");
    FACTOR_REMOVALS = oldest!("factor_removals", "id", "created_at", " AND (cancelled_at IS NOT NULL OR done_at IS NOT NULL)");
    CEREMONIES = oldest!("passkey_ceremonies", "id", "expires_at", "");
    SESSIONS = oldest!("sessions", "id", "ends_at", "");
    DEVICES = oldest!("devices", "id", "expires_at", "");
    KNOWN_BROWSERS = oldest!("known_browsers", "user_id, browser_hash", "last_login_at", "");
    HOOK_MESSAGES = oldest!("hook_messages", "id", "received_at", "");
    COUNTERS = oldest!("counters", "name", "updated_at", " AND substr(name, 1, 5) <> 'code-'");
}

/// What is forgotten after some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// Messages that are done, by the moment when they were made.
    Messages,
    /// Links that say "this was not me", by their end.
    NotMeLinks,
    /// What was said by them, by its moment, once the administrators know.
    NotMeReports,
    /// Tickets between hosts, by their end.
    Tickets,
    /// When codes were sent.
    CodeSends,
    /// Pending logins and onboardings, by their end.
    Attempts,
    /// Recoveries that came to nothing, by their end.
    Recoveries,
    /// All recoveries, by their end.
    CompletedRecoveries,
    /// Requests for User IDs, by the moment when they were made.
    UserIdRequests,
    /// Removals of factors that are over, by the moment when they were asked for.
    FactorRemovals,
    /// Ceremonies of passkeys, by their end.
    Ceremonies,
    /// Sessions, by their end.
    Sessions,
    /// Trusted Devices, by the end of their trust. No session may hang on them any more.
    Devices,
    /// Browsers on which somebody logged in, by the last time.
    KnownBrowsers,
    /// Messages of webhooks, by their arrival.
    HookMessages,
    /// Counters, by their last change; except those of codes: a hundred failures in a row disable a factor, however long
    /// they take.
    Counters,
}

impl Forgotten {
    const fn statement(self) -> &'static Statement {
        match self {
            Self::Messages => &MESSAGES,
            Self::NotMeLinks => &NOT_ME_LINKS,
            Self::NotMeReports => &NOT_ME_REPORTS,
            Self::Tickets => &TICKETS,
            Self::CodeSends => &CODE_SENDS,
            Self::Attempts => &ATTEMPTS,
            Self::Recoveries => &RECOVERIES,
            Self::CompletedRecoveries => &COMPLETED_RECOVERIES,
            Self::UserIdRequests => &USER_ID_REQUESTS,
            Self::FactorRemovals => &FACTOR_REMOVALS,
            Self::Ceremonies => &CEREMONIES,
            Self::Sessions => &SESSIONS,
            Self::Devices => &DEVICES,
            Self::KnownBrowsers => &KNOWN_BROWSERS,
            Self::HookMessages => &HOOK_MESSAGES,
            Self::Counters => &COUNTERS,
        }
    }
}

/// Forgets what is from before `before`, the oldest first, at most `most` rows; gives their number.
pub async fn forget(tx: &mut Tx, what: Forgotten, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    query::execute(tx, what.statement(), vec![before.bind(), most.bind()]).await
}

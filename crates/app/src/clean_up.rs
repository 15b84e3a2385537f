//! Forgetting what is over. Nothing rests on it: every limit is looked at when it matters.

use std::time::Duration;

use domain::{id::CompanyId, rollout::Stage, time::Timestamp};
use store::forget::{Forgotten, forget};

use crate::{App, Fault, send_code::SENDS_REMEMBERED};

/// How often it runs.
pub const EVERY: Duration = Duration::from_mins(5);
const DAY: Duration = Duration::from_hours(24);
/// Delivered messages are kept this long, for whoever asks what became of one. Their text is gone already.
const OUTBOX_KEPT: Duration = Duration::from_hours(30 * 24);
/// "This was not me" can be said of a completed recovery for this long, whatever `not_me.link_lifetime` is.
pub const LONGEST_DISOWNED: Duration = Duration::from_hours(31 * 24);
/// Counters that nobody touched for this long are forgotten, except those of codes.
const COUNTERS_KEPT: Duration = Duration::from_hours(2 * 24);

/// Ended devices and reports are kept this long, for whoever asks where somebody got in.
const RECORDS_KEPT: Duration = Duration::from_hours(30 * 24);
/// A browser keeps its identifier for so long after its last visit.
const BROWSERS_KEPT: Duration = Duration::from_hours(400 * 24);
/// Rows that are forgotten in one transaction, so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

/// Runs until the task is dropped.
pub async fn run(app: App) {
    loop {
        if let Err(fault) = clean_up(&app).await {
            crate::health::tell_of_work(&fault, "cleaning up failed");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Forgets, on one node at a time.
///
/// # Errors
/// [`Fault::Store`].
pub async fn clean_up(app: &App) -> Result<(), Fault> {
    // Before the transaction: whoever holds a connection never waits for another.
    let directory = app.directory().await?;
    let now = app.now();
    let holder = app.new_uuid().to_string();
    let mut tx = app.db.begin().await?;
    if !store::leases::acquire(&mut tx, "clean_up", &holder, now + EVERY / 2, now).await? {
        return Ok(());
    }
    store::outbox::expire(&mut tx, now).await?;
    crate::decide_case::close_overdue(app, &mut tx, now).await?;
    crate::rollout_status::forget_locks(app, &mut tx, &directory).await?;
    tx.commit().await?;
    for (what, before) in forgettable(now) {
        while forget_some(app, what, before).await? == u64::from(AT_ONCE) {}
    }
    for company in directory.companies.values() {
        if company.rollout.stage(now) == Stage::CutOffPassed {
            while delete_some_credentials(app, company.id).await? == u64::from(AT_ONCE) {}
        }
    }
    Ok(())
}

/// What is forgotten, and from before which moment. Devices come after the sessions that hang on them.
fn forgettable(now: Timestamp) -> [(Forgotten, Timestamp); 16] {
    [
        (Forgotten::Messages, now - OUTBOX_KEPT),
        (Forgotten::NotMeLinks, now),
        (Forgotten::NotMeReports, now - RECORDS_KEPT),
        (Forgotten::Tickets, now - DAY),
        (Forgotten::CodeSends, now - SENDS_REMEMBERED),
        (Forgotten::Attempts, now - DAY),
        (Forgotten::Recoveries, now - DAY),
        (Forgotten::CompletedRecoveries, now - LONGEST_DISOWNED),
        (Forgotten::UserIdRequests, now - DAY),
        (Forgotten::FactorRemovals, now - 30 * DAY),
        (Forgotten::Ceremonies, now),
        (Forgotten::Sessions, now - 2 * DAY),
        (Forgotten::Devices, now - RECORDS_KEPT),
        (Forgotten::KnownBrowsers, now - BROWSERS_KEPT),
        (Forgotten::HookMessages, now - DAY),
        (Forgotten::Counters, now - COUNTERS_KEPT),
    ]
}

/// A transaction of its own for each thousand, so that logins get their turn in between.
async fn forget_some(app: &App, what: Forgotten, before: Timestamp) -> Result<u64, Fault> {
    let mut tx = app.db.begin().await?;
    let forgotten = forget(&mut tx, what, before, AT_ONCE).await?;
    tx.commit().await?;
    Ok(forgotten)
}

async fn delete_some_credentials(app: &App, company: CompanyId) -> Result<u64, Fault> {
    let mut tx = app.db.begin().await?;
    let deleted = store::identities::delete_credentials_of_company(&mut tx, company, AT_ONCE).await?;
    tx.commit().await?;
    Ok(deleted)
}

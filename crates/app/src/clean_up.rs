//! Forgetting what is over. Nothing rests on it: every limit is looked at when it matters.

use std::time::Duration;

use domain::rollout::Stage;

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
/// So that nobody waits for it.
const DEVICES_AT_ONCE: u32 = 1_000;

/// Runs until the task is dropped.
pub async fn run(app: App) {
    loop {
        if let Err(fault) = clean_up(&app).await {
            tracing::error!(%fault, "cleaning up failed");
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
    store::outbox::forget(&mut tx, now - OUTBOX_KEPT).await?;
    store::not_me::forget(&mut tx, now).await?;
    store::tickets::forget(&mut tx, now - DAY).await?;
    store::codes::forget_sends(&mut tx, now - SENDS_REMEMBERED).await?;
    store::attempts::forget(&mut tx, now - DAY).await?;
    store::recoveries::forget(&mut tx, now - DAY, now - LONGEST_DISOWNED).await?;
    store::user_id_requests::forget(&mut tx, now - DAY).await?;
    store::factor_removals::forget(&mut tx, now - 30 * DAY).await?;
    store::passkey_ceremonies::forget(&mut tx, now).await?;
    store::sessions::forget(&mut tx, now - 2 * DAY).await?;
    store::devices::forget(&mut tx, now - RECORDS_KEPT, DEVICES_AT_ONCE).await?;
    store::not_me::forget_reports(&mut tx, now - RECORDS_KEPT).await?;
    crate::decide_case::close_overdue(app, &mut tx, now).await?;
    store::counters::forget(&mut tx, now - COUNTERS_KEPT).await?;
    for company in directory.companies.values() {
        if company.rollout.stage(now) == Stage::CutOffPassed {
            store::identities::delete_credentials_of_company(&mut tx, company.id).await?;
        }
    }
    Ok(tx.commit().await?)
}

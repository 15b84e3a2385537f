//! Logins a second over bare hashes a second, and the memory that they take.

use std::time::Duration;

use anyhow::Result;

use crate::{
    RUNS, bound,
    bound::COST,
    crowd::{Crowd, Way},
    databases::Databases,
    installation::{Installation, Serving},
    report::{Aim, Line, median},
    sink::Sink,
};

/// Clients at once: every permit is always taken.
const CLIENTS: usize = 16;

/// Parallel logins whose memory is measured.
const MANY: usize = 64;

/// Both ways on both databases.
///
/// # Errors
/// When a login fails.
pub(crate) async fn throughput(databases: &Databases, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (way, words, least) in [(Way::Trusted, "on a Trusted Device", 0.9), (Way::Code, "with a code", 0.8)] {
        for (database, installation, aim) in databases.each(Aim::Ratio(least)) {
            let (bound, ours) = against_hashes(installation, sink, way, length).await?;
            let name = format!("logins {words}, {database}");
            lines.push(Line { name, unit: "logins/s", bound: Some(bound), ours, aim });
        }
    }
    Ok(lines)
}

async fn against_hashes(
    installation: &Installation,
    sink: &Sink,
    way: Way,
    length: Duration,
) -> Result<(f64, f64)> {
    let _serving = installation.serve().await?;
    let mut crowd = Crowd::gather(installation, sink, CLIENTS, way).await?;
    let (mut hashes, mut logins) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        hashes.push(bound::hashes().await?);
        let (rate, same) = crowd.log_in_for(length).await?;
        crowd = same;
        logins.push(rate);
    }
    Ok((median(hashes), median(logins)))
}

/// Resident memory at rest, and the most of it during 64 parallel logins.
///
/// # Errors
/// When a login fails, or this is not Linux.
pub(crate) async fn memory(databases: &Databases, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let serving = databases.sqlite.serve().await?;
    // Workers make their first round.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = serving.resident()?;
    let crowd = Crowd::gather(&databases.sqlite, sink, MANY, Way::Code).await?;
    let logging_in = crowd.log_in_for(length);
    let (most, logins) = tokio::join!(most_resident(&serving, length), logging_in);
    logins?;
    let hash = f64::from(COST.memory_kib) / 1024.0;
    let allowed = 40.0 + 30.0 + hash * bound::permits() as f64;
    let line = |name: &str, ours, most| Line {
        name: name.to_owned(),
        unit: "MiB",
        bound: None,
        ours,
        aim: Aim::AtMost(most),
    };
    Ok(vec![line("memory at rest", idle, 40.0), line("memory under 64 parallel logins", most?, allowed)])
}

async fn most_resident(serving: &Serving, length: Duration) -> Result<f64> {
    let end = tokio::time::Instant::now() + length;
    let mut most = 0.0_f64;
    while tokio::time::Instant::now() < end {
        most = most.max(serving.resident()?);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(most)
}

/// From the start of the process to its first answer that needs the database.
///
/// # Errors
/// When it does not start.
pub(crate) async fn start(databases: &Databases) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, installation, aim) in databases.each(Aim::AtMost(100.0)) {
        let mut took = Vec::new();
        for _ in 0..RUNS {
            took.push(installation.serve().await?.answered_after.as_secs_f64() * 1e3);
        }
        let name = format!("start to first answer, {name}");
        lines.push(Line { name, unit: "ms", bound: None, ours: median(took), aim });
    }
    Ok(lines)
}

//! The session check against the bare server answering the same bytes, and beside a burst of logins.

use std::time::Duration;

use anyhow::{Result, ensure};
use http::StatusCode;

use crate::{
    RUNS,
    bare::{Answer, Bare},
    browser::Browser,
    crowd::{Crowd, Way},
    databases::Databases,
    installation::Installation,
    load::{self, CONNECTIONS, Target},
    report::{Aim, Line, median},
    sink::Sink,
};

/// The cheapest question that only a session answers: how long it lives. Asking does not prolong it.
const CHECK: &str = "/session";

/// Clients that log in during the burst: every permit is always taken, and others wait.
const BURST: usize = 16;

/// A steady stream of checks, each of so many connections asking once in every pause: far from what the machine can do,
/// so that a late answer is late because of the logins.
const STREAMS: usize = 8;
const PAUSE: Duration = Duration::from_millis(10);

/// Checks a second on both databases.
///
/// # Errors
/// When a check is refused.
pub(crate) async fn throughput(databases: &Databases, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, installation, aim) in databases.each(Aim::Ratio(0.8)) {
        let _serving = installation.serve().await?;
        let mut crowd = Crowd::gather(installation, sink, 1, Way::Code).await?;
        let browser = crowd.signed_in().await?;
        let shown = browser.get(CHECK).await?;
        ensure!(shown.status == StatusCode::OK, "the check answered {}", shown.status);
        let bare = Bare::start(&Answer::like(shown.status, &shown.headers, &shown.body))?;
        let ours = check(installation, browser)?;
        let bound = Target { address: bare.address(), ..ours.clone() };
        let (mut bounds, mut rates) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            bounds.push(load::run(&bound, CONNECTIONS, length).await?.rate);
            rates.push(load::run(&ours, CONNECTIONS, length).await?.rate);
        }
        let name = format!("session checks, 64 connections, {name}");
        let (bound, ours) = (Some(median(bounds)), median(rates));
        lines.push(Line { name, unit: "checks/s", bound, ours, aim });
    }
    Ok(lines)
}

/// The check of this browser's session.
///
/// # Errors
/// Never with a browser that is logged in.
pub(crate) fn check(installation: &Installation, browser: &Browser) -> Result<Target> {
    Ok(Target {
        address: installation.place.portal().address,
        path: CHECK.to_owned(),
        headers: browser.headers()?,
        expect: StatusCode::OK,
    })
}

/// The slowest of a hundred checks with a burst of logins and without.
///
/// # Errors
/// When a check is refused or a login fails.
pub(crate) async fn beside_logins(databases: &Databases, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let installation = &databases.sqlite;
    let _serving = installation.serve().await?;
    let mut crowd = Crowd::gather(installation, sink, BURST + 1, Way::Trusted).await?;
    let browser = crowd.signed_in().await?;
    let check = check(installation, browser)?;
    let mut crowd = Crowd::gather(installation, sink, BURST, Way::Code).await?;
    let (mut calm, mut busy, mut logins) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        calm.push(millis(load::run_paced(&check, STREAMS, PAUSE, length).await?.p99));
        let (beside, burst) =
            tokio::join!(load::run_paced(&check, STREAMS, PAUSE, length), crowd.log_in_for(length));
        busy.push(millis(beside?.p99));
        let (rate, same) = burst?;
        crowd = same;
        logins.push(rate);
    }
    let (calm, busy) = (median(calm), median(busy));
    let line = |name: &str, bound, aim| Line { name: name.to_owned(), unit: "ms", bound, ours: busy, aim };
    Ok(vec![
        line("session check beside logins, p99, against without", Some(calm), Aim::RatioAtMost(2.0)),
        line("session check beside logins, p99", None, Aim::AtMost(5.0)),
        Line {
            name: "the logins beside it".to_owned(),
            unit: "logins/s",
            bound: None,
            ours: median(logins),
            aim: Aim::Shown,
        },
    ])
}

fn millis(latency: Duration) -> f64 {
    latency.as_secs_f64() * 1e3
}

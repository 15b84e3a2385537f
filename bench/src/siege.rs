//! Ten thousand wrong guesses on one account: its owner's Trusted Device still opens, a guess costs no more at the end than at
//! the beginning, and what is remembered of them does not grow with them.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use http::StatusCode;
use sqlx::{Connection, SqliteConnection};

use crate::{
    browser::Browser,
    crowd::{Crowd, Way},
    installation::Installation,
    report::{Aim, Line, median},
    sink::Sink,
};

/// Wrong guesses.
pub(crate) const GUESSES: usize = 10_000;
/// The guesses at each end whose times are compared.
const SHARE: usize = 10;
/// Browsers that guess.
const BROWSERS: usize = 8;

/// The siege, on SQLite.
///
/// # Errors
/// When a guess opens something, or the owner is not let in.
pub(crate) async fn lay(installation: &Installation, sink: &Sink, guesses: usize) -> Result<Vec<Line>> {
    let _serving = installation.serve().await?;
    let mut owner = Crowd::gather(installation, sink, 1, Way::Trusted).await?;
    let before = owner_logs_in(&mut owner).await?;
    let victim = installation.people[0].user_id.clone();
    let mut browsers = Vec::with_capacity(BROWSERS);
    for _ in 0..BROWSERS {
        let mut browser = Browser::open(installation.place.portal()).await?;
        browser.learn_token().await?;
        browsers.push(browser);
    }
    let remembered = counters(installation).await?;
    let mut taken = Vec::with_capacity(guesses);
    for number in 0..guesses {
        let browser = &mut browsers[number % BROWSERS];
        let began = Instant::now();
        let form = [("user_id", victim.as_str()), ("password", "not the password")];
        let answer = browser.submit("/login", &form).await?;
        taken.push(began.elapsed());
        let refused = answer.status != StatusCode::SEE_OTHER || answer.leads_to("/recover");
        ensure!(refused, "wrong guess number {number} was led on");
    }
    let after = owner_logs_in(&mut owner).await?;
    let share = (guesses / SHARE).max(1);
    // The first few are hashed; what the account pays for all the others is what has to stay flat.
    let early = taken.get(share..2 * share).unwrap_or(&taken);
    let late = &taken[taken.len() - share..];
    let line = |name: &str, unit, bound, ours, aim| Line { name: name.to_owned(), unit, bound, ours, aim };
    let grown = counters(installation).await? - remembered;
    Ok(vec![
        line(
            "a late guess of a siege over an early one",
            "ms",
            Some(middle(early)),
            middle(late),
            Aim::RatioAtMost(1.5),
        ),
        line(
            "counters that a siege leaves",
            "rows",
            None,
            grown as f64,
            Aim::AtMost((2 * BROWSERS + 8) as f64),
        ),
        line("the owner's trusted login after a siege", "ms", Some(before), after, Aim::RatioAtMost(2.0)),
    ])
}

async fn owner_logs_in(owner: &mut Crowd) -> Result<f64> {
    let began = Instant::now();
    owner.signed_in().await?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

fn middle(taken: &[Duration]) -> f64 {
    median(taken.iter().map(|took| took.as_secs_f64() * 1e3).collect())
}

async fn counters(installation: &Installation) -> Result<i64> {
    let mut connection = SqliteConnection::connect(&installation.database).await?;
    let count = sqlx::query_scalar("SELECT count(*) FROM counters").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(count)
}

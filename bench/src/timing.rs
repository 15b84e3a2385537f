//! Whether time tells if a name is somebody's: two populations of requests, about a known and an unknown name, interleaved.
//!
//! The figure is P(X > Y), the share of pairs in which the known name took longer (the statistic of Mann and Whitney): 0.5
//! when time tells nothing. A measurement is short only when it leaves 0.40 to 0.60 at α = 0.001, twice in a row.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use http::StatusCode;
use sqlx::{Connection, SqliteConnection};

use crate::{
    browser::Browser,
    installation::Installation,
    people::LEGACY_LOGIN,
    report::{Aim, Line},
};

/// Requests of each population.
pub(crate) const SAMPLES: usize = 500;
/// Requests before the count begins.
const WARM_UP: usize = 20;
/// What chance alone may not leave.
const BAND: (f64, f64) = (0.40, 0.60);
/// The 99.95th percentile of the normal distribution: α = 0.001 on two sides.
const Z: f64 = 3.2905;

/// A form that takes a name before anything is proven.
struct Door {
    name: &'static str,
    path: &'static str,
    field: &'static str,
    password: bool,
    answers: StatusCode,
}

const DOORS: [Door; 3] = [
    Door {
        name: "/login",
        path: "/login",
        field: "user_id",
        password: true,
        answers: StatusCode::UNPROCESSABLE_ENTITY,
    },
    Door {
        name: "/start",
        path: "/start",
        field: "login_name",
        password: true,
        answers: StatusCode::UNPROCESSABLE_ENTITY,
    },
    Door {
        name: "/recover/password",
        path: "/recover/password",
        field: "user_id",
        password: false,
        answers: StatusCode::SEE_OTHER,
    },
];

/// All doors, on SQLite.
///
/// # Errors
/// When an answer is another than a wrong guess gets.
pub(crate) async fn doors(installation: &Installation, samples: usize) -> Result<Vec<Line>> {
    let _serving = installation.serve().await?;
    let mut lines = Vec::with_capacity(DOORS.len());
    for door in &DOORS {
        let aim = Aim::Within(BAND.0 - margin(samples), BAND.1 + margin(samples));
        let mut figure = compare(installation, door, samples).await?;
        if !aim.reached(figure, None).unwrap_or(true) {
            figure = compare(installation, door, samples).await?;
        }
        let name = format!("time of {} by name: P(known > unknown)", door.name);
        lines.push(Line { name, unit: "", bound: None, ours: figure, aim });
    }
    Ok(lines)
}

async fn compare(installation: &Installation, door: &Door, samples: usize) -> Result<f64> {
    let known = if door.path == "/start" { LEGACY_LOGIN } else { installation.people[0].user_id.as_str() };
    // As long as the known one: the length of an answer is no secret.
    let unknown: String = known.chars().rev().collect();
    let mut taken = [Vec::with_capacity(samples), Vec::with_capacity(samples)];
    for number in 0..samples + WARM_UP {
        forget_guesses(installation).await?;
        // Whoever goes first in a pair pays for what the pair before left to do.
        for turn in 0..2 {
            let who = (number + turn) % 2;
            let took = ask(installation, door, [known, &unknown][who]).await?;
            if number >= WARM_UP {
                taken[who].push(took);
            }
        }
    }
    Ok(greater(&taken[0], &taken[1]))
}

/// One request in a browser of its own; the time of the form alone.
async fn ask(installation: &Installation, door: &Door, name: &str) -> Result<Duration> {
    let mut browser = Browser::open(installation.place.portal()).await?;
    browser.get(door.path).await?;
    browser.learn_token().await?;
    let mut form = vec![(door.field, name)];
    if door.password {
        form.push(("password", "not the password"));
    }
    let began = Instant::now();
    let answer = browser.submit(door.path, &form).await?;
    let took = began.elapsed();
    ensure!(answer.status == door.answers, "{} answered {} to a guess", door.name, answer.status);
    Ok(took)
}

/// Budgets are measured elsewhere; here they would only end the measurement.
async fn forget_guesses(installation: &Installation) -> Result<()> {
    let mut connection = SqliteConnection::connect(&installation.database).await?;
    sqlx::query("DELETE FROM counters").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The share of pairs in which the first is greater; ties count half.
fn greater(first: &[Duration], second: &[Duration]) -> f64 {
    let mut second = second.to_vec();
    second.sort_unstable();
    let below = |of: &Duration| second.partition_point(|other| other < of);
    let not_above = |of: &Duration| second.partition_point(|other| other <= of);
    let wins: usize = first.iter().map(|of| below(of) + not_above(of)).sum();
    wins as f64 / (2.0 * first.len().max(1) as f64 * second.len().max(1) as f64)
}

/// How far chance alone moves the figure, where time tells nothing.
fn margin(samples: usize) -> f64 {
    let n = samples.max(1) as f64;
    Z * ((2.0 * n + 1.0) / (12.0 * n * n)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(of: &[u64]) -> Vec<Duration> {
        of.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn the_share_of_pairs_is_counted() {
        assert_eq!(greater(&millis(&[2, 4]), &millis(&[1, 3])), 0.75);
        assert_eq!(greater(&millis(&[5, 5]), &millis(&[5, 5])), 0.5);
        assert_eq!(greater(&millis(&[1]), &millis(&[2, 3])), 0.0);
    }

    #[test]
    fn five_hundred_samples_tell_a_tenth_apart() {
        assert!((margin(500) - 0.060).abs() < 0.001, "{}", margin(500));
        assert!(margin(50) > margin(500));
    }
}

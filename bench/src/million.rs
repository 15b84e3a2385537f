//! The same installation with 1,000 and with 1,000,000 users: how soon it starts, and what a login and a check cost then.

use std::time::Duration;

use anyhow::Result;
use sqlx::{Connection as _, SqliteConnection};

use crate::{
    RUNS,
    crowd::{Crowd, Way},
    installation::{Around, Installation},
    load::{self, Target},
    report::{Aim, Line, median},
    sessions,
    sink::Sink,
};

const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;

/// Clients that log in at once.
const CLIENTS: usize = 8;

/// People without a login of their own in this run, who only fill the tables and their indexes. They belong to the company
/// and have what everybody has: a row, a login name of the application, an Enterprise User ID and a password.
const FILL: &str = "
WITH RECURSIVE crowd (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM crowd WHERE n + 1 < $1)
INSERT INTO users (id, company_id, role, name, email, email_key, postponed_count, remembers_device, created_at, version)
SELECT printf('%08x-0000-4000-8000-000000000000', n), (SELECT id FROM companies), 'end_user', 'Filling Person ' || n,
       'filling' || n || '@northgate.example', 'filling' || n || '@northgate.example', 0, 0, 0, 0 FROM crowd;";
const FILL_LOGINS: &str = "
INSERT INTO legacy_logins (canonical, skeleton, display, user_id, source, created_at)
SELECT 'ngs-' || id, 'ngs-' || id, 'NGS-' || id, id, 'import', 0 FROM users
WHERE email_key LIKE 'filling%';";
const FILL_IDS: &str = "
INSERT INTO enterprise_user_ids (canonical, skeleton, display, user_id, created_at)
SELECT 'filling.' || id, 'filling.' || id, 'filling.' || id, id, 0 FROM users
WHERE email_key LIKE 'filling%';";
const FILL_PASSWORDS: &str = "
INSERT INTO passwords (user_id, hash, changed_at)
SELECT id, (SELECT hash FROM passwords LIMIT 1), 0 FROM users
WHERE email_key LIKE 'filling%';";

/// Three lines: a check and a login against the same with fewer people, and the start.
///
/// # Errors
/// When a database cannot be filled, or somebody cannot log in.
pub(crate) async fn measure(around: Around, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let few = Installation::make(None, around).await?;
    fill(&few, FEW).await?;
    let many = Installation::make(None, around).await?;
    fill(&many, MANY).await?;
    let mut starts = Vec::new();
    for _ in 0..RUNS {
        starts.push(many.serve().await?.answered_after.as_secs_f64() * 1e3);
    }
    let _serving = (few.serve().await?, many.serve().await?);
    let (few, many) = (Population::of(&few, sink).await?, Population::of(&many, sink).await?);
    let mut populations = [few, many];
    for _ in 0..RUNS {
        for population in &mut populations {
            population.run(length).await?;
        }
    }
    let [few, many] = populations;
    let line = |name: &str, unit, bound, ours, aim| Line { name: name.to_owned(), unit, bound, ours, aim };
    let (same, few_checks, few_logins) =
        (Aim::Ratio(0.9), Some(median(few.checks)), Some(median(few.logins)));
    Ok(vec![
        line(
            "session checks, 1,000,000 users against 1,000",
            "checks/s",
            few_checks,
            median(many.checks),
            same,
        ),
        line("logins, 1,000,000 users against 1,000", "logins/s", few_logins, median(many.logins), same),
        line("start to first answer, 1,000,000 users", "ms", None, median(starts), Aim::AtMost(100.0)),
    ])
}

/// What is measured of one of the two, taking turns.
struct Population {
    check: Target,
    crowd: Option<Crowd>,
    checks: Vec<f64>,
    logins: Vec<f64>,
}

impl Population {
    async fn of(installation: &Installation, sink: &Sink) -> Result<Self> {
        let mut crowd = Crowd::gather(installation, sink, CLIENTS, Way::Trusted).await?;
        let check = sessions::check(installation, crowd.signed_in().await?)?;
        Ok(Self { check, crowd: Some(crowd), checks: vec![], logins: vec![] })
    }

    async fn run(&mut self, length: Duration) -> Result<()> {
        self.checks.push(load::run(&self.check, load::CONNECTIONS, length).await?.rate);
        if let Some(crowd) = self.crowd.take() {
            let (rate, same) = crowd.log_in_for(length).await?;
            self.crowd = Some(same);
            self.logins.push(rate);
        }
        Ok(())
    }
}

async fn fill(installation: &Installation, people: u32) -> Result<()> {
    let mut database = SqliteConnection::connect(&installation.database).await?;
    let mut filling = database.begin().await?;
    sqlx::query(FILL).bind(people).execute(&mut *filling).await?;
    for statement in [FILL_LOGINS, FILL_IDS, FILL_PASSWORDS] {
        sqlx::query(statement).execute(&mut *filling).await?;
    }
    filling.commit().await?;
    Ok(database.close().await?)
}

//! 1,000,000 users of 500 companies, on both databases: how quickly they are taken over and with how much memory, how soon
//! the product starts then, and what a login and a check cost against 1,000 users.

use std::time::Duration;

use anyhow::{Result, anyhow};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use testkit::postgres::{Cluster, database_url};

use crate::{
    RUNS,
    crowd::{Crowd, Way},
    installation::{Around, Installation},
    load::{self, Target},
    report::{Aim, Line, median},
    sessions,
    sink::Sink,
    take_over::{TakenOver, take_over},
};

/// Users and companies of the two installations.
const FEW: (u64, u32) = (1_000, 10);
const MANY: (u64, u32) = (1_000_000, 500);

/// Clients that log in at once.
const CLIENTS: usize = 8;

/// Rows a second on SQLite, and memory in MiB: what is remembered of the names of a million rows, and a few batches.
const ROWS_A_SECOND: f64 = 20_000.0;
const PEAK: f64 = 160.0;

/// What imported users have once all of them have been through their onboarding, so that these tables are as large as they
/// get. Nobody of them logs in.
const ONBOARDED: [&str; 3] = [
    "INSERT INTO enterprise_user_ids (canonical, skeleton, display, user_id, created_at) \
     SELECT 'filling.' || id, 'filling.' || id, 'filling.' || id, id, 0 FROM users WHERE email_key LIKE 'user%'",
    "INSERT INTO passwords (user_id, hash, changed_at) \
     SELECT id, (SELECT hash FROM passwords LIMIT 1), 0 FROM users WHERE email_key LIKE 'user%'",
    "ANALYZE",
];

/// Five lines for each database.
///
/// # Errors
/// When PostgreSQL is not installed, a database cannot be filled, or somebody cannot log in.
pub(crate) async fn measure(around: Around, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let few = Installation::make(None, around).await?;
    let many = Installation::make(None, around).await?;
    let mut lines = measure_one("SQLite", few, many, around, sink, length).await?;
    let cluster = Cluster::start_durable().map_err(|problem| anyhow!(problem))?;
    let mut server = PgConnection::connect(&database_url(cluster.url(), "postgres")).await?;
    let mut installations = Vec::new();
    for name in ["few", "many"] {
        server.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))).await?;
        installations.push(Installation::make(Some(database_url(cluster.url(), name)), around).await?);
    }
    let [few, many] = installations.try_into().map_err(|_| anyhow!("two installations"))?;
    lines.extend(measure_one("PostgreSQL", few, many, around, sink, length).await?);
    Ok(lines)
}

async fn measure_one(
    database: &str,
    few: Installation,
    many: Installation,
    around: Around,
    sink: &Sink,
    length: Duration,
) -> Result<Vec<Line>> {
    fill(&few, around, FEW).await?;
    let taken_over = fill(&many, around, MANY).await?;
    let mut starts = Vec::new();
    for _ in 0..RUNS {
        starts.push(many.serve().await?.answered_after.as_secs_f64() * 1e3);
    }
    let _serving = (few.serve().await?, many.serve().await?);
    let mut populations = [Population::of(&few, sink).await?, Population::of(&many, sink).await?];
    for _ in 0..RUNS {
        for population in &mut populations {
            population.run(length).await?;
        }
    }
    let [few, many] = populations;
    let line = |name: &str, unit, bound, ours, aim| {
        let name = format!("{name}, {database}");
        Line { name, unit, bound, ours, aim }
    };
    // The aims of the import are set for SQLite; PostgreSQL is printed beside it.
    let only_sqlite = |aim| if database == "SQLite" { aim } else { Aim::Shown };
    let (quick, small) = (only_sqlite(Aim::AtLeast(ROWS_A_SECOND)), only_sqlite(Aim::AtMost(PEAK)));
    let same = Aim::Ratio(0.9);
    let (checks, logins) = (Some(median(few.checks)), Some(median(few.logins)));
    Ok(vec![
        line("import of 1,000,000 users", "rows/s", None, taken_over.rows_a_second, quick),
        line("memory of that import", "MiB", None, taken_over.peak, small),
        line("session checks, 1,000,000 users against 1,000", "checks/s", checks, median(many.checks), same),
        line("logins, 1,000,000 users against 1,000", "logins/s", logins, median(many.logins), same),
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

async fn fill(
    installation: &Installation,
    around: Around,
    (users, companies): (u64, u32),
) -> Result<TakenOver> {
    let taken_over = tokio::task::block_in_place(|| take_over(installation, around, users, companies))?;
    for statement in ONBOARDED {
        if installation.database.starts_with("sqlite") {
            let mut link = SqliteConnection::connect(&installation.database).await?;
            link.execute(statement).await?;
            link.close().await?;
        } else {
            let mut link = PgConnection::connect(&installation.database).await?;
            link.execute(statement).await?;
            link.close().await?;
        }
    }
    Ok(taken_over)
}

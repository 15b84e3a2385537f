//! An import that is killed in the middle goes on when it is run again, and nobody is there twice.
#![expect(clippy::unwrap_used, reason = "a program that cannot be started fails the test")]

use std::{process::Stdio, time::Duration};

use store::{Db, DbConfig, testing::TestDb};
use testkit::generate::{self, Made, Spec};
use tokio::process::Command;
use vestibule::cli::Exit;

use crate::{
    desk::Desk,
    imports::{counts, report},
};

/// Kills in a row, each a little later than the one before.
const KILLS: i64 = 3;

async fn users(db: &Db) -> i64 {
    store::users::count(&mut db.read().await.unwrap()).await.unwrap()
}

/// Starts an import and kills the process (SIGKILL) when `more` people were added.
async fn kill_after(desk: &Desk, db: &Db, more: i64) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .args(["import", "users", "--yes", "--config"])
        .args([desk.path("vestibule.toml"), desk.path("users.csv")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let before = users(db).await;
    while users(db).await < before + more {
        assert!(process.try_wait().unwrap().is_none(), "the import ended before it could be killed");
        // Time passes for another process here; a test clock has no say over it.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    process.kill().await.unwrap();
}

async fn survives(desk: &Desk, db: &Db, made: &Made) {
    for kill in 1..=KILLS {
        kill_after(desk, db, 512 * kill).await;
        assert!(users(db).await < i64::try_from(made.good).unwrap(), "there is something left to import");
    }
    let there = users(db).await;
    let report = report(desk, "users.csv", &[]).await;
    let [added, changed, same, rejected] = counts(&report);
    assert_eq!((added + same, changed), (made.good, 0), "{report}");
    assert_eq!(i64::try_from(same).unwrap(), there, "what was committed before the kill is there");
    assert_eq!(rejected, made.bad.values().sum::<u64>());
    assert_eq!(users(db).await, i64::try_from(made.good).unwrap());
    let mut conn = db.read().await.unwrap();
    let told = store::audit::count_of_kind(&mut conn, "user.imported").await.unwrap();
    assert_eq!(
        told,
        i64::try_from(made.good).unwrap(),
        "each person is told of once, in the transaction that added them"
    );
}

async fn desk_with_people() -> (Desk, Made) {
    let desk = Desk::installed().await;
    let made = generate::generate(desk.0.path(), &Spec { users: 7_000, ..Spec::default() }).unwrap();
    (desk, made)
}

async fn apply(desk: &Desk) {
    let applied = desk.run(&["apply", "@/installation.toml", "--yes", "--config", "@/vestibule.toml"]).await;
    assert_eq!(applied.exit, Exit::Done, "{}", applied.err);
}

#[tokio::test]
async fn a_killed_import_goes_on_with_sqlite() {
    let (desk, made) = desk_with_people().await;
    apply(&desk).await;
    let url = format!("sqlite://{}", desk.path("vestibule.db").display());
    let db = Db::open(&DbConfig::new(url)).await.unwrap();
    survives(&desk, &db, &made).await;
}

#[tokio::test]
async fn a_killed_import_goes_on_with_postgres() {
    let (desk, made) = desk_with_people().await;
    let db = TestDb::postgres().await;
    let file = desk.path("vestibule.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text.lines().find(|line| line.starts_with("url = \"sqlite")).unwrap();
    std::fs::write(&file, text.replace(line, &format!("url = \"{}\"", db.config().url))).unwrap();
    apply(&desk).await;
    survives(&desk, &db, &made).await;
}

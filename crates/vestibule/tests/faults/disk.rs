//! SQLite's disk is full, or read-only: nothing that was confirmed is lost, and it goes on by itself.

use std::{fs, io::Write as _, path::Path, process::Command};

use http::StatusCode;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::plant::{PASSWORD, Plant};

/// A small disk of its own. Only root may have one.
struct Disk(TempDir);

impl Disk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = mount(&["-t", "tmpfs", "-o", "size=24m", "tmpfs"], folder.path());
        if !mounted {
            eprintln!("skipped: only root may mount the small disk that this test fills");
        }
        mounted.then_some(Self(folder))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.path().join("vestibule.db").display())
    }

    /// Writes a file until nothing more fits.
    fn fill(&self) {
        let mut file = fs::File::create(self.0.path().join("filler")).expect("a file");
        while file.write_all(&[7; 4096]).is_ok() {}
        while file.write_all(&[7]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.0.path().join("filler")).expect("the file goes");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    Command::new("mount").args(options).arg(at).output().is_ok_and(|done| done.status.success())
}

/// Leaves no room inside of SQLite's own files.
async fn empty_the_write_ahead_log(url: &str) {
    let mut connection = SqliteConnection::connect(url).await.expect("a connection");
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.expect("a checkpoint");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_is_told_once() {
    let Some(disk) = Disk::new() else { return };
    let plant = Plant::on(disk.url(), Box::new(())).await;
    let members = plant.add_members(2).await;
    plant.start().await;
    let before = plant.client();
    plant.sign_in(&before, &members[0], true).await;

    empty_the_write_ahead_log(&plant.url).await;
    disk.fill();
    let told = plant.until_told("disk is full").await;
    assert!(told.starts_with("not ready\n") && told.contains("writing: "), "{told}");
    let client = plant.client();
    assert_eq!(client.get("/health/live").await.expect("an answer").status, StatusCode::OK);
    for _ in 0..5 {
        let answer = client.enter_password(&members[1].user_id, PASSWORD).await.expect("an answer");
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
        assert!(answer.retry_after.is_some());
        assert!(!answer.body.contains("full"), "internals are never shown");
    }
    assert!(before.is_signed_in().await.expect("an answer"), "who is signed in stays so");

    disk.make_room();
    plant.until_ready(true).await;
    assert!(before.is_signed_in().await.expect("an answer"));
    plant.sign_in(&client, &members[1], false).await;
    let log = plant.log();
    assert_eq!(log.matches("app::health: the database's disk is full").count(), 1, "{log}");
    assert!(log.contains("make room on the disk"), "{log}");
    assert_eq!(log.matches("the database works again").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_disk_is_refused_in_words_and_then_works() {
    let Some(disk) = Disk::new() else { return };
    let plant = Plant::on(disk.url(), Box::new(())).await;
    let member = plant.add_members(1).await.remove(0);
    plant.app.db.close().await;
    assert!(mount(&["-o", "remount,ro"], disk.0.path()));
    let (done, said) = plant.command(&["serve"]).await;
    assert!(!done && said.contains("vestibule.db") && said.to_lowercase().contains("read-only"), "{said}");
    assert!(mount(&["-o", "remount,rw"], disk.0.path()));
    plant.start().await;
    let client = plant.client();
    let answer = client.enter_password(&member.user_id, PASSWORD).await.expect("an answer");
    assert_eq!(answer.path, "/login/code");
}

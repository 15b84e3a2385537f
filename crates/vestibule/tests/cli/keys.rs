//! Keys are changed by one command at a time, and an interrupted change can be made again.

use std::{fs, os::unix::fs::PermissionsExt as _};

use store::{Db, DbConfig, key_generations};
use vestibule::cli::Exit;

use crate::desk::Desk;

const CONFIG: [&str; 2] = ["--config", "@/vestibule.toml"];

#[tokio::test]
async fn of_two_rotations_at_once_one_is_made_and_the_keys_group_still_reads_the_file() {
    let desk = Desk::installed().await;
    let file = desk.path("keys.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a key file");
    let rotate = ["keys", "rotate", CONFIG[0], CONFIG[1]];
    let (one, other) = tokio::join!(desk.run(&rotate), desk.run(&rotate));
    let exits = [one.exit, other.exit];
    assert_eq!(exits.iter().filter(|exit| **exit == Exit::Done).count(), 1, "{} {}", one.err, other.err);
    let mode = fs::metadata(&file).expect("a key file").permissions().mode() & 0o777;
    assert_eq!(mode, 0o640);
    let ran = desk.run(&["doctor", CONFIG[0], CONFIG[1]]).await;
    assert!(ran.out.contains("2 in the key file"), "what the database knows is in the file: {}", ran.out);
    assert!(!ran.out.contains("others may read"), "{}", ran.out);
}

#[tokio::test]
async fn a_retirement_that_was_interrupted_is_made_again() {
    let desk = Desk::installed().await;
    let ran = desk.run(&["keys", "rotate", CONFIG[0], CONFIG[1]]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let file = desk.path("keys.toml");
    let text = fs::read_to_string(&file).expect("the key file");
    let moment = text.rsplit("active_from = \"").next().and_then(|rest| rest.split('"').next()).expect("one");
    fs::write(&file, text.replace(moment, "2026-01-01T00:00:00Z")).expect("the key file");
    // The copy that the rotation left has the name that is wanted now: the clock stands still.
    let retire = ["keys", "retire", "1", CONFIG[0], CONFIG[1]];
    let ran = desk.run(&retire).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    let db = Db::open(&DbConfig::new(format!("sqlite://{}", desk.path("vestibule.db").display()))).await;
    let db = db.expect("the database of `init`");
    let known = key_generations::list(&mut db.read().await.expect("a reader")).await.expect("a list");
    db.close().await;
    assert!(known[0].retired_at.is_some(), "no node misses what the file may lack in a moment");
    for entry in fs::read_dir(desk.0.path()).expect("a folder").flatten() {
        if entry.file_name().to_string_lossy().contains(".before-") {
            fs::remove_file(entry.path()).expect("a copy");
        }
    }
    let ran = desk.run(&retire).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let ran = desk.run(&["doctor", CONFIG[0], CONFIG[1]]).await;
    assert!(ran.out.contains("1 in the key file"), "{}", ran.out);
}

//! A backup of an installation that runs, restored into the other database.

use std::{collections::BTreeSet, fs, io::Read as _, path::Path, sync::Arc};

use flate2::read::MultiGzDecoder;
use store::testing::TestDb;

use crate::{
    client::Client,
    load::{self, Tally},
    plant::{PASSWORD, Plant, config_text, run},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_sqlite_installation_moves_to_postgres() {
    let there = TestDb::empty_postgres().await;
    moves(Plant::on_sqlite().await, &there.config().url.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_postgres_installation_moves_to_sqlite() {
    let there = TestDb::empty_sqlite().await;
    moves(Plant::on_postgres().await, &there.config().url.clone()).await;
}

/// The rows of a backup, without their order.
fn rows(file: &Path) -> BTreeSet<String> {
    let mut text = String::new();
    MultiGzDecoder::new(fs::File::open(file).expect("a backup")).read_to_string(&mut text).expect("text");
    let mut table = "";
    let mut rows = BTreeSet::new();
    for line in text.lines() {
        match line.strip_prefix("{\"table\":") {
            Some(name) => table = name,
            None if line.starts_with('[') => drop(rows.insert(format!("{table} {line}"))),
            None => {}
        }
    }
    rows
}

async fn moves(plant: Plant, there: &str) {
    let mut members = plant.add_members(9).await;
    let newcomers = plant.add_newcomers(4).await;
    let settled = members.remove(0);
    plant.start().await;
    let device = plant.client();
    plant.sign_in(&device, &settled, true).await;
    let (plant, tally) = (Arc::new(plant), Arc::new(Tally::default()));
    let crowd: Vec<_> = members
        .into_iter()
        .map(|member| tokio::spawn(load::member(Arc::clone(&plant), Arc::clone(&tally), member)))
        .collect();
    let ids = (0..).map(|number| format!("quiet.harbour{number}"));
    let onboarding: Vec<_> = newcomers
        .into_iter()
        .zip(ids)
        .map(|(newcomer, id)| {
            tokio::spawn(load::newcomer(Arc::clone(&plant), Arc::clone(&tally), newcomer, id))
        })
        .collect();

    let file = plant.home.path().join("running.backup");
    let name = file.to_str().expect("a name");
    let (done, said) = plant.command(&["backup", name]).await;
    assert!(done && said.contains("keys are not in it"), "{said}");
    for task in crowd {
        task.await.expect("it ends");
    }
    for task in onboarding {
        task.await.expect("it ends");
    }
    assert_eq!(*tally.wrong.lock().unwrap(), Vec::<String>::new(), "nobody was disturbed");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).expect("a file").permissions());
    assert_eq!(mode & 0o777, 0o600);
    let (done, said) = plant.command(&["backup", name]).await;
    assert!(!done && said.contains("nothing is overwritten"), "{said}");
    let (done, said) = plant.command(&["backup", "--verify", name]).await;
    assert!(done, "{said}");

    // What was backed up while running is a whole installation, of one moment.
    let other = plant.home.path().join("other.toml");
    let text = config_text(plant.address, &plant.portal, there, plant.mail_server.address());
    fs::write(&other, text).expect("a configuration");
    let (done, said) = run(&other, &["restore", "--moving", name]).await;
    assert!(done, "{said}");
    let again = plant.home.path().join("again.backup");
    let (done, said) = run(&other, &["backup", again.to_str().expect("a name")]).await;
    assert!(done, "{said}");
    assert_eq!(rows(&again), rows(&file), "table by table");
    let (done, said) = run(&other, &["restore", name]).await;
    assert!(!done && said.contains("not empty"), "{said}");

    // A damaged copy is refused before anything is made.
    let mut bytes = fs::read(&file).expect("a backup");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = plant.home.path().join("damaged.backup");
    fs::write(&damaged, &bytes).expect("a file");
    let (done, said) = plant.command(&["backup", "--verify", damaged.to_str().expect("a name")]).await;
    assert!(!done && said.contains("no whole backup"), "{said}");

    plant.kill().await;
    fs::copy(&other, plant.config_file()).expect("the new configuration");
    plant.start().await;
    come_back(&device, &settled.user_id).await;
}

/// The Trusted Device from before the move is one after it.
async fn come_back(device: &Client, user_id: &str) {
    assert!(device.is_signed_in().await.expect("an answer"));
    device.get("/logout").await.expect("a page");
    device.post("/logout", &[]).await.expect("an answer");
    let answer = device.enter_password(user_id, PASSWORD).await.expect("an answer");
    assert_ne!(answer.path, "/login/code", "{}", answer.body);
    assert!(device.is_signed_in().await.expect("an answer"));
}

//! PostgreSQL becomes read-only, or is restarted: clear answers meanwhile, and no restart of ours afterwards.

use std::{path::Path, process::Command};

use http::StatusCode;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use testkit::postgres::Cluster;

use crate::{
    client::Client,
    plant::{Member, PASSWORD, Plant},
};

async fn admin(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.expect("the server does as told");
}

/// The answers while nothing can be done: 503, when to come again, and a live process.
async fn is_told_to_come_again(client: &Client, member: &Member) {
    let answer = client.enter_password(&member.user_id, PASSWORD).await.expect("an answer");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
    assert!(answer.retry_after.is_some());
    assert_eq!(client.get("/health/live").await.expect("an answer").status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_server_is_told_and_forgiven() {
    let plant = Plant::on_postgres().await;
    let members = plant.add_members(2).await;
    plant.start().await;
    let before = plant.client();
    plant.sign_in(&before, &members[0], false).await;
    let name = plant.url.split('?').next().and_then(|url| url.rsplit('/').next()).expect("a name").to_owned();
    let set = |word: &str| {
        format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = {word}; SELECT pg_terminate_backend(pid) FROM \
             pg_stat_activity WHERE datname = '{name}'"
        )
    };
    let server = testkit::postgres::url();
    admin(server, &set("on")).await;
    let told = plant.until_told("read-only").await;
    assert!(told.starts_with("not ready\n") && told.contains("writing: "), "{told}");
    let client = plant.client();
    client.get("/login").await.expect("a page");
    is_told_to_come_again(&client, &members[1]).await;
    assert!(before.is_signed_in().await.expect("an answer"), "reading goes on");

    admin(server, &set("off")).await;
    plant.until_ready(true).await;
    plant.sign_in(&client, &members[1], false).await;
    assert!(before.is_signed_in().await.expect("an answer"));
    let log = plant.log();
    assert_eq!(log.matches("app::health: the database is read-only").count(), 1, "{log}");
}

/// The programs of the newest installed version.
fn pg_ctl() -> std::path::PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> =
        versions.map(|entry| entry.path().join("bin/pg_ctl")).filter(|p| p.exists()).collect();
    found.sort();
    found.pop().unwrap_or_else(|| "pg_ctl".into())
}

fn control(data: &Path, words: &[&str]) {
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(data).expect("the data"));
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={owner}"), "--clear-groups".to_owned(), "--".to_owned()]);
    let own = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").expect("a process"));
    if own == owner {
        command = Command::new("env");
    }
    let done =
        command.arg(pg_ctl()).arg("-D").arg(data).args(words).current_dir("/").output().expect("pg_ctl runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_is_found_again() {
    let cluster = Cluster::start_durable().expect("a cluster of its own");
    let home = cluster.url().split_once("host=").expect("a home").1.to_owned();
    let data = Path::new(&home).join("data");
    let url = cluster.url().to_owned();
    let plant = Plant::on(url, Box::new(cluster)).await;
    let members = plant.add_members(2).await;
    plant.start().await;
    let before = plant.client();
    plant.sign_in(&before, &members[0], true).await;

    let client = plant.client();
    client.get("/login").await.expect("a page");
    control(&data, &["-m", "immediate", "stop"]);
    let told = plant.until_told("does not answer").await;
    assert!(told.starts_with("not ready\n") && told.contains("database: "), "{told}");
    is_told_to_come_again(&client, &members[1]).await;

    let options = format!("-k {home} -c listen_addresses= -c max_connections=400");
    control(&data, &["-w", "-o", &options, "-l", &format!("{}/again.log", data.display()), "start"]);
    plant.until_ready(true).await;
    for _ in 0..20 {
        assert!(before.is_signed_in().await.expect("an answer"), "what was acknowledged is there");
    }
    plant.sign_in(&client, &members[1], false).await;
    let log = plant.log();
    assert_eq!(log.matches("app::health: the database does not answer").count(), 1, "{log}");
    assert_eq!(log.matches("the database works again").count(), 1, "{log}");
    plant.kill().await;
    control(&data, &["-m", "immediate", "stop"]);
}

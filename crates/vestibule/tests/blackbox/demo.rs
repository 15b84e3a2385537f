//! Line 23: the demo stays a demo.

use std::{path::Path, sync::Arc};

use clap::Parser as _;
use crypto::random::SystemRandom;
use sqlx::{Connection as _, SqliteConnection};
use testkit::clock::TestClock;
use tokio::net::TcpStream;
use vestibule::{
    cli::{self, Cli, Exit, Screen},
    demo::run::{DEMO_MARK, Demo, DemoOptions},
};

use crate::steps::words;

async fn demo(data: &Path) -> Demo {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options = DemoOptions { port: 0, inbox_port: 0, data: Some(data.to_owned()) };
    Demo::start(&options).await.expect("a demo")
}

async fn run(arguments: &[&str]) -> (Exit, String) {
    let cli = Cli::try_parse_from(std::iter::once(&"vestibule").chain(arguments)).expect("a command line");
    let (clock, random) = (Arc::new(TestClock::new()), Arc::new(SystemRandom));
    let world = cli::World {
        variables: Vec::new(),
        clock,
        random,
        answers: None,
        input: || Box::new(std::io::empty()),
    };
    let said = Said::default();
    let exit = cli::run(cli, &mut Screen::plain(std::io::sink(), said.clone()), &world).await;
    let said = said.0.lock().expect("nobody else writes").clone();
    (exit, String::from_utf8_lossy(&said).into_owned())
}

#[derive(Clone, Default)]
struct Said(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody else writes").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every page says what it is, and no other address of this machine answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_has_the_banner_and_only_loopback_answers() {
    let home = tempfile::tempdir().unwrap();
    let demo = demo(home.path()).await;
    let portal = demo.portal().clone();
    let port = portal.port().unwrap();
    let serving = tokio::spawn(demo.serve(std::future::pending()));
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let browser = crate::world::Browser::new(address, portal);
    for path in [
        "/",
        "/login",
        "/start",
        "/help",
        "/help/contacts",
        "/privacy",
        "/recover",
        "/invite",
        "/logout",
        "/no-such-page",
    ] {
        let page = browser.get(path).await;
        assert!(page.body.contains(&words("common-demo-inbox")), "{path}: {}", page.body);
        assert!(page.body.contains("class=\"banner\""), "{path}");
    }
    assert!(TcpStream::connect((std::net::Ipv4Addr::LOCALHOST, port)).await.is_ok());
    // A listener on all addresses would answer here too.
    assert!(TcpStream::connect((std::net::Ipv4Addr::new(127, 0, 0, 2), port)).await.is_err());
    serving.abort();
}

/// `serve` refuses what a demo made: everybody knows its passwords.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_refuses_a_demos_database() {
    let home = tempfile::tempdir().unwrap();
    drop(demo(home.path()).await);
    let folder = home.path().join("installation");
    let (exit, said) = run(&["init", "--dir", folder.to_str().unwrap()]).await;
    assert_eq!((exit, said.as_str()), (Exit::Done, ""));
    for file in ["vestibule.db", "vestibule.db-wal", "vestibule.db-shm"] {
        drop(std::fs::copy(home.path().join(file), folder.join(file)));
    }
    let config = folder.join("vestibule.toml");
    let (exit, said) = run(&["serve", "--config", config.to_str().unwrap()]).await;
    assert_eq!(exit, Exit::Refused, "{said}");
    assert!(said.contains("this database was made by `vestibule demo`"), "{said}");
}

/// A demo never touches a real installation.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_refuses_a_real_database() {
    let home = tempfile::tempdir().unwrap();
    drop(demo(home.path()).await);
    let url = format!("sqlite://{}", home.path().join("vestibule.db").display());
    let mut link = SqliteConnection::connect(&url).await.unwrap();
    let unmarked = sqlx::query("DELETE FROM installation WHERE name = $1").bind(DEMO_MARK).execute(&mut link);
    assert_eq!(unmarked.await.unwrap().rows_affected(), 1);
    link.close().await.unwrap();
    let options = DemoOptions { port: 0, inbox_port: 0, data: Some(home.path().to_owned()) };
    let refused = Demo::start(&options).await.map(drop).unwrap_err();
    assert!(refused.to_string().contains("holds a real installation"), "{refused}");
}

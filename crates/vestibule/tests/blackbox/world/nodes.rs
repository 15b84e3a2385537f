//! Two processes of the binary over one PostgreSQL: an installation as it stands behind a balancer.
//!
//! They share the public address and listen at two addresses of the loopback interface, so that a test chooses which of them
//! a browser reaches. Their clock is the machine's own.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use app::{App, Settings};
use crypto::{keyring::Keyring, random::SystemRandom};
use domain::policy::{Layer, LayerName};
use store::testing::TestDb;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;
use vestibule::{
    demo::{
        mail::{MailServer, Mailboxes},
        world,
    },
    system::SystemClock,
};

use super::{Browser, PATIENCE};

/// The two nodes, the mail server, and the use cases over the same database, as the command line has them.
pub(crate) struct Nodes {
    pub(crate) app: App,
    pub(crate) portal: Url,
    pub(crate) addresses: [SocketAddr; 2],
    mailboxes: Arc<Mailboxes>,
    _mail_server: MailServer,
    processes: [Child; 2],
    _home: TempDir,
    _db: TestDb,
}

impl Nodes {
    /// Starts both, with the demo's people, and waits until they answer.
    pub(crate) async fn start() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let db = TestDb::postgres().await;
        let addresses = two_addresses();
        let portal: Url = format!("http://localhost:{}/", addresses[0].port()).parse().expect("a URL");
        let keys = Keyring::generate(&SystemRandom);
        let key_text = keys.to_toml();
        let settings = Settings {
            public_url: portal.clone(),
            policy: Layer::empty(LayerName::Installation),
            start_grid: Duration::from_millis(50),
            remember_for: Duration::ZERO,
            hashing_concurrency: 1,
        };
        let clock = Arc::new(SystemClock);
        let app =
            App::new(db.clone(), keys, clock.clone(), Arc::new(SystemRandom), settings).expect("an app");
        let places = world::Places {
            application_host: format!("reconcile.localhost:{}", addresses[0].port()),
            application_upstream: "http://127.0.0.1:9".to_owned(),
        };
        world::seed(&app, &places).await.expect("the demo's people");

        let mailboxes = Arc::new(Mailboxes::new(clock));
        let mail_server = MailServer::bind((Ipv4Addr::LOCALHOST, 0).into(), Arc::clone(&mailboxes)).await;
        let mail_server = mail_server.expect("a mail server");
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("keys.toml"), key_text.as_bytes()).expect("a key file");
        let processes = addresses.map(|listen| {
            let config = config(listen, &portal, &db.config().url, mail_server.address());
            let file = home.path().join(format!("{}.toml", listen.ip()));
            std::fs::write(&file, config).expect("a configuration");
            serve(&file)
        });
        let nodes = Self {
            app,
            portal,
            addresses,
            mailboxes,
            _mail_server: mail_server,
            processes,
            _home: home,
            _db: db,
        };
        nodes.wait_until_both_answer().await;
        nodes
    }

    /// A new browser that reaches the first node.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.addresses[0], self.portal.clone())
    }

    /// The same browser, as the balancer leads it to the first or the second node: a copy of its profile.
    pub(crate) fn through(&self, browser: &Browser, node: usize) -> Browser {
        browser.at(self.addresses[node % 2])
    }

    /// How many codes an address has got.
    pub(crate) fn codes_sent(&self, to: &str) -> usize {
        self.mailboxes.newest(Some(to)).iter().filter(|mail| mail.code.is_some()).count()
    }

    /// Waits until an address has got so many codes, and gives the newest.
    pub(crate) async fn code(&self, to: &str, nth: usize) -> String {
        let mut arrivals = self.mailboxes.watch();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let mails = self.mailboxes.newest(Some(to));
                let codes: Vec<_> = mails.iter().filter_map(|mail| mail.code.clone()).collect();
                if codes.len() >= nth {
                    return codes.into_iter().next().expect("a code");
                }
                arrivals.changed().await.expect("the mailboxes live");
            }
        });
        waited.await.unwrap_or_else(|_| panic!("no code number {nth} for {to}"))
    }

    /// How many mails with these words in their subject an address has got.
    pub(crate) fn mails(&self, to: &str, words: &str) -> usize {
        self.mailboxes.newest(Some(to)).iter().filter(|mail| mail.subject.contains(words)).count()
    }

    /// How often something was recorded in the audit log.
    pub(crate) async fn recorded(&self, kind: &str) -> i64 {
        let mut conn = self.app.db.read().await.expect("a reader");
        store::audit::count_of_kind(&mut conn, kind).await.expect("a count")
    }

    /// The most memory that the first node ever held, in MiB.
    pub(crate) fn most_memory(&self) -> u64 {
        let process = self.processes[0].id().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    async fn wait_until_both_answer(&self) {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let waited = tokio::time::timeout(PATIENCE, async {
            for address in self.addresses {
                let health = format!("http://{address}/health/live");
                let host = self.portal.authority().to_owned();
                while client.get(&health).header("host", &host).send().await.is_err() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        });
        waited.await.expect("both nodes answer");
    }
}

fn serve(config: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .arg("--config")
        .arg(config)
        .args(["serve", "--no-migrate"])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts")
}

fn config(listen: SocketAddr, portal: &Url, database: &str, mail: SocketAddr) -> String {
    format!(
        "[server]\npublic_url = \"{portal}\"\nlisten = \"{listen}\"\n[database]\nurl = \"{database}\"\nconnections = 8\n\
         [keys]\nfile = \"keys.toml\"\n[mail]\nhost = \"{}\"\nport = {}\ntls = \"none\"\nfrom = \"login@harbourcards.example\"\n\
         [brand]\nname = \"Harbour Commercial Cards\"\n[log]\nlevel = \"warn\"\n",
        mail.ip(),
        mail.port(),
    )
}

/// One port that is free at both addresses.
fn two_addresses() -> [SocketAddr; 2] {
    let ips = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2)].map(IpAddr::from);
    for _ in 0..50 {
        let first = TcpListener::bind((ips[0], 0)).expect("a port");
        let port = first.local_addr().expect("an address").port();
        if TcpListener::bind((ips[1], port)).is_ok() {
            return ips.map(|ip| SocketAddr::new(ip, port));
        }
    }
    panic!("no port is free at both addresses");
}

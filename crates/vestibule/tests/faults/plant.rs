//! An installation as an operator has it: a configuration, a key file, a database, a mail server, and one process.

use std::{
    any::Any,
    collections::BTreeMap,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    App, Settings,
    danger_seed::{Given, danger_give_user_id},
    import_users::{Outcome, Person, Run, import_users},
};
use crypto::{keyring::Keyring, random::SystemRandom};
use domain::{
    enterprise_user_id::LegacyLogin,
    policy::{Layer, LayerName},
    role::Role,
};
use legacy::ImportedHash;
use store::{Db, DbConfig, testing::TestDb};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;
use vestibule::{
    demo::{
        mail::{Mail, MailServer, Mailboxes},
        world,
    },
    system::SystemClock,
};

use crate::client::Client;

/// How long anything may take on a busy machine before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How long a mail may take: every kill in the middle of its hand-over costs the twenty seconds of a lease.
const MAIL_PATIENCE: Duration = Duration::from_secs(200);
pub const PASSWORD: &str = "four grey herons at noon";
pub const LEGACY_PASSWORD: &str = world::LEGACY_PASSWORD;
/// Of [`LEGACY_PASSWORD`], by PyPI's bcrypt 5.0 with cost 8.
const LEGACY_HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";

/// Somebody who can log in with a code.
#[derive(Debug, Clone)]
pub struct Member {
    pub user_id: String,
    pub email: String,
}

/// Somebody who has legacy credentials.
#[derive(Debug, Clone)]
pub struct Newcomer {
    pub login: String,
    pub email: String,
}

/// The installation. Its process ends with this value.
pub struct Plant {
    pub app: App,
    pub url: String,
    pub portal: Url,
    pub address: SocketAddr,
    pub mail_server: MailServer,
    pub home: TempDir,
    process: Mutex<Option<Child>>,
    mails: Arc<Mutex<Vec<Arc<Mail>>>>,
    mailboxes: Arc<Mailboxes>,
    _owner: Box<dyn Any + Send + Sync>,
}

impl Plant {
    pub async fn on_sqlite() -> Self {
        let db = TestDb::sqlite().await;
        Self::on(db.config().url.clone(), Box::new(db)).await
    }

    pub async fn on_postgres() -> Self {
        let db = TestDb::postgres().await;
        Self::on(db.config().url.clone(), Box::new(db)).await
    }

    /// Over this database, which is brought to the schema; `owner` goes when the plant does.
    pub async fn on(url: String, owner: Box<dyn Any + Send + Sync>) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let config = DbConfig { max_connections: 4, ..DbConfig::new(url.clone()) };
        let db = Db::open(&config).await.expect("the database opens");
        store::migrate(&db).await.expect("the schema");
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let portal: Url = format!("http://localhost:{}/", address.port()).parse().expect("a URL");
        let keys = Keyring::generate(&SystemRandom);
        let home = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(SystemClock);
        let mailboxes = Arc::new(Mailboxes::new(clock.clone()));
        let mail_server = MailServer::bind((Ipv4Addr::LOCALHOST, 0).into(), Arc::clone(&mailboxes)).await;
        let mail_server = mail_server.expect("a mail server");
        let key_file = home.path().join("keys.toml");
        vestibule::system::write_secret(&key_file, &keys.to_toml()).expect("a key file");
        let text = config_text(address, &portal, &url, mail_server.address());
        fs::write(home.path().join("vestibule.toml"), text).expect("a configuration");
        let settings = Settings {
            public_url: portal.clone(),
            policy: Layer::empty(LayerName::Installation),
            start_grid: Duration::from_millis(50),
            remember_for: Duration::ZERO,
            hashing_concurrency: 2,
        };
        let app = App::new(db, keys, clock, Arc::new(SystemRandom), settings).expect("an app");
        let places = world::Places {
            application_host: format!("reconcile.localhost:{}", address.port()),
            application_upstream: "http://127.0.0.1:9".to_owned(),
        };
        world::seed(&app, &places).await.expect("the demo's people");
        let mails = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(collect(Arc::clone(&mailboxes), Arc::clone(&mails)));
        Self {
            app,
            url,
            portal,
            address,
            mail_server,
            home,
            process: Mutex::new(None),
            mails,
            mailboxes,
            _owner: owner,
        }
    }

    pub fn config_file(&self) -> PathBuf {
        self.home.path().join("vestibule.toml")
    }

    pub fn log_file(&self) -> PathBuf {
        self.home.path().join("log")
    }

    /// What the process has logged since the plant was made.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Starts the process and waits until it answers.
    pub async fn start(&self) {
        self.spawn();
        let client = self.client();
        let waited = tokio::time::timeout(PATIENCE, async {
            while client.get("/health/live").await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("the process does not answer:\n{}", self.log()));
    }

    pub fn spawn(&self) {
        let log = fs::OpenOptions::new().append(true).create(true).open(self.log_file()).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .arg("--config")
            .arg(self.config_file())
            .args(["serve", "--no-migrate"])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
    }

    /// `kill -9`.
    pub async fn kill(&self) {
        let child = self.process.lock().unwrap_or_else(PoisonError::into_inner).take();
        child.expect("a process").kill().await.expect("it is killed");
    }

    /// Runs a command of the same binary over the same configuration; gives whether it was done, and what it said.
    pub async fn command(&self, args: &[&str]) -> (bool, String) {
        run(&self.config_file(), args).await
    }

    pub fn client(&self) -> Client {
        Client::new(self.address, &self.portal)
    }

    /// People of a company in phase 2, with everything.
    pub async fn add_members(&self, count: usize) -> Vec<Member> {
        let mut members = Vec::with_capacity(count);
        for number in 0..count {
            let member = Member {
                user_id: format!("steady.hand{number}"),
                email: format!("steady.hand{number}@andina-agro.example"),
            };
            self.import("andina", &format!("AND-9{number:04}"), &member.email).await;
            let found = app::change_user::find_users(&self.app, &member.email).await.expect("a look-up");
            let user = found.into_iter().next().expect("a user").user;
            let given =
                Given { user_id: &member.user_id, password: PASSWORD, security_code: Some("7402918") };
            danger_give_user_id(&self.app, &user, given).await.expect("an ID");
            members.push(member);
        }
        members
    }

    /// People of a company in phase 1, with legacy credentials.
    pub async fn add_newcomers(&self, count: usize) -> Vec<Newcomer> {
        let mut newcomers = Vec::with_capacity(count);
        for number in 0..count {
            let newcomer = Newcomer {
                login: format!("NGS-9{number:04}"),
                email: format!("newcomer{number}@northgate-shipping.example"),
            };
            self.import("northgate", &newcomer.login, &newcomer.email).await;
            newcomers.push(newcomer);
        }
        newcomers
    }

    async fn import(&self, company: &str, login: &str, email: &str) {
        let person = Person {
            company: company.to_owned(),
            region: None,
            role: Role::EndUser,
            name: "Steady Hand".to_owned(),
            email: email.to_owned(),
            language: None,
            login: Some(LegacyLogin::parse(login).expect("a login name")),
            hash: Some(ImportedHash::parse(LEGACY_HASH).expect("a hash")),
        };
        let outcomes = import_users(&self.app, &[person], Run::ForGood).await.expect("an import");
        assert_eq!(outcomes, [Outcome::Added], "{login}");
    }

    /// Every mail that ever arrived, by its Message-ID; more than one when it came again.
    pub fn mails(&self) -> BTreeMap<String, Vec<Arc<Mail>>> {
        let mut by_id: BTreeMap<String, Vec<Arc<Mail>>> = BTreeMap::new();
        for mail in self.mails.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            by_id.entry(message_id(mail)).or_default().push(Arc::clone(mail));
        }
        by_id
    }

    /// The codes that an address has got, oldest first, each message once: Message-ID and code.
    pub fn codes(&self, to: &str) -> Vec<(String, String)> {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let mut codes: Vec<(String, String)> = Vec::new();
        for mail in mails.iter().filter(|mail| mail.is_to(to)) {
            let id = message_id(mail);
            if let Some(code) = &mail.code
                && !codes.iter().any(|(known, _)| *known == id)
            {
                codes.push((id, code.clone()));
            }
        }
        codes
    }

    /// Waits for a code beyond the first `known`; `None` when none came in time.
    pub async fn next_code(&self, to: &str, known: usize) -> Option<String> {
        let mut arrivals = self.mailboxes.watch();
        let waited = tokio::time::timeout(MAIL_PATIENCE, async {
            loop {
                if let Some((_, code)) = self.codes(to).into_iter().skip(known).next_back() {
                    return code;
                }
                let _ = tokio::time::timeout(Duration::from_millis(200), arrivals.changed()).await;
            }
        });
        waited.await.ok()
    }

    /// Waits for the code after the first `before`; `None` when it did not come in time.
    pub async fn nth_code(&self, to: &str, before: usize) -> Option<String> {
        self.next_code(to, before).await?;
        self.codes(to).into_iter().nth(before).map(|(_, code)| code)
    }

    /// Waits until `/health/ready` says so; gives what it said.
    pub async fn until_ready(&self, is_ready: bool) -> String {
        let client = self.client();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Ok(answer) = client.get("/health/ready").await
                    && answer.status.is_success() == is_ready
                {
                    return answer.body;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("never ready: {is_ready}\n{}", self.log()))
    }

    /// Waits until `/health/ready` says these words.
    pub async fn until_told(&self, words: &str) -> String {
        let client = self.client();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Ok(answer) = client.get("/health/ready").await
                    && answer.body.contains(words)
                {
                    return answer.body;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("health never says {words:?}\n{}", self.log()))
    }

    /// ID, password and mailed code on this browser; perhaps it becomes a Trusted Device.
    pub async fn sign_in(&self, client: &Client, member: &Member, trusts: bool) {
        let known = self.codes(&member.email).len();
        let answer = client.enter_password(&member.user_id, PASSWORD).await.expect("an answer");
        assert_eq!(answer.path, "/login/code", "{} {}", answer.status, answer.body);
        let code = self.next_code(&member.email, known).await.expect("a code");
        client.get("/login/code").await.expect("a page");
        let fields = [("code", code.as_str()), ("remember_device", "on")];
        client.post("/login/code", if trusts { &fields } else { &fields[..1] }).await.expect("an answer");
        assert!(client.is_signed_in().await.expect("an answer"));
    }
}

/// Runs a command of the binary; gives whether it was done, and what it said.
pub async fn run(config: &std::path::Path, args: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .arg("--config")
        .arg(config)
        .args(args)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the binary runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// A configuration over these places.
pub fn config_text(listen: SocketAddr, portal: &Url, database: &str, mail: SocketAddr) -> String {
    format!(
        "[server]\npublic_url = \"{portal}\"\nlisten = \"{listen}\"\n[database]\nurl = \"{database}\"\nconnections = 8\n\
         [keys]\nfile = \"keys.toml\"\n[mail]\nhost = \"{}\"\nport = {}\ntls = \"none\"\nfrom = \"login@harbourcards.example\"\n\
         [brand]\nname = \"Harbour Commercial Cards\"\n[log]\nlevel = \"info\"\n",
        mail.ip(),
        mail.port(),
    )
}

fn message_id(mail: &Mail) -> String {
    let raw = String::from_utf8_lossy(&mail.raw);
    let line = raw.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:"));
    line.expect("a Message-ID").to_owned()
}

/// Mailboxes forget the oldest; a test wants them all.
async fn collect(mailboxes: Arc<Mailboxes>, mails: Arc<Mutex<Vec<Arc<Mail>>>>) {
    let mut arrivals = mailboxes.watch();
    let mut last = 0;
    loop {
        let mut fresh: Vec<_> = mailboxes.newest(None).into_iter().filter(|mail| mail.id > last).collect();
        fresh.reverse();
        last = fresh.last().map_or(last, |mail| mail.id);
        mails.lock().unwrap_or_else(PoisonError::into_inner).extend(fresh);
        if arrivals.changed().await.is_err() {
            return;
        }
    }
}

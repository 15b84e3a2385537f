//! An installation of the product as an operator has one: a configuration, keys, a database with people, and the release
//! binary serving it in a process of its own.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::App;
use crypto::{keyring::Keyring, random::SystemRandom};
use store::{Db, DbConfig};
use tempfile::TempDir;
use vestibule::system::SystemClock;

use crate::{
    browser::{Browser, Place},
    people::{self, Person},
};

/// A server that does not answer after this long never will.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the parts that are not the product's listen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    /// The mail server.
    pub(crate) mail: SocketAddr,
    /// The application behind the gateway.
    pub(crate) application: SocketAddr,
}

/// An installation that can be served, again and again.
#[derive(Debug)]
pub(crate) struct Installation {
    home: TempDir,
    /// The address of its database.
    pub(crate) database: String,
    /// Where it is reached while it is served.
    pub(crate) place: Place,
    /// Who can log in.
    pub(crate) people: Vec<Person>,
}

impl Installation {
    /// Makes one over SQLite, or over the empty PostgreSQL database at `url`.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(crate) async fn make(url: Option<String>, around: Around) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("vestibule-bench-").tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let place = Place::new(port);
        let url = url.unwrap_or_else(|| format!("sqlite://{}", home.path().join("vestibule.db").display()));
        let keys = Keyring::generate(&SystemRandom);
        fs::write(home.path().join("keys.toml"), keys.to_toml().as_bytes())?;
        fs::write(home.path().join("vestibule.toml"), configuration(port, &url, around.mail))?;
        let db = Db::open(&DbConfig::new(url.clone())).await?;
        store::migrate(&db).await?;
        let app = App::new(db, keys, Arc::new(SystemClock), Arc::new(SystemRandom), people::settings(port)?)?;
        let people = people::seed(&app, &place, around.application).await?;
        app.db.close().await;
        Ok(Self { home, database: url, place, people })
    }

    /// Starts the server and returns when it answers.
    ///
    /// # Errors
    /// When the release binary is missing or does not answer.
    pub(crate) async fn serve(&self) -> Result<Serving> {
        let program = binary()?;
        let began = Instant::now();
        let process = Command::new(program)
            .arg("--config")
            .arg(self.home.path().join("vestibule.toml"))
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.home.path().join("log"))?)
            .spawn()
            .context("the product cannot be started")?;
        let mut serving = Serving { process, answered_after: Duration::ZERO };
        while !self.answers().await {
            if began.elapsed() > PATIENCE || serving.process.try_wait()?.is_some() {
                let said = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
                bail!("the product does not serve:\n{said}");
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        serving.answered_after = began.elapsed();
        Ok(serving)
    }

    /// Where its configuration is.
    pub(crate) fn folder(&self) -> &Path {
        self.home.path()
    }

    async fn answers(&self) -> bool {
        let Ok(mut browser) = Browser::open(self.place.portal()).await else { return false };
        browser.get("/health/ready").await.is_ok_and(|answer| answer.status.is_success())
    }
}

/// The release binary, which stands beside this one.
///
/// # Errors
/// When it is not there.
pub(crate) fn binary() -> Result<PathBuf> {
    let here = env::current_exe()?;
    let beside = here.parent().map(|folder| folder.join("vestibule")).filter(|file| file.is_file());
    beside.context("there is no release binary of the product beside this program: run `cargo xtask bench`")
}

/// What `vestibule init` writes, and a policy that lets one account be sent more codes than any person needs.
fn configuration(port: u16, url: &str, mail: SocketAddr) -> String {
    format!(
        "[server]\npublic_url = \"http://localhost:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
         trusted_proxies = [\"127.0.0.0/8\"]\n\
         [database]\nurl = \"{url}\"\n\
         [keys]\nfile = \"keys.toml\"\n\
         [mail]\nhost = \"{}\"\nport = {}\ntls = \"none\"\nfrom = \"login@harbourcards.example\"\n\
         [brand]\nname = \"Harbour\"\n\
         [policy]\n\"otp.sends\" = \"100 in 1 s\"\n",
        mail.ip(),
        mail.port(),
    )
}

/// The serving process. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Serving {
    process: Child,
    /// From the start of the process to its first answer that needed the database.
    pub(crate) answered_after: Duration,
}

impl Serving {
    /// Resident memory of the process in MiB.
    ///
    /// # Errors
    /// When the process is gone, or this is not Linux.
    pub(crate) fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .context("memory is read from /proc, which only Linux has")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()).context("there is no VmRSS")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It is gone already, or goes now.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

//! `vestibule demo`: one process, no configuration, loopback only.

use std::{
    fs,
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use app::{App, Settings, apply};
use async_trait::async_trait;
use crypto::{keyring::Keyring, random::SystemRandom};
use delivery::{
    mail::{self, Sender},
    smtp::{Encryption, Smtp, SmtpConfig},
};
use domain::{
    policy::{Layer, LayerName},
    rollout::{Rollout, Stage},
    time::Clock as _,
};
use store::{Db, DbConfig};
use text::{Text, Zone};
use tokio::net::TcpListener;
use url::Url;
use web::{
    client_address::TrustedProxies,
    layout::DemoBanner,
    view::{Brand, BrandSpec},
};

use super::{
    clock::DemoClock,
    control::{CaseState, CompanyState, DemoAccount, DemoControl},
    desk::{Desk, DeskOptions},
    mail::{MailServer, Mailboxes},
    reconcile::{self, Reconcile},
    world,
};
use crate::node::Node;

/// Where and how.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The login's port.
    pub port: u16,
    /// The inbox's port.
    pub inbox_port: u16,
    /// Where its data are kept; a folder that goes away with the process when absent.
    pub data: Option<PathBuf>,
}

/// The fact in the database that makes `serve` refuse it.
pub const DEMO_MARK: &str = "demo";

/// A demo that is ready to be served.
pub struct Demo {
    node: Node,
    listener: TcpListener,
    portal: Url,
    application: Url,
    desk: Desk,
    _mail_server: Arc<MailServer>,
    _home: Option<tempfile::TempDir>,
}

impl Demo {
    /// Makes everything and binds every port.
    ///
    /// # Errors
    /// When a port is taken or the data cannot be written.
    pub async fn start(options: &DemoOptions) -> anyhow::Result<Self> {
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let taken = |port: u16| {
            format!("port {port} is taken: stop what uses it, or choose another with --port or --inbox-port")
        };
        let listener = TcpListener::bind(local(options.port)).await.with_context(|| taken(options.port))?;
        let port = listener.local_addr()?.port();
        let portal: Url = format!("http://localhost:{port}/").parse()?;
        let application: Url = format!("http://reconcile.localhost:{port}/").parse()?;
        let clock = DemoClock::default();
        let (folder, home) = folder(options.data.as_deref())?;
        let app = open(&folder, &portal, clock.clone()).await?;

        let mailboxes = Arc::new(Mailboxes::new(Arc::new(clock.clone())));
        let mail_server = Arc::new(MailServer::bind(local(0), Arc::clone(&mailboxes)).await?);
        let cards = reconcile::Options {
            clock: Arc::new(clock.clone()),
            portal: portal.clone(),
            cardholders: world::cardholders(),
        };
        let reconcile = Arc::new(Reconcile::bind(local(0), cards).await?);
        let places = world::Places {
            application_host: format!("reconcile.localhost:{port}"),
            application_upstream: format!("http://{}", reconcile.address()),
        };
        seed_if_empty(&app, &places).await?;
        let control = Arc::new(Control { app: app.clone(), clock: clock.clone(), reconcile, places });
        let desk = DeskOptions {
            clock: Arc::new(clock),
            zone: Zone::named("Europe/Amsterdam").unwrap_or_else(Zone::utc),
            portal: portal.clone(),
            application: application.clone(),
            mailboxes,
            mail_server: Arc::clone(&mail_server),
            control,
        };
        let desk =
            Desk::bind(local(options.inbox_port), desk).await.with_context(|| taken(options.inbox_port))?;
        let inbox = format!("http://{}", desk.address());
        let node = Node {
            app,
            smtp: Smtp::new(smtp(mail_server.address()))?,
            mail_brand: mail::Brand::neutral(
                "Harbour Commercial Cards",
                Sender::new("Harbour Reconcile", "login@harbourcards.example")?,
            ),
            brand: brand()?,
            trusted_proxies: TrustedProxies::default(),
            bounce_secret: None,
            demo: Some(DemoBanner { control_url: format!("{inbox}/control"), inbox_url: inbox }),
        };
        Ok(Self { node, listener, portal, application, desk, _mail_server: mail_server, _home: home })
    }

    /// The login's address.
    #[must_use]
    pub const fn portal(&self) -> &Url {
        &self.portal
    }

    /// Says what there is and what to try.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn describe(&self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "Vestibule demo: everything runs on this machine, nothing leaves it.\n")?;
        writeln!(out, "  Login        {}", self.portal)?;
        writeln!(out, "  Application  {}", self.application)?;
        writeln!(out, "  Inbox        http://{}/", self.desk.address())?;
        writeln!(
            out,
            "  Control      http://{}/control  (clock, mail server, phases, start over)\n",
            self.desk.address()
        )?;
        let mut company = String::new();
        for account in world::accounts(Text::default()) {
            if account.company != company {
                company.clone_from(&account.company);
                writeln!(out, "{company} ({})", world::situation(&company))?;
            }
            let login = if account.login.is_empty() { "invitation in the inbox" } else { &account.login };
            writeln!(out, "  {:<17} {:<24} {}", account.name, login, account.password)?;
            if !account.security_code.is_empty() {
                writeln!(out, "  {:<17} security code {}", "", account.security_code)?;
            }
            writeln!(out, "  {:<17} {}", "", account.hint)?;
        }
        writeln!(out, "\nPress Ctrl+C to stop.")?;
        out.flush()
    }

    /// Serves until `stop` ends.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        self.node.serve(self.listener, stop).await
    }
}

fn folder(data: Option<&Path>) -> anyhow::Result<(PathBuf, Option<tempfile::TempDir>)> {
    if let Some(data) = data {
        fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        return Ok((data.to_owned(), None));
    }
    let home = tempfile::Builder::new().prefix("vestibule-demo-").tempdir()?;
    Ok((home.path().to_owned(), Some(home)))
}

async fn open(folder: &Path, portal: &Url, clock: DemoClock) -> anyhow::Result<App> {
    let db = Db::open(&DbConfig::new(format!("sqlite://{}", folder.join("vestibule.db").display()))).await?;
    store::migrate(&db).await?;
    let mut tx = db.begin().await?;
    let is_new = store::users::count(&mut tx).await? == 0;
    let marked = store::installation::find(&mut tx, DEMO_MARK).await?.is_some();
    anyhow::ensure!(
        is_new || marked,
        "{} holds a real installation: choose another folder with --data",
        folder.display()
    );
    store::installation::put(&mut tx, DEMO_MARK, "yes").await?;
    tx.commit().await?;
    let settings = Settings {
        public_url: portal.clone(),
        policy: Layer::empty(LayerName::Installation),
        start_grid: Duration::from_millis(250),
        remember_for: Duration::from_millis(200),
        hashing_concurrency: std::thread::available_parallelism().map_or(2, usize::from),
    };
    Ok(App::new(db, keys(folder)?, Arc::new(clock), Arc::new(SystemRandom), settings)?)
}

fn keys(folder: &Path) -> anyhow::Result<Keyring> {
    let file = folder.join("keys.toml");
    if let Ok(text) = fs::read_to_string(&file) {
        return Ok(Keyring::from_toml(&text)?);
    }
    let keys = Keyring::generate(&SystemRandom);
    crate::system::write_secret(&file, &keys.to_toml())?;
    Ok(keys)
}

async fn seed_if_empty(app: &App, places: &world::Places) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let is_new = store::users::count(&mut conn).await? == 0;
    drop(conn);
    if is_new { world::seed(app, places).await } else { world::move_application(app, places).await }
}

fn smtp(address: SocketAddr) -> SmtpConfig {
    let mut config = SmtpConfig::new(address.ip().to_string(), address.port(), Encryption::None);
    config.timeout = Duration::from_secs(2);
    config
}

fn brand() -> anyhow::Result<Brand> {
    let spec = BrandSpec {
        name: "Harbour".to_owned(),
        line: "Commercial Cards".to_owned(),
        accent: "#00574f".to_owned(),
        on_accent: "#ffffff".to_owned(),
        accent_dark: "#7bd5c5".to_owned(),
        on_accent_dark: "#04211d".to_owned(),
        ground: "#e9f0ee".to_owned(),
        ground_dark: "#0b1212".to_owned(),
    };
    Brand::new(&spec).map_err(|problems| anyhow::anyhow!("{problems:?}"))
}

/// What the control page moves.
struct Control {
    app: App,
    clock: DemoClock,
    reconcile: Arc<Reconcile>,
    places: world::Places,
}

#[async_trait]
impl DemoControl for Control {
    async fn advance(&self, span: Duration) -> anyhow::Result<()> {
        self.clock.advance(span);
        app::clean_up::clean_up(&self.app).await?;
        self.app.mail_bell.notify_one();
        Ok(())
    }

    async fn companies(&self) -> anyhow::Result<Vec<CompanyState>> {
        self.app.forget_directory();
        let directory = self.app.directory().await?;
        let (now, mut states) = (self.clock.now(), Vec::new());
        for company in directory.companies.values() {
            let region = directory.contacts.iter().find(|contact| contact.region == company.region);
            states.push(CompanyState {
                key: company.slug.clone(),
                name: company.name.clone(),
                region: region
                    .map_or_else(|| company.region.0.clone(), |contact| contact.region_name.clone()),
                stage: company.rollout.stage(now),
            });
        }
        states.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(states)
    }

    async fn next_phase(&self, company: &str) -> anyhow::Result<()> {
        let mut conn = self.app.db.read().await?;
        let mut desired = apply::current(&mut conn).await?;
        let state = desired.companies.iter_mut().find(|state| state.slug == company);
        let state = state.with_context(|| format!("there is no company {company}"))?;
        state.rollout = moved_on(state.rollout, self.clock.now())?;
        let found = apply::diff(&apply::current(&mut conn).await?, &desired);
        drop(conn);
        let found = found.map_err(|dangling| anyhow::anyhow!("{dangling:?}"))?;
        apply::save(&self.app.db, &desired, &found, &self.clock, &SystemRandom).await?;
        self.app.forget_directory();
        app::clean_up::clean_up(&self.app).await?;
        Ok(())
    }

    async fn cases(&self) -> anyhow::Result<Vec<CaseState>> {
        world::cases(&self.app).await
    }

    async fn vouch(&self, case: &str, staff: &str) -> anyhow::Result<()> {
        world::vouch(&self.app, case, staff).await
    }

    async fn start_over(&self) -> anyhow::Result<()> {
        let mut tx = self.app.db.begin().await?;
        store::installation::danger_wipe(&mut tx).await?;
        tx.commit().await?;
        self.clock.reset();
        self.app.forget_everything();
        self.reconcile.start_over();
        world::seed(&self.app, &self.places).await?;
        self.app.mail_bell.notify_one();
        Ok(())
    }

    async fn accounts(&self) -> anyhow::Result<Vec<DemoAccount>> {
        Ok(world::accounts(Text::default()))
    }
}

/// The next date of the timetable is now; those behind it keep their order.
fn moved_on(rollout: Rollout, now: domain::time::Timestamp) -> anyhow::Result<Rollout> {
    let here = Some(now);
    Ok(match rollout.stage(now) {
        Stage::BeforePhase1 => Rollout { phase1_at: here, ..rollout },
        Stage::Phase1 => Rollout { phase2_at: here, ..rollout },
        Stage::Phase2 => Rollout { deadline_at: here, ..rollout },
        Stage::DeadlinePassed => Rollout { cutoff_at: here, ..rollout },
        Stage::CutOffPassed => anyhow::bail!("this company has reached its last stage"),
    })
}

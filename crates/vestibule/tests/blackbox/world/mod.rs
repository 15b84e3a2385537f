//! A whole node for one test: real sockets, real SMTP, a clock that the test moves, the demo's people.

mod application;
mod authenticator;
mod browser;
mod nodes;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use app::{App, Settings, WebhookSecret};
use crypto::{hashing::Cost, keyring::Keyring, random::SystemRandom};
use delivery::{
    mail::{self, Sender},
    smtp::{Encryption, Smtp, SmtpConfig},
};
use domain::{
    path_rule::{PathMatch, PathRule, PathRules},
    policy::{Argon2Cost, Layer, LayerName, RawValue},
};
use store::{Db, testing::TestDb};
use testkit::clock::TestClock;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;
use vestibule::{
    demo::{
        mail::{Mail, MailServer, Mailboxes},
        world,
    },
    node::Node,
};
use web::{
    client_address::TrustedProxies,
    view::{Brand, BrandSpec},
};

pub(crate) use application::Seen;
pub(crate) use authenticator::{AuthenticatorApp, Claims, SoftPasskey};
pub(crate) use browser::{Answer, Browser};
pub(crate) use nodes::Nodes;

/// Phase 2, enrolled.
pub(crate) const SETTLED: (&str, &str) = ("tomas.herrera", "tomas.herrera@andina-agro.example");
/// Phase 2, enrolled, of the same company.
pub(crate) const COLLEAGUE: (&str, &str) = ("lucia.navarro", "lucia.navarro@andina-agro.example");
/// Phase 2, ID made, no security code.
pub(crate) const UNFINISHED: (&str, &str) = ("diego.salas", "diego.salas@andina-agro.example");
/// Phase 1, ID made: one factor.
pub(crate) const ONE_FACTOR: (&str, &str) = ("kenji.sato", "kenji.sato@northgate-shipping.example");
/// Phase 1, legacy credentials.
pub(crate) const NEWCOMER: (&str, &str) = ("NGS-004417", "amara.okafor@northgate-shipping.example");
/// Phase 2, legacy credentials.
pub(crate) const LATE: (&str, &str) = ("AND-1402", "valentina.rojas@andina-agro.example");
/// Before phase 1, legacy credentials.
pub(crate) const EARLY: (&str, &str) = ("LSF-20031", "grace.whitfield@lakeshore-foods.example");
/// Phase 1, an invitation.
pub(crate) const INVITED: &str = "ingrid.solheim@northgate-shipping.example";
/// The password of those with an ID.
pub(crate) const PASSWORD: &str = world::PASSWORD;
/// The password of the others.
pub(crate) const LEGACY_PASSWORD: &str = world::LEGACY_PASSWORD;

/// Below what policy allows.
const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
/// How long a mail may take on a busy machine before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node with everything around it. It ends with this value.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: TestClock,
    pub(crate) mail_server: MailServer,
    pub(crate) portal: Url,
    pub(crate) application: Url,
    /// Where the application listens.
    pub(crate) behind: SocketAddr,
    mailboxes: Arc<Mailboxes>,
    pub(crate) address: SocketAddr,
    serving: JoinHandle<()>,
    _applications: JoinHandle<()>,
    _db: TestDb,
}

impl Drop for World {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl World {
    /// A node with the default policy.
    pub(crate) async fn new(db: TestDb) -> Self {
        Self::with_policy(db, &[]).await
    }

    /// A node with these values in the installation's policy layer. Hashes are cheap: hundreds of nodes seed their people.
    pub(crate) async fn with_policy(db: TestDb, values: &[(&str, &str)]) -> Self {
        Self::planned(db, Plan { policy: values, ..Plan::default() }).await
    }

    /// A node whose hashes cost what the default policy says.
    pub(crate) async fn with_dear_hashes(db: TestDb, values: &[(&str, &str)]) -> Self {
        let Argon2Cost { memory_kib, passes, lanes } = Argon2Cost::default();
        let cost = Cost { memory_kib, passes, lanes };
        Self::planned(db, Plan { policy: values, cost, ..Plan::default() }).await
    }

    /// A node as planned.
    pub(crate) async fn planned(db: TestDb, plan: Plan<'_>) -> Self {
        let Plan { policy: values, cost, trusted, rules, remember_for, proxy_port } = plan;
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut policy = Layer::empty(LayerName::Installation);
        for (key, value) in values {
            policy.set(key, &RawValue::from(*value)).expect("a policy value");
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let portal: Url = format!("http://localhost:{}/", address.port()).parse().expect("a URL");
        let application_host = format!("reconcile.localhost:{}", proxy_port.unwrap_or(address.port()));
        let application: Url = format!("http://{application_host}/").parse().expect("a URL");
        let (behind, applications) = application::start().await;
        let clock = TestClock::new();
        let app = open(&db, &portal, &clock, policy, cost, remember_for);
        let places = world::Places { application_host, application_upstream: format!("http://{behind}") };
        world::seed(&app, &places).await.expect("the demo's people");
        if !rules.is_empty() {
            set_rules(&app, rules).await;
        }

        let mailboxes = Arc::new(Mailboxes::new(Arc::new(clock.clone())));
        let mail_server = MailServer::bind((Ipv4Addr::LOCALHOST, 0).into(), Arc::clone(&mailboxes)).await;
        let mail_server = mail_server.expect("a mail server");
        let trusted =
            TrustedProxies::new(trusted.iter().map(|net| net.parse().expect("a network")).collect());
        let node = Node { trusted_proxies: trusted, ..node(app.clone(), mail_server.address()) };
        let serving = tokio::spawn(async move {
            node.serve(listener, std::future::pending()).await.expect("the node serves");
        });
        Self {
            app,
            clock,
            mail_server,
            portal,
            application,
            behind,
            mailboxes,
            address,
            serving,
            _applications: applications,
            _db: db,
        }
    }

    /// A new browser: no cookies, nothing remembered.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address, self.portal.clone())
    }

    /// The same browser, carried to another network, which is told apart by this number (2 to 254).
    pub(crate) fn elsewhere(&self, browser: &Browser, network: u8) -> Browser {
        browser.in_network(self.address, network)
    }

    /// The database, for looking at what is at rest.
    pub(crate) fn db(&self) -> &Db {
        &self.app.db
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, span: Duration) {
        self.clock.advance(span);
        self.app.mail_bell.notify_one();
    }

    /// All mails to an address, newest first.
    pub(crate) fn mails(&self, to: &str) -> Vec<Arc<Mail>> {
        self.mailboxes.newest(Some(to))
    }

    /// Waits until an address has got so many mails with codes, and gives the newest code.
    pub(crate) async fn code(&self, to: &str, nth: usize) -> String {
        let mut arrivals = self.mailboxes.watch();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let codes: Vec<_> = self.mails(to).iter().filter_map(|mail| mail.code.clone()).collect();
                if codes.len() >= nth {
                    return codes.into_iter().next().expect("a code");
                }
                arrivals.changed().await.expect("the mailboxes live");
            }
        });
        waited.await.unwrap_or_else(|_| panic!("no code number {nth} for {to}"))
    }

    /// Waits until an address has got a mail whose subject holds these words.
    pub(crate) async fn mail(&self, to: &str, words: &str) -> Arc<Mail> {
        self.nth_mail(to, words, 1).await
    }

    /// Waits until an address has got so many mails whose subject holds these words, and gives the newest.
    pub(crate) async fn nth_mail(&self, to: &str, words: &str, nth: usize) -> Arc<Mail> {
        let mut arrivals = self.mailboxes.watch();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let mails = self.mails(to).into_iter().filter(|mail| mail.subject.contains(words));
                let mails: Vec<_> = mails.collect();
                if mails.len() >= nth {
                    return mails.into_iter().next().expect("a mail");
                }
                arrivals.changed().await.expect("the mailboxes live");
            }
        });
        waited.await.unwrap_or_else(|_| {
            let got: Vec<_> = self.mails(to).iter().map(|mail| mail.subject.clone()).collect();
            panic!("no mail {words:?} number {nth} for {to}, but {got:?}")
        })
    }
}

/// What a test may want otherwise.
pub(crate) struct Plan<'p> {
    /// The installation's policy layer.
    pub(crate) policy: &'p [(&'p str, &'p str)],
    pub(crate) cost: Cost,
    /// Networks of trusted proxies.
    pub(crate) trusted: &'p [&'p str],
    /// The rules of the application's paths: path and access.
    pub(crate) rules: &'p [(&'p str, &'p str)],
    /// How long a session that was read is remembered.
    pub(crate) remember_for: Duration,
    /// Where another proxy serves the application's host; without one the node itself does.
    pub(crate) proxy_port: Option<u16>,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        let remember_for = Duration::from_millis(200);
        Self { policy: &[], cost: CHEAP, trusted: &[], rules: &[], remember_for, proxy_port: None }
    }
}

async fn set_rules(app: &App, rules: &[(&str, &str)]) {
    let rule = |(path, access): &(&str, &str)| {
        PathRule::new(path, PathMatch::Prefix, Vec::new(), access.parse().expect("an access"))
            .expect("a rule")
    };
    let mut tx = app.db.begin().await.expect("a transaction");
    let applications = store::companies::list_applications(&mut tx).await.expect("applications");
    for mut application in applications {
        application.rules = PathRules::new(rules.iter().map(rule).collect());
        store::companies::put_application(&mut tx, &application, app.now()).await.expect("the rules");
    }
    tx.commit().await.expect("a commit");
    app.forget_directory();
}

fn open(db: &Db, portal: &Url, clock: &TestClock, policy: Layer, cost: Cost, remember_for: Duration) -> App {
    let settings = Settings {
        public_url: portal.clone(),
        policy,
        start_grid: Duration::from_millis(50),
        remember_for,
        hashing_concurrency: 2,
    };
    let keys = Keyring::generate(&SystemRandom);
    let (clock, random) = (Arc::new(clock.clone()), Arc::new(SystemRandom));
    App::with_cost(db.clone(), keys, clock, random, settings, cost).expect("an app")
}

fn node(app: App, mail_server: SocketAddr) -> Node {
    let smtp = SmtpConfig::new(mail_server.ip().to_string(), mail_server.port(), Encryption::None);
    let sender = Sender::new("Harbour Reconcile", "login@harbourcards.example").expect("a sender");
    Node {
        app,
        smtp: Smtp::new(smtp).expect("a way to the mail server"),
        mail_brand: mail::Brand::neutral("Harbour Commercial Cards", sender),
        brand: Brand::new(&BrandSpec::default()).expect("a brand"),
        trusted_proxies: TrustedProxies::default(),
        bounce_secret: Some(bounce_secret()),
        demo: None,
    }
}

/// Takes the token out of a page's form.
pub(crate) fn form_token(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"")?;
    rest.split('"').next()
}

/// What the mail service and this installation share.
pub(crate) fn bounce_secret() -> WebhookSecret {
    WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret")
}

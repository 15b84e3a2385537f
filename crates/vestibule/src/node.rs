//! One running node: the portal, the gateway, the mail worker and the cleaner over one [`App`].

use std::{future::Future, sync::Arc, time::Duration};

use anyhow::Context as _;
use app::App;
use axum::middleware;
use delivery::{mail, smtp::Smtp};
use domain::directory::Application;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use url::Url;
use web::{
    client_address::TrustedProxies,
    door::Door,
    gate_pages::GatePages,
    gateway::{
        Applications, ForbiddenNames, Gateway, HostHeader, Settings, TimeOuts, Upstream, UpstreamConfig, Use,
        dispatch,
    },
    layout::DemoBanner,
    routes::portal,
    site::Site,
    view::Brand,
};

use crate::listen::{self, Limits};

/// Registered applications are looked at this often.
const APPLICATIONS_EVERY: Duration = Duration::from_secs(1);
/// A connection to an application may take this long.
const CONNECT_TIME_OUT: Duration = Duration::from_secs(5);
/// The session behind an open WebSocket is looked at this often.
const SOCKET_CHECK: Duration = Duration::from_millis(200);

/// What a node is made of.
pub struct Node {
    /// The use cases.
    pub app: App,
    /// The way to the mail server.
    pub smtp: Smtp,
    /// The looks of mails.
    pub mail_brand: mail::Brand,
    /// The looks of pages.
    pub brand: Brand,
    /// Proxies whose word about client addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The secret of who reports bounces from outside.
    pub bounce_secret: Option<app::WebhookSecret>,
    /// Set in the demo.
    pub demo: Option<DemoBanner>,
}

impl Node {
    /// Serves until `stop` ends, then finishes what is open.
    ///
    /// # Errors
    /// When the registered applications cannot be read, or the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let Self { app, smtp, mail_brand, brand, trusted_proxies, bounce_secret, demo } = self;
        let closing = CancellationToken::new();
        let portal_url = app.settings.public_url.clone();
        let site = Arc::new(Site {
            app: app.clone(),
            brand: Arc::new(brand),
            demo,
            trusted_proxies: trusted_proxies.clone(),
            bounce_secret,
        });
        let settings = Settings {
            portal: portal_url.clone(),
            trusted_proxies,
            forbidden_names: ForbiddenNames::default(),
            connect_time_out: CONNECT_TIME_OUT,
            socket_check: SOCKET_CHECK,
            tls: platform_tls()?,
            closing: closing.clone(),
        };
        let registered = app.directory().await?.applications.clone();
        let applications = Applications::new(upstreams(&portal_url, &registered)?)?;
        let door = Arc::new(Door::new(app.clone()));
        let gateway =
            Arc::new(Gateway::new(settings, applications, door, Arc::new(GatePages(Arc::clone(&site)))));

        let mut workers = JoinSet::new();
        workers.spawn(app::deliver_mail::run(app.clone(), smtp, mail_brand));
        workers.spawn(app::clean_up::run(app.clone()));
        workers.spawn(app::reseal::run(app.clone()));
        workers.spawn(app::health::run(app.clone()));
        workers.spawn(app::resolve_recoveries::run(app.clone()));
        workers.spawn(app::remove_factors::run(app.clone()));
        workers.spawn(app::run_rollouts::run(app.clone()));
        workers.spawn(follow_applications(app, Arc::clone(&gateway), portal_url, registered));

        let service = portal(site).layer(middleware::from_fn_with_state(gateway, dispatch));
        let stop = async move {
            stop.await;
            closing.cancel();
        };
        listen::serve(listener, service, Limits::default(), stop).await;
        Ok(())
    }
}

/// What is added, moved or renamed by `apply` is served within a second.
async fn follow_applications(app: App, gateway: Arc<Gateway>, portal: Url, mut known: Vec<Application>) {
    loop {
        tokio::time::sleep(APPLICATIONS_EVERY).await;
        let Ok(directory) = app.directory().await else { continue };
        if directory.applications == known {
            continue;
        }
        known.clone_from(&directory.applications);
        let replaced =
            upstreams(&portal, &known).and_then(|upstreams| Ok(gateway.applications().replace(upstreams)?));
        if let Err(error) = replaced {
            tracing::error!(%error, "the registered applications cannot be served; the ones before stay");
        }
    }
}

fn upstreams(portal: &Url, applications: &[Application]) -> anyhow::Result<Vec<Upstream>> {
    applications.iter().map(|application| upstream(portal, application)).collect()
}

fn upstream(portal: &Url, application: &Application) -> anyhow::Result<Upstream> {
    let public = format!("{}://{}", portal.scheme(), application.host);
    let config = UpstreamConfig {
        application: application.id,
        slug: application.slug.clone(),
        name: application.name.clone(),
        public: public.parse().with_context(|| format!("application {}: {public}", application.slug))?,
        base: application
            .upstream
            .parse()
            .with_context(|| format!("application {}: upstream", application.slug))?,
        host_header: HostHeader::Public,
        time_outs: TimeOuts::default(),
        socket_origins: Vec::new(),
        socket_use: Use::Look,
        rules: application.rules.clone(),
    };
    Ok(Upstream::new(config)?)
}

/// The certificates that this machine believes.
fn platform_tls() -> anyhow::Result<rustls::ClientConfig> {
    use rustls_platform_verifier::BuilderVerifierExt as _;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

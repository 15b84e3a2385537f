//! `vestibule serve`.

use std::{sync::Arc, time::Duration};

use app::{App, Settings};
use tokio::{net::TcpListener, signal};
use web::{
    client_address::TrustedProxies,
    view::{Brand, BrandSpec},
};

use super::{
    Exit, Failure, World,
    installation::{Place, keys, open},
};
use crate::{config::Config, demo::run::DEMO_MARK, key_file, log, node::Node};

/// Serve the portal, the gateway and the mail worker
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Do not bring the database to this version's schema first; refuse to start when it is older
    #[arg(long)]
    no_migrate: bool,
}

pub(super) async fn run(args: Args, place: &Place, world: &World) -> Result<Exit, Failure> {
    let config = place.config()?;
    // Fails only when a logger is installed already.
    let _ = log::start(&config.log);
    let node = node(&config, args.no_migrate, world).await?;
    let problem = app::key_generations::note_keys(&node.app).await?;
    if let Some(problem) = problem.filter(|problem| problem.lack().is_some()) {
        return Err(Failure::Refused(problem.to_string()));
    }
    let listen = config.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::Unavailable(format!(
            "cannot listen on {listen}: {error}; change `server.listen` or stop what uses it"
        ))
    })?;
    tokio::spawn(key_file::follow(config.keys.file.clone(), node.app.clone()));
    tracing::info!(public_url = %config.server.public_url, %listen, "serving");
    node.serve(listener, interrupted()).await.map_err(|error| Failure::Unavailable(format!("{error:#}")))?;
    tracing::info!("stopped");
    Ok(Exit::Done)
}

async fn node(config: &Config, no_migrate: bool, world: &World) -> Result<Node, Failure> {
    let db = open(config).await?;
    if no_migrate {
        store::check(&db).await?
    } else {
        drop(store::migrate(&db).await?)
    }
    let mut conn = db.read().await?;
    if store::installation::find(&mut conn, DEMO_MARK).await?.is_some() {
        return Err(Failure::Refused(
            "this database was made by `vestibule demo`, with passwords that everybody knows; name another in \
             `database.url`"
                .to_owned(),
        ));
    }
    drop(conn);
    let settings = Settings {
        public_url: config.server.public_url.clone(),
        policy: config.policy.clone(),
        start_grid: Duration::from_millis(250),
        remember_for: Duration::from_millis(200),
        hashing_concurrency: std::thread::available_parallelism().map_or(2, usize::from),
    };
    let (clock, random) = (Arc::clone(&world.clock), Arc::clone(&world.random));
    let app = App::new(db, keys(config)?, clock, random, settings);
    let wrong = |section: &str, what: String| Failure::Missing(format!("[{section}]: {what}"));
    let app = app.map_err(|problem| wrong("policy", problem.to_string()))?;
    app.grant_reach(config.reach.clone());
    Ok(Node {
        app,
        smtp: config.mail.server().map_err(|problem| wrong("mail", problem.to_string()))?,
        mail_brand: config.mail_brand().map_err(|problem| wrong("mail", problem.to_string()))?,
        brand: brand(config)?,
        trusted_proxies: TrustedProxies::new(config.server.trusted_proxies.clone()),
        bounce_secret: config.hooks.bounce_secret.clone(),
        demo: None,
    })
}

/// The looks; colours that cannot be read on each other are refused.
pub(super) fn brand(config: &Config) -> Result<Brand, Failure> {
    let given = &config.brand;
    let mut spec = BrandSpec { name: given.name.clone(), ..BrandSpec::default() };
    spec.line = given.line.clone().unwrap_or_default();
    for (part, value) in [
        (&mut spec.accent, &given.accent),
        (&mut spec.on_accent, &given.on_accent),
        (&mut spec.accent_dark, &given.accent_dark),
        (&mut spec.on_accent_dark, &given.on_accent_dark),
        (&mut spec.ground, &given.ground),
        (&mut spec.ground_dark, &given.ground_dark),
    ] {
        if let Some(value) = value {
            part.clone_from(value);
        }
    }
    Brand::new(&spec).map_err(|problems| {
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Failure::Missing(format!("[brand]: {}", told.join("; ")))
    })
}

/// Ends at Ctrl+C or SIGTERM.
pub(super) async fn interrupted() {
    let interrupt = async {
        // Without a handler the signal ends the process by itself.
        let _ = signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut stream) => drop(stream.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

//! The installation that a command is about: its configuration, its database, its use cases.

use std::{path::PathBuf, sync::Arc, thread, time::Duration};

use app::{App, Settings};
use crypto::keyring::Keyring;
use secrecy::ExposeSecret;
use store::{Db, DbConfig};

use super::{Failure, World};
use crate::{
    config::{self, Config, Source},
    key_file::{self, KeyFileProblem},
};

/// Where the configuration is.
pub(super) struct Place {
    source: Source,
}

impl Place {
    pub(super) fn new(named: Option<PathBuf>, world: &World) -> Self {
        let file = config::find(named.as_deref());
        Self { source: Source { file, variables: world.variables.clone() } }
    }

    /// The file in use, if there is one.
    pub(super) const fn file(&self) -> Option<&PathBuf> {
        self.source.file.as_ref()
    }

    pub(super) fn config(&self) -> Result<Config, Failure> {
        let from_environment = self.source.variables.iter().any(|(name, _)| name.starts_with(config::PREFIX));
        if self.source.file.is_none() && !from_environment {
            let [here, there] = config::DEFAULT_FILES;
            return Err(Failure::Missing(format!(
                "there is no configuration: neither {here} nor {there} exists; name a file with --config, or make one \
                 with `vestibule init`"
            )));
        }
        Ok(config::load(&self.source)?)
    }

    /// The database with the schema of this version.
    pub(super) async fn database(&self) -> Result<Db, Failure> {
        let db = open(&self.config()?).await?;
        store::check(&db).await?;
        Ok(db)
    }

    /// The use cases over the database.
    pub(super) async fn app(&self, world: &World) -> Result<App, Failure> {
        let config = self.config()?;
        let keys = keys(&config)?;
        app(&config, keys, self.database().await?, world)
    }
}

/// The configured database, whatever its schema.
pub(super) async fn open(config: &Config) -> Result<Db, Failure> {
    let mut database = DbConfig::new(config.database.url.expose_secret());
    database.max_connections = config.database.connections;
    Ok(Db::open(&database).await?)
}

/// The configured keys.
pub(super) fn keys(config: &Config) -> Result<Keyring, Failure> {
    key_file::read(&config.keys.file).map_err(|problem| match problem {
        KeyFileProblem::Io(..) => {
            let remedy = "restore it from its backup, or make one with `vestibule init`";
            Failure::Missing(format!("the key file cannot be read: {problem}; {remedy}"))
        }
        KeyFileProblem::Content(..) => Failure::Missing(problem.to_string()),
        KeyFileProblem::Loses(..) | KeyFileProblem::Unknown(..) => Failure::Failed(problem.to_string()),
    })
}

/// The use cases as one command needs them: a single process that answers nobody else.
pub(super) fn app(config: &Config, keys: Keyring, db: Db, world: &World) -> Result<App, Failure> {
    let settings = Settings {
        public_url: config.server.public_url.clone(),
        policy: config.policy.clone(),
        start_grid: Duration::from_millis(250),
        remember_for: Duration::ZERO,
        hashing_concurrency: thread::available_parallelism().map_or(1, usize::from),
    };
    let app = App::new(db, keys, Arc::clone(&world.clock), Arc::clone(&world.random), settings);
    let app = app.map_err(|problem| Failure::Missing(format!("[policy]: {problem}")))?;
    app.grant_reach(config.reach.clone());
    Ok(app)
}

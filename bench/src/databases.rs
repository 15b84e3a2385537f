//! The same measurement over both databases: the aim is set for SQLite, PostgreSQL is printed beside it.

use anyhow::{Result, anyhow};
use testkit::postgres::{Cluster, database_url};

use crate::{
    installation::{Around, Installation},
    report::Aim,
};

/// An installation over each database. PostgreSQL ends when this is dropped.
pub(crate) struct Databases {
    /// Over a file.
    pub(crate) sqlite: Installation,
    /// Over a server whose commits are durable.
    pub(crate) postgres: Installation,
    _cluster: Cluster,
}

impl Databases {
    /// Makes both.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or something cannot be written.
    pub(crate) async fn make(around: Around) -> Result<Self> {
        let cluster = Cluster::start_durable().map_err(|problem| anyhow!(problem))?;
        let url = database_url(cluster.url(), "postgres");
        Ok(Self {
            sqlite: Installation::make(None, around).await?,
            postgres: Installation::make(Some(url), around).await?,
            _cluster: cluster,
        })
    }

    /// Each with its name and what it is measured against.
    pub(crate) fn each(&self, aim: Aim) -> [(&'static str, &Installation, Aim); 2] {
        [("SQLite", &self.sqlite, aim), ("PostgreSQL", &self.postgres, Aim::Shown)]
    }
}

//! `vestibule migrate`

use serde::Serialize;

use super::{Exit, Failure, Screen, installation, installation::Place};

/// Arguments of `migrate`.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[derive(Serialize)]
struct Report {
    schema_version: i64,
    applied: Vec<&'static str>,
}

pub(super) async fn run(_: Args, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let db = installation::open(&place.config()?).await?;
    let applied = store::migrate(&db).await?;
    db.close().await;
    let report = Report { schema_version: applied.version, applied: applied.names };
    screen.show(&report, |screen| {
        for name in &report.applied {
            screen.line(format!("applied {name}"))?;
        }
        let news = if report.applied.is_empty() { "already" } else { "now" };
        screen.line(format!("the database has schema version {} {news}", report.schema_version))
    })?;
    Ok(Exit::Done)
}

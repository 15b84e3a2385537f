//! `vestibule policy explain`

use app::apply::InstallationState;
use clap::Subcommand;
use domain::policy::{ExplainRow, Layers};

use super::{Exit, Failure, Screen, installation::Place};

/// The commands under `policy`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every policy value that holds, and where it comes from
    Explain(ExplainArgs),
}

/// Arguments of `policy explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// For the users of a company (its short name); brings its country
    #[arg(long, value_name = "NAME", conflicts_with = "country")]
    company: Option<String>,
    /// For a country without a company, such as ES
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// For an application (its short name)
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// Only keys that begin like this, such as otp
    #[arg(long, value_name = "BEGINNING")]
    key: Option<String>,
}

pub(super) async fn run(command: Command, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let Command::Explain(args) = command;
    let mut layers = Layers { installation: place.config()?.policy, ..Layers::default() };
    if args.company.is_some() || args.country.is_some() || args.application.is_some() {
        let db = place.database().await?;
        let state = app::apply::current(&mut db.read().await?).await?;
        choose(&args, &state, &mut layers)?;
        db.close().await;
    }
    let beginning = args.key.unwrap_or_default();
    let rows: Vec<ExplainRow> =
        layers.resolve().explain().into_iter().filter(|row| row.key.starts_with(&beginning)).collect();
    if rows.is_empty() {
        return Err(Failure::NotFound(format!("no policy key begins with {beginning:?}")));
    }
    screen.show(&rows, |screen| {
        let cells = |row: &ExplainRow| {
            let floor = row.floor.clone().unwrap_or_default();
            [row.key.to_owned(), row.value.clone(), row.origin.clone(), row.default.clone(), floor]
        };
        screen.table(["KEY", "VALUE", "FROM", "DEFAULT", "FLOOR"], rows.iter().map(cells).collect())
    })?;
    Ok(Exit::Done)
}

fn choose(args: &ExplainArgs, state: &InstallationState, layers: &mut Layers) -> Result<(), Failure> {
    let mut country = args.country.clone();
    if let Some(name) = &args.company {
        let known = || state.companies.iter().map(|company| company.slug.as_str());
        let company = state.companies.iter().find(|company| company.slug == *name);
        let company = company.ok_or_else(|| unknown("company", name, known()))?;
        country = Some(company.country.clone());
        layers.company = company.policy.clone();
    }
    if let Some(name) = &args.application {
        let known = || state.applications.iter().map(|application| application.slug.as_str());
        let application = state.applications.iter().find(|application| application.slug == *name);
        layers.application = application.ok_or_else(|| unknown("application", name, known()))?.policy.clone();
    }
    // A country without policy of its own is no mistake: nothing was said about it.
    if let Some(country) = state.countries.iter().find(|state| Some(&state.code) == country.as_ref()) {
        layers.country = country.policy.clone();
        layers.floors = country.floors.clone();
    }
    Ok(())
}

fn unknown<'n>(kind: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let near = crate::document::nearest(name, known);
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    Failure::NotFound(format!("there is no {kind} {name:?}{hint}"))
}

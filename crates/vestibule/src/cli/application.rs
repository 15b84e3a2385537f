//! `vestibule application list` and `show`

use clap::{Subcommand, ValueEnum as _};
use serde::Serialize;

use super::{
    Exit, Failure, Screen,
    installation::Place,
    proxy_config::{find, places},
};
use crate::proxy_config::{Proxy, write};

/// The commands under `application`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the registered applications
    List,
    /// Show an application, and what to paste for each way of putting Vestibule in front of it
    Show(Named),
}

/// An application by its name.
#[derive(Debug, clap::Args)]
pub struct Named {
    /// The application's short name
    name: String,
}

#[derive(Serialize)]
struct Row {
    name: String,
    title: String,
    host: String,
    upstream: String,
    rules: Vec<String>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    address: String,
    key_set: String,
    ways: Vec<Way>,
}

#[derive(Serialize)]
struct Way {
    way: String,
    snippet: String,
}

impl From<app::apply::ApplicationState> for Row {
    fn from(state: app::apply::ApplicationState) -> Self {
        let rules = state.rules.all().iter().map(ToString::to_string).collect();
        Self { name: state.slug, title: state.name, host: state.host, upstream: state.upstream, rules }
    }
}

pub(super) async fn run(command: Command, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    match command {
        Command::List => list(place, screen).await,
        Command::Show(args) => show(&args.name, place, screen).await,
    }
}

async fn list(place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let db = place.database().await?;
    let state = app::apply::current(&mut db.read().await?).await?;
    db.close().await;
    let rows: Vec<Row> = state.applications.into_iter().map(Row::from).collect();
    screen.show(&rows, |screen| {
        if rows.is_empty() {
            return screen.line(
                "There is no application; an [[application]] in the file of `vestibule apply` adds one.",
            );
        }
        let cells = |row: &Row| {
            let rules = row.rules.len().to_string();
            [row.name.clone(), row.title.clone(), row.host.clone(), row.upstream.clone(), rules]
        };
        screen.table(["NAME", "TITLE", "HOST", "UPSTREAM", "RULES"], rows.iter().map(cells).collect())
    })?;
    Ok(Exit::Done)
}

async fn show(name: &str, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = place.config()?;
    let places = places(name, place).await?;
    let portal = config.server.public_url.as_str().trim_end_matches('/').to_owned();
    let gateway = format!(
        "# The gateway: let the name {} lead to Vestibule ({}), by DNS or by whatever ends TLS before it.\n\
         # Vestibule passes on to {}; nothing else may reach that address.\n",
        places.public.host_str().unwrap_or_default(),
        places.vestibule,
        places.upstream,
    );
    let mut ways = vec![Way { way: "gateway".to_owned(), snippet: gateway }];
    for proxy in Proxy::value_variants() {
        let named = proxy.to_possible_value();
        let way = named.map(|named| named.get_name().to_owned()).unwrap_or_default();
        ways.push(Way { way, snippet: write(*proxy, &places) });
    }
    let row = Row::from(find(name, place).await?);
    let (address, key_set) = (places.public.to_string(), format!("{portal}/.well-known/jwks.json"));
    let shown = Shown { row, address, key_set, ways };
    screen.show(&shown, |screen| {
        let Shown { row, address, key_set, ways } = &shown;
        let mut fields = vec![
            ["name".to_owned(), row.name.clone()],
            ["title".to_owned(), row.title.clone()],
            ["address".to_owned(), address.clone()],
            ["upstream".to_owned(), row.upstream.clone()],
            ["keys of Vestibule-Assertion".to_owned(), key_set.clone()],
        ];
        fields.extend(row.rules.iter().map(|rule| ["rule".to_owned(), rule.clone()]));
        screen.table(["FIELD", "VALUE"], fields)?;
        for way in ways {
            screen.line(format!("\n## {}\n\n{}", way.way, way.snippet.trim_end()))?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

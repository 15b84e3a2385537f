//! `vestibule source list`, `show` and `test`

use std::io::Read as _;

use app::{Zeroizing, apply::Entity};
use clap::Subcommand;
use domain::role::Role;
use legacy::source::{Answer, Kind, Profile, Source, SourceSpec, Step, Trouble};
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};
use crate::{config::Config, document::nearest};

/// The commands under `source`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the legacy sources, and who rests on each
    List,
    /// Show how a source is asked
    Show(Named),
    /// Ask a source now, step by step
    Test(TestArgs),
}

/// A source by its name.
#[derive(Debug, clap::Args)]
pub struct Named {
    /// The source's name
    name: String,
}

/// Arguments of `source test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// The source's name
    name: String,
    /// Ask about this login name; the password is asked for, or read from the first line of the input. Without it only
    /// the connection is tried
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    kind: &'static str,
    makes_users_of: Option<String>,
    companies: Vec<String>,
    applications: Vec<String>,
    secret: Option<String>,
    secret_is_given: bool,
}

#[derive(Serialize)]
struct Report {
    source: String,
    answer: &'static str,
    steps: Vec<Told>,
    trouble: Option<String>,
}

#[derive(Serialize)]
struct Told {
    step: &'static str,
    finding: String,
}

/// A password is no longer than this; what follows the first line is not read.
const LONGEST_INPUT: u64 = 4096;

pub(super) async fn run(
    command: Command,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    match command {
        Command::List => list(place, screen).await,
        Command::Show(args) => show(&args.name, place, screen).await,
        Command::Test(args) => test(args, place, screen, world).await,
    }
}

async fn list(place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = place.config()?;
    let db = place.database().await?;
    let state = app::apply::current(&mut db.read().await?).await?;
    db.close().await;
    let rests = |source: &SourceSpec, on: &Option<String>| on.as_ref() == Some(&source.name);
    let row = |source: &SourceSpec| Row {
        name: source.name.clone(),
        kind: source.kind.word(),
        makes_users_of: source.company.clone(),
        companies: names(state.companies.iter().filter(|c| rests(source, &c.legacy_source)).map(|c| &c.slug)),
        applications: names(
            state.applications.iter().filter(|a| rests(source, &a.legacy_source)).map(|a| &a.slug),
        ),
        secret: source.kind.secret().map(str::to_owned),
        secret_is_given: source.kind.secret().is_none_or(|name| config.reach.secrets.contains_key(name)),
    };
    let rows: Vec<Row> = state.sources.iter().map(row).collect();
    screen.show(&rows, |screen| {
        if rows.is_empty() {
            return screen
                .line("There is no legacy source; a [[source]] in the file of `vestibule apply` adds one.");
        }
        let cells = |row: &Row| {
            let secret = match (&row.secret, row.secret_is_given) {
                (None, _) => "–".to_owned(),
                (Some(name), true) => name.clone(),
                (Some(name), false) => format!("{name} (missing in [secrets])"),
            };
            let makes = row.makes_users_of.clone().unwrap_or_else(|| "–".to_owned());
            [
                row.name.clone(),
                row.kind.to_owned(),
                row.companies.join(", "),
                row.applications.join(", "),
                makes,
                secret,
            ]
        };
        let head = ["NAME", "KIND", "COMPANIES", "APPLICATIONS", "MAKES USERS OF", "SECRET"];
        screen.table(head, rows.iter().map(cells).collect())
    })?;
    Ok(Exit::Done)
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    names.cloned().collect()
}

async fn show(name: &str, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let spec = find(name, place).await?;
    screen.show(&spec, |screen| {
        let fields = Entity::Source(Box::new(spec.clone())).fields();
        screen.table(["FIELD", "VALUE"], fields.into_iter().map(|(name, value)| [name, value]).collect())
    })?;
    Ok(Exit::Done)
}

async fn find(name: &str, place: &Place) -> Result<SourceSpec, Failure> {
    let db = place.database().await?;
    let state = app::apply::current(&mut db.read().await?).await?;
    db.close().await;
    let known = state.sources.iter().map(|source| source.name.as_str());
    let near = nearest(name, known).map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    let found = state.sources.into_iter().find(|source| source.name == name);
    found.ok_or_else(|| Failure::NotFound(format!("there is no source {name:?}{near}")))
}

async fn test(args: TestArgs, place: &Place, screen: &mut Screen, world: &World) -> Result<Exit, Failure> {
    let config = place.config()?;
    let spec = find(&args.name, place).await?;
    let mut steps = Vec::new();
    let answer = match Source::open(spec.clone(), &config.reach) {
        Ok(source) => ask(&source, args.user.as_deref(), world, &mut steps).await?,
        Err(trouble) => Err(trouble),
    };
    if let Ok(Some(Answer::Right(_, profile) | Answer::Hash(_, profile))) = &answer {
        mapped(&spec, profile, &mut steps);
    }
    let (word, exit) = outcome(&answer);
    let steps = steps.into_iter().map(|Step { what, finding }| Told { step: what, finding }).collect();
    let trouble = answer.err().map(|trouble| trouble.to_string());
    let report = Report { source: spec.name, answer: word, steps, trouble };
    screen.show(&report, |screen| {
        let cells = |told: &Told| [told.step.to_owned(), told.finding.clone()];
        screen.table(["STEP", "FINDING"], report.steps.iter().map(cells).collect())?;
        match &report.trouble {
            Some(trouble) => screen.line(format!("{}: {trouble}", report.answer)),
            None => screen.line(report.answer),
        }
    })?;
    Ok(exit)
}

type Asked = Result<Option<Answer>, Trouble>;

async fn ask(
    source: &Source,
    login: Option<&str>,
    world: &World,
    steps: &mut Vec<Step>,
) -> Result<Asked, Failure> {
    let mut tell = |step| steps.push(step);
    let Some(login) = login else { return Ok(source.reach(&mut tell).await.map(|()| None)) };
    let password = password(world)?;
    let asked = source.try_out(login, &password, &mut tell).await;
    Ok(asked.map(|answer| {
        let matches = match &answer {
            Answer::Hash(hash, _) => Some(hash.verify(password.as_bytes())),
            Answer::Right(..) | Answer::Wrong => None,
        };
        if let Some(matches) = matches {
            let finding = if matches { "matches" } else { "does not match" };
            steps.push(Step { what: "hash", finding: finding.to_owned() });
        }
        Some(if matches == Some(false) { Answer::Wrong } else { answer })
    }))
}

/// Never from the command line, where others could see it.
fn password(world: &World) -> Result<Zeroizing<String>, Failure> {
    if let Some(answers) = &world.answers {
        return Ok(Zeroizing::new(answers.ask_secretly("Password:")?));
    }
    let mut text = Zeroizing::new(String::new());
    (world.input)().take(LONGEST_INPUT).read_to_string(&mut text)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// What would be taken over of a person, or what is missing.
fn mapped(spec: &SourceSpec, profile: &Profile, steps: &mut Vec<Step>) {
    let map = &spec.profile;
    let role = profile
        .role
        .map(|role| if role == Role::ProgramAdministrator { "program_administrator" } else { "end_user" });
    for (what, place, value) in [
        ("profile: login", &map.login, profile.login.as_deref()),
        ("profile: name", &map.name, profile.short_name()),
        ("profile: email", &map.email, profile.email.as_deref()),
        ("profile: language", &map.language, profile.language.as_deref()),
        ("profile: role", &map.role, role),
    ] {
        let Some(place) = place else { continue };
        let finding = match value {
            Some(value) => format!("{value} (from {place})"),
            None => format!("nothing usable at {place}"),
        };
        steps.push(Step { what, finding });
    }
}

const fn outcome(answer: &Asked) -> (&'static str, Exit) {
    match answer {
        Ok(None) => ("The source can be asked.", Exit::Done),
        Ok(Some(Answer::Right(..) | Answer::Hash(..))) => ("The credentials are right.", Exit::Done),
        Ok(Some(Answer::Wrong)) => ("The credentials are not right.", Exit::Findings),
        Err(Trouble::Setup(_) | Trouble::NotAllowed { .. } | Trouble::Unprotected { .. }) => {
            ("The source cannot be asked", Exit::Config)
        }
        Err(Trouble::Odd(_)) => ("The source gave no usable answer", Exit::Failed),
        Err(
            Trouble::Unreachable(_)
            | Trouble::Tls(_)
            | Trouble::TimedOut(_)
            | Trouble::Crowded
            | Trouble::Resting(_),
        ) => ("The source gave no answer", Exit::Unavailable),
    }
}

/// How a source looks to `doctor`.
pub(super) async fn examine(config: &Config, spec: &SourceSpec) -> Result<String, Trouble> {
    Source::open(spec.clone(), &config.reach)?.reach(&mut |_| {}).await?;
    Ok(format!("{} answers ({})", place_of(&spec.kind), spec.kind.word()))
}

fn place_of(kind: &Kind) -> String {
    match kind {
        Kind::Http(http) => http.url.to_string(),
        Kind::Hook(hook) => hook.url.to_string(),
        Kind::Ldap(ldap) => format!("{}:{}", ldap.host, ldap.port),
        Kind::Sql(sql) => format!("{}:{}", sql.host, sql.port),
    }
}

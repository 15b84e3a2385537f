//! The people of a measured installation: users of one company in phase 2, who have everything from the start.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, ensure};
use app::{
    App, Settings,
    apply::{ApplicationState, CompanyState, InstallationState, RegionState, current, diff, save},
    danger_seed::{Given, danger_give_user_id},
    import_users::{self, Outcome, Run, import_users},
};
use domain::{
    enterprise_user_id::LegacyLogin,
    policy::{Layer, LayerName},
    role::{Region, Role},
    rollout::Rollout,
};
use legacy::ImportedHash;

use crate::browser::Place;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "four grey herons at noon";
const SECURITY_CODE: &str = "7402918";

/// Somebody without an Enterprise User ID: the old login name, and a hash of a password that nobody has (bcrypt).
pub(crate) const LEGACY_LOGIN: &str = "NGS-004417";
const LEGACY_HASH: &str = "$2y$05$Yt04l6zyZuaIUdxha2IvheIYdFAWO7XZRo43eVMGois1vhE3jNtCW";

/// One for each client of the largest measurement.
const PEOPLE: usize = 64;

const DAY: Duration = Duration::from_hours(24);

/// Somebody who can log in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Enterprise User ID.
    pub(crate) user_id: String,
    /// Where codes go.
    pub(crate) email: String,
}

/// The use cases as one process needs them that answers nobody.
///
/// # Errors
/// Never with a port.
pub(crate) fn settings(port: u16) -> Result<Settings> {
    Ok(Settings {
        public_url: format!("http://localhost:{port}/").parse()?,
        policy: Layer::empty(LayerName::Installation),
        start_grid: Duration::from_millis(250),
        remember_for: Duration::ZERO,
        hashing_concurrency: std::thread::available_parallelism().map_or(2, usize::from),
    })
}

/// Fills an empty database.
///
/// # Errors
/// When something cannot be written.
pub(crate) async fn seed(app: &App, place: &Place, application: SocketAddr) -> Result<Vec<Person>> {
    let desired = installation(app, place, application);
    let mut conn = app.db.read().await?;
    let found = diff(&current(&mut conn).await?, &desired);
    drop(conn);
    let found = found.map_err(|dangling| anyhow::anyhow!("{dangling:?}"))?;
    save(&app.db, &desired, &found, app.clock.as_ref(), app.random.as_ref()).await?;
    app.forget_directory();
    add_newcomer(app).await?;
    let mut people = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        people.push(add(app, number).await?);
    }
    Ok(people)
}

async fn add(app: &App, number: usize) -> Result<Person> {
    let person = Person {
        user_id: format!("measured.person{number}"),
        email: format!("person{number}@northgate.example"),
    };
    let taken_over = import_users::Person {
        company: "northgate".to_owned(),
        region: None,
        role: Role::EndUser,
        name: format!("Measured Person {number}"),
        email: person.email.clone(),
        language: None,
        login: None,
        hash: None,
    };
    let outcomes = import_users(app, &[taken_over], Run::ForGood).await?;
    ensure!(outcomes == [Outcome::Added], "{}: {outcomes:?}", person.user_id);
    let found = app::change_user::find_users(app, &person.email).await?;
    let user = found.into_iter().next().context("a person who was added is missing")?.user;
    let given = Given { user_id: &person.user_id, password: PASSWORD, security_code: Some(SECURITY_CODE) };
    danger_give_user_id(app, &user, given).await?;
    Ok(person)
}

async fn add_newcomer(app: &App) -> Result<()> {
    let newcomer = import_users::Person {
        company: "northgate".to_owned(),
        region: None,
        role: Role::EndUser,
        name: "Measured Newcomer".to_owned(),
        email: "newcomer@northgate.example".to_owned(),
        language: None,
        login: Some(LegacyLogin::parse(LEGACY_LOGIN)?),
        hash: Some(ImportedHash::parse(LEGACY_HASH)?),
    };
    let outcomes = import_users(app, &[newcomer], Run::ForGood).await?;
    ensure!(outcomes == [Outcome::Added], "{LEGACY_LOGIN}: {outcomes:?}");
    Ok(())
}

fn installation(app: &App, place: &Place, application: SocketAddr) -> InstallationState {
    let now = app.now();
    let region = Region("europe-asia-pacific".to_owned());
    let rollout = Rollout {
        phase1_at: Some(now - DAY * 60),
        phase2_at: Some(now - DAY * 20),
        deadline_at: Some(now + DAY * 20),
        cutoff_at: Some(now + DAY * 50),
    };
    InstallationState {
        regions: vec![RegionState { region: region.clone(), name: "Europe and Asia-Pacific".to_owned() }],
        companies: vec![CompanyState {
            slug: "northgate".to_owned(),
            name: "Northgate Shipping".to_owned(),
            country: "NL".to_owned(),
            region,
            time_zone: "Europe/Amsterdam".to_owned(),
            language: "en".to_owned(),
            rollout,
            legacy_source: None,
            policy: Layer::empty(LayerName::Company),
        }],
        applications: vec![ApplicationState {
            slug: "reconcile".to_owned(),
            name: "Harbour Reconcile".to_owned(),
            host: place.application().host,
            upstream: format!("http://{application}"),
            legacy_source: None,
            rules: domain::path_rule::PathRules::default(),
            policy: Layer::empty(LayerName::Application),
        }],
        ..InstallationState::default()
    }
}

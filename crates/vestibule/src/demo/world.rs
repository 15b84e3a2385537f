//! The invented customer: three companies in three regions and phases, and people to try each step with.
//!
//! Dates are counted from the moment the demo starts, so that every phase is always there to be seen.

use std::time::Duration;

use app::{
    App,
    apply::{
        ApplicationState, CompanyState, ContactState, InstallationState, RegionState, current, diff, save,
    },
    danger_seed::{Given, danger_give_user_id},
    import_users::{self, Outcome, Run, import_users},
    invite_user::invite_user,
};
use domain::{
    audit::Actor,
    directory::User,
    enterprise_user_id::LegacyLogin,
    policy::{Layer, LayerName},
    role::{Region, Role},
    rollout::Rollout,
    time::Timestamp,
};

use legacy::ImportedHash;

use super::{
    control::DemoAccount,
    reconcile::{Cardholder, Currency},
};

/// The password of every legacy account.
pub const LEGACY_PASSWORD: &str = "Rotterdam-2019";
/// Its bcrypt hash, made by PyPI's bcrypt 4 with cost 8, as the application would have stored it.
const LEGACY_HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";
/// The password of every Enterprise User ID that is there from the start.
pub const PASSWORD: &str = "four grey herons at noon";
/// Their security code.
pub const SECURITY_CODE: &str = "7402918";

const DAY: Duration = Duration::from_hours(24);

/// How far a person has come when the demo starts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Legacy credentials only.
    Legacy,
    /// ID and password; no security code.
    IdMade,
    /// All made.
    Enrolled,
    /// No legacy credentials: an invitation waits in the inbox.
    Invited,
}

struct Person {
    name: &'static str,
    company: &'static str,
    email: &'static str,
    login: &'static str,
    user_id: &'static str,
    role: Role,
    start: Start,
    home: Currency,
    hint: &'static str,
}

macro_rules! person {
    ($name:literal, $company:literal, $email:literal, $login:literal, $id:literal, $role:ident, $start:ident, $home:ident, $hint:literal) => {
        Person {
            name: $name,
            company: $company,
            email: $email,
            login: $login,
            user_id: $id,
            role: Role::$role,
            start: Start::$start,
            home: Currency::$home,
            hint: $hint,
        }
    };
}

const PEOPLE: [Person; 10] = [
    person!(
        "Amara Okafor",
        "northgate",
        "amara.okafor@northgate-shipping.example",
        "NGS-004417",
        "",
        EndUser,
        Legacy,
        Eur,
        "demo-hint-onboard"
    ),
    person!(
        "Marieke de Vries",
        "northgate",
        "marieke.devries@northgate-shipping.example",
        "NGS-000102",
        "",
        ProgramAdministrator,
        Legacy,
        Eur,
        "demo-hint-onboard-administrator"
    ),
    person!(
        "Kenji Sato",
        "northgate",
        "kenji.sato@northgate-shipping.example",
        "NGS-005120",
        "kenji.sato",
        EndUser,
        Enrolled,
        Eur,
        "demo-hint-one-factor"
    ),
    person!(
        "Ingrid Solheim",
        "northgate",
        "ingrid.solheim@northgate-shipping.example",
        "",
        "",
        EndUser,
        Invited,
        Eur,
        "demo-hint-invited"
    ),
    person!(
        "Tomás Herrera",
        "andina",
        "tomas.herrera@andina-agro.example",
        "AND-1180",
        "tomas.herrera",
        EndUser,
        Enrolled,
        Brl,
        "demo-hint-two-factor"
    ),
    person!(
        "Lucía Navarro",
        "andina",
        "lucia.navarro@andina-agro.example",
        "AND-1002",
        "lucia.navarro",
        ProgramAdministrator,
        Enrolled,
        Brl,
        "demo-hint-administrator"
    ),
    person!(
        "Diego Salas",
        "andina",
        "diego.salas@andina-agro.example",
        "AND-1377",
        "diego.salas",
        EndUser,
        IdMade,
        Brl,
        "demo-hint-enrol"
    ),
    person!(
        "Valentina Rojas",
        "andina",
        "valentina.rojas@andina-agro.example",
        "AND-1402",
        "",
        EndUser,
        Legacy,
        Brl,
        "demo-hint-late"
    ),
    person!(
        "Grace Whitfield",
        "lakeshore",
        "grace.whitfield@lakeshore-foods.example",
        "LSF-20031",
        "",
        EndUser,
        Legacy,
        Usd,
        "demo-hint-before"
    ),
    person!(
        "Marcus Bell",
        "lakeshore",
        "marcus.bell@lakeshore-foods.example",
        "LSF-20007",
        "",
        ProgramAdministrator,
        Legacy,
        Usd,
        "demo-hint-before"
    ),
];

/// Where the demo's own servers are.
pub struct Places {
    /// Public host of the application, with port.
    pub application_host: String,
    /// Where the gateway finds it.
    pub application_upstream: String,
}

/// Fills an empty database.
///
/// # Errors
/// When something cannot be written.
pub async fn seed(app: &App, places: &Places) -> anyhow::Result<()> {
    let desired = installation(app.now(), places);
    let mut conn = app.db.read().await?;
    let found =
        diff(&current(&mut conn).await?, &desired).map_err(|dangling| anyhow::anyhow!("{dangling:?}"))?;
    drop(conn);
    save(&app.db, &desired, &found, app.clock.as_ref(), app.random.as_ref()).await?;
    app.forget_directory();
    let people: Vec<_> = PEOPLE.iter().map(taken_over).collect::<anyhow::Result<_>>()?;
    let outcomes = import_users(app, &people, Run::ForGood).await?;
    anyhow::ensure!(
        outcomes.iter().all(|outcome| *outcome == Outcome::Added),
        "the demo's people: {outcomes:?}"
    );
    for person in &PEOPLE {
        start(app, person).await?;
    }
    Ok(())
}

async fn start(app: &App, person: &Person) -> anyhow::Result<()> {
    let user = find(app, person).await?;
    match person.start {
        Start::Legacy => {}
        Start::Invited => drop(invite_user(app, user.id, Actor::CommandLine).await?),
        Start::IdMade => give(app, &user, person.user_id, None).await?,
        Start::Enrolled => {
            give(app, &user, person.user_id, Some(SECURITY_CODE)).await?;
        }
    }
    Ok(())
}

async fn give(app: &App, user: &User, user_id: &str, security_code: Option<&str>) -> anyhow::Result<()> {
    let given = Given { user_id, password: PASSWORD, security_code };
    Ok(danger_give_user_id(app, user, given).await?)
}

async fn find(app: &App, person: &Person) -> anyhow::Result<User> {
    let found = app::change_user::find_users(app, person.email).await?;
    let found = found.into_iter().next();
    found.map(|found| found.user).ok_or_else(|| anyhow::anyhow!("{} is missing", person.name))
}

fn taken_over(person: &Person) -> anyhow::Result<import_users::Person> {
    let has_login = !person.login.is_empty();
    Ok(import_users::Person {
        company: person.company.to_owned(),
        role: person.role,
        name: person.name.to_owned(),
        email: person.email.to_owned(),
        language: None,
        login: has_login.then(|| LegacyLogin::parse(person.login)).transpose()?,
        hash: has_login.then(|| ImportedHash::parse(LEGACY_HASH)).transpose()?,
    })
}

fn installation(now: Timestamp, places: &Places) -> InstallationState {
    let application = ApplicationState {
        slug: "reconcile".to_owned(),
        name: "Harbour Reconcile".to_owned(),
        host: places.application_host.clone(),
        upstream: places.application_upstream.clone(),
        policy: Layer::empty(LayerName::Application),
    };
    InstallationState {
        regions: REGIONS
            .iter()
            .map(|(slug, name)| RegionState { region: region(slug), name: (*name).to_owned() })
            .collect(),
        contacts: CONTACTS.iter().map(contact).collect(),
        countries: Vec::new(),
        companies: companies(now),
        applications: vec![application],
    }
}

const REGIONS: [(&str, &str); 3] = [
    ("europe-asia-pacific", "Europe and Asia-Pacific"),
    ("latin-america", "Latin America"),
    ("us-canada", "US and Canada"),
];

/// Region, role, phone, address, opening hours, time zone. Numbers are of ranges kept for fiction.
type ContactLine = (&'static str, Role, &'static str, &'static str, [&'static str; 3]);

const CONTACTS: [ContactLine; 6] = [
    (
        "europe-asia-pacific",
        Role::EndUser,
        "+44 1632 960 142",
        "help-emea@harbourcards.example",
        ["07:00", "19:00", "Europe/Amsterdam"],
    ),
    (
        "europe-asia-pacific",
        Role::ProgramAdministrator,
        "+44 1632 960 150",
        "administrators-emea@harbourcards.example",
        ["07:00", "19:00", "Europe/Amsterdam"],
    ),
    (
        "latin-america",
        Role::EndUser,
        "+1 202 555 0143",
        "help-latam@harbourcards.example",
        ["08:00", "18:00", "America/Sao_Paulo"],
    ),
    (
        "latin-america",
        Role::ProgramAdministrator,
        "+1 202 555 0144",
        "administrators-latam@harbourcards.example",
        ["08:00", "18:00", "America/Sao_Paulo"],
    ),
    (
        "us-canada",
        Role::EndUser,
        "+1 202 555 0117",
        "help-us@harbourcards.example",
        ["08:00", "20:00", "America/Chicago"],
    ),
    (
        "us-canada",
        Role::ProgramAdministrator,
        "+1 202 555 0118",
        "administrators-us@harbourcards.example",
        ["08:00", "20:00", "America/Chicago"],
    ),
];

fn contact(&(region_slug, role, phone, email, [opens, closes, zone]): &ContactLine) -> ContactState {
    ContactState {
        region: region(region_slug),
        role,
        phone: phone.to_owned(),
        email: email.to_owned(),
        days: "Monday to Friday".to_owned(),
        opens: opens.to_owned(),
        closes: closes.to_owned(),
        time_zone: zone.to_owned(),
    }
}

fn region(slug: &str) -> Region {
    Region(slug.to_owned())
}

fn companies(now: Timestamp) -> Vec<CompanyState> {
    let ahead = |days: u32| Some(now + DAY * days);
    let ago = |days: u32| Some(now - DAY * days);
    let northgate =
        Rollout { phase1_at: ago(14), phase2_at: ahead(14), deadline_at: ahead(44), cutoff_at: ahead(74) };
    let andina =
        Rollout { phase1_at: ago(60), phase2_at: ago(20), deadline_at: ahead(20), cutoff_at: ahead(50) };
    let lakeshore =
        Rollout { phase1_at: ahead(21), phase2_at: ahead(51), deadline_at: ahead(81), cutoff_at: ahead(111) };
    [
        ("northgate", "Northgate Shipping", "NL", "europe-asia-pacific", "Europe/Amsterdam", northgate),
        ("andina", "Andina Agro", "BR", "latin-america", "America/Sao_Paulo", andina),
        ("lakeshore", "Lakeshore Foods", "US", "us-canada", "America/Chicago", lakeshore),
    ]
    .map(|(slug, name, country, region_slug, zone, rollout)| CompanyState {
        slug: slug.to_owned(),
        name: name.to_owned(),
        country: country.to_owned(),
        region: region(region_slug),
        time_zone: zone.to_owned(),
        language: "en".to_owned(),
        rollout,
        policy: Layer::empty(LayerName::Company),
    })
    .into()
}

fn company_name(slug: &str) -> &'static str {
    match slug {
        "northgate" => "Northgate Shipping",
        "andina" => "Andina Agro",
        _ => "Lakeshore Foods",
    }
}

/// Who has cards at the application.
#[must_use]
pub fn cardholders() -> Vec<Cardholder> {
    PEOPLE
        .iter()
        .map(|person| Cardholder {
            subject: if person.login.is_empty() { person.user_id } else { person.login }.to_owned(),
            name: person.name.to_owned(),
            email: person.email.to_owned(),
            company: company_name(person.company).to_owned(),
            home: person.home,
        })
        .collect()
}

/// The accounts to try, and what with each.
#[must_use]
pub fn accounts(text: text::Text) -> Vec<DemoAccount> {
    PEOPLE
        .iter()
        .map(|person| {
            let (login, password) = match person.start {
                Start::Legacy => (person.login, LEGACY_PASSWORD),
                Start::IdMade | Start::Enrolled => (person.user_id, PASSWORD),
                Start::Invited => ("", ""),
            };
            DemoAccount {
                name: person.name.to_owned(),
                company: company_name(person.company).to_owned(),
                email: person.email.to_owned(),
                login: login.to_owned(),
                password: password.to_owned(),
                hint: text.get(person.hint),
            }
        })
        .collect()
}

/// Where a company stands, in a few words for the terminal.
#[must_use]
pub fn situation(company: &str) -> &'static str {
    match company {
        "Northgate Shipping" => "Europe and Asia-Pacific; phase 1: users make their Enterprise User ID",
        "Andina Agro" => "Latin America; phase 2: two-factor login",
        _ => "US and Canada; before phase 1: nothing has changed yet",
    }
}

/// The application listens elsewhere at every start.
///
/// # Errors
/// When it cannot be written.
pub async fn move_application(app: &App, places: &Places) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let mut desired = current(&mut conn).await?;
    for application in &mut desired.applications {
        application.host.clone_from(&places.application_host);
        application.upstream.clone_from(&places.application_upstream);
    }
    let found =
        diff(&current(&mut conn).await?, &desired).map_err(|dangling| anyhow::anyhow!("{dangling:?}"))?;
    drop(conn);
    save(&app.db, &desired, &found, app.clock.as_ref(), app.random.as_ref()).await?;
    app.forget_directory();
    Ok(())
}

//! The invented customer: three companies in three regions and phases, and people to try each step with.

mod customer;
mod people;
mod staff;

use app::{
    App,
    apply::{current, diff, save},
    danger_seed::{Given, danger_give_user_id},
    import_users::{self, Outcome, Run, import_users},
    invite_user::invite_user,
};
use domain::{audit::Actor, directory::User, enterprise_user_id::LegacyLogin};
use legacy::ImportedHash;

use customer::installation;
pub use customer::situation;
use people::{PEOPLE, Person, Start};
pub use people::{accounts, cardholders};
pub use staff::{cases, vouch};

/// The password of every legacy account.
pub const LEGACY_PASSWORD: &str = "Rotterdam-2019";
/// Its bcrypt hash, made by PyPI's bcrypt 5.0 with cost 8, as the application would have stored it.
const LEGACY_HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";
/// The password of every Enterprise User ID that is there from the start.
pub const PASSWORD: &str = "four grey herons at noon";
/// Their security code.
pub const SECURITY_CODE: &str = "7402918";

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
    // The dates that lie behind are behind for good: nobody is told of them now.
    app::run_rollouts::leave_out_past_mails(app).await?;
    staff::seed(app).await
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
        region: None,
        role: person.role,
        name: person.name.to_owned(),
        email: person.email.to_owned(),
        language: None,
        login: has_login.then(|| LegacyLogin::parse(person.login)).transpose()?,
        hash: has_login.then(|| ImportedHash::parse(LEGACY_HASH)).transpose()?,
    })
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

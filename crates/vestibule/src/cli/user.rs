//! `vestibule user show|unlock|disable|enable|invite|add-operator`

use std::io;

use app::{
    App, Fault,
    add_operator::{Added, add_operator},
    change_user::{Found, disable_user, enable_user, find_users, unlock_user},
    invite_user::{Invited, invite_user},
};
use clap::Subcommand;
use domain::{audit::Actor, time::Timestamp};
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};

/// The commands under `user`. WHO is an Enterprise User ID, an old login name, an e-mail address or a key.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show who somebody is and how they stand
    Show(Who),
    /// End waits and start counting anew; opens nothing by itself
    Unlock(Who),
    /// Take access away at once, everywhere
    Disable(Who),
    /// Give access back
    Enable(Who),
    /// Send an invitation to somebody who has no Enterprise User ID
    Invite(Who),
    /// Make an operator and send the invitation
    AddOperator(NewOperator),
}

/// Somebody.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// Enterprise User ID, old login name, e-mail address or key
    who: String,
}

/// Somebody new.
#[derive(Debug, clap::Args)]
pub struct NewOperator {
    /// Their name
    name: String,
    /// Their business e-mail address
    email: String,
}

#[derive(Serialize)]
struct Sheet {
    key: String,
    name: String,
    email: String,
    role: &'static str,
    company: Option<String>,
    user_id: Option<String>,
    legacy_login: Option<String>,
    standing: &'static str,
    enrolled: Option<String>,
    postponed: u32,
    disabled: Option<String>,
    trusted_devices: usize,
    sessions: usize,
}

#[derive(Serialize)]
struct Done<'a> {
    key: String,
    done: &'a str,
}

pub(super) async fn run(
    command: Command,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    let app = place.app(world).await?;
    let exit = act(command, &app, screen).await;
    app.db.close().await;
    exit
}

async fn act(command: Command, app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    match command {
        Command::Show(who) => {
            let sheets: Vec<_> = find(app, &who.who).await?.iter().map(sheet).collect();
            screen.show(&sheets, |screen| sheets.iter().try_for_each(|sheet| show(sheet, screen)))?;
            Ok(Exit::Done)
        }
        Command::Unlock(who) => {
            let found = find_one(app, &who.who).await?;
            unlock_user(app, &found).await?;
            done(screen, &found, "unlocked: waits are over, counting starts anew")
        }
        Command::Disable(who) => {
            let found = find_one(app, &who.who).await?;
            let changed = disable_user(app, &found.user).await?;
            done(
                screen,
                &found,
                if changed { "disabled: nothing opens any more" } else { "was disabled already" },
            )
        }
        Command::Enable(who) => {
            let found = find_one(app, &who.who).await?;
            let changed = enable_user(app, &found.user).await?;
            done(
                screen,
                &found,
                if changed { "enabled; devices and sessions stay ended" } else { "was not disabled" },
            )
        }
        Command::Invite(who) => {
            let found = find_one(app, &who.who).await?;
            match invite_user(app, found.user.id, Actor::CommandLine).await? {
                Invited::Sent => {
                    done(screen, &found, "invited: the mail is queued, and `vestibule serve` sends it")
                }
                Invited::HasId => Err(refused(&found, "has an Enterprise User ID, and needs no invitation")),
                Invited::NoUser => Err(refused(&found, "is disabled; enable them first")),
            }
        }
        Command::AddOperator(new) => operator(app, &new, screen).await,
    }
}

async fn operator(app: &App, new: &NewOperator, screen: &mut Screen) -> Result<Exit, Failure> {
    let NewOperator { name, email } = new;
    let key = match add_operator(app, name, email).await? {
        Added::Invited(key) => key.to_string(),
        Added::AddressTaken => {
            return Err(Failure::Refused(format!(
                "{email} belongs to somebody who is no operator; use another address"
            )));
        }
        Added::HasId => {
            return Err(Failure::Refused(format!(
                "{email} is an operator with an Enterprise User ID already"
            )));
        }
        Added::Disabled => {
            return Err(Failure::Refused(format!(
                "{email} is an operator who is disabled; enable them first"
            )));
        }
    };
    let report = Done { key, done: "invited: the mail is queued, and `vestibule serve` sends it" };
    screen.show(&report, |screen| screen.line(format!("{name} {}", report.done)))?;
    Ok(Exit::Done)
}

async fn find(app: &App, who: &str) -> Result<Vec<Found>, Failure> {
    let found = find_users(app, who).await?;
    if found.is_empty() {
        return Err(Failure::NotFound(format!(
            "there is nobody {who:?}; give an Enterprise User ID, an old login name, an e-mail address or a key"
        )));
    }
    Ok(found)
}

/// Changes are made to one person, never to whoever happens to share an address.
async fn find_one(app: &App, who: &str) -> Result<Found, Failure> {
    let mut found = find(app, who).await?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            let keys: Vec<_> = found.iter().chain(&last).map(|found| found.user.id.to_string()).collect();
            Err(Failure::Refused(format!("{who:?} fits several; give one of the keys: {}", keys.join(", "))))
        }
    }
}

fn done(screen: &mut Screen, found: &Found, done: &str) -> Result<Exit, Failure> {
    let report = Done { key: found.user.id.to_string(), done };
    screen.show(&report, |screen| screen.line(format!("{} {done}", found.user.name)))?;
    Ok(Exit::Done)
}

fn refused(found: &Found, why: &str) -> Failure {
    Failure::Refused(format!("{} {why}", found.user.name))
}

fn sheet(found: &Found) -> Sheet {
    let user = &found.user;
    let standing = user.standing(found.user_id.is_some(), found.legacy_login.is_some());
    Sheet {
        key: user.id.to_string(),
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role.name(),
        company: found.company.clone(),
        user_id: found.user_id.clone(),
        legacy_login: found.legacy_login.clone(),
        standing: match standing {
            domain::access::Standing::Legacy => "no Enterprise User ID yet; legacy credentials are on record",
            domain::access::Standing::Invited => "no Enterprise User ID yet; needs an invitation",
            domain::access::Standing::IdMade => "Enterprise User ID made; not enrolled",
            domain::access::Standing::Enrolled => "enrolled",
        },
        enrolled: user.enrolled_at.map(moment),
        postponed: user.postponed_count,
        disabled: user.disabled_at.map(moment),
        trusted_devices: found.devices,
        sessions: found.sessions,
    }
}

fn moment(at: Timestamp) -> String {
    format!("{at:?}")
}

fn show(sheet: &Sheet, screen: &mut Screen) -> io::Result<()> {
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let rows = vec![
        ["name".to_owned(), sheet.name.clone()],
        ["e-mail".to_owned(), sheet.email.clone()],
        ["role".to_owned(), sheet.role.to_owned()],
        ["company".to_owned(), or_dash(&sheet.company)],
        ["Enterprise User ID".to_owned(), or_dash(&sheet.user_id)],
        ["old login name".to_owned(), or_dash(&sheet.legacy_login)],
        ["standing".to_owned(), sheet.standing.to_owned()],
        ["enrolled".to_owned(), or_dash(&sheet.enrolled)],
        ["\"not now\"".to_owned(), sheet.postponed.to_string()],
        ["disabled".to_owned(), or_dash(&sheet.disabled)],
        ["Trusted Devices".to_owned(), sheet.trusted_devices.to_string()],
        ["sessions".to_owned(), sheet.sessions.to_string()],
    ];
    screen.table(["KEY", &sheet.key], rows)
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error.into(),
            Fault::Unreadable(problem) => Self::Failed(problem.to_string()),
            Fault::Busy(_) | Fault::Inconsistent(_) => Self::Failed(fault.to_string()),
        }
    }
}

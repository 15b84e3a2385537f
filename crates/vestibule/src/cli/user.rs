//! `vestibule user show|unlock|disable|enable|invite|reset-factors|reset-password|add-operator|add-agent`

mod reset;
mod sheet;
mod staff;

use app::{
    App, Fault,
    change_user::{Found, disable_user, enable_user, find_users, unlock_name, unlock_user},
    invite_user::{Invited, invite_user},
};
use clap::Subcommand;
use domain::audit::Actor;
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};

/// The commands under `user`. WHO is an Enterprise User ID, an old login name, an e-mail address or a key.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show who somebody is and how they stand
    Show(Who),
    /// End waits and start counting anew; opens nothing by itself
    Unlock(Unlocked),
    /// Take access away at once, everywhere
    Disable(Who),
    /// Give access back
    Enable(Who),
    /// Send an invitation to somebody who has no Enterprise User ID
    Invite(Who),
    /// Remove a lost authenticator app, passkeys and recovery codes at once; codes come by mail again
    ResetFactors(Who),
    /// Let the last of staff choose a new password, in a recovery that they began
    ResetPassword(reset::Password),
    /// Make an operator and send the invitation
    AddOperator(staff::NewOperator),
    /// Make a servicing agent of a region and send the invitation
    AddAgent(staff::NewAgent),
}

/// Somebody.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// Enterprise User ID, old login name, e-mail address or key
    who: String,
}

/// Somebody, or a name that is nobody's yet.
#[derive(Debug, clap::Args)]
pub struct Unlocked {
    /// Enterprise User ID, old login name, e-mail address or key
    #[arg(required_unless_present = "name")]
    who: Option<String>,
    /// The name as it is typed, for somebody whom only a live source knows yet
    #[arg(long, conflicts_with = "who")]
    name: Option<String>,
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
            let sheets: Vec<_> = find(app, &who.who).await?.iter().map(sheet::sheet).collect();
            screen.show(&sheets, |screen| sheets.iter().try_for_each(|sheet| sheet.show(screen)))?;
            Ok(Exit::Done)
        }
        Command::Unlock(Unlocked { name: Some(name), .. }) => {
            unlock_name(app, &name).await?;
            let report = Done { key: name, done: "unlocked: waits for this name are over" };
            screen.show(&report, |screen| screen.line(format!("{} {}", report.key, report.done)))?;
            Ok(Exit::Done)
        }
        Command::Unlock(Unlocked { who, name: None }) => {
            let found = find_one(app, &who.unwrap_or_default()).await?;
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
        Command::ResetFactors(who) => reset::factors(app, &find_one(app, &who.who).await?, screen).await,
        Command::ResetPassword(reset) => reset::password(app, &reset, screen).await,
        Command::AddOperator(new) => staff::operator(app, &new, screen).await,
        Command::AddAgent(new) => staff::agent(app, &new, screen).await,
    }
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

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error.into(),
            Fault::Unreadable(problem) => Self::Failed(problem.to_string()),
            Fault::KeysLack(lack) => {
                Self::Refused(format!("{lack}: copy the key file of the node that has it"))
            }
            Fault::Busy(_) | Fault::Inconsistent(_) => Self::Failed(fault.to_string()),
        }
    }
}

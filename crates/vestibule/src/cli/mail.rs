//! `vestibule mail test ADDRESS`, and the way to `vestibule mail bounce`

use std::time::Duration;

use clap::Subcommand;
use crypto::random::RandomExt;
use delivery::{
    mail::{Contact, Letter, Mail, Recipient},
    smtp::Failure as MailFailure,
};
use domain::id::MessageId;
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};
use crate::config::Config;

/// The commands under `mail`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Hand a test mail to the configured mail server, now, and say what it answered
    Test(TestArgs),
    /// Read a delivery report (RFC 3464) on standard input, as a mail server pipes it; exits with 0, 65 or 75
    Bounce,
}

/// Arguments of `mail test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// Where to send it
    address: String,
}

/// The longest that a person should sit before an answer.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Serialize)]
struct Report {
    handed_over: bool,
    server: String,
    message_id: String,
}

pub(super) async fn run(
    command: Command,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    let args = match command {
        Command::Test(args) => args,
        Command::Bounce => return super::bounce::run(place, screen, world).await,
    };
    let config = place.config()?;
    let server = config.mail.server().map_err(|problem| Failure::Missing(format!("[mail]: {problem}")))?;
    let brand = config.mail_brand().map_err(|problem| Failure::Missing(format!("`mail.from`: {problem}")))?;
    let now = world.clock.now();
    let letter = letter(&config, args.address, now);
    let mail = letter
        .render(&brand, MessageId(world.random.uuid(now)), now)
        .map_err(|problem| Failure::Usage(problem.to_string()))?;
    let name = format!("{}:{}", config.mail.host, config.mail.port);
    screen.note(format!("asking {name} …"))?;
    let handed = server.send(&mail, PATIENCE).await;
    server.close().await;
    handed.map_err(|failure| refused(&name, &failure))?;
    let report = Report { handed_over: true, server: name, message_id: mail.message_id().to_owned() };
    screen.show(&report, |screen| {
        screen.line(format!(
            "{} took the mail. If it does not arrive, look for {} there.",
            report.server, report.message_id
        ))
    })?;
    Ok(Exit::Done)
}

fn letter(config: &Config, address: String, at: domain::time::Timestamp) -> Letter {
    Letter {
        to: Recipient { name: address.clone(), address },
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        application: config.brand.name.clone(),
        contact: Contact {
            region: config.brand.name.clone(),
            reach: config.mail.from.address.clone(),
            hours: String::new(),
        },
        mail: Mail::TestMail { at },
    }
}

fn refused(server: &str, failure: &MailFailure) -> Failure {
    let reason = failure.reason();
    match failure {
        MailFailure::Unavailable { .. } => {
            Failure::Unavailable(format!("{server} did not take the mail: {reason}"))
        }
        MailFailure::Temporary { .. } => {
            Failure::Unavailable(format!("{server} put the mail off, and may take it later: {reason}"))
        }
        MailFailure::Permanent { .. } => Failure::Failed(format!("{server} refused the mail: {reason}")),
    }
}

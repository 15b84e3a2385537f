//! `vestibule user add-operator|add-agent`: the people who run the installation and help its users.

use app::{
    App,
    add_staff::{Added, Post, add_staff},
};
use domain::role::Region;

use super::Done;
use crate::{
    cli::{Exit, Failure, Screen},
    document::nearest,
};

/// A new operator.
#[derive(Debug, clap::Args)]
pub struct NewOperator {
    /// Their name
    name: String,
    /// Their business e-mail address
    email: String,
}

/// A new servicing agent.
#[derive(Debug, clap::Args)]
pub struct NewAgent {
    /// Their name
    name: String,
    /// Their business e-mail address
    email: String,
    /// The region whose users they help
    #[arg(long, value_name = "SLUG")]
    region: String,
}

pub(super) async fn operator(app: &App, new: &NewOperator, screen: &mut Screen) -> Result<Exit, Failure> {
    add(app, &Post::Operator, (&new.name, &new.email), screen).await
}

pub(super) async fn agent(app: &App, new: &NewAgent, screen: &mut Screen) -> Result<Exit, Failure> {
    let post = Post::ServicingAgent(Region(new.region.clone()));
    add(app, &post, (&new.name, &new.email), screen).await
}

async fn add(
    app: &App,
    post: &Post,
    (name, email): (&str, &str),
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let who = match post {
        Post::Operator => "operator".to_owned(),
        Post::ServicingAgent(region) => format!("servicing agent of {region}"),
    };
    let key = match add_staff(app, post, name, email).await? {
        Added::Invited(key) => key.to_string(),
        Added::AddressTaken => {
            return Err(Failure::Refused(format!(
                "{email} belongs to somebody who is no {who}; use another address"
            )));
        }
        Added::HasId => {
            return Err(Failure::Refused(format!("{email}: this {who} has an Enterprise User ID already")));
        }
        Added::Disabled => {
            return Err(Failure::Refused(format!("{email}: this {who} is disabled; enable them first")));
        }
        Added::NoRegion(known) => return Err(no_region(post, &known)),
    };
    let report = Done { key, done: "invited: the mail is queued, and `vestibule serve` sends it" };
    screen.show(&report, |screen| screen.line(format!("{name} {}", report.done)))?;
    Ok(Exit::Done)
}

fn no_region(post: &Post, known: &[String]) -> Failure {
    let asked = post.region().map_or("", |region| region.0.as_str());
    let hint = match nearest(asked, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => "add one with `vestibule apply` first".to_owned(),
        None => format!("known are {}", known.join(", ")),
    };
    Failure::NotFound(format!("there is no region {asked:?}; {hint}"))
}

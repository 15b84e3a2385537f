//! `vestibule case list|show|approve|refuse`: staff's part of a recovery. Two of them vouch, never the same twice, never oneself.

use std::io;

use app::{
    App,
    decide_case::{Decided, Sheet, approve_case, list_cases, refuse_case, show_case},
};
use clap::Subcommand;
use domain::{approval::CannotVouch, time::Timestamp};
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};

/// The commands under `case`. CASE is the number that the person quotes.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the open cases, oldest first
    List,
    /// Show a case: whom it is about, what was said, who has vouched
    Show(Which),
    /// Vouch for the person of a case; two members of staff have to, within a day
    Approve(Vouch),
    /// Close a case without helping
    Refuse(Refuse),
}

/// A case.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// The number, such as ACDE-2346
    case: String,
}

/// Somebody vouches.
#[derive(Debug, clap::Args)]
pub struct Vouch {
    /// The number, such as ACDE-2346
    case: String,
    /// Who vouches: the Enterprise User ID of a servicing agent or operator
    #[arg(long, value_name = "USER_ID")]
    staff: String,
    /// How the person was recognised; kept with the case
    #[arg(long)]
    note: String,
}

/// Somebody refuses.
#[derive(Debug, clap::Args)]
pub struct Refuse {
    /// The number, such as ACDE-2346
    case: String,
    /// Who refuses: the Enterprise User ID of a servicing agent or operator
    #[arg(long, value_name = "USER_ID")]
    staff: String,
}

#[derive(Serialize)]
struct Line {
    case: String,
    kind: String,
    state: String,
    opened: String,
    region: String,
    name: String,
    user_id: Option<String>,
    email: String,
    company: Option<String>,
    said: String,
    approvals: Vec<Approval>,
}

#[derive(Serialize)]
struct Approval {
    staff: String,
    at: String,
}

#[derive(Serialize)]
struct Done<'a> {
    case: &'a str,
    done: String,
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
        Command::List => {
            let lines: Vec<_> = list_cases(app).await?.into_iter().map(line).collect();
            screen.show(&lines, |screen| list(&lines, screen))?;
            Ok(Exit::Done)
        }
        Command::Show(Which { case }) => {
            let sheet = show_case(app, &case).await?.ok_or_else(|| no_case(&case))?;
            let line = line(sheet);
            screen.show(&line, |screen| show(&line, screen))?;
            Ok(Exit::Done)
        }
        Command::Approve(Vouch { case, staff, note }) => {
            let decided = approve_case(app, &case, &staff, &note).await?;
            tell(screen, &case, &staff, decided)
        }
        Command::Refuse(Refuse { case, staff }) => {
            let decided = refuse_case(app, &case, &staff).await?;
            tell(screen, &case, &staff, decided)
        }
    }
}

fn no_case(case: &str) -> Failure {
    Failure::NotFound(format!("there is no case {case:?}; `vestibule case list` shows the open ones"))
}

fn tell(screen: &mut Screen, case: &str, staff: &str, decided: Decided) -> Result<Exit, Failure> {
    let refused = |why: String| Err(Failure::Refused(why));
    let done = match decided {
        Decided::Approved { missing: 0 } => {
            "approved: the person can go on, in the browser where they began, within 24 hours".to_owned()
        }
        Decided::Approved { missing } => format!("vouched for; {missing} more has to vouch within 24 hours"),
        Decided::Refused => "refused and closed".to_owned(),
        Decided::NoCase => return Err(no_case(case)),
        Decided::Closed => return refused(format!("case {case} was closed before")),
        Decided::OtherKind => return refused(format!("case {case} is no recovery; nobody vouches in it")),
        Decided::NoStaff => return refused(format!("there is nobody with the Enterprise User ID {staff:?}")),
        Decided::Cannot(CannotVouch::NotStaff) => {
            return refused(format!("{staff} is no servicing agent or operator, or is disabled"));
        }
        Decided::Cannot(CannotVouch::OtherRegion) => {
            return refused(format!(
                "{staff} serves another region than the case's; ask its own servicing team"
            ));
        }
        Decided::Cannot(CannotVouch::Oneself) => {
            return refused("nobody vouches for themselves; ask two others".to_owned());
        }
        Decided::Twice => {
            return refused(format!("{staff} has vouched in case {case} already; a second person has to"));
        }
        Decided::NoNote => return refused("say with --note how the person was recognised".to_owned()),
    };
    let report = Done { case, done };
    screen.show(&report, |screen| screen.line(format!("case {case} {}", report.done)))?;
    Ok(Exit::Done)
}

fn line(sheet: Sheet) -> Line {
    Line {
        case: sheet.reference,
        kind: sheet.kind,
        state: sheet.state,
        opened: moment(sheet.opened_at),
        region: sheet.region.to_string(),
        name: sheet.person.name,
        user_id: sheet.user_id,
        email: sheet.person.email,
        company: sheet.company,
        said: sheet.said,
        approvals: sheet
            .approvals
            .into_iter()
            .map(|(staff, at)| Approval { staff, at: moment(at) })
            .collect(),
    }
}

fn moment(at: Timestamp) -> String {
    format!("{at:?}")
}

fn list(lines: &[Line], screen: &mut Screen) -> io::Result<()> {
    let row = |line: &Line| {
        [
            line.case.clone(),
            line.kind.clone(),
            line.opened.clone(),
            line.region.clone(),
            line.name.clone(),
            line.approvals.len().to_string(),
        ]
    };
    let head = ["CASE", "KIND", "OPENED", "REGION", "ABOUT", "VOUCHED"];
    screen.table(head, lines.iter().map(row).collect())
}

fn show(line: &Line, screen: &mut Screen) -> io::Result<()> {
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let mut rows = vec![
        ["kind".to_owned(), line.kind.clone()],
        ["state".to_owned(), line.state.clone()],
        ["opened".to_owned(), line.opened.clone()],
        ["region".to_owned(), line.region.clone()],
        ["about".to_owned(), line.name.clone()],
        ["Enterprise User ID".to_owned(), or_dash(&line.user_id)],
        ["e-mail".to_owned(), line.email.clone()],
        ["company".to_owned(), or_dash(&line.company)],
        ["said".to_owned(), line.said.clone()],
    ];
    rows.extend(line.approvals.iter().map(|a| ["vouched".to_owned(), format!("{} at {}", a.staff, a.at)]));
    screen.table(["CASE", &line.case], rows)
}

//! `vestibule rollout status`

use std::io;

use app::{
    App,
    rollout_status::{Line, rollout_status},
};
use serde::Serialize;

use super::super::{Exit, Failure, Screen};

/// Arguments of `rollout status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One company only (its short name)
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// One region only (its short name)
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Print CSV, for a spreadsheet
    #[arg(long)]
    csv: bool,
}

#[derive(Serialize, Default, Clone)]
struct Row {
    company: String,
    region: String,
    stage: String,
    people: i64,
    invited: i64,
    id_made: i64,
    enrolled: i64,
    postponed: i64,
    bounced: i64,
    locked: i64,
    disabled: i64,
}

#[derive(Serialize)]
struct Report {
    rows: Vec<Row>,
    regions: Vec<Row>,
    total: Row,
}

const HEAD: [&str; 11] = [
    "COMPANY",
    "REGION",
    "STAGE",
    "PEOPLE",
    "INVITED",
    "ID MADE",
    "ENROLLED",
    "POSTPONED",
    "BOUNCED",
    "LOCKED",
    "DISABLED",
];

pub(super) async fn run(args: &Args, app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    let (company, region) = (args.company.as_deref(), args.region.as_deref());
    let Some(lines) = rollout_status(app, company, region).await? else {
        return Err(super::unknown(app, company.unwrap_or_default()).await?);
    };
    if let Some(region) = region.filter(|_| lines.is_empty()) {
        return Err(Failure::NotFound(format!("nobody is in a region {region:?}")));
    }
    let report = report(lines);
    if args.csv {
        screen.raw(&csv(&report.rows)?)?;
        return Ok(Exit::Done);
    }
    screen.show(&report, |screen| table(&report, screen))?;
    Ok(Exit::Done)
}

fn report(lines: Vec<Line>) -> Report {
    let rows: Vec<Row> = lines.into_iter().map(row).collect();
    let total = sum("all", "all", &rows);
    let mut names: Vec<&str> = rows.iter().map(|row| row.region.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let of = |region: &&str| rows.iter().filter(|row| row.region == **region).cloned().collect::<Vec<_>>();
    let regions = names.iter().map(|region| sum("all", region, &of(region))).collect();
    Report { regions, total, rows }
}

fn row(line: Line) -> Row {
    let counts = line.counts;
    Row {
        company: line.company,
        region: counts.region.0,
        stage: line.stage.to_string(),
        people: counts.people,
        invited: counts.invited,
        id_made: counts.id_made,
        enrolled: counts.enrolled,
        postponed: counts.postponed,
        bounced: counts.bounced,
        locked: counts.locked,
        disabled: counts.disabled,
    }
}

fn sum(company: &str, region: &str, rows: &[Row]) -> Row {
    let empty = Row { company: company.to_owned(), region: region.to_owned(), ..Row::default() };
    rows.iter().fold(empty, |sum, row| Row {
        people: sum.people + row.people,
        invited: sum.invited + row.invited,
        id_made: sum.id_made + row.id_made,
        enrolled: sum.enrolled + row.enrolled,
        postponed: sum.postponed + row.postponed,
        bounced: sum.bounced + row.bounced,
        locked: sum.locked + row.locked,
        disabled: sum.disabled + row.disabled,
        ..sum
    })
}

fn cells(row: &Row) -> [String; 11] {
    let counts = [
        row.people,
        row.invited,
        row.id_made,
        row.enrolled,
        row.postponed,
        row.bounced,
        row.locked,
        row.disabled,
    ];
    let [people, invited, id_made, enrolled, postponed, bounced, locked, disabled] =
        counts.map(|count| count.to_string());
    let (company, region, stage) = (row.company.clone(), row.region.clone(), row.stage.clone());
    [company, region, stage, people, invited, id_made, enrolled, postponed, bounced, locked, disabled]
}

/// The totals of regions stand only where there are several to compare.
fn table(report: &Report, screen: &mut Screen) -> io::Result<()> {
    let several = report.regions.len() > 1;
    let regions = report.regions.iter().filter(|_| several);
    let rows = report.rows.iter().chain(regions).chain([&report.total]);
    screen.table(HEAD, rows.map(cells).collect())
}

fn csv(rows: &[Row]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|error| Failure::Failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| Failure::Failed(error.to_string()))
}

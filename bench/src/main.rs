//! Speed as ratios against bounds measured in the same run, because absolute figures drift with the machine.
//!
//! `cargo xtask bench` builds this and the product in the release profile and prints each measurement beside its aim.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line answers on its standard streams"
)]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Result, bail};
use clap::Parser;
use http::{HeaderMap, StatusCode};

mod bare;
mod bound;
mod browser;
mod crowd;
mod databases;
mod gateway;
mod hashes;
mod installation;
mod load;
mod logins;
mod mails;
mod million;
mod people;
mod report;
mod sessions;
mod siege;
mod sink;
mod take_over;
mod timing;
mod verify;

use bare::{Answer, Bare};
use databases::Databases;
use installation::Around;
use report::{Aim, Line};
use sink::Sink;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs of each side, interleaved; their median counts.
const RUNS: usize = 3;

/// Names that `--only` takes, in the order in which they run.
const NAMES: [&str; 14] = [
    "bare",
    "hashes",
    "mails",
    "sessions",
    "logins",
    "beside-logins",
    "memory",
    "start",
    "gateway",
    "verify",
    "verify-nginx",
    "siege",
    "timing",
    "million",
];

/// Those that need no installation.
const ALONE: [&str; 3] = ["bare", "hashes", "mails"];

/// Measures, and says PASS or SHORT.
#[derive(Debug, Parser)]
struct Arguments {
    /// Run this measurement only; may be given more than once
    #[arg(long, value_name = "NAME", value_parser = NAMES)]
    only: Vec<String>,
    /// Seconds that each run lasts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Requests of each population of the timing
    #[arg(long, default_value_t = timing::SAMPLES, value_name = "COUNT")]
    samples: usize,
    /// Wrong guesses of the siege
    #[arg(long, default_value_t = siege::GUESSES, value_name = "COUNT")]
    guesses: usize,
    /// Serve the answer in this file instead, as the bound of a measurement
    #[arg(long, hide = true, value_name = "FILE")]
    bare: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.bare {
        Some(file) => bare::serve(file, |address| println!("{address}")).await,
        None => run(&arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    let length = Duration::from_secs(arguments.seconds);
    let asked = |name: &&str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
    println!("{}", report::head());
    for name in ALONE.into_iter().filter(asked) {
        show(match name {
            "bare" => bare_server(length).await?,
            "hashes" => hashes::measure().await?,
            _ => mails::measure().await?,
        });
    }
    let mut installed = NAMES.into_iter().filter(|name| !ALONE.contains(name)).filter(asked).peekable();
    if installed.peek().is_none() {
        return Ok(());
    }
    let sink = Sink::start().await?;
    let application = Bare::start(&Answer::page(&"<p>Reconcile your cards.</p>\n".repeat(40)))?;
    let around = Around { mail: sink.address(), application: application.address() };
    let databases = Databases::make(around).await?;
    for name in installed {
        show(match name {
            "sessions" => sessions::throughput(&databases, &sink, length).await?,
            "logins" => logins::throughput(&databases, &sink, length).await?,
            "beside-logins" => sessions::beside_logins(&databases, &sink, length).await?,
            "memory" => logins::memory(&databases, &sink, length).await?,
            "start" => logins::start(&databases).await?,
            "siege" => siege::lay(&databases.sqlite, &sink, arguments.guesses).await?,
            "timing" => timing::doors(&databases.sqlite, arguments.samples).await?,
            "million" => million::measure(around, &sink, length).await?,
            "gateway" => match gateway::measure(&databases, around.application, &sink, length).await? {
                Ok(lines) => lines,
                Err(sentence) => {
                    println!("{sentence}");
                    continue;
                }
            },
            "verify" => verify::bare(&databases, &sink, length).await?,
            "verify-nginx" => match verify::nginx(&databases, around.application, &sink, length).await? {
                Ok(lines) => lines,
                Err(sentence) => {
                    println!("{sentence}");
                    continue;
                }
            },
            other => bail!("the measurement {other:?} is listed, but nothing runs it"),
        });
    }
    Ok(())
}

fn show(lines: Vec<Line>) {
    for line in lines {
        println!("{line}");
    }
}

/// What this machine allows at all: every other HTTP figure is a share of it.
async fn bare_server(length: Duration) -> Result<Vec<Line>> {
    let bare = Bare::start(&Answer::page("{}"))?;
    let address = bare.address();
    let target =
        load::Target { address, path: "/".into(), headers: HeaderMap::new(), expect: StatusCode::OK };
    let load = load::run(&target, load::CONNECTIONS, length).await?;
    let line =
        |name: &str, unit, ours| Line { name: name.to_owned(), unit, bound: None, ours, aim: Aim::Shown };
    let micros = |latency: Duration| latency.as_secs_f64() * 1e6;
    Ok(vec![
        line("bare server, 64 connections", "requests/s", load.rate),
        line("bare server, p50", "µs", micros(load.p50)),
        line("bare server, p99", "µs", micros(load.p99)),
    ])
}

//! Speed as ratios against bounds measured in the same run, because absolute figures drift with the machine.
//!
//! `cargo xtask bench` builds this and the product in the release profile and prints each measurement beside its aim.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line answers on its standard streams"
)]

use std::{process::ExitCode, time::Duration};

use anyhow::{Result, bail};
use bytes::Bytes;
use clap::Parser;
use http::{HeaderMap, StatusCode};

mod bare;
mod hashes;
mod load;
mod mails;
mod report;
mod sink;

use report::{Aim, Line};

/// Names that `--only` takes, in the order in which they run.
const NAMES: [&str; 3] = ["bare", "hashes", "mails"];

/// Measures, and says PASS or SHORT.
#[derive(Debug, Parser)]
struct Arguments {
    /// Run this measurement only; may be given more than once
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Seconds that each HTTP run lasts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    if let Some(unknown) = arguments.only.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("there is no measurement {unknown:?}; choose from {}", NAMES.join(", "));
    }
    println!("{}", report::head());
    for name in NAMES {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|only| only == name) {
            continue;
        }
        let lines = match name {
            "bare" => bare_server(Duration::from_secs(arguments.seconds)).await?,
            "hashes" => hashes::measure().await?,
            "mails" => mails::measure().await?,
            other => bail!("the measurement {other:?} is listed, but nothing runs it"),
        };
        for line in lines {
            println!("{line}");
        }
    }
    Ok(())
}

/// What this machine allows at all: every other HTTP figure is a share of it.
async fn bare_server(length: Duration) -> Result<Vec<Line>> {
    let bare = bare::Bare::start(StatusCode::OK, HeaderMap::new(), Bytes::from_static(b"{}")).await?;
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

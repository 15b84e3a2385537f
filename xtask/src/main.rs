//! Every chore of the repository, so that a person and the continuous integration run the same commands.
//!
//! `cargo xtask test` is the whole check; the other chores are its parts and helpers.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line answers on its standard streams"
)]

use std::{process::ExitCode, time::Duration};

use anyhow::Result;
use clap::{Parser, Subcommand};

mod chores;
mod fuzzing;
#[cfg(test)]
mod guards;
mod paths;
mod postgres;
mod process;
mod report;
mod suite;
mod tally;
mod tools;

/// Chores of the repository.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Everything: tools, formatting, lints, tests on both databases, browser journeys
    Test,
    /// Format the Rust sources
    Fmt,
    /// Clippy over all targets, with warnings denied
    Lint,
    /// Unit and black-box tests on both databases
    Unit {
        /// Passed on to `cargo test`, for example `-p store` or a part of a test's name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Browser journeys against the demo
    Journeys {
        /// Only journeys whose title matches this pattern
        pattern: Option<String>,
    },
    /// Screenshots of every page, light and dark, desktop and phone, in target/screenshots
    Screenshots,
    /// Speed as ratios against bounds measured in the same run (release profile)
    Bench {
        /// Passed on to the benchmark, for example `--only session-check`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// An invented installation of any size: installation.toml and users.csv
    Generate {
        /// Passed on, for example `--users 1000000 --companies 500 --out /tmp/million`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Every parser of outside bytes with bytes that a fuzzer makes up; needs a C++ compiler
    Fuzz {
        /// Only targets whose name holds this
        pattern: Option<String>,
        /// For how long each of them
        #[arg(long, default_value_t = 1)]
        minutes: u64,
    },
    /// The reference of all crates, with warnings denied, in target/doc
    Docs,
}

fn main() -> ExitCode {
    match run(Arguments::parse().chore) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<ExitCode> {
    match chore {
        Chore::Test => return suite::test(),
        Chore::Fmt => chores::fmt()?,
        Chore::Lint => chores::lint()?,
        Chore::Unit { arguments } => chores::unit(&arguments)?,
        Chore::Journeys { pattern } => chores::journeys(pattern.as_deref())?,
        Chore::Screenshots => chores::screenshots()?,
        Chore::Bench { arguments } => chores::bench(&arguments)?,
        Chore::Generate { arguments } => chores::generate(&arguments)?,
        Chore::Fuzz { pattern, minutes } => {
            fuzzing::run(Duration::from_secs(minutes * 60), pattern.as_deref())?;
        }
        Chore::Docs => chores::docs()?,
    }
    Ok(ExitCode::SUCCESS)
}

//! `cargo xtask generate`: writes an invented installation of any size, and says what it made.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line answers on its standard streams"
)]

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use testkit::generate::{Spec, generate};

/// Writes installation.toml and users.csv.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask generate")]
struct Arguments {
    /// Rows of users.csv
    #[arg(long, default_value_t = 1_000)]
    users: u64,
    /// Companies, 1 to 9999
    #[arg(long, default_value_t = 10)]
    companies: u32,
    /// The folder to write into
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Another seed, other names
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One row in so many is wrong; 0 for none
    #[arg(long, default_value_t = 50)]
    bad_one_in: u64,
    /// The day on which the first company's phase 1 begins
    #[arg(long, value_name = "DATE")]
    start: Option<jiff::civil::Date>,
}

fn main() -> ExitCode {
    let Arguments { users, companies, out, seed, bad_one_in, start } = Arguments::parse();
    let usual = Spec::default();
    let start = start.unwrap_or(usual.start);
    match generate(&out, &Spec { users, companies, seed, bad_one_in, start, ..usual }) {
        Ok(made) => {
            print!("{made}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{}: {problem}", out.display());
            ExitCode::FAILURE
        }
    }
}

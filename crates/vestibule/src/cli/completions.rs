//! `vestibule completions SHELL`

use clap::CommandFactory;

use super::{Cli, Exit, Failure, Screen};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(super) fn run(args: Args, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "vestibule", &mut script);
    screen.raw(&script)?;
    Ok(Exit::Done)
}

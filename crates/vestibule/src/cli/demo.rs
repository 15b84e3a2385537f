//! `vestibule demo`.

use std::{io, path::PathBuf, process::Command};

use super::{Exit, Failure};
use crate::{
    config::{Log, LogFormat},
    demo::run::{Demo, DemoOptions},
    log,
};

/// Try everything on this machine, with invented people and companies
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The login's port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The inbox's port
    #[arg(long, default_value_t = 8025)]
    inbox_port: u16,
    /// Keep the data in this folder; without it they go away with the process
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
}

pub(super) async fn run(args: Args) -> Result<Exit, Failure> {
    let Args { port, inbox_port, data, no_open } = args;
    // Fails only when a logger is installed already.
    let _ = log::start(&Log { format: LogFormat::Human, level: "warn".to_owned() });
    let failed = |error: anyhow::Error| Failure::Unavailable(format!("{error:#}"));
    let demo = Demo::start(&DemoOptions { port, inbox_port, data }).await.map_err(failed)?;
    demo.describe(&mut io::stdout()).map_err(|error| failed(error.into()))?;
    if !no_open {
        open_browser(demo.portal().as_str());
    }
    demo.serve(super::serve::interrupted()).await.map_err(failed)?;
    Ok(Exit::Done)
}

/// A desktop opens the page; elsewhere the address stands on the terminal.
fn open_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Command::new(opener)
        .arg(address)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}

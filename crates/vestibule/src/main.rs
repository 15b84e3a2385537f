//! The binary: configuration, command line, wiring, demo.

use std::process::ExitCode;

use clap::Parser;
use vestibule::cli::{self, Cli, Screen, World};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    cli::run(cli, &mut Screen::standard(), &World::of_process()).await.into()
}

//! The command line: one file a command.
//!
//! A command reads its arguments, calls one use case and shows the result through a [`Screen`], as a table for people or
//! as JSON. It never ends the process itself: it gives an [`Exit`], so that tests can run it whole.

mod application;
mod apply;
mod backup;
mod bounce;
mod case;
mod completions;
mod demo;
mod doctor;
mod draft;
mod exit;
mod import;
mod init;
mod installation;
mod keys;
mod mail;
mod migrate;
mod policy;
mod proxy_config;
mod rollout;
mod screen;
mod serve;
mod source;
mod user;
mod world;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use self::{
    exit::{Exit, Failure},
    screen::Screen,
    world::{Answers, Terminal, World},
};

/// Two-factor login in front of an application that keeps its own passwords.
#[derive(Debug, Parser)]
#[command(name = "vestibule", version, after_long_help = exit::HELP)]
pub struct Cli {
    /// The configuration file [default: ./vestibule.toml, then /etc/vestibule/vestibule.toml]
    #[arg(long, global = true, env = "VESTIBULE_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON instead of tables
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order in which an operator meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Try everything on this machine, with invented people and companies
    Demo(demo::Args),
    /// Serve the portal, the gateway and the mail worker
    Serve(serve::Args),
    /// Make a configuration and keys, by questions or by flags
    Init(init::Args),
    /// Bring the database to this version's schema
    Migrate(migrate::Args),
    /// Make companies, rollouts, applications and contacts what a file says, after showing the difference
    Apply(apply::Args),
    /// Look at the registered applications, and how Vestibule is put in front of one
    #[command(subcommand)]
    Application(application::Command),
    /// Print the configuration of another proxy in front of an application
    ProxyConfig(proxy_config::Args),
    /// Take people over from the application
    #[command(subcommand)]
    Import(import::Command),
    /// Look at, unlock, reset, disable, enable and invite people; make staff
    #[command(subcommand)]
    User(user::Command),
    /// Vouch for people who lost the way in
    #[command(subcommand)]
    Case(case::Command),
    /// Find what is wrong with this deployment
    Doctor(doctor::Args),
    /// Write everything but the keys into one file, while the installation runs
    Backup(backup::BackupArgs),
    /// Put a backup into an empty database, of either kind
    Restore(backup::RestoreArgs),
    /// Change the keys without an interruption
    #[command(subcommand)]
    Keys(keys::Command),
    /// See where each policy value comes from
    #[command(subcommand)]
    Policy(policy::Command),
    /// Follow rollouts, remind, stop and resume their mails
    #[command(subcommand)]
    Rollout(rollout::Command),
    /// Look at the live legacy sources, and ask one
    #[command(subcommand)]
    Source(source::Command),
    /// See whether mail works, and take reports of mails that did not arrive
    #[command(subcommand)]
    Mail(mail::Command),
    /// Print the completions of a shell
    Completions(completions::Args),
}

/// Runs a command.
pub async fn run(cli: Cli, screen: &mut Screen, world: &World) -> Exit {
    let Cli { config, json, command } = cli;
    screen.use_json(json);
    let place = installation::Place::new(config, world);
    let done = match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Serve(args) => serve::run(args, &place, world).await,
        Command::Init(args) => init::run(args, screen, world).await,
        Command::Migrate(args) => migrate::run(args, &place, screen).await,
        Command::Apply(args) => apply::run(args, &place, screen, world).await,
        Command::Application(command) => application::run(command, &place, screen).await,
        Command::ProxyConfig(args) => proxy_config::run(args, &place, screen).await,
        Command::Import(command) => import::run(command, &place, screen, world).await,
        Command::User(command) => user::run(command, &place, screen, world).await,
        Command::Case(command) => case::run(command, &place, screen, world).await,
        Command::Doctor(args) => doctor::run(args, &place, screen, world).await,
        Command::Backup(args) => backup::backup(args, &place, screen, world).await,
        Command::Restore(args) => backup::restore(args, &place, screen, world).await,
        Command::Keys(command) => keys::run(command, &place, screen, world).await,
        Command::Policy(command) => policy::run(command, &place, screen).await,
        Command::Rollout(command) => rollout::run(command, &place, screen, world).await,
        Command::Source(command) => source::run(command, &place, screen, world).await,
        Command::Mail(command) => mail::run(command, &place, screen, world).await,
        Command::Completions(args) => completions::run(args, screen),
    };
    match done {
        Ok(exit) => exit,
        Err(failure) => {
            screen.complain(&failure);
            failure.exit()
        }
    }
}

//! One PostgreSQL cluster for all test binaries of a run, thrown away at its end.
//!
//! It stands here and not on `testkit`, because `cargo xtask fmt` must run while the crates do not compile.

use std::{
    env, fs,
    io::{BufRead, BufReader, Lines},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::process;

/// What PostgreSQL says when it takes connections.
const READY: &str = "database system is ready to accept connections";

/// Settings of a cluster whose data nobody wants to keep.
const SETTINGS: [&str; 5] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=300",
    "unix_socket_directories=",
];

/// A running cluster on a loopback port, stopped and deleted when dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Child,
    port: u16,
    _data: TempDir,
}

impl Cluster {
    /// Makes and starts a cluster, and returns when it takes connections.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start; the message has its last words.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let data = tempfile::Builder::new().prefix("vestibule-postgres-").tempdir()?;
        let folder = data.path().to_string_lossy().into_owned();
        let root = process::output(&mut process::command("id", &["-u"])).is_some_and(|id| id.trim() == "0");
        if root {
            process::run(&mut process::command("chown", &["postgres", &folder]))?;
        }
        let mut initdb = as_servant(root, &programs.join("initdb"));
        initdb.args([
            "-D",
            &folder,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ]);
        process::run(initdb.stdout(Stdio::null()))?;
        let port = free_port()?;
        let mut postgres = as_servant(root, &programs.join("postgres"));
        postgres.args(["-D", &folder, "-h", "127.0.0.1", "-p", &port.to_string()]);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let mut server =
            postgres.stderr(Stdio::piped()).spawn().context("PostgreSQL could not be started")?;
        let words = server.stderr.take().context("PostgreSQL has no standard error")?;
        await_ready(BufReader::new(words).lines())?;
        Ok(Self { server, port, _data: data })
    }

    /// The address of its maintenance database, as the tests take it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let pid = self.server.id().to_string();
        // SIGINT is PostgreSQL's fast shutdown; nothing can be done here if it is gone already.
        let asked = process::run(&mut process::command("kill", &["-INT", &pid]));
        if asked.is_ok() {
            drop(self.server.wait());
        }
    }
}

/// Where `initdb` and `postgres` are: Debian keeps them off the PATH, newest version last.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.into_iter().map(|version| version.path().join("bin")).collect();
    found.sort();
    let elsewhere = env::var_os("PATH").map(|folders| env::split_paths(&folders).collect::<Vec<_>>());
    let mut all = found.into_iter().rev().chain(elsewhere.unwrap_or_default());
    match all.find(|folder| folder.join("initdb").is_file()) {
        Some(folder) => Ok(folder),
        None => bail!("PostgreSQL is missing; as root: apt-get update && apt-get install -y postgresql"),
    }
}

/// PostgreSQL refuses to run as root, so root hands it to the user of Debian's package. It ends with this process.
fn as_servant(root: bool, program: &Path) -> Command {
    if !root {
        return process::command(&program.to_string_lossy(), &[]);
    }
    let mut setpriv =
        process::command("setpriv", &["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    setpriv.args(["--pdeathsig", "INT"]).arg(program).current_dir("/");
    setpriv
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("no free loopback port")?.local_addr()?.port())
}

/// Reads until PostgreSQL is ready, then goes on reading so that its pipe never fills.
fn await_ready(mut words: Lines<BufReader<ChildStderr>>) -> Result<()> {
    let mut said = Vec::new();
    for line in words.by_ref() {
        let line = line.context("PostgreSQL's words cannot be read")?;
        if line.contains(READY) {
            thread::spawn(move || words.for_each(drop));
            return Ok(());
        }
        said.push(line);
    }
    bail!("PostgreSQL did not start:\n{}", said.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_takes_connections_and_is_gone_when_dropped() {
        let cluster = Cluster::start().unwrap();
        let (port, folder) = (cluster.port, cluster._data.path().to_path_buf());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        drop(cluster);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }
}

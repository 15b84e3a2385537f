//! A PostgreSQL cluster for tests: made from the installed binaries, gone when the tests are.
//!
//! The server runs below a small shell that waits for the end of its input. That input is a pipe this process holds,
//! so the server stops and its files go even when the process is killed.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
};

/// Where to find a server that already runs: the URL of a superuser's connection.
pub const VARIABLE: &str = "VESTIBULE_TEST_POSTGRES";

/// The rest of its arguments are the server's own settings. Quotes are the shell's.
const START: &str = r#"
set -eu
programs=$1
shift
home=$(mktemp -d "${TMPDIR:-/tmp}/vestibule-postgres-XXXXXX")
server=
end() {
    trap - EXIT
    if [ -n "$server" ]; then kill -INT "$server" 2>/dev/null || true; wait "$server" || true; fi
    rm -rf "$home"
}
trap end EXIT
"$programs/initdb" --pgdata="$home/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >"$home/log" 2>&1 \
    || { cat "$home/log" >&2; exit 1; }
if [ -n "${SERVER_KEY:-}" ]; then
    umask 077
    printf '%s' "$SERVER_CERTIFICATE" >"$home/server.crt"
    printf '%s' "$SERVER_KEY" >"$home/server.key"
    set -- "$@" -c ssl=on -c ssl_cert_file="$home/server.crt" -c ssl_key_file="$home/server.key"
fi
"$programs/postgres" -D "$home/data" -k "$home" -c listen_addresses= -c wal_level=minimal -c max_wal_senders=0 \
    -c max_connections=400 -c shared_buffers=64MB -c autovacuum=off "$@" >>"$home/log" 2>&1 </dev/null &
server=$!
until "$programs/pg_isready" -q -h "$home" -U postgres; do
    kill -0 "$server" 2>/dev/null || { cat "$home/log" >&2; exit 1; }
    sleep 0.02
done
echo "$home"
cat >/dev/null
"#;

/// Speed instead of durability: the data lives as long as the tests.
const FORGETFUL: [&str; 6] =
    ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"];

/// The cluster that all tests of this process share: the one named by [`VARIABLE`], or one of its own.
///
/// # Panics
/// When PostgreSQL is not installed or does not start, with a sentence that says what to do.
pub fn url() -> &'static str {
    static SHARED: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (url, _) = SHARED.get_or_init(|| match std::env::var(VARIABLE) {
        Ok(url) if !url.is_empty() => (url, None),
        _ => match Cluster::start() {
            Ok(cluster) => (cluster.url().to_owned(), Some(cluster)),
            Err(problem) => fail(&problem),
        },
    });
    url
}

#[expect(clippy::panic, reason = "a test without its database fails, and says why")]
fn fail(problem: &str) -> ! {
    panic!("{problem}")
}

/// A port of this machine that reaches the server, for programs that know no sockets of the file system.
///
/// # Panics
/// When no port can be had.
#[expect(clippy::expect_used, reason = "without a server no test can go on")]
pub async fn tcp_port() -> u16 {
    let Some((_, folder)) = url().split_once("host=") else {
        let (_, place) = url().rsplit_once(':').expect("a port in the server's URL");
        return place.split('/').next().and_then(|port| port.parse().ok()).expect("a port");
    };
    let socket = Path::new(folder.split('&').next().unwrap_or_default()).join(".s.PGSQL.5432");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let socket = socket.clone();
            tokio::spawn(async move {
                let Ok(mut server) = UnixStream::connect(socket).await else { return };
                // Either side may go; the other then goes as well.
                drop(copy_bidirectional(&mut client, &mut server).await);
            });
        }
    });
    port
}

/// The URL of another database on the server that `url` names.
#[must_use]
pub fn database_url(url: &str, database: &str) -> String {
    let (address, parameters) =
        url.split_once('?').map_or((url, String::new()), |(a, p)| (a, format!("?{p}")));
    let server = match address.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.split('/').next().unwrap_or_default()),
        None => address.to_owned(),
    };
    format!("{server}/{database}{parameters}")
}

/// A running server. Dropping it stops the server and removes its files.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    shell: Child,
    lifeline: Option<ChildStdin>,
}

impl Cluster {
    /// Makes a cluster in a new temporary directory and starts it on a Unix socket there. Takes about two seconds.
    ///
    /// # Errors
    /// A sentence that says what to do, when PostgreSQL is not installed, or what its programs said, when it fails.
    pub fn start() -> Result<Self, String> {
        Self::start_with(&FORGETFUL)
    }

    /// The same, but what is committed is durable, as it is in an installation.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with(&[])
    }

    /// A forgetful cluster that also listens on a port of the loopback interface, with TLS: certificate and key in PEM.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with_tls(port: u16, certificate: &str, key: &str) -> Result<Self, String> {
        let settings = [&["-c", "listen_addresses=127.0.0.1"], FORGETFUL.as_slice()].concat();
        let port = port.to_string();
        let variables = [("PGPORT", port.as_str()), ("SERVER_CERTIFICATE", certificate), ("SERVER_KEY", key)];
        let mut cluster = Self::start_in(&settings, &variables)?;
        cluster.url.push_str("&port=");
        cluster.url.push_str(&port);
        Ok(cluster)
    }

    fn start_with(settings: &[&str]) -> Result<Self, String> {
        Self::start_in(settings, &[])
    }

    fn start_in(settings: &[&str], variables: &[(&str, &str)]) -> Result<Self, String> {
        let programs = programs()?;
        let mut shell = unprivileged()?
            .envs(variables.iter().copied())
            .args(["sh", "-c", START, "sh"])
            .arg(&programs)
            .args(settings)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("PostgreSQL could not be started for the tests: {error}"))?;
        let lifeline = shell.stdin.take();
        let home = first_line(&mut shell)?;
        // "host" is percent-encoded where a path needs it; mktemp's names do not.
        let url = format!("postgres://postgres@localhost/postgres?host={home}");
        Ok(Self { url, shell, lifeline })
    }

    /// The URL of the superuser's connection, as [`VARIABLE`] wants it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The shell ends by itself; a failure to wait for it leaves nothing to do.
        drop(self.shell.wait());
    }
}

fn first_line(shell: &mut Child) -> Result<String, String> {
    let mut home = String::new();
    if let Some(output) = &mut shell.stdout {
        drop(BufReader::new(output).read_line(&mut home));
    }
    if let Some(home) = home.strip_suffix('\n') {
        return Ok(home.to_owned());
    }
    let mut said = String::new();
    if let Some(errors) = &mut shell.stderr {
        drop(errors.read_to_string(&mut said));
    }
    Err(format!("PostgreSQL did not start for the tests:\n{said}"))
}

/// The newest installed version's directory of programs.
fn programs() -> Result<PathBuf, String> {
    let complete =
        |directory: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|p| directory.join(p).exists());
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let mut found: Vec<PathBuf> = debian.filter(complete).collect();
    found.sort_by_key(|directory| version(directory));
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.pop().or_else(|| std::env::split_paths(&path).find(complete)).ok_or_else(|| {
        "These tests need PostgreSQL 15 or newer. Install it with `apt-get install postgresql`, or name a server where \
         databases may be created in VESTIBULE_TEST_POSTGRES, such as postgres://postgres@localhost/postgres"
            .to_owned()
    })
}

fn version(directory: &Path) -> u32 {
    let name = directory.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// PostgreSQL refuses to run as root; there the account that Debian's package makes runs it.
fn unprivileged() -> Result<Command, String> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let root =
        status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"));
    if !root {
        return Ok(Command::new("env"));
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if !accounts.lines().any(|line| line.starts_with("postgres:")) {
        return Err(
            "PostgreSQL refuses to run as root and there is no account `postgres` to run it: make one with \
                    `useradd --system postgres`, or run the tests as another user"
                .to_owned(),
        );
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_another_database_on_the_same_server() {
        for (url, expected) in [
            (
                "postgres://postgres@localhost/postgres?host=/tmp/a",
                "postgres://postgres@localhost/one?host=/tmp/a",
            ),
            ("postgres://u:p@host:5433/postgres", "postgres://u:p@host:5433/one"),
            ("postgres://host", "postgres://host/one"),
        ] {
            assert_eq!(database_url(url, "one"), expected);
        }
    }

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let cluster = Cluster::start().unwrap();
        let home = PathBuf::from(cluster.url().split_once("host=").unwrap().1);
        let socket = home.join(".s.PGSQL.5432");
        assert!(std::os::unix::net::UnixStream::connect(&socket).is_ok(), "{}", socket.display());
        drop(cluster);
        assert!(!home.exists());
    }
}

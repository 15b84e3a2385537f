//! Runs `server.py` and listens to what it tells.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use delivery::smtp::{Encryption, Smtp, SmtpConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use crate::letters::PATIENCE;

/// A running mail server; it ends with this value.
pub(crate) struct Server {
    pub(crate) port: u16,
    _process: Child,
    told: UnboundedReceiver<Value>,
}

impl Server {
    /// Starts a server as `wish` describes it (see `server.py`).
    pub(crate) async fn start(wish: Value) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp/server.py");
        let mut process = Command::new(python())
            .arg(script)
            .arg(wish.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Python starts");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut told = listen(lines);
        let first = told.recv().await.expect("the server says its port; see its stderr above");
        Self { port: u16::try_from(first["port"].as_u64().unwrap()).unwrap(), _process: process, told }
    }

    /// A server without TLS that needs no login, changed by `wish`.
    pub(crate) async fn plain(wish: Value) -> Self {
        Self::start(with(json!({"tls": "none"}), wish)).await
    }

    /// The next thing that happened on the server.
    pub(crate) async fn next(&mut self) -> Value {
        let told = tokio::time::timeout(PATIENCE, self.told.recv()).await;
        told.expect("the server has nothing more to tell").expect("the server runs")
    }

    /// The names of the next things that happened.
    pub(crate) async fn next_events<const N: usize>(&mut self) -> [String; N] {
        let mut events = std::array::from_fn(|_| String::new());
        for event in &mut events {
            *event = self.next().await["event"].as_str().unwrap().to_owned();
        }
        events
    }

    /// The next mail, whatever happened before it.
    pub(crate) async fn next_mail(&mut self) -> Value {
        loop {
            let told = self.next().await;
            if told["event"] == "mail" {
                return told;
            }
        }
    }

    /// How to reach this server.
    pub(crate) fn config(&self, encryption: Encryption) -> SmtpConfig {
        SmtpConfig {
            hello_name: Some("vestibule.test.example".to_owned()),
            ..SmtpConfig::new("localhost", self.port, encryption)
        }
    }

    /// A client without TLS.
    pub(crate) fn client(&self) -> Smtp {
        Smtp::new(self.config(Encryption::None)).unwrap()
    }
}

/// A certificate for `localhost` and the authority that signed it.
pub(crate) struct Identity {
    folder: TempDir,
}

impl Identity {
    pub(crate) fn new(host: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = names.signed_by(&key, &authority).unwrap();
        let write = |name: &str, pem: String| std::fs::write(folder.path().join(name), pem).unwrap();
        write("ca.pem", authority.pem());
        write("cert.pem", certificate.pem());
        write("key.pem", key.serialize_pem());
        Self { folder }
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What the server must be told to use this certificate.
    pub(crate) fn wish(&self, tls: &str, more: Value) -> Value {
        let path = |name| self.folder.path().join(name);
        with(json!({"tls": tls, "cert": path("cert.pem"), "key": path("key.pem")}), more)
    }
}

/// For tests in which the time of one step runs out: long enough for the steps before it on a busy machine.
pub(crate) const STEP: Duration = Duration::from_secs(3);
/// For tests in which the time of the whole runs out.
pub(crate) const SHORT: Duration = Duration::from_millis(150);

/// Takes in what the server tells as it comes, so that a full pipe never holds the server up.
fn listen(mut lines: Lines<BufReader<ChildStdout>>) -> UnboundedReceiver<Value> {
    let (teller, told) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            if teller.send(serde_json::from_str(&line).unwrap()).is_err() {
                break;
            }
        }
    });
    told
}

fn with(mut base: Value, more: Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// The interpreter of the prepared virtual environment.
fn python() -> PathBuf {
    if let Some(named) = std::env::var_os("VESTIBULE_TEST_PYTHON") {
        return PathBuf::from(named);
    }
    // Test binaries run from <target folder>/<profile>/deps.
    let program = std::env::current_exe().unwrap();
    let found =
        program.ancestors().map(|folder| folder.join("tools/venv/bin/python")).find(|path| path.exists());
    found.expect(
        "no Python with aiosmtpd for the test mail server: run `cargo xtask test` once (it prepares \
         target/tools/venv), or set VESTIBULE_TEST_PYTHON to a Python that has aiosmtpd",
    )
}

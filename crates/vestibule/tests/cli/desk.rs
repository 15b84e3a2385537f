//! An operator's desk: a folder, somebody who types, and commands run whole.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use clap::Parser;
use crypto::random::SystemRandom;
use domain::time::Clock as _;
use store::{Db, DbConfig};
use tempfile::TempDir;
use testkit::clock::TestClock;
use vestibule::cli::{self, Answers, Cli, Exit, Screen, World};

#[derive(Clone, Default)]
pub(crate) struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Types these lines, one after the other, and remembers the questions.
#[derive(Clone, Default)]
pub(crate) struct Typist(Arc<Mutex<(Vec<&'static str>, Vec<String>)>>);

impl Typist {
    pub(crate) fn with(lines: &[&'static str]) -> Self {
        Self(Arc::new(Mutex::new((lines.iter().rev().copied().collect(), Vec::new()))))
    }

    pub(crate) fn questions(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Answers for Typist {
    fn ask(&self, question: &str) -> io::Result<String> {
        let mut typist = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        typist.1.push(question.to_owned());
        typist.0.pop().map(str::to_owned).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn ask_secretly(&self, question: &str) -> io::Result<String> {
        self.ask(&format!("(secretly) {question}"))
    }
}

pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder to make installations in.
pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, None).await
    }

    /// Runs `vestibule` with these arguments. `@` stands for the folder.
    pub(crate) async fn run_with(&self, arguments: &[&str], typist: Option<Typist>) -> Ran {
        let folder = self.0.path().display().to_string();
        let arguments = arguments.iter().map(|argument| argument.replace('@', &folder).replace(" at ", "@"));
        let cli = Cli::try_parse_from(std::iter::once("vestibule".to_owned()).chain(arguments));
        let cli = cli.expect("the command line should be right");
        let (out, err) = (Page::default(), Page::default());
        let world = World {
            variables: Vec::new(),
            clock: Arc::new(TestClock::new()),
            random: Arc::new(SystemRandom),
            input: || Box::new(io::empty()),
            answers: typist.map(|typist| Box::new(typist) as Box<dyn Answers>),
        };
        let exit = cli::run(cli, &mut Screen::plain(out.clone(), err.clone()), &world).await;
        let local = |page: Page| page.text().replace(&folder, "@");
        Ran { exit, out: local(out), err: local(err) }
    }

    pub(crate) async fn installed() -> Self {
        let desk = Self::new();
        let ran = desk.run(&["init", "--dir", "@"]).await;
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
        desk
    }

    pub(crate) async fn with_companies() -> Self {
        let desk = Self::installed().await;
        std::fs::write(desk.path("installation.toml"), INSTALLATION).expect("a writable folder");
        let ran = desk.run(&["apply", "@/installation.toml", "--yes", "--config", "@/vestibule.toml"]).await;
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
        desk
    }
}

impl Desk {
    /// Two recovery codes, as if their owner had made them; there is no browser here.
    pub(crate) async fn give_recovery_codes(&self, email: &str) {
        let database = DbConfig::new(format!("sqlite://{}", self.path("vestibule.db").display()));
        let db = Db::open(&database).await.expect("the database of `init`");
        let mut tx = db.begin().await.expect("a transaction");
        let user = store::users::find_by_email(&mut tx, email).await.expect("a look-up").remove(0).id;
        let set = ["2XK7", "9RTH"].map(|number| (number.to_owned(), "no hash of anything".to_owned()));
        store::recovery_codes::replace(&mut tx, user, &set, TestClock::new().now()).await.expect("codes");
        tx.commit().await.expect("a commit");
        db.close().await;
    }
}

pub(crate) const INSTALLATION: &str = r#"
[[region]]
slug = "europe"
name = "Europe"
[[country]]
code = "ES"
floor.otp.digits = 8
[[company]]
slug = "north-quay"
name = "North Quay Logistics"
country = "ES"
region = "europe"
time_zone = "Europe/Madrid"
phase1 = 2026-12-01
policy.otp.digits = 6
policy.device.trust_lifetime = "14 d"
"#;

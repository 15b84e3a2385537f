//! What a command takes from outside: environment, clock, randomness, and the person at the keyboard.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::Arc,
};

use crypto::random::{Random, SystemRandom};
use domain::time::Clock;

use crate::system::SystemClock;

/// Everything a command does not compute itself.
pub struct World {
    /// All environment variables.
    pub variables: Vec<(String, String)>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Who answers questions; nobody when there is no terminal.
    pub answers: Option<Box<dyn Answers>>,
    /// Opens what is piped in.
    pub input: fn() -> Box<dyn io::Read>,
}

/// Somebody who answers questions.
pub trait Answers: Send + Sync {
    /// Asks, and gives the line that was typed, without its end. Nothing typed means that the default is right.
    ///
    /// # Errors
    /// When nobody is there any more.
    fn ask(&self, question: &str) -> io::Result<String>;

    /// As [`Answers::ask`], without showing what is typed.
    ///
    /// # Errors
    /// When nobody is there any more.
    fn ask_secretly(&self, question: &str) -> io::Result<String>;
}

/// The person at the terminal.
#[derive(Debug, Clone, Copy)]
pub struct Terminal;

impl World {
    /// The process's own.
    #[must_use]
    pub fn of_process() -> Self {
        let at_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        let variables = std::env::vars_os();
        Self {
            variables: variables
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            input: || Box::new(io::stdin()),
            answers: at_terminal.then(|| Box::new(Terminal) as Box<dyn Answers>),
        }
    }
}

impl Answers for Terminal {
    fn ask(&self, question: &str) -> io::Result<String> {
        let mut err = io::stderr();
        write!(err, "{question} ")?;
        err.flush()?;
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim().to_owned()),
        }
    }

    fn ask_secretly(&self, question: &str) -> io::Result<String> {
        rpassword::prompt_password(format!("{question} "))
    }
}

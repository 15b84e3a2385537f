//! How a command ends: codes that scripts can rely on, and the failures behind them.

use std::process::ExitCode;

use store::{MigrateError, StoreError};

use crate::document::Problems;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Something failed that should not.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration, or a file that was named, is wrong.
    Config = 3,
    /// There is nobody and nothing by that name.
    NotFound = 4,
    /// Refused; nothing was changed.
    Refused = 5,
    /// Done, and something needs attention.
    Findings = 6,
    /// The database or the mail server cannot be reached; trying again may help.
    Unavailable = 7,
    /// What was given is of no known form (EX_DATAERR, for mail servers).
    BadData = 65,
    /// Not now; a mail server tries again (EX_TEMPFAIL).
    TryAgain = 75,
}

/// The paragraph at the end of `vestibule --help`.
pub(super) const HELP: &str = "\
Exit codes:
  0  done
  1  something failed that should not
  2  the command line is wrong
  3  the configuration, or a file that was named, is wrong
  4  there is nobody and nothing by that name
  5  refused; nothing was changed
  6  done, and something needs attention
  7  the database or the mail server cannot be reached; trying again may help
`mail bounce` ends as mail servers expect: 0, 65 (no delivery report), 75 (try again).";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration or a file is wrong.
    #[error("{0}")]
    Wrong(Problems),
    /// The configuration, or a file that it names, is missing or unusable.
    #[error("{0}")]
    Missing(String),
    /// A single thing is wrong with what was given.
    #[error("{0}")]
    Usage(String),
    /// Nobody and nothing by that name.
    #[error("{0}")]
    NotFound(String),
    /// Not done, on purpose.
    #[error("{0}")]
    Refused(String),
    /// Not reachable.
    #[error("{0}")]
    Unavailable(String),
    /// What a mail server piped in is of no known form.
    #[error("{0}")]
    BadData(String),
    /// What a mail server piped in could not be dealt with now.
    #[error("{0}")]
    TryAgain(String),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    /// The code that it ends with.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Wrong(_) | Self::Missing(_) => Exit::Config,
            Self::Usage(_) => Exit::Usage,
            Self::NotFound(_) => Exit::NotFound,
            Self::Refused(_) => Exit::Refused,
            Self::Unavailable(_) => Exit::Unavailable,
            Self::BadData(_) => Exit::BadData,
            Self::TryAgain(_) => Exit::TryAgain,
            Self::Failed(_) => Exit::Failed,
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Wrong(problems)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                Self::Unavailable(format!("the database cannot be reached: {error}"))
            }
            _ => Self::Failed(format!("the database failed: {error}")),
        }
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Store(error) => error.into(),
            MigrateError::Failed { .. } => Self::Failed(error.to_string()),
            MigrateError::Newer { .. } | MigrateError::Changed { .. } | MigrateError::Pending { .. } => {
                Self::Refused(error.to_string())
            }
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(format!("the terminal or the output failed: {error}"))
    }
}

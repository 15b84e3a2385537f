//! What went wrong, where, and whether trying again can help.
//!
//! A mail server's words may quote addresses or the mail itself, so only its codes are kept (RFC 5321 and RFC 3463).

use std::{fmt, io};

use lettre::transport::smtp;

/// The mail server took responsibility for the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The server's codes, for example `250 2.0.0`.
    pub answer: String,
}

/// Why the mail server did not take the mail. The reasons hold no addresses, no secrets and no words of the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No server was there to judge this mail: refused or dropped connection, time-out, TLS or login problem.
    /// Says nothing about the mail, so it may be retried until the mail's deadline.
    #[error("{reason}")]
    Unavailable {
        /// Step and cause, for example `connect: connection refused`.
        reason: String,
    },
    /// The server was there and deferred this mail (4xx).
    #[error("{reason}")]
    Temporary {
        /// Step and codes, for example `recipient: 451 4.7.1`.
        reason: String,
    },
    /// The server refused this mail for good (5xx), or it can never be said to this server.
    #[error("{reason}")]
    Permanent {
        /// Step and codes, for example `recipient: 550 5.1.1`.
        reason: String,
    },
}

impl Failure {
    /// Step and cause in a few words.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Unavailable { reason } | Self::Temporary { reason } | Self::Permanent { reason } => reason,
        }
    }
}

/// A step of the dialogue, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Connect,
    Tls,
    Greeting,
    StartTls,
    Login,
    Sender,
    Recipient,
    Data,
    Content,
    Reset,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::Tls => "TLS",
            Self::Greeting => "greeting",
            Self::StartTls => "STARTTLS",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "data",
            Self::Content => "content",
            Self::Reset => "reset",
        })
    }
}

/// What happened at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) step: Step,
    pub(super) cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The server answered 4xx or 5xx.
    Answer { code: u16, enhanced: Option<String> },
    /// No answer in time.
    TimedOut,
    /// The connection cannot be made, was lost, or speaks no SMTP.
    Broken(&'static str),
    /// Both sides work, and this mail can never pass between them.
    Unsayable(&'static str),
}

impl Fault {
    pub(super) fn new(step: Step, cause: Cause) -> Self {
        Self { step, cause }
    }

    pub(super) fn io(step: Step, error: &io::Error) -> Self {
        let what = match error.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused",
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                "connection lost"
            }
            io::ErrorKind::UnexpectedEof => "connection closed",
            io::ErrorKind::TimedOut => "no answer",
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "no way to the host",
            io::ErrorKind::InvalidData if step == Step::Tls => "certificate or protocol not accepted",
            _ => "connection failed",
        };
        Self::new(step, Cause::Broken(what))
    }

    pub(super) fn smtp(step: Step, error: &smtp::Error) -> Self {
        if let Some(code) = error.status() {
            let words = std::error::Error::source(error).map(ToString::to_string);
            return Self::new(
                step,
                Cause::Answer { code: code.into(), enhanced: words.as_deref().and_then(enhanced) },
            );
        }
        let io = std::error::Error::source(error).and_then(|source| source.downcast_ref::<io::Error>());
        match io {
            Some(io) => Self::io(step, io),
            None if error.is_client() => Self::new(step, Cause::Broken("no login method in common")),
            None => Self::new(step, Cause::Broken("connection closed or not SMTP")),
        }
    }

    /// Whether the same connection can carry another mail after a reset.
    pub(super) fn leaves_connection_usable(&self) -> bool {
        match self.cause {
            Cause::Answer { code, .. } => code != 421,
            Cause::Unsayable(_) => true,
            Cause::TimedOut | Cause::Broken(_) => false,
        }
    }

    /// Whether the configuration is to blame, so that the operator must hear of it.
    pub(super) fn blames_configuration(&self) -> bool {
        match (&self.step, &self.cause) {
            (Step::Login | Step::StartTls, Cause::Answer { code, .. }) => *code >= 500,
            (Step::Login | Step::Tls | Step::StartTls, Cause::Broken(_)) => true,
            (_, Cause::Answer { code, .. }) => is_about_login(*code),
            _ => false,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let Fault { step, cause } = &fault;
        let reason = match cause {
            Cause::Answer { code, enhanced: Some(enhanced) } => format!("{step}: {code} {enhanced}"),
            Cause::Answer { code, enhanced: None } => format!("{step}: {code}"),
            Cause::TimedOut => format!("{step}: no answer in time"),
            Cause::Broken(what) | Cause::Unsayable(what) => format!("{step}: {what}"),
        };
        match cause {
            Cause::Unsayable(_) => Self::Permanent { reason },
            // Before the mail is named, every refusal is about us or about the server.
            _ if *step < Step::Sender => Self::Unavailable { reason },
            Cause::Answer { code, .. } if *code == 421 || is_about_login(*code) => {
                Self::Unavailable { reason }
            }
            Cause::Answer { code, .. } if *code >= 500 => Self::Permanent { reason },
            Cause::Answer { .. } => Self::Temporary { reason },
            Cause::TimedOut | Cause::Broken(_) => Self::Unavailable { reason },
        }
    }
}

/// Answers that speak of the login (RFC 4954, 6): wrong for every mail alike, so no mail may bounce for them.
fn is_about_login(code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538)
}

/// The enhanced status code (RFC 3463) at the start of an answer, for example `5.1.1`.
pub(super) fn enhanced(words: &str) -> Option<String> {
    let first = words.split_whitespace().next()?;
    let mut parts = first.split('.');
    let numbers = [parts.next()?, parts.next()?, parts.next()?];
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_class = matches!(numbers[0], "2" | "4" | "5");
    (is_class && parts.next().is_none() && numbers.iter().all(is_number)).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(step: Step, code: u16) -> Failure {
        Fault::new(step, Cause::Answer { code, enhanced: None }).into()
    }

    #[test]
    fn a_refusal_is_permanent_only_when_it_is_about_the_mail() {
        for step in [Step::Sender, Step::Recipient, Step::Data, Step::Content] {
            assert!(matches!(answer(step, 550), Failure::Permanent { .. }), "{step}");
            assert!(matches!(answer(step, 451), Failure::Temporary { .. }), "{step}");
            assert!(matches!(answer(step, 421), Failure::Unavailable { .. }), "{step}");
            assert!(matches!(answer(step, 530), Failure::Unavailable { .. }), "{step}");
        }
        for step in [Step::Connect, Step::Greeting, Step::StartTls, Step::Login] {
            assert!(matches!(answer(step, 554), Failure::Unavailable { .. }), "{step}");
            assert!(matches!(answer(step, 454), Failure::Unavailable { .. }), "{step}");
        }
    }

    #[test]
    fn reasons_hold_codes_and_no_words_of_the_server() {
        let words = "5.1.1 <amara.okafor@northgate-shipping.example> unknown";
        let cause = Cause::Answer { code: 550, enhanced: enhanced(words) };
        let failure = Failure::from(Fault::new(Step::Recipient, cause));
        assert_eq!(failure, Failure::Permanent { reason: "recipient: 550 5.1.1".to_owned() });
        for words in ["", "nothing", "5.1 x", "5.1.1.1 x", "3.1.1", "5.1234.1", "5..1", "5.a.1", "481730"] {
            assert_eq!(enhanced(words), None, "{words}");
        }
    }

    #[test]
    fn a_connection_outlives_a_refusal_but_not_a_silence() {
        let usable = |cause| Fault::new(Step::Recipient, cause).leaves_connection_usable();
        assert!(usable(Cause::Answer { code: 550, enhanced: None }));
        assert!(!usable(Cause::Answer { code: 421, enhanced: None }));
        assert!(!usable(Cause::TimedOut));
        assert!(!usable(Cause::Broken("connection lost")));
    }
}

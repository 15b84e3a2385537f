//! Why a source gave no answer, in words for the operator's log. None of them holds a secret or a password.

use std::{net::IpAddr, time::Duration};

use domain::time::Timestamp;

/// Why there is no answer. The credentials may be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The address is private and the configuration does not list it.
    #[error(
        "{host} is at {address}, which is no public address: list it in the configuration file, as in \
         [outgoing] allow = [\"{address}\"], if it is meant"
    )]
    NotAllowed {
        /// As configured.
        host: String,
        /// As resolved.
        address: IpAddr,
    },
    /// Passwords would go unprotected through a public network.
    #[error(
        "{host} is at {address} and would be asked without TLS: that is done only where [outgoing] allow lists the address"
    )]
    Unprotected {
        /// As configured.
        host: String,
        /// As resolved.
        address: IpAddr,
    },
    /// The name does not resolve, nobody listens, the connection broke.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// No TLS, or a certificate that is not believed.
    #[error("no private connection: {0}")]
    Tls(String),
    /// It took longer than it may.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// As many calls as allowed are open already.
    #[error("as many calls as `at_once` allows are open; the source is slow or the limit low")]
    Crowded,
    /// It failed again and again, and is left alone until then.
    #[error("failed repeatedly and is asked again from {0:?}")]
    Resting(Timestamp),
    /// It answered, in a way that its description does not foresee.
    #[error("{0}")]
    Odd(String),
    /// Its description, a secret or a file does not allow to ask it.
    #[error("{0}")]
    Setup(String),
}

impl Trouble {
    /// Whether it says that the source itself is out of order. What a single login name may provoke does not count, so
    /// that nobody closes the door for others by typing something odd.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Tls(_) | Self::TimedOut(_) => true,
            Self::NotAllowed { .. }
            | Self::Unprotected { .. }
            | Self::Crowded
            | Self::Resting(_)
            | Self::Odd(_)
            | Self::Setup(_) => false,
        }
    }

    pub(super) fn odd(what: impl Into<String>) -> Self {
        Self::Odd(what.into())
    }

    pub(super) fn setup(what: impl Into<String>) -> Self {
        Self::Setup(what.into())
    }
}

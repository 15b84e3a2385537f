//! Pages for requests that cannot be served: what happened, and what to do now.

use askama::Template;
use http::StatusCode;

use crate::layout::Layout;

/// One page for every error; the words follow from the kind.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub layout: Layout,
    /// What happened.
    pub kind: ErrorKind,
    /// The number of the request, to be told to the help desk; empty when it has none.
    pub reference: String,
    /// What was typed, so that nothing is lost; never a password or a code.
    pub kept: Vec<Kept>,
    /// Where to try again; empty for the front page.
    pub back_href: String,
}

/// What stands between a user and an application, on the application's own host.
#[derive(Clone, Debug, Template)]
#[template(path = "gate-failure.html")]
pub struct GateFailure {
    /// The frame.
    pub layout: Layout,
    /// The message that is the heading.
    pub title: &'static str,
    /// The message that says what to do.
    pub advice: &'static str,
    /// Where to go on.
    pub link: Option<String>,
    /// The application's name.
    pub application: String,
    /// The portal's address.
    pub portal: String,
}

/// One typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The label of its field.
    pub label: String,
    /// The value.
    pub value: String,
}

/// The errors that a person can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400: the request makes no sense.
    BadRequest,
    /// 403: the form is too old, or came from elsewhere.
    Forbidden,
    /// 403: the credentials are right, and the account is disabled.
    AccountDisabled,
    /// 403: codes are disabled for the account, after too many wrong ones.
    CodesDisabled,
    /// 404: no such page.
    NotFound,
    /// 405: the page does not take that.
    MethodNotAllowed,
    /// 413: too large.
    TooLarge,
    /// 415: not a form.
    UnsupportedType,
    /// 421: a host name that is not served here.
    WrongHost,
    /// 429: too much too soon; with seconds to wait.
    TooMany(u64),
    /// 500: a fault of ours.
    Fault,
    /// 502: the application did not answer as it should.
    BadGateway,
    /// 503: busy; with seconds to wait.
    Busy(u64),
    /// 504: the application did not answer in time.
    GatewayTimeout,
}

impl ErrorKind {
    /// One of each, for tests and previews.
    pub const ALL: [Self; 14] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::AccountDisabled,
        Self::CodesDisabled,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::UnsupportedType,
        Self::WrongHost,
        Self::TooMany(60),
        Self::Fault,
        Self::BadGateway,
        Self::Busy(5),
        Self::GatewayTimeout,
    ];

    /// The status that goes with it.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::AccountDisabled | Self::CodesDisabled => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            Self::BadGateway => StatusCode::BAD_GATEWAY,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// Seconds for the `Retry-After` header.
    #[must_use]
    pub const fn retry_after(self) -> Option<u64> {
        match self {
            Self::TooMany(seconds) | Self::Busy(seconds) => Some(seconds),
            Self::BadRequest
            | Self::Forbidden
            | Self::AccountDisabled
            | Self::CodesDisabled
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::UnsupportedType
            | Self::WrongHost
            | Self::Fault
            | Self::BadGateway
            | Self::GatewayTimeout => None,
        }
    }

    /// The messages of its heading and of its advice.
    const fn messages(self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest => ("error-bad-request-title", "error-bad-request"),
            Self::Forbidden => ("error-forbidden-title", "error-forbidden"),
            Self::AccountDisabled => ("error-account-disabled-title", "error-account-disabled"),
            Self::CodesDisabled => ("error-codes-disabled-title", "error-codes-disabled"),
            Self::NotFound => ("error-not-found-title", "error-not-found"),
            Self::MethodNotAllowed => ("error-method-title", "error-method"),
            Self::TooLarge => ("error-too-large-title", "error-too-large"),
            Self::UnsupportedType => ("error-type-title", "error-type"),
            Self::WrongHost => ("error-host-title", "error-host"),
            Self::TooMany(_) => ("error-too-many-title", "error-too-many"),
            Self::Fault => ("error-fault-title", "error-fault"),
            Self::BadGateway => ("error-bad-gateway-title", "error-bad-gateway"),
            Self::Busy(_) => ("error-busy-title", "error-busy"),
            Self::GatewayTimeout => ("error-gateway-time-title", "error-gateway-time"),
        }
    }
}

impl ErrorPage {
    fn title(&self) -> String {
        self.layout.t(self.kind.messages().0)
    }

    /// Whether recovery is the way on.
    const fn recovers(&self) -> bool {
        matches!(self.kind, ErrorKind::CodesDisabled)
    }

    fn advice(&self) -> String {
        let (_, id) = self.kind.messages();
        match self.kind.retry_after() {
            Some(seconds) => {
                let span = self.layout.span(&std::time::Duration::from_secs(seconds));
                self.layout.m(id).with("span", span).to_string()
            }
            None => self.layout.t(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_words_and_a_status_that_fits() {
        let titles: std::collections::BTreeSet<_> =
            ErrorKind::ALL.iter().map(|kind| kind.messages().0).collect();
        assert_eq!(titles.len(), ErrorKind::ALL.len());
        assert!(
            ErrorKind::ALL
                .iter()
                .all(|kind| kind.status().is_client_error() || kind.status().is_server_error())
        );
    }

    #[test]
    fn only_waiting_helps_where_a_wait_is_told() {
        let waits: Vec<_> = ErrorKind::ALL.iter().filter_map(|kind| kind.retry_after()).collect();
        assert_eq!(waits, [60, 5]);
    }
}

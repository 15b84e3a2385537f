//! The way out: `/logout`, before and after.

use askama::Template;

use crate::layout::Layout;

/// `/logout`: asks, because a link alone must not end anything.
#[derive(Clone, Debug, Template)]
#[template(path = "logout.html")]
pub struct Logout {
    /// The frame.
    pub layout: Layout,
    /// Back to where the user came from, the application.
    pub back_href: String,
}

/// What ended the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The user asked for it.
    LoggedOut,
    /// There was none.
    NotLoggedIn,
}

impl EndReason {
    /// The message that is the heading.
    const fn title(self) -> &'static str {
        match self {
            Self::LoggedOut => "account-logged-out-title",
            Self::NotLoggedIn => "account-not-logged-in-title",
        }
    }
}

/// `/logout` afterwards.
#[derive(Clone, Debug, Template)]
#[template(path = "logged-out.html")]
pub struct LoggedOut {
    /// The frame.
    pub layout: Layout,
    /// What happened.
    pub reason: EndReason,
    /// Whether this browser is still a Trusted Device.
    pub still_trusted: bool,
}

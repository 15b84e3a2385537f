//! Second steps beside the mailed code, at the login: `/login/app`, `/login/passkey`, `/login/recovery-code`, `/login/method`.

use askama::Template;

use super::TrustOffer;
use crate::layout::Layout;

/// What the pages of every second step show beside their question.
#[derive(Clone, Debug)]
pub struct SecondStep {
    /// The ID that logs in.
    pub user_id: String,
    /// This browser, such as "Firefox on Windows".
    pub browser: String,
    /// The offer to be trusted; none where policy gives no trust.
    pub trust: Option<TrustOffer>,
    /// Whether the offer holds another way.
    pub has_other_ways: bool,
    /// Whether a recovery code may stand in.
    pub has_recovery_codes: bool,
}

/// `/login/app`: the code of an authenticator app.
#[derive(Clone, Debug, Template)]
#[template(path = "login-app.html")]
pub struct LoginApp {
    /// The frame.
    pub layout: Layout,
    /// What is around.
    pub step: SecondStep,
    /// How many digits.
    pub digits: u8,
    /// Whether the app's codes are disabled.
    pub is_disabled: bool,
}

/// `/login/passkey`: a passkey after the password.
#[derive(Clone, Debug, Template)]
#[template(path = "login-passkey.html")]
pub struct LoginPasskey {
    /// The frame.
    pub layout: Layout,
    /// What is around.
    pub step: SecondStep,
}

/// `/login/recovery-code`: a code from paper.
#[derive(Clone, Debug, Template)]
#[template(path = "login-recovery-code.html")]
pub struct LoginRecoveryCode {
    /// The frame.
    pub layout: Layout,
    /// What is around.
    pub step: SecondStep,
    /// Whether recovery codes are disabled.
    pub is_disabled: bool,
}

/// `/login/method`: "try another way".
#[derive(Clone, Debug, Template)]
#[template(path = "login-method.html")]
pub struct LoginMethod {
    /// The frame.
    pub layout: Layout,
    /// What is around.
    pub step: SecondStep,
    /// What is on offer, the safest first.
    pub ways: Vec<Way>,
}

/// One way to confirm a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    App,
    /// A mailed code.
    Email,
    /// A recovery code.
    RecoveryCode,
}

impl Way {
    /// Its page.
    #[must_use]
    pub const fn href(self) -> &'static str {
        match self {
            Self::Passkey => "/login/passkey",
            Self::App => "/login/app",
            Self::Email => "/login/code",
            Self::RecoveryCode => "/login/recovery-code",
        }
    }

    /// The messages of its name and of what it is.
    #[must_use]
    pub const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Passkey => ["factor-way-passkey", "factor-way-passkey-text"],
            Self::App => ["factor-way-app", "factor-way-app-text"],
            Self::Email => ["factor-way-email", "factor-way-email-text"],
            Self::RecoveryCode => ["factor-way-code", "factor-way-code-text"],
        }
    }
}

//! A signed-in user's own second factors.

use askama::Template;
use domain::time::Timestamp;

use crate::layout::Layout;

/// Since when a factor is there, and when it last opened a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorUse {
    /// Since when.
    pub since: Timestamp,
    /// When last.
    pub last_used: Option<Timestamp>,
}

/// `/account/authenticator-app`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-authenticator-app.html")]
pub struct AccountApp {
    /// The frame.
    pub layout: Layout,
    /// Whether there is a security code; without one there is no other factor.
    pub has_security_code: bool,
    /// The app that is set up.
    pub app: Option<FactorUse>,
    /// Whether every login asks for it.
    pub is_in_use: bool,
    /// The message of what was just done.
    pub done: Option<&'static str>,
}

/// `/account/authenticator-app/set-up`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-authenticator-app-new.html")]
pub struct AccountAppNew {
    /// The frame.
    pub layout: Layout,
    /// The picture.
    pub picture: QrCode,
    /// The key, in groups of four.
    pub key: String,
}

/// A QR code (ISO/IEC 18004) as the outline of its dark squares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    /// Squares on a side, with the quiet zone.
    pub side: usize,
    /// The path of an SVG.
    pub path: String,
}

impl QrCode {
    /// Light squares around the code, as the standard asks for.
    const QUIET: usize = 4;

    /// The code of a text; `None` when it is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        use std::fmt::Write as _;

        let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            if colour == qrcode::Color::Dark {
                let (x, y) = (at % width + Self::QUIET, at / width + Self::QUIET);
                write!(path, "M{x} {y}h1v1h-1z").ok()?;
            }
        }
        Some(Self { side: width + 2 * Self::QUIET, path })
    }
}

/// `/account/passkeys`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-passkeys.html")]
pub struct AccountPasskeys {
    /// The frame.
    pub layout: Layout,
    /// Whether there is a security code; without one there is no other factor.
    pub has_security_code: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyLine>,
    /// The most there may be.
    pub most: usize,
    /// Whether this portal can have passkeys.
    pub is_possible: bool,
    /// Whether every login asks for one, so that the last cannot go.
    pub is_in_use: bool,
    /// What the new one would be called.
    pub suggested_name: String,
    /// The message of what was just done.
    pub done: Option<&'static str>,
}

/// One passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyLine {
    /// Its key, for the forms.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Its use.
    pub usage: FactorUse,
    /// Whether it is kept in more places than one device.
    pub is_synchronised: bool,
}

/// `/account/recovery-codes`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-recovery-codes.html")]
pub struct AccountRecoveryCodes {
    /// The frame.
    pub layout: Layout,
    /// Whether there is a security code; without one there is no other factor.
    pub has_security_code: bool,
    /// How many are left.
    pub left: u32,
    /// When they were made.
    pub made: Option<Timestamp>,
    /// Whether only a few are left.
    pub is_few: bool,
}

impl AccountRecoveryCodes {
    fn left_words(&self) -> String {
        let date = self.made.map(|made| self.layout.date(&made)).unwrap_or_default();
        self.layout.m("factor-codes-left").with("left", self.left).with("date", date).to_string()
    }
}

/// The page that shows recovery codes, once.
#[derive(Clone, Debug, Template)]
#[template(path = "recovery-codes.html")]
pub struct NewRecoveryCodes {
    /// The frame.
    pub layout: Layout,
    /// Whose they are.
    pub user_id: String,
    /// The codes, in groups of four.
    pub codes: Vec<String>,
}

/// `/account/channel`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-channel.html")]
pub struct AccountChannel {
    /// The frame.
    pub layout: Layout,
    /// Whether there is a security code; without one there is no choice.
    pub has_security_code: bool,
    /// The stored address.
    pub email: String,
    /// The ways, by rank.
    pub ways: Vec<ChannelWay>,
    /// Whether recovery codes are there for a factor that is lost.
    pub has_recovery_codes: bool,
    /// The message of what was just done.
    pub done: Option<&'static str>,
}

/// One way to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelWay {
    /// The stable name.
    pub name: &'static str,
    /// The message of its name.
    pub title: &'static str,
    /// The message that tells about it.
    pub text: &'static str,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// Where it is set up, while it is not.
    pub set_up: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_zone_and_its_three_corners() {
        let code =
            QrCode::of("otpauth://totp/Harbour:amara?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert!(code.path.starts_with("M4 4h1v1h-1z"));
        let last = code.side - 5;
        for corner in [format!("M{last} 4h"), format!("M4 {last}h")] {
            assert!(code.path.contains(&corner), "{corner}");
        }
        for quiet in ["M3 ", "M0 ", " 3h"] {
            assert!(!code.path.contains(quiet));
        }
        assert_eq!(QrCode::of(&"x".repeat(5_000)), None);
    }
}

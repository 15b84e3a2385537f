//! New passwords and security codes: what is wrong with them, in words, for every page that takes one.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::{
    password::{CrackTime, PasswordProblem, Strength, Weakness},
    security_code::SecurityCodeProblem,
};
use text::Text;

/// How strong a password is, for the script of the page.
pub fn tell_strength(text: Text, strength: Strength, problem: Option<&PasswordProblem>) -> Response {
    let words = match problem {
        Some(problem) => password_words(text, problem),
        None => text.get(crack_time_message(strength.crack_time)),
    };
    let told = serde_json::json!({ "score": strength.score, "words": words });
    ([(http::header::CACHE_CONTROL, "no-store")], Json(told)).into_response()
}

/// What is wrong with a new password, and what to do.
pub fn password_words(text: Text, problem: &PasswordProblem) -> String {
    match problem {
        PasswordProblem::TooShort { min, .. } => {
            text.message("problem-password-short").with("least", *min).to_string()
        }
        PasswordProblem::TooLong { max } => {
            text.message("problem-password-long").with("most", *max).to_string()
        }
        PasswordProblem::ControlCharacter => text.get("problem-password-control"),
        PasswordProblem::Common(_) => text.get("problem-password-common"),
        PasswordProblem::Personal => text.get("problem-password-personal"),
        PasswordProblem::Weak { weakness, .. } => text.get(weakness_message(*weakness)),
    }
}

const fn crack_time_message(time: CrackTime) -> &'static str {
    match time {
        CrackTime::Seconds => "problem-strength-seconds",
        CrackTime::Minutes => "problem-strength-minutes",
        CrackTime::Hours => "problem-strength-hours",
        CrackTime::Days => "problem-strength-days",
        CrackTime::Months => "problem-strength-months",
        CrackTime::Years => "problem-strength-years",
        CrackTime::Centuries => "problem-strength-centuries",
    }
}

const fn weakness_message(weakness: Option<Weakness>) -> &'static str {
    match weakness {
        None => "problem-password-weak",
        Some(Weakness::Keyboard) => "problem-password-weak-keyboard",
        Some(Weakness::Repeats) => "problem-password-weak-repeats",
        Some(Weakness::Sequence) => "problem-password-weak-sequence",
        Some(Weakness::Date) => "problem-password-weak-date",
        Some(Weakness::Name) => "problem-password-weak-name",
        Some(Weakness::Common) => "problem-password-weak-common",
        Some(Weakness::SingleWord) => "problem-password-weak-word",
    }
}

/// What is wrong with a new security code, and what to do.
pub fn security_code_words(text: Text, problem: SecurityCodeProblem) -> String {
    match problem {
        SecurityCodeProblem::Empty => text.get("problem-security-code-empty"),
        SecurityCodeProblem::NotDigits => text.get("problem-security-code-not-digits"),
        SecurityCodeProblem::TooShort { digits, min } => {
            let message = text.message("problem-security-code-short").with("digits", digits);
            message.with("least", min).to_string()
        }
        SecurityCodeProblem::TooLong { max } => {
            text.message("problem-security-code-long").with("most", max).to_string()
        }
        SecurityCodeProblem::Run => text.get("problem-security-code-run"),
        SecurityCodeProblem::Repeats => text.get("problem-security-code-repeats"),
        SecurityCodeProblem::Mirrored => text.get("problem-security-code-mirrored"),
        SecurityCodeProblem::Keypad => text.get("problem-security-code-keypad"),
        SecurityCodeProblem::Date => text.get("problem-security-code-date"),
        SecurityCodeProblem::Personal(_) => text.get("problem-security-code-personal"),
        SecurityCodeProblem::Common => text.get("problem-security-code-common"),
    }
}

//! Every reason to refuse a form, in words that say what to do.

use domain::{
    enterprise_user_id::{MAX_CHARACTERS, MIN_CHARACTERS, UserIdProblem},
    otp::OtpProblem,
    password::{CrackTime, Likeness, PasswordProblem, Strength, Weakness},
    security_code::SecurityCodeProblem,
};
use text::{Message, Text};

use super::{Problem, Problems, ReportWrong};

/// The fields' `id`s, as the templates write them.
const CODE: &str = "code";
const USER_ID: &str = "user-id";
const PASSWORD: &str = "password";
const SECURITY_CODE: &str = "security-code";

impl Problems {
    /// The problems of one form, under one heading.
    #[must_use]
    pub fn in_form(text: Text, items: Vec<Problem>) -> Self {
        if items.is_empty() {
            return Self::none();
        }
        Self { heading: text.get("problem-title"), items, note: String::new() }
    }

    /// ID and password do not open the login, and nothing tells which of them is wrong.
    #[must_use]
    pub fn wrong_login(text: Text) -> Self {
        Self::one(
            text.get("problem-login-title"),
            USER_ID,
            text.get("problem-login"),
            text.get("problem-login-detail"),
        )
    }

    /// The existing credentials are not right, and nothing tells which of them is wrong.
    #[must_use]
    pub fn wrong_existing(text: Text) -> Self {
        Self::one(
            text.get("problem-existing-title"),
            "existing-login",
            text.get("problem-existing"),
            text.get("problem-login-detail"),
        )
    }

    /// So many are logging in that this one was not looked at; what was typed stands in the form.
    #[must_use]
    pub fn busy(text: Text, password_field_label: &str) -> Self {
        Self::one(
            text.get("problem-busy-title"),
            PASSWORD,
            text.message("problem-busy").with("field", password_field_label).to_string(),
            text.get("problem-busy-detail"),
        )
    }

    /// The digits are not those of the code with that tag; so many tries are left.
    #[must_use]
    pub fn wrong_code(text: Text, tag: &str, digits: u8, tries_left: u32) -> Self {
        Self::one(
            text.get("problem-code-title"),
            CODE,
            text.message("problem-code").with("digits", digits).with("tag", tag).to_string(),
            text.message("problem-code-detail").with("tag", tag).to_string(),
        )
        .with_note(text.message("problem-code-tries").with("left", tries_left).to_string())
    }

    /// What was typed cannot be a code at all; it cost no try.
    #[must_use]
    pub fn no_code(text: Text, problem: OtpProblem, tag: &str, digits: u8) -> Self {
        let detail = match problem {
            OtpProblem::Empty => text.get("problem-code-empty"),
            OtpProblem::NotDigits => text.get("problem-code-not-digits"),
            OtpProblem::WrongLength { expected } => {
                text.message("problem-code-length").with("digits", expected).to_string()
            }
        };
        let summary = text.message("problem-code").with("digits", digits).with("tag", tag).to_string();
        Self::one(text.get("problem-code-title"), CODE, summary, detail)
            .with_note(text.get("problem-code-free"))
    }
}

impl Problem {
    /// A field that is needed was left empty.
    #[must_use]
    pub fn empty(text: Text, field: &'static str, label: &str) -> Self {
        let summary = text.message("problem-empty").with("field", label).to_string();
        Self { field, summary, detail: text.get("problem-empty-detail") }
    }

    /// The name cannot be an Enterprise User ID.
    #[must_use]
    pub fn user_id(text: Text, problem: &UserIdProblem) -> Self {
        let said = |character: char| character.to_string();
        let detail = match problem {
            UserIdProblem::Empty => text.message("problem-user-id-empty"),
            UserIdProblem::TooShort { characters } => text
                .message("problem-user-id-short")
                .with("characters", *characters)
                .with("least", MIN_CHARACTERS),
            UserIdProblem::TooLong => text.message("problem-user-id-long").with("most", MAX_CHARACTERS),
            UserIdProblem::Character { character } => {
                text.message("problem-user-id-character").with("character", said(*character))
            }
            UserIdProblem::Edge { character } => {
                text.message("problem-user-id-edge").with("character", said(*character))
            }
            UserIdProblem::Doubled => text.message("problem-user-id-doubled"),
            UserIdProblem::NoLetter => text.message("problem-user-id-no-letter"),
            UserIdProblem::MixedScripts => text.message("problem-user-id-scripts"),
            UserIdProblem::Direction => text.message("problem-user-id-direction"),
            UserIdProblem::Reserved { word } => text.message("problem-user-id-reserved").with("word", *word),
        };
        Self { field: USER_ID, summary: text.get("problem-user-id"), detail: detail.to_string() }
    }

    /// Somebody has that ID, or one that looks like it.
    #[must_use]
    pub fn user_id_taken(text: Text, user_id: &str) -> Self {
        let detail = text.message("problem-user-id-taken").with("name", user_id).to_string();
        Self { field: USER_ID, summary: text.get("problem-user-id"), detail }
    }

    /// The password is refused.
    #[must_use]
    pub fn password(text: Text, problem: &PasswordProblem) -> Self {
        let detail = match problem {
            PasswordProblem::TooShort { characters, min } => {
                text.message("problem-password-short").with("characters", *characters).with("least", *min)
            }
            PasswordProblem::TooLong { max } => text.message("problem-password-long").with("most", *max),
            PasswordProblem::ControlCharacter => text.message("problem-password-control"),
            PasswordProblem::Common(Likeness::Same) => text.message("problem-password-common"),
            PasswordProblem::Common(Likeness::Decorated) => text.message("problem-password-decorated"),
            PasswordProblem::Personal => text.message("problem-password-personal"),
            PasswordProblem::Weak { weakness, .. } => text.message(weak(*weakness)),
        };
        Self { field: PASSWORD, summary: text.get("problem-password"), detail: detail.to_string() }
    }

    /// The security code is refused.
    #[must_use]
    pub fn security_code(text: Text, problem: &SecurityCodeProblem) -> Self {
        let detail: Message<'_> = match problem {
            SecurityCodeProblem::Empty => text.message("problem-security-code-empty"),
            SecurityCodeProblem::NotDigits => text.message("problem-security-code-not-digits"),
            SecurityCodeProblem::TooShort { digits, min } => {
                text.message("problem-security-code-short").with("digits", *digits).with("least", *min)
            }
            SecurityCodeProblem::TooLong { max } => {
                text.message("problem-security-code-long").with("most", *max)
            }
            SecurityCodeProblem::Run => text.message("problem-security-code-run"),
            SecurityCodeProblem::Repeats => text.message("problem-security-code-repeats"),
            SecurityCodeProblem::Mirrored => text.message("problem-security-code-mirrored"),
            SecurityCodeProblem::Keypad => text.message("problem-security-code-keypad"),
            SecurityCodeProblem::Date => text.message("problem-security-code-date"),
            SecurityCodeProblem::Personal(_) => text.message("problem-security-code-personal"),
            SecurityCodeProblem::Common => text.message("problem-security-code-common"),
        };
        Self { field: SECURITY_CODE, summary: text.get("problem-security-code"), detail: detail.to_string() }
    }

    /// "What is wrong?" was sent without a tick.
    #[must_use]
    pub fn nothing_ticked(text: Text) -> Self {
        let detail = text.get("problem-nothing-ticked-detail");
        Self { field: "wrong-name", summary: text.get("problem-nothing-ticked"), detail }
    }

    /// The message to the servicing team is longer than [`ReportWrong::LONGEST`].
    #[must_use]
    pub fn message_too_long(text: Text, characters: usize) -> Self {
        let detail = text
            .message("problem-message-long")
            .with("characters", characters)
            .with("most", ReportWrong::LONGEST);
        Self { field: "message", summary: text.get("problem-message"), detail: detail.to_string() }
    }
}

/// "“amara.okafor” is free."
#[must_use]
pub fn user_id_free(text: Text, user_id: &str) -> String {
    text.message("problem-user-id-free").with("name", user_id).to_string()
}

/// How strong a password is, in a sentence.
#[must_use]
pub fn strength_words(text: Text, strength: Strength) -> String {
    let how = match strength.score {
        0 | 1 => "problem-strength-weak",
        2 => "problem-strength-fair",
        3 => "problem-strength-strong",
        _ => "problem-strength-very-strong",
    };
    let time = match strength.crack_time {
        CrackTime::Seconds => "problem-strength-seconds",
        CrackTime::Minutes => "problem-strength-minutes",
        CrackTime::Hours => "problem-strength-hours",
        CrackTime::Days => "problem-strength-days",
        CrackTime::Months => "problem-strength-months",
        CrackTime::Years => "problem-strength-years",
        CrackTime::Centuries => "problem-strength-centuries",
    };
    text.message(how).with("time", text.message(time)).to_string()
}

const fn weak(weakness: Option<Weakness>) -> &'static str {
    match weakness {
        Some(Weakness::Keyboard) => "problem-password-keyboard",
        Some(Weakness::Repeats) => "problem-password-repeats",
        Some(Weakness::Sequence) => "problem-password-sequence",
        Some(Weakness::Date) => "problem-password-date",
        Some(Weakness::Name) => "problem-password-name",
        Some(Weakness::Common) => "problem-password-decorated",
        Some(Weakness::SingleWord) => "problem-password-word",
        None => "problem-password-weak",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_and_says_what_to_do() {
        let text = Text::default();
        let strength = Strength { score: 1, crack_time: CrackTime::Minutes };
        let user_ids = [
            UserIdProblem::Empty,
            UserIdProblem::TooShort { characters: 3 },
            UserIdProblem::TooLong,
            UserIdProblem::Character { character: '@' },
            UserIdProblem::Edge { character: '.' },
            UserIdProblem::Doubled,
            UserIdProblem::NoLetter,
            UserIdProblem::MixedScripts,
            UserIdProblem::Direction,
            UserIdProblem::Reserved { word: "admin" },
        ];
        let weaknesses = [
            None,
            Some(Weakness::Keyboard),
            Some(Weakness::Repeats),
            Some(Weakness::Sequence),
            Some(Weakness::Date),
            Some(Weakness::Name),
            Some(Weakness::Common),
            Some(Weakness::SingleWord),
        ];
        let weak = weaknesses.map(|weakness| PasswordProblem::Weak { strength, weakness });
        let passwords = [
            PasswordProblem::TooShort { characters: 1, min: 12 },
            PasswordProblem::TooLong { max: 256 },
            PasswordProblem::ControlCharacter,
            PasswordProblem::Common(Likeness::Same),
            PasswordProblem::Personal,
        ];
        let problems = (user_ids.iter().map(|problem| Problem::user_id(text, problem)))
            .chain(weak.iter().chain(&passwords).map(|problem| Problem::password(text, problem)));
        let mut details: Vec<_> = problems.map(|problem| problem.detail).collect();
        let count = details.len();
        details.sort();
        details.dedup();
        assert_eq!(details.len(), count, "two reasons say the same");
    }

    #[test]
    fn the_last_try_is_told_as_such() {
        let note = |left| Problems::wrong_code(Text::default(), "K3", 6, left).note;
        assert_eq!(note(3), "You have 3 more tries with this code. After that you will need a new one.");
        assert_eq!(note(1), "You have 1 more try with this code. After that you will need a new one.");
    }

    #[test]
    fn strength_is_one_sentence() {
        let words = |score, crack_time| strength_words(Text::default(), Strength { score, crack_time });
        assert_eq!(words(4, CrackTime::Centuries), "Very strong. It would take centuries to guess.");
        assert_eq!(words(0, CrackTime::Seconds), "Weak. It would take seconds to guess.");
    }

    #[test]
    fn a_form_without_problems_has_no_summary() {
        assert!(!Problems::in_form(Text::default(), vec![]).any());
    }
}

//! "This is wrong": what the form sends, for everybody who may say so.

use app::report_wrong_details::Outcome;
use serde::Deserialize;
use text::Text;

use crate::view::{Problems, ReportWrong};

/// What the report sends.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// "My name" was ticked.
    #[serde(default)]
    pub name_wrong: Option<String>,
    /// "My e-mail address" was ticked.
    #[serde(default)]
    pub email_wrong: Option<String>,
    /// "These are not my details" was ticked.
    #[serde(default)]
    pub not_mine: Option<String>,
    /// What was written.
    #[serde(default)]
    pub message: String,
}

impl Report {
    /// Whether the message is longer than the page allows.
    pub fn is_too_long(&self) -> bool {
        self.message.chars().nth(ReportWrong::LONGEST).is_some()
    }

    /// What the servicing team reads: stable words for what was ticked, then the message.
    pub fn said(&self) -> String {
        let ticks = [
            (self.name_wrong.is_some(), "name"),
            (self.email_wrong.is_some(), "email"),
            (self.not_mine.is_some(), "not_mine"),
        ];
        let ticked: Vec<_> = ticks.into_iter().filter_map(|(ticked, what)| ticked.then_some(what)).collect();
        let message = self.message.trim();
        if ticked.is_empty() { message.to_owned() } else { format!("[{}] {message}", ticked.join(", ")) }
    }
}

/// What to mend in it.
pub(super) fn report_problems(text: Text, outcome: &Outcome) -> Problems {
    if *outcome == Outcome::Empty {
        let words = text.get("problem-report-empty");
        return Problems::one(text.get("problem-report-empty-title"), "wrong-name", words.clone(), words);
    }
    let words = text.message("problem-report-long").with("most", ReportWrong::LONGEST).to_string();
    Problems::one(text.get("problem-report-long-title"), "message", words.clone(), words)
}

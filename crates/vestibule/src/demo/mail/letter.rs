//! One mail that arrived, and what a visitor or a test wants to know of it.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::time::Timestamp;
use mail_parser::{Address, Message, MessageParser, PartType};

/// Characters of the line that a list shows below a subject.
const LINE_CHARS: usize = 90;

/// The number of a mail, in order of arrival, never reused.
pub type MailId = u64;

/// Who sent a mail to whom, as said in the SMTP dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The reverse path; empty for a bounce.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
}

/// One mail, parsed.
#[derive(Debug)]
pub struct Mail {
    /// Its number.
    pub id: MailId,
    /// Who sent it to whom, by the SMTP dialogue.
    pub envelope: Envelope,
    /// The sender's name, or address when there is none, by the mail itself.
    pub sender_name: String,
    /// The sender's address by the mail itself.
    pub sender: String,
    /// The subject; empty when there is none.
    pub subject: String,
    /// The plain text, made from the HTML when the mail brings none.
    pub text: String,
    /// The HTML, when the mail brings one.
    pub html: Option<String>,
    /// The first code of 6 to 10 digits that stands on a line of its own, as it is written there.
    pub code: Option<String>,
    /// When it arrived, by the demo's clock.
    pub arrived: Timestamp,
    /// What came over the wire.
    pub raw: Vec<u8>,
    read: AtomicBool,
}

impl Mail {
    /// Whether nobody opened it yet.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        !self.read.load(Ordering::Relaxed)
    }

    /// Marks it as opened.
    pub fn mark_read(&self) {
        self.read.store(true, Ordering::Relaxed);
    }

    /// Whether `address` is among its recipients; upper and lower case are the same.
    #[must_use]
    pub fn is_to(&self, address: &str) -> bool {
        self.envelope.to.iter().any(|to| same_address(to, address))
    }

    /// The first line of the text that is not the code, shortened.
    #[must_use]
    pub fn line(&self) -> String {
        let lines = self.text.lines().map(str::trim);
        let line =
            lines.filter(|line| !line.is_empty()).find(|line| code_in(line).is_none()).unwrap_or_default();
        if line.chars().count() <= LINE_CHARS {
            return line.to_owned();
        }
        line.chars().take(LINE_CHARS - 1).chain(['…']).collect()
    }

    /// The links of the text, in order.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.text
            .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
    }
}

fn same_address(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}

/// Reads what came over the wire; rubbish becomes a mail without subject or text.
pub(super) fn parse(id: MailId, envelope: Envelope, raw: Vec<u8>, arrived: Timestamp) -> Mail {
    let content = MessageParser::default().parse(&raw).map(|message| read(&message)).unwrap_or_default();
    let Content { author, subject, text, html } = content;
    let (name, sender) = author.unwrap_or_else(|| (None, envelope.from.clone()));
    let code = text.lines().find_map(code_in).map(str::to_owned);
    let sender_name = name.unwrap_or_else(|| sender.clone());
    let read = AtomicBool::new(false);
    Mail { id, envelope, sender_name, sender, subject, text, html, code, arrived, raw, read }
}

#[derive(Default)]
struct Content {
    author: Option<(Option<String>, String)>,
    subject: String,
    text: String,
    html: Option<String>,
}

fn read(message: &Message<'_>) -> Content {
    let html = message.html_part(0).and_then(|part| match &part.body {
        PartType::Html(html) => Some(html.clone().into_owned()),
        _ => None,
    });
    Content {
        author: author(message.from()),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        html,
    }
}

fn author(from: Option<&Address<'_>>) -> Option<(Option<String>, String)> {
    let author = from?.first()?;
    let address = author.address()?.to_owned();
    Some((author.name().filter(|name| !name.trim().is_empty()).map(str::to_owned), address))
}

/// A line that holds nothing but 6 to 10 digits, in groups or not.
fn code_in(line: &str) -> Option<&str> {
    let line = line.trim();
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let only = line.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '\u{a0}' | '\u{202f}'));
    (only && (6..=10).contains(&digits)).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_on_a_line_of_its_own_and_has_six_to_ten_digits() {
        assert_eq!(code_in("  481 730 "), Some("481 730"));
        assert_eq!(code_in("4817-301"), Some("4817-301"));
        assert_eq!(code_in("0123456789"), Some("0123456789"));
        for line in ["48173", "01234567890", "481 730 is your code", "", "+44 1632 960 142", "- -"] {
            assert_eq!(code_in(line), None, "{line}");
        }
    }
}

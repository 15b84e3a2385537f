//! The mails that arrived, newest last, in memory and bounded.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::time::{Clock, Timestamp};
use mail_parser::{Address, Message, MessageParser, PartType};
use tokio::sync::watch;

/// The largest mail that is taken, in bytes; told to clients by SIZE.
pub(super) const MAX_MAIL_BYTES: usize = 1024 * 1024;
/// How many mails are kept; the oldest make room.
const MAX_MAILS: usize = 500;
/// How many bytes of raw mail are kept in all.
const MAX_TOTAL_BYTES: usize = 32 * 1024 * 1024;
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

/// All mailboxes of the demo's mail server: every address has one.
pub struct Mailboxes {
    clock: Arc<dyn Clock>,
    shelf: Mutex<Shelf>,
    arrivals: watch::Sender<MailId>,
}

#[derive(Default)]
struct Shelf {
    last: MailId,
    bytes: usize,
    mails: VecDeque<Arc<Mail>>,
}

impl Mailboxes {
    /// Empty mailboxes; `clock` dates the arrivals.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, shelf: Mutex::default(), arrivals: watch::Sender::new(0) }
    }

    /// Takes a mail as it came over the wire; the oldest ones make room for it.
    pub fn deliver(&self, envelope: Envelope, raw: Vec<u8>) {
        let mut shelf = self.shelf();
        shelf.last += 1;
        let mail = parse(shelf.last, envelope, raw, self.clock.now());
        shelf.bytes += mail.raw.len();
        shelf.mails.push_back(Arc::new(mail));
        while shelf.mails.len() > MAX_MAILS || shelf.bytes > MAX_TOTAL_BYTES {
            let Some(oldest) = shelf.mails.pop_front() else { break };
            shelf.bytes -= oldest.raw.len();
        }
        self.arrivals.send_replace(shelf.last);
    }

    /// All mails, or those to one address; newest first.
    #[must_use]
    pub fn newest(&self, to: Option<&str>) -> Vec<Arc<Mail>> {
        let shelf = self.shelf();
        shelf.mails.iter().rev().filter(|mail| to.is_none_or(|to| mail.is_to(to))).cloned().collect()
    }

    /// One mail, while it is kept.
    #[must_use]
    pub fn find(&self, id: MailId) -> Option<Arc<Mail>> {
        self.shelf().mails.iter().find(|mail| mail.id == id).cloned()
    }

    /// The addresses that have mail, with how many of them nobody opened yet; in order of the alphabet.
    #[must_use]
    pub fn addresses(&self) -> BTreeMap<String, usize> {
        let mut addresses = BTreeMap::new();
        for mail in &self.shelf().mails {
            for to in &mail.envelope.to {
                *addresses.entry(to.to_lowercase()).or_default() += usize::from(mail.is_unread());
            }
        }
        addresses
    }

    /// Throws all mails away.
    pub fn clear(&self) {
        let mut shelf = self.shelf();
        shelf.mails.clear();
        shelf.bytes = 0;
        // The number goes on, so that pages which wait for a change see one.
        shelf.last += 1;
        self.arrivals.send_replace(shelf.last);
    }

    /// Tells of every change: arrivals and the throwing away.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<MailId> {
        self.arrivals.subscribe()
    }

    /// Nothing panics while the lock is held; a poisoned shelf would still be a whole one.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Mailboxes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailboxes").field("mails", &self.shelf().mails.len()).finish_non_exhaustive()
    }
}

fn same_address(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}

fn parse(id: MailId, envelope: Envelope, raw: Vec<u8>, arrived: Timestamp) -> Mail {
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

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp(1_795_003_200_000)
        }
    }

    fn boxes() -> Mailboxes {
        Mailboxes::new(Arc::new(Noon))
    }

    fn envelope(to: &str) -> Envelope {
        Envelope { from: "login@harbourcards.example".into(), to: vec![to.into()] }
    }

    #[test]
    fn a_code_stands_on_a_line_of_its_own_and_has_six_to_ten_digits() {
        assert_eq!(code_in("  481 730 "), Some("481 730"));
        assert_eq!(code_in("4817-301"), Some("4817-301"));
        assert_eq!(code_in("0123456789"), Some("0123456789"));
        for line in ["48173", "01234567890", "481 730 is your code", "", "+44 1632 960 142", "- -"] {
            assert_eq!(code_in(line), None, "{line}");
        }
    }

    #[test]
    fn a_mail_of_two_parts_is_read() {
        let raw = concat!(
            "From: =?utf-8?q?Harbour_R=C3=A9concile?= <login@harbourcards.example>\r\n",
            "To: Amara <amara.okafor@northgate-shipping.example>\r\n",
            "Subject: 481 730 is your login code (K3)\r\nMIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n481 730\r\n\r\nis your code.\r\n",
            "Not you? http://localhost:8080/not-me?t=1\r\n",
            "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>481 730</p>\r\n--b--\r\n"
        );
        let boxes = boxes();
        boxes.deliver(envelope("Amara.Okafor@northgate-shipping.example"), raw.as_bytes().to_vec());
        let mail = &boxes.newest(Some("amara.okafor@northgate-shipping.example"))[0];
        assert_eq!(mail.sender_name, "Harbour Réconcile");
        assert_eq!(mail.subject, "481 730 is your login code (K3)");
        assert_eq!(mail.code.as_deref(), Some("481 730"));
        assert_eq!(mail.line(), "is your code.");
        assert_eq!(mail.html.as_deref().map(str::trim), Some("<p>481 730</p>"));
        assert_eq!(mail.links().collect::<Vec<_>>(), ["http://localhost:8080/not-me?t=1"]);
        assert!(boxes.newest(Some("someone@northgate-shipping.example")).is_empty());
    }

    #[test]
    fn unread_marks_go_when_a_mail_is_opened() {
        let boxes = boxes();
        boxes.deliver(envelope("a@x.example"), b"Subject: one\r\n\r\nhello\r\n".to_vec());
        assert_eq!(boxes.addresses()["a@x.example"], 1);
        boxes.newest(None)[0].mark_read();
        assert_eq!(boxes.addresses()["a@x.example"], 0);
    }

    #[test]
    fn the_oldest_mails_make_room() {
        let boxes = boxes();
        for _ in 0..MAX_MAILS {
            boxes.deliver(envelope("a@x.example"), b"\r\nsmall\r\n".to_vec());
        }
        assert_eq!(boxes.newest(None).len(), MAX_MAILS);
        assert!(boxes.find(1).is_some());
        boxes.deliver(envelope("a@x.example"), b"\r\none more\r\n".to_vec());
        assert_eq!(boxes.newest(None).len(), MAX_MAILS);
        assert!(boxes.find(1).is_none());

        for _ in 0..=MAX_TOTAL_BYTES / MAX_MAIL_BYTES {
            boxes.deliver(envelope("a@x.example"), vec![b'x'; MAX_MAIL_BYTES]);
        }
        assert_eq!(boxes.newest(None).len(), MAX_TOTAL_BYTES / MAX_MAIL_BYTES);
    }

    #[test]
    fn throwing_all_away_is_a_change_to_watch_for() {
        let boxes = boxes();
        boxes.deliver(envelope("a@x.example"), b"\r\nhello\r\n".to_vec());
        let mut watch = boxes.watch();
        watch.mark_unchanged();
        boxes.clear();
        assert!(watch.has_changed().unwrap_or(false));
        assert!(boxes.newest(None).is_empty());
    }

    #[test]
    fn rubbish_is_kept_as_rubbish() {
        let boxes = boxes();
        boxes.deliver(envelope("a@x.example"), vec![0xff, 0xfe, 0, b'\r', b'\n', 0x80]);
        boxes.deliver(envelope("a@x.example"), Vec::new());
        assert_eq!(boxes.newest(None).len(), 2);
        assert_eq!(boxes.newest(None)[0].sender, "login@harbourcards.example");
    }
}

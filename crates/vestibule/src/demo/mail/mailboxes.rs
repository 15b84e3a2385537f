//! The mails that arrived, newest last, in memory and bounded.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::time::Clock;
use tokio::sync::watch;

use super::letter::{Envelope, Mail, MailId, parse};

/// The largest mail that is taken, in bytes; told to clients by SIZE.
pub(super) const MAX_MAIL_BYTES: usize = 1024 * 1024;
/// How many mails are kept; the oldest make room.
const MAX_MAILS: usize = 500;
/// How many bytes of raw mail are kept in all.
const MAX_TOTAL_BYTES: usize = 32 * 1024 * 1024;

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

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

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

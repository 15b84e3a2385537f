//! Delivery reports that come back (RFC 3464, in the multipart/report of RFC 6522): which of our mails, and what happened.
//!
//! A report comes from outside and may be forged: it says something only about a mail whose identifier it carries, and
//! whoever asks decides whether that mail was ours and went to the address that the report names.

use domain::id::MessageId;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Longer reports are not read, in bytes. Our mails have less than 40 000, and a report holds one at most.
pub const LONGEST_REPORT: usize = 1024 * 1024;
/// More recipients are not read: each of our mails has one.
const MOST_RECIPIENTS: usize = 50;
/// A longer status is none.
const LONGEST_STATUS: usize = 16;

/// What a mail server reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The mail that it is about, if the report returns its headers and they are of our form.
    pub message: Option<MessageId>,
    /// What became of each recipient.
    pub recipients: Vec<Recipient>,
}

/// What became of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address that the mail was sent to.
    pub address: String,
    /// What the server did.
    pub action: Action,
    /// RFC 3463, such as `5.1.1`.
    pub status: String,
}

/// RFC 3464, 2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// It has not arrived yet, and is tried again.
    Delayed,
    /// It arrived, or was passed on.
    Delivered,
}

impl Recipient {
    /// Whether the address takes no mail, now and later: the report is final, and so is its status (RFC 3463, 3.1).
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.action == Action::Failed && self.status.starts_with("5.")
    }
}

/// Why something is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// Nothing that long is one.
    #[error("the report is longer than {LONGEST_REPORT} bytes")]
    TooLong,
    /// There is no mail in it.
    #[error("this is no mail")]
    NoMail,
    /// It is a mail of another kind: an out-of-office answer, a letter.
    #[error("this mail is no delivery report (RFC 3464): it has no part message/delivery-status")]
    OtherMail,
    /// Nobody is named in it.
    #[error("the delivery report names no recipient")]
    Nobody,
}

/// Reads a report. Never works longer than its length allows.
///
/// # Errors
/// [`NotAReport`].
pub fn parse_report(bytes: &[u8]) -> Result<Report, NotAReport> {
    if bytes.len() > LONGEST_REPORT {
        return Err(NotAReport::TooLong);
    }
    let mail = MessageParser::default().parse(bytes).ok_or(NotAReport::NoMail)?;
    let status = part(&mail, "message", &["delivery-status", "global-delivery-status"]);
    let status = String::from_utf8_lossy(status.ok_or(NotAReport::OtherMail)?.contents()).into_owned();
    let recipients = recipients(&status);
    if recipients.is_empty() {
        return Err(NotAReport::Nobody);
    }
    Ok(Report { message: returned_id(&mail).as_deref().and_then(our_id), recipients })
}

fn part<'m>(mail: &'m Message<'_>, kind: &str, subtypes: &[&str]) -> Option<&'m MessagePart<'m>> {
    mail.parts.iter().find(|part| {
        let Some(found) = part.content_type() else { return false };
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind)
            && subtypes.iter().any(|wanted| wanted.eq_ignore_ascii_case(subtype))
    })
}

/// The identifier of the mail that came back, whole or only its headers.
fn returned_id(mail: &Message<'_>) -> Option<String> {
    let whole = mail.parts.iter().find_map(|part| match &part.body {
        PartType::Message(returned) => returned.message_id().map(str::to_owned),
        _ => None,
    });
    whole.or_else(|| {
        let headers = part(mail, "text", &["rfc822-headers"])
            .or_else(|| part(mail, "message", &["global-headers", "rfc822", "global"]))?;
        let returned = MessageParser::default().parse_headers(headers.contents())?;
        returned.message_id().map(str::to_owned)
    })
}

/// Our Message-IDs are `<identifier@sender's domain>`.
fn our_id(id: &str) -> Option<MessageId> {
    let (local, _) = id.trim_matches(['<', '>', ' ']).split_once('@')?;
    // The hyphenated form alone, as it was sent.
    (local.len() == 36).then(|| local.parse().ok()).flatten()
}

/// The groups of fields after the first, which is about the report itself.
fn recipients(status: &str) -> Vec<Recipient> {
    let unfolded = status.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let groups = unfolded.split("\n\n").filter(|group| !group.trim().is_empty());
    groups.filter_map(recipient).take(MOST_RECIPIENTS).collect()
}

fn recipient(group: &str) -> Option<Recipient> {
    let field = |wanted: &str| {
        group.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let address = field("Original-Recipient").or_else(|| field("Final-Recipient"))?;
    // "rfc822; name@company.example", perhaps with a comment after it.
    let address = address.split_once(';').map_or(address, |(_, address)| address).trim();
    let status = field("Status")?.split([' ', '(']).next()?;
    let numbers = status.split('.').collect::<Vec<_>>();
    let is_status = status.len() <= LONGEST_STATUS
        && numbers.len() == 3
        && numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    let action = match field("Action")?.to_ascii_lowercase().as_str() {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" | "relayed" | "expanded" => Action::Delivered,
        _ => return None,
    };
    is_status.then(|| Recipient { address: address.to_owned(), action, status: status.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0199a000-0000-7000-8000-000000000001";

    /// As Postfix writes it; `returned` is the part with our mail.
    fn postfix(action: &str, status: &str, returned: &str) -> String {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@relay.example\r\nTo: login@harbourcards.example\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"4AB.171/relay.example\"\r\n\r\n\
             --4AB.171/relay.example\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI am sorry.\r\n\r\n\
             --4AB.171/relay.example\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; relay.example\r\nArrival-Date: Tue, 17 Nov 2026 10:42:00 +0100\r\n\r\n\
             Final-Recipient: rfc822; amara@northgate.example\r\n\
             Original-Recipient: rfc822;Amara@northgate.example\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 <amara@northgate.example>: Recipient address\r\n    rejected: unknown\r\n\r\n\
             --4AB.171/relay.example\r\n{returned}\r\n\r\n--4AB.171/relay.example--\r\n"
        )
    }

    fn whole() -> String {
        format!(
            "Content-Description: Undelivered Message\r\nContent-Type: message/rfc822\r\n\r\n\
             From: login@harbourcards.example\r\nMessage-ID: <{ID}@harbourcards.example>\r\nSubject: x\r\n\r\nbody"
        )
    }

    #[test]
    fn a_report_of_postfix_is_read() {
        let report = parse_report(postfix("failed", "5.1.1", &whole()).as_bytes()).unwrap();
        assert_eq!(report.message.unwrap().to_string(), ID);
        let [only] = &report.recipients[..] else { panic!("{report:?}") };
        assert_eq!((only.address.as_str(), only.status.as_str()), ("Amara@northgate.example", "5.1.1"));
        assert!(only.is_permanent());
    }

    #[test]
    fn headers_alone_are_enough() {
        for kind in ["text/rfc822-headers", "message/rfc822", "message/global-headers"] {
            let returned =
                format!("Content-Type: {kind}\r\n\r\nMessage-Id:\r\n <{ID}@harbourcards.example>\r\n");
            let report = parse_report(postfix("failed", "5.0.0", &returned).as_bytes()).unwrap();
            assert_eq!(report.message.map(|id| id.to_string()).as_deref(), Some(ID), "{kind}");
        }
    }

    #[test]
    fn only_a_final_five_is_permanent() {
        let permanent = |action: &str, status: &str| {
            parse_report(postfix(action, status, &whole()).as_bytes()).unwrap().recipients[0].is_permanent()
        };
        assert!(permanent("failed", "5.7.1 (refused)") && permanent("Failed", "5.2.1"));
        assert!(
            !permanent("failed", "4.4.7")
                && !permanent("delayed", "5.0.0")
                && !permanent("delivered", "2.0.0")
        );
    }

    #[test]
    fn foreign_identifiers_are_not_ours() {
        for id in ["<abc@x.example>", "<0199a00000007000800000000000 0001@x.example>", "", "<@>"] {
            let returned = format!("Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n");
            let report = parse_report(postfix("failed", "5.1.1", &returned).as_bytes()).unwrap();
            assert_eq!(report.message, None, "{id}");
        }
        let silent = "Content-Type: text/plain\r\n\r\nnothing was returned";
        assert_eq!(parse_report(postfix("failed", "5.1.1", silent).as_bytes()).unwrap().message, None);
    }

    #[test]
    fn what_is_no_report_is_named() {
        assert_eq!(parse_report(b""), Err(NotAReport::NoMail));
        let letter = b"From: a@b.example\r\nSubject: out of office\r\n\r\nI am away.";
        assert_eq!(parse_report(letter), Err(NotAReport::OtherMail));
        for (action, status) in [("failed", "five"), ("failed", "5.1"), ("perhaps", "5.1.1"), ("failed", "")]
        {
            let report = postfix(action, status, &whole());
            assert_eq!(parse_report(report.as_bytes()), Err(NotAReport::Nobody), "{action} {status}");
        }
    }

    #[test]
    fn the_longest_report_is_read_and_one_byte_more_is_not() {
        let mut report = postfix("failed", "5.1.1", &whole()).into_bytes();
        report.resize(LONGEST_REPORT, b'x');
        assert!(parse_report(&report).is_ok());
        report.push(b'x');
        assert_eq!(parse_report(&report), Err(NotAReport::TooLong));
    }

    #[test]
    fn a_flood_of_recipients_is_cut() {
        let group = "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n";
        let status = format!("Reporting-MTA: dns; x\r\n\r\n{}", group.repeat(MOST_RECIPIENTS + 10));
        assert_eq!(recipients(&status).len(), MOST_RECIPIENTS);
    }
}

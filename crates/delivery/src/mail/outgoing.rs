//! The finished mail: headers, both parts, and the envelope. The same letter always gives the same bytes.

use std::{fmt, time::Duration};

use domain::{id::MessageId, time::Timestamp};
use lettre::{
    Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::{Brand, LetterProblem, plain::plain, sheet, sheet::Sheet, style::Style};

/// A mail that is ready to be handed over. `Debug` shows its Message-ID only.
#[derive(Clone)]
pub struct OutgoingMail {
    subject: String,
    plain: String,
    html: String,
    message_id: String,
    envelope: Envelope,
    content: Vec<u8>,
}

impl OutgoingMail {
    pub(super) fn new(
        sheet: &Sheet,
        brand: &Brand,
        to: Mailbox,
        id: MessageId,
        written_at: Timestamp,
    ) -> Result<Self, LetterProblem> {
        let (plain, html) = (plain(sheet), sheet::html(sheet, Style::new(brand))?);
        let message_id = format!("<{id}@{}>", brand.sender.address().domain());
        // lettre draws the boundary at random, which would make each attempt another mail. `=_` cannot occur in
        // quoted-printable (RFC 2045, 6.7), so no words inside a part can end it.
        let parts = MultiPart::alternative()
            .boundary(format!("=_{}", id.0.simple()))
            .singlepart(part(ContentType::TEXT_PLAIN, plain.clone()))
            .singlepart(part(ContentType::TEXT_HTML, html.clone()));
        let builder = Message::builder()
            .from(brand.sender.mailbox().clone())
            .to(to)
            .subject(sheet.subject.clone())
            .date(
                std::time::SystemTime::UNIX_EPOCH
                    + Duration::from_millis(u64::try_from(written_at.0).unwrap_or(0)),
            )
            .message_id(Some(message_id.clone()))
            // RFC 3834, and the same for mail servers that do not read it: no out-of-office answers.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
            .raw_header(header("Content-Language", sheet.language.tag));
        let builder = match &sheet.unsubscribe {
            // RFC 2369 and RFC 8058: the mail program's own button, pressed without opening the page.
            Some(link) => builder
                .raw_header(header("List-Unsubscribe", &format!("<{link}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")),
            None => builder,
        };
        let message = builder.multipart(parts).map_err(|_| LetterProblem::Assembly)?;
        let mut content = message.formatted();
        // The protocol's end mark brings its own line break.
        if content.ends_with(b"\r\n") {
            content.truncate(content.len() - 2);
        }
        Ok(Self {
            subject: sheet.subject.clone(),
            plain,
            html,
            message_id,
            envelope: message.envelope().clone(),
            content,
        })
    }

    /// The subject as it is read.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain-text part.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.plain
    }

    /// The HTML part.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The `Message-ID`, with its angle brackets; the same at every attempt.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// Headers and body in the form of RFC 5322: ASCII, lines ended by CR LF, not dot-stuffed.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    pub(crate) fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

impl fmt::Debug for OutgoingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingMail").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

fn part(kind: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

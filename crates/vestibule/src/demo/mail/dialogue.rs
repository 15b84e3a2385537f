//! One client's SMTP dialogue (RFC 5321, with PIPELINING, SIZE, 8BITMIME and SMTPUTF8).

use std::{io, time::Duration};

use smtp_proto::{Error, MAIL_BODY_BINARYMIME, MAIL_SMTPUTF8, MailFrom, RcptTo, Request};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    sync::watch,
};

use super::{Envelope, Mailboxes, Mood, mailboxes::MAX_MAIL_BYTES};

/// RFC 5321 4.5.3.1.4 asks for 512 octets; SMTPUTF8 and parameters make them longer.
const MAX_COMMAND_BYTES: usize = 2048;
/// RFC 5321 4.5.3.1.8: the least that a server has to accept.
const MAX_RECIPIENTS: usize = 100;
/// RFC 5321 4.5.3.2.7.
const IDLE: Duration = Duration::from_secs(300);
/// After so many commands that make no sense the client is taken for a lost one.
const MAX_MISTAKES: u32 = 20;

/// Talks until the client quits, is lost, or is silent for five minutes.
///
/// # Errors
/// When the connection fails.
pub(super) async fn converse<S>(
    stream: &mut S,
    mood: &watch::Receiver<Mood>,
    mailboxes: &Mailboxes,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut wire = Wire { stream: BufReader::new(stream), answers: Vec::new() };
    let mut session = Session::default();
    wire.answer("220 localhost ESMTP, mail of the demo stays on this machine");
    let mut line = Vec::with_capacity(128);
    loop {
        let ending = wire.read_line(&mut line, MAX_COMMAND_BYTES).await?;
        let next = match ending {
            Ending::Lost => return wire.flush().await,
            Ending::Silent => {
                wire.answer("421 4.4.2 Silent for too long, closing");
                return wire.flush().await;
            }
            Ending::Line { cut: true, .. } => session.mistake("500 5.5.6 Line too long"),
            Ending::Line { cut: false, .. } => session.hear(&line, *mood.borrow()),
        };
        match next {
            Next::Answer(answer) => wire.answer(answer),
            Next::Text => {
                wire.answer("354 Go on, end with a line that holds only a dot");
                let text = wire.read_text().await?;
                let answer = session.finish(text, mailboxes);
                wire.answer(answer);
            }
            Next::Close(answer) => {
                wire.answer(answer);
                return wire.flush().await;
            }
        }
    }
}

enum Next {
    Answer(&'static str),
    Text,
    Close(&'static str),
}

/// What the client said so far.
#[derive(Default)]
struct Session {
    greeted: bool,
    from: Option<String>,
    utf8: bool,
    to: Vec<String>,
    mistakes: u32,
}

impl Session {
    fn hear(&mut self, line: &[u8], mood: Mood) -> Next {
        let request = match Request::parse(&mut line.iter()) {
            Ok(request) => request,
            Err(error) => return self.mistake(complaint(&error)),
        };
        match request {
            Request::Ehlo { .. } => {
                self.reset();
                self.greeted = true;
                Next::Answer(concat!(
                    "250-localhost\r\n250-PIPELINING\r\n250-SIZE 1048576\r\n250-8BITMIME\r\n",
                    "250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8"
                ))
            }
            Request::Helo { .. } => {
                self.reset();
                self.greeted = true;
                Next::Answer("250 localhost")
            }
            Request::Mail { from } => self.open(&from),
            Request::Rcpt { to } => self.add(&to, mood),
            Request::Data if self.to.is_empty() => self.mistake("503 5.5.1 Name a recipient first (RCPT TO)"),
            Request::Data => Next::Text,
            Request::Rset => {
                self.reset();
                Next::Answer("250 2.0.0 Forgotten")
            }
            Request::Noop { .. } => Next::Answer("250 2.0.0 Still here"),
            Request::Vrfy { .. } => Next::Answer("252 2.5.2 Every mailbox exists here, send the mail"),
            Request::Help { .. } => Next::Answer("214 2.0.0 EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT"),
            Request::Quit => Next::Close("221 2.0.0 Goodbye"),
            Request::StartTls
            | Request::Auth { .. }
            | Request::Lhlo { .. }
            | Request::Bdat { .. }
            | Request::Burl { .. }
            | Request::Expn { .. }
            | Request::Etrn { .. }
            | Request::Atrn { .. } => self.mistake("502 5.5.1 Not offered here"),
        }
    }

    fn open<T: AsRef<str>>(&mut self, from: &MailFrom<T>) -> Next {
        let address = from.address.as_ref();
        if !self.greeted {
            return self.mistake("503 5.5.1 Say EHLO first");
        }
        if self.from.is_some() {
            return self.mistake("503 5.5.1 There is a sender already, finish or RSET");
        }
        if from.size > MAX_MAIL_BYTES {
            return Next::Answer("552 5.3.4 The mail is larger than 1 MiB");
        }
        if from.flags & MAIL_BODY_BINARYMIME != 0 {
            return self.mistake("555 5.5.4 BINARYMIME is not offered here");
        }
        let utf8 = from.flags & MAIL_SMTPUTF8 != 0;
        if !utf8 && !address.is_ascii() {
            return Next::Answer("550 5.6.7 This address needs SMTPUTF8");
        }
        self.utf8 = utf8;
        self.from = Some(address.to_owned());
        Next::Answer("250 2.1.0 Sender noted")
    }

    fn add<T: AsRef<str>>(&mut self, to: &RcptTo<T>, mood: Mood) -> Next {
        let address = to.address.as_ref();
        if self.from.is_none() {
            return self.mistake("503 5.5.1 Name the sender first (MAIL FROM)");
        }
        if !self.utf8 && !address.is_ascii() {
            return Next::Answer("553 5.6.7 This address needs SMTPUTF8");
        }
        if self.to.len() >= MAX_RECIPIENTS {
            return Next::Answer("452 4.5.3 Too many recipients, send the rest in another mail");
        }
        match mood {
            Mood::Deferring => Next::Answer("451 4.3.0 Told to take no mail now, try again later"),
            Mood::Refusing => Next::Answer("550 5.1.1 Told to refuse every mailbox"),
            Mood::Running | Mood::Stopped => {
                self.to.push(address.to_owned());
                Next::Answer("250 2.1.5 Recipient noted")
            }
        }
    }

    fn finish(&mut self, text: Text, mailboxes: &Mailboxes) -> &'static str {
        let envelope =
            Envelope { from: self.from.take().unwrap_or_default(), to: std::mem::take(&mut self.to) };
        self.reset();
        match text {
            Text::Whole(raw) => {
                mailboxes.deliver(envelope, raw);
                "250 2.0.0 In the inbox"
            }
            Text::TooLarge => "552 5.3.4 The mail is larger than 1 MiB",
            Text::Broken => "451 4.4.2 The mail broke off",
        }
    }

    fn mistake(&mut self, answer: &'static str) -> Next {
        self.mistakes += 1;
        if self.mistakes >= MAX_MISTAKES {
            return Next::Close("421 4.7.0 Too many commands that make no sense, closing");
        }
        Next::Answer(answer)
    }

    fn reset(&mut self) {
        self.from = None;
        self.utf8 = false;
        self.to.clear();
    }
}

fn complaint(error: &Error) -> &'static str {
    match error {
        Error::UnknownCommand => "500 5.5.1 Unknown command",
        Error::InvalidSenderAddress => "501 5.1.7 That is no sender's address",
        Error::InvalidRecipientAddress => "501 5.1.3 That is no recipient's address",
        Error::UnsupportedParameter { .. } => "555 5.5.4 Unknown parameter",
        Error::InvalidParameter { .. } => "501 5.5.4 That parameter is wrong",
        Error::NeedsMoreData { .. }
        | Error::SyntaxError { .. }
        | Error::ResponseTooLong
        | Error::InvalidResponse { .. } => "501 5.5.2 That command is written wrongly",
    }
}

enum Text {
    Whole(Vec<u8>),
    TooLarge,
    Broken,
}

enum Ending {
    /// A line; `cut` when its end did not fit, `crlf` when it ended as RFC 5321 asks.
    Line {
        cut: bool,
        crlf: bool,
    },
    Lost,
    Silent,
}

/// Bytes in and out. Answers are gathered while commands are waiting, as PIPELINING (RFC 2920) recommends.
struct Wire<'a, S> {
    stream: BufReader<&'a mut S>,
    answers: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<'_, S> {
    fn answer(&mut self, line: &str) {
        self.answers.extend_from_slice(line.as_bytes());
        self.answers.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        let answers = std::mem::take(&mut self.answers);
        self.stream.write_all(&answers).await?;
        self.stream.flush().await
    }

    /// Reads up to and with the next line feed; of a longer line only the first `limit` bytes are kept.
    async fn read_line(&mut self, line: &mut Vec<u8>, limit: usize) -> io::Result<Ending> {
        line.clear();
        let (mut cut, mut before) = (false, 0);
        loop {
            if self.stream.buffer().is_empty() {
                self.flush().await?;
            }
            let Ok(chunk) = tokio::time::timeout(IDLE, self.stream.fill_buf()).await else {
                return Ok(Ending::Silent);
            };
            let chunk = chunk?;
            if chunk.is_empty() {
                return Ok(Ending::Lost);
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = &chunk[..end.map_or(chunk.len(), |end| end + 1)];
            let kept = taken.len().min(limit.saturating_sub(line.len()));
            line.extend_from_slice(&taken[..kept]);
            cut |= kept < taken.len();
            let crlf = end.is_some_and(|end| end.checked_sub(1).map_or(before, |at| taken[at]) == b'\r');
            before = taken.last().copied().unwrap_or(before);
            let used = taken.len();
            self.stream.consume(used);
            if end.is_some() {
                return Ok(Ending::Line { cut, crlf });
            }
        }
    }

    /// Reads a mail and takes the dots away that its sender stuffed (RFC 5321 4.5.2). Only CR LF `.` CR LF ends it:
    /// a bare line feed must not, or a mail could smuggle another one behind it.
    async fn read_text(&mut self) -> io::Result<Text> {
        let (mut raw, mut line) = (Vec::new(), Vec::new());
        let (mut too_large, mut at_start) = (false, true);
        loop {
            let room = (MAX_MAIL_BYTES + 3).saturating_sub(raw.len()).max(3);
            let Ending::Line { cut, crlf } = self.read_line(&mut line, room).await? else {
                return Ok(Text::Broken);
            };
            if at_start && !cut && line == b".\r\n" {
                return Ok(if too_large { Text::TooLarge } else { Text::Whole(raw) });
            }
            let content = if at_start && line.first() == Some(&b'.') { &line[1..] } else { &line[..] };
            at_start = crlf;
            if too_large || cut || raw.len() + content.len() > MAX_MAIL_BYTES {
                too_large = true;
                raw = Vec::new();
            } else {
                raw.extend_from_slice(content);
            }
        }
    }
}

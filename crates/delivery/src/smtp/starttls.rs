//! The plain-text prelude of a STARTTLS connection (RFC 3207), with nothing carried over the border.
//!
//! Whatever a server sent before TLS may have been put there by someone on the path, so what is left in the buffer
//! when TLS begins ends the connection, and everything the server said before is forgotten.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{
    connect::within,
    failure::{Cause, Fault, Step, enhanced},
};

/// Longest line and most lines of one answer; RFC 5321, 4.5.3.1.5, allows 512 octets a line.
const LINE_LIMIT: u64 = 2_048;
const LINES_LIMIT: usize = 128;

/// Leads a fresh connection to the point where TLS begins.
pub(super) async fn negotiate(tcp: TcpStream, hello_name: &str, limit: Duration) -> Result<TcpStream, Fault> {
    let mut talk = BufReader::new(tcp);
    within(limit, Step::Greeting, listen(&mut talk, Step::Greeting)).await?;
    let hello = format!("EHLO {hello_name}\r\n");
    let offers = within(limit, Step::Greeting, ask(&mut talk, Step::Greeting, &hello)).await?;
    if !offers.iter().any(|offer| offer.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Err(Fault::new(Step::StartTls, Cause::Broken("not offered by the server")));
    }
    within(limit, Step::StartTls, ask(&mut talk, Step::StartTls, "STARTTLS\r\n")).await?;
    if !talk.buffer().is_empty() {
        return Err(Fault::new(Step::StartTls, Cause::Broken("something was sent ahead of TLS")));
    }
    Ok(talk.into_inner())
}

async fn ask(talk: &mut BufReader<TcpStream>, step: Step, command: &str) -> Result<Vec<String>, Fault> {
    talk.get_mut().write_all(command.as_bytes()).await.map_err(|error| Fault::io(step, &error))?;
    listen(talk, step).await
}

/// The texts of one positive answer, a line each.
async fn listen(talk: &mut BufReader<TcpStream>, step: Step) -> Result<Vec<String>, Fault> {
    let mut texts = Vec::new();
    while texts.len() < LINES_LIMIT {
        let mut line = Vec::new();
        let mut bounded = (&mut *talk).take(LINE_LIMIT);
        bounded.read_until(b'\n', &mut line).await.map_err(|error| Fault::io(step, &error))?;
        if line.is_empty() {
            return Err(Fault::new(step, Cause::Broken("connection closed")));
        }
        let (code, is_last, text) = parse(&line).ok_or(Fault::new(step, Cause::Broken("not SMTP")))?;
        if is_last && code >= 400 {
            return Err(Fault::new(step, Cause::Answer { code, enhanced: enhanced(&text) }));
        }
        texts.push(text);
        if is_last {
            return Ok(texts);
        }
    }
    Err(Fault::new(step, Cause::Broken("an answer without end")))
}

/// Code, whether it is the answer's last line, and text (RFC 5321, 4.2).
fn parse(line: &[u8]) -> Option<(u16, bool, String)> {
    let line = String::from_utf8_lossy(line.strip_suffix(b"\n")?);
    let line = line.trim_end_matches('\r');
    let code = line.get(..3)?.parse().ok().filter(|code| (200..=599).contains(code))?;
    let is_last = match line.as_bytes().get(3) {
        None | Some(b' ') => true,
        Some(b'-') => false,
        Some(_) => return None,
    };
    Some((code, is_last, line.get(4..).unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn answers_are_read_line_by_line() {
        assert_eq!(parse(b"250-SIZE 1000\r\n"), Some((250, false, "SIZE 1000".to_owned())));
        assert_eq!(parse(b"220 ready\r\n"), Some((220, true, "ready".to_owned())));
        assert_eq!(parse(b"220\n"), Some((220, true, String::new())));
        for line in [
            &b"220 no end"[..],
            b"abc x\r\n",
            b"22\r\n",
            b"199 x\r\n",
            b"600 x\r\n",
            b"220x\r\n",
            b"+20 x\r\n",
        ] {
            assert_eq!(parse(line), None, "{line:?}");
        }
    }
}

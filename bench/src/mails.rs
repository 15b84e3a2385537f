//! Mails handed to SMTP on one connection, against the same bytes in the shortest possible dialogue.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use delivery::{
    mail::{Brand, Code, Contact, Letter, Mail, OutgoingMail, Recipient, Sender},
    smtp::{Encryption, Smtp, SmtpConfig},
};
use domain::{id::MessageId, time::Timestamp};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{
    RUNS,
    report::{Aim, Line, median},
    sink::Sink,
};

/// Mails in one run.
const MAILS: u32 = 2_000;

const PATIENCE: Duration = Duration::from_secs(10);

/// Measures both sides.
///
/// # Errors
/// When a mail is not taken.
pub(crate) async fn measure() -> Result<Vec<Line>> {
    let sink = Sink::start().await?;
    let (mut bound, mut ours) = (Vec::new(), Vec::new());
    let size = content(&letter(0)?);
    for _ in 0..RUNS {
        bound.push(shortest_dialogue(sink.address(), &size).await?);
        ours.push(through_delivery(sink.address()).await?);
    }
    let name = "mails handed over on one connection".to_owned();
    let (bound, ours) = (Some(median(bound)), median(ours));
    Ok(vec![Line { name, unit: "mails/s", bound, ours, aim: Aim::AtLeast(1_000.0) }])
}

/// What the worker does for each mail: put it into words, hand it over.
async fn through_delivery(address: SocketAddr) -> Result<f64> {
    let mut config = SmtpConfig::new(address.ip().to_string(), address.port(), Encryption::None);
    config.max_connections = 1;
    let smtp = Smtp::new(config).context("the sink's address is refused")?;
    let began = Instant::now();
    for number in 0..MAILS {
        smtp.send(&letter(number)?, PATIENCE).await.context("the sink did not take a mail")?;
    }
    let rate = f64::from(MAILS) / began.elapsed().as_secs_f64();
    smtp.close().await;
    Ok(rate)
}

async fn shortest_dialogue(address: SocketAddr, content: &[u8]) -> Result<f64> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    await_answer(&mut stream, "220").await?;
    let began = Instant::now();
    for _ in 0..MAILS {
        for (line, answer) in [
            ("MAIL FROM:<a@b.example>\r\n", "250"),
            ("RCPT TO:<c@d.example>\r\n", "250"),
            ("DATA\r\n", "354"),
        ] {
            stream.write_all(line.as_bytes()).await?;
            await_answer(&mut stream, answer).await?;
        }
        stream.write_all(content).await?;
        await_answer(&mut stream, "250").await?;
    }
    Ok(f64::from(MAILS) / began.elapsed().as_secs_f64())
}

async fn await_answer(stream: &mut BufReader<TcpStream>, code: &str) -> Result<()> {
    let mut answer = String::new();
    stream.read_line(&mut answer).await?;
    ensure!(answer.starts_with(code), "the sink said {answer:?} instead of {code}");
    Ok(())
}

/// A login code to somebody, different for each number.
fn letter(number: u32) -> Result<OutgoingMail> {
    let at = Timestamp(1_790_000_000_000 + i64::from(number));
    let code = Code {
        digits: format!("{number:06}").into(),
        tag: "K3".into(),
        valid_until: Timestamp(at.0 + 600_000),
        requested_at: at,
        browser: "Firefox on Windows".into(),
        place: None,
        not_me: "https://login.harbourcards.example/not-me?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            .into(),
    };
    let letter = Letter {
        to: Recipient {
            name: "Amara Okafor".into(),
            address: format!("amara.{number}@northgate-shipping.example"),
        },
        language: "en".into(),
        zone: "Europe/Amsterdam".into(),
        application: "Harbour Reconcile".into(),
        contact: Contact {
            region: "Europe and Asia-Pacific".into(),
            reach: "+44 1632 960 142".into(),
            hours: "Monday to Friday, 07:00 to 19:00 CET".into(),
        },
        mail: Mail::LoginCode(code),
    };
    let brand = Brand::neutral(
        "Harbour Commercial Cards",
        Sender::new("Harbour Commercial Cards", "login@harbourcards.example")?,
    );
    let id = MessageId(uuid::Uuid::from_u128(u128::from(number)));
    Ok(letter.render(&brand, id, at)?)
}

/// As many bytes as a mail of ours has, with the dot that ends it.
fn content(mail: &OutgoingMail) -> Vec<u8> {
    let mut bytes = mail.content().to_vec();
    bytes.extend_from_slice(b"\r\n.\r\n");
    bytes
}

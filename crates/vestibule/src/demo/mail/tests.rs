//! The SMTP dialogue over a real connection.

use std::{net::SocketAddr, sync::Arc};

use domain::time::{Clock, Timestamp};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{MailServer, Mailboxes, Mood, mailboxes::MAX_MAIL_BYTES};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_003_200_000)
    }
}

struct World {
    server: MailServer,
    boxes: Arc<Mailboxes>,
}

async fn world() -> World {
    let boxes = Arc::new(Mailboxes::new(Arc::new(Noon)));
    let server = MailServer::bind(SocketAddr::from(([127, 0, 0, 1], 0)), Arc::clone(&boxes)).await.unwrap();
    World { server, boxes }
}

impl World {
    async fn client(&self) -> Client {
        let mut client = Client(BufReader::new(TcpStream::connect(self.server.address()).await.unwrap()));
        client.expect("220").await;
        client.say("EHLO here.example").await;
        client.expect("250").await;
        client
    }

    fn raw(&self) -> Vec<String> {
        self.boxes.newest(None).iter().map(|mail| String::from_utf8_lossy(&mail.raw).into_owned()).collect()
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    async fn say(&mut self, text: &str) {
        self.send(format!("{text}\r\n").as_bytes()).await;
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Reads one answer, all its lines, and checks its code.
    async fn expect(&mut self, code: &str) -> String {
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            assert!(line.starts_with(code), "expected {code}, got {line:?}");
            answer += &line;
            if line.as_bytes().get(3) == Some(&b' ') {
                return answer;
            }
        }
    }

    async fn ask(&mut self, text: &str, code: &str) -> String {
        self.say(text).await;
        self.expect(code).await
    }

    async fn open(&mut self) {
        self.ask("MAIL FROM:<login@harbourcards.example>", "250").await;
        self.ask("RCPT TO:<a@x.example>", "250").await;
        self.ask("DATA", "354").await;
    }

    /// True when the server ended the connection, by closing or by a reset.
    async fn is_cut_off(&mut self) -> bool {
        matches!(self.0.read(&mut [0; 64]).await, Ok(0) | Err(_))
    }
}

#[tokio::test]
async fn a_mail_arrives_with_its_dots() {
    let world = world().await;
    let mut client = world.client().await;
    client.open().await;
    client.send(b"Subject: dots\r\n\r\n..one\r\n...two\r\nno.dot\r\n..\r\n.\r\n").await;
    client.expect("250").await;
    client.ask("QUIT", "221").await;
    assert!(client.is_cut_off().await);
    assert_eq!(world.raw(), ["Subject: dots\r\n\r\n.one\r\n..two\r\nno.dot\r\n.\r\n"]);
    assert_eq!(world.boxes.newest(None)[0].envelope.to, ["a@x.example"]);
}

#[tokio::test]
async fn a_dot_in_the_first_line_counts_too() {
    let world = world().await;
    let mut client = world.client().await;
    client.open().await;
    client.send(b"..\r\n.\r\n").await;
    client.expect("250").await;
    client.open().await;
    client.send(b".\r\n").await;
    client.expect("250").await;
    assert_eq!(world.raw(), ["", ".\r\n"]);
}

#[tokio::test]
async fn a_bare_line_feed_does_not_end_a_mail() {
    let world = world().await;
    let mut client = world.client().await;
    client.open().await;
    client.send(b"a\n.\nMAIL FROM:<evil@x.example>\r\n.\nb\n.\r\nc\r\n.\r\n").await;
    client.expect("250").await;
    assert_eq!(world.raw().len(), 1, "{:?}", world.raw());
}

#[tokio::test]
async fn commands_may_come_in_one_packet() {
    let world = world().await;
    let mut client = world.client().await;
    client
        .send(
            b"MAIL FROM:<l@x.example> SIZE=20\r\nRCPT TO:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n",
        )
        .await;
    for code in ["250", "250", "250", "354"] {
        client.expect(code).await;
    }
    client.send(b"\r\nhello\r\n.\r\nRSET\r\nNOOP\r\nQUIT\r\n").await;
    for code in ["250", "250", "250", "221"] {
        client.expect(code).await;
    }
    assert_eq!(world.boxes.newest(Some("B@x.example")).len(), 1);
}

#[tokio::test]
async fn a_mail_may_have_the_size_that_is_offered_and_no_byte_more() {
    let world = world().await;
    let mut client = world.client().await;
    let offered = client.ask("EHLO again", "250").await;
    assert!(offered.contains(&format!("250-SIZE {MAX_MAIL_BYTES}\r\n")), "{offered}");

    client.ask(&format!("MAIL FROM:<l@x.example> SIZE={}", MAX_MAIL_BYTES + 1), "552").await;
    client.ask(&format!("MAIL FROM:<l@x.example> SIZE={MAX_MAIL_BYTES}"), "250").await;
    client.ask("RSET", "250").await;

    for (surplus, code) in [(0, "250"), (1, "552")] {
        client.open().await;
        let mut text = vec![b'x'; MAX_MAIL_BYTES - 2 + surplus];
        text.extend_from_slice(b"\r\n.\r\n");
        client.send(&text).await;
        client.expect(code).await;
    }
    client.open().await;
    client.send("0123456789\r\n".repeat(100_000).as_bytes()).await;
    client.send(b".\r\n").await;
    client.expect("552").await;
    assert_eq!(world.raw().iter().map(String::len).collect::<Vec<_>>(), [MAX_MAIL_BYTES]);
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let world = world().await;
    let mut client = Client(BufReader::new(TcpStream::connect(world.server.address()).await.unwrap()));
    client.expect("220").await;
    client.ask("MAIL FROM:<l@x.example>", "503").await;
    client.ask("HELO here.example", "250").await;
    client.ask("RCPT TO:<a@x.example>", "503").await;
    client.ask("DATA", "503").await;
    client.ask("MAIL FROM:<>", "250").await;
    client.ask("MAIL FROM:<l@x.example>", "503").await;
    client.ask("DATA", "503").await;
    client.ask("RSET", "250").await;
    client.ask("STARTTLS", "502").await;
    client.ask("VRFY a", "252").await;
    client.ask("HULLO", "500").await;
    client.ask("RCPT TO:a@@x", "50").await;
}

#[tokio::test]
async fn addresses_beyond_ascii_need_smtputf8() {
    let world = world().await;
    let mut client = world.client().await;
    client.ask("MAIL FROM:<l@x.example> BODY=8BITMIME", "250").await;
    client.ask("RCPT TO:<josé@x.example>", "553").await;
    client.ask("RSET", "250").await;
    client.ask("MAIL FROM:<l@x.example> BODY=8BITMIME SMTPUTF8", "250").await;
    client.ask("RCPT TO:<josé@x.example>", "250").await;
    client.ask("DATA", "354").await;
    client.send("Subject: Grüße\r\n\r\nGrüße\r\n.\r\n".as_bytes()).await;
    client.expect("250").await;
    assert_eq!(world.boxes.newest(Some("josé@x.example"))[0].subject, "Grüße");
}

#[tokio::test]
async fn long_commands_and_many_recipients_have_limits() {
    let world = world().await;
    let mut client = world.client().await;
    let noop = |length: usize| format!("NOOP {}", "x".repeat(length - "NOOP \r\n".len()));
    client.ask(&noop(2048), "250").await;
    client.ask(&noop(2049), "500").await;
    client.ask("MAIL FROM:<l@x.example>", "250").await;
    for number in 0..100 {
        client.ask(&format!("RCPT TO:<u{number}@x.example>"), "250").await;
    }
    client.ask("RCPT TO:<u100@x.example>", "452").await;
}

#[tokio::test]
async fn a_client_that_makes_no_sense_is_sent_away() {
    let world = world().await;
    let mut client = world.client().await;
    for _ in 0..19 {
        client.ask("GET / HTTP/1.1", "500").await;
    }
    client.ask("GET / HTTP/1.1", "421").await;
    assert!(client.is_cut_off().await);
}

#[tokio::test]
async fn a_stopped_server_resets_everybody_and_keeps_its_port() {
    let world = world().await;
    let mut open = world.client().await;
    world.server.set_mood(Mood::Stopped);
    assert!(open.is_cut_off().await, "open connections are cut off");

    let mut refused = Client(BufReader::new(TcpStream::connect(world.server.address()).await.unwrap()));
    assert!(refused.is_cut_off().await, "not even a greeting");
    assert!(tokio::net::TcpListener::bind(world.server.address()).await.is_err(), "the port stays reserved");

    world.server.set_mood(Mood::Running);
    let mut client = world.client().await;
    client.open().await;
    client.send(b"\r\nback again\r\n.\r\n").await;
    client.expect("250").await;
    assert_eq!(world.raw().len(), 1);
}

#[tokio::test]
async fn a_moody_server_defers_or_refuses() {
    let world = world().await;
    let mut client = world.client().await;
    for (mood, code) in [(Mood::Deferring, "451"), (Mood::Refusing, "550"), (Mood::Running, "250")] {
        world.server.set_mood(mood);
        client.ask("MAIL FROM:<l@x.example>", "250").await;
        client.ask("RCPT TO:<a@x.example>", code).await;
        client.ask("RSET", "250").await;
    }
}

#[tokio::test]
async fn only_loopback_is_served() {
    let boxes = Arc::new(Mailboxes::new(Arc::new(Noon)));
    let refused = MailServer::bind(SocketAddr::from(([0, 0, 0, 0], 0)), boxes).await;
    assert!(refused.unwrap_err().to_string().contains("loopback"));
}

//! Inbox and control page over HTTP, with mails that came over SMTP.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    rollout::Stage,
    time::{Clock, Timestamp},
};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use text::Zone;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    control::{CaseState, CompanyState, DemoAccount, DemoControl},
    desk::{Desk, DeskOptions},
    mail::{MailServer, Mailboxes, Mood},
};

const NOON: Timestamp = Timestamp(1_795_435_200_000);

/// A demo that remembers what was asked of it.
#[derive(Default)]
struct Puppet {
    ahead: Mutex<Duration>,
    moved: Mutex<Vec<String>>,
    vouched: Mutex<Vec<String>>,
    started_over: Mutex<u32>,
}

impl Clock for Puppet {
    fn now(&self) -> Timestamp {
        NOON + *self.ahead.lock().unwrap()
    }
}

#[async_trait]
impl DemoControl for Puppet {
    async fn advance(&self, span: Duration) -> anyhow::Result<()> {
        *self.ahead.lock().unwrap() += span;
        Ok(())
    }

    async fn companies(&self) -> anyhow::Result<Vec<CompanyState>> {
        let company = |key: &str, name: &str, stage| CompanyState {
            key: key.into(),
            name: name.into(),
            region: "Latin America".into(),
            stage,
        };
        Ok(vec![
            company("northgate", "Northgate <Shipping>", Stage::Phase1),
            company("last", "Last Company", Stage::CutOffPassed),
        ])
    }

    async fn next_phase(&self, company: &str) -> anyhow::Result<()> {
        self.moved.lock().unwrap().push(company.to_owned());
        Ok(())
    }

    async fn cases(&self) -> anyhow::Result<Vec<CaseState>> {
        let (reference, person) = ("K7PM-3X9T".into(), "Rafael <Pinto>".into());
        Ok(vec![CaseState { reference, person, staff: vec![("nadia.reyes".into(), "Nadia Reyes".into())] }])
    }

    async fn vouch(&self, case: &str, staff: &str) -> anyhow::Result<()> {
        anyhow::ensure!(staff == "nadia.reyes", "nobody of that name");
        self.vouched.lock().unwrap().push(case.to_owned());
        Ok(())
    }

    async fn start_over(&self) -> anyhow::Result<()> {
        *self.started_over.lock().unwrap() += 1;
        Ok(())
    }

    async fn accounts(&self) -> anyhow::Result<Vec<DemoAccount>> {
        Ok(vec![DemoAccount {
            name: "Amara Okafor".into(),
            company: "Northgate Shipping".into(),
            email: "amara+cards@x.example".into(),
            login: "nsh-04417".into(),
            password: "north & star".into(),
            security_code: "7402918".into(),
            hint: "Make an Enterprise User ID.".into(),
        }])
    }
}

struct World {
    desk: Desk,
    puppet: Arc<Puppet>,
    mail_server: Arc<MailServer>,
    mailboxes: Arc<Mailboxes>,
    client: Client,
}

async fn world() -> World {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let puppet = Arc::new(Puppet::default());
    let mailboxes = Arc::new(Mailboxes::new(Arc::clone(&puppet) as Arc<dyn Clock>));
    let mail_server = Arc::new(MailServer::bind(free, Arc::clone(&mailboxes)).await.unwrap());
    let options = DeskOptions {
        clock: Arc::clone(&puppet) as Arc<dyn Clock>,
        zone: Zone::utc(),
        portal: "http://localhost:8080".parse().unwrap(),
        application: "http://reconcile.localhost:8080".parse().unwrap(),
        mailboxes: Arc::clone(&mailboxes),
        mail_server: Arc::clone(&mail_server),
        control: Arc::clone(&puppet) as Arc<dyn DemoControl>,
    };
    let desk = Desk::bind(free, options).await.unwrap();
    let client = crate::demo::test_client();
    World { desk, puppet, mail_server, mailboxes, client }
}

impl World {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.desk.address())
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.page(path).await).unwrap()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.client.post(self.url(path)).header("origin", self.url("")).form(fields).send().await.unwrap()
    }

    /// Hands a mail over by SMTP, all commands at once.
    async fn send(&self, to: &str, mail: &str) {
        let mut wire = TcpStream::connect(self.mail_server.address()).await.unwrap();
        let talk =
            format!("EHLO x\r\nMAIL FROM:<l@x.example>\r\nRCPT TO:<{to}>\r\nDATA\r\n{mail}\r\n.\r\nQUIT\r\n");
        wire.write_all(talk.as_bytes()).await.unwrap();
        let mut answers = String::new();
        wire.read_to_string(&mut answers).await.unwrap();
        assert!(answers.contains("In the inbox"), "{answers}");
    }
}

const CODE_MAIL: &str = concat!(
    "From: Harbour Reconcile <login@harbourcards.example>\r\nSubject: 481 730 is your login code (K3)\r\n",
    "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n",
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n481 730\r\n\r\nNot you? http://localhost:8080/not-me?t=1\r\n",
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><p>481 730</p><script>alert(1)</script></html>\r\n--b--\r\n"
);

#[tokio::test]
async fn tests_read_mails_as_json() {
    let world = world().await;
    world.send("amara@x.example", CODE_MAIL).await;
    world.send("other@x.example", "Subject: later\r\n\r\nhello").await;
    let all = world.json("/api/messages").await;
    assert_eq!(all[0]["subject"], "later", "newest first");
    assert_eq!(all[0]["code"], Value::Null);
    let hers = world.json("/api/messages?to=Amara%40x.example").await;
    assert_eq!(hers.as_array().unwrap().len(), 1);
    assert_eq!(hers[0]["code"], "481730");
    assert_eq!(hers[0]["from"], "login@harbourcards.example");
    assert_eq!(hers[0]["links"][0], "http://localhost:8080/not-me?t=1");
    assert_eq!(hers[0]["arrived"], NOON.0);
    assert_eq!(hers[0]["unread"], true, "reading by JSON does not mark");
    assert_eq!(world.json("/api/messages/1").await, hers[0]);
    assert_eq!(world.get("/api/messages/3").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_inbox_shows_the_newest_code_and_marks_it_read() {
    let world = world().await;
    assert!(world.page("/").await.contains("No mail has arrived here yet."));
    world.send("amara@x.example", CODE_MAIL).await;
    assert!(world.page("/?box=nobody%40x.example").await.contains("No mail has arrived here yet."));
    assert!(world.page("/?box=nobody%40x.example").await.contains("amara@x.example (1 new)"));
    let page = world.page("/?box=amara%40x.example").await;
    assert!(page.contains("<p class=\"otp\">481 730</p>"), "{page}");
    assert!(page.contains("<a href=\"http://localhost:8080/not-me?t=1\""));
    assert!(page.contains("/mails/1?box=amara%40x.example"));
    assert_eq!(world.json("/api/messages/1").await["unread"], false);
    assert_eq!(world.get("/mails/2").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mails_can_do_no_harm() {
    let world = world().await;
    world.send("a@x.example", CODE_MAIL).await;
    let html = world.get("/mails/1/html").await;
    let policy = html.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("sandbox")
            && !policy.contains("allow-scripts")
    );
    assert!(html.text().await.unwrap().contains("<base target=\"_blank\">"));
    assert!(world.page("/mails/1/whole").await.contains("sandbox=\"allow-popups"));
    let source = world.get("/mails/1/source").await;
    assert_eq!(source.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(source.text().await.unwrap().starts_with("From: Harbour Reconcile"));

    world.send("a@x.example", "Subject: <script>x</script>\r\n\r\n<img src=x onerror=alert(1)>").await;
    let page = world.page("/").await;
    assert!(!page.contains("<script>x") && !page.contains("<img"), "{page}");
    assert_eq!(world.get("/mails/2/html").await.status(), StatusCode::NOT_FOUND, "it has no HTML");
}

#[tokio::test]
async fn an_open_page_hears_of_new_mails() {
    let world = world().await;
    let mut events = world.get("/events").await;
    world.send("a@x.example", "Subject: x\r\n\r\ny").await;
    let chunk = events.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&chunk).contains("event: change"));
}

#[tokio::test]
async fn the_control_page_moves_the_demo() {
    let world = world().await;
    let page = world.page("/control").await;
    for words in [
        "12:00, Monday 23 November 2026",
        "Northgate &#60;Shipping&#62;",
        "north &#38; star",
        "/?box=amara%2Bcards%40x.example",
        "Security code: 7402918",
        "Rafael &#60;Pinto&#62;",
        "Vouch as Nadia Reyes",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let advanced = world.post("/control/advance", &[("minutes", "10")]).await;
    assert_eq!(advanced.status(), StatusCode::SEE_OTHER);
    assert_eq!(world.puppet.now().since(NOON), Duration::from_secs(600));
    assert!(world.page("/control?done=clock").await.contains("12:10"));

    for (mood, expected) in [
        ("stopped", Mood::Stopped),
        ("deferring", Mood::Deferring),
        ("refusing", Mood::Refusing),
        ("running", Mood::Running),
    ] {
        world.post("/control/mail", &[("mood", mood)]).await;
        assert_eq!(world.mail_server.mood(), expected);
        assert_eq!(world.get("/control").await.status(), StatusCode::OK);
    }
    world.post("/control/phase", &[("company", "northgate")]).await;
    assert_eq!(*world.puppet.moved.lock().unwrap(), ["northgate"]);
    world.post("/control/vouch", &[("case", "K7PM-3X9T"), ("staff", "nadia.reyes")]).await;
    assert_eq!(*world.puppet.vouched.lock().unwrap(), ["K7PM-3X9T"]);
    let stranger = world.post("/control/vouch", &[("case", "K7PM-3X9T"), ("staff", "amara")]).await;
    assert_eq!(stranger.status(), StatusCode::CONFLICT);

    world.send("a@x.example", "Subject: x\r\n\r\ny").await;
    world.mail_server.set_mood(Mood::Stopped);
    world.post("/control/start-over", &[]).await;
    assert_eq!(*world.puppet.started_over.lock().unwrap(), 1);
    assert!(world.mailboxes.newest(None).is_empty());
    assert_eq!(world.mail_server.mood(), Mood::Running);
}

#[tokio::test]
async fn wrong_orders_are_answered_with_what_to_do() {
    let world = world().await;
    let days = |days: u64| (days * 24 * 60).to_string();
    let status = |path, name, value: String| {
        let world = &world;
        async move { world.post(path, &[(name, value.as_str())]).await.status() }
    };
    assert_eq!(status("/control/advance", "minutes", days(400)).await, StatusCode::SEE_OTHER);
    assert_eq!(status("/control/advance", "minutes", days(401)).await, StatusCode::BAD_REQUEST);
    assert_eq!(status("/control/advance", "minutes", u64::MAX.to_string()).await, StatusCode::BAD_REQUEST);
    assert_eq!(status("/control/advance", "minutes", "-1".into()).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status("/control/mail", "mood", "happy".into()).await, StatusCode::BAD_REQUEST);
    assert_eq!(status("/control/phase", "company", "last".into()).await, StatusCode::CONFLICT);
    assert_eq!(status("/control/phase", "company", "nobody".into()).await, StatusCode::NOT_FOUND);
    assert!(world.puppet.moved.lock().unwrap().is_empty());
}

#[tokio::test]
async fn strangers_pages_can_neither_read_nor_write() {
    let world = world().await;
    let rebound =
        world.client.get(world.url("/api/messages")).header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), StatusCode::MISDIRECTED_REQUEST);
    let forged = world.client.post(world.url("/control/start-over")).header("origin", "http://evil.example");
    assert_eq!(forged.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(*world.puppet.started_over.lock().unwrap(), 0);
    assert_eq!(world.get("/control/start-over").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    let page = world.get("/control").await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
}

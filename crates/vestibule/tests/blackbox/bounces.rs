//! Reports of mails that did not arrive: believed where they are signed and about a mail of ours, and never a way to learn
//! whether somebody exists.

use std::time::Duration;

use app::note_bounces::{Bounce, Noted, note_bounce};
use http::{HeaderMap, Method, StatusCode};
use store::both_databases;

use crate::world::{Answer, Browser, PASSWORD, SETTLED, World, bounce_secret};

/// The Message-ID of a mail as its server sees it.
fn message_id(mail: &vestibule::demo::mail::Mail) -> String {
    let raw = String::from_utf8_lossy(&mail.raw).into_owned();
    let (_, rest) = raw.split_once("Message-ID: <").expect("a Message-ID");
    rest.split('>').next().unwrap().to_owned()
}

fn event(kind: &str, id: &str, to: &str) -> String {
    serde_json::json!({ "type": kind, "data": { "message_id": id, "recipient": to, "status": "5.1.1" } })
        .to_string()
}

/// Sends a message as a mail service does: no cookies, no origin.
async fn send(world: &World, id: &str, at: i64, signature: &str, body: &str) -> Answer {
    let mut headers = HeaderMap::new();
    let at = at.to_string();
    for (name, value) in [
        ("content-type", "application/json"),
        ("webhook-id", id),
        ("webhook-timestamp", &at),
        ("webhook-signature", signature),
    ] {
        headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    world.browser().send(Method::POST, "/hooks/bounce", headers, Some(body.as_bytes().to_vec())).await
}

/// Signed, and of now.
async fn signed(world: &World, id: &str, body: &str) -> Answer {
    let at = world.app.now().0 / 1_000;
    let signature = bounce_secret().sign(id, &at.to_string(), body.as_bytes());
    send(world, id, at, &signature, body).await
}

/// Asks for a login code and gives its mail's identifier.
async fn ask_for_code(world: &World, browser: &Browser, nth: usize) -> String {
    browser.enter_password(SETTLED.0, PASSWORD).await;
    world.code(SETTLED.1, nth).await;
    message_id(&*world.nth_mail(SETTLED.1, "login code", nth).await)
}

async fn delivery(browser: &Browser) -> String {
    browser.get("/login/code/delivery").await.json()["state"].as_str().unwrap_or_default().to_owned()
}

/// Waits until the worker has written down that the mail server took the mail.
async fn wait_until_handed_over(browser: &Browser) {
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while delivery(browser).await != "ok" {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("the mail is handed over");
}

both_databases! {
    /// A signed report reaches the person who waits for the code; an address that proves itself is good again.
    async fn a_signed_report_reaches_the_code_page(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let id = ask_for_code(&world, &browser, 1).await;
        wait_until_handed_over(&browser).await;
        let taken = signed(&world, "msg_1", &event("mail.bounced", &id, SETTLED.1)).await;
        assert_eq!((taken.status, taken.body.as_str()), (StatusCode::NO_CONTENT, ""));
        assert_eq!(delivery(&browser).await, "bad");
        let page = browser.get("/login/code").await.body;
        assert!(page.contains(&crate::steps::words("login-delivery-failed")));
        let user = app::change_user::find_users(&world.app, SETTLED.0).await.unwrap().remove(0).user.id;
        let is_bounced = async || {
            let mut conn = world.db().read().await.unwrap();
            store::bounces::is_bounced(&mut conn, user).await.unwrap()
        };
        assert!(is_bounced().await);
        // The report was wrong: the code arrived, and is entered.
        let code = world.code(SETTLED.1, 1).await;
        browser.enter_code(&code).await;
        assert!(browser.is_signed_in().await);
        assert!(!is_bounced().await);
    }

    /// Without the secret, with an old time, or changed on the way, nothing is believed; a repetition does nothing twice.
    async fn only_the_service_is_believed(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let id = ask_for_code(&world, &browser, 1).await;
        wait_until_handed_over(&browser).await;
        let body = event("mail.bounced", &id, SETTLED.1);
        let now = world.app.now().0 / 1_000;
        let good = bounce_secret().sign("msg_1", &now.to_string(), body.as_bytes());
        let old = bounce_secret().sign("msg_1", &(now - 301).to_string(), body.as_bytes());
        for (id, at, signature, body) in [
            ("msg_1", now, "", body.as_str()),
            ("msg_1", now, "v1,AAAA", body.as_str()),
            ("msg_2", now, good.as_str(), body.as_str()),
            ("msg_1", now + 1, good.as_str(), body.as_str()),
            ("msg_1", now, good.as_str(), "[]"),
            ("msg_1", now - 301, old.as_str(), body.as_str()),
        ] {
            assert_eq!(send(&world, id, at, signature, body).await.status, StatusCode::UNAUTHORIZED, "{id} {at} {signature}");
        }
        assert_eq!(delivery(&browser).await, "ok");
        for _ in 0..2 {
            assert_eq!(send(&world, "msg_1", now, &good, &body).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(delivery(&browser).await, "bad");
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(store::audit::count_of_kind(&mut conn, "mail.bounced").await.unwrap(), 1);
    }

    /// Known and unknown mails and addresses are answered alike, and what is not about a mail of ours changes nothing.
    async fn a_report_tells_nothing_about_anybody(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let id = ask_for_code(&world, &browser, 1).await;
        wait_until_handed_over(&browser).await;
        let unknown = "0199a000-0000-7000-8000-000000000001@harbourcards.example";
        let foreign = [
            event("mail.bounced", unknown, SETTLED.1),
            event("mail.bounced", &id, "nobody@nowhere.example"),
            event("mail.bounced", "not an identifier", SETTLED.1),
            event("mail.opened", &id, SETTLED.1),
            event("mail.delayed", &id, SETTLED.1),
            "[]".to_owned(),
            r#"{ "type": "mail.opened", "data": { "at": 1 } }"#.to_owned(),
        ];
        let mut answers = Vec::new();
        for (number, body) in foreign.iter().enumerate() {
            answers.push(signed(&world, &format!("msg_{number}"), body).await);
        }
        assert_eq!(delivery(&browser).await, "ok");
        // Among events of other shapes.
        let real = format!("[{},7,{}]", foreign.last().unwrap(), event("mail.bounced", &id, SETTLED.1));
        answers.push(signed(&world, "msg_real", &real).await);
        assert_eq!(delivery(&browser).await, "bad");
        assert!(answers.iter().all(|answer| (answer.status, answer.body.as_str()) == (StatusCode::NO_CONTENT, "")));
        let too_many = format!("[{}]", vec![event("mail.opened", &id, SETTLED.1); 1_001].join(","));
        assert_eq!(signed(&world, "msg_many", &too_many).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(signed(&world, "msg_broken", "{\"type\":").await.status, StatusCode::BAD_REQUEST);
    }

    /// The same by the report of a mail server, as a pipe brings it.
    async fn a_mail_servers_report_is_read(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let id = ask_for_code(&world, &browser, 1).await;
        wait_until_handed_over(&browser).await;
        let report = |to: &str| {
            format!(
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
                 Sorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
                 Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n\
                 Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n"
            )
        };
        let noted = async |to: &str| {
            let report = ::delivery::bounce::parse_report(report(to).as_bytes()).unwrap();
            note_bounce(&world.app, &Bounce::of_report(&report)[0]).await.unwrap()
        };
        assert_eq!(noted("somebody.else@andina-agro.example").await, Noted::Foreign);
        assert_eq!(noted(SETTLED.1).await, Noted::Permanent);
        assert_eq!(delivery(&browser).await, "bad");
    }
}

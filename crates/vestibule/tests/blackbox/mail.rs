//! Line 10, and what happens to mail when the mail server does not do as it should.

use std::{sync::Arc, time::Duration};

use app::deliver_mail::{Round, deliver_due};
use delivery::{
    mail::{Brand, Sender},
    smtp::{Encryption, Smtp, SmtpConfig},
};
use http::{HeaderMap, Method, StatusCode};
use store::both_databases;
use vestibule::demo::mail::Mood;

use crate::{
    steps::{NEW_ID, words},
    world::{Browser, LEGACY_PASSWORD, NEWCOMER, PASSWORD, SETTLED, World},
};

const MINUTE: Duration = Duration::from_mins(1);

/// Asks the page's script's question until the answer is this; every answer comes from the database.
async fn delivery(browser: &Browser, message: &str) {
    let wanted = words(message);
    let asked = tokio::time::timeout(MINUTE, async {
        while browser.get("/start/email/delivery").await.json()["words"] != wanted.as_str() {}
    });
    asked.await.unwrap_or_else(|_| panic!("never {message}"));
}

async fn begin(world: &World) -> Browser {
    let browser = world.browser();
    browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
    assert_eq!(browser.confirm_profile().await.path(), "/start/email");
    browser
}

fn codes(world: &World, to: &str) -> usize {
    world.mails(to).iter().filter(|mail| mail.code.is_some()).count()
}

both_databases! {
    /// Ten minutes without a mail server: the notice arrives afterwards, the code that is worthless by then never does.
    async fn a_notice_outlives_an_outage_and_a_code_does_not(db: TestDb) {
        let world = World::new(db).await;
        world.mail_server.set_mood(Mood::Stopped);
        let browser = begin(&world).await;
        delivery(&browser, "login-delivery-retrying").await;
        world.advance(10 * MINUTE);
        world.mail_server.set_mood(Mood::Running);
        world.advance(15 * MINUTE);
        world.mail(NEWCOMER.1, &words("mail-onboarding-started-subject")).await;
        app::clean_up::clean_up(&world.app).await.unwrap();
        delivery(&browser, "login-delivery-failed").await;
        assert_eq!(codes(&world, NEWCOMER.1), 0);
        browser.get("/start/email").await;
        assert_eq!(browser.post("/start/email/resend", &[]).await.path(), "/start/email");
        let code = world.code(NEWCOMER.1, 1).await;
        assert_eq!(browser.prove_mailbox(&code).await.path(), "/start/user-id");
    }

    /// A server that defers gets the mail again, once.
    async fn a_deferred_code_arrives_once(db: TestDb) {
        let world = World::new(db).await;
        world.mail_server.set_mood(Mood::Deferring);
        let browser = begin(&world).await;
        delivery(&browser, "login-delivery-retrying").await;
        world.mail_server.set_mood(Mood::Running);
        world.advance(6 * Duration::from_secs(1));
        let code = world.code(NEWCOMER.1, 1).await;
        delivery(&browser, "login-delivery-handed-over").await;
        world.advance(5 * MINUTE);
        assert_eq!(browser.prove_mailbox(&code).await.path(), "/start/user-id");
        assert_eq!(codes(&world, NEWCOMER.1), 1);
    }

    /// A server that refuses is believed, and the page says so.
    async fn a_refused_code_is_told_on_the_page(db: TestDb) {
        let world = World::new(db).await;
        world.mail_server.set_mood(Mood::Refusing);
        let browser = begin(&world).await;
        delivery(&browser, "login-delivery-failed").await;
        let page = browser.get("/start/email").await;
        assert!(page.body.contains(&words("login-delivery-failed")), "{}", page.body);
        world.mail_server.set_mood(Mood::Running);
        world.advance(9 * MINUTE);
        assert_eq!(codes(&world, NEWCOMER.1), 0);
    }

    /// Three more workers over one outbox: every message is handed over once.
    async fn many_workers_hand_over_once(db: TestDb) {
        let world = World::new(db).await;
        let smtp = SmtpConfig::new(world.mail_server.address().ip().to_string(), world.mail_server.address().port(), Encryption::None);
        let smtp = Smtp::new(smtp).unwrap();
        let brand = Brand::neutral("Harbour", Sender::new("Harbour", "login@harbourcards.example").unwrap());
        world.mail_server.set_mood(Mood::Deferring);
        let browser = begin(&world).await;
        delivery(&browser, "login-delivery-retrying").await;
        world.mail_server.set_mood(Mood::Running);
        world.clock.advance(MINUTE);
        let rounds = (0..3).map(|_| deliver_due(&world.app, &smtp, &brand));
        let rounds: Vec<Round> = futures_util::future::try_join_all(rounds).await.unwrap();
        assert!(rounds.iter().all(|round| round.failed == 0), "{rounds:?}");
        world.code(NEWCOMER.1, 1).await;
        world.mail(NEWCOMER.1, &words("mail-onboarding-started-subject")).await;
        delivery(&browser, "login-delivery-handed-over").await;
        while deliver_due(&world.app, &smtp, &brand).await.unwrap() != Round::default() {}
        assert_eq!(world.mails(NEWCOMER.1).len(), 2);
    }

    /// Mail goes to the stored address only, and its links to the configured one, whatever a request says.
    async fn no_request_decides_where_mail_or_its_links_go(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.get("/login").await;
        let host = world.portal.authority();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-host", "evil.example".parse().unwrap());
        headers.insert("x-original-host", "evil.example".parse().unwrap());
        headers.insert("forwarded", "host=evil.example".parse().unwrap());
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("vestibule-csrf", crate::world::form_token(&browser.get("/login").await.body).unwrap().parse().unwrap());
        let body = format!(r#"{{"user_id":"{}","password":"{PASSWORD}"}}"#, SETTLED.0);
        let answer = browser.send(Method::POST, "/api/v1/login/password", headers.clone(), Some(body.into())).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let mut forged = headers.clone();
        forged.insert("host", "evil.example".parse().unwrap());
        assert_eq!(browser.send(Method::GET, "/login", forged, None).await.status, StatusCode::MISDIRECTED_REQUEST);
        for field in ["email", "to_address", "recipient"] {
            browser.get("/login/code").await;
            let answer = browser.post("/login/resend", &[(field, "thief@evil.example")]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
        world.code(SETTLED.1, 1).await;
        let newcomer = world.browser();
        newcomer.come_to_user_id(&world, NEWCOMER).await;
        newcomer.choose(NEW_ID).await;
        world.mail(NEWCOMER.1, &words("mail-user-id-ready-subject")).await;
        let all: Vec<Arc<_>> = [SETTLED.1, NEWCOMER.1].iter().flat_map(|to| world.mails(to)).collect();
        for mail in &all {
            assert_eq!(mail.envelope.to.len(), 1);
            assert!(!String::from_utf8_lossy(&mail.raw).contains("evil"), "{}", mail.text);
            assert!(mail.links().all(|link| link.starts_with(&format!("http://{host}/"))), "{}", mail.text);
        }
        assert!(world.mails("thief@evil.example").is_empty());
    }

    /// Mail scanners follow links: opening every page of an attempt leaves the attempt and its user as they were.
    async fn opening_pages_changes_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = begin(&world).await;
        let code = world.code(NEWCOMER.1, 1).await;
        let before = world.user(NEWCOMER.1).await;
        let cookie = browser.cookie("vestibule-login");
        for (path, _, _) in web::routes::routes() {
            if path != "/assets/{name}" {
                browser.get(path).await;
                browser.send(Method::HEAD, path, HeaderMap::new(), None).await;
            }
        }
        let after = world.user(NEWCOMER.1).await;
        assert_eq!((before.version, before.postponed_count), (after.version, after.postponed_count));
        assert_eq!(browser.cookie("vestibule-login"), cookie);
        assert!(!browser.is_signed_in().await);
        assert_eq!(codes(&world, NEWCOMER.1), 1, "no page sends another code");
        assert_eq!(browser.prove_mailbox(&code).await.path(), "/start/user-id");
    }
}

//! Lines 11, 12 and 21: what the application is told, what it never sees, and how its host gets a session.

use std::time::Duration;

use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use store::both_databases;
use url::Url;

use crate::world::{Browser, ONE_FACTOR, PASSWORD, Seen, World};

async fn signed_in(world: &World) -> Browser {
    let browser = world.browser();
    browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
    browser
}

/// The address of the ticket exchange, with the nonce on the application's host and the ticket unspent.
async fn ticket(world: &World, browser: &Browser) -> Url {
    let handoff = browser.get(world.application.as_str()).await.location().expect("the portal");
    assert_eq!(handoff.path(), "/handoff");
    let exchange = browser.get(handoff.as_str()).await.location().expect("the application");
    assert_eq!(exchange.path(), "/.vestibule/session");
    exchange
}

fn opens(answer: &crate::world::Answer, world: &World) -> bool {
    let sets = answer.cookies_set().iter().any(|cookie| cookie.starts_with("vestibule-app="));
    answer.status == StatusCode::FOUND && answer.location().as_ref() == Some(&world.application) && sets
}

const FORGED: [&str; 22] = [
    "Remote-User",
    "REMOTE_USER",
    "remote.user",
    "Remote-Name",
    "Remote-Email",
    "Remote_Groups",
    "X-Remote-User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Auth-Request-User",
    "X-WebAuth-User",
    "X-Authentik-Username",
    "Vestibule-Assertion",
    "Vestibule_Assertion",
    "X-User",
    "SSL_CLIENT_S_DN",
    "X-Forwarded-For",
    "Forwarded",
    "X-Real-IP",
    "X-Forwarded-Host",
    "X-Original-URL",
    "Tailscale-User-Login",
];

both_databases! {
    /// Line 11: identity comes from the gateway alone.
    async fn forged_identity_reaches_nobody(db: TestDb) {
        let world = World::new(db).await;
        let browser = signed_in(&world).await;
        browser.follow(world.application.as_str()).await;
        let mut headers = HeaderMap::new();
        for name in FORGED {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), "forged-value".parse().unwrap());
        }
        let answer = browser.send(Method::GET, world.application.as_str(), headers, None).await;
        let seen: Seen = serde_json::from_str(&answer.body).unwrap();
        assert!(!answer.body.contains("forged-value"), "{seen:?}");
        assert_eq!(seen.all("remote-user"), ["NGS-005120"]);
        assert_eq!(seen.all("remote-email"), [ONE_FACTOR.1]);
        assert_eq!(seen.all("remote-name"), ["Kenji%20Sato"]);
        assert_eq!(seen.all("x-forwarded-for"), ["127.0.0.1"]);
        assert_eq!(seen.all("x-forwarded-host"), [world.application.authority()]);
    }

    /// Line 12: our cookies stay with us, whatever surrounds them.
    async fn the_application_never_sees_our_cookies(db: TestDb) {
        let world = World::new(db).await;
        let browser = signed_in(&world).await;
        browser.follow(world.application.as_str()).await;
        let session = browser.jar("reconcile.localhost")["vestibule-app"].clone();
        let others = "vestibule-session=a; vestibule-login=b; vestibule-browser=c; vestibule-nonce=d; \
                      vestibule-device-0123456789ab=e; __Host-vestibule-session=f; __Host-vestibule-app=g";
        let mut headers = HeaderMap::new();
        let line = format!("theme=dark; vestibule-app={session}; {others}; lang=en");
        headers.insert(header::COOKIE, line.parse().unwrap());
        let answer = browser.send(Method::GET, world.application.as_str(), headers, None).await;
        let seen: Seen = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(seen.all("cookie"), ["theme=dark; lang=en"]);
        assert!(!answer.body.contains(&session));
    }

    /// Line 21: a ticket works once, in the browser that holds the nonce.
    async fn a_ticket_works_once_in_its_own_browser(db: TestDb) {
        let world = World::new(db).await;
        let browser = signed_in(&world).await;
        let exchange = ticket(&world, &browser).await;
        let thief = world.browser();
        assert!(!opens(&thief.get(exchange.as_str()).await, &world), "no nonce");
        thief.get(world.application.as_str()).await;
        assert!(!opens(&thief.get(exchange.as_str()).await, &world), "another nonce");
        assert!(!opens(&browser.get(exchange.as_str()).await, &world), "whatever was tried elsewhere is spent");
        let exchange = ticket(&world, &browser).await;
        let scanner = browser.send(Method::HEAD, exchange.as_str(), HeaderMap::new(), None).await;
        assert_eq!(scanner.status, StatusCode::METHOD_NOT_ALLOWED);
        let copy = browser.clone();
        assert!(opens(&browser.get(exchange.as_str()).await, &world));
        assert!(!opens(&copy.get(exchange.as_str()).await, &world), "it is spent");
        let reload = browser.get(exchange.as_str()).await;
        assert_eq!(reload.location().unwrap(), world.application, "a reload with a session harms nobody");
        assert!(reload.cookies_set().is_empty());
    }

    /// Line 21: 30 seconds, on both sides; and never without a session of the portal.
    async fn a_ticket_lives_thirty_seconds(db: TestDb) {
        let world = World::new(db).await;
        let browser = signed_in(&world).await;
        let late = browser.clone();
        let (in_time, too_late) = (ticket(&world, &browser).await, ticket(&world, &late).await);
        world.advance(Duration::from_millis(29_999));
        assert!(opens(&browser.get(in_time.as_str()).await, &world));
        world.advance(Duration::from_millis(1));
        assert!(!opens(&late.get(too_late.as_str()).await, &world));
        let stranger = world.browser();
        let handoff = stranger.get(world.application.as_str()).await.location().unwrap();
        let to = stranger.get(handoff.as_str()).await.location().unwrap();
        assert_eq!((to.path(), to.host_str()), ("/", Some("localhost")));
    }

    /// Line 21: what lies below `/.vestibule/` is ours, in every writing.
    async fn reserved_paths_never_reach_the_application(db: TestDb) {
        let world = World::new(db).await;
        let browser = signed_in(&world).await;
        browser.follow(world.application.as_str()).await;
        for path in [".vestibule/x", ".vestibule/status", "%2evestibule/x", ".Vestibule/x", "a/..%2f.vestibule/x", ".vestibule%2fx"] {
            let answer = browser.get(&format!("{}{path}", world.application)).await;
            assert!(serde_json::from_str::<Seen>(&answer.body).is_err(), "{path}: {}", answer.body);
        }
        let own = browser.get(&format!("{}a/.vestibule/x", world.application)).await;
        assert_eq!(serde_json::from_str::<Seen>(&own.body).unwrap().target, "/a/.vestibule/x");
    }

    /// Pages are led to the portal; scripts are told, and not redirected.
    async fn a_page_is_led_away_and_a_script_is_told(db: TestDb) {
        let world = World::new(db).await;
        let stranger = world.browser();
        assert_eq!(stranger.get(world.application.as_str()).await.status, StatusCode::FOUND);
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        let answer = stranger.send(Method::GET, world.application.as_str(), headers, None).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::UNAUTHORIZED, None));
        assert!(answer.json()["type"].is_string());
    }

    /// Logging out at the portal ends the application's session.
    async fn logging_out_reaches_the_application_host(db: TestDb) {
        let world = World::new(db).await;
        let browser = signed_in(&world).await;
        assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
        browser.get("/logout").await;
        assert!(browser.is_signed_in().await, "a link alone ends nothing");
        browser.post("/logout", &[]).await;
        assert!(!browser.is_signed_in().await);
        let answer = browser.get(world.application.as_str()).await;
        assert_eq!((answer.status, answer.path().as_str()), (StatusCode::FOUND, "/handoff"));
        assert!(browser.jar("reconcile.localhost").contains_key("vestibule-app"), "the cookie alone is worth nothing");
    }

    /// Line 12: redirect targets are compared as parsed addresses with the registered hosts.
    async fn nobody_is_led_elsewhere(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let host = world.application.authority().to_owned();
        let evil = [
            "https://evil.example/".to_owned(),
            "//evil.example/".to_owned(),
            "/\\evil.example/".to_owned(),
            "/account".to_owned(),
            "javascript:alert(1)".to_owned(),
            "data:text/html,x".to_owned(),
            format!("http://{host}@evil.example/"),
            format!("http://{host}.evil.example/"),
            format!("http://evil.example/{host}"),
            format!("http://evil.example#@{host}/"),
            format!("http://evil.example\\@{host}/"),
            format!("http://user:secret@{host}/"),
            format!("https://{host}/"),
            format!("ftp://{host}/"),
            "http://reconcile.localhost/".to_owned(),
            "http://reconcile.localhost:1/".to_owned(),
            world.portal.join("account").unwrap().to_string(),
            format!("http://{host}/{}", "a".repeat(2_048)),
        ];
        for to in evil {
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", &to).finish();
            for door in ["/login", "/start"] {
                let page = browser.get(&format!("{door}?{query}")).await;
                assert_eq!(page.status, StatusCode::OK);
                assert!(page.body.contains("name=\"to\" value=\"\""), "{to} at {door}");
            }
            let page = browser.get(&format!("/?{query}")).await;
            assert!(page.body.contains("href=\"/login\"") && !page.body.contains("evil.example"), "{to}");
            let mut handoff = world.portal.join("handoff?app=reconcile").unwrap();
            handoff.query_pairs_mut().append_pair("nonce", &world.app.new_token().expose()).append_pair("path", &to);
            let led = browser.get(handoff.as_str()).await.location().unwrap();
            let carried = led.query_pairs().find(|(name, _)| name == "to").unwrap().1.into_owned();
            assert_eq!(Url::parse(&carried).unwrap().authority(), host, "{to}");
        }
        let fields = [("user_id", ONE_FACTOR.0), ("password", PASSWORD), ("to", "http://evil.example/")];
        browser.get("/login").await;
        assert_eq!(browser.post("/login", &fields).await.location().unwrap(), world.application);
    }
}

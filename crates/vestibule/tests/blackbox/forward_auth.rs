//! Lines 11, 12, 20 and 21 where another proxy stands in front of the application and asks Vestibule; and the rules of paths, which
//! are the same there and behind the gateway.

use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use serde_json::Value;
use store::both_databases;
use url::Url;

use crate::world::{Answer, Browser, COLLEAGUE, ONE_FACTOR, PASSWORD, Plan, Seen, World};

const TRUSTED: &[&str] = &["127.0.0.1/32"];
const RULES: &[(&str, &str)] =
    &[("/assets", "public"), ("/admin", "role:program_administrator"), ("/payments", "fresh")];

async fn world(db: store::testing::TestDb) -> World {
    World::planned(db, Plan { trusted: TRUSTED, rules: RULES, ..Plan::default() }).await
}

async fn at_the_application(world: &World) -> Browser {
    let browser = world.browser();
    browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
    assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
    browser
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap())
    };
    pairs.iter().map(pair).collect()
}

/// How each proxy asks about this request.
async fn ask(
    browser: &Browser,
    world: &World,
    mode: &str,
    method: &str,
    target: &str,
    more: &[(&str, &str)],
) -> Answer {
    let host = world.application.authority();
    let told = match mode {
        "nginx" | "haproxy" => vec![("x-original-method", method), ("x-original-uri", target)],
        "caddy" | "traefik" => {
            vec![("x-forwarded-method", method), ("x-forwarded-uri", target), ("x-forwarded-host", host)]
        }
        _ => Vec::new(),
    };
    let (to, method) = match mode {
        "envoy" => (format!("{}auth/verify/envoy{target}", world.application), method.parse().unwrap()),
        mode => (format!("{}auth/verify?mode={mode}", world.application), Method::GET),
    };
    browser.send(method, &to, headers(&[&told, more].concat()), None).await
}

fn value<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).map(|value| value.to_str().unwrap())
}

/// The claims of an assertion, if a key of the key set signed it.
async fn claims(world: &World, assertion: &str) -> Option<Value> {
    let set = world.browser().get("/.well-known/jwks.json").await.json();
    let (told, signature) = assertion.rsplit_once('.')?;
    let (head, claims) = told.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let head: Value = serde_json::from_slice(&decode(head)?).ok()?;
    assert_eq!(head["alg"], "EdDSA");
    let key = set["keys"].as_array()?.iter().find(|key| key["kid"] == head["kid"])?;
    let key = UnparsedPublicKey::new(&ED25519, decode(key["x"].as_str()?)?);
    key.verify(told.as_bytes(), &decode(signature)?).ok()?;
    serde_json::from_slice(&decode(claims)?).ok()
}

const MODES: [&str; 5] = ["nginx", "caddy", "traefik", "haproxy", "envoy"];

both_databases! {
    /// Lines 11 and 12: who it is, signed; nothing that the client said of itself, and no cookie of ours.
    async fn every_proxy_is_told_who_it_is(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        let session = browser.jar("reconcile.localhost")["vestibule-app"].clone();
        let cookies = format!("theme=dark; vestibule-app={session}");
        let forged = [
            ("cookie", cookies.as_str()), ("remote-user", "forged"), ("remote_groups", "forged"), ("vestibule-assertion", "forged"),
        ];
        for mode in MODES {
            let answer = ask(&browser, &world, mode, "POST", "/pay?x=1", &forged).await;
            assert_eq!(answer.status, StatusCode::OK, "{mode}: {}", answer.body);
            assert_eq!(value(&answer, "remote-user"), Some("NGS-005120"), "{mode}");
            assert_eq!(value(&answer, "remote-name"), Some("Kenji%20Sato"));
            assert_eq!(value(&answer, "remote-email"), Some(ONE_FACTOR.1));
            assert_eq!(value(&answer, "remote-groups"), Some("end_user"));
            assert_eq!(value(&answer, "cookie"), Some("theme=dark"), "{mode}");
            assert_eq!(value(&answer, "cache-control"), Some("no-store"));
            let claims = claims(&world, value(&answer, "vestibule-assertion").unwrap()).await.expect("a good signature");
            assert_eq!(claims["sub"], "NGS-005120");
            assert_eq!(claims["aud"], world.application.authority());
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
            assert_eq!((claims["acr"].as_str(), &claims["amr"]), (Some("urn:vestibule:acr:password"), &serde_json::json!(["pwd"])));
        }
        let seen: Seen = serde_json::from_str(&browser.get(world.application.as_str()).await.body).unwrap();
        let [assertion] = seen.all("vestibule-assertion")[..] else { panic!("{seen:?}") };
        assert_eq!(claims(&world, assertion).await.unwrap()["sub"], "NGS-005120");
        let (told, signature) = assertion.rsplit_once('.').unwrap();
        assert!(claims(&world, &format!("{}x.{signature}", &told[..told.len() - 1])).await.is_none(), "a changed one is refused");
    }

    /// An assertion is never handed on with less than half a minute to live, and never lives longer than one.
    async fn an_assertion_lives_for_a_minute(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        for step in [0, 19_999, 1, 59_999] {
            world.advance(Duration::from_millis(step));
            let answer = ask(&browser, &world, "nginx", "GET", "/", &[]).await;
            let claims = claims(&world, value(&answer, "vestibule-assertion").unwrap()).await.unwrap();
            let left = claims["exp"].as_i64().unwrap() * 1000 - world.app.now().0;
            assert!((39_000..=60_000).contains(&left), "{left} after {step}");
        }
    }

    /// Line 20: pages are led to the login as each proxy can pass it on; scripts are told.
    async fn a_stranger_is_shown_the_way_in(db: TestDb) {
        let world = world(db).await;
        for mode in MODES {
            let browser = world.browser();
            let page = ask(&browser, &world, mode, "GET", "/reports?of=may", &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]).await;
            let terse = ["nginx", "haproxy"].contains(&mode);
            let (status, way) = if terse { (StatusCode::UNAUTHORIZED, "vestibule-login") } else { (StatusCode::FOUND, "location") };
            assert_eq!(page.status, status, "{mode}");
            assert_eq!(page.headers.contains_key(header::LOCATION), !terse);
            assert!(page.cookies_set()[0].starts_with("vestibule-nonce="), "{mode}");
            assert!(page.headers.get("remote-user").is_none_or(|user| user.is_empty()));
            browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
            let exchange = browser.get(value(&page, way).unwrap()).await.location().unwrap();
            assert_eq!(exchange.path(), "/.vestibule/session");
            let back = browser.get(exchange.as_str()).await.location().unwrap();
            assert_eq!(back, world.application.join("/reports?of=may").unwrap(), "{mode}");
            assert_eq!(ask(&browser, &world, mode, "GET", "/reports?of=may", &[]).await.status, StatusCode::OK, "{mode}");

            let script = ask(&world.browser(), &world, mode, "GET", "/reports", &[("accept", "application/json")]).await;
            assert_eq!(script.status, StatusCode::UNAUTHORIZED, "{mode}");
            assert!(script.headers.get(header::LOCATION).is_none() && script.headers.get("vestibule-login").is_none());
            let form = ask(&world.browser(), &world, mode, "POST", "/reports", &[("sec-fetch-mode", "navigate")]).await;
            assert_eq!((form.status, form.location()), (StatusCode::UNAUTHORIZED, None), "{mode}");
        }
    }

    /// Line 11: what the original request was, only a trusted proxy may say.
    async fn strangers_get_no_answer(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        let stranger = world.elsewhere(&browser, 2);
        for mode in MODES {
            for target in ["/", "/assets/x"] {
                let answer = ask(&stranger, &world, mode, "GET", target, &[("x-forwarded-for", "127.0.0.1")]).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{mode} {target}");
                assert!(answer.headers.get("remote-user").is_none() && answer.headers.get("vestibule-login").is_none());
                assert!(answer.body.contains("untrusted-proxy"), "{}", answer.body);
            }
        }
        let portal = world.portal.join("/auth/verify?mode=nginx&application=reconcile").unwrap();
        assert_eq!(stranger.get(portal.as_str()).await.status, StatusCode::UNAUTHORIZED);
    }

    /// A host that is no application, another one than was asked, and requests that are told wrongly.
    async fn hosts_and_requests_are_told_rightly_or_refused(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        let session = format!("vestibule-app={}", browser.jar("reconcile.localhost")["vestibule-app"]);
        let portal = |query: &str| world.portal.join(&format!("/auth/verify?{query}")).unwrap();
        let told = [("x-forwarded-method", "GET"), ("x-forwarded-uri", "/"), ("cookie", session.as_str())];
        let at = async |to: Url, more: &[(&str, &str)]| browser.send(Method::GET, to.as_str(), headers(&[&told, more].concat()), None).await.status;
        assert_eq!(at(portal("mode=caddy&application=reconcile"), &[]).await, StatusCode::OK);
        assert_eq!(at(portal("mode=caddy&application=reconcile"), &[("x-forwarded-host", world.application.authority())]).await, StatusCode::OK);
        for (query, host) in [
            ("mode=caddy&application=unknown", world.application.authority()),
            ("mode=caddy", world.application.authority()),
            ("mode=caddy&application=reconcile", "elsewhere.example"),
            ("mode=caddy&application=reconcile", world.portal.authority()),
        ] {
            assert_eq!(at(portal(query), &[("x-forwarded-host", host)]).await, StatusCode::MISDIRECTED_REQUEST, "{query} {host}");
        }
        let by_address = [("host", "127.0.0.1:8080"), ("x-forwarded-host", world.application.authority())];
        assert_eq!(at(portal("mode=traefik&application=reconcile"), &by_address).await, StatusCode::OK);
        assert_eq!(at(portal("mode=apache&application=reconcile"), &[]).await, StatusCode::BAD_REQUEST);
        assert_eq!(at(portal("application=reconcile"), &[]).await, StatusCode::BAD_REQUEST);
        for target in ["", "x", "http://reconcile.example/", "*"] {
            let answer = ask(&browser, &world, "caddy", "GET", target, &[]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{target}");
            let answer = ask(&browser, &world, "nginx", "GET", target, &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{target}: nginx knows 401 and 403 alone");
        }
        let mut twice = headers(&[("x-original-method", "GET"), ("x-original-uri", "/assets/x")]);
        twice.append("x-original-uri", "/admin".parse().unwrap());
        let to = format!("{}auth/verify?mode=nginx", world.application);
        assert_eq!(browser.send(Method::GET, &to, twice, None).await.status, StatusCode::FORBIDDEN);
        for reserved in ["/.vestibule/session", "/.vestibule/../x", "/%2evestibule/session", "/a/..%2f.vestibule/x"] {
            assert_eq!(ask(&browser, &world, "nginx", "GET", reserved, &[]).await.status, StatusCode::FORBIDDEN, "{reserved}");
        }
    }

    /// Rules of paths: the same answers by forward-auth and behind the gateway, however a path is written.
    async fn rules_hold_for_every_way_in(db: TestDb) {
        let world = world(db).await;
        let (stranger, user, administrator) = (world.browser(), at_the_application(&world).await, world.browser());
        administrator.sign_in(&world, COLLEAGUE, false).await;
        assert_eq!(administrator.follow(world.application.as_str()).await.status, StatusCode::OK);
        let (ok, who, no) = (StatusCode::OK, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN);
        for (target, expected) in [
            ("/assets/site.css", [ok, ok, ok]),
            ("/reports", [who, ok, ok]),
            ("/admin/users", [who, no, ok]),
            ("/ADMIN/users", [who, no, ok]),
            ("/%61dmin", [who, no, ok]),
            ("/assets/..%2fadmin", [who, no, ok]),
            ("/assets//admin", [who, no, ok]),
            ("/assets/x;/../../admin", [who, no, ok]),
            ("/assets/%2e%2e/admin", [who, no, ok]),
            ("/assets/%252e%252e/admin", [who, no, ok]),
        ] {
            for (browser, expected) in [&stranger, &user, &administrator].into_iter().zip(expected) {
                for mode in ["nginx", "caddy"] {
                    let told = ask(browser, &world, mode, "GET", target, &[("accept", "application/json")]).await;
                    assert_eq!(told.status, expected, "{mode} {target}");
                }
                let gateway = raw(&world, browser, target).await;
                assert_eq!(gateway, expected.as_u16(), "gateway {target}");
            }
        }
        let seen: Seen = serde_json::from_str(&stranger.get(&format!("{}assets/x", world.application)).await.body).unwrap();
        assert!(seen.all("remote-user").is_empty() && seen.all("vestibule-assertion").is_empty(), "{seen:?}");
    }

    /// A path that asks for a fresh proof leads to it and back; what was proven too long ago opens nothing there.
    async fn a_fresh_path_leads_to_a_proof_and_back(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        let page = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        let status = async |mode| ask(&browser, &world, mode, "GET", "/payments/new", &page).await.status;
        world.advance(Duration::from_secs(10 * 60 - 1));
        assert_eq!(status("nginx").await, StatusCode::OK);
        world.advance(Duration::from_secs(1));
        assert_eq!(status("nginx").await, StatusCode::UNAUTHORIZED);
        let script = ask(&browser, &world, "caddy", "GET", "/payments/new", &[("accept", "application/json")]).await;
        assert_eq!(script.status, StatusCode::UNAUTHORIZED);
        assert!(value(&script, "www-authenticate").unwrap().contains("insufficient_user_authentication"));
        assert_eq!(ask(&browser, &world, "nginx", "GET", "/reports", &page).await.status, StatusCode::OK);
        let led = ask(&browser, &world, "caddy", "GET", "/payments/new", &page).await.location().unwrap();
        assert_eq!(led.path(), "/account/confirm");
        let to = led.query_pairs().find(|(name, _)| name == "to").unwrap().1.into_owned();
        assert_eq!(to, format!("{}payments/new", world.application));
        assert_eq!(browser.get(led.as_str()).await.status, StatusCode::OK);
        let back = browser.post("/account/confirm", &[("password", PASSWORD), ("to", &to)]).await.location().unwrap();
        assert_eq!(back.as_str(), to);
        let opened = browser.follow(back.as_str()).await;
        assert_eq!((opened.status, opened.url.path()), (StatusCode::OK, "/payments/new"));
        assert_eq!(status("nginx").await, StatusCode::OK);
    }

    /// The matrix: what ends at the portal ends here, before the answer.
    async fn a_log_out_is_seen_at_once(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        assert_eq!(ask(&browser, &world, "nginx", "GET", "/", &[]).await.status, StatusCode::OK);
        browser.get("/logout").await;
        browser.post("/logout", &[]).await;
        assert_eq!(ask(&browser, &world, "nginx", "GET", "/", &[]).await.status, StatusCode::UNAUTHORIZED);
    }

    /// `session.strict` asks the database at every request: what another node ended is seen with no delay at all.
    async fn strict_sees_what_another_node_ended(db: TestDb) {
        for_strict(db, &[("session.strict", "yes")], StatusCode::UNAUTHORIZED).await;
    }

    /// Without it a session is remembered for as long as it was set, which is what keeps the check quick.
    async fn without_strict_a_session_is_remembered(db: TestDb) {
        for_strict(db, &[], StatusCode::OK).await;
    }

    /// A socket needs a user, whatever the path, and a page of the application.
    async fn sockets_are_asked_for_their_origin(db: TestDb) {
        let world = world(db).await;
        let browser = at_the_application(&world).await;
        let own = world.application.origin().ascii_serialization();
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (origin, status) in [(own.as_str(), StatusCode::OK), ("https://evil.example", StatusCode::FORBIDDEN), ("null", StatusCode::FORBIDDEN)] {
            for mode in ["nginx", "caddy"] {
                let answer = ask(&browser, &world, mode, "GET", "/live", &[key, ("origin", origin)]).await;
                assert_eq!(answer.status, status, "{mode} {origin}");
            }
        }
        let stranger = ask(&world.browser(), &world, "nginx", "GET", "/assets/live", &[key, ("origin", &own)]).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    }
}

async fn for_strict(db: store::testing::TestDb, policy: &[(&str, &str)], expected: StatusCode) {
    let remember_for = Duration::from_secs(3600);
    let world = World::planned(db, Plan { trusted: TRUSTED, policy, remember_for, ..Plan::default() }).await;
    let browser = at_the_application(&world).await;
    assert_eq!(ask(&browser, &world, "nginx", "GET", "/", &[]).await.status, StatusCode::OK);
    // As another node does it: nothing tells this one.
    let mut tx = world.db().begin().await.unwrap();
    let people = store::users::find_by_email(&mut tx, ONE_FACTOR.1).await.unwrap();
    for person in people {
        store::sessions::end_of_user(&mut tx, person.id, None, "test", world.app.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(ask(&browser, &world, "nginx", "GET", "/", &[]).await.status, expected);
}

/// The status that the gateway gives for a target as written: an HTTP library would tidy it up.
async fn raw(world: &World, browser: &Browser, target: &str) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let authority = world.application.authority();
    let port = world.application.port().unwrap();
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let cookie = browser.jar("reconcile.localhost").get("vestibule-app").cloned().unwrap_or_default();
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/json\r\nCookie: vestibule-app={cookie}\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

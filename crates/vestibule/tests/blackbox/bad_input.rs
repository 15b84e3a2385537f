//! Bad input: a clear answer, nothing lost, nothing half done.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use store::both_databases;

use crate::world::{Answer, Browser, ONE_FACTOR, PASSWORD, SETTLED, World};

const BAD: StatusCode = StatusCode::BAD_REQUEST;

/// A form as bytes, with this browser's token.
async fn form(browser: &Browser, path: &str, fields: &str) -> Answer {
    let page = browser.get(path).await.body;
    let token = crate::world::form_token(&page).expect("a token");
    browser.post_raw(path, format!("csrf={token}&{fields}").into_bytes()).await
}

/// JSON to the login; the status and the problem's type.
async fn script(browser: &Browser, path: &str, body: &str) -> (StatusCode, String) {
    let answer = browser.api(Method::POST, path, body).await;
    let kind =
        answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    assert_eq!(kind, "application/problem+json", "{body}: {}", answer.body);
    let told = answer.json();
    assert_eq!(told["status"], answer.status.as_u16());
    let name = told["type"].as_str().and_then(|name| name.strip_prefix("urn:vestibule:problem:"));
    (answer.status, name.expect("a type").to_owned())
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
}

both_databases! {
    /// Forms with fields twice, unknown, missing, broken or too long are refused whole, in words.
    async fn broken_forms_are_refused_whole(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let good = format!("user_id={}&password={}&to=", ONE_FACTOR.0, PASSWORD.replace(' ', "+"));
        let long = format!("{good}{}", "x".repeat(17 * 1024));
        for (fields, status) in [
            (format!("{good}&password=another"), BAD),
            (format!("{good}&user_id={}", ONE_FACTOR.0), BAD),
            (format!("{good}&csrf=again"), BAD),
            (format!("{good}&role=operator"), BAD),
            (format!("{good}&user_id[]=x"), BAD),
            (format!("user_id={}", ONE_FACTOR.0), BAD),
            ("user_id=%FF%FE&password=x".to_owned(), BAD),
            ("user_id=a%00b&password=x".to_owned(), BAD),
            (long, StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let answer = form(&browser, "/login", &fields).await;
            assert_eq!(answer.status, status, "{}", &fields[..fields.len().min(200)]);
            assert!(answer.body.contains("<h1"), "a page with words: {}", answer.body);
            assert!(!browser.is_signed_in().await);
        }
        assert_eq!(world.recorded("login.failed").await, 0, "none of them was a guess");
        let answer = form(&browser, "/login", &good).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }

    /// Names and passwords at any length that a form can carry are answered like any wrong ones.
    async fn long_names_and_passwords_are_just_wrong(db: TestDb) {
        let world = World::new(db).await;
        for (name, password) in [("x".repeat(8_000), "x".repeat(8_000)), ("\u{202e}\u{1f600}".to_owned(), "\t".to_owned())] {
            for to_start in [false, true] {
                let browser = world.browser();
                let answer = if to_start {
                    browser.enter_legacy(&name, &password).await
                } else {
                    browser.enter_password(&name, &password).await
                };
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            }
        }
        let answer = world.browser().enter_password(ONE_FACTOR.0, &format!("{PASSWORD}{PASSWORD}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is cut off");
    }

    /// Empty fields are named, and nothing is counted.
    async fn empty_fields_are_named(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for (name, password) in [("", ""), (" ", "x"), ("x", "")] {
            for answer in [browser.enter_password(name, password).await, browser.enter_legacy(name, password).await] {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(answer.body.contains("aria-invalid=\"true\""), "{}", answer.body);
            }
        }
        assert_eq!(world.recorded("login.failed").await, 0);
    }

    /// The API says what is wrong by a stable type, and takes nothing else than it asked for.
    async fn scripts_get_typed_problems(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.get("/login").await;
        let long = format!("{{\"user_id\":\"{}\",\"password\":\"x\"}}", "x".repeat(20_000));
        for body in [
            "", "null", "[]", "{}", "{\"user_id\":null,\"password\":null}", "{\"user_id\":[\"a\"],\"password\":\"b\"}",
            "{\"user_id\":{\"$ne\":1},\"password\":\"b\"}", "{\"user_id\":1,\"password\":\"b\"}",
            "{\"user_id\":\"a\",\"user_id\":\"b\",\"password\":\"c\"}", "{\"user_id\":\"a\",\"password\":\"b\",\"acr\":\"2\"}",
            "{\"user_id\":\"a\",\"password\":\"b\"} {}", "{\"user_id\":\"a\\u0000\",\"password\":\"b\"}", "{\"user_id\":\"\\ud800\"}",
        ] {
            assert_eq!(script(&browser, "/api/v1/login/password", body).await, (BAD, "invalid-body".into()), "{body}");
        }
        let too_large = (StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large".to_owned());
        assert_eq!(script(&browser, "/api/v1/login/password", &long).await, too_large);
        assert_eq!(world.recorded("login.failed").await, 0);
        let gone = (StatusCode::CONFLICT, "no-such-step".to_owned());
        assert_eq!(script(&browser, "/api/v1/login/code", "{\"code\":\"1\",\"remember_device\":false}").await, gone);
        assert_eq!(script(&browser, "/api/v1/login/resend", "{}").await, gone);
    }

    /// The same login by API: no step is skipped, wrong codes are told, the right one signs in.
    async fn the_api_asks_for_the_same_proofs(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.get("/login").await;
        let body = serde_json::json!({ "user_id": SETTLED.0, "password": PASSWORD }).to_string();
        let answer = browser.api(Method::POST, "/api/v1/login/password", &body).await;
        assert_eq!(answer.json()["state"], "challenge");
        assert!(!browser.is_signed_in().await);
        let code = world.code(SETTLED.1, 1).await;
        let long = "1".repeat(10_000);
        for (code, kind) in [("", "malformed-code"), ("12345", "malformed-code"), (long.as_str(), "malformed-code")] {
            let body = serde_json::json!({ "code": code, "remember_device": false }).to_string();
            assert_eq!(script(&browser, "/api/v1/login/code", &body).await.1, kind);
        }
        for body in [format!("{{\"code\":{code},\"remember_device\":false}}"), format!("{{\"code\":[\"{code}\"],\"remember_device\":false}}"),
            format!("{{\"code\":\"{code}\",\"remember_device\":\"yes\"}}"), format!("{{\"code\":\"{code}\"}}")] {
            assert_eq!(script(&browser, "/api/v1/login/code", &body).await, (BAD, "invalid-body".into()), "{body}");
        }
        let wrong = serde_json::json!({ "code": crate::moves::other_than(&code), "remember_device": false }).to_string();
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, "wrong-code".to_owned());
        assert_eq!(script(&browser, "/api/v1/login/code", &wrong).await, expected);
        let right = serde_json::json!({ "code": code, "remember_device": false }).to_string();
        let replay = browser.clone();
        let answer = browser.api(Method::POST, "/api/v1/login/code", &right).await;
        assert_eq!(answer.json()["state"], "signed_in", "{}", answer.body);
        assert!(browser.is_signed_in().await);
        let gone = (StatusCode::CONFLICT, "no-such-step".to_owned());
        assert_eq!(script(&replay, "/api/v1/login/code", &right).await, gone);
    }

    /// Without the token, or with that of another browser, nothing happens, and what was typed is not lost.
    async fn a_token_of_another_browser_is_refused(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        let page = other.get("/login").await.body;
        let theirs = crate::world::form_token(&page).unwrap();
        browser.get("/login").await;
        let fields = format!("user_id={}&password={}&to=", ONE_FACTOR.0, PASSWORD.replace(' ', "+"));
        for token in ["", "csrf=&", &format!("csrf={theirs}&")] {
            let answer = browser.post_raw("/login", format!("{token}{fields}").into_bytes()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert!(answer.body.contains(ONE_FACTOR.0) && !answer.body.contains(PASSWORD), "{}", answer.body);
        }
        assert!(!browser.is_signed_in().await);
        browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        let foreign = headers(&[("vestibule-csrf", theirs)]);
        let answer = browser.send(Method::DELETE, "/api/v1/session", foreign, None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let cross = headers(&[("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")]);
        let page = browser.get("/logout").await.body;
        let own = format!("csrf={}", crate::world::form_token(&page).unwrap());
        let answer = browser.send(Method::POST, "/logout", cross, Some(own.into_bytes())).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(browser.is_signed_in().await);
    }

    /// A form is a form and JSON is JSON.
    async fn wrong_content_types_are_refused(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let page = browser.get("/login").await.body;
        let token = crate::world::form_token(&page).unwrap();
        let body = format!("csrf={token}&user_id=a&password=b").into_bytes();
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
            let sent = headers(&[("content-type", kind), ("sec-fetch-site", "same-origin"), ("vestibule-csrf", token)]);
            let answer = browser.send(Method::POST, "/login", sent, Some(body.clone())).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        }
        let sent = headers(&[("content-type", "text/plain"), ("vestibule-csrf", token)]);
        let answer = browser.send(Method::POST, "/api/v1/login/password", sent, Some(b"{}".to_vec())).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        for (method, path) in [(Method::PUT, "/login"), (Method::DELETE, "/account"), (Method::GET, "/login/resend")] {
            let answer = browser.send(method.clone(), path, HeaderMap::new(), None).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }

    /// Cookies that are made up, too long, over, or of another table are no cookies.
    async fn made_up_cookies_are_no_cookies(db: TestDb) {
        let world = World::new(db).await;
        let long = "A".repeat(6_000);
        let odd = ["", "x", "\"", "null", "' OR 1=1 --", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", long.as_str()];
        for value in odd {
            let browser = world.browser();
            for name in ["vestibule-session", "vestibule-login", "vestibule-browser", "vestibule-device-0123456789ab"] {
                browser.set_cookie(name, value);
            }
            assert!(!browser.is_signed_in().await, "{value}");
            assert_eq!(browser.get("/account").await.path(), "/login");
            assert_eq!(browser.get("/login/code").await.path(), "/login");
            let answer = browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
            assert_eq!(answer.location().as_ref(), Some(&world.application), "and they stand in nobody's way: {value}");
        }
    }

    /// What a client says about its host and address changes nothing.
    async fn forged_hosts_and_addresses_change_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for host in ["evil.example", "localhost.evil.example", "localhost", "", "reconcile.localhost.:1", "a b"] {
            let answer = browser.send(Method::GET, "/login", headers(&[("host", host)]), None).await;
            assert!([BAD, StatusCode::MISDIRECTED_REQUEST].contains(&answer.status), "{host}: {}", answer.status);
        }
        let forged = headers(&[
            ("x-forwarded-host", "evil.example"), ("forwarded", "for=1.2.3.4;host=evil.example"), ("x-original-url", "/account"),
            ("x-forwarded-proto", "https"), ("x-forwarded-prefix", "/evil"), ("x-http-method-override", "DELETE"),
        ]);
        let answer = browser.send(Method::GET, "/login", forged, None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(!answer.body.contains("evil"), "{}", answer.body);
        for number in 0..6 {
            let fresh = world.browser();
            let page = fresh.get("/login").await.body;
            let token = crate::world::form_token(&page).unwrap();
            let address = format!("203.0.113.{number}");
            let sent = headers(&[("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin"),
                ("x-forwarded-for", &address), ("x-real-ip", &address), ("client-ip", &address)]);
            let body = format!("csrf={token}&user_id={}&password=wrong&to=", ONE_FACTOR.0).into_bytes();
            let answer = fresh.send(Method::POST, "/login", sent, Some(body)).await;
            // The fifth fills the budget, and is told so at once.
            let expected = if number < 4 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::TOO_MANY_REQUESTS };
            assert_eq!(answer.status, expected, "an address that a stranger claims begins no new budget");
        }
    }

    /// Where to go afterwards is a registered host, or the application's front page.
    async fn no_redirect_leads_away(db: TestDb) {
        let world = World::new(db).await;
        let application = world.application.as_str();
        let with_user = application.replacen("http://", "http://a:b@", 1);
        let long = format!("{application}{}", "x".repeat(2_048));
        for to in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "%0d%0aSet-Cookie:x",
            &with_user, &long, "http://reconcile.localhost/"] {
            let browser = world.browser();
            browser.get("/login").await;
            let answer = browser.post("/login", &[("user_id", ONE_FACTOR.0), ("password", PASSWORD), ("to", to)]).await;
            assert_eq!(answer.location().as_ref(), Some(&world.application), "{to}");
            let answer = browser.get(&format!("/login?to={to}")).await;
            assert!(answer.location().is_none_or(|to| to == world.application));
        }
    }
}

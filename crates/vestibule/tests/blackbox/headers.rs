//! Line 20, over the list of routes itself: what every answer says to a browser, and who is turned away.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use store::both_databases;
use web::routes::{Rule, routes};

use crate::world::{Answer, ONE_FACTOR, PASSWORD, SETTLED, World};

/// What a stranger sends to a route that takes a form; with these fields, only the missing proof refuses them.
fn fields(path: &str) -> &'static [(&'static str, &'static str)] {
    match path {
        "/login" => &[("user_id", "nobody.at.all"), ("password", "wrong"), ("to", "")],
        "/start" => &[("login_name", "NOBODY"), ("password", "wrong"), ("to", "")],
        "/login/code" | "/start/email" | "/login/app" => &[("code", "123456")],
        "/login/recovery-code" => &[("code", "2XK7-M4QP-9RTH-WB3C")],
        "/login/passkey" | "/login/with-passkey" | "/account/passkeys" => {
            &[("ceremony", "00000000-0000-0000-0000-000000000000"), ("credential", "{}")]
        }
        "/start/user-id" | "/start/user-id/strength" => {
            &[("user_id", "red.heron"), ("password", "seven tin boats upstream")]
        }
        "/start/user-id/availability" | "/start/user-id/suggestion" => &[("user_id", "red.heron")],
        "/start/security-code" | "/enrol/security-code" => &[("security_code", "83051726")],
        "/invite" => &[("invitation", "x")],
        "/recover/password" | "/recover/unlock" | "/recover/factor" => &[("user_id", "nobody.at.all")],
        "/recover/user-id" => &[("email", "nobody@nowhere.example")],
        "/recover/code" => &[("code", "123456")],
        "/recover/security-code" => &[("security_code", "83051726")],
        "/recover/new-password" | "/recover/new-password/strength" => {
            &[("password", "seven tin boats upstream")]
        }
        "/recover/continue" => &[("token", "x"), ("user_id", "nobody.at.all")],
        "/recover/cancel" => &[("token", "x")],
        "/not-me" | "/stop-reminders" => &[("token", "x")],
        "/account/devices/rename" => &[("device", "00000000-0000-0000-0000-000000000000"), ("name", "x")],
        "/account/devices/remove" => &[("device", "00000000-0000-0000-0000-000000000000")],
        "/account/sessions/end" => &[("session", "00000000-0000-0000-0000-000000000000")],
        _ => &[],
    }
}

/// A JSON body of the same kind.
fn json(path: &str) -> &'static str {
    match path {
        "/api/v1/login/password" => r#"{"user_id":"nobody.at.all","password":"wrong"}"#,
        "/api/v1/login/code" | "/api/v1/login/app" => r#"{"code":"123456","remember_device":false}"#,
        "/api/v1/login/recovery-code" => r#"{"code":"2XK7-M4QP-9RTH-WB3C","remember_device":false}"#,
        "/api/v1/login/passkey" => {
            r#"{"ceremony":"00000000-0000-0000-0000-000000000000","credential":{},"remember_device":false}"#
        }
        _ => "{}",
    }
}

fn form_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers
}

/// Whether this is how a stranger is told that the rule does not let them in.
fn turns_away(rule: Rule, method: &Method, answer: &Answer) -> bool {
    let led_to =
        |doors: &[&str]| answer.status == StatusCode::SEE_OTHER && doors.contains(&answer.path().as_str());
    // Ending what is not there is done already.
    let nothing_to_end = *method == Method::DELETE && answer.status == StatusCode::NO_CONTENT;
    match rule {
        Rule::Public => true,
        Rule::Attempt => {
            let told = matches!(answer.status, StatusCode::GONE | StatusCode::CONFLICT);
            let asked_to_begin = answer.body.contains("\"state\":\"identify\"");
            led_to(&["/login", "/start"]) || told || asked_to_begin || nothing_to_end
        }
        Rule::SignedIn => led_to(&["/login"]) || answer.status == StatusCode::UNAUTHORIZED || nothing_to_end,
        Rule::Recovery => led_to(&["/recover"]) || answer.status == StatusCode::GONE,
        Rule::Invitation => {
            let closed = crate::steps::words("start-invite-closed-title");
            answer.status == StatusCode::OK && answer.body.contains(&closed)
        }
    }
}

both_databases! {
    /// What a route declares is what a stranger meets: at every route, by every method.
    async fn every_route_meets_a_stranger_as_it_declares(db: TestDb) {
        let world = World::new(db).await;
        for (path, rule, _) in routes() {
            let stranger = world.browser();
            stranger.get("/login").await;
            let mut taken = 0;
            for method in [Method::GET, Method::POST, Method::DELETE] {
                let answer = match (&method, path.starts_with("/api/")) {
                    (&Method::POST, false) => stranger.post(path, fields(path)).await,
                    (&Method::GET, _) => stranger.get(path).await,
                    _ => stranger.api(method.clone(), path, json(path)).await,
                };
                if answer.status == StatusCode::METHOD_NOT_ALLOWED {
                    continue;
                }
                taken += 1;
                assert!(turns_away(rule, &method, &answer), "{method} {path}: {} to {}: {}", answer.status, answer.path(), answer.body);
                assert!(answer.status.as_u16() < 500, "{method} {path}: {}", answer.status);
                assert!(!answer.cookies_set().iter().any(|cookie| cookie.starts_with("vestibule-session=") && !cookie.contains("Max-Age=0")));
            }
            assert!(taken > 0, "{path} takes nothing");
        }
    }

    /// Every answer of every route, to a stranger and to a user, carries the headers.
    async fn every_answer_carries_the_headers(db: TestDb) {
        let world = World::new(db).await;
        let (stranger, user) = (world.browser(), world.browser());
        user.enter_password(ONE_FACTOR.0, PASSWORD).await;
        for (path, _, _) in routes().into_iter().chain([("/no-such-page", Rule::Public, axum::routing::get(|| async {}))]) {
            for browser in [&stranger, &user] {
                let answer = browser.get(path).await;
                let value = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
                assert_eq!(value("x-content-type-options"), "nosniff", "{path}");
                if !path.starts_with("/assets/") {
                    let kept = if path == "/.well-known/jwks.json" { "private, max-age=60" } else { "no-store" };
                    assert_eq!(value("cache-control"), kept, "{path}");
                }
                if !value("content-type").starts_with("text/html") {
                    continue;
                }
                let policy = value("content-security-policy");
                for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
                    assert!(policy.contains(part), "{path}: {policy}");
                }
                assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
                assert_eq!(value("referrer-policy"), "no-referrer", "{path}");
                assert_eq!(value("cross-origin-opener-policy"), "same-origin", "{path}");
                let inline = [" style=\"", " onclick=", " onload=", "<script>", "javascript:"];
                assert!(!inline.iter().any(|inline| answer.body.contains(inline)), "{path} has inline code");
            }
        }
    }

    /// No route takes a change without the page's token, from another site, or from another origin.
    async fn no_route_takes_a_change_from_elsewhere(db: TestDb) {
        let world = World::new(db).await;
        // Fresh by both proofs, so that nothing but the token and the origin stands between the route and the change.
        let user = world.browser();
        user.sign_in(&world, SETTLED, false).await;
        user.get("/account").await;
        let page = user.get("/logout").await.body;
        let token = crate::world::form_token(&page).unwrap().to_owned();
        let foreign = world.browser();
        let foreign_token = crate::world::form_token(&foreign.get("/login").await.body).unwrap().to_owned();
        for (path, _, _) in routes() {
            let body = |token: &str| {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                Some(form.append_pair("csrf", token).extend_pairs(fields(path)).finish().into_bytes())
            };
            let mut attacks = vec![(form_headers(), body("")), (form_headers(), body(&foreign_token)), (form_headers(), None)];
            for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "http://evil.example"), ("origin", "null")] {
                let mut headers = form_headers();
                headers.insert(name, HeaderValue::from_static(value));
                headers.insert("vestibule-csrf", token.parse().unwrap());
                attacks.push((headers, body(&token)));
            }
            for (headers, body) in attacks {
                let told = format!("{path} {headers:?}");
                let answer = user.send(Method::POST, path, headers, body).await;
                let refused = [StatusCode::FORBIDDEN, StatusCode::METHOD_NOT_ALLOWED, StatusCode::BAD_REQUEST, StatusCode::UNSUPPORTED_MEDIA_TYPE];
                assert!(refused.contains(&answer.status), "{told}: {}", answer.status);
            }
            let deleted = user.send(Method::DELETE, path, HeaderMap::new(), None).await.status;
            assert!(matches!(deleted, StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED), "DELETE {path}: {deleted}");
        }
        assert!(user.is_signed_in().await, "nothing of that ended the session");
    }

    /// After credentials the browser is sent on with 303, so that nothing sends them again.
    async fn credentials_are_answered_with_303(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let answer = browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(answer.cookies_set().iter().all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/")));
        let legacy = world.browser().enter_legacy(crate::world::NEWCOMER.0, crate::world::LEGACY_PASSWORD).await;
        assert_eq!(legacy.status, StatusCode::SEE_OTHER);
    }
}

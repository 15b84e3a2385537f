//! The application learns who the user is from the gateway alone, and sees nothing of Vestibule's own secrets.

use crate::{
    applications::{echo, serve},
    support::{HOST, House, Plan, SIGNED_IN},
};

#[tokio::test]
async fn the_application_is_told_who_it_is() {
    let answer = House::open().await.get("/cards?x=1").await;
    let seen: Vec<&str> = answer.body().lines().filter(|line| !line.is_empty()).collect();
    insta::assert_debug_snapshot!(seen, @r#"
    [
        "GET /cards?x=1",
        "host: reconcile.localhost:8080",
        "remote-user: j.okafor",
        "remote-name: Joy%20Okafor",
        "remote-email: joy@north.example",
        "remote-groups: End User",
        "x-forwarded-host: reconcile.localhost:8080",
        "x-forwarded-proto: http",
        "x-forwarded-port: 8080",
        "x-forwarded-for: 127.0.0.1",
        "x-real-ip: 127.0.0.1",
    ]
    "#);
}

#[tokio::test]
async fn no_spelling_of_an_identity_header_comes_through() {
    let house = House::open().await;
    for name in [
        "Remote-User",
        "REMOTE-USER",
        "remote-user",
        "Remote_User",
        "REMOTE_USER",
        "Remote.User",
        "Remote*User",
        "Remote-Name",
        "Remote-Email",
        "Remote_Groups",
        "Remote-Roles",
        "X-Remote-User",
        "X_Remote_User",
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
        "X-Forwarded-Preferred-Username",
        "X-Auth-Request-User",
        "X-Auth-Request-Email",
        "X_AUTH_REQUEST_USER",
        "X-WEBAUTH-USER",
        "X-Webauth-Role",
        "Vestibule-Assertion",
        "Vestibule_Assertion",
        "X-Vestibule-User",
        "X-Authentik-Username",
        "X-User",
        "SSL_CLIENT_S_DN",
        "X-Client-Cert",
        "Forwarded",
        "X-Forwarded-Prefix",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Client-IP",
        "True-Client-IP",
        "Proxy",
        "X-Harbour-Login",
        "x_harbour_login",
    ] {
        let head = format!("GET /\r\n{name}: forged\r\n{name}: forged-too\r\n{SIGNED_IN}");
        let answer = house.ask(&head, "").await;
        assert_eq!(answer.status(), 200, "{name}");
        assert!(!answer.body().contains("forged"), "{name}: {}", answer.body());
        assert_eq!(answer.seen("remote-user"), ["j.okafor"], "{name}");
    }
}

#[tokio::test]
async fn connection_cannot_name_identity_away() {
    let house = House::open().await;
    let names =
        "Connection: Remote-User, Host, X-Forwarded-For, X-Private, Remote-Groups\r\nX-Private: hop\r\n";
    let answer = house.ask(&format!("GET /\r\n{names}{SIGNED_IN}"), "").await;
    assert_eq!(answer.seen("remote-user"), ["j.okafor"]);
    assert_eq!(answer.seen("remote-groups"), ["End User"]);
    assert_eq!(answer.seen("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(answer.seen("host"), [HOST]);
    assert!(answer.seen("x-private").is_empty() && answer.seen("connection").is_empty());
}

#[tokio::test]
async fn identity_in_trailers_is_dropped() {
    let house = House::open().await;
    let head = format!("POST /\r\nTransfer-Encoding: chunked\r\nTrailer: Remote-User\r\n{SIGNED_IN}");
    let answer = house.ask(&head, "5\r\nhello\r\n0\r\nRemote-User: root\r\nX-Other: x\r\n\r\n").await;
    assert!(answer.body().ends_with("\nhello"), "{}", answer.body());
    assert_eq!(answer.seen("remote-user"), ["j.okafor"]);
    assert!(answer.seen("trailers").is_empty() && answer.seen("trailer").is_empty());
    assert!(!answer.body().contains("root"));
}

#[tokio::test]
async fn forwarded_addresses_come_from_trusted_proxies_only() {
    let forged = "X-Forwarded-For: 1.1.1.1, 198.51.100.7\r\nX-Real-IP: 1.1.1.1\r\nX-Forwarded-Proto: https\r\n\
                  X-Forwarded-Host: evil.example\r\n";
    let head = format!("GET /\r\n{forged}{SIGNED_IN}");

    let answer = House::open().await.ask(&head, "").await;
    assert_eq!(answer.seen("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(answer.seen("x-real-ip"), ["127.0.0.1"]);

    let plan = Plan { trusted_proxies: vec!["127.0.0.0/8"], ..Plan::to(serve(echo()).await) };
    let answer = House::planned(plan).await.ask(&head, "").await;
    assert_eq!(answer.seen("x-forwarded-for"), ["198.51.100.7, 127.0.0.1"]);
    assert_eq!(answer.seen("x-real-ip"), ["198.51.100.7"]);
    assert_eq!(answer.seen("x-forwarded-proto"), ["http"]);
    assert_eq!(answer.seen("x-forwarded-host"), [HOST]);
}

#[tokio::test]
async fn vestibules_cookies_stay_with_vestibule() {
    let house = House::open().await;
    let cookies = "Cookie: a=1; vestibule-app=good; vestibule-nonce=n; b=\"x; __Host-vestibule-app=t; c=\"\r\n\
                   Cookie: vestibule-browser=b; d=4\r\n";
    let answer = house.ask(&format!("GET /\r\n{cookies}"), "").await;
    assert_eq!(answer.seen("cookie"), ["a=1; b=\"x; c=\"; d=4"]);
    assert!(house.get("/").await.seen("cookie").is_empty());
}

#[tokio::test]
async fn the_application_cannot_set_vestibules_cookies() {
    use axum::{Router, http::header::SET_COOKIE, response::AppendHeaders};
    let router = Router::new().fallback(|| async {
        AppendHeaders([
            (SET_COOKIE, "sid=1; Domain=localhost"),
            (SET_COOKIE, "vestibule-app=evil"),
            (SET_COOKIE, "__Host-vestibule-session=evil; Path=/; Secure"),
        ])
    });
    let answer = House::before(router).await.get("/").await;
    assert_eq!(answer.headers("set-cookie"), ["sid=1; Domain=localhost"]);
}

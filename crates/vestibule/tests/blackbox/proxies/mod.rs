//! Lines 11, 12, 20 and 21 with real proxies: each runs the configuration that is printed for it, leads through a whole login, and is
//! attacked with what broke others.

mod running;

use http::StatusCode;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use vestibule::proxy_config::Proxy;

use self::running::Running;
use crate::world::{Browser, ONE_FACTOR, PASSWORD, Seen};

#[tokio::test]
async fn nginx_with_its_printed_configuration() {
    try_everything(Proxy::Nginx).await;
}

#[tokio::test]
async fn caddy_with_its_printed_configuration() {
    try_everything(Proxy::Caddy).await;
}

#[tokio::test]
async fn haproxy_with_its_printed_configuration() {
    try_everything(Proxy::Haproxy).await;
}

#[tokio::test]
async fn apache_with_its_printed_configuration() {
    try_everything(Proxy::Apache).await;
}

async fn try_everything(proxy: Proxy) {
    let running = Running::start(proxy).await;
    let browser = a_whole_login(&running).await;
    identity_is_vestibules_alone(&running, &browser).await;
    strangers_stay_outside(&running).await;
    what_is_public_has_nobody_behind_it(&running).await;
    bodies_come_through(&running, &browser).await;
    a_log_out_is_seen(&running, &browser).await;
}

/// From the application's page to the login and back to the page; the application learns who it is, and sees no cookie of ours.
async fn a_whole_login(running: &Running) -> Browser {
    let world = &running.world;
    let browser = world.browser();
    let page = world.application.join("/reports?of=may").unwrap();
    let led = browser.get(page.as_str()).await;
    assert_eq!((led.status, led.path().as_str()), (StatusCode::FOUND, "/handoff"), "{}", led.body);
    assert_eq!(browser.jar("reconcile.localhost").len(), 1, "the nonce came through");
    browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
    let opened = browser.follow(page.as_str()).await;
    assert_eq!((opened.status, &opened.url), (StatusCode::OK, &page), "{}", opened.body);
    let seen: Seen = serde_json::from_str(&opened.body).unwrap();
    assert_eq!(seen.target, "/reports?of=may");
    assert_eq!(seen.all("remote-user"), ["NGS-005120"]);
    assert_eq!(seen.all("remote-email"), [ONE_FACTOR.1]);
    assert_eq!(seen.all("vestibule-assertion").len(), 1);
    assert_eq!(seen.all("x-forwarded-host"), [world.application.authority()]);
    let chain = seen.all("x-forwarded-for").join(",");
    assert!(chain.split(',').all(|address| address.trim() == "127.0.0.1"), "{seen:?}");
    assert!(!opened.body.contains("vestibule-app"), "{}", opened.body);
    browser
}

const FORGED: &str = "Remote-User: forged\r\nREMOTE_USER: forged\r\nRemote_User: forged\r\nremote.user: forged\r\nRemote-User: forged\r\n\
    Remote-Groups: forged\r\nRemote_Groups: forged\r\nRemote-Name: forged\r\nRemote-Email: forged\r\nVestibule-Assertion: forged\r\n\
    Vestibule_Assertion: forged\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-User: forged\r\n\
    X-Forwarded-Prefix: /forged\r\nX-Original-URL: /forged\r\nX-Rewrite-URL: /forged\r\nX-HTTP-Method-Override: DELETE\r\n";

async fn identity_is_vestibules_alone(running: &Running, browser: &Browser) {
    let jar = browser.jar("reconcile.localhost");
    let cookie = format!("Cookie: theme=dark; vestibule-app={}\r\n", jar["vestibule-app"]);
    for connection in ["close", "close, Remote-User, Vestibule-Assertion", "Remote-User, close, Cookie"] {
        let (status, body) = raw(running, "GET", "/reports", &format!("{cookie}{FORGED}"), connection).await;
        if connection.contains("Cookie") && status != 200 {
            // A proxy may do as it is told and drop the cookie: then nobody comes in.
            assert!((300..500).contains(&status) && !body.contains("\"headers\":"), "{status} {body}");
            continue;
        }
        assert_eq!(status, 200, "{connection}: {body}");
        let seen = seen(&body);
        assert!(
            !body.contains("forged") && !body.contains("203.0.113.9") && !body.contains("evil.example"),
            "{body}"
        );
        assert_eq!(seen.all("remote-user"), ["NGS-005120"], "{connection}: {seen:?}");
        assert_eq!(seen.all("vestibule-assertion").len(), 1, "{connection}");
        assert!(seen.all("x-http-method-override").is_empty() || running_gateway(&seen), "{seen:?}");
        assert!(!body.contains("vestibule-app"), "{body}");
    }
}

/// The gateway keeps an override that no rule depends on.
fn running_gateway(seen: &Seen) -> bool {
    !seen.all("x-real-ip").is_empty() && seen.method == "GET"
}

async fn strangers_stay_outside(running: &Running) {
    let plain = "Accept: application/json\r\n";
    for target in [
        "/",
        "/reports",
        "/admin",
        "/assets/..%2fadmin",
        "/assets/../admin",
        "/assets/%2e%2e/admin",
        "/assets//../admin",
        "/assets//admin",
        "//admin",
        "/assets/x;/../../admin",
        "/assets;/../admin",
        "/assets/%252e%252e/admin",
        "/assets/..%5cadmin",
        "/%61dmin",
        "/ADMIN",
        "/.vestibule/../admin",
        "/.vestibule/..%2fadmin",
        "/.vestibule/verify",
        "/auth/verify?mode=nginx",
    ] {
        let (status, body) = raw(running, "GET", target, plain, "close").await;
        assert!((300..500).contains(&status), "{target}: {status} {body}");
        assert!(!body.contains("\"headers\":"), "{target} reached the application: {body}");
    }
    for forged in [
        "X-Original-URI: /assets/x\r\nX-Forwarded-Uri: /assets/x\r\nX-Original-URL: /assets/x\r\nX-Rewrite-URL: /assets/x\r\n",
        "X-Original-Method: OPTIONS\r\nX-Forwarded-Method: OPTIONS\r\nX-HTTP-Method-Override: OPTIONS\r\n",
        "X-Forwarded-Prefix: /assets\r\nX-Forwarded-Path: /assets/x\r\n",
        "X-Forwarded-Host: elsewhere.example\r\nX-Original-Host: elsewhere.example\r\nForwarded: host=elsewhere.example\r\n",
        "Remote-User: NGS-005120\r\nVestibule-Assertion: x\r\nX-Forwarded-For: 127.0.0.1\r\n",
        "User-Agent: GoogleHC/1.0\r\n",
        "User-Agent: kube-probe/1.30\r\n",
        "User-Agent: ELB-HealthChecker/2.0\r\n",
        "Sec-Fetch-Mode: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ] {
        let (status, body) = raw(running, "GET", "/reports", &format!("{plain}{forged}"), "close").await;
        assert!((300..500).contains(&status) && !body.contains("\"headers\":"), "{forged}: {status} {body}");
    }
    for method in ["POST", "OPTIONS", "HEAD", "PROPFIND"] {
        let (status, body) =
            raw(running, method, "/reports", &format!("{plain}Content-Length: 0\r\n"), "close").await;
        assert!((300..500).contains(&status) && !body.contains("\"headers\":"), "{method}: {status} {body}");
    }
}

async fn what_is_public_has_nobody_behind_it(running: &Running) {
    let (status, body) = raw(running, "GET", "/assets/site.css", FORGED, "close").await;
    assert_eq!(status, 200, "{body}");
    let seen = seen(&body);
    assert!(!body.contains("forged"), "{body}");
    for name in ["remote-user", "remote-groups", "vestibule-assertion"] {
        assert!(seen.all(name).iter().all(|value| value.is_empty()), "{seen:?}");
    }
}

async fn bodies_come_through(running: &Running, browser: &Browser) {
    let target = running.world.application.join("/upload").unwrap();
    let answer = browser.post_raw(target.as_str(), vec![b'x'; 3 << 20]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let seen: Seen = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((seen.method.as_str(), seen.length), ("POST", 3 << 20));
}

async fn a_log_out_is_seen(running: &Running, browser: &Browser) {
    browser.get("/logout").await;
    browser.post("/logout", &[]).await;
    let page = browser.get(running.world.application.as_str()).await;
    assert_eq!((page.status, page.path().as_str()), (StatusCode::FOUND, "/handoff"));
}

fn seen(body: &str) -> Seen {
    let json = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
    serde_json::from_str(json).unwrap()
}

/// Status and body of a request as written: an HTTP library would tidy it up.
async fn raw(
    running: &Running,
    method: &str,
    target: &str,
    headers: &str,
    connection: &str,
) -> (u16, String) {
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    let host = running.world.application.authority();
    let request =
        format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: {connection}\r\n{headers}\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_default();
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

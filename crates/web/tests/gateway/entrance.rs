//! Without a session: who is led to sign in, who is told so, and how a ticket becomes a session.

use std::sync::atomic::Ordering;

use crate::support::{House, SIGNED_IN, application};

const PAGE: &str = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
const NONCE: &str = "nonce-for-tests-0";

#[tokio::test]
async fn pages_are_led_away_and_scripts_are_told() {
    let requests = [
        ("page", "GET /cards?m=11\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"),
        ("page, HEAD", "HEAD /cards\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"),
        (
            "page from another site",
            "GET /\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Site: cross-site\r\n",
        ),
        ("old browser", "GET /cards\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"),
        (
            "old browser, form",
            "POST /cards\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n",
        ),
        ("frame", "GET /cards\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"),
        (
            "form",
            "POST /cards\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nContent-Length: 0\r\n",
        ),
        ("fetch", "GET /api\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nAccept: text/html\r\n"),
        ("image", "GET /logo.png\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"),
        (
            "image from another site",
            "GET /logo.png\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\nSec-Fetch-Site: cross-site\r\n",
        ),
        ("old browser, image", "GET /logo.png\r\nAccept: image/*,*/*\r\n"),
        ("old browser, script", "GET /api\r\nAccept: text/html\r\nX-Requested-With: XMLHttpRequest\r\n"),
        ("html refused", "GET /api\r\nAccept: text/html;q=0, application/json\r\n"),
        ("machine", "GET /api\r\nAccept: */*\r\n"),
        ("machine, nothing said", "DELETE /api\r\n"),
        (
            "websocket",
            "GET /live\r\nSec-Fetch-Mode: websocket\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
        ),
    ];
    let house = House::open().await;
    let mut table = Vec::new();
    for (who, head) in requests {
        let answer = house.ask(head, "").await;
        let kind = answer.headers("location").first().copied().map_or_else(
            || answer.headers("content-type").first().copied().unwrap_or("-").to_owned(),
            |location| location.split('?').next().unwrap_or_default().to_owned(),
        );
        table.push(format!("{who}: {} {kind}", answer.status().as_u16()));
        assert_eq!(answer.header("cache-control"), "no-store", "{who}");
        assert_eq!(answer.headers("set-cookie").len(), usize::from(answer.status() == 302), "{who}");
    }
    insta::assert_debug_snapshot!(table, @r#"
    [
        "page: 302 http://localhost:8080/handoff",
        "page, HEAD: 302 http://localhost:8080/handoff",
        "page from another site: 302 http://localhost:8080/handoff",
        "old browser: 302 http://localhost:8080/handoff",
        "old browser, form: 401 text/plain; charset=utf-8",
        "frame: 401 text/plain; charset=utf-8",
        "form: 401 text/plain; charset=utf-8",
        "fetch: 401 application/problem+json",
        "image: 401 application/problem+json",
        "image from another site: 401 application/problem+json",
        "old browser, image: 401 application/problem+json",
        "old browser, script: 401 application/problem+json",
        "html refused: 401 application/problem+json",
        "machine: 401 application/problem+json",
        "machine, nothing said: 401 application/problem+json",
        "websocket: 401 application/problem+json",
    ]
    "#);
}

#[tokio::test]
async fn a_page_goes_to_the_portal_with_a_nonce() {
    let answer = House::open().await.ask(&format!("GET /cards?m=11&q=a%2Fb\r\n{PAGE}"), "").await;
    assert_eq!(
        answer.header("location"),
        "http://localhost:8080/handoff?app=reconcile&nonce=nonce-for-tests-0&path=%2Fcards%3Fm%3D11%26q%3Da%252Fb"
    );
    assert_eq!(
        answer.header("set-cookie"),
        "vestibule-nonce=nonce-for-tests-0; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"
    );
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn pages_side_by_side_share_one_nonce() {
    let house = House::open().await;
    let head = |nonce: &str| format!("GET /\r\nCookie: vestibule-nonce={nonce}\r\n{PAGE}");
    for kept in ["abcdefghijklmnop", &"n".repeat(128)] {
        let answer = house.ask(&head(kept), "").await;
        assert!(answer.header("location").contains(&format!("nonce={kept}&")), "{}", answer.0);
    }
    for odd in ["abcdefghijklmno", &"n".repeat(129), "abcdefghijklmnop%0d", "abcdefgh ijklmnop", ""] {
        let answer = house.ask(&head(odd), "").await;
        assert!(answer.header("location").contains("nonce=nonce-for-tests-"), "{}", answer.0);
    }
}

#[tokio::test]
async fn odd_paths_lead_back_to_the_same_host_only() {
    let house = House::open().await;
    for path in ["//evil.example", "//evil.example/..", "/\\evil.example", "/.//../%2e%2e//evil.example"] {
        let answer = house.ask(&format!("GET {path}\r\n{PAGE}"), "").await;
        let location = answer.header("location").to_owned();
        assert!(location.starts_with("http://localhost:8080/handoff?app=reconcile&nonce="), "{location}");
        let path = location.split_once("&path=").unwrap().1;
        let back = house.ask(&format!("GET /.vestibule/session?path={path}\r\n{SIGNED_IN}"), "").await;
        assert!(back.header("location").starts_with("http://reconcile.localhost:8080/"), "{}", back.0);
    }
}

#[tokio::test]
async fn scripts_learn_where_to_sign_in() {
    let house = House::open().await;
    let answer = house.ask("GET /api\r\nReferer: http://reconcile.localhost:8080/cards?m=11\r\n", "").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("www-authenticate"), "Vestibule");
    insta::assert_snapshot!(answer.body(), @r#"{"login":"http://localhost:8080/?to=http%3A%2F%2Freconcile.localhost%3A8080%2Fcards%3Fm%3D11","status":401,"title":"There is no session. Open `login` in the browser, then try again.","type":"urn:vestibule:problem:not-signed-in"}"#);

    let answer = house.ask("GET /api\r\nReferer: https://evil.example/cards\r\n", "").await;
    assert!(answer.body().contains("?to=http%3A%2F%2Freconcile.localhost%3A8080%2F\""), "{}", answer.body());
}

#[tokio::test]
async fn a_form_is_not_lost() {
    let house = House::open().await;
    let head = "POST /cards/9\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nContent-Length: 3\r\n\
                Accept-Language: fr\r\nReferer: http://reconcile.localhost:8080/cards/9/edit\r\n";
    let answer = house.ask(head, "a=b").await;
    assert_eq!(answer.status(), 401);
    assert!(answer.body().starts_with("<h1>FormNotSent"), "{}", answer.body());
    assert!(answer.body().contains("/cards/9/edit") && answer.body().contains("fr"), "{}", answer.body());
}

#[tokio::test]
async fn a_ticket_becomes_a_session_once() {
    let house = House::open().await;
    house.sessions.issue("t1", NONCE, application());
    let head = format!(
        "GET /.vestibule/session?ticket=t1&path=%2Fcards%3Fm%3D11\r\nCookie: vestibule-nonce={NONCE}\r\n{PAGE}"
    );
    let answer = house.ask(&head, "").await;
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.header("location"), "http://reconcile.localhost:8080/cards?m=11");
    assert_eq!(
        answer.headers("set-cookie"),
        [
            "vestibule-app=good; Path=/; HttpOnly; SameSite=Lax",
            "vestibule-nonce=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        ]
    );
    let again = house.ask(&head, "").await;
    assert_eq!(again.status(), 403);
    assert!(again.body().starts_with("<h1>TicketRefused"), "{}", again.body());
    assert!(again.headers("set-cookie").is_empty());
}

#[tokio::test]
async fn a_ticket_is_worth_nothing_elsewhere() {
    let house = House::open().await;
    let exchange = async |ticket: &str, cookie: &str| {
        let head = format!("GET /.vestibule/session?ticket={ticket}&path=/\r\n{cookie}{PAGE}");
        house.ask(&head, "").await
    };
    let nonce = format!("Cookie: vestibule-nonce={NONCE}\r\n");

    house.sessions.issue("t1", "another-browsers-nonce", application());
    assert_eq!(exchange("t1", &nonce).await.status(), 403);
    let elsewhere = "00000000-0000-0000-0000-0000000000b2".parse().unwrap();
    house.sessions.issue("t2", NONCE, elsewhere);
    assert_eq!(exchange("t2", &nonce).await.status(), 403);
    house.sessions.issue("t3", NONCE, application());
    let answer = exchange("t3", "").await;
    assert_eq!(answer.status(), 400);
    assert!(answer.body().starts_with("<h1>CookieMissing"), "{}", answer.body());
    for odd in ["", &"t".repeat(513), "t3&ticket=t3"] {
        assert_eq!(exchange(odd, &nonce).await.status(), 403, "{odd}");
    }
    assert_eq!(exchange("t3", &nonce).await.status(), 302);
    house.sessions.issue(&"t".repeat(512), NONCE, application());
    assert_eq!(exchange(&"t".repeat(512), &nonce).await.status(), 302);
}

#[tokio::test]
async fn a_second_tab_that_comes_late_finds_the_session() {
    let house = House::open().await;
    let answer = house
        .ask(&format!("GET /.vestibule/session?ticket=spent&path=/cards\r\n{SIGNED_IN}{PAGE}"), "")
        .await;
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.header("location"), "http://reconcile.localhost:8080/cards");
}

#[tokio::test]
async fn reserved_paths_are_answered_here() {
    let house = House::open().await;
    let ask = async |head: &str| house.ask(head, "").await;

    let answer = ask("GET /.vestibule/logout?x=y").await;
    assert_eq!((answer.status().as_u16(), answer.header("location")), (302, "http://localhost:8080/logout"));
    let answer = ask(&format!("GET /.vestibule/status\r\n{SIGNED_IN}")).await;
    assert_eq!(answer.body(), r#"{"idle_seconds":754,"signed_in":true}"#);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(house.sessions.activities.load(Ordering::Relaxed), 0, "asking is no activity");
    assert_eq!(ask("GET /.vestibule/status").await.body(), r#"{"signed_in":false}"#);

    let head_request = ask("HEAD /.vestibule/session?ticket=t").await;
    assert_eq!((head_request.status().as_u16(), head_request.header("allow")), (405, "GET"));
    assert_eq!(ask("POST /.vestibule/logout\r\nContent-Length: 0\r\n").await.status(), 405);
    for path in
        ["/.vestibule", "/.vestibule/", "/.vestibule/other", "/.vestibule/status/", "/.vestibule/../cards"]
    {
        let answer = ask(&format!("GET {path}\r\n{SIGNED_IN}")).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn disguised_reserved_paths_reach_nobody() {
    let house = House::open().await;
    for path in [
        "/%2evestibule/status",
        "/./.vestibule/status",
        "//.vestibule/status",
        "/x/../.vestibule/status",
        "/x/..%2f.vestibule/status",
        "/%252evestibule/status",
        "/.VESTIBULE/status",
        "/;/.vestibule/status",
        "/\\.vestibule\\status",
    ] {
        let answer = house.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.body().contains("not-found"), "{path}");
    }
    assert!(house.get("/docs/.vestibule/x").await.saw("GET /docs/.vestibule/x"));
}

#[tokio::test]
async fn who_may_not_use_the_application_is_told() {
    let house = House::open().await;
    let answer = house.ask(&format!("GET /\r\nCookie: vestibule-app=elsewhere\r\n{PAGE}"), "").await;
    assert_eq!(answer.status(), 403);
    assert!(answer.body().starts_with("<h1>Forbidden at Some(\"Harbour Reconcile\")"), "{}", answer.body());
    let answer = house.ask("GET /\r\nCookie: vestibule-app=elsewhere\r\n", "").await;
    assert!(answer.body().contains("urn:vestibule:problem:forbidden"), "{}", answer.body());
}

#[tokio::test]
async fn nobody_gets_in_while_sessions_cannot_be_looked_up() {
    let house = House::open().await;
    house.sessions.fails.store(true, Ordering::Relaxed);
    let answer = house.get("/").await;
    assert_eq!((answer.status().as_u16(), answer.header("retry-after")), (503, "5"));
    house.sessions.fails.store(false, Ordering::Relaxed);
    assert_eq!(house.get("/").await.status(), 200);
    house.sessions.revoke();
    assert_eq!(house.get("/").await.status(), 401);
}

#[tokio::test]
async fn hosts_are_kept_apart() {
    let house = House::open().await;
    let ask = async |host: &str| {
        let request = format!("GET / HTTP/1.1\r\n{host}Connection: close\r\n{SIGNED_IN}\r\n");
        house.ask_raw(request.as_bytes()).await
    };
    assert_eq!(ask("Host: localhost:8080\r\n").await.body(), "the portal");
    assert_eq!(ask("Host: LOCALHOST:8080\r\n").await.body(), "the portal");
    assert!(ask("Host: Reconcile.Localhost:8080\r\n").await.saw("remote-user: j.okafor"));
    for host in [
        "Host: localhost\r\n",
        "Host: evil.example\r\n",
        "Host: reconcile.localhost\r\n",
        "Host: reconcile.localhost:8081\r\n",
        "Host: reconcile.localhost:8080.evil.example\r\n",
        "Host: \r\n",
        "",
        "Host: reconcile.localhost:8080\r\nHost: localhost:8080\r\n",
    ] {
        let answer = ask(host).await;
        assert_eq!(answer.status(), 421, "{host}");
    }
    let forwarded = "Host: evil.example\r\nX-Forwarded-Host: reconcile.localhost:8080\r\n";
    assert_eq!(ask(forwarded).await.status(), 421);
}

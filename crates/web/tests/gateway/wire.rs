//! Messages keep their meaning byte for byte, and there is never a second one hidden in the first.

use axum::{Router, routing::any};
use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use web::gateway::HostHeader;

use crate::{
    applications::{serve, serve_bytes},
    support::{HOST, House, Plan, SIGNED_IN, read_until},
};

#[tokio::test]
async fn paths_are_passed_on_byte_for_byte() {
    let house = House::open().await;
    for path in [
        "/",
        "//",
        "//a//b/",
        "/a/../b",
        "/a/./b",
        "/..%2f..%2Fetc",
        "/a;b=c;d/e",
        "/%e2%82%ac/%E2%82%AC",
        "/%",
        "/%zz",
        "/a%00b",
        "/a%20b+c",
        "/~!$&'()*+,=:@",
        "/?",
        "/?a=b&a=c&&;",
        "/?x=%2F/..//?#",
        "/a?next=//evil.example",
        "/a|b^c?d=`e`",
        "/[x]{y}",
        "/a\\b",
        "/\u{e9}",
    ] {
        let answer = house.get(path).await;
        let expected = path.split('#').next().unwrap();
        assert!(answer.saw(&format!("GET {expected}")), "{path}: {}", answer.0);
    }
}

#[tokio::test]
async fn methods_bodies_and_ordinary_headers_are_passed_on() {
    let house = House::open().await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "GET"] {
        let head = format!(
            "{method} /x\r\nContent-Length: 5\r\nX-Request-Id: 7\r\nAuthorization: Bearer b\r\n{SIGNED_IN}"
        );
        let answer = house.ask(&head, "hello").await;
        assert!(answer.body().ends_with("\nhello"), "{method}: {}", answer.0);
        assert!(answer.saw(&format!("{method} /x")) && answer.saw("x-request-id: 7"), "{method}");
        assert!(answer.saw("authorization: Bearer b") && answer.saw("content-length: 5"), "{method}");
    }
    for method in ["CONNECT", "TRACE"] {
        assert_eq!(house.ask(&format!("{method} /x\r\n{SIGNED_IN}"), "").await.status(), 405, "{method}");
    }
}

#[tokio::test]
async fn chunked_bodies_are_passed_on_for_any_method() {
    let house = House::open().await;
    for method in ["POST", "GET", "DELETE"] {
        let head = format!("{method} /x\r\nTransfer-Encoding: chunked\r\n{SIGNED_IN}");
        let answer = house.ask(&head, "2\r\nhe\r\n3;ext=1\r\nllo\r\n0\r\n\r\n").await;
        assert!(answer.body().ends_with("\nhello"), "{method}: {}", answer.0);
        assert_eq!(answer.seen("transfer-encoding"), ["chunked"]);
    }
}

#[tokio::test]
async fn hop_by_hop_headers_end_here() {
    let hop = "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n\
               Proxy-Authorization: Basic eA==\r\nTE: trailers\r\nTrailer: X-T\r\nUpgrade: h2c\r\nExpect: 100-continue\r\n";
    let answer = House::open().await.ask(&format!("GET /\r\n{hop}{SIGNED_IN}"), "").await;
    for name in [
        "connection",
        "x-hop",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "te",
        "trailer",
        "upgrade",
        "expect",
    ] {
        assert!(answer.seen(name).is_empty(), "{name}: {}", answer.body());
    }

    let bytes = b"HTTP/1.1 200 OK\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n\
        Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nAlt-Svc: h3=\":443\"\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok";
    let answer = House::planned(Plan::to(serve_bytes(bytes).await)).await.get("/").await;
    assert_eq!((answer.status().as_u16(), answer.header("x-kept"), answer.body()), (200, "1", "ok"));
    for name in ["x-hop", "keep-alive", "proxy-authenticate", "upgrade", "alt-svc"] {
        assert!(answer.headers(name).is_empty(), "{name}: {}", answer.0);
    }
}

#[tokio::test]
async fn ambiguous_lengths_are_refused() {
    let house = House::open().await;
    for framing in [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x5\r\n",
    ] {
        let answer = house.ask(&format!("POST /\r\n{framing}{SIGNED_IN}"), "0\r\n\r\n").await;
        assert_eq!(answer.status(), 400, "{framing}");
    }
}

/// A proxy in front that went by `Content-Length` would take the rest for a part of the first request; whoever reads
/// it as a second one has been smuggled to.
#[tokio::test]
async fn nothing_is_smuggled_behind_a_chunked_request() {
    let house = House::open().await;
    let hidden = format!("GET /smuggled HTTP/1.1\r\nHost: {HOST}\r\n{SIGNED_IN}\r\n");
    for lengths in [
        "Content-Length: 200\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    ] {
        let request =
            format!("POST /first HTTP/1.1\r\nHost: {HOST}\r\n{lengths}{SIGNED_IN}\r\n0\r\n\r\n{hidden}");
        let answer = house.ask_raw(request.as_bytes()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.header("connection"), "close");
        assert!(answer.seen("content-length").is_empty(), "one length only: {}", answer.0);
        assert!(answer.saw("POST /first") && !answer.0.contains("smuggled"), "{}", answer.0);
        assert_eq!(answer.0.matches("HTTP/1.1 ").count(), 1, "{}", answer.0);
    }
}

#[tokio::test]
async fn connections_are_kept_after_plain_requests() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    for turn in 0..3 {
        let request =
            format!("POST /{turn} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 2\r\n{SIGNED_IN}\r\nok");
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(read_until(&mut stream, "\nok").await.contains(&format!("POST /{turn}\n")));
    }
}

#[tokio::test]
async fn absolute_targets_are_refused() {
    let house = House::open().await;
    for target in [format!("http://{HOST}/x"), "*".to_owned()] {
        let method = if target == "*" { "OPTIONS" } else { "GET" };
        let answer = house.ask(&format!("{method} {target}\r\n{SIGNED_IN}"), "").await;
        assert_eq!(answer.status(), 400, "{target}");
    }
    let answer = house.ask(&format!("GET http://evil.example/x\r\n{SIGNED_IN}"), "").await;
    assert_eq!(answer.status(), 421);
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n{SIGNED_IN}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read_until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\nhello"), "{answer}");

    let refused = house.ask("POST /\r\nContent-Length: 5\r\nExpect: 100-continue\r\n", "").await;
    assert_eq!(refused.status(), 401, "without a session nobody is told to go on");
    let odd = house.ask(&format!("POST /\r\nContent-Length: 0\r\nExpect: tea\r\n{SIGNED_IN}"), "").await;
    assert_eq!(odd.status(), 417);
}

#[tokio::test]
async fn answers_without_a_body_stay_so() {
    let router = Router::new()
        .route("/empty", any(|| async { StatusCode::NO_CONTENT }))
        .route("/same", any(|| async { (StatusCode::NOT_MODIFIED, [("etag", "\"1\"")]) }))
        .route("/sized", any(|| async { "12345" }))
        .route("/zero", any(|| async { "" }));
    let house = House::before(router).await;
    let answer = house.get("/empty").await;
    assert_eq!((answer.status().as_u16(), answer.body()), (204, ""));
    assert!(answer.headers("content-length").is_empty() && answer.headers("transfer-encoding").is_empty());
    let answer = house.get("/same").await;
    assert_eq!((answer.status().as_u16(), answer.header("etag"), answer.body()), (304, "\"1\"", ""));
    let answer = house.ask(&format!("HEAD /sized\r\n{SIGNED_IN}"), "").await;
    assert_eq!((answer.status().as_u16(), answer.header("content-length"), answer.body()), (200, "5", ""));
    assert_eq!(house.get("/zero").await.header("content-length"), "0");
}

#[tokio::test]
async fn compressed_bodies_and_policies_are_the_applications_own() {
    let router = Router::new().fallback(|| async {
        let headers = [
            ("content-encoding", "gzip"),
            ("content-security-policy", "default-src 'self'"),
            ("strict-transport-security", "max-age=9"),
            ("x-frame-options", "SAMEORIGIN"),
            ("cache-control", "public, max-age=60"),
            ("server", "harbour"),
        ];
        (headers, &b"\x1f\x8b not really \x00"[..])
    });
    let answer = House::before(router).await.get("/").await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(answer.header("content-security-policy"), "default-src 'self'");
    assert_eq!(answer.header("strict-transport-security"), "max-age=9");
    assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    assert_eq!(answer.header("server"), "harbour");
    assert!(answer.body().ends_with(" not really \0"));
}

#[tokio::test]
async fn answers_for_one_user_are_kept_from_shared_caches() {
    assert_eq!(House::open().await.get("/").await.header("cache-control"), "private");
}

#[tokio::test]
async fn trailers_of_answers_are_passed_on() {
    let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n4\r\ndata\r\n0\r\nX-Checksum: 42\r\n\r\n";
    let house = House::planned(Plan::to(serve_bytes(bytes).await)).await;
    let answer = house.ask(&format!("GET /\r\nTE: trailers\r\n{SIGNED_IN}"), "").await;
    assert!(answer.body().contains("data") && answer.body().contains("x-checksum: 42"), "{}", answer.0);
    assert!(!house.get("/").await.body().contains("checksum"), "only for those who asked");
}

#[tokio::test]
async fn early_hints_do_not_disturb() {
    let bytes =
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let answer = House::planned(Plan::to(serve_bytes(bytes).await)).await.get("/").await;
    assert_eq!((answer.status().as_u16(), answer.body()), (200, "ok"));
}

#[tokio::test]
async fn redirects_to_the_address_behind_are_turned_round() {
    let router = || {
        Router::new().route(
            "/{*to}",
            any(|headers: HeaderMap| async move {
                let host = headers["host"].to_str().unwrap().to_owned();
                (StatusCode::FOUND, [("location", format!("http://{host}/next?x=%2F"))])
            }),
        )
    };
    for host_header in [HostHeader::Base, HostHeader::Public] {
        let plan = Plan { host_header, ..Plan::to(serve(router()).await) };
        let answer = House::planned(plan).await.get("/x").await;
        assert_eq!(answer.header("location"), "http://reconcile.localhost:8080/next?x=%2F");
    }
    let away = b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n";
    let answer = House::planned(Plan::to(serve_bytes(away).await)).await.get("/").await;
    assert_eq!(answer.header("location"), "https://elsewhere.example/");
}

#[tokio::test]
async fn large_headers_have_a_limit() {
    let house = House::open().await;
    let head = |length: usize| format!("GET /\r\nX-Large: {}\r\n{SIGNED_IN}", "x".repeat(length));
    assert_eq!(house.ask(&head(16_000), "").await.status(), 200);
    assert_eq!(house.ask(&head(1_000_000), "").await.status(), 431);
}

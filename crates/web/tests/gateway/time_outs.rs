//! An application that is down, late, silent or broken is told from one another, and patience is not unlimited.

use std::{convert::Infallible, time::Duration};

use axum::{Router, body::Body, extract::Request, routing::any};
use futures_util::{StreamExt, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::{Instant, timeout},
};
use web::gateway::TimeOuts;

use crate::{
    applications::{echo, serve, serve_bytes},
    support::{Answer, HOST, House, Plan, SIGNED_IN},
};

const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(60);

async fn house(router: Router, response: Duration, idle: Duration) -> House {
    let time_outs = TimeOuts { response, idle, socket_idle: LONG };
    House::planned(Plan { time_outs, ..Plan::to(serve(router).await) }).await
}

fn problem(answer: &Answer) -> (u16, String) {
    let problem: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
    (answer.status().as_u16(), problem["type"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_application_that_is_down_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let house = House::planned(Plan::to(base)).await;
    assert_eq!(problem(&house.get("/").await), (502, "urn:vestibule:problem:application-unreachable".into()));
    let page = house.ask(&format!("GET /\r\nSec-Fetch-Mode: navigate\r\n{SIGNED_IN}"), "").await;
    assert_eq!(page.status(), 502);
    assert!(page.body().starts_with("<h1>Unreachable at Some(\"Harbour Reconcile\")"), "{}", page.body());
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_application_that_talks_rubbish_is_broken() {
    for rubbish in [
        &b""[..],
        b"HTTP/1.1 200",
        b"SSH-2.0-harbour\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    ] {
        let house = House::planned(Plan::to(serve_bytes(rubbish).await)).await;
        let expected = (502, "urn:vestibule:problem:application-broken".to_owned());
        assert_eq!(problem(&house.get("/").await), expected, "{rubbish:?}");
        let posted = house.ask(&format!("POST /\r\nContent-Length: 2\r\n{SIGNED_IN}"), "ok").await;
        assert_eq!(problem(&posted), expected, "{rubbish:?}");
    }
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_slow() {
    let slow = || Router::new().fallback(std::future::pending::<()>);
    let house = house(slow(), SHORT, LONG).await;
    let start = Instant::now();
    assert_eq!(problem(&house.get("/").await), (504, "urn:vestibule:problem:application-slow".into()));
    assert!((SHORT..PATIENCE).contains(&start.elapsed()), "{:?}", start.elapsed());
    let posted = house.ask(&format!("POST /\r\nContent-Length: 2\r\n{SIGNED_IN}"), "ok").await;
    assert_eq!(posted.status(), 504);
}

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_upload_may_take_longer_than_the_answer() {
    let house = house(echo(), SHORT, LONG).await;
    let mut stream = house.connect().await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 8\r\nConnection: close\r\n{SIGNED_IN}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let start = Instant::now();
    for byte in b"12345678" {
        // The pace of a slow line: each byte well within the limit, all of them beyond it.
        tokio::time::sleep(SHORT / 2).await;
        stream.write_all(&[*byte]).await.unwrap();
    }
    assert!(start.elapsed() > SHORT * 2);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\n12345678"), "{answer}");
}

#[tokio::test]
async fn an_upload_that_stalls_ends_and_is_the_clients_fault() {
    for response in [SHORT / 3, LONG] {
        let house = house(echo(), response, SHORT).await;
        let answer = house.ask(&format!("POST /\r\nContent-Length: 10\r\n{SIGNED_IN}"), "half").await;
        assert_eq!(problem(&answer), (408, "urn:vestibule:problem:upload-stalled".into()));
        assert_eq!(answer.header("connection"), "close");
    }
}

#[tokio::test]
async fn an_answer_that_stalls_is_cut_and_never_looks_complete() {
    let router = Router::new().fallback(|| async {
        let half = stream::once(async { Ok::<_, Infallible>("half") }).chain(stream::pending());
        Body::from_stream(half)
    });
    let house = house(router, LONG, SHORT).await;
    let answer = house.get("/").await;
    assert!(answer.body().contains("half") && !answer.0.contains("0\r\n\r\n"), "{}", answer.0);
}

#[tokio::test]
async fn a_slow_but_steady_answer_is_not_cut() {
    let router = Router::new().fallback(|| async {
        let ticks = stream::iter(0..6).then(|turn| async move {
            tokio::time::sleep(SHORT / 3).await;
            Ok::<_, Infallible>(format!("tick{turn};"))
        });
        Body::from_stream(ticks)
    });
    let answer = house(router, LONG, SHORT).await.get("/").await;
    assert!(answer.body().contains("tick5;") && answer.body().contains("0\r\n\r\n"), "{}", answer.0);
}

/// Servers close resting connections whenever they like; a request that meets this is asked once more.
#[tokio::test]
async fn a_connection_closed_at_rest_is_no_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                let _ = stream.write_all(answer).await;
                // Reads the next request, then leaves without an answer.
                let _ = stream.read(&mut request).await;
            });
        }
    });
    let house = House::planned(Plan::to(base)).await;
    for _ in 0..4 {
        let answer = timeout(PATIENCE, house.get("/")).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body()), (200, "ok"));
    }
}

#[tokio::test]
async fn an_early_answer_to_an_upload_comes_through() {
    let router = Router::new()
        .route("/upload", any(|_: Request| async { (http::StatusCode::PAYLOAD_TOO_LARGE, "no") }));
    let house = house(router, LONG, LONG).await;
    let mut stream = house.connect().await;
    let head =
        format!("POST /upload HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000000\r\n{SIGNED_IN}\r\nstart");
    stream.write_all(head.as_bytes()).await.unwrap();
    crate::support::read_until(&mut stream, "413 Payload Too Large").await;
}

//! WebSockets pass both ways, and end with the session that opened them.

use std::{sync::atomic::Ordering, time::Duration};

use axum::Router;
use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::server},
};
use web::gateway::{TimeOuts, Use};

use crate::{
    applications::{serve, serve_bytes},
    support::{HOST, House, Plan, SIGNED_IN},
};

const PATIENCE: Duration = Duration::from_secs(10);

/// A server that first tells who it sees, then echoes.
async fn serve_echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut seen = String::new();
                #[expect(clippy::result_large_err, reason = "the signature is the library's")]
                let look = |request: &server::Request, mut response: server::Response| {
                    seen = format!(
                        "{} {:?} {:?}",
                        request.uri(),
                        request.headers()["remote-user"],
                        request.headers().get("cookie")
                    );
                    response.headers_mut().insert("sec-websocket-protocol", "harbour".parse().unwrap());
                    response.headers_mut().append("set-cookie", "vestibule-app=evil".parse().unwrap());
                    Ok(response)
                };
                let Ok(mut socket) = accept_hdr_async(stream, look).await else { return };
                socket.send(Message::text(seen)).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_text() || message.is_binary() {
                        socket.send(message).await.unwrap();
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

type Socket = WebSocketStream<TcpStream>;

async fn open(house: &House, cookie: &str, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{HOST}/live?room=7").into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    request.headers_mut().insert("sec-websocket-protocol", "harbour".parse().unwrap());
    request.headers_mut().insert("remote-user", "forged".parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    let (socket, response) = client_async(request, house.connect().await).await?;
    assert!(response.headers().get("set-cookie").is_none());
    Ok(socket)
}

const GOOD: &str = "a=1; vestibule-app=good";

async fn next(socket: &mut Socket) -> Option<Result<Message, Error>> {
    timeout(PATIENCE, socket.next()).await.expect("something happens on the socket")
}

/// Waits for the end of a socket; pings do not count.
async fn ended(socket: &mut Socket) {
    while let Some(Ok(message)) = next(socket).await {
        assert!(!message.is_text(), "{message}");
    }
}

fn refused(answer: Result<Socket, Error>) -> u16 {
    match answer {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn messages_pass_both_ways_with_the_users_identity() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    let mut socket = open(&house, GOOD, Some("http://reconcile.localhost:8080")).await.unwrap();
    let greeting = next(&mut socket).await.unwrap().unwrap();
    assert_eq!(greeting.to_text().unwrap(), r#"/live?room=7 "j.okafor" Some("a=1")"#);
    for length in [0, 1, 125, 126, 65_536, 1_000_000] {
        let message = Message::binary(vec![7; length]);
        socket.send(message.clone()).await.unwrap();
        assert_eq!(next(&mut socket).await.unwrap().unwrap(), message);
    }
    socket.close(None).await.unwrap();
    ended(&mut socket).await;
}

#[tokio::test]
async fn without_a_session_there_is_no_socket() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    assert_eq!(refused(open(&house, "a=1", None).await), 401);
    assert_eq!(refused(open(&house, "vestibule-app=old", None).await), 401);
    assert_eq!(refused(open(&house, "vestibule-app=elsewhere", None).await), 403);
}

#[tokio::test]
async fn foreign_pages_open_no_sockets() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    for origin in
        ["https://evil.example", "null", "http://localhost:8080", "http://evil.reconcile.localhost:8080"]
    {
        assert_eq!(refused(open(&house, GOOD, Some(origin)).await), 403, "{origin}");
    }
    open(&house, GOOD, Some("https://tools.example")).await.unwrap();
    open(&house, GOOD, None).await.unwrap();
}

#[tokio::test]
async fn a_handshake_with_a_body_is_refused() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for framing in ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n{upgrade}{framing}{SIGNED_IN}\r\nhello");
        assert_eq!(house.ask_raw(request.as_bytes()).await.status(), 400, "{framing}");
    }
}

#[tokio::test]
async fn a_revoked_session_closes_its_sockets() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    let mut socket = open(&house, GOOD, None).await.unwrap();
    next(&mut socket).await.unwrap().unwrap();
    house.sessions.revoke();
    ended(&mut socket).await;
}

#[tokio::test]
async fn a_moment_without_answers_from_sessions_is_borne() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    let mut socket = open(&house, GOOD, None).await.unwrap();
    next(&mut socket).await.unwrap().unwrap();
    house.sessions.fails.store(true, Ordering::Relaxed);
    ended(&mut socket).await;
    assert!(house.sessions.looks.load(Ordering::Relaxed) >= 6, "it was tried more than once");
}

#[tokio::test]
async fn a_silent_socket_is_closed() {
    let time_outs = TimeOuts { socket_idle: Duration::from_millis(100), ..TimeOuts::default() };
    let house = House::planned(Plan { time_outs, ..Plan::to(serve_echo().await) }).await;
    let mut socket = open(&house, GOOD, None).await.unwrap();
    next(&mut socket).await.unwrap().unwrap();
    ended(&mut socket).await;
}

#[tokio::test]
async fn a_stopping_server_closes_its_sockets() {
    let house = House::planned(Plan::to(serve_echo().await)).await;
    let mut socket = open(&house, GOOD, None).await.unwrap();
    next(&mut socket).await.unwrap().unwrap();
    house.closing.cancel();
    ended(&mut socket).await;
}

#[tokio::test]
async fn what_counts_as_use_is_the_operators_choice() {
    for (socket_use, activities) in [(Use::Look, 1), (Use::Activity, 2)] {
        let house = House::planned(Plan { socket_use, ..Plan::to(serve_echo().await) }).await;
        let mut socket = open(&house, GOOD, None).await.unwrap();
        next(&mut socket).await.unwrap().unwrap();
        socket.send(Message::text("hello")).await.unwrap();
        next(&mut socket).await.unwrap().unwrap();
        let looks = house.sessions.looks.load(Ordering::Relaxed);
        let turns = async {
            while house.sessions.looks.load(Ordering::Relaxed) < looks + 3 {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, turns).await.expect("the session is looked at again and again");
        assert_eq!(house.sessions.activities.load(Ordering::Relaxed), activities, "{socket_use:?}");
    }
}

#[tokio::test]
async fn an_application_may_decline_a_socket() {
    let declining = Router::new().fallback(|| async { (http::StatusCode::IM_A_TEAPOT, "no sockets") });
    let house = House::planned(Plan::to(serve(declining).await)).await;
    assert_eq!(refused(open(&house, GOOD, None).await), 418);
    let other = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
    let house = House::planned(Plan::to(serve_bytes(other).await)).await;
    assert_eq!(refused(open(&house, GOOD, None).await), 502);
}

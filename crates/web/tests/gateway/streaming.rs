//! Bodies flow through both ways as they come; nothing is gathered on the way, and who leaves is noticed.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, routing::any};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{Notify, mpsc},
    time::timeout,
};

use crate::support::{HOST, House, SIGNED_IN, read_until};

const PATIENCE: Duration = Duration::from_secs(10);

fn request(line: &str, headers: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nHost: {HOST}\r\n{headers}{SIGNED_IN}\r\n").into_bytes()
}

/// Tells when it is dropped.
struct Farewell(Arc<Notify>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn an_event_arrives_before_the_next_is_made() {
    let go_on = Arc::new(Notify::new());
    let gate = Arc::clone(&go_on);
    let router = Router::new().route(
        "/events",
        any(move || async move {
            let events =
                stream::iter(["data: first\n\n", "data: last\n\n"]).enumerate().then(move |(turn, event)| {
                    let gate = Arc::clone(&gate);
                    async move {
                        if turn > 0 {
                            gate.notified().await;
                        }
                        Ok::<_, Infallible>(event)
                    }
                });
            ([("content-type", "text/event-stream")], Body::from_stream(events))
        }),
    );
    let house = House::before(router).await;
    let mut stream = house.connect().await;
    stream.write_all(&request("GET /events", "")).await.unwrap();
    let first = read_until(&mut stream, "first\n\n").await;
    assert!(!first.contains("last"), "{first}");
    go_on.notify_one();
    read_until(&mut stream, "last\n\n").await;
}

#[tokio::test]
async fn the_application_sees_the_first_bytes_before_the_last_are_sent() {
    let (seen, mut sees) = mpsc::unbounded_channel::<Bytes>();
    let router = Router::new().route(
        "/upload",
        any(move |request: Request| async move {
            let mut body = request.into_body().into_data_stream();
            while let Some(Ok(chunk)) = body.next().await {
                seen.send(chunk).unwrap();
            }
            "done"
        }),
    );
    let house = House::before(router).await;
    let mut stream = house.connect().await;
    stream.write_all(&request("POST /upload", "Content-Length: 10\r\n")).await.unwrap();
    stream.write_all(b"first").await.unwrap();
    assert_eq!(timeout(PATIENCE, sees.recv()).await.unwrap().unwrap(), "first");
    stream.write_all(b"final").await.unwrap();
    assert_eq!(timeout(PATIENCE, sees.recv()).await.unwrap().unwrap(), "final");
    read_until(&mut stream, "done").await;
}

/// 50 MB go to an application that does not read at first: the gateway takes little more than the sockets hold, and
/// all of it arrives once the application reads.
#[tokio::test]
async fn a_large_upload_waits_at_the_client_not_in_memory() {
    const LENGTH: usize = 50_000_000;
    let read_now = Arc::new(Notify::new());
    let gate = Arc::clone(&read_now);
    let router = Router::new().route(
        "/upload",
        any(move |request: Request| async move {
            gate.notified().await;
            let mut body = request.into_body().into_data_stream();
            let (mut length, mut sum) = (0_usize, 0_u64);
            while let Some(chunk) = body.next().await {
                let chunk = chunk.unwrap();
                length += chunk.len();
                sum += chunk.iter().map(|byte| u64::from(*byte)).sum::<u64>();
            }
            format!("length {length} sum {sum} end")
        }),
    );
    let house = House::before(router).await;
    let mut stream = house.connect().await;
    stream.write_all(&request("POST /upload", &format!("Content-Length: {LENGTH}\r\n"))).await.unwrap();
    let block: Vec<u8> = (0..=249).collect::<Vec<u8>>().repeat(400);
    let mut sent = 0;
    while sent < LENGTH {
        let rest = &block[sent % block.len()..];
        match timeout(Duration::from_millis(500), stream.write(rest)).await {
            Ok(written) => sent += written.unwrap(),
            Err(_) => break,
        }
    }
    assert!(sent < LENGTH / 2, "the gateway took {sent} bytes that nobody read");
    read_now.notify_one();
    while sent < LENGTH {
        let rest = &block[sent % block.len()..];
        sent +=
            timeout(PATIENCE, stream.write(&rest[..rest.len().min(LENGTH - sent)])).await.unwrap().unwrap();
    }
    let sum: u64 = (0..=249).sum::<u64>() * u64::try_from(LENGTH).unwrap() / 250;
    read_until(&mut stream, &format!("length {LENGTH} sum {sum} end")).await;
}

#[tokio::test]
async fn a_large_download_waits_at_the_application_not_in_memory() {
    const BLOCKS: usize = 800;
    let (made, mut makes) = mpsc::unbounded_channel::<usize>();
    let router = Router::new().route(
        "/download",
        any(move || async move {
            let blocks = stream::iter(0..BLOCKS).map(move |turn| {
                made.send(turn).unwrap();
                Ok::<_, Infallible>(Bytes::from(vec![b'x'; 64 * 1024]))
            });
            Body::from_stream(blocks)
        }),
    );
    let house = House::before(router).await;
    let mut stream = house.connect().await;
    stream.write_all(&request("GET /download", "Connection: close\r\n")).await.unwrap();
    let mut last = 0;
    while let Ok(Some(turn)) = timeout(Duration::from_millis(500), makes.recv()).await {
        last = turn;
    }
    assert!(last < BLOCKS / 2, "{last} blocks were taken that nobody read");
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert_eq!(answer.iter().filter(|byte| **byte == b'x').count(), BLOCKS * 64 * 1024);
}

#[tokio::test]
async fn a_request_whose_client_left_is_dropped() {
    let (came, gone) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (coming, going) = (Arc::clone(&came), Arc::clone(&gone));
    let router = Router::new().route(
        "/slow",
        any(move || async move {
            let _farewell = Farewell(going);
            coming.notify_one();
            std::future::pending::<()>().await;
        }),
    );
    let house = House::before(router).await;
    let mut stream = house.connect().await;
    stream.write_all(&request("GET /slow", "")).await.unwrap();
    timeout(PATIENCE, came.notified()).await.expect("the application was asked");
    drop(stream);
    timeout(PATIENCE, gone.notified()).await.expect("the application's request ended");
}

#[tokio::test]
async fn an_answer_whose_client_left_is_dropped() {
    let gone = Arc::new(Notify::new());
    let going = Arc::clone(&gone);
    let router = Router::new().route(
        "/events",
        any(move || async move {
            let farewell = Farewell(going);
            let events = stream::once(async { "first" }).chain(stream::pending()).map(move |event| {
                let _ = &farewell;
                Ok::<_, Infallible>(event)
            });
            Body::from_stream(events)
        }),
    );
    let house = House::before(router).await;
    let mut stream = house.connect().await;
    stream.write_all(&request("GET /events", "")).await.unwrap();
    read_until(&mut stream, "first").await;
    drop(stream);
    timeout(PATIENCE, gone.notified()).await.expect("the application's stream ended");
}

#[tokio::test]
async fn an_upload_that_breaks_off_reaches_nobody_as_complete() {
    let (told, mut tells) = mpsc::unbounded_channel::<bool>();
    let router = Router::new().route(
        "/upload",
        any(move |request: Request| async move {
            let whole = axum::body::to_bytes(request.into_body(), usize::MAX).await.is_ok();
            told.send(whole).unwrap();
        }),
    );
    let house = House::before(router).await;
    for framing in ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"] {
        let mut stream = house.connect().await;
        let head = format!("POST /upload HTTP/1.1\r\nHost: {HOST}\r\n{SIGNED_IN}{framing}");
        stream.write_all(head.as_bytes()).await.unwrap();
        drop(stream);
        // The gateway may notice before it asked the application at all, which is as well.
        if let Ok(whole) = timeout(Duration::from_millis(500), tells.recv()).await {
            assert_eq!(whole, Some(false), "{framing}");
        }
    }
}

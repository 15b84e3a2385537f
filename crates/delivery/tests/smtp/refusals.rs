//! Refusals, silences and dropped connections, told apart.

use delivery::smtp::{Encryption, Failure, Smtp, SmtpConfig};
use serde_json::{Value, json};

use crate::{
    letters::{PATIENCE, letter},
    server::{SHORT, STEP, Server},
};

async fn failure(wish: Value) -> Failure {
    let server = Server::plain(wish).await;
    server.client().send(&letter(), PATIENCE).await.unwrap_err()
}

/// As `failure`, with a client that loses patience soon with every step.
async fn failure_in_time(wish: Value) -> Failure {
    let server = Server::plain(wish).await;
    let config = SmtpConfig { timeout: STEP, ..server.config(Encryption::None) };
    Smtp::new(config).unwrap().send(&letter(), PATIENCE).await.unwrap_err()
}

fn unavailable(reason: &str) -> Failure {
    Failure::Unavailable { reason: reason.to_owned() }
}

fn temporary(reason: &str) -> Failure {
    Failure::Temporary { reason: reason.to_owned() }
}

fn permanent(reason: &str) -> Failure {
    Failure::Permanent { reason: reason.to_owned() }
}

#[tokio::test]
async fn deferrals_are_temporary_at_every_step() {
    assert_eq!(failure(json!({"mail": ["451 4.3.2 later"]})).await, temporary("sender: 451 4.3.2"));
    assert_eq!(failure(json!({"rcpt": ["450 4.2.0 greylisted"]})).await, temporary("recipient: 450 4.2.0"));
    assert_eq!(failure(json!({"data": ["452 no room"]})).await, temporary("content: 452"));
}

#[tokio::test]
async fn refusals_are_permanent_at_every_step() {
    assert_eq!(failure(json!({"mail": ["553 5.1.7 no"]})).await, permanent("sender: 553 5.1.7"));
    let unknown = json!({"rcpt": ["550 5.1.1 <amara.okafor@northgate-shipping.example> unknown"]});
    assert_eq!(failure(unknown).await, permanent("recipient: 550 5.1.1"));
    assert_eq!(failure(json!({"data": ["554 5.7.1 spam"]})).await, permanent("content: 554 5.7.1"));
}

#[tokio::test]
async fn a_server_about_to_stop_is_unavailable() {
    assert_eq!(failure(json!({"rcpt": ["421 4.3.2 stopping"]})).await, unavailable("recipient: 421 4.3.2"));
    assert_eq!(failure(json!({"raw": ["421 4.3.2 busy\r\n"]})).await, unavailable("greeting: 421 4.3.2"));
    assert_eq!(failure(json!({"raw": ["554 5.3.2 not here\r\n"]})).await, unavailable("greeting: 554 5.3.2"));
}

#[tokio::test]
async fn a_dropped_connection_is_unavailable_wherever_it_drops() {
    for (wish, step) in [
        (json!({"raw": ["drop"]}), "greeting: "),
        (json!({"raw": ["220 hello\r\n", "drop"]}), "greeting: "),
        (json!({"mail": ["drop"]}), "sender: "),
        (json!({"rcpt": ["drop"]}), "recipient: "),
        (json!({"data": ["drop"]}), "content: "),
    ] {
        let failure = failure(wish).await;
        assert!(
            matches!(&failure, Failure::Unavailable { reason } if reason.starts_with(step)),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_silent_server_costs_one_time_out() {
    let silences = [
        (json!({"raw": [null]}), "greeting: no answer in time"),
        (json!({"mail": ["hang"]}), "sender: no answer in time"),
        (json!({"rcpt": ["hang"]}), "recipient: no answer in time"),
        (json!({"data": ["hang"]}), "content: no answer in time"),
    ];
    let waiting =
        silences.map(|(wish, reason)| tokio::spawn(async move { (failure_in_time(wish).await, reason) }));
    for silence in waiting {
        let (failure, reason) = silence.await.unwrap();
        assert_eq!(failure, unavailable(reason));
    }
}

#[tokio::test]
async fn a_mail_is_left_when_its_own_time_is_over() {
    let server = Server::plain(json!({"rcpt": ["hang"]})).await;
    let failure = server.client().send(&letter(), SHORT).await.unwrap_err();
    assert_eq!(failure, unavailable("overall: not done in time"));
}

#[tokio::test]
async fn a_mail_is_left_when_the_overall_time_is_over() {
    // Each step has as long as all of them together, so the whole always ends first.
    let server = Server::plain(json!({"rcpt": ["hang"]})).await;
    let times = SmtpConfig { timeout: SHORT, overall_timeout: SHORT, ..server.config(Encryption::None) };
    let failure = Smtp::new(times).unwrap().send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(failure, unavailable("overall: not done in time"));
}

#[tokio::test]
async fn no_server_at_all() {
    let server = Server::plain(json!({})).await;
    let client = server.client();
    drop(server);
    // The process may take a moment to let go of its port, so the first answers may be of a dying connection.
    let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
    assert!(matches!(failure, Failure::Unavailable { .. }), "{failure:?}");

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Smtp::new(SmtpConfig::new("127.0.0.1", closed, Encryption::None)).unwrap();
    assert_eq!(
        client.send(&letter(), PATIENCE).await.unwrap_err(),
        unavailable("connect: connection refused")
    );
    assert_eq!(client.check().await.unwrap_err(), unavailable("connect: connection refused"));
}

#[tokio::test]
async fn what_speaks_no_smtp_is_unavailable() {
    let failure = failure(json!({"raw": ["HTTP/1.1 400 Bad Request\r\n\r\n"]})).await;
    assert!(
        matches!(&failure, Failure::Unavailable { reason } if reason.starts_with("greeting: ")),
        "{failure:?}"
    );
}

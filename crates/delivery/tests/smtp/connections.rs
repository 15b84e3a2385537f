//! Connections are used again while they are good, and never beyond their number.

use std::{sync::Arc, time::Duration};

use delivery::smtp::{Encryption, Failure, Smtp, SmtpConfig};
use serde_json::json;

use crate::{
    letters::{PATIENCE, letter},
    server::Server,
};

#[tokio::test]
async fn one_connection_carries_many_mails() {
    let mut server = Server::plain(json!({})).await;
    let client = server.client();
    for _ in 0..3 {
        client.send(&letter(), PATIENCE).await.unwrap();
    }
    client.close().await;
    assert_eq!(server.next_events().await, ["connect", "mail", "mail", "mail", "quit"]);
}

#[tokio::test]
async fn a_refused_mail_leaves_the_connection_clean_for_the_next() {
    let mut server = Server::plain(json!({"rcpt": ["550 5.1.1 unknown", "450 4.2.0 later", null]})).await;
    let client = server.client();
    client.send(&letter(), PATIENCE).await.unwrap_err();
    client.send(&letter(), PATIENCE).await.unwrap_err();
    client.send(&letter(), PATIENCE).await.unwrap();
    assert_eq!(server.next_events().await, ["connect", "rset", "rset", "mail"]);
}

#[tokio::test]
async fn a_connection_that_died_while_idle_is_replaced_at_once() {
    // The second MAIL of the first connection finds it closed, as servers do with idle clients.
    for end in ["drop", "421 4.4.2 idle too long"] {
        let mut server = Server::plain(json!({"mail": [null, end, null]})).await;
        let client = server.client();
        client.send(&letter(), PATIENCE).await.unwrap();
        client.send(&letter(), PATIENCE).await.unwrap();
        assert_eq!(server.next_events().await, ["connect", "mail", "connect", "mail"], "{end}");
    }
}

#[tokio::test]
async fn a_mail_of_unknown_fate_is_not_repeated_by_itself() {
    // The connection drops after the content: whether it was taken is unknown, and the outbox decides.
    let mut server = Server::plain(json!({"data": [null, "drop", null]})).await;
    let client = server.client();
    client.send(&letter(), PATIENCE).await.unwrap();
    let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
    assert!(matches!(failure, Failure::Unavailable { .. }), "{failure:?}");
    client.send(&letter(), PATIENCE).await.unwrap();
    assert_eq!(server.next_events().await, ["connect", "mail", "connect", "mail"]);
}

#[tokio::test]
async fn connections_are_not_kept_beyond_their_lifetime() {
    let mut server = Server::plain(json!({})).await;
    let config = SmtpConfig { idle_lifetime: Duration::ZERO, ..server.config(Encryption::None) };
    let client = Smtp::new(config).unwrap();
    client.send(&letter(), PATIENCE).await.unwrap();
    client.send(&letter(), PATIENCE).await.unwrap();
    assert_eq!(server.next_events().await, ["connect", "mail", "connect", "mail"]);
}

#[tokio::test]
async fn mails_at_once_share_the_allowed_connections() {
    let mut server = Server::plain(json!({})).await;
    let config = SmtpConfig { max_connections: 2, ..server.config(Encryption::None) };
    let client = Arc::new(Smtp::new(config).unwrap());
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        sending.spawn(async move { client.send(&letter(), PATIENCE).await.unwrap() });
    }
    sending.join_all().await;
    client.close().await;

    let (mut connections, mut mails, mut goodbyes) = (0, 0, 0);
    while mails < 20 || goodbyes < connections {
        match server.next().await["event"].as_str().unwrap() {
            "connect" => connections += 1,
            "mail" => mails += 1,
            "quit" => goodbyes += 1,
            other => panic!("{other}"),
        }
    }
    assert!((1..=2).contains(&connections), "{connections} connections");
}

#[tokio::test]
async fn after_closing_nothing_is_sent() {
    let server = Server::plain(json!({})).await;
    let client = server.client();
    client.close().await;
    let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(failure.reason(), "connect: Vestibule is stopping");
}

//! TLS and STARTTLS: required where configured, with the right name and the right authority.

use delivery::smtp::{ConfigProblem, Encryption, Failure, Smtp, SmtpConfig};
use serde_json::{Value, json};

use crate::{
    letters::{PATIENCE, letter},
    server::{Identity, Server},
};

fn trusting(server: &Server, identity: &Identity, encryption: Encryption) -> Smtp {
    Smtp::new(SmtpConfig { ca_file: Some(identity.authority()), ..server.config(encryption) }).unwrap()
}

fn reason(failure: &Failure) -> &str {
    assert!(matches!(failure, Failure::Unavailable { .. }), "{failure:?}");
    failure.reason()
}

#[tokio::test]
async fn mails_travel_under_tls_from_the_first_byte() {
    let identity = Identity::new("localhost");
    let mut server = Server::start(identity.wish("tls", json!({}))).await;
    let client = trusting(&server, &identity, Encryption::Tls);
    client.check().await.unwrap();
    client.send(&letter(), PATIENCE).await.unwrap();
    assert_eq!(server.next_mail().await["tls"], true);
}

#[tokio::test]
async fn mails_travel_under_starttls() {
    let identity = Identity::new("localhost");
    let mut server = Server::start(identity.wish("starttls", json!({}))).await;
    let client = trusting(&server, &identity, Encryption::StartTls);
    client.send(&letter(), PATIENCE).await.unwrap();
    client.send(&letter(), PATIENCE).await.unwrap();
    assert_eq!(server.next_events().await, ["connect", "tls", "mail", "mail"]);
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let identity = Identity::new("localhost");
    let mut server = Server::plain(json!({})).await;
    let client = trusting(&server, &identity, Encryption::StartTls);
    let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(reason(&failure), "STARTTLS: not offered by the server");
    let _ = Smtp::new(server.config(Encryption::None)).unwrap().send(&letter(), PATIENCE).await;
    assert_eq!(server.next_events().await, ["connect", "connect", "mail"]);
}

#[tokio::test]
async fn a_refused_starttls_gets_nothing() {
    assert_eq!(after_starttls("454 4.7.0 not now\r\n").await, "STARTTLS: 454 4.7.0");
}

#[tokio::test]
async fn answers_slipped_in_ahead_of_tls_are_not_believed() {
    let slipped = "220 go ahead\r\n250-mail.test.example\r\n250 AUTH PLAIN\r\n";
    assert_eq!(after_starttls(slipped).await, "STARTTLS: something was sent ahead of TLS");
}

async fn after_starttls(answer: &str) -> String {
    let identity = Identity::new("localhost");
    let raw: Value = json!({"raw": ["220 hello\r\n", "250-mail.test.example\r\n250 STARTTLS\r\n", answer]});
    let mut server = Server::plain(raw).await;
    let client = trusting(&server, &identity, Encryption::StartTls);
    let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(server.next_events().await, ["connect", "heard", "heard"]);
    let after = server.next().await["line"].as_str().unwrap().to_owned();
    assert_eq!(after, "", "nothing may be said after a failed STARTTLS");
    reason(&failure).to_owned()
}

#[tokio::test]
async fn strangers_certificates_are_refused() {
    let (ours, theirs) = (Identity::new("localhost"), Identity::new("localhost"));
    for (word, encryption) in [("tls", Encryption::Tls), ("starttls", Encryption::StartTls)] {
        let server = Server::start(theirs.wish(word, json!({}))).await;
        let failure = trusting(&server, &ours, encryption).send(&letter(), PATIENCE).await.unwrap_err();
        assert_eq!(reason(&failure), "TLS: certificate or protocol not accepted");
        // The system's own authorities do not know it either.
        let client = Smtp::new(server.config(encryption)).unwrap();
        let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
        assert_eq!(reason(&failure), "TLS: certificate or protocol not accepted");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let identity = Identity::new("mail.company.example");
    let server = Server::start(identity.wish("tls", json!({}))).await;
    let failure = trusting(&server, &identity, Encryption::Tls).send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(reason(&failure), "TLS: certificate or protocol not accepted");
}

#[tokio::test]
async fn tls_to_a_plain_port_is_unavailable() {
    let identity = Identity::new("localhost");
    let server = Server::plain(json!({})).await;
    let failure = trusting(&server, &identity, Encryption::Tls).send(&letter(), PATIENCE).await.unwrap_err();
    assert!(reason(&failure).starts_with("TLS: "), "{failure:?}");
}

#[test]
fn a_file_without_authorities_is_a_problem_at_start() {
    let folder = tempfile::TempDir::new().unwrap();
    let of = |name: &str| SmtpConfig {
        ca_file: Some(folder.path().join(name)),
        ..SmtpConfig::new("mail.company.example", 465, Encryption::Tls)
    };
    std::fs::write(folder.path().join("empty.pem"), "").unwrap();
    std::fs::write(
        folder.path().join("bad.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    for name in ["absent.pem", "empty.pem", "bad.pem"] {
        let problem = Smtp::new(of(name)).err().unwrap();
        assert!(matches!(problem, ConfigProblem::CaFile { .. }), "{problem}");
        assert!(problem.to_string().contains(name), "{problem}");
    }
}

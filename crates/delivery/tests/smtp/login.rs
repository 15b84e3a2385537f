//! Logging in to the mail server. A wrong password there is the operator's trouble and must not cost users their mail.

use delivery::smtp::{Encryption, Failure, Smtp, SmtpConfig, SmtpLogin};
use serde_json::{Value, json};

use crate::{
    letters::{PATIENCE, letter},
    server::{Identity, Server},
};

async fn server(identity: &Identity, tls: &str, mechanisms: Value) -> Server {
    let more = json!({"login": ["relay", "correct horse"], "mechanisms": mechanisms});
    Server::start(identity.wish(tls, more)).await
}

fn client(server: &Server, identity: &Identity, encryption: Encryption, password: &str) -> Smtp {
    let login = SmtpLogin { user: "relay".to_owned(), password: password.to_owned().into() };
    let config =
        SmtpConfig { ca_file: Some(identity.authority()), login: Some(login), ..server.config(encryption) };
    Smtp::new(config).unwrap()
}

#[tokio::test]
async fn both_methods_work_under_both_encryptions() {
    let identity = Identity::new("localhost");
    for (word, encryption) in [("tls", Encryption::Tls), ("starttls", Encryption::StartTls)] {
        for method in ["PLAIN", "LOGIN"] {
            let mut server = server(&identity, word, json!([method])).await;
            let client = client(&server, &identity, encryption, "correct horse");
            client.send(&letter(), PATIENCE).await.unwrap();
            let auth = loop {
                let told = server.next().await;
                if told["event"] == "auth" {
                    break told;
                }
            };
            assert_eq!(auth, json!({"event": "auth", "mechanism": method, "right": true}));
            assert_eq!(server.next_mail().await["tls"], true);
        }
    }
}

#[tokio::test]
async fn a_wrong_password_bounces_no_mail() {
    let identity = Identity::new("localhost");
    let server = server(&identity, "tls", json!(["PLAIN", "LOGIN"])).await;
    let client = client(&server, &identity, Encryption::Tls, "wrong");
    let failure = client.send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(failure, Failure::Unavailable { reason: "login: 535 5.7.8".to_owned() });
    assert_eq!(client.check().await.unwrap_err(), failure);
}

#[tokio::test]
async fn a_missing_login_bounces_no_mail() {
    let identity = Identity::new("localhost");
    let server = server(&identity, "tls", json!(["PLAIN"])).await;
    let config = SmtpConfig { ca_file: Some(identity.authority()), ..server.config(Encryption::Tls) };
    let failure = Smtp::new(config).unwrap().send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(failure, Failure::Unavailable { reason: "sender: 530 5.7.0".to_owned() });
}

#[tokio::test]
async fn a_server_without_a_common_method_bounces_no_mail() {
    let server = Server::plain(json!({"raw": ["220 hello\r\n", "250 mail.test.example\r\n"]})).await;
    let login = SmtpLogin { user: "relay".to_owned(), password: "secret".to_owned().into() };
    let config = SmtpConfig { login: Some(login), ..server.config(Encryption::None) };
    let failure = Smtp::new(config).unwrap().send(&letter(), PATIENCE).await.unwrap_err();
    assert_eq!(failure, Failure::Unavailable { reason: "login: no login method in common".to_owned() });
}

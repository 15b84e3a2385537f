//! Letters to send, and the plain hand-over of one.

use std::time::Duration;

use delivery::{
    mail::{Mail, OutgoingMail},
    smtp::{Failure, Handed},
};
use mail_parser::MessageParser;
use serde_json::json;

use crate::{samples, server::Server};

/// More than any test takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn letter_to(address: &str) -> OutgoingMail {
    let mut letter = samples::letter(Mail::LoginCode(samples::code()));
    letter.to.address = address.to_owned();
    samples::render(&letter)
}

pub(crate) fn letter() -> OutgoingMail {
    letter_to("amara.okafor@northgate-shipping.example")
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let mut server = Server::plain(json!({})).await;
    let mail = letter();

    let handed = server.client().send(&mail, PATIENCE).await.unwrap();

    assert_eq!(handed, Handed { answer: "250 2.0.0".to_owned() });
    let told = server.next_mail().await;
    assert_eq!(told["sender"], "login@harbourcards.example");
    assert_eq!(told["recipients"], json!(["amara.okafor@northgate-shipping.example"]));
    let content = told["content"].as_str().unwrap();
    let arrived = MessageParser::default().parse(content).unwrap();
    assert_eq!(arrived.subject(), Some("481 730 is your login code (K3)"));
    assert_eq!(format!("<{}>", arrived.message_id().unwrap()), mail.message_id());
    assert_eq!(arrived.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), mail.text().trim_end());
    assert_eq!(arrived.body_html(0).unwrap().replace("\r\n", "\n").trim_end(), mail.html().trim_end());
    assert_eq!(content.trim_end(), String::from_utf8(mail.content().to_vec()).unwrap().trim_end());
}

#[tokio::test]
async fn an_address_beyond_ascii_needs_a_server_that_takes_it() {
    let mail = letter_to("jörg@northgate-shipping.example");

    let mut able = Server::plain(json!({"smtputf8": true})).await;
    able.client().send(&mail, PATIENCE).await.unwrap();
    let told = able.next_mail().await;
    assert_eq!(told["recipients"], json!(["jörg@northgate-shipping.example"]));
    assert_eq!(told["options"], json!(["SMTPUTF8"]));

    let unable = Server::plain(json!({"smtputf8": false})).await;
    let failure = unable.client().send(&mail, PATIENCE).await.unwrap_err();
    assert!(matches!(&failure, Failure::Permanent { reason } if reason.contains("SMTPUTF8")), "{failure:?}");
}

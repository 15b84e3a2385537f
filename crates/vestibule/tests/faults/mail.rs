//! The mail server is down: what was promised waits and goes out, nobody is sent away, health tells.

use http::StatusCode;
use vestibule::demo::mail::Mood;

use crate::plant::{PASSWORD, Plant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_wait_for_a_mail_server_that_is_down() {
    let plant = Plant::on_sqlite().await;
    let member = plant.add_members(1).await.remove(0);
    plant.start().await;
    plant.mail_server.set_mood(Mood::Stopped);
    let client = plant.client();
    let answer = client.enter_password(&member.user_id, PASSWORD).await.expect("an answer");
    assert_eq!(answer.path, "/login/code", "the login goes on: {}", answer.body);
    let told = plant.until_told("mail: ").await;
    assert!(told.starts_with("ready\n"), "no node is taken out for it: {told}");
    assert_eq!(client.get("/health/live").await.expect("an answer").status, StatusCode::OK);
    assert!(plant.codes(&member.email).is_empty());

    plant.mail_server.set_mood(Mood::Running);
    let code = plant.next_code(&member.email, 0).await.expect("the promised code");
    client.get("/login/code").await.expect("a page");
    client.post("/login/code", &[("code", &code)]).await.expect("an answer");
    assert!(client.is_signed_in().await.expect("an answer"));
    let told = plant.until_ready(true).await;
    assert_eq!(told, "ready\n");
    let log = plant.log();
    assert_eq!(log.matches("the mail server does not take mails").count(), 1, "{log}");
    assert_eq!(log.matches("the mail server takes mails again").count(), 1, "{log}");
}

//! Line 17: names that want to be markup, headers or lines of the log are only ever text.

use app::import_users::{Outcome, Person, Run, import_users};
use domain::{enterprise_user_id::LegacyLogin, role::Role};
use legacy::ImportedHash;
use store::both_databases;

use crate::{
    steps::words,
    world::{LEGACY_PASSWORD, PASSWORD, SETTLED, World},
};

const NAME: &str =
    "Eve</title><img src=x onerror=alert(1)> \"quoted\" {{7*7}} =cmd|' /C calc'!A0 \u{202e}evE";
const EMAIL: &str = "eve@northgate-shipping.example";
const LOGIN: &str = "NGS-666013";
/// The legacy password of the demo's people, hashed as theirs.
const HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";

async fn take_over(world: &World, name: &str) -> Outcome {
    let person = Person {
        company: "northgate".to_owned(),
        region: None,
        role: Role::EndUser,
        name: name.to_owned(),
        email: EMAIL.to_owned(),
        language: None,
        login: Some(LegacyLogin::parse(LOGIN).expect("a login name")),
        hash: Some(ImportedHash::parse(HASH).expect("a hash")),
    };
    import_users(&world.app, &[person], Run::ForGood).await.expect("an import").remove(0)
}

both_databases! {
    /// On pages and in mails.
    async fn a_hostile_name_is_text_on_pages_and_in_mails(db: TestDb) {
        let world = World::new(db).await;
        assert_eq!(take_over(&world, NAME).await, Outcome::Added);
        let browser = world.browser();
        browser.enter_legacy(LOGIN, LEGACY_PASSWORD).await;
        let page = browser.get("/start/profile").await.body;
        assert!(!page.contains("<img src=x") && page.contains("onerror=alert(1)"), "{page}");
        assert!(!page.contains("</title><img"), "{page}");
        browser.confirm_profile().await;
        let mail = world.mail(EMAIL, &words("mail-onboarding-started-subject")).await;
        let html = mail.html.clone().unwrap();
        assert!(!html.contains("<img src=x") && html.contains("onerror=alert(1)"), "{html}");
        let heads = String::from_utf8_lossy(&mail.raw).split("\r\n\r\n").next().unwrap().to_lowercase();
        assert_eq!(heads.matches("\r\nto:").count(), 1, "{heads}");
        assert_eq!(mail.envelope.to, [EMAIL]);
    }

    /// A name with line ends makes no header.
    async fn a_name_makes_no_header_of_a_mail(db: TestDb) {
        let world = World::new(db).await;
        let outcome = take_over(&world, "Eve\r\nBcc: thief@evil.example\r\n\r\nhello").await;
        if outcome != Outcome::Added {
            return;
        }
        let browser = world.browser();
        browser.enter_legacy(LOGIN, LEGACY_PASSWORD).await;
        browser.confirm_profile().await;
        let mail = world.mail(EMAIL, &words("mail-onboarding-started-subject")).await;
        let raw = String::from_utf8_lossy(&mail.raw).into_owned();
        let heads = raw.split("\r\n\r\n").next().unwrap().to_lowercase();
        assert!(!heads.contains("\r\nbcc:"), "{heads}");
        assert_eq!(mail.envelope.to, [EMAIL]);
        assert!(world.mails("thief@evil.example").is_empty());
    }

    /// The name that a user gives a device.
    async fn a_hostile_device_name_is_text(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/code").await;
        let code = world.code(SETTLED.1, 1).await;
        let body = serde_json::json!({ "code": code, "remember_device": true, "device_name": "<script>alert(1)</script>" });
        let answer = browser.api(http::Method::POST, "/api/v1/login/code", &body.to_string()).await;
        assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.body);
        let page = browser.get("/account/devices").await.body;
        assert!(!page.contains("<script>alert") && page.contains("alert(1)"), "{page}");
        world.advance(std::time::Duration::from_mins(1));
        let mail = world.mail(SETTLED.1, &words("notice-new-device")).await;
        assert!(!mail.html.as_deref().unwrap().contains("<script>alert"));
    }

    /// What a stranger types, and what their browser says of itself, is shown as text only.
    async fn what_is_typed_is_text(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let typed = "\"><script>alert(1)</script>";
        for page in [browser.enter_password(typed, "x").await, browser.enter_legacy(typed, "x").await] {
            assert!(!page.body.contains("<script>alert") && page.body.contains("alert(1)"), "{}", page.body);
        }
    }
}

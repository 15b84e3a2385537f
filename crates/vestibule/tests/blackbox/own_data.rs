//! What is kept about a person, for that person: activity in plain words, "this was not me", a copy of the data. Line 16.

use std::time::Duration;

use http::{StatusCode, header};
use store::both_databases;

use crate::world::{COLLEAGUE, ONE_FACTOR, PASSWORD, SETTLED, World};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);
const SECURITY_CODE: &str = vestibule::demo::world::SECURITY_CODE;

both_databases! {
    /// The activity tells what happened, in words, page by page, and only one's own.
    async fn activity_is_told_in_plain_words(db: TestDb) {
        let world = World::new(db).await;
        let (browser, stranger) = (world.browser(), world.browser());
        stranger.enter_password(SETTLED.0, "not the password at all").await;
        browser.sign_in(&world, SETTLED, true).await;
        let page = browser.get("/account/activity").await.body;
        for words in [
            "A wrong password was entered for your login.",
            "A code was sent to your business address.",
            "A browser was made a Trusted Device.",
            "You logged in with your password and a code by e-mail.",
            "127.0.0.1",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("?before="), "one page is enough");
        let colleague = world.browser();
        colleague.sign_in(&world, COLLEAGUE, false).await;
        let theirs = colleague.get("/account/activity").await.body;
        assert!(!theirs.contains("A wrong password was entered"), "another's activity: {theirs}");
        colleague.get("/account/language").await;
        world.advance(INSTANT);
        for _ in 0..26 {
            colleague.post("/account/language", &[("language", "en")]).await;
            colleague.post("/account/language", &[("language", "")]).await;
        }
        let latest = colleague.get("/account/activity").await.body;
        assert_eq!(latest.matches("You chose a language.").count(), 50);
        let older = latest.split("/account/activity?before=").nth(1).unwrap().split('"').next().unwrap();
        let page = colleague.get(&format!("/account/activity?before={older}")).await.body;
        assert_eq!(page.matches("You chose a language.").count(), 2, "{page}");
        assert!(page.contains("You logged in"), "{page}");
        assert_eq!(colleague.get("/account/activity?before=nonsense").await.status, StatusCode::OK);
    }

    /// "This was not me": a GET does nothing; the form ends every session, device, pending login, and the password.
    async fn disowned_activity_ends_everything(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other, pending) = (world.browser(), world.browser(), world.browser());
        other.sign_in(&world, SETTLED, true).await;
        world.advance(5 * MINUTE);
        browser.sign_in(&world, SETTLED, false).await;
        world.advance(5 * MINUTE);
        let code = pending.ask_for_code(&world, SETTLED).await;
        let page = browser.get("/account/activity/not-me").await.body;
        assert!(page.contains("Your password stops working"), "{page}");
        assert!(other.is_signed_in().await, "a GET ends nothing");
        let answer = browser.post("/account/activity/not-me", &[]).await;
        assert_eq!(answer.location().unwrap().query(), Some("ended=not-me"), "{}", answer.body);
        assert!(browser.follow_on(answer).await.body.contains("Everything has ended"));
        assert!(!browser.is_signed_in().await && !other.is_signed_in().await);
        assert_eq!(pending.guess(&code).await.path(), "/login");
        assert_eq!(world.find(SETTLED.1).await.devices, 0);
        let refused = world.browser().enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(refused.location().unwrap().query(), Some("ended=password"), "the password is dead");
        assert_eq!(world.recorded("not_me.activity").await, 1);
    }

    /// Without a security code there is no way to a new password, so the password stands, and the page says what to do.
    async fn disowned_activity_leaves_a_way_back(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        let finished = world.find(ONE_FACTOR.1).await;
        browser.get("/account/activity/not-me").await;
        let answer = browser.post("/account/activity/not-me", &[]).await;
        assert!(!browser.is_signed_in().await, "{finished:?}");
        let ended = answer.location().unwrap().query().unwrap().to_owned();
        let again = world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await;
        if ended == "ended=not-me-change" {
            assert_eq!(again.location(), Some(world.application.clone()));
        } else {
            assert_eq!(again.location().unwrap().query(), Some("ended=password"));
        }
    }

    /// The copy of one's own data holds what is kept, no secret, and nobody else.
    async fn the_copy_of_own_data_holds_no_secret(db: TestDb) {
        let world = World::new(db).await;
        let (browser, colleague) = (world.browser(), world.browser());
        colleague.sign_in(&world, COLLEAGUE, false).await;
        browser.sign_in(&world, SETTLED, true).await;
        browser.get("/account/wrong").await;
        let reported = browser.post("/account/wrong", &[("message", "My name has an accent")]).await;
        assert!(reported.body.contains("Your case is"), "{}", reported.body);
        browser.get("/account/data").await;
        let answer = browser.post("/account/data", &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert!(answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
        let data = answer.json();
        assert_eq!(data["profile"]["email"], SETTLED.1);
        assert_eq!(data["login"]["enterprise_user_id"], SETTLED.0);
        assert_eq!(data["trusted_devices"].as_array().unwrap().len(), 1);
        assert_eq!(data["cases"][0]["you_said"], "My name has an accent");
        assert!(data["sessions"].as_array().unwrap().len() == 1 && data["activity"].as_array().unwrap().len() > 3);
        let session = browser.cookie("vestibule-session").unwrap();
        let (_, device) = browser.device_cookie();
        for secret in ["argon2", PASSWORD, SECURITY_CODE, &session, device.split('.').nth(1).unwrap(), COLLEAGUE.0] {
            assert!(!answer.body.contains(secret), "{secret} is in the copy");
        }
        let page = browser.get("/account/activity").await.body;
        assert!(page.contains("You took a copy of your data."), "{page}");
    }

    /// Another user's keys are nobody's here.
    async fn anothers_keys_are_not_found(db: TestDb) {
        let world = World::new(db).await;
        let (browser, colleague) = (world.browser(), world.browser());
        colleague.sign_in(&world, COLLEAGUE, true).await;
        browser.sign_in(&world, SETTLED, true).await;
        let page = colleague.get("/account/devices").await.body;
        let device = page.split("name=\"device\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        browser.get("/account/devices").await;
        let answer = browser.post("/account/devices/remove", &[("device", &device), ("sure", "yes")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let id = "00000000-0000-0000-0000-000000000000";
        let answer = browser.post("/account/sessions/end", &[("session", id)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(colleague.is_signed_in().await);
    }
}

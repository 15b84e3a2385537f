//! Line 2, as people come to it: the back button, a second tab, a page that was left open for too long.

use std::time::Duration;

use http::StatusCode;
use store::both_databases;

use crate::{
    steps::NEW_SECURITY_CODE,
    world::{LATE, LEGACY_PASSWORD, NEWCOMER, PASSWORD, SETTLED, UNFINISHED, World},
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

both_databases! {
    /// Pages that were answered can be sent again, from the history; nothing happens twice, and nobody is thrown out.
    async fn a_back_button_repeats_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        let at_the_code = browser.clone();
        assert_eq!(browser.guess(&code).await.location().unwrap(), world.application);
        let session = browser.cookie("vestibule-session");
        for _ in 0..2 {
            let again = browser.post("/login/code", &[("code", code.as_str())]).await;
            assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
            assert_eq!(browser.cookie("vestibule-session"), session);
        }
        browser.post("/login/resend", &[]).await;
        assert_eq!(world.codes_sent(SETTLED.1), 1, "no code is sent for a login that is over");
        assert!(browser.is_signed_in().await);
        let stale = at_the_code.guess(&code).await;
        assert_eq!(stale.path(), "/login", "the cookie of before the code leads nowhere");
        assert!(!at_the_code.is_signed_in().await);
        assert_eq!(world.recorded("session.started").await, 1);
    }

    /// Two tabs at the login: the newest attempt is the one, and a code goes with the attempt that asked for it.
    async fn the_newest_tab_is_the_one_that_counts(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let first = browser.ask_for_code(&world, SETTLED).await;
        let second = browser.ask_for_code(&world, SETTLED).await;
        let refused = browser.guess(&first).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "typed into the tab that is older");
        assert!(!browser.is_signed_in().await);
        assert_eq!(browser.guess(&second).await.location().unwrap(), world.application);
    }

    /// The page of a step that another tab has answered changes nothing, whatever is typed there.
    async fn a_page_of_enrolment_works_once(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, UNFINISHED).await;
        assert_eq!(browser.guess(&code).await.path(), "/enrol/profile");
        browser.get("/enrol/profile").await;
        browser.post("/enrol/profile", &[]).await;
        assert_eq!(browser.post("/enrol/profile", &[]).await.path(), "/enrol/security-code", "the same page again");
        let other_tab = browser.clone();
        browser.get("/enrol/security-code").await;
        let made = browser.post("/enrol/security-code", &[("security_code", NEW_SECURITY_CODE)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        for tab in [&browser, &other_tab] {
            let again = tab.post("/enrol/security-code", &[("security_code", "7402918")]).await;
            assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
        }
        assert_eq!(world.recorded("enrolment.security_code_made").await, 1);
        assert!(browser.is_signed_in().await && !other_tab.is_signed_in().await);
    }

    /// A tab of an onboarding that another tab has finished: no second ID, no other password.
    async fn a_page_of_an_onboarding_works_once(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        assert_eq!(browser.come_to_user_id(&world, NEWCOMER).await.path(), "/start/user-id");
        let other_tab = browser.clone();
        assert_eq!(browser.choose("red.heron").await.path(), "/start/security-code");
        other_tab.choose("blue.heron").await;
        browser.post("/start/user-id", &[("user_id", "blue.heron"), ("password", "nine tin boats downstream")]).await;
        assert_eq!(world.id_of(NEWCOMER.1).await.as_deref(), Some("red.heron"));
        assert_eq!(world.recorded("onboarding.user_id_made").await, 1);
        let fresh = world.browser();
        let answer = fresh.enter_password("red.heron", "nine tin boats downstream").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "the password is the first one");
    }

    /// Existing credentials go on with what was begun; once they are past the cut-off, they do not.
    async fn an_onboarding_left_half_way_ends_with_the_cut_off(db: TestDb) {
        let world = World::new(db).await;
        world.advance(50 * DAY - MINUTE);
        let browser = world.browser();
        assert_eq!(browser.enter_legacy(LATE.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        browser.confirm_profile().await;
        assert_eq!(browser.enter_legacy(LATE.0, LEGACY_PASSWORD).await.path(), "/start/email", "before it, it goes on");
        world.advance(MINUTE);
        let refused = browser.enter_legacy(LATE.0, LEGACY_PASSWORD).await;
        assert_ne!(refused.path(), "/start/email", "past it, it does not");
        assert_eq!(browser.get("/start/email").await.path(), "/start");
        assert_eq!(world.id_of(LATE.1).await, None);
    }

    /// A login page that was open over night: the form still works, as a fresh one does.
    async fn a_login_page_may_be_old(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.get("/login").await;
        world.advance(14 * 60 * MINUTE);
        let fields = [("user_id", SETTLED.0), ("password", PASSWORD), ("to", "")];
        assert_eq!(browser.post("/login", &fields).await.path(), "/login/code");
        world.advance(61 * MINUTE);
        let answer = browser.post("/login/code", &[("code", "123456")]).await;
        assert_eq!(answer.path(), "/login", "a pending login lasts an hour");
    }
}

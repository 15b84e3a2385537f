//! Line 6, the rules of sessions, and the rows of the revocation matrix that exist.

use std::time::Duration;

use http::{Method, StatusCode};
use store::both_databases;

use crate::world::{Browser, COLLEAGUE, NEWCOMER, ONE_FACTOR, PASSWORD, SETTLED, UNFINISHED, World};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);

/// Somebody with one factor, signed in and at the application.
async fn at_the_application(world: &World) -> Browser {
    let browser = world.browser();
    browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
    assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
    browser
}

/// Whether the application's host still lets this browser in.
async fn reaches_the_application(browser: &Browser, world: &World) -> bool {
    browser.get(world.application.as_str()).await.status == StatusCode::OK
}

both_databases! {
    /// What was there before a login is never what it ends with, and no identifier outlives a change of what is proven.
    async fn preset_identifiers_are_never_adopted(db: TestDb) {
        let world = World::new(db).await;
        let stranger = world.browser();
        stranger.enter_password(COLLEAGUE.0, PASSWORD).await;
        let planted = stranger.cookie("vestibule-login").unwrap();
        let browser = world.browser();
        for name in ["vestibule-session", "vestibule-login"] {
            browser.set_cookie(name, &planted);
        }
        let code = browser.ask_for_code(&world, SETTLED).await;
        let pending = browser.cookie("vestibule-login").unwrap();
        assert_ne!(pending, planted);
        browser.guess(&code).await;
        let session = browser.cookie("vestibule-session").unwrap();
        assert!(session != planted && session != pending);
        assert_eq!(browser.cookie("vestibule-login"), None, "the pending login is over");
        let thief = world.browser();
        thief.set_cookie("vestibule-session", &planted);
        assert!(browser.is_signed_in().await && !thief.is_signed_in().await);
        browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        assert_ne!(browser.cookie("vestibule-session").unwrap(), session, "a new login, a new session");
    }

    /// In an onboarding too: each proof changes the identifier, and the one before opens nothing.
    async fn each_proof_changes_the_identifier(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, crate::world::LEGACY_PASSWORD).await;
        browser.get("/start/profile").await;
        browser.post("/start/profile", &[]).await;
        let before = browser.clone();
        let code = world.code(NEWCOMER.1, 1).await;
        browser.get("/start/email").await;
        assert_eq!(browser.post("/start/email", &[("code", code.as_str())]).await.path(), "/start/user-id");
        assert_ne!(browser.cookie("vestibule-login"), before.cookie("vestibule-login"));
        assert_eq!(before.get("/start/user-id").await.path(), "/start");
        assert_eq!(browser.get("/start/user-id").await.status, StatusCode::OK);
    }

    /// Fifteen minutes without a request, to the millisecond; each request starts them anew.
    async fn a_session_ends_when_nothing_happens(db: TestDb) {
        let world = World::new(db).await;
        let browser = at_the_application(&world).await;
        world.advance(15 * MINUTE - INSTANT);
        assert!(browser.is_signed_in().await);
        world.advance(15 * MINUTE - INSTANT);
        assert!(reaches_the_application(&browser, &world).await, "use of the application counts");
        world.advance(15 * MINUTE - INSTANT);
        assert!(browser.is_signed_in().await);
        world.advance(15 * MINUTE);
        assert!(!reaches_the_application(&browser, &world).await);
        let answer = browser.get("/account").await;
        assert_eq!(answer.location().unwrap().query(), Some("ended=idle"));
        assert!(!browser.is_signed_in().await);
    }

    /// Twelve hours, however busy.
    async fn a_session_ends_after_its_total_time(db: TestDb) {
        let world = World::new(db).await;
        let browser = at_the_application(&world).await;
        for _ in 0..71 {
            world.advance(10 * MINUTE);
            assert!(browser.is_signed_in().await);
        }
        world.advance(10 * MINUTE - INSTANT);
        assert!(browser.is_signed_in().await && reaches_the_application(&browser, &world).await);
        world.advance(INSTANT);
        assert!(!browser.is_signed_in().await && !reaches_the_application(&browser, &world).await);
    }

    /// The idle warning may ask as often as it likes, on either host; "stay" is what prolongs.
    async fn the_idle_warning_does_not_prolong(db: TestDb) {
        let world = World::new(db).await;
        let browser = at_the_application(&world).await;
        let status = world.application.join("/.vestibule/status").unwrap();
        for left in [600, 300] {
            world.advance(5 * MINUTE);
            assert_eq!(browser.get("/session").await.json()["idle_seconds_left"], left);
            assert_eq!(browser.get(status.as_str()).await.json()["idle_seconds"], left);
        }
        browser.get("/logout").await;
        assert_eq!(browser.get("/session").await.json()["idle_seconds_left"], 300, "to look at the way out is no use");
        assert_eq!(browser.post("/session", &[]).await.json()["idle_seconds_left"], 900);
        world.advance(15 * MINUTE);
        assert_eq!(browser.get("/session").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.get(status.as_str()).await.json()["signed_in"], false);
    }

    /// Log-out ends this session, here and at the application, and no other; the link alone ends nothing.
    async fn log_out_ends_this_session_everywhere(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (at_the_application(&world).await, at_the_application(&world).await);
        let copy = browser.clone();
        let link = browser.get(world.application.join("/.vestibule/logout").unwrap().as_str()).await;
        assert_eq!(link.path(), "/logout");
        browser.follow_on(link).await;
        assert!(browser.is_signed_in().await, "a GET ends nothing");
        browser.log_out().await;
        assert!(!browser.is_signed_in().await && !reaches_the_application(&browser, &world).await);
        assert!(!copy.is_signed_in().await && !reaches_the_application(&copy, &world).await, "ended at the server");
        assert!(other.is_signed_in().await && reaches_the_application(&other, &world).await);
        let answer = other.api(Method::DELETE, "/api/v1/session", "").await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
        assert!(!other.is_signed_in().await && !reaches_the_application(&other, &world).await);
    }

    /// The user ends a session from another browser.
    async fn a_session_can_be_ended_from_another_browser(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (at_the_application(&world).await, at_the_application(&world).await);
        let page = other.get("/account/devices").await.body;
        let ids = page.split("name=\"session\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let ids: Vec<_> = ids.collect();
        assert_eq!(ids.len(), 1, "the one in use is not offered: {page}");
        other.post("/account/sessions/end", &[("session", ids[0])]).await;
        assert!(!browser.is_signed_in().await && !reaches_the_application(&browser, &world).await);
        assert!(other.is_signed_in().await);
    }

    /// A disabled user is out at once: sessions, Trusted Devices, pending logins; enabling brings none of it back.
    async fn disabling_a_user_ends_everything_at_once(db: TestDb) {
        let world = World::new(db).await;
        let (browser, pending) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
        let code = pending.ask_for_code(&world, SETTLED).await;
        let user = world.find(SETTLED.1).await.user;
        assert!(app::change_user::disable_user(&world.app, &user).await.unwrap());
        assert!(!browser.is_signed_in().await && !reaches_the_application(&browser, &world).await);
        assert_eq!(pending.guess(&code).await.path(), "/login");
        let answer = browser.enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "after the first proof, the truth");
        assert!(app::change_user::enable_user(&world.app, &user).await.unwrap());
        assert!(!browser.is_signed_in().await);
        assert_eq!(pending.guess(&code).await.path(), "/login");
        world.advance(5 * MINUTE);
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code", "trust is gone");
    }

    /// A login that is finished in the moment in which everything ends: whichever comes first, no session is left.
    async fn no_login_slips_past_an_end(db: TestDb) {
        let world = World::new(db).await;
        let user = world.find(SETTLED.1).await.user;
        for round in 0..8 {
            let browsers: Vec<_> = (0..2).map(|_| world.browser()).collect();
            let mut codes = Vec::new();
            for browser in &browsers {
                codes.push(browser.ask_for_code(&world, SETTLED).await);
            }
            let logins = browsers.iter().zip(&codes).map(|(browser, code)| browser.guess(code));
            let (_, ended) = tokio::join!(
                futures_util::future::join_all(logins),
                app::change_user::disable_user(&world.app, &user),
            );
            assert!(ended.unwrap());
            assert!(app::change_user::enable_user(&world.app, &user).await.unwrap());
            for browser in &browsers {
                assert!(!browser.is_signed_in().await, "round {round}: a session outlived the end");
            }
            assert_eq!(world.find(SETTLED.1).await.sessions, 0, "round {round}");
            world.advance(20 * MINUTE);
        }
    }

    /// A security code that is made ends codes that are on their way, and nothing else.
    async fn a_new_security_code_ends_pending_codes(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        let code = browser.ask_for_code(&world, UNFINISHED).await;
        let answer = browser.guess(&code).await;
        assert_eq!(answer.path(), "/enrol/profile");
        let pending = other.ask_for_code(&world, UNFINISHED).await;
        browser.get("/enrol/profile").await;
        assert_eq!(browser.post("/enrol/profile", &[]).await.path(), "/enrol/security-code");
        browser.get("/enrol/security-code").await;
        let made = browser.post("/enrol/security-code", &[("security_code", "7402918")]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        assert!(browser.is_signed_in().await);
        other.guess(&pending).await;
        assert!(!other.is_signed_in().await);
        assert_eq!(other.cookie("vestibule-session"), None);
        world.advance(5 * MINUTE);
        let fresh = other.resend(&world, UNFINISHED.1).await;
        assert_eq!(other.guess(&fresh).await.status, StatusCode::SEE_OTHER, "a code made afterwards is good");
        assert!(browser.is_signed_in().await);
    }

    /// "End everything else": other sessions, every Trusted Device, whatever is pending; this session stays.
    async fn everything_else_ends_at_once(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other, pending) = (world.browser(), world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        other.sign_in(&world, SETTLED, false).await;
        world.advance(5 * MINUTE);
        let code = pending.ask_for_code(&world, SETTLED).await;
        browser.get("/account/devices").await;
        assert_eq!(browser.post("/account/end-everything", &[]).await.path(), "/account/devices");
        assert!(browser.is_signed_in().await && !other.is_signed_in().await);
        assert_eq!(pending.guess(&code).await.path(), "/login");
        assert_eq!(world.find(SETTLED.1).await.devices, 0);
        world.advance(5 * MINUTE);
        browser.log_out().await;
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
    }
}

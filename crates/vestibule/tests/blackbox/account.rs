//! The account: fresh proof before what is sensitive, a new identifier at each step up, and the secrets that a user changes.
//! Lines 1, 2, 4, 6 and 12.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, header};
use store::both_databases;

use crate::{
    moves::other_than,
    world::{
        Answer, Browser, COLLEAGUE, EARLY, LEGACY_PASSWORD, ONE_FACTOR, PASSWORD, SETTLED, UNFINISHED, World,
    },
};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);
const SECURITY_CODE: &str = vestibule::demo::world::SECURITY_CODE;
const NEW_PASSWORD: &str = "violet harvest under tin roofs";
const NEW_SECURITY_CODE: &str = "860 3751";

/// What only fresh proof opens: the page to come back to, and how it is asked for.
const SENSITIVE: &[(Method, &str, &str)] = &[
    (Method::GET, "/account/password", "/account/password"),
    (Method::POST, "/account/password", "/account/password"),
    (Method::GET, "/account/security-code", "/account/security-code"),
    (Method::POST, "/account/security-code", "/account/security-code"),
    (Method::POST, "/account/data", "/account/data"),
    (Method::GET, "/account/channel", "/account/channel"),
    (Method::POST, "/account/channel", "/account/channel"),
    (Method::GET, "/account/authenticator-app", "/account/authenticator-app"),
    (Method::GET, "/account/passkeys?done=added", "/account/passkeys"),
    (Method::GET, "/account/recovery-codes", "/account/recovery-codes"),
    (Method::GET, "/account/devices/rename?device=x", "/account/devices"),
    (Method::POST, "/account/devices/rename", "/account/devices"),
    (Method::POST, "/account/passkeys/rename", "/account/passkeys"),
    (Method::POST, "/account/language", "/account/language"),
    (Method::POST, "/account/authenticator-app", "/account/authenticator-app"),
    (Method::POST, "/account/authenticator-app/set-up", "/account/authenticator-app"),
    (Method::POST, "/account/authenticator-app/remove", "/account/authenticator-app"),
    (Method::POST, "/account/passkeys", "/account/passkeys"),
    (Method::POST, "/account/passkeys/begin", "/account/passkeys"),
    (Method::POST, "/account/passkeys/remove", "/account/passkeys"),
    (Method::POST, "/account/recovery-codes", "/account/recovery-codes"),
];

fn asked_to_confirm(answer: &Answer, to: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{} {}", answer.url, answer.body);
    let location = answer.location().unwrap();
    assert_eq!(location.path(), "/account/confirm", "{}", answer.url);
    let asked = location.query_pairs().find(|(name, _)| name == "to").map(|(_, to)| to.into_owned());
    assert_eq!(asked.as_deref(), Some(to));
}

/// The password again, at `/account/confirm`.
async fn confirm_password(browser: &Browser, password: &str, to: &str) -> Answer {
    browser.get("/account/confirm").await;
    browser.post("/account/confirm", &[("password", password), ("to", to)]).await
}

/// The password again and the mailed code, up to the page.
async fn confirm(browser: &Browser, world: &World, email: &str, to: &str) -> Answer {
    let sent = world.codes_sent(email);
    assert_eq!(confirm_password(browser, PASSWORD, to).await.path(), "/login/code");
    let code = world.code(email, sent + 1).await;
    browser.get("/login/code").await;
    browser.guess(&code).await
}

async fn change_password(browser: &Browser, current: &str, new: &str) -> Answer {
    browser.get("/account/password").await;
    browser.post("/account/password", &[("current", current), ("password", new)]).await
}

async fn change_code(browser: &Browser, current: &str, new: &str) -> Answer {
    browser.get("/account/security-code").await;
    browser.post("/account/security-code", &[("current", current), ("security_code", new)]).await
}

both_databases! {
    /// Ten minutes after the last proof, to the millisecond, every sensitive page and form asks for it again, and a form that
    /// was sent has done nothing.
    async fn sensitive_pages_ask_for_fresh_proof(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        world.advance(10 * MINUTE - INSTANT);
        assert_eq!(browser.get("/account/password").await.status, StatusCode::OK);
        world.advance(INSTANT);
        for (method, path, to) in SENSITIVE {
            let answer = if *method == Method::GET {
                browser.get(path).await
            } else {
                browser.get("/account/data").await;
                browser.post(path, &[]).await
            };
            asked_to_confirm(&answer, to);
        }
        browser.get("/account/data").await;
        let fields = [("current", PASSWORD), ("password", NEW_PASSWORD)];
        asked_to_confirm(&browser.post("/account/password", &fields).await, "/account/password");
        assert_eq!(world.recorded("password.changed").await, 0);
        let page = browser.get("/account/confirm?to=/account/password&kept=no").await.body;
        assert!(page.contains("Nothing was changed yet"), "{page}");
        for path in ["/account", "/account/devices", "/account/activity", "/account/data", "/account/language"] {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path} is only looked at");
        }
        let mut json = HeaderMap::new();
        json.insert(header::ACCEPT, "application/json".parse().unwrap());
        json.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        json.insert("sec-fetch-site", "same-origin".parse().unwrap());
        let answer = browser.send(Method::POST, "/account/data", json, Some(Vec::new())).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "a script is told where its person goes");
        assert_eq!(answer.json()["confirm"], "/account/confirm?to=%2Faccount%2Fdata");
    }

    /// A login on a Trusted Device proves nothing by hand but the password: the first sensitive page asks for both.
    async fn a_trusted_device_is_no_fresh_proof(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        browser.log_out().await;
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.location(), Some(world.application.clone()));
        asked_to_confirm(&browser.get("/account/password").await, "/account/password");
        let answer = confirm_password(&browser, PASSWORD, "/account/password").await;
        assert_eq!(answer.path(), "/login/code", "the device does not answer for the code");
        asked_to_confirm(&browser.get("/account/password").await, "/account/password");
        let page = browser.get("/login/code").await.body;
        assert!(!page.contains("remember_device"), "trust is offered at a login");
        let code = world.code(SETTLED.1, 2).await;
        assert_eq!(browser.guess(&code).await.path(), "/account/password");
        assert_eq!(browser.get("/account/password").await.status, StatusCode::OK);
        assert_eq!(world.find(SETTLED.1).await.devices, 1, "the device stays");
        browser.log_out().await;
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.location(), Some(world.application.clone()));
    }

    /// A step up makes a new session, and the identifier before opens nothing, at the portal or at the application.
    async fn each_step_up_changes_the_identifier(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
        world.advance(11 * MINUTE);
        let before = browser.clone();
        let answer = confirm(&browser, &world, SETTLED.1, "/account/security-code").await;
        assert_eq!(answer.path(), "/account/security-code");
        assert_ne!(browser.cookie("vestibule-session"), before.cookie("vestibule-session"));
        assert_eq!(browser.cookie("vestibule-login"), None, "the confirmation is over");
        assert!(browser.is_signed_in().await && !before.is_signed_in().await);
        assert_ne!(before.get(world.application.as_str()).await.status, StatusCode::OK);
        assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
        let page = browser.get("/account/devices").await.body;
        assert_eq!(page.matches("name=\"session\"").count(), 0, "no session but this one: {page}");
    }

    /// Where the company asks for one factor, the password alone is the whole proof.
    async fn one_factor_confirms_with_the_password(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        world.advance(11 * MINUTE);
        asked_to_confirm(&browser.get("/account/password").await, "/account/password");
        let before = browser.clone();
        assert_eq!(confirm_password(&browser, PASSWORD, "/account/password").await.path(), "/account/password");
        assert_eq!(browser.get("/account/password").await.status, StatusCode::OK);
        assert!(!before.is_signed_in().await);
    }

    /// Who has no password of ours is told to log in again; nothing is asked that they do not have.
    async fn old_credentials_confirm_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(EARLY.0, LEGACY_PASSWORD).await;
        assert!(browser.is_signed_in().await);
        world.advance(11 * MINUTE);
        asked_to_confirm(&browser.get("/account/password").await, "/account/password");
        let page = browser.get("/account/confirm").await.body;
        assert!(page.contains("Log in again first") && !page.contains("name=\"password\""), "{page}");
        let answer = browser.post("/account/confirm", &[("password", LEGACY_PASSWORD), ("to", "/account")]).await;
        assert_eq!(answer.path(), "/account/confirm");
    }

    /// The confirmation hangs on its session and its browser: it ends with the one and is worth nothing in the other.
    async fn a_confirmation_ends_with_its_session(db: TestDb) {
        let world = World::new(db).await;
        let (browser, thief) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, false).await;
        thief.sign_in(&world, COLLEAGUE, false).await;
        world.advance(5 * MINUTE);
        assert_eq!(confirm_password(&browser, PASSWORD, "/account").await.path(), "/login/code");
        let code = world.code(SETTLED.1, 2).await;
        let pending = browser.cookie("vestibule-login").unwrap();
        thief.set_cookie("vestibule-login", &pending);
        let answer = thief.enter_code(&code).await;
        assert_eq!(answer.path(), "/login", "another browser's confirmation: {}", answer.body);
        let session = thief.cookie("vestibule-session").unwrap();
        assert!(thief.get("/api/v1/session").await.body.contains(COLLEAGUE.0), "{session}");
        browser.log_out().await;
        browser.set_cookie("vestibule-login", &pending);
        assert_eq!(browser.enter_code(&code).await.path(), "/login", "logged out in between");
        assert!(!browser.is_signed_in().await);
    }

    /// Only pages of the account are gone on to.
    async fn a_confirmation_leads_nowhere_else(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        for to in ["https://evil.example/account", "//evil.example", "/logout", "/account/../logout", "/account\\evil"] {
            let answer = confirm_password(&browser, PASSWORD, to).await;
            assert_eq!(answer.location().map(|to| to.to_string()), Some(format!("{}account", world.portal)), "{to}");
        }
    }

    /// Wrong passwords of a confirmation are counted before they are answered, and the wait is said.
    async fn wrong_confirmations_are_counted(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        let mut paused = 0;
        for _ in 0..30 {
            let answer = confirm_password(&browser, "not the password at all", "/account").await;
            match answer.status {
                StatusCode::UNPROCESSABLE_ENTITY => assert_eq!(paused, 0, "no guess is looked at in a pause"),
                StatusCode::TOO_MANY_REQUESTS => paused += 1,
                status => panic!("{status}: {}", answer.body),
            }
        }
        assert!(paused > 20, "{paused} of 30");
        assert_eq!(confirm_password(&browser, PASSWORD, "/account").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(browser.is_signed_in().await, "the session stays as it was");
        assert!(world.recorded("login.failed").await < 10);
        world.advance(14 * MINUTE);
        assert_eq!(confirm_password(&browser, PASSWORD, "/account").await.path(), "/login/code");
    }

    /// A new password ends every other session, every Trusted Device and what is pending, before the answer; the old one is dead.
    async fn a_new_password_ends_the_rest(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other, pending) = (world.browser(), world.browser(), world.browser());
        other.sign_in(&world, SETTLED, true).await;
        world.advance(5 * MINUTE);
        let code = pending.ask_for_code(&world, SETTLED).await;
        world.advance(5 * MINUTE);
        browser.sign_in(&world, SETTLED, false).await;
        let answer = change_password(&browser, PASSWORD, NEW_PASSWORD).await;
        assert_eq!(answer.path(), "/account/password", "{}", answer.body);
        assert!(browser.get("/account/password?done=yes").await.body.contains("Your password is changed"));
        assert!(browser.is_signed_in().await && !other.is_signed_in().await);
        assert_eq!(pending.guess(&code).await.path(), "/login");
        assert_eq!(world.find(SETTLED.1).await.devices, 0);
        assert_eq!(world.recorded("password.changed").await, 1);
        world.advance(2 * MINUTE);
        world.mail(SETTLED.1, "Your password was changed").await;
        let fresh = world.browser();
        assert_eq!(fresh.enter_password(SETTLED.0, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(fresh.enter_password(SETTLED.0, NEW_PASSWORD).await.path(), "/login/code");
    }

    /// The one before is needed, counted, and the new one follows the rules of onboarding, with the reason.
    async fn a_new_password_needs_the_old_one(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        for (current, new, words) in [
            (PASSWORD, "short", "Use at least 12 characters"),
            (PASSWORD, "tomas.herrera", "made from your name"),
            (PASSWORD, PASSWORD, "This is the password that you have now"),
            ("not the password at all", NEW_PASSWORD, "This is not the password that you have now"),
        ] {
            let answer = change_password(&browser, current, new).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
            let shown = answer.body.contains(&format!("value=\"{new}\"")) && new != SETTLED.0;
            assert!(!shown, "a secret is never shown again: {}", answer.body);
        }
        let mut looked_at = 1;
        for _ in 0..10 {
            let answer = change_password(&browser, "not the password at all", NEW_PASSWORD).await;
            looked_at += i32::from(answer.status == StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert!(looked_at <= 6, "{looked_at} guesses were looked at");
        assert_eq!(world.recorded("password.changed").await, 0);
        let told = browser.post("/account/password/strength", &[("password", "correct horse")]).await.json();
        assert!(told["words"].as_str().unwrap().len() > 10, "{told}");
    }

    /// The security code changes only for who knows the one before, with five tries in a quarter of an hour; sessions stay.
    async fn a_security_code_needs_the_one_before(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, false).await;
        world.advance(5 * MINUTE);
        other.sign_in(&world, SETTLED, true).await;
        let wrong = other_than(SECURITY_CODE);
        for left in ["4 more tries", "3 more tries", "2 more tries", "1 more try"] {
            let answer = change_code(&browser, &wrong, NEW_SECURITY_CODE).await;
            assert!(answer.body.contains(left), "{left}: {}", answer.body);
        }
        assert!(change_code(&browser, &wrong, NEW_SECURITY_CODE).await.body.contains("try again from"));
        assert!(change_code(&browser, SECURITY_CODE, NEW_SECURITY_CODE).await.body.contains("try again from"));
        assert_eq!(world.recorded("security_code.changed").await, 0);
        world.advance(9 * MINUTE);
        browser.get("/account").await;
        other.get("/account").await;
        world.advance(6 * MINUTE);
        confirm(&browser, &world, SETTLED.1, "/account/security-code").await;
        let answer = change_code(&browser, SECURITY_CODE, NEW_SECURITY_CODE).await;
        assert_eq!(answer.path(), "/account/security-code", "{}", answer.body);
        assert!(browser.is_signed_in().await && other.is_signed_in().await, "sessions stay");
        assert_eq!(world.find(SETTLED.1).await.devices, 1, "devices stay");
        assert!(change_code(&browser, SECURITY_CODE, "5093862").await.body.contains("not the security code"));
        world.advance(2 * MINUTE);
        world.mail(SETTLED.1, "Your security code was changed").await;
    }

    /// Two hundred wrong codes at once are looked at no more often than the budget says.
    async fn parallel_security_codes_stay_within_the_budget(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        browser.get("/account/security-code").await;
        let wrong = other_than(SECURITY_CODE);
        let fields = [("current", wrong.as_str()), ("security_code", NEW_SECURITY_CODE)];
        let tries = (0..200).map(|_| browser.post("/account/security-code", &fields));
        futures_util::future::join_all(tries).await;
        assert!(world.recorded("security_code.missed").await <= 5);
        assert!(change_code(&browser, SECURITY_CODE, NEW_SECURITY_CODE).await.body.contains("try again from"));
    }

    /// Who put enrolment off completes it in the account.
    async fn the_first_security_code_completes_enrolment(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, UNFINISHED).await;
        browser.guess(&code).await;
        browser.get("/postponed").await;
        browser.post("/postponed", &[]).await;
        let page = browser.get("/account/security-code").await.body;
        assert!(page.contains("Make your security code") && page.contains(UNFINISHED.1), "{page}");
        assert!(change_code(&browser, "", "123456").await.body.contains("count up or down"));
        let answer = change_code(&browser, "", NEW_SECURITY_CODE).await;
        assert_eq!(answer.path(), "/account/security-code", "{}", answer.body);
        assert_eq!(world.recorded("enrolment.completed").await, 1);
        world.advance(5 * MINUTE);
        let other = world.browser();
        other.sign_in(&world, UNFINISHED, false).await;
    }
}

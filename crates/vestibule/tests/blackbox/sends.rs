//! Lines 3 and 4: how many codes are sent, and which of them is good.

use std::time::Duration;

use http::StatusCode;
use store::both_databases;

use crate::world::{Browser, PASSWORD, SETTLED, World};

const SECOND: Duration = Duration::from_secs(1);
const INSTANT: Duration = Duration::from_millis(1);

/// Asks for another code; whether one was made.
async fn sends(world: &World, browser: &Browser) -> bool {
    let before = world.recorded("otp.sent").await;
    let answer = browser.post("/login/resend", &[]).await;
    assert_eq!((answer.status, answer.path().as_str()), (StatusCode::SEE_OTHER, "/login/code"));
    world.recorded("otp.sent").await > before
}

both_databases! {
    /// Two in ten seconds, three in five minutes, five in ten: each holds to its last millisecond.
    async fn each_limit_of_sending_holds_on_both_sides(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.ask_for_code(&world, SETTLED).await;
        assert!(sends(&world, &browser).await, "the second");
        assert!(!sends(&world, &browser).await, "no third in ten seconds");
        world.advance(10 * SECOND - INSTANT);
        assert!(!sends(&world, &browser).await);
        world.advance(INSTANT);
        assert!(sends(&world, &browser).await, "the third");
        world.advance(290 * SECOND - INSTANT);
        assert!(!sends(&world, &browser).await, "no fourth in five minutes");
        world.advance(INSTANT);
        assert!(sends(&world, &browser).await, "the fourth");
        assert!(sends(&world, &browser).await, "the fifth");
        world.advance(300 * SECOND - INSTANT);
        assert!(!sends(&world, &browser).await, "no sixth in ten minutes");
        world.advance(INSTANT);
        assert!(sends(&world, &browser).await, "the sixth");
    }

    /// Fifteen in an hour, over all logins and browsers of a user; the page says that none is on its way, and from when.
    async fn fifteen_codes_an_hour_whatever_the_browser(db: TestDb) {
        let world = World::new(db).await;
        for number in 0..15 {
            world.browser().enter_password(SETTLED.0, PASSWORD).await;
            assert_eq!(world.recorded("otp.sent").await, number + 1);
            world.advance(200 * SECOND);
        }
        let browser = world.browser();
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
        assert_eq!(browser.get("/login/code").await.status, StatusCode::OK);
        assert_eq!(browser.guess("123456").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!sends(&world, &browser).await);
        world.advance(600 * SECOND - INSTANT);
        assert!(!sends(&world, &browser).await);
        world.advance(INSTANT);
        assert!(sends(&world, &browser).await, "an hour after the first");
    }

    /// A new code makes the one before worthless, and the new one is good once.
    async fn a_new_code_makes_the_old_one_worthless(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let old = browser.ask_for_code(&world, SETTLED).await;
        let new = browser.resend(&world, SETTLED.1).await;
        if old != new {
            assert_eq!(browser.guess(&old).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let late = browser.clone();
        assert_eq!(browser.guess(&new).await.location().unwrap(), world.application);
        assert_eq!(late.guess(&new).await.path(), "/login", "it was used");
        assert!(!late.is_signed_in().await);
    }

    /// Ten minutes: a code is good to its last millisecond.
    async fn a_code_lives_ten_minutes(db: TestDb) {
        let world = World::new(db).await;
        let (browser, late) = (world.browser(), world.browser());
        let first = browser.ask_for_code(&world, SETTLED).await;
        let second = late.ask_for_code(&world, SETTLED).await;
        world.advance(600 * SECOND - INSTANT);
        assert_eq!(browser.guess(&first).await.location().unwrap(), world.application);
        world.advance(INSTANT);
        assert_eq!(late.guess(&second).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!late.is_signed_in().await);
    }

    /// A code of an onboarding is no code of a login, and the other way round.
    async fn a_code_is_for_one_purpose(db: TestDb) {
        let world = World::new(db).await;
        let (newcomer, settled) = (world.browser(), world.browser());
        newcomer.enter_legacy(crate::world::NEWCOMER.0, crate::world::LEGACY_PASSWORD).await;
        newcomer.get("/start/profile").await;
        newcomer.post("/start/profile", &[]).await;
        let for_onboarding = world.code(crate::world::NEWCOMER.1, 1).await;
        let for_login = settled.ask_for_code(&world, SETTLED).await;
        if for_onboarding != for_login {
            assert_eq!(settled.guess(&for_onboarding).await.status, StatusCode::UNPROCESSABLE_ENTITY);
            let answer = newcomer.post("/start/email", &[("code", for_login.as_str())]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert!(!settled.is_signed_in().await && !newcomer.is_signed_in().await);
    }
}

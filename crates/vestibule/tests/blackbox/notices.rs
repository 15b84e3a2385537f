//! Notices: what changes about a login is told, soon, and several things in one mail.

use std::time::Duration;

use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    moves::other_than,
    steps::words,
    world::{SETTLED, World},
};

const SECOND: Duration = Duration::from_secs(1);

/// Mails without a code.
fn told(world: &World) -> usize {
    world.mails(SETTLED.1).iter().filter(|mail| mail.code.is_none()).count()
}

/// Mails about something.
fn told_of(world: &World, heading: &str) -> usize {
    world.mails(SETTLED.1).iter().filter(|mail| mail.subject.contains(heading)).count()
}

both_databases! {
    /// One login makes one mail beside its code, whatever happened in it: a wrong code, and a new device.
    async fn one_login_makes_one_mail(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        browser.guess_wrong(&code, 2).await;
        browser.post("/login/code", &[("code", code.as_str()), ("remember_device", "yes")]).await;
        assert!(browser.is_signed_in().await);
        world.advance(59 * SECOND);
        assert_eq!(app::notices::gather_notices(&world.app).await.unwrap(), 0, "they wait for company");
        assert_eq!(told(&world), 0);
        world.advance(SECOND);
        let mail = world.mail(SETTLED.1, "has changed").await;
        for heading in ["notice-wrong-second", "notice-new-device"] {
            assert_eq!(mail.text.matches(&words(heading).to_uppercase()).count(), 1, "{}", mail.text);
        }
        world.advance(600 * SECOND);
        assert_eq!(app::notices::gather_notices(&world.app).await.unwrap(), 0);
        assert_eq!(told(&world), 1);
    }

    /// The right password with a wrong code is told once an attempt, not once a guess.
    async fn a_wrong_code_after_the_right_password_is_told(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        browser.guess(&other_than(&code)).await;
        world.advance(60 * SECOND);
        let mail = world.mail(SETTLED.1, &words("notice-wrong-second")).await;
        assert!(mail.text.contains("+"), "whom to call: {}", mail.text);
        browser.guess(&other_than(&code)).await;
        world.advance(60 * SECOND);
        assert_eq!(app::notices::gather_notices(&world.app).await.unwrap(), 0);
        assert_eq!(told(&world), 1);
    }

    /// An alarm waits for nobody, and takes along what waits.
    async fn an_alarm_is_told_at_once(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        let thief = browser.clone();
        for _ in 0..2 {
            browser.enter_password(SETTLED.0, crate::world::PASSWORD).await;
            assert!(browser.is_signed_in().await);
        }
        thief.enter_password(SETTLED.0, crate::world::PASSWORD).await;
        let mail = world.mail(SETTLED.1, &words("notice-device-alarm")).await;
        for heading in ["notice-new-device", "notice-device-alarm"] {
            assert!(mail.text.contains(&words(heading).to_uppercase()), "{}", mail.text);
        }
    }

    /// The twentieth wrong security code in a row disables it, and its owner hears of it at once, once; the nineteenth does not.
    async fn a_disabled_security_code_is_told_at_once(db: TestDb) {
        let world = World::new(db).await;
        let wrong = other_than(SECURITY_CODE);
        let heading = words("notice-code-disabled");
        let mut browser = world.browser();
        for round in 0..4 {
            browser = world.browser();
            browser.come_to_security_code(&world, "password", SETTLED).await;
            for _ in 0..4 {
                browser.guess_security_code(&wrong).await;
            }
            app::notices::gather_notices(&world.app).await.unwrap();
            assert_eq!(told_of(&world, &heading), 0, "in round {round}");
            browser.guess_security_code(&wrong).await;
            if round < 3 {
                world.advance(3 * 24 * 3_600 * SECOND);
            }
        }
        let mail = world.mail(SETTLED.1, &heading).await;
        assert!(mail.text.contains("+"), "whom to call: {}", mail.text);
        browser.guess_security_code(&wrong).await;
        world.advance(60 * SECOND);
        assert_eq!(app::notices::gather_notices(&world.app).await.unwrap(), 0);
        assert_eq!(told_of(&world, &heading), 1);
    }

    /// The same at the account page, by whoever sits at a browser of its owner.
    async fn a_security_code_disabled_from_a_session_is_told(db: TestDb) {
        let world = World::with_policy(db, &[("security_code.tries_before_disable", "5")]).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        let wrong = other_than(SECURITY_CODE);
        let heading = words("notice-code-disabled");
        for _ in 0..4 {
            browser.get("/account/authenticator-app").await;
            browser.post("/account/authenticator-app", &[("security_code", &wrong)]).await;
        }
        app::notices::gather_notices(&world.app).await.unwrap();
        assert_eq!(told_of(&world, &heading), 0);
        browser.post("/account/authenticator-app", &[("security_code", &wrong)]).await;
        world.mail(SETTLED.1, &heading).await;
    }

    /// Several workers gather the same notices into one mail.
    async fn many_workers_gather_once(db: TestDb) {
        let world = World::new(db).await;
        world.browser().sign_in(&world, SETTLED, true).await;
        world.clock.advance(60 * SECOND);
        let rounds = (0..4).map(|_| app::notices::gather_notices(&world.app));
        futures_util::future::try_join_all(rounds).await.unwrap();
        world.mail(SETTLED.1, &words("notice-new-device")).await;
        world.advance(60 * SECOND);
        assert_eq!(told(&world), 1);
    }

    /// The device that gives way to the eleventh is told of, with the new one.
    async fn the_oldest_device_that_goes_is_told(db: TestDb) {
        let world = World::with_policy(db, &[("device.max_per_user", "1")]).await;
        world.browser().sign_in(&world, SETTLED, true).await;
        world.advance(600 * SECOND);
        world.mail(SETTLED.1, &words("notice-new-device")).await;
        world.browser().sign_in(&world, SETTLED, true).await;
        world.advance(60 * SECOND);
        let mail = world.mail(SETTLED.1, "has changed").await;
        assert!(mail.text.contains(&words("notice-device-dropped").to_uppercase()), "{}", mail.text);
    }
}

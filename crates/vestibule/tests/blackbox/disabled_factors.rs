//! Line 4, NIST SP 800-63B-4, 3.2.2: a hundred failures in a row disable an authenticator app and recovery codes, however long they
//! take, and only binding anew opens them again.

use std::time::Duration;

use http::StatusCode;
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    moves::other_than,
    world::{AuthenticatorApp, Browser, PASSWORD, SETTLED, World},
};

const DAY: Duration = Duration::from_hours(24);
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// ID and password, up to the page of the app or of recovery codes.
async fn at_page(world: &World, path: &str) -> Browser {
    let browser = world.browser();
    assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app");
    assert_eq!(browser.get(path).await.status, StatusCode::OK);
    browser
}

/// So many wrong answers in a row, ten a day, for after ten the owner has to wait.
async fn fail(world: &World, path: &str, wrong: &str, times: u32) {
    for nth in 0..times {
        if nth % 10 == 0 {
            world.advance(DAY);
        }
        at_page(world, path).await.post(path, &[("code", wrong)]).await;
    }
}

async fn opens(world: &World, path: &str, right: &str) -> bool {
    let browser = at_page(world, path).await;
    browser.post(path, &[("code", right)]).await;
    browser.is_signed_in().await
}

async fn app_opens(world: &World, app: &AuthenticatorApp) -> bool {
    opens(world, "/login/app", &app.code(world, 0)).await
}

both_databases! {
    /// Ninety-nine wrong codes of an app, and the right one opens and counts anew; a hundred, and none is looked at any more. The
    /// recovery of a lost factor leads to an app that is bound anew.
    async fn a_hundred_wrong_codes_disable_the_app(db: TestDb) {
        let world = World::new(db).await;
        let (_, app) = world.somebody_with_app().await;
        let wrong = other_than(&app.code(&world, 0));
        fail(&world, "/login/app", &wrong, 99).await;
        assert_eq!(world.recorded("otp.disabled").await, 0);
        assert!(app_opens(&world, &app).await, "the hundredth is right");
        fail(&world, "/login/app", &wrong, 100).await;
        assert_eq!(world.recorded("otp.disabled").await, 1);
        world.advance(30 * DAY);
        let refused = at_page(&world, "/login/app").await;
        assert_eq!(refused.post("/login/app", &[("code", &app.code(&world, 0))]).await.status, WRONG);
        assert!(!app_opens(&world, &app).await, "time does not open it");

        let lost = world.browser();
        lost.come_to_security_code(&world, "factor", SETTLED).await;
        assert_eq!(lost.guess_security_code(SECURITY_CODE).await.path(), "/recover/scheduled");
        world.advance(DAY);
        assert_eq!(app::remove_factors::remove_due_factors(&world.app).await.unwrap(), 1);
        let owner = world.browser();
        owner.sign_in(&world, SETTLED, false).await;
        let app = owner.set_up_app(&world).await;
        owner.choose_channel("authenticator_app", SECURITY_CODE).await;
        world.advance(Duration::from_secs(30));
        assert!(app_opens(&world, &app).await, "bound anew");
    }

    /// The same for recovery codes; the app is not concerned, and a new set is bound anew.
    async fn a_hundred_wrong_recovery_codes_disable_them(db: TestDb) {
        const PATH: &str = "/login/recovery-code";
        let world = World::new(db).await;
        let (owner, app) = world.somebody_with_app().await;
        let codes = owner.make_recovery_codes().await;
        let wrong = "2222-2222-2222-2222";
        fail(&world, PATH, wrong, 99).await;
        assert!(opens(&world, PATH, &codes[0]).await, "the hundredth is right");
        fail(&world, PATH, wrong, 100).await;
        assert_eq!(world.recorded("otp.disabled").await, 1);
        world.advance(30 * DAY);
        assert!(!opens(&world, PATH, &codes[1]).await);

        let owner = at_page(&world, "/login/app").await;
        owner.guess_app(&app.code(&world, 0)).await;
        assert!(owner.is_signed_in().await, "the app is another factor");
        let codes = owner.make_recovery_codes().await;
        assert_eq!(codes.len(), 10);
        assert!(opens(&world, PATH, &codes[1]).await, "a new set is looked at");
    }
}

//! Line 9: where an owner has logged in before, strangers cannot keep mails away, whatever network it is on, and whether or not it
//! is a Trusted Device.

use std::time::Duration;

use http::StatusCode;
use store::both_databases;

use crate::world::{Browser, COLLEAGUE, PASSWORD, SETTLED, World};

/// A browser on which somebody has logged in with a code, without trusting it.
async fn known(world: &World, who: (&str, &str)) -> Browser {
    let browser = world.browser();
    browser.sign_in(world, who, false).await;
    browser.log_out().await;
    browser
}

/// Uses up what strangers may send with a known password; gives how many codes were sent.
async fn use_up_sends(world: &World) -> i64 {
    for network in [3, 4, 5, 6] {
        world.elsewhere(&world.browser(), network).enter_password(SETTLED.0, PASSWORD).await;
    }
    world.recorded("otp.sent").await
}

/// ID and password; whether a code was sent.
async fn gets_a_code(world: &World, browser: &Browser) -> bool {
    let before = world.recorded("otp.sent").await;
    assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
    world.recorded("otp.sent").await > before
}

/// Uses up what strangers may ask for an address, from networks that its owner never used.
async fn use_up_recoveries(world: &World, sent: usize) {
    for network in [3, 4, 5] {
        let stranger = world.elsewhere(&world.browser(), network);
        assert_eq!(stranger.ask_to_recover("password", SETTLED.0).await.path(), "/recover/code");
    }
    world.code(SETTLED.1, sent + 3).await;
}

both_databases! {
    /// Who knows the password asks for codes until no more are sent: the owner's browser still gets its own, another does not.
    async fn codes_come_where_the_owner_has_logged_in(db: TestDb) {
        let world = World::new(db).await;
        let owner = known(&world, SETTLED).await;
        world.advance(Duration::from_hours(2));
        let sent = use_up_sends(&world).await;
        assert_eq!(use_up_sends(&world).await, sent, "no more are sent to strangers");
        assert!(!gets_a_code(&world, &world.elsewhere(&world.browser(), 9)).await, "a browser that nobody knows");
        let colleague = known(&world, COLLEAGUE).await;
        assert!(!gets_a_code(&world, &colleague).await, "a browser that is known to another");
        let moved = world.elsewhere(&owner, 10);
        let before = world.codes_sent(SETTLED.1);
        assert!(gets_a_code(&world, &moved).await);
        let code = world.code(SETTLED.1, before + 1).await;
        moved.enter_code(&code).await;
        assert!(moved.is_signed_in().await);
    }

    /// It is a budget, not a hole: two in ten seconds hold for the known browser as well.
    async fn a_known_browser_has_the_same_limits(db: TestDb) {
        let world = World::new(db).await;
        let owner = known(&world, SETTLED).await;
        world.advance(Duration::from_hours(2));
        assert!(gets_a_code(&world, &owner).await);
        assert!(gets_a_code(&world, &owner).await);
        assert!(!gets_a_code(&world, &owner).await);
        world.advance(Duration::from_secs(10));
        assert!(gets_a_code(&world, &owner).await);
    }

    /// Strangers ask for recoveries until the address takes no more: the owner's browser still gets its mail on a network that it
    /// was never on, and even beside the stranger.
    async fn recovery_mails_come_where_the_owner_has_logged_in(db: TestDb) {
        let world = World::new(db).await;
        let owner = known(&world, SETTLED).await;
        let sent = world.codes_sent(SETTLED.1);
        use_up_recoveries(&world, sent).await;
        let unknown = world.elsewhere(&world.browser(), 9);
        assert_eq!(unknown.ask_to_recover("password", SETTLED.0).await.path(), "/recover/code");
        // What is asked for later is resolved later.
        world.elsewhere(&owner, 10).ask_recovery_code(&world, "password", SETTLED).await;
        assert_eq!(world.codes_sent(SETTLED.1), sent + 4, "none went to the browser that nobody knows");

        world.advance(Duration::from_hours(2));
        for _ in 0..3 {
            world.elsewhere(&world.browser(), 11).ask_to_recover("password", SETTLED.0).await;
        }
        let beside = world.elsewhere(&world.browser(), 11).ask_to_recover("password", SETTLED.0).await;
        assert_eq!(beside.status, StatusCode::TOO_MANY_REQUESTS, "this network has asked enough for the name");
        world.elsewhere(&owner, 11).ask_recovery_code(&world, "password", SETTLED).await;
        for _ in 0..2 {
            world.elsewhere(&owner, 11).ask_to_recover("password", SETTLED.0).await;
        }
        let fourth = world.elsewhere(&owner, 11).ask_to_recover("password", SETTLED.0).await;
        assert_eq!(fourth.status, StatusCode::TOO_MANY_REQUESTS, "three an hour hold here too");
    }

    /// "This was not me" and whatever else ends Trusted Devices ends this as well: the browser is a stranger's again.
    async fn what_ends_trust_ends_what_is_known(db: TestDb) {
        let world = World::new(db).await;
        let thief = known(&world, SETTLED).await;
        let user = world.find(SETTLED.0).await.user;
        assert!(app::change_user::disable_user(&world.app, &user).await.unwrap());
        assert!(app::change_user::enable_user(&world.app, &user).await.unwrap());
        world.advance(Duration::from_hours(2));
        let sent = use_up_sends(&world).await;
        assert!(!gets_a_code(&world, &thief).await);
        assert_eq!(world.recorded("otp.sent").await, sent);
    }
}

//! Lines 5 and 22: trust is earned after the code, opens nothing alone, and a copy of it is found out.

use std::time::Duration;

use http::StatusCode;
use store::both_databases;

use crate::world::{Browser, COLLEAGUE, PASSWORD, SETTLED, World};

const DAY: Duration = Duration::from_hours(24);
const BY_DEVICE: &str = "urn:vestibule:acr:trusted-device";

/// ID and password; whether that opened the application without a code.
async fn is_trusted(browser: &Browser, world: &World) -> bool {
    let answer = browser.enter_password(SETTLED.0, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let opened = answer.location().as_ref() == Some(&world.application);
    assert!(!opened || browser.session().await.json()["acr"] == BY_DEVICE);
    opened
}

/// Why the page asks for a code.
async fn reason(browser: &Browser) -> String {
    browser.get("/login/code").await.body
}

both_databases! {
    /// The box ticked with a wrong code, or at the password, gives nothing.
    async fn trust_is_earned_after_the_code(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.get("/login").await;
        let fields = [("user_id", SETTLED.0), ("password", PASSWORD), ("remember_device", "on")];
        assert_eq!(browser.post("/login", &fields).await.status, StatusCode::BAD_REQUEST);
        let code = browser.ask_for_code(&world, SETTLED).await;
        let wrong = crate::moves::other_than(&code);
        browser.post("/login/code", &[("code", wrong.as_str()), ("remember_device", "on")]).await;
        assert!(browser.device_cookies().is_empty());
        browser.guess(&code).await;
        assert!(browser.device_cookies().is_empty(), "the box was not ticked this time");
        assert_eq!(world.find(SETTLED.1).await.devices, 0);
    }

    /// A Trusted Device asks for no code, sends none, survives the log-out, and says what it is.
    async fn a_trusted_device_asks_for_no_code(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        browser.log_out().await;
        world.advance(Duration::from_mins(1));
        world.mail(SETTLED.1, "rusted").await;
        assert!(!browser.is_signed_in().await);
        assert!(is_trusted(&browser, &world).await);
        assert_eq!(world.recorded("otp.sent").await, 1);
    }

    /// The cookie alone, or with a wrong password, opens nothing.
    async fn a_device_cookie_alone_opens_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        let (name, value) = browser.device_cookie();
        let thief = world.browser();
        thief.set_cookie(&name, &value);
        assert!(!thief.is_signed_in().await);
        for path in ["/account", "/account/devices", "/start/done"] {
            assert_eq!(thief.get(path).await.path(), "/login", "{path}");
        }
        assert_eq!(thief.get("/login/code").await.path(), "/login");
        assert_eq!(thief.enter_password(SETTLED.0, "not the password").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        for name in ["vestibule-session", "vestibule-login", "vestibule-app"] {
            let (_, token) = value.split_once('.').unwrap();
            thief.set_cookie(name, token);
        }
        assert!(!thief.is_signed_in().await);
    }

    /// On one browser the trust of one user is not that of another, under neither cookie name.
    async fn trust_works_for_its_user_only(db: TestDb) {
        let world = World::new(db).await;
        let (browser, theirs) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        theirs.sign_in(&world, COLLEAGUE, true).await;
        let (name, _) = theirs.device_cookie();
        let (_, value) = browser.device_cookie();
        browser.log_out().await;
        world.advance(Duration::from_mins(5));
        assert_eq!(browser.enter_password(COLLEAGUE.0, PASSWORD).await.path(), "/login/code");
        browser.set_cookie(&name, &value);
        assert_eq!(browser.enter_password(COLLEAGUE.0, PASSWORD).await.path(), "/login/code");
        assert!(is_trusted(&browser, &world).await, "the first one keeps it");
        assert_eq!(world.recorded("device.alarm").await, 0);
    }

    /// Each use gives a new token; the one before works until the new one was seen: a lost answer is not theft.
    async fn a_lost_answer_is_not_theft(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        let first = browser.device_cookie().1;
        let lost = browser.clone();
        assert!(is_trusted(&lost, &world).await);
        assert_ne!(lost.device_cookie().1, first, "the token changes at each use");
        assert!(is_trusted(&browser, &world).await, "its answer never came; the token before is still good");
        assert!(is_trusted(&browser, &world).await);
        assert_eq!(world.recorded("device.alarm").await, 0);
    }

    /// An older token: somebody has a copy. The device ends, its sessions too, and the owner is told.
    async fn an_old_token_kills_the_device_and_raises_an_alarm(db: TestDb) {
        let world = World::new(db).await;
        let (browser, elsewhere) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        elsewhere.sign_in(&world, SETTLED, false).await;
        world.advance(Duration::from_mins(5));
        let thief = browser.clone();
        assert!(is_trusted(&browser, &world).await && is_trusted(&browser, &world).await);
        assert_eq!(thief.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
        assert!(reason(&thief).await.contains("As a precaution this browser is no longer trusted"));
        assert!(!browser.is_signed_in().await, "sessions of that device ended");
        assert!(elsewhere.is_signed_in().await, "others stay");
        assert_eq!(world.recorded("device.alarm").await, 1);
        world.mail(SETTLED.1, "no longer trust").await;
        assert!(!is_trusted(&browser, &world).await);
        assert!(reason(&browser).await.contains("As a precaution this browser is no longer trusted"));
    }

    /// Thirty days, counted from the code, however often the device was used; then the page says why it asks.
    async fn trust_ends_on_its_day(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        world.advance(15 * DAY);
        assert!(is_trusted(&browser, &world).await);
        world.advance(15 * DAY - Duration::from_millis(1));
        assert!(is_trusted(&browser, &world).await, "to its last millisecond");
        world.advance(Duration::from_millis(1));
        assert!(!is_trusted(&browser.clone(), &world).await);
        assert!(!is_trusted(&browser, &world).await);
        assert!(reason(&browser).await.contains("This browser was trusted until"));
        assert_eq!(world.recorded("device.alarm").await, 0);
    }

    /// The user removes a device from another browser: its trust and its sessions end at once, others stay.
    async fn a_removed_device_ends_with_its_sessions(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        let opened = browser.follow(world.application.as_str()).await;
        assert_eq!(opened.status, StatusCode::OK);
        other.sign_in(&world, SETTLED, false).await;
        let page = other.get("/account/devices").await.body;
        let id = page.split_once("name=\"device\" value=\"").unwrap().1.split('"').next().unwrap();
        assert_eq!(other.post("/account/devices/remove", &[("device", id)]).await.path(), "/account/devices");
        assert!(!browser.is_signed_in().await && other.is_signed_in().await);
        assert_eq!(browser.get(world.application.as_str()).await.status, StatusCode::FOUND, "at the application too");
        assert!(!is_trusted(&browser, &world).await);
        assert!(reason(&browser).await.contains("This browser is no longer trusted"));
        assert_eq!(other.post("/account/devices/remove", &[("device", id)]).await.status, StatusCode::NOT_FOUND);
    }

    /// Nobody removes a device or ends a session of somebody else.
    async fn devices_of_others_cannot_be_removed(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        other.sign_in(&world, COLLEAGUE, false).await;
        let page = browser.get("/account/devices").await.body;
        let ids: Vec<_> = ["device", "session"].iter().filter_map(|kind| {
            let (_, rest) = page.split_once(&format!("name=\"{kind}\" value=\""))?;
            Some((*kind, rest.split('"').next()?.to_owned()))
        }).collect();
        other.get("/account/devices").await;
        for (kind, id) in &ids {
            let path = if *kind == "device" { "/account/devices/remove" } else { "/account/sessions/end" };
            assert_eq!(other.post(path, &[(kind, id.as_str())]).await.status, StatusCode::NOT_FOUND, "{kind}");
        }
        assert!(ids.iter().any(|(kind, _)| *kind == "device"));
        assert!(browser.is_signed_in().await && is_trusted(&browser, &world).await);
    }

    /// Ten devices a user; the eleventh takes the place of the oldest.
    async fn the_oldest_device_gives_way_to_the_eleventh(db: TestDb) {
        let world = World::new(db).await;
        let browsers: Vec<_> = (0..11).map(|_| world.browser()).collect();
        for (number, browser) in browsers.iter().enumerate() {
            browser.sign_in(&world, SETTLED, true).await;
            assert_eq!(world.find(SETTLED.1).await.devices, (number + 1).min(10));
            world.advance(Duration::from_mins(10));
        }
        assert!(!is_trusted(&browsers[0], &world).await);
        assert!(is_trusted(&browsers[1], &world).await && is_trusted(&browsers[10], &world).await);
    }
}

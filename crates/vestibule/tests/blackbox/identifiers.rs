//! Line 14: identifiers are canonical before they are compared, and the application's name for a user never changes.

use futures_util::future::join_all;
use http::StatusCode;
use store::both_databases;

use crate::{
    steps::{NEW_ID, NEW_PASSWORD, words},
    world::{COLLEAGUE, LATE, NEWCOMER, Seen, World},
};

/// Another who may make an ID in phase 1.
const ADMINISTRATOR: (&str, &str) = ("NGS-000102", "marieke.devries@northgate-shipping.example");

/// Writings of one identifier, and one that looks like it.
const LOOK_ALIKES: [&str; 8] = [
    "red.heron",
    "RED.HERON",
    "Red.Heron",
    " red.heron ",
    "ｒｅｄ.ｈｅｒｏｎ",
    "red.her0n",
    "rEd.hErOn",
    "red.herOn",
];

both_databases! {
    /// Of 48 claims at once, under all writings, by three users, one makes an ID.
    async fn parallel_claims_of_look_alikes_make_one(db: TestDb) {
        let world = World::with_policy(db, &[("hashing.max_wait", "30 s")]).await;
        let people = [NEWCOMER, ADMINISTRATOR, LATE];
        let mut browsers = Vec::new();
        for person in people {
            let browser = world.browser();
            browser.come_to_user_id(&world, person).await;
            browser.get("/start/user-id").await;
            browsers.push(browser);
        }
        let claims = (0..16).flat_map(|round| {
            browsers.iter().map(move |browser| {
                let user_id = LOOK_ALIKES[round % LOOK_ALIKES.len()];
                async move {
                    let fields = [("user_id", user_id), ("password", NEW_PASSWORD)];
                    browser.clone().post("/start/user-id", &fields).await.path()
                }
            })
        });
        let made = join_all(claims).await.into_iter().filter(|path| path == "/start/security-code").count();
        assert_eq!(made, 1);
        let mut ids = Vec::new();
        for (_, email) in people {
            ids.extend(world.id_of(email).await);
        }
        assert_eq!(ids.len(), 1, "{ids:?}");
    }

    /// No ID equals or resembles what another is known by.
    async fn names_of_others_are_taken(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        for taken in [COLLEAGUE.0, "LUCIA.NAVARRO", "and-1180", "AND-118O", "ngs-005120"] {
            let answer = browser.choose(taken).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{taken}");
            assert!(answer.body.contains(&words("problem-user-id-taken")), "{taken}: {}", answer.body);
        }
        for malformed in [COLLEAGUE.1, "red heron", "<b>heron</b>", "rеd.heron", "admin", "red\u{202e}heron", "r"] {
            assert_eq!(browser.choose(malformed).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{malformed}");
        }
        assert_eq!(world.id_of(NEWCOMER.1).await, None);
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
    }

    /// The subject is settled at the first visit, and stays when the login name becomes another.
    async fn the_application_keeps_its_name_for_a_user(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, crate::world::LEGACY_PASSWORD).await;
        browser.put_off().await;
        let seen: Seen = serde_json::from_str(&browser.follow(world.application.as_str()).await.body).unwrap();
        assert_eq!(seen.all("remote-user"), [NEWCOMER.0]);
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        browser.choose(NEW_ID).await;
        browser.make_security_code().await;
        let seen: Seen = serde_json::from_str(&browser.follow(world.application.as_str()).await.body).unwrap();
        assert_eq!(seen.all("remote-user"), [NEWCOMER.0]);
    }

    /// Whether a name is free is told after the mailed code only, and 20 times an hour.
    async fn availability_is_told_late_and_seldom(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.get("/start").await;
        let ask = async |user_id: &str| browser.post("/start/user-id/availability", &[("user_id", user_id)]).await;
        assert_eq!(ask(COLLEAGUE.0).await.status, StatusCode::GONE);
        browser.come_to_user_id(&world, NEWCOMER).await;
        assert_eq!(ask(COLLEAGUE.0).await.json()["free"], false);
        for _ in 1..20 {
            assert_eq!(ask("red.heron").await.status, StatusCode::OK);
        }
        assert_eq!(ask("red.heron").await.status, StatusCode::TOO_MANY_REQUESTS);
        world.advance(std::time::Duration::from_hours(1));
        assert_eq!(browser.get("/start/user-id").await.path(), "/start", "the attempt is over by then");
    }
}

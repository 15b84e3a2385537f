//! Lines 5, 9 and 22, for a Trusted Device that is bound to a key: its cookie alone is never enough, and a forged signature
//! raises an alarm.

use std::time::Duration;

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use store::both_databases;

use crate::world::{Answer, Browser, COLLEAGUE, PASSWORD, SETTLED, World};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);

/// What a browser's script keeps: the key, and how it signs.
struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref())
    }

    fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.public_key().as_ref()))
    }

    fn sign(&self, origin: &str, challenge: &str) -> String {
        let message = format!("vestibule-device-v1|{origin}|{challenge}");
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
        URL_SAFE_NO_PAD.encode(signature)
    }

    fn proof(&self, world: &World, challenge: &str) -> String {
        let origin = world.portal.origin().ascii_serialization();
        format!("{}.{}", self.thumbprint(), self.sign(&origin, challenge))
    }
}

/// The challenge on the login page.
async fn challenge(browser: &Browser) -> String {
    let page = browser.get("/login").await.body;
    let (_, rest) = page.split_once("name=\"device_challenge\" value=\"").expect("a challenge");
    rest.split('"').next().expect("its end").to_owned()
}

/// Types ID and password with these proofs.
async fn enter(browser: &Browser, challenge: &str, proofs: &str) -> Answer {
    let fields = [
        ("user_id", SETTLED.0),
        ("password", PASSWORD),
        ("to", ""),
        ("device_challenge", challenge),
        ("device_proofs", proofs),
    ];
    browser.post("/login", &fields).await
}

/// A login as the script of the page does it; whether it went straight to the application.
async fn is_trusted(browser: &Browser, world: &World, key: &Key) -> bool {
    let challenge = challenge(browser).await;
    opened(&enter(browser, &challenge, &key.proof(world, &challenge)).await, world)
}

fn opened(answer: &Answer, world: &World) -> bool {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let opened = answer.location().as_ref() == Some(&world.application);
    assert!(opened || answer.path() == "/login/code", "{}", answer.path());
    opened
}

/// Makes this browser a Trusted Device with a key.
async fn trust(browser: &Browser, world: &World, who: (&str, &str)) -> Key {
    let key = Key::new();
    let code = browser.ask_for_code(world, who).await;
    let fields = [("code", code.as_str()), ("remember_device", "yes"), ("device_key", &key.public())];
    let answer = browser.post("/login/code", &fields).await;
    assert_eq!(answer.location().as_ref(), Some(&world.application), "{}", answer.body);
    browser.log_out().await;
    world.advance(5 * MINUTE);
    key
}

/// What the page says about the key that was not shown.
const NO_KEY: &str = "could not show the key";
/// What it says after an alarm.
const ALARM: &str = "As a precaution this browser is no longer trusted";

async fn says(browser: &Browser, words: &str) -> bool {
    browser.get("/login/code").await.body.contains(words)
}

both_databases! {
    /// With its key a device asks for no code, again and again; the page calls it bound.
    async fn a_bound_device_answers_with_its_key(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let key = trust(&browser, &world, SETTLED).await;
        for _ in 0..3 {
            assert!(is_trusted(&browser, &world, &key).await);
            assert_eq!(browser.session().await.json()["acr"], "urn:vestibule:acr:trusted-device");
            let page = browser.get("/account/devices").await.body;
            assert!(page.contains(&crate::steps::words("device-bound")), "{page}");
            browser.log_out().await;
            world.advance(MINUTE);
        }
    }

    /// A copied cookie without the key gets a code, quietly, and is told why; the owner keeps the trust.
    async fn a_copied_cookie_without_the_key_gets_a_code(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let key = trust(&browser, &world, SETTLED).await;
        let thief = browser.clone();
        assert_eq!(thief.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
        assert!(says(&thief, NO_KEY).await);
        let other = Key::new();
        assert!(!is_trusted(&thief, &world, &other).await, "a signature by another key is none by this one");
        assert_eq!(world.recorded("device.alarm").await, 0);
        assert!(is_trusted(&browser, &world, &key).await);
    }

    /// A signature under the key's name that is not the key's: the device ends, and its owner hears of it.
    async fn a_forged_signature_raises_an_alarm(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let key = trust(&browser, &world, SETTLED).await;
        let thief = browser.clone();
        let asked = challenge(&thief).await;
        let origin = world.portal.origin().ascii_serialization();
        let forged = format!("{}.{}", key.thumbprint(), Key::new().sign(&origin, &asked));
        assert!(!opened(&enter(&thief, &asked, &forged).await, &world));
        assert_eq!(world.recorded("device.alarm").await, 1);
        world.mail(SETTLED.1, "no longer trust").await;
        assert!(!is_trusted(&browser, &world, &key).await);
        assert!(says(&browser, ALARM).await);
    }

    /// An old token raises the alarm with a right signature too: the key may have been copied with it.
    async fn an_old_token_raises_an_alarm_with_a_right_signature(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let key = trust(&browser, &world, SETTLED).await;
        let copy = browser.clone();
        for _ in 0..2 {
            assert!(is_trusted(&browser, &world, &key).await);
            browser.log_out().await;
            world.advance(MINUTE);
        }
        assert!(!is_trusted(&copy, &world, &key).await);
        assert_eq!(world.recorded("device.alarm").await, 1);
    }

    /// The same challenge is good once more with the token before: the first answer was lost. With the new token it is not.
    async fn a_challenge_is_answered_once_and_a_lost_answer_is_not_theft(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let key = trust(&browser, &world, SETTLED).await;
        let asked = challenge(&browser).await;
        let proof = key.proof(&world, &asked);
        let lost = browser.clone();
        assert!(opened(&enter(&lost, &asked, &proof).await, &world));
        assert!(opened(&enter(&browser, &asked, &proof).await, &world), "its answer never came");
        assert!(!opened(&enter(&browser, &asked, &proof).await, &world), "answered, and seen");
        assert!(says(&browser, NO_KEY).await);
        assert_eq!(world.recorded("device.alarm").await, 0);
        browser.log_out().await;
        world.advance(MINUTE);
        assert!(is_trusted(&browser, &world, &key).await);
    }

    /// Ten minutes, for one browser, made by us; everything else is a code, quietly. An older one than the last is too.
    async fn a_challenge_is_of_its_browser_and_its_time(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        let key = trust(&browser, &world, SETTLED).await;
        let foreign = challenge(&other).await;
        let early = challenge(&browser).await;
        world.advance(10 * MINUTE);
        for asked in [foreign.as_str(), early.as_str(), "", "1794908520000.AAAAAAAAAAAAAAAAAAAAAA"] {
            browser.get("/login").await;
            assert!(!opened(&enter(&browser, asked, &key.proof(&world, asked)).await, &world), "{asked}");
            world.advance(5 * MINUTE);
        }
        let older = challenge(&browser).await;
        world.advance(INSTANT);
        assert!(is_trusted(&browser, &world, &key).await);
        browser.log_out().await;
        browser.get("/login").await;
        assert!(!opened(&enter(&browser, &older, &key.proof(&world, &older)).await, &world), "an older one");
        world.advance(INSTANT);
        let late = challenge(&browser).await;
        world.advance(10 * MINUTE - INSTANT);
        assert!(opened(&enter(&browser, &late, &key.proof(&world, &late)).await, &world), "its last millisecond");
        assert_eq!(world.recorded("device.alarm").await, 0);
    }

    /// Two people on one browser have a key each; neither opens the other's login.
    async fn a_key_works_for_its_user_only(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let mine = trust(&browser, &world, SETTLED).await;
        let theirs = trust(&browser, &world, COLLEAGUE).await;
        assert_eq!(browser.device_cookies().len(), 2);
        assert!(!is_trusted(&browser, &world, &theirs).await);
        world.advance(MINUTE);
        let asked = challenge(&browser).await;
        let both = format!("{},{}", theirs.proof(&world, &asked), mine.proof(&world, &asked));
        assert!(opened(&enter(&browser, &asked, &both).await, &world));
    }

    /// Where policy asks for a key, a browser without one gets no trust.
    async fn policy_may_ask_for_a_key(db: TestDb) {
        let world = World::with_policy(db, &[("device.require_key", "yes")]).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, true).await;
        assert!(browser.device_cookies().is_empty());
        browser.log_out().await;
        world.advance(5 * MINUTE);
        let key = trust(&browser, &world, SETTLED).await;
        assert!(is_trusted(&browser, &world, &key).await);
    }

    /// A copied cookie without the key does not reach the device's own budget: it guesses in a stranger's.
    async fn a_copied_cookie_guesses_in_a_strangers_budget(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let key = trust(&browser, &world, SETTLED).await;
        let thief = browser.clone();
        for _ in 0..5 {
            thief.enter_password(SETTLED.0, "wrong").await;
        }
        assert_eq!(thief.enter_password(SETTLED.0, "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(is_trusted(&browser, &world, &key).await, "the owner's own budget is whole");
    }

    /// What is no key is refused, on the page and in JSON; the API takes keys and proofs as the pages do.
    async fn the_api_binds_and_answers(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        let bad = [("code", code.as_str()), ("remember_device", "yes"), ("device_key", "AAAA")];
        assert_eq!(browser.post("/login/code", &bad).await.status, StatusCode::BAD_REQUEST);
        let key = Key::new();
        let body = |key: &str| format!(r#"{{"code":"{code}","remember_device":true,"device_key":"{key}"}}"#);
        assert_eq!(browser.api(Method::POST, "/api/v1/login/code", &body("x")).await.status, StatusCode::BAD_REQUEST);
        let answer = browser.api(Method::POST, "/api/v1/login/code", &body(&key.public())).await;
        assert_eq!(answer.json()["state"], "signed_in", "{}", answer.body);
        browser.log_out().await;
        world.advance(5 * MINUTE);
        browser.get("/login").await;
        let asked = browser.get("/api/v1/login").await.json()["device_challenge"].as_str().unwrap().to_owned();
        let fresh = browser.get("/login/challenge").await.json()["challenge"].as_str().unwrap().to_owned();
        assert_eq!(asked, fresh, "of the same moment");
        let proof = key.proof(&world, &asked);
        let body = format!(
            r#"{{"user_id":"{}","password":"{PASSWORD}","device_challenge":"{asked}","device_proofs":["{proof}"]}}"#,
            SETTLED.0
        );
        let answer = browser.api(Method::POST, "/api/v1/login/password", &body).await;
        assert_eq!(answer.json()["state"], "signed_in", "{}", answer.body);
    }

    /// A device is renamed by its owner only; a name that is none is told; all devices can be removed at once.
    async fn devices_are_renamed_and_all_removed(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other, stranger) = (world.browser(), world.browser(), world.browser());
        browser.sign_in(&world, SETTLED, true).await;
        other.sign_in(&world, SETTLED, false).await;
        stranger.sign_in(&world, COLLEAGUE, false).await;
        let page = browser.get("/account/devices").await.body;
        assert!(page.contains(&crate::steps::words("device-by-cookie")), "{page}");
        let id = page.split_once("name=\"device\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        stranger.get("/account/devices").await;
        let path = "/account/devices/rename";
        let named = [("device", id.as_str()), ("name", "Office <b>laptop</b>")];
        assert_eq!(stranger.post(path, &named).await.status, StatusCode::NOT_FOUND);
        browser.get(&format!("{path}?device={id}")).await;
        let longest = "x".repeat(60);
        for (name, status) in [
            (" ", StatusCode::UNPROCESSABLE_ENTITY),
            ("a\tb", StatusCode::UNPROCESSABLE_ENTITY),
            (&format!("{longest}x"), StatusCode::UNPROCESSABLE_ENTITY),
            (&longest, StatusCode::SEE_OTHER),
        ] {
            let fields = [("device", id.as_str()), ("name", name)];
            assert_eq!(browser.post(path, &fields).await.status, status, "{name:?}");
        }
        assert_eq!(browser.post(path, &named).await.path(), "/account/devices");
        let page = browser.get("/account/devices?done=renamed").await.body;
        assert!(page.contains("Office &#60;b&#62;laptop"), "{page}");
        assert!(page.contains(&crate::steps::words("device-renamed")));
        other.get("/account/devices").await;
        let asked = other.post("/account/devices/remove-all", &[]).await;
        assert!(asked.body.contains(&crate::steps::words("device-remove-all-title")));
        assert!(browser.is_signed_in().await, "nothing happened yet");
        other.post("/account/devices/remove-all", &[("sure", "yes")]).await;
        assert!(!browser.is_signed_in().await && other.is_signed_in().await);
        assert_eq!(world.find(SETTLED.1).await.devices, 0);
    }
}

//! Passkeys as a second step and as a login without a name: lines 1 to 3, 6 and 14.

use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::Value;
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::world::{Answer, Browser, COLLEAGUE, Claims, PASSWORD, SETTLED, SoftPasskey, World};

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const FIRST: Claims = Claims { verified: true, count: 1 };

fn counting(count: u32) -> Claims {
    Claims { verified: true, count }
}

/// The same answer with a signature of something else.
fn tampered(answer: &str) -> String {
    let mut answer: Value = serde_json::from_str(answer).unwrap();
    let signature = answer["response"]["signature"].as_str().unwrap();
    let middle = signature.len() / 2;
    let other = if &signature[middle..=middle] == "A" { "B" } else { "A" };
    answer["response"]["signature"] =
        format!("{}{other}{}", &signature[..middle], &signature[middle + 1..]).into();
    answer.to_string()
}

fn origin(world: &World) -> String {
    world.portal.origin().ascii_serialization()
}

impl Browser {
    /// Begins a ceremony: its key and its options.
    async fn begin(&self, path: &str) -> (String, Value) {
        let told = self.post(path, &[]).await.json();
        (told["ceremony"].as_str().expect("a ceremony").to_owned(), told["options"].clone())
    }

    /// Adds a passkey, on a fresh session.
    pub async fn add_passkey(&self, world: &World) -> SoftPasskey {
        self.get("/account/passkeys").await;
        let told = self.post("/account/passkeys/begin", &[("security_code", SECURITY_CODE)]).await.json();
        let (ceremony, options) =
            (told["ceremony"].as_str().expect("a ceremony").to_owned(), &told["options"]);
        let (passkey, answer) = SoftPasskey::create(options, &origin(world));
        let fields = [("ceremony", ceremony.as_str()), ("credential", &answer), ("name", "Work phone")];
        let answer = self.post("/account/passkeys", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        passkey
    }

    async fn finish(&self, path: &str, ceremony: &str, credential: &str) -> Answer {
        self.post(path, &[("ceremony", ceremony), ("credential", credential)]).await
    }

    /// Logs in without a name.
    async fn log_in_with(&self, passkey: &SoftPasskey, claims: Claims) -> Answer {
        self.get("/login").await;
        let (ceremony, options) = self.begin("/login/with-passkey/begin").await;
        self.finish("/login/with-passkey", &ceremony, &passkey.get(&options, claims)).await
    }
}

impl World {
    async fn somebody_with_passkey(&self) -> (Browser, SoftPasskey) {
        let browser = self.browser();
        browser.sign_in(self, SETTLED, false).await;
        let passkey = browser.add_passkey(self).await;
        (browser, passkey)
    }
}

both_databases! {
    /// Without ID and password: one gesture, two factors, and the session says so.
    async fn a_passkey_logs_in_without_a_name(db: TestDb) {
        let world = World::new(db).await;
        let (_, passkey) = world.somebody_with_passkey().await;
        let browser = world.browser();
        let answer = browser.log_in_with(&passkey, FIRST).await;
        assert_eq!(answer.location().as_ref(), Some(&world.application), "{}", answer.body);
        let session = browser.session().await.json();
        assert_eq!(session["acr"], "urn:vestibule:acr:passkey");
        assert!(session["amr"].as_array().unwrap().contains(&"mfa".into()));
    }

    /// After the password, in place of a mailed code, where it was chosen.
    async fn a_passkey_completes_a_login(db: TestDb) {
        let world = World::new(db).await;
        let (owner, passkey) = world.somebody_with_passkey().await;
        owner.choose_channel("passkey", SECURITY_CODE).await;
        let sent = world.codes_sent(SETTLED.1);
        let browser = world.browser();
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/passkey");
        assert_eq!(browser.get("/login/code").await.path(), "/login/passkey");
        browser.get("/login/passkey").await;
        let (ceremony, options) = browser.begin("/login/passkey/begin").await;
        let answer = browser.finish("/login/passkey", &ceremony, &passkey.get(&options, FIRST)).await;
        assert_eq!(answer.location().as_ref(), Some(&world.application), "{}", answer.body);
        assert_eq!(browser.session().await.json()["acr"], "urn:vestibule:acr:passkey");
        assert_eq!(world.codes_sent(SETTLED.1), sent);
    }

    /// A ceremony takes one answer, from its own browser, in five minutes, for its own purpose.
    async fn a_ceremony_takes_one_answer(db: TestDb) {
        let world = World::new(db).await;
        let (owner, passkey) = world.somebody_with_passkey().await;
        let (browser, thief) = (world.browser(), world.browser());
        browser.get("/login").await;
        thief.get("/login").await;
        let (ceremony, options) = browser.begin("/login/with-passkey/begin").await;
        let answer = passkey.get(&options, FIRST);
        assert_eq!(thief.finish("/login/with-passkey", &ceremony, &answer).await.status, WRONG);
        let copies: Vec<_> = (0..20).map(|_| browser.clone()).collect();
        join_all(copies.iter().map(|copy| copy.finish("/login/with-passkey", &ceremony, &answer))).await;
        let mut signed_in = 0;
        for copy in &copies {
            signed_in += usize::from(copy.is_signed_in().await);
        }
        assert_eq!(signed_in, 1, "of twenty answers at once");

        browser.get("/login").await;
        let late = world.browser();
        late.get("/login").await;
        let (ceremony, options) = late.begin("/login/with-passkey/begin").await;
        world.advance(Duration::from_mins(5));
        let answer = passkey.get(&options, counting(2));
        assert_eq!(late.finish("/login/with-passkey", &ceremony, &answer).await.status, WRONG, "too late");

        owner.get("/account/passkeys").await;
        let second = world.browser();
        second.enter_password(SETTLED.0, PASSWORD).await;
        second.get("/login/passkey").await;
        let (ceremony, options) = second.begin("/login/passkey/begin").await;
        let answer = passkey.get(&options, counting(3));
        assert_eq!(second.finish("/login/with-passkey", &ceremony, &answer).await.status, WRONG, "another purpose");
        assert!(!second.is_signed_in().await);
    }

    /// No user verification, another origin, another signature, somebody else's name: nothing opens, and one answer tells all.
    async fn a_false_answer_opens_nothing(db: TestDb) {
        let world = World::new(db).await;
        let (_, mine) = world.somebody_with_passkey().await;
        let colleague = world.browser();
        colleague.sign_in(&world, COLLEAGUE, false).await;
        let theirs = colleague.add_passkey(&world).await;
        let browser = world.browser();
        let unverified = Claims { verified: false, count: 1 };
        let unknown = {
            let options = serde_json::json!({ "publicKey": { "challenge": "AA", "rp": { "id": "localhost" },
                "user": { "id": "AAAAAAAAAAAAAAAAAAAAAA" } } });
            SoftPasskey::create(&options, &origin(&world)).0
        };
        let mut answers = Vec::new();
        for lie in 0..6 {
            browser.get("/login").await;
            let (ceremony, options) = browser.begin("/login/with-passkey/begin").await;
            let credential = match lie {
                0 => mine.get(&options, unverified),
                1 => mine.get_at(&options, "https://portal.evil.example", FIRST),
                2 => tampered(&mine.get(&options, FIRST)),
                3 => mine.get_as(&options, &theirs, FIRST),
                4 => unknown.get(&options, FIRST),
                _ => "{}".to_owned(),
            };
            let answer = browser.finish("/login/with-passkey", &ceremony, &credential).await;
            assert!(!browser.is_signed_in().await, "lie {lie}");
            answers.push((answer.status, answer.body.len(), answer.headers.len()));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");

        // At the second step somebody else's passkey is no help either.
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/passkey").await;
        let (ceremony, options) = browser.begin("/login/passkey/begin").await;
        let answer = browser.finish("/login/passkey", &ceremony, &theirs.get(&options, FIRST)).await;
        assert_eq!(answer.status, WRONG);
        assert!(!browser.is_signed_in().await);
    }

    /// A counter that goes back opens nothing, and the owner is told; the right one goes on.
    async fn a_counter_that_goes_back_raises_an_alarm(db: TestDb) {
        let world = World::new(db).await;
        let (_, passkey) = world.somebody_with_passkey().await;
        world.advance(Duration::from_mins(2));
        world.mail(SETTLED.1, "A passkey was added").await;
        assert_eq!(world.browser().log_in_with(&passkey, counting(7)).await.status, StatusCode::SEE_OTHER);
        for stale in [7, 6, 0] {
            let browser = world.browser();
            assert_eq!(browser.log_in_with(&passkey, counting(stale)).await.status, WRONG, "{stale}");
            assert!(!browser.is_signed_in().await);
        }
        assert_eq!(world.recorded("factor.passkey_alarm").await, 3);
        world.mail(SETTLED.1, "passkeys may have been copied").await;
        assert_eq!(world.browser().log_in_with(&passkey, counting(8)).await.status, StatusCode::SEE_OTHER);
    }

    /// A removed passkey opens nothing; the last one of somebody who chose it stays; another's cannot be touched.
    async fn a_removed_passkey_opens_nothing(db: TestDb) {
        let world = World::new(db).await;
        let (owner, passkey) = world.somebody_with_passkey().await;
        let user = world.find(SETTLED.0).await.user.id;
        let id = {
            let mut conn = world.db().read().await.unwrap();
            store::passkeys::list(&mut conn, user).await.unwrap()[0].id.to_string()
        };
        let fields = [("passkey", id.as_str())];
        let colleague = world.browser();
        colleague.sign_in(&world, COLLEAGUE, false).await;
        colleague.get("/account/passkeys").await;
        assert_eq!(colleague.post("/account/passkeys/remove", &fields).await.status, StatusCode::NOT_FOUND);
        let renamed = [("passkey", id.as_str()), ("name", "mine now")];
        assert_eq!(colleague.post("/account/passkeys/rename", &renamed).await.status, StatusCode::NOT_FOUND);

        owner.choose_channel("passkey", SECURITY_CODE).await;
        owner.get("/account/passkeys").await;
        owner.post("/account/passkeys/remove", &fields).await;
        assert_eq!(world.recorded("factor.removed").await, 0, "in use");
        owner.choose_channel("email", SECURITY_CODE).await;
        let elsewhere = world.browser();
        elsewhere.log_in_with(&passkey, FIRST).await;
        assert!(elsewhere.is_signed_in().await);
        owner.get("/account/passkeys").await;
        owner.post("/account/passkeys/remove", &fields).await;
        assert!(!elsewhere.is_signed_in().await, "what it opened ends");
        assert_eq!(elsewhere.log_in_with(&passkey, counting(2)).await.status, WRONG);
    }

    /// After "this was not me" a passkey opens nothing either: recovery comes first, and the page leads there.
    async fn a_dead_password_is_no_way_around_recovery(db: TestDb) {
        let world = World::new(db).await;
        let (_, passkey) = world.somebody_with_passkey().await;
        let user = world.find(SETTLED.0).await.user.id;
        let mut tx = world.db().begin().await.unwrap();
        store::users::kill_password(&mut tx, user, world.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let browser = world.browser();
        let answer = browser.log_in_with(&passkey, FIRST).await;
        assert_eq!((answer.path().as_str(), answer.location().unwrap().query()), ("/login", Some("ended=password")));
        assert!(!browser.is_signed_in().await);
        let page = browser.follow_on(answer).await.body;
        assert!(page.contains("/recover/password"), "{page}");
        let mut tx = world.db().begin().await.unwrap();
        store::users::revive_password(&mut tx, user).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(browser.log_in_with(&passkey, counting(2)).await.status, StatusCode::SEE_OTHER);
        assert!(browser.is_signed_in().await);
    }

    /// A passkey proves a session afresh: one gesture in place of password and code, for its own user only.
    async fn a_passkey_proves_a_session_afresh(db: TestDb) {
        let world = World::new(db).await;
        let (owner, passkey) = world.somebody_with_passkey().await;
        let colleague = world.browser();
        colleague.sign_in(&world, COLLEAGUE, false).await;
        let theirs = colleague.add_passkey(&world).await;
        world.advance(Duration::from_mins(11));
        owner.get("/account").await;
        assert_eq!(owner.post("/account/recovery-codes", &[]).await.path(), "/account/confirm");
        owner.get("/account/confirm?to=/account/recovery-codes").await;
        let (ceremony, options) = owner.begin("/account/confirm/passkey/begin").await;
        let lie = theirs.get(&options, FIRST);
        let fields = [("ceremony", ceremony.as_str()), ("credential", &lie), ("to", "/account/recovery-codes")];
        assert_eq!(owner.post("/account/confirm/passkey", &fields).await.status, WRONG);
        let before = owner.cookie("vestibule-session");
        let (ceremony, options) = owner.begin("/account/confirm/passkey/begin").await;
        let right = passkey.get(&options, FIRST);
        let fields = [("ceremony", ceremony.as_str()), ("credential", &right), ("to", "/account/recovery-codes")];
        assert_eq!(owner.post("/account/confirm/passkey", &fields).await.path(), "/account/recovery-codes");
        assert_ne!(owner.cookie("vestibule-session"), before, "a new session identifier");
        assert_eq!(owner.make_recovery_codes().await.len(), 10);
    }

    /// Two windows of one browser may each have a ceremony.
    async fn windows_do_not_disturb_each_other(db: TestDb) {
        let world = World::new(db).await;
        let (_, passkey) = world.somebody_with_passkey().await;
        let browser = world.browser();
        browser.get("/login").await;
        let (first, options) = browser.begin("/login/with-passkey/begin").await;
        browser.begin("/login/with-passkey/begin").await;
        let answer = browser.finish("/login/with-passkey", &first, &passkey.get(&options, FIRST)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }

    /// The API takes the same proofs.
    async fn the_api_takes_second_steps(db: TestDb) {
        let world = World::new(db).await;
        let (owner, app) = world.somebody_with_app().await;
        let codes = owner.make_recovery_codes().await;
        let browser = world.browser();
        browser.get("/login").await;
        let login = |browser: &Browser| {
            let body = serde_json::json!({ "user_id": SETTLED.0, "password": PASSWORD }).to_string();
            let browser = browser.clone();
            async move { browser.api(Method::POST, "/api/v1/login/password", &body).await; browser }
        };
        let one = login(&browser).await;
        assert_eq!(one.get("/api/v1/login").await.json()["step"], "app");
        let body = |code: &str| serde_json::json!({ "code": code, "remember_device": false }).to_string();
        let wrong = crate::moves::other_than(&app.code(&world, 0));
        assert_eq!(one.api(Method::POST, "/api/v1/login/app", &body(&wrong)).await.status, WRONG);
        one.api(Method::POST, "/api/v1/login/app", &body(&app.code(&world, 0))).await;
        assert!(one.is_signed_in().await);
        let two = login(&browser).await;
        two.api(Method::POST, "/api/v1/login/recovery-code", &body(&codes[0])).await;
        assert!(two.is_signed_in().await);
    }
}

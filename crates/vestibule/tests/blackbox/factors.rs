//! Authenticator apps and the choice of what is asked for: lines 1 to 4, 14 and 16, and the matrix's rows about factors.

use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::world::{Answer, AuthenticatorApp, Browser, PASSWORD, SETTLED, UNFINISHED, World};

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const PAUSED: StatusCode = StatusCode::TOO_MANY_REQUESTS;
const STEP: Duration = Duration::from_secs(30);

impl Browser {
    /// Sets up an authenticator app, on a fresh session.
    pub async fn set_up_app(&self, world: &World) -> AuthenticatorApp {
        self.get("/account/authenticator-app").await;
        let answer = self.post("/account/authenticator-app", &[("security_code", SECURITY_CODE)]).await;
        assert_eq!(answer.path(), "/account/authenticator-app/set-up", "{}", answer.body);
        let app = AuthenticatorApp::from_page(&self.follow_on(answer).await.body);
        let code = app.code(world, 0);
        let answer = self.post("/account/authenticator-app/set-up", &[("code", &code)]).await;
        assert_eq!(answer.path(), "/account/authenticator-app", "{}", answer.body);
        app
    }

    /// Chooses what every login asks for first.
    pub async fn choose_channel(&self, channel: &str, security_code: &str) -> Answer {
        self.get("/account/channel").await;
        self.post("/account/channel", &[("channel", channel), ("security_code", security_code)]).await
    }

    /// Sends a code of the app without looking at the page again.
    pub async fn guess_app(&self, code: &str) -> Answer {
        self.post("/login/app", &[("code", code)]).await
    }
}

impl World {
    /// Somebody who chose an authenticator app, on a browser that is signed in, one step later.
    pub async fn somebody_with_app(&self) -> (Browser, AuthenticatorApp) {
        let browser = self.browser();
        browser.sign_in(self, SETTLED, false).await;
        let app = browser.set_up_app(self).await;
        let answer = browser.choose_channel("authenticator_app", SECURITY_CODE).await;
        assert_eq!(answer.path(), "/account/channel", "{}", answer.body);
        self.advance(STEP);
        (browser, app)
    }
}

both_databases! {
    /// Password, then the app's code; no mail is sent, and the session says what happened.
    async fn password_and_app_open_the_application(db: TestDb) {
        let world = World::new(db).await;
        let (_, app) = world.somebody_with_app().await;
        let sent = world.codes_sent(SETTLED.1);
        let browser = world.browser();
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app");
        let page = browser.get("/login/app").await;
        assert_eq!(page.status, StatusCode::OK);
        let answer = browser.guess_app(&app.code(&world, 0)).await;
        assert_eq!(answer.location().as_ref(), Some(&world.application), "{}", answer.body);
        assert_eq!(browser.session().await.json()["acr"], "urn:vestibule:acr:authenticator-app");
        assert_eq!(world.codes_sent(SETTLED.1), sent);
        world.advance(Duration::from_mins(2));
        world.mail(SETTLED.1, "changed").await;
    }

    /// Of 50 right codes at once, exactly one makes a session; the same code opens nothing later, on another browser.
    async fn a_step_opens_once(db: TestDb) {
        let world = World::new(db).await;
        let (_, app) = world.somebody_with_app().await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/app").await;
        let other = world.browser();
        other.enter_password(SETTLED.0, PASSWORD).await;
        other.get("/login/app").await;
        let code = app.code(&world, 0);
        let copies: Vec<_> =
            (0..50).map(|nth| if nth % 2 == 0 { browser.clone() } else { other.clone() }).collect();
        join_all(copies.iter().map(|copy| copy.guess_app(&code))).await;
        let mut signed_in = 0;
        for copy in &copies {
            signed_in += usize::from(copy.is_signed_in().await);
        }
        assert_eq!(signed_in, 1);
        // Those of the copies that came after were counted as failures: the pause goes by, the step is over.
        world.advance(Duration::from_mins(10));
        let late = world.browser();
        late.enter_password(SETTLED.0, PASSWORD).await;
        late.get("/login/app").await;
        assert_eq!(late.guess_app(&code).await.status, WRONG);
    }

    /// An earlier step than the one used is refused, a later one is taken; a clock that wanders is followed.
    async fn the_apps_clock_is_followed_and_never_goes_back(db: TestDb) {
        let world = World::new(db).await;
        let (_, mut app) = world.somebody_with_app().await;
        let enter = async |app: &AuthenticatorApp, steps: i64| {
            let browser = world.browser();
            browser.enter_password(SETTLED.0, PASSWORD).await;
            browser.get("/login/app").await;
            browser.guess_app(&app.code(&world, steps)).await.status
        };
        assert_eq!(enter(&app, 1).await, StatusCode::SEE_OTHER, "one step ahead");
        assert_eq!(enter(&app, 0).await, WRONG, "an earlier one");
        assert_eq!(enter(&app, 1).await, WRONG, "the same one");
        // It is one step ahead now, as was learned: two ahead is within one of that, four is not.
        world.advance(Duration::from_mins(5));
        app.ahead = 60;
        assert_eq!(enter(&app, 0).await, StatusCode::SEE_OTHER, "two steps ahead");
        world.advance(Duration::from_mins(5));
        app.ahead = 150;
        assert_eq!(enter(&app, 0).await, WRONG, "five steps ahead");
    }

    /// A new app counts only once its code was entered; a wrong clock is named.
    async fn an_app_is_confirmed_by_its_code(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        browser.get("/account/authenticator-app").await;
        let answer = browser.post("/account/authenticator-app", &[("security_code", SECURITY_CODE)]).await;
        let page = browser.follow_on(answer).await;
        assert!(page.body.contains("<svg class=\"qr\""));
        let app = AuthenticatorApp::from_page(&page.body);
        let answer = browser.choose_channel("authenticator_app", SECURITY_CODE).await;
        assert_eq!(answer.status, WRONG, "what is not confirmed cannot be chosen");
        let fields = [("code", app.code(&world, 6))];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post("/account/authenticator-app/set-up", &fields).await;
        assert_eq!(answer.status, WRONG);
        assert!(answer.body.contains("3 minutes ahead"), "{}", answer.body);
        world.advance(Duration::from_mins(9));
        let code = app.code(&world, 0);
        let answer = browser.post("/account/authenticator-app/set-up", &[("code", &code)]).await;
        assert_eq!(answer.path(), "/account/authenticator-app");
        // The key is never shown again.
        let answer = browser.get("/account/authenticator-app/set-up").await;
        assert_eq!(answer.path(), "/account/authenticator-app");
    }

    /// Whoever chose the app cannot be attacked through the mailbox: no code is sent, none is taken, none is on offer.
    async fn a_weaker_factor_is_never_taken(db: TestDb) {
        let world = World::new(db).await;
        let (_, app) = world.somebody_with_app().await;
        let sent = world.codes_sent(SETTLED.1);
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        for path in ["/login/code", "/login/passkey", "/login/recovery-code"] {
            assert_eq!(browser.get(path).await.path(), "/login/app", "{path}");
        }
        let page = browser.get("/login/method").await;
        assert!(!page.body.contains("/login/code\""), "{}", page.body);
        browser.post("/login/resend", &[]).await;
        browser.post("/login/code", &[("code", "000000")]).await;
        assert_eq!(world.codes_sent(SETTLED.1), sent);
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/app").await;
        let code = app.code(&world, 0);
        browser.post("/login/code", &[("code", &code)]).await;
        browser.post("/login/recovery-code", &[("code", "2XK7-M4QP-9RTH-WB3C")]).await;
        assert!(!browser.is_signed_in().await);
    }

    /// 200 wrong codes of the app at once: ten are looked at, over all browsers, and then not even the right one.
    async fn parallel_wrong_app_codes_use_one_budget(db: TestDb) {
        let world = World::new(db).await;
        let (_, app) = world.somebody_with_app().await;
        let (one, two) = (world.browser(), world.browser());
        for browser in [&one, &two] {
            browser.enter_password(SETTLED.0, PASSWORD).await;
            browser.get("/login/app").await;
        }
        let wrong = crate::moves::other_than(&app.code(&world, 0));
        let guesses = (0..100).flat_map(|_| [one.guess_app(&wrong), two.guess_app(&wrong)]);
        let answers = join_all(guesses).await;
        assert!(answers.iter().all(|answer| [WRONG, PAUSED].contains(&answer.status)));
        assert_eq!(world.recorded("otp.failed").await, 10);
        assert_eq!(one.guess_app(&app.code(&world, 0)).await.status, PAUSED);
        // A slip of the pen would not have been counted; nor does a new attempt help.
        let third = world.browser();
        third.enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(third.get("/login/app").await.status, PAUSED);
        world.advance(Duration::from_mins(10));
        third.get("/login/app").await;
        assert_eq!(third.guess_app(&app.code(&world, 0)).await.status, StatusCode::SEE_OTHER);
    }

    /// The choice needs the security code, whose wrong tries are counted; without one there is no choice at all.
    async fn the_choice_needs_the_security_code(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        browser.set_up_app(&world).await;
        for _ in 0..4 {
            assert_eq!(browser.choose_channel("authenticator_app", "7402919").await.status, WRONG);
        }
        assert_eq!(browser.choose_channel("authenticator_app", "74029").await.status, WRONG, "not counted");
        assert_eq!(browser.choose_channel("passkey", SECURITY_CODE).await.status, WRONG, "not theirs");
        assert_eq!(browser.choose_channel("authenticator_app", "7402919").await.status, WRONG);
        let answer = browser.choose_channel("authenticator_app", SECURITY_CODE).await;
        assert_eq!(answer.status, WRONG, "the sixth in a quarter of an hour");
        let other = world.browser();
        assert_eq!(other.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");

        let unfinished = world.browser();
        let code = unfinished.ask_for_code(&world, UNFINISHED).await;
        assert_eq!(unfinished.guess(&code).await.path(), "/enrol/profile");
        unfinished.get("/postponed").await;
        unfinished.post("/postponed", &[]).await;
        assert!(unfinished.is_signed_in().await);
        unfinished.get("/account/authenticator-app").await;
        let fields = [("security_code", SECURITY_CODE)];
        assert_eq!(unfinished.post("/account/authenticator-app", &fields).await.status, WRONG);
        let answer = unfinished.choose_channel("email", SECURITY_CODE).await;
        assert_eq!(answer.status, WRONG);
    }

    /// Adding ends nothing; choosing and removing end every other session, every Trusted Device and what is pending.
    async fn factors_end_what_the_matrix_says(db: TestDb) {
        let world = World::new(db).await;
        let (mine, elsewhere, pending) = (world.browser(), world.browser(), world.browser());
        elsewhere.sign_in(&world, SETTLED, true).await;
        world.advance(Duration::from_mins(5));
        mine.sign_in(&world, SETTLED, false).await;
        world.advance(Duration::from_secs(10));
        pending.ask_for_code(&world, SETTLED).await;
        mine.set_up_app(&world).await;
        assert!(elsewhere.is_signed_in().await, "adding ends nothing");
        assert_eq!(pending.get("/login/code").await.status, StatusCode::OK);
        assert_eq!(elsewhere.enter_password(SETTLED.0, PASSWORD).await.location().unwrap(), world.application);

        mine.choose_channel("authenticator_app", SECURITY_CODE).await;
        assert!(mine.is_signed_in().await);
        assert!(!elsewhere.is_signed_in().await, "choosing ends others");
        assert_eq!(pending.get("/login/code").await.path(), "/login", "and what is pending");
        assert_eq!(elsewhere.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app", "and trust");

        mine.get("/account/authenticator-app").await;
        mine.post("/account/authenticator-app/remove", &[]).await;
        assert_eq!(elsewhere.get("/login/app").await.status, StatusCode::OK, "what is in use stays");
        mine.choose_channel("email", SECURITY_CODE).await;
        let third = world.browser();
        world.advance(Duration::from_secs(10));
        third.sign_in(&world, SETTLED, false).await;
        mine.get("/account/authenticator-app").await;
        mine.post("/account/authenticator-app/remove", &[]).await;
        assert!(mine.is_signed_in().await && !third.is_signed_in().await, "removing ends others");
        assert_eq!(world.recorded("factor.removed").await, 1);
    }

    /// Every change asks for a fresh proof.
    async fn changes_ask_for_fresh_proof(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        world.advance(Duration::from_mins(10));
        browser.get("/account").await;
        for (path, fields) in [
            ("/account/authenticator-app", &[][..]),
            ("/account/authenticator-app/set-up", &[("code", "123456")]),
            ("/account/authenticator-app/remove", &[]),
            ("/account/passkeys", &[("ceremony", "x"), ("credential", "{}")]),
            ("/account/passkeys/begin", &[]),
            ("/account/passkeys/remove", &[("passkey", "x")]),
            ("/account/recovery-codes", &[]),
            ("/account/channel", &[("channel", "email"), ("security_code", SECURITY_CODE)]),
        ] {
            assert_eq!(browser.post(path, fields).await.path(), "/account/confirm", "{path}");
        }
        assert_eq!(world.recorded("factor.recovery_codes_made").await, 0);
    }
}

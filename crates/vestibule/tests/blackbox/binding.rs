//! Binding a factor is deciding who gets in: it takes the security code and both proofs by hand, at every stage, in a session that
//! is still alive. Lines 1, 2, 4 and 7.

use app::danger_seed::{Given, danger_give_user_id};
use crypto::random::RandomExt as _;
use domain::{id::UserId, role::Role};
use futures_util::future::join_all;
use http::StatusCode;
use std::time::Duration;
use store::{both_databases, users::NewUser};
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    moves::other_than,
    steps::words,
    world::{AuthenticatorApp, Browser, ONE_FACTOR, PASSWORD, SETTLED, UNFINISHED, World},
};

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const MINUTE: Duration = Duration::from_mins(1);
const PAGES: [&str; 5] = [
    "/account/authenticator-app",
    "/account/channel",
    "/account/passkeys",
    "/account/recovery-codes",
    "/account/security-code",
];

impl Browser {
    async fn confirm_for(&self, to: &str) -> String {
        self.get("/account/confirm").await;
        self.post("/account/confirm", &[("password", PASSWORD), ("to", to)]).await.path()
    }
}

impl World {
    async fn kill_password(&self, user: UserId) {
        let mut tx = self.db().begin().await.unwrap();
        store::users::kill_password(&mut tx, user, self.app.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn has_factors(&self, who: &str) -> bool {
        let user = self.find(who).await.user.id;
        let owned = store::factors::owned(&mut self.db().read().await.unwrap(), user).await.unwrap();
        owned != domain::factor::Owned::default()
    }
}

both_databases! {
    /// Where a login asks for one factor, a password that was typed a moment ago binds nothing: a mailed code follows it.
    async fn a_password_alone_binds_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        assert!(browser.is_signed_in().await);
        assert_eq!(browser.get("/account/password").await.status, StatusCode::OK, "fresh as a login goes");
        for page in PAGES {
            assert_eq!(browser.get(page).await.path(), "/account/confirm", "{page}");
        }
        browser.get("/account").await;
        for path in ["/account/authenticator-app", "/account/recovery-codes", "/account/passkeys/begin"] {
            let answer = browser.post(path, &[("security_code", SECURITY_CODE)]).await;
            assert_eq!(answer.path(), "/account/confirm", "{path}");
        }
        assert_eq!(browser.confirm_for("/account").await, "/account", "one proof, for what one proof opens");
        assert_eq!(browser.get("/account/authenticator-app").await.path(), "/account/confirm");
        assert!(!world.has_factors(ONE_FACTOR.0).await);

        let asked = browser.get("/account/confirm?to=/account/authenticator-app").await.body;
        assert!(asked.contains(&words("confirm-lead-code")), "{asked}");
        assert_eq!(browser.confirm_for("/account/authenticator-app").await, "/login/code");
        let code = world.code(ONE_FACTOR.1, 1).await;
        assert_eq!(browser.enter_code(&code).await.path(), "/account/authenticator-app");
        for page in PAGES {
            assert_eq!(browser.get(page).await.status, StatusCode::OK, "{page}");
        }
        browser.set_up_app(&world).await;
        assert!(world.has_factors(ONE_FACTOR.0).await);
    }

    /// Apps, passkeys and recovery codes share one budget of wrong security codes, each of which is written down.
    async fn binding_needs_the_security_code(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        browser.get("/account/recovery-codes").await;
        let wrong = other_than(SECURITY_CODE);
        let doors = ["/account/authenticator-app", "/account/recovery-codes", "/account/passkeys/begin"];
        for path in doors {
            assert_eq!(browser.post(path, &[]).await.status, WRONG, "{path}: not counted");
        }
        for nth in 0..5 {
            let answer = browser.post(doors[nth % 3], &[("security_code", &wrong)]).await;
            assert_eq!(answer.status, WRONG, "{nth}");
        }
        for path in doors {
            let answer = browser.post(path, &[("security_code", SECURITY_CODE)]).await;
            assert_eq!(answer.status, WRONG, "{path}: paused");
        }
        assert_eq!(browser.choose_channel("email", SECURITY_CODE).await.status, WRONG, "one budget");
        assert_eq!(world.recorded("security_code.missed").await, 5);
        assert!(!world.has_factors(SETTLED.0).await);
        let told = browser.post("/account/passkeys/begin", &[("security_code", SECURITY_CODE)]).await.json();
        assert!(told["problem"].as_str().unwrap().contains("Try again from"), "{told}");
        // The session is used in between, or it would end.
        world.advance(8 * MINUTE);
        browser.get("/account").await;
        world.advance(8 * MINUTE);
        assert_eq!(browser.confirm_for("/account/recovery-codes").await, "/login/code");
        let code = world.code(SETTLED.1, 2).await;
        assert_eq!(browser.enter_code(&code).await.path(), "/account/recovery-codes");
        assert_eq!(browser.make_recovery_codes().await.len(), 10);
    }

    /// What one session is setting up is not there in another one.
    async fn a_pending_app_is_its_sessions(db: TestDb) {
        let world = World::new(db).await;
        let (mine, other) = (world.browser(), world.browser());
        mine.sign_in(&world, SETTLED, false).await;
        world.advance(MINUTE);
        other.sign_in(&world, SETTLED, false).await;
        mine.get("/account/authenticator-app").await;
        let answer = mine.post("/account/authenticator-app", &[("security_code", SECURITY_CODE)]).await;
        let app = AuthenticatorApp::from_page(&mine.follow_on(answer).await.body);
        assert_eq!(other.get("/account/authenticator-app/set-up").await.path(), "/account/authenticator-app");
        other.get("/account/authenticator-app").await;
        let code = app.code(&world, 0);
        let answer = other.post("/account/authenticator-app/set-up", &[("code", &code)]).await;
        let page = other.follow_on(answer).await.body;
        assert!(page.contains(&words("factor-app-gone-title")), "{page}");
        assert!(!world.has_factors(SETTLED.0).await);
        let answer = mine.post("/account/authenticator-app/set-up", &[("code", &code)]).await;
        assert_eq!(answer.location().unwrap().query(), Some("done=added"));
    }

    /// "This was not me" takes along what the intruder bound; what was there before stays, and the owner is told.
    async fn an_intruders_factor_goes_with_the_intruder(db: TestDb) {
        let world = World::new(db).await;
        let (mine, thief) = (world.browser(), world.browser());
        mine.sign_in(&world, SETTLED, false).await;
        mine.set_up_app(&world).await;
        world.advance(6 * MINUTE);
        thief.sign_in(&world, SETTLED, false).await;
        let mail = world.mails(SETTLED.1).into_iter().find(|mail| mail.code.is_some()).unwrap();
        let link = mail.links().find(|link| link.contains("/not-me?token=")).unwrap().to_owned();
        assert_eq!(thief.make_recovery_codes().await.len(), 10);
        thief.get("/account/authenticator-app").await;
        thief.post("/account/authenticator-app", &[("security_code", SECURITY_CODE)]).await;
        world.advance(MINUTE);
        let reader = world.browser();
        reader.get(&link).await;
        let token = link.split_once("token=").unwrap().1;
        assert_eq!(reader.post("/not-me", &[("token", token)]).await.status, StatusCode::OK);
        let user = world.find(SETTLED.0).await.user.id;
        let mut conn = world.db().read().await.unwrap();
        let left = store::factors::owned(&mut conn, user).await.unwrap();
        assert!(left.authenticator_app && !left.recovery_code, "{left:?}");
        assert!(!thief.is_signed_in().await);
        assert_eq!(world.recorded("factor.removed").await, 1);
    }

    /// A session that ends while its request is under way changes nothing: the row says so, whatever is remembered of it.
    async fn an_ended_session_binds_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        browser.set_up_app(&world).await;
        browser.get("/account/recovery-codes").await;
        let user = world.find(SETTLED.0).await.user.id;
        let mut tx = world.db().begin().await.unwrap();
        store::sessions::end_of_user(&mut tx, user, None, "test", world.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        for path in ["/account/recovery-codes", "/account/authenticator-app", "/account/authenticator-app/remove"] {
            // Within the time for which a session is remembered.
            browser.post(path, &[("security_code", SECURITY_CODE)]).await;
        }
        assert_eq!(world.recorded("factor.recovery_codes_made").await, 0);
        assert_eq!(world.recorded("factor.removed").await, 0);
    }

    /// A dead password is not revived by changing it, and not told to who does not know it.
    async fn a_dead_password_is_not_changed(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.sign_in(&world, SETTLED, false).await;
        world.kill_password(world.find(SETTLED.0).await.user.id).await;
        for (current, told) in [("not the password at all", false), (PASSWORD, true)] {
            browser.get("/account/password").await;
            let fields = [("current", current), ("password", "violet harvest under tin roofs")];
            let answer = browser.post("/account/password", &fields).await;
            assert_eq!(answer.status, WRONG);
            assert_eq!(answer.body.contains(&words("account-password-dead")), told, "{}", answer.body);
        }
        assert_eq!(world.recorded("password.changed").await, 0);
    }

    /// Of two first security codes at once, one counts.
    async fn one_first_security_code_counts(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, UNFINISHED).await;
        browser.guess(&code).await;
        browser.get("/postponed").await;
        browser.post("/postponed", &[]).await;
        browser.get("/account/security-code").await;
        let codes = ["8603751", "5093862", "9471603", "6852047"];
        let fields = codes.map(|code| [("security_code", code)]);
        let answers = join_all(fields.iter().map(|fields| browser.post("/account/security-code", fields))).await;
        let made = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
        assert_eq!(made, 1);
        assert!(answers.iter().all(|answer| [StatusCode::SEE_OTHER, WRONG].contains(&answer.status)));
        assert_eq!(world.recorded("enrolment.completed").await, 1);
    }

    /// Whoever knows the password cannot fill the mailbox with news of wrong codes: one an hour.
    async fn wrong_codes_are_told_once_an_hour(db: TestDb) {
        let world = World::new(db).await;
        let told = || {
            let subject = words("notice-wrong-second");
            world.mails(SETTLED.1).iter().filter(|mail| mail.subject.contains(&subject)).count()
        };
        for _ in 0..3 {
            let browser = world.browser();
            let code = browser.ask_for_code(&world, SETTLED).await;
            browser.guess_wrong(&code, 1).await;
            world.advance(5 * MINUTE);
        }
        world.nth_mail(SETTLED.1, &words("notice-wrong-second"), 1).await;
        assert_eq!(told(), 1);
        world.advance(60 * MINUTE);
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        browser.guess_wrong(&code, 1).await;
        world.advance(2 * MINUTE);
        world.nth_mail(SETTLED.1, &words("notice-wrong-second"), 2).await;
    }

    /// Mailbox and security code remove no factor of whoever administers others.
    async fn administrators_lose_no_factor_by_recovery(db: TestDb) {
        let world = World::new(db).await;
        let (id, email) = ("paula.program", "paula.program@andina-agro.example");
        let user = NewUser {
            id: UserId(uuid::Uuid::from_bytes(world.app.random.bytes())),
            company: world.find(SETTLED.0).await.user.company,
            role: Role::ProgramAdministrator,
            region: None,
            name: "Paula Program".to_owned(),
            email: email.to_owned(),
            language: None,
        };
        let mut tx = world.db().begin().await.unwrap();
        store::users::insert(&mut tx, &user, world.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let given = Given { user_id: id, password: PASSWORD, security_code: Some(SECURITY_CODE) };
        danger_give_user_id(&world.app, &world.find(email).await.user, given).await.unwrap();
        let browser = world.browser();
        browser.come_to_security_code(&world, "factor", (id, email)).await;
        let page = browser.get("/recover/security-code").await.body;
        assert!(page.contains(&words("recover-never-here-title")), "{page}");
        browser.guess_security_code(SECURITY_CODE).await;
        assert_eq!(world.recorded("factor.removal_scheduled").await, 0);
    }
}

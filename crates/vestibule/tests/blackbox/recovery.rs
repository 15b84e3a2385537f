//! Lines 7 and 10: recovery asks for the mailbox and then for what its owner alone knows, signs nobody in, and ends what was open.

use std::time::Duration;

use app::decide_case::Decided;
use domain::{approval::CannotVouch, role::Role};
use http::{HeaderMap, Method, StatusCode};
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    moves::other_than,
    recovering::RECOVERED_PASSWORD,
    steps::words,
    world::{Browser, COLLEAGUE, PASSWORD, SETTLED, UNFINISHED, World},
};

const MOMENT: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_hours(1);
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Whether the password still opens the next step.
async fn opens(world: &World, password: &str) -> bool {
    let answer = world.browser().enter_password(SETTLED.0, password).await;
    assert!([StatusCode::SEE_OTHER, WRONG].contains(&answer.status), "{}", answer.status);
    answer.status == StatusCode::SEE_OTHER
}

/// The link of the newest mail with such a subject.
async fn link(world: &World, subject: &str, path: &str, nth: usize) -> String {
    let mail = world.nth_mail(SETTLED.1, subject, nth).await;
    mail.links().find(|link| link.contains(path)).expect("a link").to_owned()
}

fn token_of(link: &str) -> &str {
    link.split_once("token=").expect("a token").1
}

async fn request_user_ids(browser: &Browser, address: &str) {
    browser.get("/recover/user-id").await;
    let answer = browser.post("/recover/user-id", &[("email", address)]).await;
    assert_eq!(answer.path(), "/recover/user-id/sent");
}

both_databases! {
    /// Mailbox, security code, new password. Then the old one is dead, and so is all that was open.
    async fn a_forgotten_password_is_made_anew(db: TestDb) {
        let world = World::new(db).await;
        let (trusted, other, lost) = (world.browser(), world.browser(), world.browser());
        trusted.sign_in(&world, SETTLED, true).await;
        other.ask_for_code(&world, SETTLED).await;
        lost.come_to_new_password(&world, SETTLED).await;
        assert!(trusted.is_signed_in().await, "nothing ends before the end");
        assert_eq!(lost.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
        assert!(!trusted.is_signed_in().await);
        assert_eq!(other.get("/login/code").await.path(), "/login", "a pending login");
        assert!(!opens(&world, PASSWORD).await);
        assert_eq!(trusted.enter_password(SETTLED.0, RECOVERED_PASSWORD).await.path(), "/login/code", "no trust is left");
        world.mail(SETTLED.1, &words("notice-recovery-started")).await;
        world.mail(SETTLED.1, &words("notice-recovery-done")).await;
        assert_eq!(world.recorded("recovery.completed").await, 1);
    }

    /// At no step is anybody signed in, and the last one leaves nothing to go on with.
    async fn recovery_signs_nobody_in(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_recovery_code(&world, "unlock", SETTLED).await;
        for step in 0..4 {
            assert!(!browser.is_signed_in().await);
            assert_eq!(browser.get("/account").await.path(), "/login");
            assert_eq!(browser.cookie("vestibule-session"), None);
            assert_eq!(browser.cookie("vestibule-login"), None);
            match step {
                0 => drop(browser.enter_recovery_code(&code).await),
                1 => drop(browser.enter_security_code(SECURITY_CODE).await),
                _ => drop(browser.choose_new_password(RECOVERED_PASSWORD).await),
            }
        }
        assert_eq!(browser.cookie("vestibule-recovery"), None);
        assert_eq!(browser.get("/recover/new-password").await.path(), "/recover");
        assert_eq!(world.recorded("session.started").await, 0);
    }

    /// The mailbox alone, the security code alone, the password alone: each opens no step but its own.
    async fn one_proof_changes_nothing(db: TestDb) {
        let world = World::new(db).await;
        let (mailbox, code, password) = (world.browser(), world.browser(), world.browser());
        mailbox.come_to_security_code(&world, "password", SETTLED).await;
        let fields = [("password", RECOVERED_PASSWORD)];
        assert_eq!(mailbox.post("/recover/new-password", &fields).await.path(), "/recover/security-code");
        assert_eq!(mailbox.post("/recover/approved", &[]).await.path(), "/recover/security-code");
        assert_eq!(mailbox.get("/recover/new-password").await.path(), "/recover/security-code");
        code.ask_recovery_code(&world, "password", SETTLED).await;
        let answer = code.guess_security_code(SECURITY_CODE).await;
        assert_eq!(answer.path(), "/recover/code", "before the mailbox there is no such step");
        password.enter_password(SETTLED.0, PASSWORD).await;
        for path in ["/recover/code", "/recover/security-code", "/recover/new-password"] {
            assert_eq!(password.get(path).await.path(), "/recover", "{path}");
        }
        assert!(opens(&world, PASSWORD).await);
        assert_eq!(world.recorded("recovery.completed").await, 0);
    }

    /// A recovery belongs to the browser that asked: neither its code nor its cookie is worth anything elsewhere.
    async fn half_a_recovery_is_worth_nothing_elsewhere(db: TestDb) {
        let world = World::new(db).await;
        let (owner, thief) = (world.browser(), world.browser());
        let code = owner.ask_recovery_code(&world, "password", SETTLED).await;
        thief.ask_recovery_code(&world, "password", SETTLED).await;
        assert_eq!(thief.enter_recovery_code(&code).await.status, WRONG, "another recovery's code");
        assert_eq!(owner.enter_recovery_code(&code).await.path(), "/recover/security-code");
        thief.set_cookie("vestibule-recovery", &owner.cookie("vestibule-recovery").unwrap());
        assert_eq!(thief.get("/recover/security-code").await.path(), "/recover");
        thief.get("/login").await;
        assert_eq!(thief.guess_security_code(SECURITY_CODE).await.path(), "/recover");
        assert_eq!(owner.guess_security_code(SECURITY_CODE).await.path(), "/recover/new-password");
        let earlier = owner.cookie("vestibule-recovery").unwrap();
        owner.choose_new_password(RECOVERED_PASSWORD).await;
        owner.set_cookie("vestibule-recovery", &earlier);
        assert_eq!(owner.get("/recover/new-password").await.path(), "/recover", "it is over");
    }

    /// A recovery is left alone for an hour, and not longer.
    async fn a_recovery_lasts_an_hour(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_new_password(&world, SETTLED).await;
        world.advance(HOUR - MOMENT);
        assert_eq!(browser.get("/recover/new-password").await.status, StatusCode::OK);
        world.advance(MOMENT);
        assert_eq!(browser.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover");
        assert!(opens(&world, PASSWORD).await);
    }

    /// A weak new password is told so, and changes nothing.
    async fn a_new_password_keeps_the_rules(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_new_password(&world, SETTLED).await;
        for weak in ["short", "passwordpassword", "tomas herrera andina"] {
            assert_eq!(browser.choose_new_password(weak).await.status, WRONG, "{weak}");
        }
        assert!(opens(&world, PASSWORD).await);
        assert_eq!(browser.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
    }

    /// All User IDs of an address are mailed to it; the link leads on once, for half an hour, and opening it changes nothing.
    async fn user_ids_go_by_mail_and_lead_on(db: TestDb) {
        let world = World::new(db).await;
        let (browser, scanner) = (world.browser(), world.browser());
        request_user_ids(&browser, " Tomas.Herrera@ANDINA-agro.example ").await;
        let subject = words("mail-user-ids-subject");
        let mail = world.mail(SETTLED.1, &subject).await;
        assert!(mail.text.contains(SETTLED.0) && !mail.text.contains(COLLEAGUE.0), "{}", mail.text);
        let first = link(&world, &subject, "/recover/continue", 1).await;
        assert!(first.starts_with(world.portal.as_str()));
        for method in [Method::GET, Method::HEAD, Method::GET] {
            assert_eq!(scanner.send(method, &first, HeaderMap::new(), None).await.status, StatusCode::OK);
        }
        assert_eq!(scanner.cookie("vestibule-recovery"), None);
        world.advance(Duration::from_mins(30) - MOMENT);
        browser.get(&first).await;
        let fields = [("token", token_of(&first)), ("user_id", COLLEAGUE.0)];
        assert_ne!(browser.post("/recover/continue", &fields).await.path(), "/recover/security-code", "of another address");
        let fields = [("token", token_of(&first)), ("user_id", SETTLED.0)];
        assert_eq!(browser.post("/recover/continue", &fields).await.path(), "/recover/security-code");
        scanner.get(&first).await;
        assert_eq!(scanner.post("/recover/continue", &fields).await.path(), "", "it works once");
        assert_eq!(browser.enter_security_code(&other_than(SECURITY_CODE)).await.status, WRONG, "the link is one proof");
        assert_eq!(browser.enter_security_code(SECURITY_CODE).await.path(), "/recover/new-password");
        request_user_ids(&browser, SETTLED.1).await;
        let second = link(&world, &subject, "/recover/continue", 2).await;
        world.advance(Duration::from_mins(30));
        assert!(browser.get(&second).await.body.contains(&words("recover-link-over-title")));
        let fields = [("token", token_of(&second)), ("user_id", SETTLED.0)];
        assert_eq!(browser.post("/recover/continue", &fields).await.path(), "");
    }

    /// Who has no Enterprise User ID yet is told by mail where to go; a name that opens nothing gets no code.
    async fn without_a_user_id_there_is_nothing_to_recover(db: TestDb) {
        let world = World::new(db).await;
        let (login, email) = crate::world::LATE;
        request_user_ids(&world.browser(), email).await;
        let mail = world.mail(email, &words("mail-user-ids-subject")).await;
        assert!(mail.links().any(|link| link.ends_with("/start")), "{}", mail.text);
        assert_eq!(world.browser().ask_to_recover("password", login).await.path(), "/recover/code");
        // What comes later is resolved later: this one's mail shows that the one before was looked at.
        world.browser().ask_recovery_code(&world, "password", SETTLED).await;
        assert_eq!(world.codes_sent(email), 0);
    }

    /// A lost authenticator app is removed after a day; until then its owner can stop it, by the link's button and not by opening it.
    async fn a_lost_factor_is_removed_after_a_day(db: TestDb) {
        let world = World::new(db).await;
        let (signed_in, _) = world.somebody_with_app().await;
        let lost = world.browser();
        lost.come_to_security_code(&world, "factor", SETTLED).await;
        assert_eq!(lost.guess_security_code(SECURITY_CODE).await.path(), "/recover/scheduled");
        let subject = "Your authenticator app and passkeys will be removed";
        let cancel = link(&world, subject, "/recover/cancel", 1).await;
        let scanner = world.browser();
        assert_eq!(scanner.get(&cancel).await.status, StatusCode::OK);
        assert_eq!(scanner.post("/recover/cancel", &[("token", token_of(&cancel))]).await.status, StatusCode::OK);
        world.advance(Duration::from_hours(25));
        assert_eq!(app::remove_factors::remove_due_factors(&world.app).await.unwrap(), 0, "it was stopped");
        assert_eq!(world.recorded("factor.removal_cancelled").await, 1);

        lost.come_to_security_code(&world, "factor", SETTLED).await;
        lost.guess_security_code(SECURITY_CODE).await;
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app", "not yet");
        world.advance(Duration::from_hours(24) - MOMENT);
        assert_eq!(app::remove_factors::remove_due_factors(&world.app).await.unwrap(), 0);
        world.advance(MOMENT);
        app::remove_factors::remove_due_factors(&world.app).await.unwrap();
        assert_eq!(world.recorded("factor.removed").await, 1);
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code", "the mailbox again");
        assert!(!signed_in.is_signed_in().await);
    }

    /// Without a security code two members of staff vouch: two different ones, never the person, within a day, for one recovery.
    async fn staff_stand_in_for_a_missing_security_code(db: TestDb) {
        let world = World::new(db).await;
        world.staff("olga.operator", Role::Operator).await;
        world.staff("oscar.operator", Role::Operator).await;
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", UNFINISHED).await;
        assert!(browser.get("/recover/security-code").await.body.contains(&words("recover-staff-none")));
        let case = browser.open_case().await;
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/security-code", "nobody has vouched");
        assert_eq!(world.vouch(&case, UNFINISHED.0).await, Decided::Cannot(CannotVouch::NotStaff));
        assert_eq!(world.vouch(&case, "olga.operator").await, Decided::Approved { missing: 1 });
        assert_eq!(world.vouch(&case, "olga.operator").await, Decided::Twice);
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/security-code", "one is not enough");
        world.advance(Duration::from_hours(24));
        assert_eq!(world.vouch(&case, "oscar.operator").await, Decided::Approved { missing: 1 }, "a day is over");
        assert_eq!(world.vouch(&case, "olga.operator").await, Decided::Approved { missing: 0 });
        world.mail(UNFINISHED.1, "you can go on").await;
        let elsewhere = world.browser();
        elsewhere.come_to_security_code(&world, "password", UNFINISHED).await;
        assert_eq!(elsewhere.post("/recover/approved", &[]).await.path(), "/recover/security-code", "another recovery");
        assert!(browser.get("/recover/security-code").await.body.contains(&words("recover-approved-title")));
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/new-password");
        assert_eq!(world.vouch(&case, "olga.operator").await, Decided::Closed, "it is used up");
        assert_eq!(browser.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
        assert_eq!(world.browser().enter_password(UNFINISHED.0, RECOVERED_PASSWORD).await.path(), "/login/code");
    }

    /// A refused case stays refused, and staff of their own case stay outside.
    async fn a_refused_case_opens_nothing(db: TestDb) {
        let world = World::new(db).await;
        world.staff("olga.operator", Role::Operator).await;
        world.staff("oscar.operator", Role::Operator).await;
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", UNFINISHED).await;
        let case = browser.open_case().await;
        world.vouch(&case, "olga.operator").await;
        let refused = app::decide_case::refuse_case(&world.app, &case, "oscar.operator").await.unwrap();
        assert_eq!(refused, Decided::Refused);
        assert_eq!(world.vouch(&case, "oscar.operator").await, Decided::Closed);
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/security-code");

        let olga = ("olga.operator", "olga.operator@harbourcards.example");
        let own = world.browser();
        own.come_to_security_code(&world, "password", olga).await;
        let case = own.open_case().await;
        assert_eq!(world.vouch(&case, "olga.operator").await, Decided::Cannot(CannotVouch::Oneself));
    }
}

//! "This was not me", lines 10 and 16: the link in a mail with a code shows what it does, acts on a press, once, and ends one
//! attempt and what came of it.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, Method, StatusCode};
use store::both_databases;

use crate::{
    recovering::RECOVERED_PASSWORD,
    steps::{NEW_ID, words},
    world::{Answer, Browser, COLLEAGUE, LEGACY_PASSWORD, NEWCOMER, PASSWORD, SETTLED, World},
};

const DAY: Duration = Duration::from_hours(24);
const INSTANT: Duration = Duration::from_millis(1);

/// The link in the newest mail with a code to this address.
fn link(world: &World, to: &str) -> String {
    let mail = world.mails(to).into_iter().find(|mail| mail.code.is_some()).expect("a mail with a code");
    let link = mail.links().find(|link| link.contains("/not-me?token=")).expect("the way out");
    link.to_owned()
}

/// Opens the link in a browser of its own, and presses the button.
async fn press(world: &World, link: &str) -> Answer {
    let reader = world.browser();
    // A link that is over shows no form, and its button could be pressed on a page that was open before.
    reader.get("/login").await;
    reader.get(link).await;
    press_again(&reader, link).await
}

async fn press_again(reader: &Browser, link: &str) -> Answer {
    let token = link.split_once("token=").expect("a token").1;
    reader.post("/not-me", &[("token", token)]).await
}

both_databases! {
    /// Mail scanners open links: nothing changes until the button is pressed.
    async fn opening_the_link_changes_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        let way_out = link(&world, SETTLED.1);
        let scanner = world.browser();
        for method in [Method::GET, Method::HEAD, Method::GET] {
            assert_eq!(scanner.send(method, &way_out, HeaderMap::new(), None).await.status, StatusCode::OK);
        }
        let page = scanner.get(&way_out).await.body;
        assert!(page.contains(&words("notme-password")) && page.contains(&words("notme-tells")), "{page}");
        assert_eq!(world.recorded("login.not_me").await, 0);
        assert_eq!(browser.guess(&code).await.location().unwrap(), world.application);
        let forged = scanner.post_raw("/not-me", way_out.split_once('?').unwrap().1.as_bytes().to_vec()).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN, "without the token of a page of ours");
        assert!(browser.is_signed_in().await);
    }

    /// A pending login ends with its code; the password is right and opens nothing, and the page says what to do.
    async fn it_ends_the_attempt_and_the_password(db: TestDb) {
        let world = World::new(db).await;
        let thief = world.browser();
        let code = thief.ask_for_code(&world, SETTLED).await;
        let answer = press(&world, &link(&world, SETTLED.1)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains(&words("notme-done-title")) && answer.body.contains("/recover/password"));
        assert_eq!(thief.guess(&code).await.path(), "/login", "the attempt is gone");
        assert!(!thief.is_signed_in().await);
        let again = thief.enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!((again.path().as_str(), again.location().unwrap().query()), ("/login", Some("ended=password")));
        let page = thief.follow_on(again).await.body;
        assert!(page.contains(&words("notme-dead-title")) && page.contains("/recover/password"), "{page}");
        assert_eq!(world.recorded("otp.sent").await, 1, "no code goes out for a dead password");
        let wrong = thief.enter_password(SETTLED.0, "wrong").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "the truth only after the proof");
        world.mail(SETTLED.1, &words("notice-not-me")).await;
        assert_eq!(world.recorded("login.not_me").await, 1);
    }

    /// What came of the attempt ends: its session, here and in the application, and its Trusted Device. Everything else stays.
    async fn only_what_came_of_that_attempt_ends(db: TestDb) {
        let world = World::new(db).await;
        let (mine, thief) = (world.browser(), world.browser());
        mine.sign_in(&world, SETTLED, true).await;
        world.advance(Duration::from_mins(6));
        thief.sign_in(&world, SETTLED, true).await;
        assert_eq!(thief.follow(world.application.as_str()).await.status, StatusCode::OK);
        assert_eq!(world.find(SETTLED.1).await.devices, 2);
        press(&world, &link(&world, SETTLED.1)).await;
        assert!(!thief.is_signed_in().await && mine.is_signed_in().await);
        assert_eq!(thief.get(world.application.as_str()).await.status, StatusCode::FOUND);
        assert_eq!(world.find(SETTLED.1).await.devices, 1);
        assert_eq!(mine.get("/account/devices").await.status, StatusCode::OK);
    }

    /// A code that proved a session afresh was a stranger's: the session that took the place of the first one ends, and nobody
    /// else's.
    async fn a_session_that_was_proven_afresh_ends(db: TestDb) {
        let world = World::new(db).await;
        let (mine, thief) = (world.browser(), world.browser());
        mine.sign_in(&world, SETTLED, false).await;
        world.advance(Duration::from_mins(6));
        mine.get("/account").await;
        thief.sign_in(&world, SETTLED, false).await;
        let first = link(&world, SETTLED.1);
        world.advance(Duration::from_mins(14));
        mine.get("/account").await;
        thief.get("/account").await;
        let sent = world.codes_sent(SETTLED.1);
        thief.get("/account/confirm").await;
        let fields = [("password", PASSWORD), ("to", "/account/password")];
        assert_eq!(thief.post("/account/confirm", &fields).await.path(), "/login/code");
        let code = world.code(SETTLED.1, sent + 1).await;
        let afresh = link(&world, SETTLED.1);
        assert_ne!(first, afresh);
        thief.get("/login/code").await;
        assert_eq!(thief.guess(&code).await.path(), "/account/password");
        assert!(mine.is_signed_in().await && thief.is_signed_in().await);
        assert_eq!(press(&world, &afresh).await.status, StatusCode::OK);
        assert!(!thief.is_signed_in().await, "what was proven afresh ends");
        assert!(mine.is_signed_in().await);
    }

    /// The mail of the login is good for the session that was proven afresh since.
    async fn the_first_mail_ends_what_was_proven_afresh(db: TestDb) {
        let world = World::new(db).await;
        let thief = world.browser();
        thief.sign_in(&world, SETTLED, false).await;
        let first = link(&world, SETTLED.1);
        world.advance(Duration::from_mins(12));
        let sent = world.codes_sent(SETTLED.1);
        thief.get("/account/confirm").await;
        thief.post("/account/confirm", &[("password", PASSWORD), ("to", "/account/password")]).await;
        let code = world.code(SETTLED.1, sent + 1).await;
        thief.get("/login/code").await;
        assert_eq!(thief.guess(&code).await.path(), "/account/password");
        assert_eq!(press(&world, &first).await.status, StatusCode::OK);
        assert!(!thief.is_signed_in().await);
    }

    /// Of fifty presses at once one acts; all mails of one attempt have one use together; used, unknown and old look alike.
    async fn it_acts_once(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.ask_for_code(&world, SETTLED).await;
        let first = link(&world, SETTLED.1);
        browser.resend(&world, SETTLED.1).await;
        let second = link(&world, SETTLED.1);
        assert_ne!(first, second);
        let reader = Arc::new(world.browser());
        reader.get(&first).await;
        let presses = (0..50).map(|_| press_again(&reader, &first));
        let answers = futures_util::future::join_all(presses).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
        assert_eq!(world.recorded("login.not_me").await, 1);
        let unknown = format!("{}not-me?token={}", world.portal, "A".repeat(43));
        for over in [first.as_str(), &second, &unknown, "/not-me", "/not-me?token=x"] {
            let answer = reader.get(over).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{over}");
            assert!(answer.body.contains(&words("notme-over-title")), "{over}");
        }
        assert_eq!(press(&world, &second).await.status, StatusCode::NOT_FOUND);
    }

    /// Ten days, to the last millisecond.
    async fn a_link_lives_ten_days(db: TestDb) {
        let world = World::new(db).await;
        world.browser().ask_for_code(&world, SETTLED).await;
        let late = link(&world, SETTLED.1);
        world.browser().ask_for_code(&world, COLLEAGUE).await;
        let last = link(&world, COLLEAGUE.1);
        world.advance(10 * DAY - INSTANT);
        app::clean_up::clean_up(&world.app).await.unwrap();
        assert_eq!(press(&world, &last).await.status, StatusCode::OK);
        world.advance(INSTANT);
        assert_eq!(press(&world, &late).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
    }

    /// A password that a recovery has made since then took more than the stranger had: it lives on.
    async fn a_recovered_password_lives_on(db: TestDb) {
        let world = World::new(db).await;
        world.browser().sign_in(&world, SETTLED, false).await;
        let old = link(&world, SETTLED.1);
        world.advance(DAY);
        let owner = world.browser();
        owner.come_to_new_password(&world, SETTLED).await;
        assert_eq!(owner.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
        assert_eq!(press(&world, &old).await.status, StatusCode::OK);
        assert_eq!(world.browser().enter_password(SETTLED.0, RECOVERED_PASSWORD).await.path(), "/login/code");
    }

    /// One that was only changed may be the stranger's own.
    async fn a_changed_password_dies(db: TestDb) {
        let world = World::new(db).await;
        world.browser().sign_in(&world, SETTLED, false).await;
        let old = link(&world, SETTLED.1);
        world.advance(DAY);
        let user = world.user(SETTLED.1).await;
        let mut tx = world.db().begin().await.unwrap();
        let stored = store::credentials::find_password(&mut tx, user.id).await.unwrap().unwrap();
        store::credentials::put_password(&mut tx, user.id, &stored.hash, world.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(press(&world, &old).await.status, StatusCode::OK);
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/login");
    }

    /// What came of the attempt by a second hop ends with it: a session that its Trusted Device opened later.
    async fn what_the_device_of_the_attempt_opened_ends(db: TestDb) {
        let world = World::new(db).await;
        let thief = world.browser();
        thief.sign_in(&world, SETTLED, true).await;
        let mail = link(&world, SETTLED.1);
        thief.get("/logout").await;
        thief.post("/logout", &[]).await;
        assert_eq!(thief.enter_password(SETTLED.0, PASSWORD).await.location().unwrap(), world.application);
        assert!(thief.is_signed_in().await);
        assert_eq!(press(&world, &mail).await.status, StatusCode::OK);
        assert!(!thief.is_signed_in().await);
    }

    /// An onboarding ends; the legacy password is the application's, and the page says so. One that was finished leaves no
    /// password behind that a stranger chose.
    async fn an_onboarding_ends(db: TestDb) {
        let world = World::new(db).await;
        let thief = world.browser();
        thief.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        thief.confirm_profile().await;
        let code = world.code(NEWCOMER.1, 1).await;
        let answer = press(&world, &link(&world, NEWCOMER.1)).await;
        assert!(answer.body.contains(&words("notme-done-legacy")), "{}", answer.body);
        assert!(matches!(thief.prove_mailbox(&code).await.path().as_str(), "/start" | "/login"));
        assert!(world.id_of(NEWCOMER.1).await.is_none());
        world.advance(Duration::from_hours(1));
        let other = world.browser();
        other.come_to_user_id(&world, NEWCOMER).await;
        world.advance(INSTANT);
        other.choose(NEW_ID).await;
        let answer = press(&world, &link(&world, NEWCOMER.1)).await;
        assert!(answer.body.contains(&words("notme-done-password")), "{}", answer.body);
        let again = world.browser().enter_password(NEW_ID, crate::steps::NEW_PASSWORD).await;
        assert_eq!(again.location().unwrap().query(), Some("ended=password"));
    }

    /// Administrators hear of it at once and then at most once a day, of everybody who pressed, of their own company only.
    async fn administrators_get_one_digest_a_day(db: TestDb) {
        let world = World::new(db).await;
        let subject = "This was not me";
        let mut told = Vec::new();
        for (number, who) in [SETTLED, COLLEAGUE, SETTLED].into_iter().enumerate() {
            let user = world.user(who.1).await;
            let mut tx = world.db().begin().await.unwrap();
            store::users::revive_password(&mut tx, user.id).await.unwrap();
            tx.commit().await.unwrap();
            world.browser().ask_for_code(&world, who).await;
            press(&world, &link(&world, who.1)).await;
            if number == 0 {
                told = administrators(&world, &user).await;
                assert!(!told.is_empty(), "the company has an administrator");
                for administrator in &told {
                    let mail = world.mail(administrator, subject).await;
                    assert!(mail.text.contains(&user.name), "{}", mail.text);
                }
            }
            if number < 2 {
                world.advance(Duration::from_hours(11));
            }
        }
        let count = |to: &str| world.mails(to).iter().filter(|mail| mail.subject.contains(subject)).count();
        assert_eq!(count(&told[0]), 1, "22 hours: nobody hears twice");
        world.advance(Duration::from_hours(2) - INSTANT);
        assert_eq!(app::tell_administrators::tell_administrators(&world.app).await.unwrap(), 0, "not yet a day");
        world.advance(INSTANT);
        let mail = world.nth_mail(&told[0], subject, 2).await;
        assert!(mail.text.contains(&world.user(COLLEAGUE.1).await.name), "{}", mail.text);
        world.advance(2 * DAY);
        assert_eq!(app::tell_administrators::tell_administrators(&world.app).await.unwrap(), 0, "nothing new");
        let others = world.user(NEWCOMER.1).await;
        for administrator in administrators(&world, &others).await {
            assert_eq!(count(&administrator), 0, "another company's");
        }
    }
}

/// The addresses of the Program Administrators of this user's company.
async fn administrators(world: &World, user: &domain::directory::User) -> Vec<String> {
    let company = user.company.expect("a company");
    let role = domain::role::Role::ProgramAdministrator;
    let mut conn = world.db().read().await.expect("a reader");
    let found = store::users::list_of_company_and_role(&mut conn, company, role, 10).await.expect("a list");
    found.into_iter().map(|user| user.email).collect()
}

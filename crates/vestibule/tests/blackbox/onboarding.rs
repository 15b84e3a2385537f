//! From existing credentials to an Enterprise User ID: two proofs, one browser, and nothing lost on the way (line 7).

use std::time::Duration;

use http::StatusCode;
use store::both_databases;

use crate::{
    steps::{NEW_ID, NEW_PASSWORD, words},
    world::{LEGACY_PASSWORD, NEWCOMER, Seen, World},
};

both_databases! {
    /// The whole way, and the page that was wanted at its end.
    async fn existing_credentials_become_an_id(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let wanted = world.application.join("statements?month=11").unwrap();
        browser.get("/start").await;
        let fields = [("login_name", "ngs-004417"), ("password", LEGACY_PASSWORD), ("to", wanted.as_str())];
        assert_eq!(browser.post("/start", &fields).await.path(), "/start/profile");
        let page = browser.get("/start/profile").await.body;
        assert!(page.contains("Amara Okafor") && page.contains(NEWCOMER.1), "{page}");
        assert!(!page.contains("name=\"name\"") && !page.contains("name=\"email\""), "nobody edits them here");

        assert_eq!(browser.confirm_profile().await.path(), "/start/email");
        world.mail(NEWCOMER.1, &words("mail-onboarding-started-subject")).await;
        let code = world.code(NEWCOMER.1, 1).await;
        assert_eq!(browser.prove_mailbox(&code).await.path(), "/start/user-id");
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
        assert!(!browser.is_signed_in().await, "enrolment comes first");
        let channel = browser.make_security_code().await;
        assert_eq!((channel.status, channel.path().as_str()), (StatusCode::SEE_OTHER, "/start/channel"));
        let page = browser.follow_on(channel).await;
        assert!(page.body.contains(NEWCOMER.1) && page.body.contains("value=\"authenticator_app\""), "{}", page.body);
        let nothing = browser.post("/start/channel", &[("to", wanted.as_str())]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "one of them has to be chosen");
        let set_up = browser.post("/start/channel", &[("channel", "authenticator_app"), ("to", wanted.as_str())]).await;
        assert_eq!(set_up.path(), "/account/authenticator-app");
        assert_eq!(browser.follow_on(set_up).await.status, StatusCode::OK, "the proofs of the onboarding are fresh");
        let done = browser.post("/start/channel", &[("channel", "email"), ("to", wanted.as_str())]).await;
        assert_eq!(done.path(), "/start/done");
        let page = browser.follow_on(done).await;
        assert!(page.body.contains(NEW_ID), "{}", page.body);
        assert!(page.body.contains(&wanted.as_str().replace('&', "&amp;")), "{}", page.body);
        let ready = world.mail(NEWCOMER.1, &words("mail-user-id-ready-subject")).await;
        assert!(ready.text.contains(NEW_ID) && !ready.text.contains(NEW_PASSWORD));

        let seen: Seen = serde_json::from_str(&browser.follow(wanted.as_str()).await.body).unwrap();
        assert_eq!(seen.all("remote-user"), [NEWCOMER.0], "the application finds its own account");
        assert_eq!(browser.acr().await, "urn:vestibule:acr:email-otp");
    }

    /// The ID is made: the old credentials open nothing any more, and the page says where to go.
    async fn existing_credentials_die_with_the_id(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        browser.choose(NEW_ID).await;
        let stranger = world.browser();
        let answer = stranger.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(&words("problem-legacy-note")), "{}", answer.body);
        assert!(answer.body.contains("href=\"/login\""), "{}", answer.body);
        let wrong = world.browser().enter_legacy(NEWCOMER.0, "something else").await;
        assert!(wrong.body.contains(&words("problem-legacy-note")), "the same words before a first proof");
        assert_eq!(stranger.enter_password(NEW_ID, NEW_PASSWORD).await.path(), "/enrol/profile");
    }

    /// Whoever closes the window goes on from there, on the same browser, at every step.
    async fn the_same_browser_goes_on_where_it_was(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let come_back = async |expected: &str| {
            browser.set_cookie("vestibule-login", "");
            assert_eq!(browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await.path(), expected);
        };
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        come_back("/start/profile").await;
        browser.confirm_profile().await;
        let code = world.code(NEWCOMER.1, 1).await;
        come_back("/start/email").await;
        assert_eq!(browser.prove_mailbox(&code).await.path(), "/start/user-id", "the code is still good");
        come_back("/start/user-id").await;
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
        browser.set_cookie("vestibule-login", "");
        assert_eq!(browser.enter_password(NEW_ID, NEW_PASSWORD).await.path(), "/enrol/profile");
        let codes = world.mails(NEWCOMER.1).iter().filter(|mail| mail.code.is_some()).count();
        assert_eq!(codes, 1, "a code that is good is not sent again");
    }

    /// The mailbox that was proven in one browser says nothing in another.
    async fn another_browser_has_to_give_both_proofs(db: TestDb) {
        let world = World::new(db).await;
        let (first, second) = (world.browser(), world.browser());
        first.come_to_user_id(&world, NEWCOMER).await;
        assert_eq!(second.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        assert_eq!(second.choose("thief.id").await.path(), "/start/profile");
        second.confirm_profile().await;
        assert_eq!(second.choose("thief.id").await.path(), "/start/email");
        let copied = world.browser();
        copied.get("/start").await;
        copied.set_cookie("vestibule-login", &first.cookie("vestibule-login").unwrap());
        assert_eq!(copied.choose("thief.id").await.path(), "/start", "a stolen cookie is of another browser");
        assert_eq!(world.id_of(NEWCOMER.1).await, None);
        assert_eq!(first.choose(NEW_ID).await.path(), "/start/security-code");
        assert_eq!(second.get("/start/email").await.path(), "/start", "there is nothing left to finish");
    }

    /// Password, mailbox or half a journey alone: nothing changes.
    async fn one_proof_makes_nothing(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        browser.confirm_profile().await;
        let code = world.code(NEWCOMER.1, 1).await;
        let mailbox_only = world.browser();
        mailbox_only.get("/start").await;
        assert_eq!(mailbox_only.post("/start/email", &[("code", &code)]).await.path(), "/login");
        let wrong = if code == "000000" { "111111" } else { "000000" };
        assert_eq!(browser.prove_mailbox(wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields = [("user_id", NEW_ID), ("password", NEW_PASSWORD)];
        assert_eq!(browser.post("/start/user-id", &fields).await.path(), "/start/email");
        assert_eq!(world.id_of(NEWCOMER.1).await, None);
        assert!(!browser.is_signed_in().await);
        let again = world.browser().enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(again.path(), "/start/profile", "the old door is as open as before");
    }

    /// A half-finished onboarding is kept for an hour; then both proofs are asked again, with both sides of the limit.
    async fn an_open_onboarding_lasts_an_hour(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        world.advance(app::ATTEMPT_LIFETIME - Duration::from_millis(1));
        assert_eq!(browser.get("/start/user-id").await.status, StatusCode::OK);
        world.advance(Duration::from_millis(1));
        assert_eq!(browser.get("/start/user-id").await.path(), "/start");
        assert_eq!(browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        assert_eq!(browser.confirm_profile().await.path(), "/start/email", "the mailbox is proven anew");
    }

    /// "This is wrong": a case with what was said, the contact of the region, and a mail.
    async fn wrong_details_open_a_case(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        browser.get("/start/profile/wrong").await;
        let nothing = browser.post("/start/profile/wrong", &[]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let said = [("name_wrong", "on"), ("message", "It is spelled Okafor-Lindqvist")];
        let page = browser.post("/start/profile/wrong", &said).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("+44 1632 960 142") && page.body.contains("Europe and Asia-Pacific"));
        assert!(!page.body.contains("administrators-emea"), "an End User's contact is another");

        let mut conn = world.db().read().await.unwrap();
        let region = domain::role::Region("europe-asia-pacific".to_owned());
        let cases = store::cases::list_open(&mut conn, &region, 10).await.unwrap();
        drop(conn);
        let [case] = &cases[..] else { panic!("{cases:?}") };
        assert!(page.body.contains(&case.reference));
        let mail = world.mail(NEWCOMER.1, &case.reference).await;
        assert!(!mail.text.contains("Lindqvist"), "what was said stays with the servicing team");
        assert!(browser.get("/start/profile").await.body.contains(&case.reference));

        let administrator = world.browser();
        administrator.enter_legacy("NGS-000102", LEGACY_PASSWORD).await;
        administrator.get("/start/profile/wrong").await;
        let page = administrator.post("/start/profile/wrong", &[("email_wrong", "on")]).await;
        assert!(page.body.contains("administrators-emea@harbourcards.example"), "{}", page.body);
    }
}

//! Who gets in with what, at each stage of a company's rollout, and where "not now" ends.

use std::time::Duration;

use domain::rollout::Rollout;
use http::StatusCode;
use store::both_databases;

use crate::{
    steps::{NEW_ID, NEW_SECURITY_CODE, words},
    world::{Browser, EARLY, LATE, LEGACY_PASSWORD, NEWCOMER, PASSWORD, UNFINISHED, World},
};

const DAY: Duration = Duration::from_hours(24);
const MOMENT: Duration = Duration::from_millis(1);

/// Whether "not now" signs somebody in although no page offers it.
async fn forced(browser: &Browser) -> bool {
    let copy = browser.clone();
    copy.post("/postponed", &[]).await;
    copy.is_signed_in().await
}

both_databases! {
    /// Before phase 1 nothing changes, and the page says what will come.
    async fn before_phase_1_it_is_announced(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let answer = browser.enter_legacy(EARLY.0, LEGACY_PASSWORD).await;
        assert_eq!(answer.path(), "/start/announcement");
        let page = browser.follow_on(answer).await;
        assert!(page.body.contains(&words("start-announcement-title")), "{}", page.body);
        assert!(page.body.contains("8 December 2026"), "phase 1 begins in 21 days: {}", page.body);
        assert_eq!(browser.acr().await, "urn:vestibule:acr:legacy");
        assert_eq!(browser.follow(world.application.as_str()).await.status, StatusCode::OK);
        world.advance(21 * DAY - MOMENT);
        let answer = world.browser().enter_legacy(EARLY.0, LEGACY_PASSWORD).await;
        assert_eq!(answer.path(), "/start/announcement");
        world.advance(MOMENT);
        assert_eq!(world.browser().enter_legacy(EARLY.0, LEGACY_PASSWORD).await.path(), "/start/profile");
    }

    /// In phase 1 "not now" opens the application with one factor, and is counted.
    async fn phase_1_can_be_put_off(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert!(browser.get("/start/profile").await.body.contains("href=\"/postponed\""));
        let advice = browser.get("/postponed").await;
        assert!(advice.body.contains(&words("start-postpone-title")), "{}", advice.body);
        assert_eq!(world.user(NEWCOMER.1).await.postponed_count, 0, "looking is not choosing");
        assert_eq!(browser.post("/postponed", &[]).await.location().unwrap(), world.application);
        assert_eq!(browser.acr().await, "urn:vestibule:acr:legacy");
        assert_eq!(world.user(NEWCOMER.1).await.postponed_count, 1);
        let again = world.browser();
        assert_eq!(again.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        again.put_off().await;
        assert_eq!(world.user(NEWCOMER.1).await.postponed_count, 2);
    }

    /// A login that began in phase 1, with one factor, is finished in phase 2: the second factor comes first, whatever the step.
    async fn a_login_finished_in_phase_2_asks_for_the_code(db: TestDb) {
        let world = World::new(db).await;
        let begins = world.app.now() + 14 * DAY;
        world.roll_out("andina", |rollout| {
            *rollout = Rollout { phase2_at: Some(begins), deadline_at: Some(begins + 30 * DAY), ..*rollout }
        }).await;
        world.advance(14 * DAY - MOMENT);
        let (makes_code, confirms, puts_off) = (world.browser(), world.browser(), world.browser());
        for browser in [&makes_code, &confirms, &puts_off] {
            assert_eq!(browser.enter_password(UNFINISHED.0, PASSWORD).await.path(), "/enrol/profile");
            browser.get("/enrol/profile").await;
        }
        assert_eq!(makes_code.post("/enrol/profile", &[]).await.path(), "/enrol/security-code");
        makes_code.get("/enrol/security-code").await;
        assert_eq!(world.codes_sent(UNFINISHED.1), 0);
        world.advance(MOMENT);

        let fields = [("security_code", NEW_SECURITY_CODE)];
        assert_eq!(makes_code.post("/enrol/security-code", &fields).await.path(), "/login/code");
        assert_eq!(world.recorded("enrolment.security_code_made").await, 0, "nothing is stored before the second proof");
        assert_eq!(confirms.post("/enrol/profile", &[]).await.path(), "/login/code");
        world.advance(Duration::from_mins(5));
        assert_eq!(puts_off.put_off().await.path(), "/login/code");
        for browser in [&makes_code, &confirms, &puts_off] {
            assert!(!browser.is_signed_in().await);
        }
        let code = world.code(UNFINISHED.1, 3).await;
        assert_eq!(puts_off.enter_code(&code).await.path(), "/enrol/profile");
        assert_eq!(puts_off.put_off().await.location().unwrap(), world.application);
        assert_eq!(puts_off.acr().await, "urn:vestibule:acr:email-otp");
    }

    /// Thirty days from the first prompt, not from the last.
    async fn not_now_ends_thirty_days_after_the_first_prompt(db: TestDb) {
        let world = World::new(db).await;
        let for_ever = |rollout: &mut Rollout| *rollout = Rollout { phase1_at: rollout.phase1_at, ..Rollout::default() };
        world.roll_out("northgate", for_ever).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        browser.put_off().await;
        world.advance(30 * DAY - MOMENT);
        let (in_time, late) = (world.browser(), world.browser());
        late.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(late.get("/postponed").await.status, StatusCode::OK);
        in_time.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(in_time.put_off().await.location().unwrap(), world.application);
        world.advance(MOMENT);
        let refused = late.post("/postponed", &[]).await;
        assert_eq!(refused.path(), "/start/profile", "a page older than the limit is refused, and the step goes on");
        assert!(!late.is_signed_in().await);
        assert_eq!(world.user(NEWCOMER.1).await.postponed_count, 2);
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert!(!browser.get("/start/profile").await.body.contains("/postponed"));
        assert_eq!(browser.get("/postponed").await.path(), "/start/profile");
    }

    /// Phase 2 without an ID: the mailed code, and no "not now".
    async fn phase_2_without_an_id_cannot_be_put_off(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        assert_eq!(browser.enter_legacy(LATE.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        assert!(!browser.get("/start/profile").await.body.contains("/postponed"));
        assert_eq!(browser.get("/postponed").await.path(), "/start/profile");
        assert!(!forced(&browser).await);
        browser.come_to_user_id(&world, LATE).await;
        assert!(!forced(&browser).await, "after the code neither");
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
    }

    /// A company that moves on while a page is open takes "not now" away from it.
    async fn a_new_phase_reaches_open_pages(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        browser.get("/postponed").await;
        let now = world.app.now();
        world.roll_out("northgate", |rollout| rollout.phase2_at = Some(now)).await;
        browser.post("/postponed", &[]).await;
        assert!(!browser.is_signed_in().await);
        assert_eq!(world.user(NEWCOMER.1).await.postponed_count, 0);
    }

    /// A user with an ID is prompted after the login, may put it off until the deadline, and is prompted again.
    async fn the_enrolment_prompt_ends_with_the_deadline(db: TestDb) {
        let world = World::new(db).await;
        let log_in = async |nth: usize| {
            let browser = world.browser();
            browser.enter_password(UNFINISHED.0, PASSWORD).await;
            let code = world.code(UNFINISHED.1, nth).await;
            assert_eq!(browser.enter_code(&code).await.path(), "/enrol/profile");
            assert!(!browser.is_signed_in().await);
            browser
        };
        let browser = log_in(1).await;
        assert!(browser.get("/enrol/profile").await.body.contains("href=\"/postponed\""));
        assert_eq!(browser.put_off().await.location().unwrap(), world.application);
        assert_eq!(browser.acr().await, "urn:vestibule:acr:email-otp");
        world.advance(20 * DAY - MOMENT);
        assert_eq!(log_in(2).await.put_off().await.location().unwrap(), world.application);
        world.advance(MOMENT + Duration::from_secs(20));
        let browser = log_in(3).await;
        assert!(!browser.get("/enrol/profile").await.body.contains("/postponed"));
        assert!(!forced(&browser).await, "after the deadline enrolment comes first");
        assert_eq!(browser.post("/enrol/profile", &[]).await.path(), "/enrol/security-code");
        browser.get("/enrol/security-code").await;
        let weak = browser.post("/enrol/security-code", &[("security_code", "123456")]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = browser.post("/enrol/security-code", &[("security_code", NEW_SECURITY_CODE)]).await;
        assert_eq!(done.location().unwrap(), world.application);
        assert!(world.user(UNFINISHED.1).await.enrolled_at.is_some());
    }

    /// Past the cut-off the old credentials open nothing; the answer is the one for a wrong password or points to an ID.
    async fn past_the_cut_off_only_an_invitation_opens(db: TestDb) {
        let world = World::new(db).await;
        world.advance(50 * DAY - MOMENT);
        assert_eq!(world.browser().enter_legacy(LATE.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        world.advance(MOMENT);
        let browser = world.browser();
        let refused = browser.enter_legacy(LATE.0, LEGACY_PASSWORD).await;
        assert_ne!(refused.path(), "/start/profile");
        assert_eq!(browser.get("/start/profile").await.path(), "/start");
        assert!(!browser.is_signed_in().await);
        world.advance(app::clean_up::EVERY);
        app::clean_up::clean_up(&world.app).await.unwrap();
        let wiped = world.browser().enter_legacy(LATE.0, LEGACY_PASSWORD).await;
        assert_eq!(wiped.status, StatusCode::UNPROCESSABLE_ENTITY, "the imported hash is gone");
    }
}

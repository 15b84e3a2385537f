//! Lines 1 to 3: no session without proof, no step skipped, one code for one login.

use std::time::Duration;

use http::StatusCode;
use store::both_databases;

use crate::world::{COLLEAGUE, LEGACY_PASSWORD, NEWCOMER, ONE_FACTOR, PASSWORD, SETTLED, World};

both_databases! {
    /// The whole of phase 2: password, code by mail, the page that was wanted.
    async fn password_and_mailed_code_open_the_application(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let wanted = world.application.join("statements?month=11").unwrap();
        let door = browser.follow(wanted.as_str()).await;
        assert_eq!((door.status, door.url.path()), (StatusCode::OK, "/"));
        let to = door.url.query_pairs().find(|(name, _)| name == "to").unwrap().1.into_owned();
        assert_eq!(to, wanted.as_str());
        browser.get(&door.url.as_str().replacen("/?", "/login?", 1)).await;
        let fields = [("user_id", SETTLED.0), ("password", PASSWORD), ("to", to.as_str())];
        let answer = browser.post("/login", &fields).await;
        assert_eq!((answer.status, answer.path().as_str()), (StatusCode::SEE_OTHER, "/login/code"));
        assert!(!browser.is_signed_in().await, "a password alone is no session");
        let code = world.code(SETTLED.1, 1).await;
        let answer = browser.enter_code(&code).await;
        assert_eq!(answer.location().unwrap(), wanted);
        let page = browser.follow_on(answer).await;
        let seen: crate::world::Seen = serde_json::from_str(&page.body).unwrap();
        assert_eq!(seen.target, "/statements?month=11");
        assert_eq!(seen.all("remote-user"), ["AND-1180"]);
        assert!(seen.all("cookie").is_empty(), "{seen:?}");
        let session = browser.session().await.json();
        assert_eq!(session["acr"], "urn:vestibule:acr:email-otp");
    }

    /// Phase 1 with an ID asks for no code, and says so.
    async fn one_factor_is_reported_as_one(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let answer = browser.enter_password(ONE_FACTOR.0, PASSWORD).await;
        assert_eq!(answer.location().unwrap(), world.application);
        assert_eq!(browser.session().await.json()["acr"], "urn:vestibule:acr:password");
    }

    /// A pending login opens nothing, and its cookie is no session under any name.
    async fn a_pending_login_is_no_session(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        let pending = browser.cookie("vestibule-login").unwrap();
        for name in ["vestibule-session", "vestibule-app", "vestibule-browser"] {
            let copy = browser.clone();
            copy.set_cookie(name, &pending);
            assert!(!copy.is_signed_in().await, "{name}");
            assert_eq!(copy.get("/account").await.path(), "/login");
        }
    }

    /// Of 50 right codes at once, exactly one makes a session.
    async fn fifty_right_codes_make_one_session(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/code").await;
        let code = world.code(SETTLED.1, 1).await;
        let copies: Vec<_> = (0..50).map(|_| browser.clone()).collect();
        let fields = [("code", code.as_str())];
        let answers = copies.iter().map(|copy| copy.post("/login/code", &fields));
        let answers = futures_util::future::join_all(answers).await;
        let mut signed_in = 0;
        for copy in &copies {
            signed_in += usize::from(copy.is_signed_in().await);
        }
        assert_eq!(signed_in, 1);
        let opened = answers.iter().filter(|answer| answer.location().is_some_and(|to| to == world.application));
        assert_eq!(opened.count(), 1);
    }

    /// A code is of one browser, one attempt, one user, and is worthless after ten minutes.
    async fn a_code_opens_its_own_login_only(db: TestDb) {
        let world = World::new(db).await;
        let (mine, theirs) = (world.browser(), world.browser());
        mine.enter_password(SETTLED.0, PASSWORD).await;
        let code = world.code(SETTLED.1, 1).await;
        theirs.enter_password(SETTLED.0, PASSWORD).await;
        let second = world.code(SETTLED.1, 2).await;
        assert_eq!(theirs.enter_code(&code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let stranger = world.browser();
        stranger.enter_password(COLLEAGUE.0, PASSWORD).await;
        assert_eq!(stranger.enter_code(&second).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let copied = world.browser();
        copied.get("/login").await;
        copied.set_cookie("vestibule-login", &mine.cookie("vestibule-login").unwrap());
        assert_eq!(copied.post("/login/code", &[("code", code.as_str())]).await.path(), "/login");
        world.advance(Duration::from_mins(10));
        mine.enter_code(&code).await;
        assert!(!mine.is_signed_in().await, "an expired code opens nothing");
    }

    /// Steps cannot be skipped, repeated or taken by another door.
    async fn no_step_is_skipped(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        for path in ["/start/profile", "/start/user-id", "/start/security-code", "/enrol/security-code", "/postponed"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.path(), "/login/code", "{path}");
            let fields = [("security_code", "7402918"), ("user_id", "evil.name"), ("password", "a long enough secret")];
            browser.post(path, &fields[..1]).await;
            browser.post(path, &[]).await;
        }
        assert!(!browser.is_signed_in().await);
        let newcomer = world.browser();
        let answer = newcomer.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(answer.path(), "/start/profile");
        let fields = [("user_id", "amara.okafor"), ("password", "a long enough secret")];
        assert_eq!(newcomer.post("/start/user-id", &fields).await.path(), "/start/profile");
        assert!(!newcomer.is_signed_in().await);
    }
}

//! Line 4: a guess is counted before it is answered, over all codes, browsers and spellings of a name.

use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use store::both_databases;

use crate::{
    moves::other_than,
    world::{Browser, ONE_FACTOR, PASSWORD, SETTLED, World},
};

const MINUTE: Duration = Duration::from_mins(1);
const INSTANT: Duration = Duration::from_millis(1);
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const PAUSED: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// Ten wrong codes: five of a first one, five of a second one. `browser` is at the code page; gives the last right code.
async fn use_up_two_codes(world: &World, browser: &Browser, first: &str) -> String {
    browser.guess_wrong(first, 5).await;
    let second = browser.resend(world, SETTLED.1).await;
    browser.guess_wrong(&second, 5).await;
    second
}

both_databases! {
    /// 200 wrong codes at once, from two browsers: ten are looked at, and then not even the right one.
    async fn parallel_wrong_codes_use_one_budget(db: TestDb) {
        let world = World::new(db).await;
        let (one, two) = (world.browser(), world.browser());
        let first = other_than(&one.ask_for_code(&world, SETTLED).await);
        let right = two.ask_for_code(&world, SETTLED).await;
        let second = other_than(&right);
        let guesses = (0..100).flat_map(|_| [one.guess(&first), two.guess(&second)]);
        let answers = join_all(guesses).await;
        assert!(answers.iter().all(|answer| [WRONG, PAUSED].contains(&answer.status)));
        assert_eq!(world.recorded("otp.failed").await, 10);
        assert_eq!(two.guess(&right).await.status, PAUSED);
        assert!(!one.is_signed_in().await && !two.is_signed_in().await);
        assert_eq!(world.recorded("login.locked").await, 1);
    }

    /// 200 wrong passwords at once, of twenty browsers: no more than five are looked at.
    async fn parallel_wrong_passwords_use_one_budget(db: TestDb) {
        let world = World::new(db).await;
        let browsers: Vec<_> = (0..20).map(|_| world.browser()).collect();
        join_all(browsers.iter().map(|browser| browser.get("/login"))).await;
        let fields = [("user_id", ONE_FACTOR.0), ("password", "not the password"), ("to", "")];
        let guesses = (0..10).flat_map(|_| browsers.iter().map(|browser| browser.post("/login", &fields)));
        let answers = join_all(guesses).await;
        // Whoever finds no room to hash is turned away, and not counted.
        let allowed = [WRONG, PAUSED, StatusCode::SERVICE_UNAVAILABLE];
        assert!(answers.iter().all(|answer| allowed.contains(&answer.status)));
        let wrong = world.recorded("login.failed").await;
        assert!((1..=5).contains(&wrong), "{wrong} were looked at");
        for _ in wrong..5 {
            world.browser().enter_password(ONE_FACTOR.0, "not the password").await;
        }
        assert_eq!(browsers[0].enter_password(ONE_FACTOR.0, PASSWORD).await.status, PAUSED);
    }

    /// Five tries a code: the fifth is looked at, the sixth is not, be it right.
    async fn a_code_takes_five_tries(db: TestDb) {
        let world = World::new(db).await;
        let (browser, other) = (world.browser(), world.browser());
        let code = browser.ask_for_code(&world, SETTLED).await;
        browser.guess_wrong(&code, 4).await;
        assert!(browser.guess(&code).await.location().is_some(), "the fifth try");
        let code = other.ask_for_code(&world, SETTLED).await;
        other.guess_wrong(&code, 5).await;
        assert_eq!(other.guess(&code).await.status, WRONG, "the sixth");
        assert_eq!(world.recorded("otp.failed").await, 9, "and it is not counted");
        assert!(!other.is_signed_in().await);
    }

    /// What cannot be a code costs nothing.
    async fn a_slip_of_the_pen_is_not_counted(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_for_code(&world, SETTLED).await;
        let long = "1".repeat(10_000);
        for typed in ["", " ", "12345", "1234567", "12345a", "٤٨١٧٣٠", long.as_str()] {
            assert_eq!(browser.guess(typed).await.status, WRONG, "{typed:?}");
        }
        assert_eq!(world.recorded("otp.failed").await, 0);
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert!(browser.guess(&spaced).await.location().is_some());
    }

    /// Ten wrong codes in a row, over two codes, begin a wait of ten minutes; the next ten one of twenty.
    async fn waits_double_after_each_ten_wrong_codes(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for minutes in [10, 20, 40] {
            let code = browser.ask_for_code(&world, SETTLED).await;
            let right = use_up_two_codes(&world, &browser, &code).await;
            assert_eq!(browser.guess(&right).await.status, PAUSED);
            world.advance(minutes * MINUTE - INSTANT);
            assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
            assert_eq!(browser.get("/login/code").await.status, PAUSED, "after {minutes} minutes less an instant");
            world.advance(INSTANT);
            assert_eq!(browser.get("/login/code").await.status, StatusCode::OK, "after {minutes} minutes");
        }
        let code = browser.ask_for_code(&world, SETTLED).await;
        assert!(browser.guess(&code).await.location().is_some());
    }

    /// Neither a new code, nor a new login, nor another browser, nor another spelling begins the count anew; success does.
    async fn nothing_but_success_resets_the_count(db: TestDb) {
        let world = World::new(db).await;
        let (one, two) = (world.browser(), world.browser());
        let code = one.ask_for_code(&world, SETTLED).await;
        one.guess_wrong(&code, 4).await;
        assert!(one.guess(&code).await.location().is_some(), "four, and then right: all forgotten");
        let code = one.ask_for_code(&world, SETTLED).await;
        one.guess_wrong(&code, 5).await;
        world.advance(5 * MINUTE);
        let code = one.ask_for_code(&world, SETTLED).await;
        one.guess_wrong(&code, 2).await;
        let code = two.ask_for_code(&world, (" TOMAS.Herrera ", SETTLED.1)).await;
        two.guess_wrong(&code, 2).await;
        world.advance(5 * MINUTE);
        let code = two.resend(&world, SETTLED.1).await;
        assert_eq!(two.guess(&other_than(&code)).await.status, PAUSED, "the tenth in a row");
        assert_eq!(two.guess(&code).await.status, PAUSED);
    }

    /// A hundred wrong codes in a row disable codes for the account, whatever time passes, until staff unlocks it.
    async fn a_hundred_wrong_codes_disable_the_factor(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for _ in 0..10 {
            let code = browser.ask_for_code(&world, SETTLED).await;
            use_up_two_codes(&world, &browser, &code).await;
            world.advance(24 * 60 * MINUTE);
        }
        assert_eq!(world.recorded("otp.failed").await, 100);
        let sent = world.codes_sent(SETTLED.1);
        browser.enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(browser.get("/login/code").await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.guess("123456").await.status, StatusCode::FORBIDDEN);
        assert_eq!(world.codes_sent(SETTLED.1), sent, "and none is sent");
        app::change_user::unlock_user(&world.app, &world.find(SETTLED.1).await).await.unwrap();
        let code = browser.ask_for_code(&world, SETTLED).await;
        assert!(browser.guess(&code).await.location().is_some());
    }

    /// Five wrong passwords in a minute from one browser, for whatever names; the sixth waits until the minute is over.
    async fn a_browser_has_five_wrong_passwords_a_minute(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for name in ["one", "two", "three", "four"] {
            assert_eq!(browser.enter_password(name, "not the password").await.status, WRONG);
        }
        assert_eq!(browser.enter_password(ONE_FACTOR.0, "not the password").await.status, PAUSED, "the fifth begins the pause");
        assert_eq!(world.recorded("login.failed").await, 5);
        assert_eq!(browser.enter_password(ONE_FACTOR.0, PASSWORD).await.status, PAUSED, "the sixth");
        world.advance(MINUTE - INSTANT);
        assert_eq!(browser.enter_password(ONE_FACTOR.0, PASSWORD).await.status, PAUSED);
        world.advance(INSTANT);
        assert_eq!(browser.enter_password(ONE_FACTOR.0, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    /// Five wrong passwords for a name from one network, by browsers without a memory: a minute, then two, then three.
    async fn waits_for_a_name_and_network_grow_by_a_minute(db: TestDb) {
        let world = World::new(db).await;
        for minutes in [1, 2, 3] {
            for spelling in ["kenji.sato", "KENJI.SATO", " Kenji.Sato ", "ｋｅｎｊｉ.sato", "kenji.SATO"] {
                let answer = world.browser().enter_password(spelling, "not the password").await;
                assert_eq!(answer.status, if spelling == "kenji.SATO" { PAUSED } else { WRONG });
            }
            assert_eq!(world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await.status, PAUSED);
            world.advance(minutes * MINUTE - INSTANT);
            assert_eq!(world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await.status, PAUSED);
            world.advance(INSTANT);
        }
        assert_eq!(world.recorded("login.failed").await, 15);
        assert_eq!(world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    /// The page that says "paused" is the same for a name that nobody has, and staff can end the wait.
    async fn a_pause_looks_alike_for_unknown_names(db: TestDb) {
        let world = World::new(db).await;
        let mut pages = Vec::new();
        for name in [ONE_FACTOR.0, "nobody.at.all"] {
            for _ in 0..5 {
                world.browser().enter_password(name, "not the password").await;
            }
            let answer = world.browser().enter_password(name, PASSWORD).await;
            assert_eq!(answer.status, PAUSED);
            let token = crate::world::form_token(&answer.body).unwrap_or("no token");
            pages.push(answer.body.replace(token, "").replace(name, ""));
        }
        assert_eq!(pages[0], pages[1]);
        app::change_user::unlock_user(&world.app, &world.find(ONE_FACTOR.1).await).await.unwrap();
        assert_eq!(world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
}

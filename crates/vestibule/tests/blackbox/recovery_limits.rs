//! Lines 4, 8 and 9: what recovery costs to guess at, that it tells nothing before a proof, and that a stranger can use up nothing of
//! its owner's.

use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    before_proof::{Face, face},
    moves::other_than,
    recovering::RECOVERED_PASSWORD,
    steps::words,
    world::{Answer, NEWCOMER, PASSWORD, SETTLED, World},
};

const MINUTE: Duration = Duration::from_mins(1);
const MOMENT: Duration = Duration::from_millis(1);
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const PAUSED: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// What a page looks like without what differs by chance: the tag of its code.
fn seen(answer: &Answer, typed: &str) -> Face {
    let (status, headers, body) = face(answer, typed);
    let tag =
        body.split_once("Code <strong>").and_then(|(_, rest)| rest.split('<').next()).map(str::to_owned);
    let body = match tag {
        Some(tag) => without_word(&body, &tag),
        None => body,
    };
    (status, headers, body)
}

/// Leaves a word out where it stands by itself; in drawings and names it may stand by chance.
fn without_word(text: &str, word: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once(word) {
        kept.push_str(before);
        let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // A drawing begins right after its quote, perhaps with the same two signs.
        if touches(before.chars().last()) || before.ends_with('"') || touches(after.chars().next()) {
            kept.push_str(word);
        }
        rest = after;
    }
    kept + rest
}

/// All that a stranger sees who types this name, step by step.
async fn told(world: &World, what: &str, name: &str) -> Vec<Face> {
    let browser = world.browser();
    let asked = browser.ask_to_recover(what, name).await;
    let page = browser.get("/recover/code").await;
    let mut all = vec![seen(&asked, name), seen(&page, name)];
    for _ in 0..2 {
        all.push(seen(&browser.guess_recovery_code("000000").await, name));
    }
    let again = browser.post("/recover/resend", &[]).await;
    all.push(seen(&again, name));
    all.push(seen(&browser.get("/recover/code").await, name));
    all
}

/// What the API, a page and the login tell about a guarded name.
async fn guarded(world: &World, name: &str) -> Vec<Face> {
    let browser = world.browser();
    let answer = browser.enter_password(name, PASSWORD).await;
    vec![seen(&answer, name), seen(&browser.get("/recover/code").await, name)]
}

both_databases! {
    /// 200 wrong mailed codes at once: five are looked at, and then not even the right one.
    async fn parallel_wrong_recovery_codes_use_one_budget(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let right = browser.ask_recovery_code(&world, "password", SETTLED).await;
        let wrong = other_than(&right);
        let answers = join_all((0..200).map(|_| browser.guess_recovery_code(&wrong))).await;
        assert!(answers.iter().all(|answer| [WRONG, PAUSED].contains(&answer.status)));
        assert_eq!(world.recorded("recovery.code_failed").await, 5);
        assert_eq!(browser.guess_recovery_code(&right).await.status, WRONG, "the sixth");
    }

    /// 200 wrong security codes at once: five are looked at in a quarter of an hour.
    async fn parallel_wrong_security_codes_use_one_budget(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", SETTLED).await;
        let wrong = other_than(SECURITY_CODE);
        let answers = join_all((0..200).map(|_| browser.guess_security_code(&wrong))).await;
        let allowed = [WRONG, PAUSED, StatusCode::SERVICE_UNAVAILABLE];
        assert!(answers.iter().all(|answer| allowed.contains(&answer.status)));
        // Whoever finds no room to hash is turned away, and not counted.
        for _ in world.recorded("recovery.security_code_failed").await..5 {
            browser.guess_security_code(&wrong).await;
        }
        assert_eq!(world.recorded("recovery.security_code_failed").await, 5);
        assert_eq!(browser.guess_security_code(SECURITY_CODE).await.status, PAUSED);
        world.advance(15 * MINUTE - MOMENT);
        assert_eq!(browser.guess_security_code(SECURITY_CODE).await.status, PAUSED);
        world.advance(MOMENT);
        assert_eq!(browser.guess_security_code(SECURITY_CODE).await.path(), "/recover/new-password");
    }

    /// Of fifty right answers at once, one goes on, at each step.
    async fn fifty_right_answers_make_one_step(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let right = browser.ask_recovery_code(&world, "password", SETTLED).await;
        let copies: Vec<_> = (0..50).map(|_| browser.clone()).collect();
        let answers = join_all(copies.iter().map(|copy| copy.guess_recovery_code(&right))).await;
        let winners: Vec<_> = answers.iter().zip(&copies).filter(|(answer, _)| answer.path() == "/recover/security-code").collect();
        assert_eq!(winners.len(), 1);
        let browser = winners[0].1;
        browser.get("/recover/security-code").await;
        assert_eq!(browser.guess_security_code(SECURITY_CODE).await.path(), "/recover/new-password");
        browser.get("/recover/new-password").await;
        let copies: Vec<_> = (0..50).map(|_| browser.clone()).collect();
        let fields = [("password", RECOVERED_PASSWORD)];
        let answers = join_all(copies.iter().map(|copy| copy.post("/recover/new-password", &fields))).await;
        assert_eq!(answers.iter().filter(|answer| answer.path() == "/recover/done").count(), 1);
        assert_eq!(world.recorded("recovery.completed").await, 1);
    }

    /// Twenty wrong security codes in a row disable it, however long they take; then staff have to help, whatever is typed.
    async fn twenty_wrong_security_codes_disable_it(db: TestDb) {
        let world = World::new(db).await;
        let wrong = other_than(SECURITY_CODE);
        for round in 0..4 {
            let browser = world.browser();
            browser.come_to_security_code(&world, "password", SETTLED).await;
            for _ in 0..5 {
                browser.guess_security_code(&wrong).await;
            }
            if round == 3 {
                assert_eq!(world.recorded("recovery.security_code_failed").await, 20);
                assert_eq!(browser.guess_security_code(SECURITY_CODE).await.path(), "/recover/security-code");
                assert!(browser.get("/recover/security-code").await.body.contains(&words("recover-staff-none")));
                assert_eq!(browser.get("/recover/new-password").await.path(), "/recover/security-code");
            }
            world.advance(Duration::from_hours(3 * 24));
        }
        assert_eq!(world.recorded("otp.disabled").await, 1);
    }

    /// Unknown, known, disabled, old names, addresses: one answer at every step, and for every address.
    async fn recovery_tells_nothing_about_the_name(db: TestDb) {
        let world = World::new(db).await;
        let disabled = world.find("lucia.navarro").await.user;
        assert!(app::change_user::disable_user(&world.app, &disabled).await.unwrap());
        for what in ["password", "unlock", "factor"] {
            // One network takes so many requests in an hour.
            world.advance(Duration::from_hours(1));
            let nobody = told(&world, what, "nobody.at.all").await;
            assert_eq!(nobody[1].0, StatusCode::OK);
            for name in [SETTLED.0, "lucia.navarro", "diego.salas", NEWCOMER.0, "AND-1180", SETTLED.1] {
                assert_eq!(told(&world, what, name).await, nobody, "{what} {name}");
            }
        }
        let mut pages = Vec::new();
        for address in ["nobody@nowhere.example", SETTLED.1, "lucia.navarro@andina-agro.example"] {
            let browser = world.browser();
            browser.get("/recover/user-id").await;
            pages.push(seen(&browser.post("/recover/user-id", &[("email", address)]).await, address));
        }
        assert!(pages.iter().all(|page| *page == pages[0]));
    }

    /// Three mails an hour for one name; the fourth is refused alike for a name that nobody has, until the hour is over.
    async fn three_recovery_mails_an_hour(db: TestDb) {
        let world = World::new(db).await;
        let mut pages = Vec::new();
        for name in [SETTLED.0, "nobody.at.all"] {
            for _ in 0..3 {
                assert_eq!(world.browser().ask_to_recover("password", name).await.path(), "/recover/code");
            }
            let answer = world.browser().ask_to_recover("unlock", name).await;
            assert_eq!(answer.status, PAUSED);
            pages.push(seen(&answer, name));
        }
        assert_eq!(pages[0], pages[1]);
        world.code(SETTLED.1, 3).await;
        world.advance(60 * MINUTE - MOMENT);
        assert_eq!(world.browser().ask_to_recover("password", SETTLED.0).await.status, PAUSED);
        world.advance(MOMENT);
        world.browser().ask_recovery_code(&world, "password", SETTLED).await;
        assert_eq!(world.codes_sent(SETTLED.1), 4);
    }

    /// Spellings, the old name and the address mean one person, and share what their address takes from strangers.
    async fn all_names_of_a_person_share_one_budget_of_mails(db: TestDb) {
        let world = World::new(db).await;
        for name in [" TOMAS.Herrera ", "AND-1180", SETTLED.1] {
            world.browser().ask_to_recover("password", name).await;
        }
        world.code(SETTLED.1, 3).await;
        assert_eq!(world.browser().ask_to_recover("password", SETTLED.0).await.path(), "/recover/code");
        // What is asked for later is resolved later.
        world.browser().ask_recovery_code(&world, "password", ("diego.salas", "diego.salas@andina-agro.example")).await;
        assert_eq!(world.codes_sent(SETTLED.1), 3);
    }

    /// After twenty wrong passwords for a name an unknown browser proves the mailbox first, alike for a name that nobody has. A Trusted
    /// Device logs in as always.
    async fn a_besieged_name_asks_for_the_mailbox_first(db: TestDb) {
        let world = World::new(db).await;
        let (trusted, owner) = (world.browser(), world.browser());
        trusted.sign_in(&world, SETTLED, true).await;
        trusted.log_out().await;
        for name in [SETTLED.0, "nobody.at.all"] {
            world.besiege(name).await;
        }
        assert_eq!(guarded(&world, SETTLED.0).await, guarded(&world, "nobody.at.all").await);
        let failed = world.recorded("login.failed").await;
        let answer = trusted.enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(answer.location().as_ref(), Some(&world.application), "a Trusted Device is not concerned");
        world.advance(60 * MINUTE);

        let code = owner.ask_for_door(&world, SETTLED).await;
        let sent = world.codes_sent(SETTLED.1);
        assert_eq!(owner.enter_password(SETTLED.0, PASSWORD).await.path(), "/recover/code", "the same again");
        assert_eq!(world.recorded("login.failed").await, failed, "no password was looked at");
        let opened = owner.enter_recovery_code(&code).await;
        assert_eq!(opened.path(), "/login");
        assert!(owner.follow_on(opened).await.body.contains(SETTLED.0), "the name is still there");
        assert_eq!(owner.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
        let code = world.code(SETTLED.1, sent + 1).await;
        assert_eq!(world.codes_sent(SETTLED.1), sent + 1, "there was no second mail for the door");
        assert!(owner.enter_code(&code).await.location().is_some());
    }

    /// An open door takes five wrong passwords and lasts an hour, for its name and browser only.
    async fn an_open_door_has_a_budget_of_its_own(db: TestDb) {
        let world = World::new(db).await;
        world.besiege(SETTLED.0).await;
        for tries in [4, 5] {
            world.advance(60 * MINUTE);
            let browser = world.browser();
            let code = browser.ask_for_door(&world, SETTLED).await;
            browser.enter_recovery_code(&code).await;
            assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/recover/code", "another browser");
            for _ in 0..tries {
                assert_eq!(browser.enter_password(SETTLED.0, "not the password").await.status, WRONG);
            }
            let after = browser.enter_password(SETTLED.0, PASSWORD).await.path();
            let expected = if tries == 4 { "/login/code" } else { "/recover/code" };
            assert_eq!(after, expected, "after {tries} wrong ones");
            world.besiege(SETTLED.0).await;
        }
        world.advance(60 * MINUTE);
        let browser = world.browser();
        let code = browser.ask_for_door(&world, SETTLED).await;
        browser.enter_recovery_code(&code).await;
        world.advance(60 * MINUTE);
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.path(), "/recover/code", "an hour later");
    }

    /// A stranger who knows the name uses up neither its owner's codes, nor guesses, nor tries of the security code.
    async fn a_stranger_uses_up_nothing_of_the_owners(db: TestDb) {
        let world = World::new(db).await;
        let (trusted, stranger, owner) = (world.browser(), world.browser(), world.browser());
        trusted.sign_in(&world, SETTLED, true).await;
        trusted.log_out().await;
        for _ in 0..3 {
            stranger.ask_to_recover("password", SETTLED.0).await;
            for _ in 0..5 {
                stranger.guess_recovery_code("000000").await;
            }
        }
        world.code(SETTLED.1, 4).await;
        for _ in 0..30 {
            stranger.guess_security_code("00000000").await;
        }
        assert_eq!(world.recorded("recovery.security_code_failed").await, 0);
        owner.sign_in(&world, SETTLED, false).await;
        assert_eq!(trusted.enter_password(SETTLED.0, PASSWORD).await.location().as_ref(), Some(&world.application));
        world.advance(60 * MINUTE);
        let lost = world.browser();
        lost.come_to_new_password(&world, SETTLED).await;
        assert_eq!(lost.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
    }

    /// A completed recovery ends every wait and binds a disabled factor again.
    async fn recovery_ends_waits_and_binds_codes_again(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for _ in 0..10 {
            for _ in 0..2 {
                let code = browser.ask_for_code(&world, SETTLED).await;
                browser.guess_wrong(&code, 5).await;
            }
            world.advance(Duration::from_hours(24));
        }
        browser.enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(browser.get("/login/code").await.status, StatusCode::FORBIDDEN, "a hundred wrong codes");
        for _ in 0..5 {
            world.browser().enter_password(SETTLED.0, "not the password").await;
        }
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.status, PAUSED);
        let lost = world.browser();
        lost.come_to_new_password(&world, SETTLED).await;
        lost.choose_new_password(RECOVERED_PASSWORD).await;
        let sent = world.codes_sent(SETTLED.1);
        assert_eq!(lost.enter_password(SETTLED.0, RECOVERED_PASSWORD).await.path(), "/login/code");
        let code = world.code(SETTLED.1, sent + 1).await;
        assert!(lost.enter_code(&code).await.location().is_some());
        assert!(lost.is_signed_in().await);
    }
}

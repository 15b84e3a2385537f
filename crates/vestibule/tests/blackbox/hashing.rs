//! Line 15: more logins at once than can be hashed are turned away with what they typed, whoever has a Trusted Device is
//! served all the same, memory stays bounded, and nothing else waits.

use std::time::{Duration, Instant};

use app::change_user::find_users;
use crypto::{
    hashing::{Guest, Seat, Work},
    random::SystemRandom,
    seal::{Place, seal},
};
use futures_util::future::join_all;
use http::{StatusCode, header};
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    nodes,
    steps::{NEW_PASSWORD, NEW_SECURITY_CODE, words},
    world::{Answer, Browser, EARLY, LATE, NEWCOMER, Nodes, ONE_FACTOR, PASSWORD, SETTLED, World},
};

/// Parallel logins that must leave memory bounded, at a process of its own.
const CROWD: usize = 500;
/// More than two threads hash within a second, from one process that is browser and node at once.
const SMALL_CROWD: usize = 120;

/// Argon2id with 512 MiB, one pass, of a password that nobody knows: what an application may have stored.
const DEAR: &str =
    "$argon2id$v=19$m=524288,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc";

/// Browsers that have looked at a page, each for the first time.
async fn crowd(fresh: &Browser, page: &str, size: usize) -> Vec<Browser> {
    let browsers: Vec<_> = (0..size).map(|_| fresh.clone()).collect();
    join_all(browsers.iter().map(|browser| browser.get(page))).await;
    browsers
}

/// 503, when to come again, what was typed and no secret.
#[track_caller]
fn turned_away(answer: &Answer, kept: Option<&str>, secrets: &[&str]) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{} {}", answer.url, answer.body);
    assert!(answer.headers[header::RETRY_AFTER].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    if let Some(kept) = kept {
        assert!(answer.body.contains(kept) && answer.body.contains(&words("error-kept")), "{}", answer.body);
    }
    for secret in secrets {
        assert!(!answer.body.contains(secret), "{}", answer.body);
    }
}

/// Takes every seat there is for guests of this kind.
fn fill(world: &World, guest: Guest<'_>) -> Vec<Seat> {
    std::iter::from_fn(|| world.app.hasher.admit(guest, Work::Own).ok()).collect()
}

both_databases! {
    /// Some are served, the others get 503 with `Retry-After` and what they typed; a Trusted Device is served among them.
    async fn a_crowd_is_turned_away_and_a_trusted_device_is_not(db: TestDb) {
        let world = World::with_dear_hashes(db, &[("hashing.max_wait", "1 s")]).await;
        let holder = world.browser();
        holder.sign_in(&world, SETTLED, true).await;
        holder.log_out().await;
        holder.get("/login").await;
        let browsers = crowd(&world.browser(), "/login", SMALL_CROWD).await;
        let logins = browsers.iter().enumerate().map(|(number, browser)| async move {
            let name = format!("nobody.number-{number}");
            browser.post("/login", &[("user_id", &name), ("password", PASSWORD), ("to", "")]).await
        });
        let health = world.browser();
        let trusted = [("user_id", SETTLED.0), ("password", PASSWORD), ("to", "")];
        let (answers, alive, opened) =
            tokio::join!(join_all(logins), health.get("/health/live"), holder.post("/login", &trusted));
        assert_eq!(alive.status, StatusCode::OK);
        assert_eq!(opened.location().as_ref(), Some(&world.application), "{} {}", opened.status, opened.body);
        let busy: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE).collect();
        assert!(!busy.is_empty(), "{:?}", answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>());
        assert!(busy.len() < SMALL_CROWD, "nobody was served");
        for answer in &busy {
            turned_away(answer, Some("nobody.number-"), &[PASSWORD]);
        }
        let afterwards = world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await;
        assert_eq!(afterwards.location().unwrap(), world.application);
    }

    /// A network fills half of the queue; the other half is for the others.
    async fn one_network_leaves_room_for_others(db: TestDb) {
        let world = World::new(db).await;
        let seats = fill(&world, Guest::Stranger { network: "127.0.0.1/32" });
        assert!(!seats.is_empty());
        let crowded = world.browser();
        turned_away(&crowded.enter_password(ONE_FACTOR.0, PASSWORD).await, Some(ONE_FACTOR.0), &[PASSWORD]);
        let other = world.elsewhere(&world.browser(), 7);
        assert_eq!(other.enter_password(ONE_FACTOR.0, PASSWORD).await.location().unwrap(), world.application);
        drop(seats);
        assert_eq!(crowded.enter_password(ONE_FACTOR.0, PASSWORD).await.location().unwrap(), world.application);
    }

    /// Every form behind which something is hashed says so and keeps what was typed; nobody loses a try by it.
    async fn every_form_that_hashes_turns_away_alike(db: TestDb) {
        let world = World::new(db).await;
        let (stranger, account, recovery) = (world.browser(), world.browser(), world.browser());
        account.sign_in(&world, SETTLED, false).await;
        account.get("/account/password").await;
        recovery.come_to_security_code(&world, "password", crate::world::COLLEAGUE).await;
        let strangers: Vec<_> = ["a", "b", "c", "d"].map(|network| fill(&world, Guest::Stranger { network })).into();
        let proven = fill(&world, Guest::Proven);
        for _ in 0..30 {
            turned_away(&stranger.enter_password(SETTLED.0, "wrong").await, Some(SETTLED.0), &["wrong"]);
            turned_away(&stranger.enter_legacy(NEWCOMER.0, "wrong").await, Some(NEWCOMER.0), &["wrong"]);
        }
        for _ in 0..8 {
            turned_away(&recovery.guess_security_code("71539284").await, None, &["71539284"]);
            let fields = [("current", "wrong"), ("password", NEW_PASSWORD)];
            turned_away(&account.post("/account/password", &fields).await, None, &["wrong\"", NEW_PASSWORD]);
        }
        let fields = [("current", SECURITY_CODE), ("security_code", NEW_SECURITY_CODE)];
        account.get("/account/security-code").await;
        turned_away(&account.post("/account/security-code", &fields).await, None, &[SECURITY_CODE, NEW_SECURITY_CODE]);
        drop((strangers, proven));
        assert_eq!(recovery.enter_security_code(SECURITY_CODE).await.path(), "/recover/new-password");
        assert_eq!(stranger.enter_password(ONE_FACTOR.0, PASSWORD).await.location().unwrap(), world.application);
        let changed = account.post("/account/password", &[("current", PASSWORD), ("password", NEW_PASSWORD)]).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        assert_eq!(world.recorded("login.failed").await, 0);
    }
}

/// 500 logins at one process, some of them with hashes of 512 MiB from another program.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_logins_leave_memory_bounded_and_health_quick() {
    let nodes = Nodes::start().await;
    for (_, email) in [NEWCOMER, LATE, EARLY] {
        give_dear_hash(&nodes, email).await;
    }
    let holder = nodes::sign_in(&nodes, true).await;
    holder.log_out().await;
    holder.get("/login").await;
    let browsers = crowd(&nodes.browser(), "/login", CROWD).await;
    let logins = join_all(browsers.iter().enumerate().map(|(number, browser)| async move {
        let legacy = [NEWCOMER, LATE, EARLY].get(number % 20).map(|(login, _)| *login);
        let name = format!("nobody.number-{number}");
        match legacy {
            Some(login) => {
                browser.post("/start", &[("login_name", login), ("password", "wrong"), ("to", "")]).await
            }
            None => browser.post("/login", &[("user_id", &name), ("password", "wrong"), ("to", "")]).await,
        }
    }));
    let trusted = [("user_id", SETTLED.0), ("password", PASSWORD), ("to", "")];
    let (answers, slowest, opened) =
        tokio::join!(logins, slowest_health(&nodes), holder.post("/login", &trusted));
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert_ne!(opened.path(), "/login/code", "the device was trusted");
    for answer in answers.iter().filter(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE) {
        turned_away(answer, None, &[]);
    }
    assert!(answers.iter().all(|answer| answer.status != StatusCode::INTERNAL_SERVER_ERROR));
    // One of the dear ones at a time, the memory of ours, and what the process holds besides, in a build for tests.
    let most = nodes.most_memory();
    assert!((512..900).contains(&most), "{most} MiB");
}

/// The slowest of twenty looks, one after the other.
async fn slowest_health(nodes: &Nodes) -> Duration {
    let browser = nodes.browser();
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let asked = Instant::now();
        assert_eq!(browser.get("/health/live").await.status, StatusCode::OK);
        slowest = slowest.max(asked.elapsed());
    }
    slowest
}

async fn give_dear_hash(nodes: &Nodes, email: &str) {
    let user = find_users(&nodes.app, email).await.unwrap().remove(0).user.id;
    let place = Place { column: "legacy_credentials.sealed_hash", row: &user.to_string() };
    let sealed = seal(nodes.app.keys.envelope(), place, DEAR.as_bytes(), &SystemRandom).unwrap();
    let mut tx = nodes.app.db.begin().await.unwrap();
    store::identities::put_credential(&mut tx, user, &sealed, nodes.app.now()).await.unwrap();
    tx.commit().await.unwrap();
}

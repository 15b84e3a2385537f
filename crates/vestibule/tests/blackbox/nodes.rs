//! Two processes over one PostgreSQL: what is used once, counted or ended on one node is so on the other.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::StatusCode;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    moves::other_than,
    world::{Browser, Nodes, PASSWORD, SETTLED},
};

/// How long an end may take to reach the other node.
const REVOCATION: Duration = Duration::from_millis(250);

/// ID and password at the first node, up to the page that asks for the code; gives the code.
async fn ask_for_code(nodes: &Nodes, browser: &Browser) -> String {
    let sent = nodes.codes_sent(SETTLED.1);
    let answer = browser.enter_password(SETTLED.0, PASSWORD).await;
    assert_eq!(answer.path(), "/login/code", "{} {}", answer.status, answer.body);
    let code = nodes.code(SETTLED.1, sent + 1).await;
    browser.get("/login/code").await;
    code
}

/// Asks for the mailed code of a recovery at the first node; gives the browser and the code.
async fn ask_recovery_code(nodes: &Nodes) -> (Browser, String) {
    let browser = nodes.browser();
    let sent = nodes.codes_sent(SETTLED.1);
    assert_eq!(browser.ask_to_recover("password", SETTLED.0).await.path(), "/recover/code");
    let code = nodes.code(SETTLED.1, sent + 1).await;
    browser.get("/recover/code").await;
    (browser, code)
}

/// Signs in at the first node, perhaps making the browser a Trusted Device.
pub(crate) async fn sign_in(nodes: &Nodes, trusts: bool) -> Browser {
    let browser = nodes.browser();
    let code = ask_for_code(nodes, &browser).await;
    let fields = [("code", code.as_str()), ("remember_device", "on")];
    browser.post("/login/code", if trusts { &fields } else { &fields[..1] }).await;
    assert!(browser.is_signed_in().await);
    browser
}

/// ID and password; whether no code was asked for.
async fn is_trusted(browser: &Browser) -> bool {
    let answer = browser.enter_password(SETTLED.0, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.path() != "/login/code"
}

/// Asks a node again and again: whoever began to ask after the bound is refused.
async fn ends_in_time(browser: &Browser, since: Instant) {
    loop {
        let asked = since.elapsed();
        let alive = browser.is_signed_in().await;
        assert!(!(alive && asked > REVOCATION), "still signed in {asked:?} after the end");
        if asked > REVOCATION {
            return;
        }
    }
}

/// Of 50 right codes at once, spread over both nodes, exactly one makes a session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_works_once_over_two_nodes() {
    let nodes = Nodes::start().await;
    let browser = nodes.browser();
    let code = ask_for_code(&nodes, &browser).await;
    let copies: Vec<_> = (0..50).map(|number| nodes.through(&browser, number)).collect();
    let fields = [("code", code.as_str())];
    let answers = join_all(copies.iter().map(|copy| copy.post("/login/code", &fields))).await;
    // Who comes too late is told that the step is over: nobody is turned away because others wait.
    assert!(answers.iter().all(|answer| answer.status == StatusCode::SEE_OTHER), "{answers:?}");
    let signed_in = join_all(copies.iter().map(Browser::is_signed_in)).await;
    assert_eq!(signed_in.into_iter().filter(|yes| *yes).count(), 1);
    assert_eq!(nodes.recorded("session.started").await, 1);
}

/// 200 wrong codes at once, half of them on each node: ten are looked at, and then not even the right one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_use_one_budget_over_two_nodes() {
    let nodes = Nodes::start().await;
    let (one, two) = (nodes.browser(), nodes.browser());
    let first = other_than(&ask_for_code(&nodes, &one).await);
    let right = ask_for_code(&nodes, &two).await;
    let second = other_than(&right);
    let copies: Vec<_> =
        (0..2).map(|node| (nodes.through(&one, node), nodes.through(&two, node + 1))).collect();
    let guesses =
        (0..50).flat_map(|_| copies.iter().flat_map(|(one, two)| [one.guess(&first), two.guess(&second)]));
    let answers = join_all(guesses).await;
    assert_eq!(answers.len(), 200);
    let allowed = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS];
    assert!(answers.iter().all(|answer| allowed.contains(&answer.status)), "{answers:?}");
    assert_eq!(nodes.recorded("otp.failed").await, 10);
    for copy in [&copies[0].1, &copies[1].1] {
        assert_eq!(copy.guess(&right).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!copy.is_signed_in().await);
    }
}

/// 100 wrong passwords at once, half of them on each node: no more are looked at than one node would.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_use_one_budget_over_two_nodes() {
    let nodes = Nodes::start().await;
    let browsers: Vec<_> = (0..20).map(|number| nodes.through(&nodes.browser(), number)).collect();
    join_all(browsers.iter().map(|browser| browser.get("/login"))).await;
    let fields = [("user_id", SETTLED.0), ("password", "not the password"), ("to", "")];
    let guesses = (0..5).flat_map(|_| browsers.iter().map(|browser| browser.post("/login", &fields)));
    let answers = join_all(guesses).await;
    // Whoever finds no room to hash is turned away, and not counted.
    let allowed =
        [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
    assert!(answers.iter().all(|answer| allowed.contains(&answer.status)));
    let looked_at = nodes.recorded("login.failed").await;
    assert!((1..=5).contains(&looked_at), "{looked_at} were looked at");
}

/// 100 wrong codes of a recovery at once, half of them on each node: five are looked at, and then not even the right one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_codes_use_one_budget_over_two_nodes() {
    let nodes = Nodes::start().await;
    let (browser, right) = ask_recovery_code(&nodes).await;
    let wrong = other_than(&right);
    let copies = [nodes.through(&browser, 0), nodes.through(&browser, 1)];
    let guesses = (0..50).flat_map(|_| copies.iter().map(|copy| copy.guess_recovery_code(&wrong)));
    let answers = join_all(guesses).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY), "{answers:?}");
    assert_eq!(nodes.recorded("recovery.code_failed").await, 5);
    for copy in &copies {
        assert_eq!(copy.guess_recovery_code(&right).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(nodes.recorded("recovery.started").await, 0);
}

/// 60 wrong security codes at once, half of them on each node: five are looked at, and then not even the right one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn security_codes_use_one_budget_over_two_nodes() {
    let nodes = Nodes::start().await;
    let (browser, code) = ask_recovery_code(&nodes).await;
    assert_eq!(browser.enter_recovery_code(&code).await.path(), "/recover/security-code");
    browser.get("/recover/security-code").await;
    let wrong = other_than(SECURITY_CODE);
    let copies = [nodes.through(&browser, 0), nodes.through(&browser, 1)];
    let failed = "recovery.security_code_failed";
    for _ in 0..5 {
        let guesses = (0..6).flat_map(|_| copies.iter().map(|copy| copy.guess_security_code(&wrong)));
        for answer in join_all(guesses).await {
            // Whoever finds no room to hash is turned away, and not counted.
            let allowed = [
                StatusCode::UNPROCESSABLE_ENTITY,
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ];
            assert!(allowed.contains(&answer.status), "{answer:?}");
        }
        assert!(nodes.recorded(failed).await <= 5);
    }
    assert_eq!(nodes.recorded(failed).await, 5);
    for copy in &copies {
        assert_eq!(copy.guess_security_code(SECURITY_CODE).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

/// Log-out on one node, and the command line's "disable", end the session on the other within the bound.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_reaches_the_other_node_in_time() {
    let nodes = Nodes::start().await;
    let browser = sign_in(&nodes, false).await;
    let elsewhere = nodes.through(&browser, 1);
    assert!(elsewhere.is_signed_in().await, "a session of one node is one of the other");
    browser.log_out().await;
    let since = Instant::now();
    assert!(!browser.is_signed_in().await, "at once where it was ended");
    ends_in_time(&elsewhere, since).await;

    let browser = sign_in(&nodes, false).await;
    let elsewhere = nodes.through(&browser, 1);
    assert!(browser.is_signed_in().await && elsewhere.is_signed_in().await);
    let mut found = app::change_user::find_users(&nodes.app, SETTLED.1).await.unwrap();
    assert!(app::change_user::disable_user(&nodes.app, &found.remove(0).user).await.unwrap());
    let since = Instant::now();
    tokio::join!(ends_in_time(&browser, since), ends_in_time(&elsewhere, since));
}

/// A Trusted Device's token changes on whichever node; logins at the same moment are no theft, an old copy is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trust_is_one_over_two_nodes() {
    let nodes = Nodes::start().await;
    let browser = sign_in(&nodes, true).await;
    let tabs: Vec<_> = (0..8).map(|number| nodes.through(&browser, number)).collect();
    // Some may be asked for a code, or find no room to hash; none is taken for a thief.
    join_all(tabs.iter().map(|tab| tab.enter_password(SETTLED.0, PASSWORD))).await;
    assert_eq!(nodes.recorded("device.alarm").await, 0, "eight tabs at once are no theft");

    let browser = sign_in(&nodes, true).await;
    let old = browser.clone();
    let mut newest = browser;
    for node in [1, 0, 1] {
        newest = nodes.through(&newest, node);
        assert!(is_trusted(&newest).await, "after a login at the other node");
    }
    assert_eq!(nodes.recorded("device.alarm").await, 0);
    assert!(!is_trusted(&nodes.through(&old, 0)).await, "an old copy");
    assert_eq!(nodes.recorded("device.alarm").await, 1);
    assert!(!is_trusted(&nodes.through(&newest, 1)).await, "the alarm ended the trust on the other node too");
}

//! Rollouts as people meet them: mails that come by themselves, a link that stops them, dates that act.

use std::time::Duration;

use app::run_rollouts::{Memory, run_due};
use domain::{directory::Company, id::UserId};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use store::both_databases;

use crate::{
    steps::words,
    world::{Answer, Browser, EARLY, LEGACY_PASSWORD, NEWCOMER, Nodes, ONE_FACTOR, World},
};

const DAY: Duration = Duration::from_hours(24);
const ADMINISTRATOR: &str = "marieke.devries@northgate-shipping.example";

async fn user(app: &app::App, email: &str) -> UserId {
    app::change_user::find_users(app, email).await.unwrap().remove(0).user.id
}

async fn has_stopped(world: &World, email: &str) -> bool {
    let id = user(&world.app, email).await;
    let mut conn = world.db().read().await.unwrap();
    store::rollouts::has_stopped(&mut conn, id).await.unwrap()
}

/// The link that stops reminders, from the mail's own header.
fn stop_link(mail: &vestibule::demo::mail::Mail) -> String {
    let raw = String::from_utf8_lossy(&mail.raw).replace("\r\n ", " ");
    assert!(raw.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{raw}");
    let (_, rest) = raw.split_once("\r\nList-Unsubscribe: <").expect("the header");
    let link = rest.split('>').next().unwrap().to_owned();
    assert!(mail.text.contains(&link), "the mail shows the same link");
    link
}

/// What a mail program sends: no cookies, no origin.
async fn one_click(browser: &Browser, link: &str, body: &str) -> Answer {
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]);
    browser.send(Method::POST, link, headers, Some(body.as_bytes().to_vec())).await
}

async fn company(app: &app::App, slug: &str) -> Company {
    app.directory().await.unwrap().company_named(slug).expect("a company of the demo").clone()
}

async fn plan(app: &app::App, company: &Company) {
    let mut tx = app.db.begin().await.unwrap();
    store::companies::put(&mut tx, company, app.now()).await.unwrap();
    tx.commit().await.unwrap();
    app.forget_directory();
}

async fn recorded(world: &World, kind: &str) -> i64 {
    let mut conn = world.db().read().await.unwrap();
    store::audit::count_of_kind(&mut conn, kind).await.unwrap()
}

both_databases! {
    /// Announced, begun, reminded: each person gets what concerns them, each mail once.
    async fn a_wave_is_told_by_itself(db: TestDb) {
        let world = World::new(db).await;
        world.advance(15 * DAY);
        let announced = world.mail(EARLY.1, "a new login for Harbour Reconcile").await;
        assert!(announced.text.contains("There is nothing to do today"), "{}", announced.text);
        world.advance(7 * DAY);
        let begun = world.mail(EARLY.1, "Make your Enterprise User ID").await;
        assert!(begun.text.contains(&format!("{}start", world.portal)), "{}", begun.text);
        let colleague = world.mail(ONE_FACTOR.1, "now asks for a code").await;
        assert!(colleague.text.contains(&format!("{}login", world.portal)), "{}", colleague.text);
        for _ in 0..3 {
            run_due(&world.app, &mut Memory::new(&world.app)).await.unwrap();
            world.advance(Duration::from_mins(2));
        }
        world.mail(EARLY.1, "Make your Enterprise User ID").await;
        let times = |words: &str| world.mails(EARLY.1).iter().filter(|mail| mail.subject.contains(words)).count();
        assert_eq!([times("a new login for"), times("Make your Enterprise")], [1, 1]);
    }

    /// Opening the link changes nothing; a mail program's button stops reminders without page or cookie; the last notice comes.
    async fn reminders_are_stopped_with_one_click(db: TestDb) {
        let world = World::new(db).await;
        world.advance(7 * DAY);
        let link = stop_link(&*world.mail(NEWCOMER.1, "Reminder").await);
        let scanner = world.browser();
        assert_eq!(scanner.get(&link).await.status, StatusCode::OK);
        for body in ["", "List-Unsubscribe=No", "x=One-Click"] {
            assert_eq!(one_click(&world.browser(), &link, body).await.status, StatusCode::BAD_REQUEST, "{body}");
        }
        let mut foreign = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))]);
        foreign.insert(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
        let body = Some(b"List-Unsubscribe=One-Click".to_vec());
        assert_eq!(world.browser().send(Method::POST, &link, foreign, body).await.status, StatusCode::FORBIDDEN);
        assert!(!has_stopped(&world, NEWCOMER.1).await);

        let pressed = one_click(&world.browser(), &link, "List-Unsubscribe=One-Click").await;
        assert_eq!(pressed.status, StatusCode::OK);
        assert!(has_stopped(&world, NEWCOMER.1).await);
        assert_eq!(one_click(&world.browser(), &link, "List-Unsubscribe=One-Click").await.status, StatusCode::OK);
        assert_eq!(recorded(&world, "rollout.reminders_stopped").await, 1);

        world.advance(14 * DAY);
        world.nth_mail(ADMINISTRATOR, "Reminder", 2).await;
        let reminders = world.mails(NEWCOMER.1).iter().filter(|mail| mail.subject.contains("Reminder")).count();
        assert_eq!(reminders, 1);
        world.advance(21 * DAY);
        let last = world.mail(NEWCOMER.1, "complete your login").await;
        assert!(!String::from_utf8_lossy(&last.raw).contains("List-Unsubscribe"));
    }

    /// The page's own button does the same; a link that is none is told apart from nothing.
    async fn reminders_are_stopped_by_the_page(db: TestDb) {
        let world = World::new(db).await;
        world.advance(7 * DAY);
        let link = stop_link(&*world.mail(NEWCOMER.1, "Reminder").await);
        let browser = world.browser();
        assert!(browser.get(&link).await.body.contains(&words("rollout-page-what")));
        let token = link.split_once("token=").unwrap().1;
        let done = browser.post("/stop-reminders", &[("token", token)]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert!(done.body.contains(&words("rollout-page-done-title")));
        assert!(has_stopped(&world, NEWCOMER.1).await);
        let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for token in [other, "x", ""] {
            let answer = browser.get(&format!("/stop-reminders?token={token}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{token}");
            assert_eq!(browser.post("/stop-reminders", &[("token", token)]).await.status, StatusCode::NOT_FOUND);
        }
        let link = format!("/stop-reminders?token={other}");
        let unknown = one_click(&world.browser(), &link, "List-Unsubscribe=One-Click").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    }

    /// At its moment the cut-off ends what was begun with legacy credentials, and administrators get the numbers.
    async fn the_cut_off_ends_what_was_begun(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(browser.get("/start/profile").await.status, StatusCode::OK);
        let mut northgate = company(&world.app, "northgate").await;
        let soon = world.app.now() + Duration::from_mins(1);
        (northgate.rollout.phase2_at, northgate.rollout.deadline_at, northgate.rollout.cutoff_at) = (None, None, Some(soon));
        plan(&world.app, &northgate).await;
        let id = user(&world.app, NEWCOMER.1).await;
        let has_credential = async || {
            let mut conn = world.db().read().await.unwrap();
            store::identities::find_credential(&mut conn, id).await.unwrap().is_some()
        };
        assert!(has_credential().await);
        world.advance(Duration::from_mins(1));
        let numbers = world.mail(ADMINISTRATOR, "existing credentials have ended").await;
        assert!(numbers.text.contains("Without an Enterprise User ID:"), "{}", numbers.text);
        assert!(!has_credential().await);
        assert_eq!(browser.get("/start/profile").await.path(), "/start");
        let late = world.browser().enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_ne!(late.path(), "/start/profile");
    }
}

/// Two nodes, and a third that looks as well: the deadline is acted on once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_act_once() {
    let nodes = Nodes::start().await;
    let mut northgate = company(&nodes.app, "northgate").await;
    let now = nodes.app.now();
    (northgate.rollout.phase2_at, northgate.rollout.deadline_at) = (None, Some(now));
    plan(&nodes.app, &northgate).await;
    let row = async || {
        let mut conn = nodes.app.db.read().await.unwrap();
        let steps = store::rollouts::steps(&mut conn, northgate.id).await.unwrap();
        steps
            .into_iter()
            .find(|row| row.step == domain::rollout::plan::Step::Deadline && row.done_at.is_some())
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while row().await.is_none() {
            // As eager as any node: whoever comes first acts.
            run_due(&nodes.app, &mut Memory::new(&nodes.app)).await.ok();
        }
    });
    waited.await.expect("some node acts");
    for _ in 0..5 {
        run_due(&nodes.app, &mut Memory::new(&nodes.app)).await.ok();
    }
    let told = || nodes.mails(ADMINISTRATOR, "enrolment deadline has passed");
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while told() == 0 {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("the administrator is told");
    run_due(&nodes.app, &mut Memory::new(&nodes.app)).await.ok();
    assert_eq!(told(), 1);
}

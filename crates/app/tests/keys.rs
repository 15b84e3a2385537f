//! Nodes whose key file is late, on both databases: they stand still, and nothing that they hold is lost.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database fails")]

use std::{sync::Arc, time::Duration};

use app::{
    App, Fault, Settings,
    deliver_mail::deliver_due,
    key_generations::{KeyProblem, list_keys, lost_by, note_keys, record_retired},
    manage_rollouts::{Reminded, Wish, remind},
    reseal::{Pass, reseal},
    run_rollouts::{Memory, run_due},
};
use crypto::{
    hashing::{Cost, Guest, HashCheck, NotHashed, Work},
    keyring::{Keyring, KeysLack},
    random::SystemRandom,
};
use delivery::{
    mail::{Brand, Sender},
    smtp::{Encryption, Smtp, SmtpConfig},
};
use domain::{
    directory::Company,
    id::{CompanyId, UserId},
    policy::{Layer, LayerName},
    role::{Region, Role},
    rollout::Rollout,
    time::Clock as _,
};
use store::{both_databases, identities::LegacyLogin, testing::TestDb, users::NewUser};
use testkit::clock::TestClock;
use uuid::Uuid;

const DAY: Duration = Duration::from_hours(24);
const WAIT: Duration = Duration::from_secs(60);
const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
const LACK: KeysLack = KeysLack(2);

fn node(db: &TestDb, clock: &TestClock, keys: &str) -> App {
    let settings = Settings {
        public_url: "http://localhost:8080".parse().unwrap(),
        policy: Layer::empty(LayerName::Installation),
        start_grid: Duration::ZERO,
        remember_for: Duration::ZERO,
        hashing_concurrency: 1,
    };
    let keys = Keyring::from_toml(keys).unwrap();
    let clock = Arc::new(clock.clone());
    App::with_cost((**db).clone(), keys, clock, Arc::new(SystemRandom), settings, CHEAP).unwrap()
}

/// Two people of a company in phase 1 with credentials that no key opens.
async fn people(db: &TestDb, clock: &TestClock) {
    let (region, now) = (Region("europe".to_owned()), clock.now());
    let company = Company {
        id: CompanyId(Uuid::from_u128(1)),
        slug: "north-quay".to_owned(),
        name: "North Quay Logistics".to_owned(),
        country: "ES".to_owned(),
        region: region.clone(),
        time_zone: "Europe/Madrid".to_owned(),
        language: "en".to_owned(),
        legacy_source: None,
        rollout: Rollout { phase1_at: Some(now), ..Rollout::default() },
    };
    let mut tx = db.begin().await.unwrap();
    store::companies::put_region(&mut tx, &region, "Europe").await.unwrap();
    store::companies::put(&mut tx, &company, now).await.unwrap();
    for number in 1..=2_u128 {
        let id = UserId(Uuid::from_u128(number));
        let user = NewUser {
            id,
            company: Some(company.id),
            role: Role::EndUser,
            region: None,
            name: format!("Person {number}"),
            email: format!("person-{number}@north-quay.example"),
            language: None,
        };
        store::users::insert(&mut tx, &user, now).await.unwrap();
        let name = format!("NQ-{number}");
        let login = LegacyLogin { user: id, display: name.clone(), source: "import".to_owned() };
        assert!(store::identities::insert_legacy(&mut tx, &name, &name, &login, now).await.unwrap());
        store::identities::put_credential(&mut tx, id, b"damaged", now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A rotation on the first node, and the key file that the second should have.
async fn rotate(app: &App) -> String {
    let rotated = app.keys.rotated(app.now() + WAIT, app.now(), &SystemRandom).unwrap();
    app.keys.replace(&rotated, app.now());
    assert_eq!(note_keys(app).await.unwrap(), None);
    rotated.to_toml()
}

/// The next generation is in use, and everything is sealed by it.
async fn until_resealed(app: &App, clock: &TestClock) {
    clock.advance(2 * WAIT);
    app.keys.follow(app.now());
    assert_eq!(reseal(app).await.unwrap(), Pass::Complete);
}

async fn queued(app: &App) -> i64 {
    let mut conn = app.db.read().await.unwrap();
    let states = store::outbox::count_by_state(&mut conn).await.unwrap();
    states.into_iter().filter(|(state, _)| state == "queued").map(|(_, count)| count).sum()
}

/// A mail server that nobody runs: what is opened is postponed, and only what does not open is given up.
fn mail() -> (Smtp, Brand) {
    let smtp = Smtp::new(SmtpConfig::new("127.0.0.1", 9, Encryption::None)).unwrap();
    let sender = Sender::new("Cards", "login@harbourcards.example").unwrap();
    (smtp, Brand::neutral("Cards", sender))
}

fn lacks<T>(done: Result<T, Fault>) -> bool {
    matches!(done, Err(Fault::KeysLack(LACK)))
}

both_databases! {
    /// Even before it has noticed: the rotation and the new seals come within one second.
    async fn a_late_node_gives_nothing_up_and_calls_nothing_wrong(db: TestDb) {
        let clock = TestClock::new();
        people(&db, &clock).await;
        let text = Keyring::generate(&SystemRandom).to_toml();
        let (first, late) = (node(&db, &clock, &text), node(&db, &clock, &text));
        assert_eq!(run_due(&first, &mut Memory::new(&first)).await.unwrap().mails, 2);
        let file = rotate(&first).await;
        until_resealed(&first, &clock).await;
        let secret = || "four grey herons".to_owned().into();
        let hash = first.hasher.hash(secret(), &SystemRandom).await.unwrap();

        let (smtp, brand) = mail();
        assert!(lacks(deliver_due(&late, &smtp, &brand).await));
        assert_eq!(queued(&first).await, 2, "no mail is given up");
        assert_eq!(late.hasher.check(secret(), Some(hash.clone())).await, Err(NotHashed::KeysLack(LACK)));
        clock.advance(DAY);
        assert_eq!(remind(&first, "north-quay", Wish::ForGood).await.unwrap(), Reminded::Asked(2));
        assert!(lacks(run_due(&late, &mut Memory::new(&late)).await), "nobody is left out of a reminder");

        assert_eq!(note_keys(&late).await.unwrap(), Some(KeyProblem::Missing(2)));
        let claimed = deliver_due(&late, &smtp, &brand).await;
        assert!(lacks(claimed), "nothing is claimed any more");
        assert_eq!(late.hasher.admit(Guest::Proven, Work::Own).err(), Some(NotHashed::KeysLack(LACK)));
        assert!(late.health().await.keys.is_some());

        late.keys.replace(&Keyring::from_toml(&file).unwrap(), clock.now());
        assert_eq!(note_keys(&late).await.unwrap(), None);
        assert!(matches!(late.hasher.check(secret(), Some(hash)).await, Ok(HashCheck::Right(_))));
        assert_eq!(run_due(&late, &mut Memory::new(&late)).await.unwrap().mails, 2, "both get the reminder");
    }

    /// Copying the file takes as long as `--wait` says; until then the others serve.
    async fn a_generation_that_is_not_used_yet_takes_no_node_out_of_service(db: TestDb) {
        let clock = TestClock::new();
        let text = Keyring::generate(&SystemRandom).to_toml();
        let first = node(&db, &clock, &text);
        rotate(&first).await;
        clock.advance(WAIT - Duration::from_secs(3));
        let late = node(&db, &clock, &text);
        assert!(matches!(note_keys(&late).await.unwrap(), Some(KeyProblem::Coming(2, _))));
        assert!(late.has_keys().is_ok());
        let health = late.health().await;
        assert!(health.is_ready() && health.coming_keys.is_some(), "{health:?}");
        clock.advance(Duration::from_secs(1));
        let late = node(&db, &clock, &text);
        assert_eq!(note_keys(&late).await.unwrap(), Some(KeyProblem::Missing(2)));
        assert!(!late.health().await.is_ready());
    }

    async fn a_file_that_lost_keys_is_told_apart_from_one_without_retired_keys(db: TestDb) {
        let clock = TestClock::new();
        let text = Keyring::generate(&SystemRandom).to_toml();
        let app = node(&db, &clock, &text);
        let file = rotate(&app).await;
        assert_eq!(lost_by(&app, &Keyring::from_toml(&text).unwrap()).await.unwrap(), Some(2));
        assert_eq!(lost_by(&app, &Keyring::from_toml(&file).unwrap()).await.unwrap(), None);
        clock.advance(2 * WAIT);
        let without = Keyring::from_toml(&file).unwrap().without(1, clock.now()).unwrap();
        assert_eq!(lost_by(&app, &without).await.unwrap(), Some(1));
        record_retired(&app, 1).await.unwrap();
        assert_eq!(lost_by(&app, &without).await.unwrap(), None);
    }

    /// What a late node sealed after the pass was whole would keep the old generation for ever.
    async fn a_pass_finds_what_was_sealed_by_the_old_keys_after_the_last_one(db: TestDb) {
        let clock = TestClock::new();
        people(&db, &clock).await;
        let text = Keyring::generate(&SystemRandom).to_toml();
        let (first, late) = (node(&db, &clock, &text), node(&db, &clock, &text));
        rotate(&first).await;
        until_resealed(&first, &clock).await;
        assert_eq!(run_due(&late, &mut Memory::new(&late)).await.unwrap().mails, 2);
        let states = list_keys(&first).await.unwrap();
        assert_eq!((states[0].uses.sealed, states[1].resealed_at.is_some()), (2, true));
        assert_eq!(states[0].unreadable, 2, "damaged credentials are counted, and stop nothing");
        assert_eq!(reseal(&first).await.unwrap(), Pass::Complete);
        let states = list_keys(&first).await.unwrap();
        assert_eq!((states[0].uses.sealed, states[1].uses.sealed), (0, 2));
    }
}

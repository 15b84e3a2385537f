//! Rows that do not open, on both databases: whoever they belong to is passed over, and everybody behind them gets what is theirs.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database fails")]

use std::{sync::Arc, time::Duration};

use app::{
    App, Browser, Settings,
    begin_recovery::begin_recovery,
    browser::KeyAnswer,
    remove_factors::remove_due_factors,
    request_user_ids::request_user_ids,
    resolve_recoveries::resolve_asked,
    run_rollouts::{Memory, run_due},
    tell_administrators::tell_administrators,
};
use crypto::{keyring::Keyring, random::SystemRandom};
use domain::{
    directory::Company,
    enterprise_user_id::EnterpriseUserId,
    id::{CompanyId, FactorRemovalId, InvitationId, ReportId, UserId},
    policy::{Layer, LayerName},
    recovery::Goal,
    role::{Region, Role},
    rollout::{Rollout, plan::Step},
    time::{Clock as _, Timestamp},
};
use store::{both_databases, testing::TestDb, users::NewUser};
use testkit::clock::{START, TestClock};
use uuid::Uuid;

const DAY: Duration = Duration::from_hours(24);
const COMPANY: CompanyId = CompanyId(Uuid::from_u128(1));
/// Administrators with an ID, of whom the first has a damaged key; then two who wait with an invitation, likewise.
const DAMAGED: [u128; 2] = [1, 3];

fn person(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

async fn add(tx: &mut store::Tx, number: u128, now: Timestamp) {
    let user = NewUser {
        id: person(number),
        company: Some(COMPANY),
        role: if number <= 2 { Role::ProgramAdministrator } else { Role::EndUser },
        region: None,
        name: format!("Person {number}"),
        email: format!("person-{number}@north-quay.example"),
        language: None,
    };
    store::users::insert(tx, &user, now).await.unwrap();
    if DAMAGED.contains(&number) {
        store::person_keys::insert(tx, user.id, b"damaged", now).await.unwrap();
    }
    if number <= 2 {
        let id = EnterpriseUserId::parse(["red.heron", "tin.boat"][usize::from(number == 2)]).unwrap();
        assert!(store::identities::claim(tx, user.id, &id, now).await.unwrap());
    } else {
        let id = InvitationId(Uuid::from_u128(number));
        store::invitations::insert(tx, id, user.id, &invitation(number), now + 30 * DAY, now).await.unwrap();
    }
}

fn invitation(number: u128) -> [u8; 32] {
    [u8::try_from(number).unwrap(); 32]
}

async fn node(db: &TestDb, rollout: Rollout) -> (App, TestClock) {
    let clock = TestClock::new();
    let settings = Settings {
        public_url: "http://localhost:8080".parse().unwrap(),
        policy: Layer::empty(LayerName::Installation),
        start_grid: Duration::ZERO,
        remember_for: Duration::ZERO,
        hashing_concurrency: 1,
    };
    let keys = Keyring::generate(&SystemRandom);
    let app =
        App::new((**db).clone(), keys, Arc::new(clock.clone()), Arc::new(SystemRandom), settings).unwrap();
    let (region, now) = (Region("europe".to_owned()), clock.now());
    let company = Company {
        id: COMPANY,
        slug: "north-quay".to_owned(),
        name: "North Quay Logistics".to_owned(),
        country: "ES".to_owned(),
        region: region.clone(),
        time_zone: "Europe/Madrid".to_owned(),
        language: "en".to_owned(),
        legacy_source: None,
        rollout,
    };
    let mut tx = db.begin().await.unwrap();
    store::companies::put_region(&mut tx, &region, "Europe").await.unwrap();
    store::companies::put(&mut tx, &company, now).await.unwrap();
    for number in 1..=4 {
        add(&mut tx, number, now).await;
    }
    tx.commit().await.unwrap();
    (app, clock)
}

fn browser() -> Browser {
    Browser {
        key: [7; 32],
        network: "192.0.2.1".to_owned(),
        software: "Firefox".to_owned(),
        platform: "Windows".to_owned(),
        devices: Vec::new(),
        key_answer: KeyAnswer::default(),
        offered_key: None,
    }
}

async fn queued(app: &App) -> i64 {
    let mut conn = app.db.read().await.unwrap();
    let states = store::outbox::count_by_state(&mut conn).await.unwrap();
    states.into_iter().filter(|(state, _)| state == "queued").map(|(_, count)| count).sum()
}

both_databases! {
    /// The first recovery is of somebody whose key is damaged, the second is not: the second gets its mail, and both are over.
    async fn a_damaged_key_stops_no_recovery(db: TestDb) {
        let (app, _) = node(&db, Rollout::default()).await;
        for name in ["red.heron", "tin.boat"] {
            begin_recovery(&app, &browser(), Goal::Password, name).await.unwrap();
        }
        assert_eq!((resolve_asked(&app).await.unwrap(), queued(&app).await), (2, 1));
        assert_eq!(resolve_asked(&app).await.unwrap(), 0, "nothing is the first of every round");
    }

    /// The same of requests for User IDs.
    async fn a_damaged_key_stops_no_request(db: TestDb) {
        let (app, _) = node(&db, Rollout::default()).await;
        for number in 1..=2 {
            let address = format!("person-{number}@north-quay.example");
            request_user_ids(&app, &browser(), &address).await.unwrap();
        }
        assert_eq!((resolve_asked(&app).await.unwrap(), queued(&app).await), (2, 1));
        assert_eq!(resolve_asked(&app).await.unwrap(), 0);
    }

    /// Whoever cannot be told keeps their factors, on record; the next one's removal goes on.
    async fn a_damaged_key_stops_no_removal(db: TestDb) {
        let (app, clock) = node(&db, Rollout::default()).await;
        let mut tx = db.begin().await.unwrap();
        for number in 1..=2_u128 {
            let (id, due) = (FactorRemovalId(Uuid::from_u128(number)), clock.now() + DAY);
            store::factor_removals::insert(&mut tx, id, person(number), &invitation(number), due, clock.now()).await.unwrap();
            let codes = [("1".to_owned(), "a hash".to_owned())];
            store::recovery_codes::replace(&mut tx, person(number), &codes, clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        clock.advance(DAY);
        assert_eq!(remove_due_factors(&app).await.unwrap(), 1);
        assert_eq!(remove_due_factors(&app).await.unwrap(), 0);
        let mut conn = app.db.read().await.unwrap();
        let [kept, gone] = [1, 2].map(invitation);
        let kept = store::factor_removals::find(&mut conn, &kept).await.unwrap().unwrap();
        assert_eq!((kept.done_at, kept.cancelled_at), (None, Some(clock.now())));
        let gone = store::factor_removals::find(&mut conn, &gone).await.unwrap().unwrap();
        assert_eq!((gone.done_at, gone.cancelled_at), (Some(clock.now()), None));
        assert_eq!(store::audit::count_of_kind(&mut conn, "factor.removal_cancelled").await.unwrap(), 1);
    }

    /// A digest reaches the administrators who can be written to.
    async fn a_damaged_key_stops_no_digest(db: TestDb) {
        let (app, clock) = node(&db, Rollout::default()).await;
        let mut tx = db.begin().await.unwrap();
        let report = ReportId(Uuid::from_u128(1));
        store::not_me::report(&mut tx, report, person(4), Some(COMPANY), clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tell_administrators(&app).await.unwrap(), 1);
        assert_eq!((tell_administrators(&app).await.unwrap(), queued(&app).await), (0, 1));
    }

    /// A company's deadline comes although one of its administrators cannot be told.
    async fn a_damaged_key_stops_no_deadline(db: TestDb) {
        let (app, _) = node(&db, Rollout { deadline_at: Some(START), ..Rollout::default() }).await;
        run_due(&app, &mut Memory::new(&app)).await.unwrap();
        let mut conn = app.db.read().await.unwrap();
        let steps = store::rollouts::steps(&mut conn, COMPANY).await.unwrap();
        assert!(steps.iter().any(|row| row.step == Step::Deadline && row.done_at.is_some()));
    }

    /// Whoever is left out of a wave keeps the invitation that they have; whoever is written to has a new one.
    async fn who_is_left_out_keeps_their_invitation(db: TestDb) {
        let (app, _) = node(&db, Rollout { phase1_at: Some(START), ..Rollout::default() }).await;
        let round = run_due(&app, &mut Memory::new(&app)).await.unwrap();
        assert_eq!((round.mails, queued(&app).await), (1, 1));
        let mut conn = app.db.read().await.unwrap();
        for (number, is_worthless) in [(3, false), (4, true)] {
            let found = store::invitations::find(&mut conn, &invitation(number)).await.unwrap().unwrap();
            assert_eq!(found.revoked_at.is_some(), is_worthless, "person {number}");
        }
    }
}

//! Rollouts carried out by one node or several, with nodes that die, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database fails")]

use std::{sync::Arc, time::Duration};

use app::{
    App, Settings,
    manage_rollouts::{Mails, Reminded, Wish, hold_mails, plans, remind},
    note_bounces::{Bounce, Noted, note_bounce},
    rollout_status::rollout_status,
    run_rollouts::{Memory, Round, run_due},
};
use crypto::{keyring::Keyring, random::SystemRandom};
use domain::{
    directory::Company,
    id::{CompanyId, MessageId, UserId},
    policy::{Layer, LayerName, RawValue},
    role::{Region, Role},
    rollout::{Rollout, plan::Step},
    time::{Clock as _, Timestamp},
};
use store::{both_databases, identities::LegacyLogin, outbox::NewMessage, testing::TestDb, users::NewUser};
use testkit::clock::TestClock;
use uuid::Uuid;

const DAY: Duration = Duration::from_hours(24);
const MINUTE: Duration = Duration::from_mins(1);
/// No two letters share it; beyond every key of a person.
const MESSAGES: u128 = 1 << 64;

struct Bench {
    app: App,
    clock: TestClock,
    company: Company,
}

/// One company with `people` who have legacy credentials, the first of them a Program Administrator.
async fn bench(db: &TestDb, people: u128, rollout: Rollout, policy: &[(&str, &str)]) -> Bench {
    let clock = TestClock::new();
    let mut layer = Layer::empty(LayerName::Installation);
    for (key, value) in [("rollout.mails_per_minute", "60000")].iter().chain(policy) {
        layer.set(key, &RawValue::from(*value)).unwrap();
    }
    let settings = Settings {
        public_url: "http://localhost:8080".parse().unwrap(),
        policy: layer,
        start_grid: Duration::ZERO,
        remember_for: Duration::ZERO,
        hashing_concurrency: 1,
    };
    let keys = Keyring::generate(&SystemRandom);
    let app =
        App::new((**db).clone(), keys, Arc::new(clock.clone()), Arc::new(SystemRandom), settings).unwrap();
    let region = Region("europe".to_owned());
    let company = Company {
        id: CompanyId(Uuid::from_u128(1)),
        slug: "north-quay".to_owned(),
        name: "North Quay Logistics".to_owned(),
        country: "ES".to_owned(),
        region: region.clone(),
        time_zone: "Europe/Madrid".to_owned(),
        language: "en".to_owned(),
        legacy_source: None,
        rollout,
    };
    let now = clock.now();
    let mut tx = db.begin().await.unwrap();
    store::companies::put_region(&mut tx, &region, "Europe").await.unwrap();
    store::companies::put(&mut tx, &company, now).await.unwrap();
    for number in 1..=people {
        add(&mut tx, &company, number, now).await;
    }
    tx.commit().await.unwrap();
    Bench { app, clock, company }
}

fn person(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

async fn add(tx: &mut store::Tx, company: &Company, number: u128, now: Timestamp) {
    let id = person(number);
    let role = if number == 1 { Role::ProgramAdministrator } else { Role::EndUser };
    let user = NewUser {
        id,
        company: Some(company.id),
        role,
        region: None,
        name: format!("Person {number}"),
        email: format!("person-{number}@north-quay.example"),
        language: None,
    };
    store::users::insert(tx, &user, now).await.unwrap();
    let name = format!("NQ-{number}");
    let login = LegacyLogin { user: id, display: name.clone(), source: "import".to_owned() };
    assert!(store::identities::insert_legacy(tx, &name, &name, &login, now).await.unwrap());
    put_credential(tx, id, now).await;
}

async fn put_credential(tx: &mut store::Tx, id: UserId, now: Timestamp) {
    store::identities::put_credential(tx, id, b"sealed", now).await.unwrap();
}

/// Phase 1 begins now, which is in office hours in Madrid.
fn phase1_now() -> Rollout {
    Rollout { phase1_at: Some(testkit::clock::START), ..Rollout::default() }
}

impl Bench {
    async fn look(&self, memory: &mut Memory) -> Round {
        run_due(&self.app, memory).await.unwrap()
    }

    /// Looks until there is nothing to do at once. Gives the number of mails.
    async fn finish(&self, memory: &mut Memory) -> u32 {
        let mut mails = 0;
        loop {
            let round = self.look(memory).await;
            mails += round.mails;
            if !round.has_more {
                return mails;
            }
        }
    }

    async fn queued(&self) -> i64 {
        let mut conn = self.app.db.read().await.unwrap();
        let states = store::outbox::count_by_state(&mut conn).await.unwrap();
        states.into_iter().filter(|(state, _)| state == "queued").map(|(_, count)| count).sum()
    }

    async fn step(&self, step: Step) -> Option<store::rollouts::StepRow> {
        let mut conn = self.app.db.read().await.unwrap();
        let steps = store::rollouts::steps(&mut conn, self.company.id).await.unwrap();
        steps.into_iter().find(|row| row.step == step)
    }

    async fn recorded(&self, kind: &str) -> i64 {
        let mut conn = self.app.db.read().await.unwrap();
        store::audit::count_of_kind(&mut conn, kind).await.unwrap()
    }

    async fn plan(&mut self, rollout: Rollout) {
        self.company.rollout = rollout;
        let mut tx = self.app.db.begin().await.unwrap();
        store::companies::put(&mut tx, &self.company, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

both_databases! {
    /// Two nodes at once: each person gets one mail, and the step is recorded once.
    async fn everybody_is_written_to_once_by_whichever_node(db: TestDb) {
        let bench = bench(&db, 250, phase1_now(), &[]).await;
        let (mut one, mut two) = (Memory::new(&bench.app), Memory::new(&bench.app));
        for _ in 0..20 {
            let (a, b) = tokio::join!(run_due(&bench.app, &mut one), run_due(&bench.app, &mut two));
            // PostgreSQL may end one of two transactions that begin the same step; it is done at the next look.
            let _ = (a, b);
            bench.clock.advance(Duration::from_secs(40));
        }
        let step = bench.step(Step::Phase1).await.unwrap();
        assert!(step.done_at.is_some() && !step.left_out);
        assert_eq!((step.mails, bench.queued().await), (250, 250));
        assert_eq!(bench.recorded("rollout.step_done").await, 2, "the announcement was left out, phase 1 was told");
    }

    /// A node is killed again and again in the middle of a batch: nobody is left out, nobody gets two.
    async fn a_node_that_dies_in_a_batch_leaves_nobody_out(db: TestDb) {
        let bench = bench(&db, 250, phase1_now(), &[]).await;
        for yields in 0..40 {
            let app = bench.app.clone();
            let dying = tokio::spawn(async move { run_due(&app, &mut Memory::new(&app)).await.map(drop) });
            for _ in 0..yields * 5 {
                tokio::task::yield_now().await;
            }
            dying.abort();
            let _ = dying.await;
            bench.clock.advance(2 * MINUTE);
        }
        bench.finish(&mut Memory::new(&bench.app)).await;
        bench.clock.advance(2 * MINUTE);
        bench.finish(&mut Memory::new(&bench.app)).await;
        let step = bench.step(Step::Phase1).await.unwrap();
        assert_eq!((step.mails, bench.queued().await), (250, 250));
        assert!(step.done_at.is_some());
    }

    /// Another node goes on when the first has not been heard of for a minute, and not before.
    async fn a_dead_nodes_duty_comes_free(db: TestDb) {
        let bench = bench(&db, 150, phase1_now(), &[]).await;
        let first = bench.look(&mut Memory::new(&bench.app)).await;
        assert_eq!((first.mails, first.has_more), (100, true));
        let mut other = Memory::new(&bench.app);
        bench.clock.advance(MINUTE - Duration::from_millis(1));
        assert_eq!(bench.look(&mut other).await, Round::default());
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(bench.finish(&mut other).await, 50);
    }

    /// So many mails a minute, over all steps, and not one more.
    async fn the_pace_is_kept(db: TestDb) {
        let bench = bench(&db, 25, phase1_now(), &[("rollout.mails_per_minute", "10")]).await;
        let mut memory = Memory::new(&bench.app);
        assert_eq!(bench.finish(&mut memory).await, 10);
        bench.clock.advance(MINUTE - Duration::from_millis(1));
        assert_eq!(bench.finish(&mut memory).await, 0);
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(bench.finish(&mut memory).await, 10);
        bench.clock.advance(MINUTE);
        assert_eq!(bench.finish(&mut memory).await, 5);
        assert!(bench.step(Step::Phase1).await.unwrap().done_at.is_some());
    }

    /// At the cut-off the imported hashes die, in pieces, and administrators get the numbers; all of it once.
    async fn the_cut_off_acts_once_at_its_moment(db: TestDb) {
        let cutoff = testkit::clock::START + DAY;
        let bench = bench(&db, 1_100, Rollout { cutoff_at: Some(cutoff), ..Rollout::default() }, &[]).await;
        let mut memory = Memory::new(&bench.app);
        // The last notice before it is due already, and is news still.
        assert_eq!(bench.finish(&mut memory).await, 1_100);
        let credential = async |number| {
            let mut conn = bench.app.db.read().await.unwrap();
            store::identities::find_credential(&mut conn, person(number)).await.unwrap()
        };
        bench.clock.set(Timestamp(cutoff.0 - 1));
        bench.finish(&mut memory).await;
        assert!(credential(1).await.is_some(), "not a moment before");
        bench.clock.set(cutoff);
        let before = bench.queued().await;
        let mut other = Memory::new(&bench.app);
        for _ in 0..3 {
            let (a, b) = tokio::join!(run_due(&bench.app, &mut memory), run_due(&bench.app, &mut other));
            let _ = (a, b);
            bench.clock.advance(2 * MINUTE);
        }
        for number in [1, 500, 501, 1_000, 1_001, 1_100] {
            assert_eq!(credential(number).await, None, "{number}");
        }
        assert_eq!(bench.queued().await - before, 1, "one administrator, one mail");
        assert_eq!(bench.recorded("rollout.step_done").await, 2);
        assert!(!bench.step(Step::CutOff).await.unwrap().left_out);
    }

    /// A date that moves later before it came is kept; one that came is not undone, and comes no second time.
    async fn dates_that_move_are_followed(db: TestDb) {
        let (first, second) = (testkit::clock::START + 3 * DAY, testkit::clock::START + 6 * DAY);
        let dated = |deadline| Rollout { deadline_at: Some(deadline), ..Rollout::default() };
        let mut bench = bench(&db, 3, dated(first), &[]).await;
        let mut memory = Memory::new(&bench.app);
        bench.finish(&mut memory).await;
        bench.plan(dated(second)).await;
        bench.clock.set(first + MINUTE);
        bench.finish(&mut memory).await;
        assert_eq!(bench.step(Step::Deadline).await, None);
        bench.clock.set(second);
        bench.finish(&mut memory).await;
        let done = bench.step(Step::Deadline).await.unwrap();
        assert_eq!((done.due_at, done.done_at), (second, Some(second)));
        bench.plan(dated(second + 9 * DAY)).await;
        bench.clock.set(second + 9 * DAY);
        bench.finish(&mut memory).await;
        assert_eq!(bench.step(Step::Deadline).await, Some(done));
    }

    /// Who stopped reminders gets the last notice all the same; a bounced address gets nothing; who is done neither.
    async fn the_right_people_are_reminded(db: TestDb) {
        let start = testkit::clock::START;
        let rollout = Rollout { phase1_at: Some(start), deadline_at: Some(start + 16 * DAY), ..Rollout::default() };
        let bench = bench(&db, 4, rollout, &[]).await;
        let now = bench.clock.now();
        let mut tx = db.begin().await.unwrap();
        store::rollouts::stop_reminders(&mut tx, person(2), now).await.unwrap();
        let bounce = store::bounces::NewBounce {
            message: MessageId(Uuid::from_u128(MESSAGES)),
            user: person(3),
            email: "Person-3@north-quay.example",
            status: "5.1.1",
            is_permanent: true,
        };
        assert!(store::bounces::note(&mut tx, &bounce, now).await.unwrap());
        store::users::disable(&mut tx, person(4), now).await.unwrap();
        tx.commit().await.unwrap();
        let has = async |number, step| {
            let mut conn = bench.app.db.read().await.unwrap();
            store::rollouts::has_mail(&mut conn, person(number), step).await.unwrap()
        };
        let mut memory = Memory::new(&bench.app);
        for day in [0, 7, 14] {
            bench.clock.set(start + DAY * day);
            bench.finish(&mut memory).await;
        }
        for (step, expected) in [
            (Step::Phase1, [true, false, false, false]),
            (Step::Reminder(1), [true, false, false, false]),
            (Step::DeadlineNotice, [true, true, false, false]),
        ] {
            for (number, expected) in (1..).zip(expected) {
                assert_eq!(has(number, step).await, expected, "{step} to person {number}");
            }
        }
    }

    /// An operator stops the mails: nothing goes out, acts happen, and what is old when they resume is left out.
    async fn stopped_mails_do_not_come_later(db: TestDb) {
        let start = testkit::clock::START;
        let rollout = Rollout { phase1_at: Some(start), deadline_at: Some(start + 5 * DAY), ..Rollout::default() };
        let bench = bench(&db, 3, rollout, &[]).await;
        assert_eq!(hold_mails(&bench.app, "north-quay", Mails::Stopped).await.unwrap(), Some(true));
        assert_eq!(hold_mails(&bench.app, "north-quay", Mails::Stopped).await.unwrap(), Some(false));
        assert_eq!(hold_mails(&bench.app, "south-quay", Mails::Stopped).await.unwrap(), None);
        assert_eq!(remind(&bench.app, "north-quay", Wish::ForGood).await.unwrap(), Reminded::Held);
        let mut memory = Memory::new(&bench.app);
        assert_eq!(bench.finish(&mut memory).await, 0);
        bench.clock.set(start + 5 * DAY);
        assert_eq!(bench.finish(&mut memory).await, 0);
        assert!(bench.step(Step::Deadline).await.unwrap().done_at.is_some());
        assert_eq!(hold_mails(&bench.app, "north-quay", Mails::Sent).await.unwrap(), Some(true));
        assert_eq!(bench.finish(&mut memory).await, 0);
        assert!(bench.step(Step::Phase1).await.unwrap().left_out);
        let plan = plans(&bench.app, Some("north-quay")).await.unwrap().unwrap().remove(0);
        assert!(!plan.is_held && plan.steps.iter().any(|step| step.step == Step::Phase1));
    }

    /// A reminder that an operator asks for goes to the late, once a day.
    async fn a_reminder_can_be_asked_for_once_a_day(db: TestDb) {
        let bench = bench(&db, 3, phase1_now(), &[("rollout.remind_every", "off")]).await;
        let mut memory = Memory::new(&bench.app);
        bench.finish(&mut memory).await;
        bench.clock.advance(DAY);
        let ask = async |wish| remind(&bench.app, "north-quay", wish).await.unwrap();
        assert_eq!(ask(Wish::Rehearsal).await, Reminded::Rehearsed(3));
        assert_eq!(bench.finish(&mut memory).await, 0, "a rehearsal asks for nothing");
        assert_eq!(ask(Wish::ForGood).await, Reminded::Asked(3));
        assert_eq!(ask(Wish::ForGood).await, Reminded::Already);
        assert_eq!(bench.finish(&mut memory).await, 3);
        bench.clock.advance(DAY);
        assert_eq!(ask(Wish::ForGood).await, Reminded::Asked(3));
    }

    /// A report is believed about a mail that was handed over to the address it names, and about nothing else.
    async fn reports_are_believed_about_our_mails_only(db: TestDb) {
        let bench = bench(&db, 2, Rollout::default(), &[]).await;
        let now = bench.clock.now();
        let [sent, waiting] = [1, 2].map(|number| MessageId(Uuid::from_u128(MESSAGES + number)));
        let mut tx = db.begin().await.unwrap();
        for (id, user) in [(sent, person(1)), (waiting, person(2))] {
            let message = NewMessage { id, user: Some(user), kind: "rollout", sealed: b"x", deadline_at: now + DAY };
            store::outbox::insert(&mut tx, &message, now).await.unwrap();
        }
        assert_eq!(store::outbox::claim(&mut tx, "a", 2, now + MINUTE, now).await.unwrap()[0].id, sent);
        store::outbox::record_handed_over(&mut tx, sent, "a", now).await.unwrap();
        tx.commit().await.unwrap();
        let report = async |message, address: &str, status: &str| {
            let is_permanent = status.starts_with('5');
            let bounce = Bounce { message, address: address.to_owned(), status: status.to_owned(), is_permanent };
            note_bounce(&bench.app, &bounce).await.unwrap()
        };
        let bounced = async || {
            let mut conn = bench.app.db.read().await.unwrap();
            store::bounces::is_bounced(&mut conn, person(1)).await.unwrap()
        };
        let (own, other) = ("PERSON-1@north-quay.example", "person-2@north-quay.example");
        assert_eq!(report(MessageId(Uuid::from_u128(7)), own, "5.1.1").await, Noted::Foreign, "no mail of ours");
        assert_eq!(report(waiting, other, "5.1.1").await, Noted::TooEarly, "a server may have it already");
        bench.clock.advance(MINUTE);
        assert_eq!(report(waiting, other, "5.1.1").await, Noted::Foreign, "whoever had it is dead");
        assert_eq!(report(sent, other, "5.1.1").await, Noted::Foreign, "another address");
        assert!(!bounced().await);
        assert_eq!(report(sent, own, "4.4.7").await, Noted::Temporary);
        assert!(!bounced().await);
        assert_eq!(report(sent, own, "5.1.1").await, Noted::Permanent);
        assert_eq!(report(sent, own, "5.1.1").await, Noted::Known);
        assert_eq!(report(sent, own, "4.4.7").await, Noted::Known, "what is final stays so");
        assert!(bounced().await);
        assert_eq!(bench.recorded("mail.bounced").await, 1);
        let line = rollout_status(&bench.app, Some("north-quay"), None).await.unwrap().unwrap().remove(0);
        assert_eq!((line.counts.people, line.counts.bounced, line.counts.id_made), (2, 1, 0));
        let mut tx = db.begin().await.unwrap();
        store::bounces::clear(&mut tx, person(1), now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!bounced().await, "a code that was sent there was entered");
    }

    /// A corrected address is another one: nothing is known against it.
    async fn a_corrected_address_has_not_bounced(db: TestDb) {
        let bench = bench(&db, 1, phase1_now(), &[]).await;
        let now = bench.clock.now();
        let mut tx = db.begin().await.unwrap();
        let email = "person-1@north-quay.example";
        let message = MessageId(Uuid::from_u128(MESSAGES));
        let bounce = store::bounces::NewBounce { message, user: person(1), email, status: "5.1.1", is_permanent: true };
        store::bounces::note(&mut tx, &bounce, now).await.unwrap();
        assert!(store::bounces::is_bounced(&mut tx, person(1)).await.unwrap());
        assert!(store::users::propose_profile(&mut tx, person(1), "Person 1", "p.one@north-quay.example").await.unwrap());
        assert!(!store::bounces::is_bounced(&mut tx, person(1)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(bench.finish(&mut Memory::new(&bench.app)).await, 1);
    }
}

//! Live legacy sources (line 18): asked in a cage, never by trial, and an outage is nobody's fault.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use crypto::random::{RandomExt as _, SystemRandom};
use domain::role::Role;
use http::{StatusCode, header};
use legacy::source::{HookSpec, Kind, LdapSpec, LdapTls, ProfileMap, SecretHeader, SourceSpec, Template};
use store::both_databases;
use testkit::slapd::{Directory, Entry, READER, SUFFIX};

use crate::{
    before_proof::face,
    old_systems::{GRID, KEPT, NEW, OldLogin, RIGHT, hook, old_table, source, world},
    steps::{NEW_ID, NEW_PASSWORD, words},
    world::{Answer, LATE, NEWCOMER, SETTLED, World},
};

fn is_unanswered(answer: &Answer, login: &str) -> bool {
    assert!(answer.body.contains(&words("start-unanswered-title")), "{}: {}", answer.status, answer.body);
    assert!(answer.body.contains(&format!("value=\"{login}\"")), "what was typed is kept: {}", answer.body);
    assert!(!answer.body.contains(RIGHT));
    answer.status == StatusCode::SERVICE_UNAVAILABLE && answer.headers.contains_key(header::RETRY_AFTER)
}

both_databases! {
    /// The whole way; after the ID is made the source is never asked for that user again.
    async fn a_password_is_checked_where_it_lives_until_the_id_is_made(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Noor Visser", KEPT.1);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        let browser = world.browser();
        let wrong = browser.enter_legacy(KEPT.0, "something else").await;
        assert_eq!((wrong.status, old.asked()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
        assert_eq!(browser.enter_legacy("ngs-9001", RIGHT).await.path(), "/start/profile");
        browser.confirm_profile().await;
        let code = world.code(KEPT.1, 1).await;
        browser.prove_mailbox(&code).await;
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
        let asked = old.asked();
        let dead = world.try_legacy(KEPT.0, RIGHT).await;
        assert_eq!((dead.status, old.asked()), (StatusCode::UNPROCESSABLE_ENTITY, asked), "the old door is closed");
        assert!(!world.browser().enter_password(NEW_ID, NEW_PASSWORD).await.path().is_empty());
    }

    /// Past the cut-off nothing opens, and nobody is asked.
    async fn past_the_cut_off_no_source_is_asked(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        let now = world.app.now();
        world.roll_out("northgate", |rollout| {
            let ago = |days: u64| Some(now - Duration::from_hours(24 * days));
            (rollout.phase1_at, rollout.phase2_at) = (ago(40), ago(30));
            (rollout.deadline_at, rollout.cutoff_at) = (ago(20), ago(10));
        }).await;
        assert_eq!(world.try_legacy(KEPT.0, RIGHT).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(old.asked(), 0);
    }

    /// The source fixes the company; name and address come from it; the second time it is the same user.
    async fn somebody_whom_only_the_source_knows_is_taken_in(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Elif Demir", NEW.1);
        let makes = SourceSpec { company: Some("northgate".to_owned()), ..old.spec("crm") };
        world.rest_on(&[makes], None, Some("crm")).await;
        let wrong = world.try_legacy(NEW.0, "something else").await;
        assert_eq!((wrong.status, old.asked()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
        assert!(app::change_user::find_users(&world.app, NEW.1).await.unwrap().is_empty(), "nobody is made of a guess");
        let browser = world.browser();
        assert_eq!(browser.enter_legacy(NEW.0, RIGHT).await.path(), "/start/profile");
        let page = browser.get("/start/profile").await.body;
        assert!(page.contains("Elif Demir") && page.contains("Northgate Shipping"), "{page}");
        let user = world.user(NEW.1).await;
        assert_eq!(user.role, Role::EndUser);
        assert_eq!(world.try_legacy("ngs-9100", RIGHT).await.path(), "/start/profile");
        assert_eq!(world.user(NEW.1).await.id, user.id);
    }

    /// Without `company` a source makes nobody; nor of somebody who resembles an ID, nor without an address.
    async fn nobody_is_made_or_adopted_who_may_not_be(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Elif Demir", NEW.1);
        world.rest_on(&[old.spec("crm")], None, Some("crm")).await;
        assert_eq!(world.try_legacy(NEW.0, RIGHT).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let makes = SourceSpec { company: Some("northgate".to_owned()), ..old.spec("crm") };
        world.rest_on(&[makes], None, Some("crm")).await;
        let people = async || {
            let mut conn = world.db().read().await.unwrap();
            store::users::count(&mut conn).await.unwrap()
        };
        let before = people().await;
        for resembling in [SETTLED.0, "tomas.herrerа", "TOMAS.HERRERA"] {
            let answer = world.try_legacy(resembling, RIGHT).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{resembling}");
        }
        old.know("Elif Demir", "not an address");
        assert_eq!(world.try_legacy(NEW.0, RIGHT).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(people().await, before);
    }

    /// Somebody with an imported hash, of this or another company, is checked by that hash and nowhere else.
    async fn no_source_is_tried_because_another_said_no(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Mallory", "mallory@northgate-shipping.example");
        let makes = SourceSpec { company: Some("northgate".to_owned()), ..old.spec("crm") };
        world.rest_on(&[makes], Some(("northgate", "crm")), Some("crm")).await;
        for login in [NEWCOMER.0, LATE.0] {
            assert_eq!(world.try_legacy(login, RIGHT).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{login}");
        }
        assert_eq!(old.asked(), 0);
        assert_eq!(world.user(LATE.1).await.name, "Valentina Rojas");
    }

    /// A company's entry link says where an unknown name is asked about; a known one is asked where it belongs.
    async fn the_entry_link_of_a_company_leads_to_its_source(db: TestDb) {
        let world = world(db).await;
        let (first, second) = (OldLogin::start().await, OldLogin::start().await);
        second.know("Elif Demir", NEW.1);
        let makes = SourceSpec { company: Some("northgate".to_owned()), ..second.spec("ngs") };
        world.keep(KEPT).await;
        world.rest_on(&[first.spec("crm"), makes], Some(("northgate", "ngs")), Some("crm")).await;
        let browser = world.browser();
        let page = browser.get("/start?company=northgate").await.body;
        assert!(page.contains("name=\"company\" value=\"northgate\""), "{page}");
        let fields = [("login_name", NEW.0), ("password", RIGHT), ("to", ""), ("company", "northgate")];
        assert_eq!(browser.post("/start", &fields).await.path(), "/start/profile");
        assert_eq!((first.asked(), second.asked()), (0, 1));
        world.try_legacy("NGS-9999", "x").await;
        assert_eq!((first.asked(), second.asked()), (1, 1), "without the link: the application's");
        let browser = world.browser();
        browser.get("/start?company=lakeshore").await;
        let fields = [("login_name", KEPT.0), ("password", "x"), ("to", ""), ("company", "lakeshore")];
        browser.post("/start", &fields).await;
        assert_eq!((first.asked(), second.asked()), (1, 2), "a known name is asked where it belongs");
    }

    /// What its owner confirmed stays; a case tells the servicing team, once.
    async fn a_profile_that_differs_from_a_confirmed_one_opens_a_case(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        old.know("Noor Visser-Bakker", KEPT.1);
        let browser = world.browser();
        browser.enter_legacy(KEPT.0, RIGHT).await;
        assert_eq!(world.user(KEPT.1).await.name, "Noor Visser-Bakker", "nobody confirmed the other yet");
        browser.confirm_profile().await;
        old.know("Noor Bakker", "thief@elsewhere.example");
        for _ in 0..2 {
            assert_eq!(world.try_legacy(KEPT.0, RIGHT).await.path(), "/start/profile");
        }
        let user = world.user(KEPT.1).await;
        assert_eq!((user.name.as_str(), user.email.as_str()), ("Noor Visser-Bakker", KEPT.1));
        let region = domain::role::Region("europe-asia-pacific".to_owned());
        let mut conn = world.db().read().await.unwrap();
        let cases = store::cases::list_open(&mut conn, &region, 10).await.unwrap();
        assert_eq!(cases.iter().filter(|case| case.user == user.id).count(), 1, "{cases:?}");
    }

    /// Down: 503, what was typed is kept, no guess is counted, and the same password works when it is back.
    async fn an_outage_is_told_and_counts_against_nobody(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        old.answer_with(503);
        let browser = world.browser();
        for _ in 0..7 {
            let answer = browser.enter_legacy(KEPT.0, RIGHT).await;
            assert!(is_unanswered(&answer, KEPT.0), "{}", answer.status);
        }
        assert_eq!(old.asked(), 5, "after five failures it is left alone");
        old.answer_with(0);
        assert!(is_unanswered(&browser.enter_legacy(KEPT.0, RIGHT).await, KEPT.0));
        world.advance(Duration::from_secs(30));
        assert_eq!(browser.enter_legacy(KEPT.0, RIGHT).await.path(), "/start/profile");
        assert_eq!(old.asked(), 6);
    }

    /// Nobody listens, and nobody answers in time: the same page.
    async fn a_source_that_is_gone_or_silent_is_an_outage(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        let silent = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let gone = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let ports = [silent.local_addr().unwrap().port(), gone.local_addr().unwrap().port()];
        drop(gone);
        for port in ports {
            let mut spec = old.spec("crm");
            if let Kind::Http(http) = &mut spec.kind {
                http.url.set_port(Some(port)).unwrap();
            }
            world.rest_on(&[spec], Some(("northgate", "crm")), None).await;
            assert!(is_unanswered(&world.try_legacy(KEPT.0, RIGHT).await, KEPT.0));
        }
    }

    /// While a source is out of order a refusal looks alike for every name, and comes no sooner.
    async fn an_outage_does_not_tell_whose_name_it_is(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), Some("crm")).await;
        for status in [0, 503] {
            old.answer_with(status);
            let mut faces = Vec::new();
            for name in [KEPT.0, NEWCOMER.0, "nobody-at-all", SETTLED.0] {
                let began = Instant::now();
                let answer = world.try_legacy(name, "not the password").await;
                assert!(began.elapsed() >= GRID, "{name} was refused after {:?}", began.elapsed());
                faces.push(face(&answer, name));
            }
            let expected = if status == 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::SERVICE_UNAVAILABLE };
            assert!(faces.iter().all(|face| face.0 == expected), "{:?}", faces.iter().map(|f| f.0).collect::<Vec<_>>());
            assert!(faces.windows(2).all(|pair| pair[0] == pair[1]), "{faces:#?}");
        }
    }

    /// Guesses are counted before the source is asked, and it is not asked beyond them.
    async fn wrong_guesses_are_counted_before_the_source_is_asked(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        let browser = world.browser();
        browser.get("/start").await;
        let fields = [("login_name", KEPT.0), ("password", "a guess"), ("to", "")];
        let guesses = futures_util::future::join_all((0..12).map(|_| browser.post("/start", &fields))).await;
        assert_eq!(old.asked(), 5, "{:?}", guesses.iter().map(|guess| guess.status).collect::<Vec<_>>());
        let paused = browser.enter_legacy(KEPT.0, RIGHT).await;
        assert_eq!((paused.status, old.asked()), (StatusCode::TOO_MANY_REQUESTS, 5));
    }

    /// Loopback, by address and by name, is refused unless the file lists it; a redirect leads nowhere.
    async fn a_source_reaches_only_what_the_file_lists(db: TestDb) {
        let caged = World::new(db).await;
        let old = OldLogin::start().await;
        caged.keep(KEPT).await;
        for host in ["localhost", "127.0.0.1"] {
            let mut spec = old.spec("crm");
            if let Kind::Http(http) = &mut spec.kind {
                http.url.set_host(Some(host)).unwrap();
            }
            caged.rest_on(&[spec], Some(("northgate", "crm")), None).await;
            assert!(is_unanswered(&caged.try_legacy(KEPT.0, RIGHT).await, KEPT.0));
        }
        assert_eq!(old.asked(), 0);
    }

    /// A redirect is no answer, and nobody is asked where it points.
    async fn a_redirect_of_a_source_is_not_followed(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        old.answer_with(307);
        let answer = world.try_legacy(KEPT.0, RIGHT).await;
        assert_eq!((answer.status, old.asked()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    }

    /// A directory: StartTLS, search, bind; a Program Administrator where the mapping says so.
    async fn a_directory_opens_the_onboarding(db: TestDb) {
        let person = Entry { uid: "edemir", name: "Elif Demir", mail: NEW.1, language: "es", kind: "admin", password: RIGHT };
        let directory = Directory::start(&[person]).unwrap();
        let world = world(db).await;
        let place = |name: &str| Some(name.to_owned());
        let kind = Kind::Ldap(LdapSpec {
            host: "localhost".to_owned(),
            port: directory.plain().port(),
            tls: LdapTls::Starttls,
            bind: Some((READER.to_owned(), "bind".to_owned())),
            base: format!("ou=people,{SUFFIX}"),
            filter: Template::new("(uid={login})".to_owned()),
        });
        let mut spec = SourceSpec { company: Some("northgate".to_owned()), ca_file: Some(directory.ca_file()), ..source("ad", kind) };
        spec.limits.whole_ms = 3_000;
        spec.profile = ProfileMap {
            login: place("uid"),
            logins: place("*"),
            name: place("cn"),
            email: place("mail"),
            language: place("preferredLanguage"),
            role: place("employeeType"),
            administrators: vec!["admin".to_owned()],
        };
        world.rest_on(&[spec], None, Some("ad")).await;
        assert_eq!(world.try_legacy("edemir", "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.try_legacy("*", RIGHT).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.try_legacy("edemir", RIGHT).await.path(), "/start/profile");
        let user = world.user(NEW.1).await;
        assert_eq!((user.role, user.language.as_deref()), (Role::ProgramAdministrator, Some("es")));
    }

    /// The password hook, with its key.
    async fn a_password_hook_opens_the_onboarding(db: TestDb) {
        let (world, hook) = (world(db).await, hook().await);
        let secret = SecretHeader { header: "authorization".to_owned(), secret: "hook".to_owned() };
        let url = format!("http://localhost:{}/check", hook.port()).parse().unwrap();
        let spec = SourceSpec { profile: ProfileMap::default(), ..source("hook", Kind::Hook(HookSpec { url, secret })) };
        world.keep(KEPT).await;
        world.rest_on(&[spec], Some(("northgate", "hook")), None).await;
        assert_eq!(world.try_legacy(KEPT.0, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.try_legacy(KEPT.0, RIGHT).await.path(), "/start/profile");
    }

    /// A table: the hash is fetched and verified here.
    async fn a_table_opens_the_onboarding(db: TestDb) {
        let world = world(db).await;
        let name = format!("old_{}", uuid::Uuid::from_bytes(SystemRandom.bytes::<16>()).simple());
        let kind = Kind::Sql(old_table(&name).await);
        let mut spec = source("old-db", kind);
        spec.limits.whole_ms = 3_000;
        spec.profile = ProfileMap::default();
        world.keep(KEPT).await;
        world.rest_on(&[spec], Some(("northgate", "old-db")), None).await;
        assert_eq!(world.try_legacy(KEPT.0, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = world.try_legacy(KEPT.0, crate::world::LEGACY_PASSWORD).await;
        assert_eq!(right.path(), "/start/profile");
    }
}

//! What an import may change, and what it never does, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database fails")]

use std::{sync::Arc, time::Duration};

use app::{
    App, Settings,
    change_user::find_users,
    import_users::{Import, Outcome, Person, Rejection, Run, import_users},
};
use crypto::{keyring::Keyring, random::SystemRandom};
use domain::{
    directory::Company,
    enterprise_user_id::{EnterpriseUserId, LegacyLogin},
    id::{CompanyId, UserId},
    policy::{Layer, LayerName},
    role::{Region, Role},
    rollout::Rollout,
    time::Clock,
};
use legacy::ImportedHash;
use store::testing::TestDb;
use testkit::clock::TestClock;

/// htpasswd 2.4.71: "Harbour-9 lantern".
const HASH: &str = "$2y$05$Yt04l6zyZuaIUdxha2IvheIYdFAWO7XZRo43eVMGois1vhE3jNtCW";

async fn installation(db: &TestDb) -> App {
    let clock = TestClock::new();
    let mut tx = db.begin().await.unwrap();
    let region = Region("europe".to_owned());
    store::companies::put_region(&mut tx, &region, "Europe").await.unwrap();
    for (number, slug) in [(1, "north-quay"), (2, "meridian-foods"), (3, "long-gone")] {
        let company = Company {
            id: CompanyId(uuid::Uuid::from_u128(number)),
            slug: slug.to_owned(),
            name: slug.to_owned(),
            country: "ES".to_owned(),
            region: region.clone(),
            time_zone: "Europe/Madrid".to_owned(),
            language: "en".to_owned(),
            rollout: Rollout {
                cutoff_at: (slug == "long-gone").then_some(clock.now()),
                ..Rollout::default()
            },
            legacy_source: None,
        };
        store::companies::put(&mut tx, &company, clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let settings = Settings {
        public_url: "http://localhost:8080".parse().unwrap(),
        policy: Layer::empty(LayerName::Installation),
        start_grid: Duration::ZERO,
        remember_for: Duration::ZERO,
        hashing_concurrency: 1,
    };
    let keys = Keyring::generate(&SystemRandom);
    App::new((**db).clone(), keys, Arc::new(clock), Arc::new(SystemRandom), settings).unwrap()
}

fn person(login: &str, name: &str) -> Person {
    Person {
        company: "north-quay".to_owned(),
        region: None,
        role: Role::EndUser,
        name: name.to_owned(),
        email: format!("{}@north-quay.example", login.to_lowercase()),
        language: None,
        login: LegacyLogin::parse(login).ok(),
        hash: ImportedHash::parse(HASH).ok(),
    }
}

async fn import(app: &App, person: &Person) -> Outcome {
    import_users(app, std::slice::from_ref(person), Run::ForGood).await.unwrap().remove(0)
}

async fn id_of(app: &App, login: &str) -> UserId {
    find_users(app, login).await.unwrap()[0].user.id
}

async fn has_credential(app: &App, user: UserId) -> bool {
    store::identities::find_credential(&mut app.db.read().await.unwrap(), user).await.unwrap().is_some()
}

store::both_databases! {
    /// A rehearsal leaves nothing behind.
    async fn a_rehearsal_tells_and_keeps_nothing(db: TestDb) {
        let app = installation(&db).await;
        let people = [person("mruiz", "Marta Ruiz")];
        assert_eq!(import_users(&app, &people, Run::Rehearsal).await.unwrap(), [Outcome::Added]);
        assert!(find_users(&app, "mruiz").await.unwrap().is_empty());
    }

    /// Unconfirmed data follow the file; the login name is found however it is written.
    async fn importing_again_updates_what_nobody_confirmed(db: TestDb) {
        let app = installation(&db).await;
        assert_eq!(import(&app, &person("mruiz", "Marta Ruiz")).await, Outcome::Added);
        assert_eq!(import(&app, &person("mruiz", "Marta Ruiz")).await, Outcome::Same);
        let mut again = person("MRuiz", "Marta Ruiz Gil");
        again.hash = None;
        assert_eq!(import(&app, &again).await, Outcome::Changed);
        let found = find_users(&app, "mruiz").await.unwrap();
        assert_eq!((found.len(), found[0].user.name.as_str()), (1, "Marta Ruiz Gil"));
        assert!(has_credential(&app, found[0].user.id).await);
    }

    /// A confirmed name stays, and the servicing team hears of the difference once.
    async fn a_confirmed_profile_is_never_changed(db: TestDb) {
        let app = installation(&db).await;
        import(&app, &person("mruiz", "Marta Ruiz")).await;
        let user = id_of(&app, "mruiz").await;
        let mut tx = app.db.begin().await.unwrap();
        store::users::confirm_profile(&mut tx, user, app.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(import(&app, &person("mruiz", "Mallory")).await, Outcome::CaseOpened);
        assert_eq!(import(&app, &person("mruiz", "Mallory")).await, Outcome::Same);
        assert_eq!(find_users(&app, "mruiz").await.unwrap()[0].user.name, "Marta Ruiz");
        let mut conn = app.db.read().await.unwrap();
        assert!(store::cases::open_of_user(&mut conn, user, "import_differs").await.unwrap().is_some());
    }

    /// Whoever has an Enterprise User ID has no legacy credentials any more, whatever a file says.
    async fn dead_credentials_stay_dead(db: TestDb) {
        let app = installation(&db).await;
        import(&app, &person("mruiz", "Marta Ruiz")).await;
        let user = id_of(&app, "mruiz").await;
        let id = EnterpriseUserId::parse("marta.ruiz").unwrap();
        let mut tx = app.db.begin().await.unwrap();
        assert!(store::identities::claim(&mut tx, user, &id, app.now()).await.unwrap());
        store::identities::delete_credential(&mut tx, user).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(import(&app, &person("mruiz", "Marta Ruiz")).await, Outcome::Same);
        assert!(!has_credential(&app, user).await);
    }

    /// Nobody is taken over into another company, and staff never are.
    async fn nobody_moves_to_another_company(db: TestDb) {
        let app = installation(&db).await;
        import(&app, &person("mruiz", "Marta Ruiz")).await;
        let mut other = person("mruiz", "Marta Ruiz");
        other.company = "meridian-foods".to_owned();
        assert_eq!(import(&app, &other).await, Outcome::Rejected(Rejection::OtherCompany));
        other.company = "nowhere".to_owned();
        let rejection = Rejection::NoCompany("nowhere".to_owned());
        assert_eq!(import(&app, &other).await, Outcome::Rejected(rejection));
    }

    /// A login name that looks like somebody's Enterprise User ID would open the wrong account.
    async fn a_login_that_resembles_an_id_is_refused(db: TestDb) {
        let app = installation(&db).await;
        import(&app, &person("mruiz", "Marta Ruiz")).await;
        let user = id_of(&app, "mruiz").await;
        let id = EnterpriseUserId::parse("paul.smith").unwrap();
        let mut tx = app.db.begin().await.unwrap();
        assert!(store::identities::claim(&mut tx, user, &id, app.now()).await.unwrap());
        tx.commit().await.unwrap();
        for login in ["paul.smith", "PAUL.SMITH", "pau1.smith"] {
            let outcome = import(&app, &person(login, "Paul Smith")).await;
            assert_eq!(outcome, Outcome::Rejected(Rejection::ResemblesId), "{login}");
        }
        assert_eq!(import(&app, &person("p.smith", "Paul Smith")).await, Outcome::Added);
    }

    /// Without a login name the address tells who it is, as long as it tells one person.
    async fn people_without_a_login_are_known_by_address(db: TestDb) {
        let app = installation(&db).await;
        let mut ada = person("ada", "Ada Novak");
        (ada.login, ada.hash) = (None, None);
        assert_eq!(import(&app, &ada).await, Outcome::Added);
        ada.name = "Ada Nováková".to_owned();
        assert_eq!(import(&app, &ada).await, Outcome::Changed);
        let mut twin = person("adan", "Ada Novak");
        twin.email.clone_from(&ada.email);
        assert_eq!(import(&app, &twin).await, Outcome::Added);
        assert_eq!(import(&app, &ada).await, Outcome::Rejected(Rejection::Ambiguous));
    }

    /// More than one statement's worth, with people who come twice, and once more from the beginning.
    async fn hundreds_come_at_once_and_again(db: TestDb) {
        let app = installation(&db).await;
        let mut people: Vec<_> = (0..300).map(|n| person(&format!("user{n:04}"), "Marta Ruiz")).collect();
        for person in people.iter_mut().skip(250) {
            (person.login, person.hash) = (None, None);
        }
        people.push(person("USER0007", "Marta Ruiz Gil"));
        let outcomes = import_users(&app, &people, Run::ForGood).await.unwrap();
        assert_eq!(outcomes[..300], vec![Outcome::Added; 300]);
        assert_eq!(outcomes[300], Outcome::Changed);
        assert_eq!(store::users::count(&mut app.db.read().await.unwrap()).await.unwrap(), 300);
        people.remove(7);
        let again = import_users(&app, &people, Run::ForGood).await.unwrap();
        assert_eq!(again, vec![Outcome::Same; 300]);
        let mut conn = app.db.read().await.unwrap();
        assert_eq!(store::audit::count_of_kind(&mut conn, "user.imported").await.unwrap(), 301);
    }

    /// A hash that was imported before stays as it is, also where the first login put a better one in its place.
    async fn a_hash_that_comes_again_replaces_nothing(db: TestDb) {
        let app = installation(&db).await;
        import(&app, &person("mruiz", "Marta Ruiz")).await;
        let user = id_of(&app, "mruiz").await;
        let mut tx = app.db.begin().await.unwrap();
        store::identities::put_credential(&mut tx, user, b"a better one", app.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(import(&app, &person("mruiz", "Marta Ruiz")).await, Outcome::Same);
        let stored = store::identities::find_credential(&mut app.db.read().await.unwrap(), user).await.unwrap();
        assert_eq!(stored.as_deref(), Some(&b"a better one"[..]));
        let mut other = person("mruiz", "Marta Ruiz");
        other.hash = ImportedHash::parse(&HASH.replace("Yt04", "Yt05")).ok();
        assert_eq!(import(&app, &other).await, Outcome::Changed);
        let stored = store::identities::find_credential(&mut app.db.read().await.unwrap(), user).await.unwrap();
        assert_ne!(stored.as_deref(), Some(&b"a better one"[..]));
    }

    /// Past the cut-off a hash would open nothing; the person is known all the same, and can be invited.
    async fn past_the_cut_off_no_hash_is_kept(db: TestDb) {
        let app = installation(&db).await;
        let mut late = person("mruiz", "Marta Ruiz");
        late.company = "long-gone".to_owned();
        assert_eq!(import(&app, &late).await, Outcome::Added);
        assert!(!has_credential(&app, id_of(&app, "mruiz").await).await);
        assert_eq!(import(&app, &late).await, Outcome::Same);
    }

    /// A region is one that there is.
    async fn a_region_is_taken_over_when_there_is_one(db: TestDb) {
        let app = installation(&db).await;
        let mut far = person("mruiz", "Marta Ruiz");
        far.region = Some(Region("mars".to_owned()));
        assert_eq!(import(&app, &far).await, Outcome::Rejected(Rejection::NoRegion("mars".to_owned())));
        far.region = Some(Region("europe".to_owned()));
        assert_eq!(import(&app, &far).await, Outcome::Added);
        assert_eq!(find_users(&app, "mruiz").await.unwrap()[0].user.region, far.region);
    }

    /// Two people of the application may have names that look alike; somebody should look.
    async fn look_alikes_of_known_logins_are_told(db: TestDb) {
        let app = installation(&db).await;
        import(&app, &person("paul", "Paul Smith")).await;
        let alike = [person("pau1", "Paul Smith"), person("jsato", "Jun Sato"), person("PAUL", "Paul Smith")];
        let taken = Import::begin(&app, Run::ForGood).await.unwrap().take_over(&alike).await.unwrap();
        let told: Vec<_> = taken.into_iter().map(|taken| (taken.outcome, taken.looks_like_a_login)).collect();
        assert_eq!(told, [(Outcome::Added, true), (Outcome::Added, false), (Outcome::Same, false)]);
    }

    /// Of two imports of the same people at once, both end, and everybody is there once.
    async fn two_imports_at_once_make_everybody_once(db: TestDb) {
        let app = installation(&db).await;
        let people: Vec<_> = (0..200).map(|n| person(&format!("user{n:04}"), "Marta Ruiz")).collect();
        let backwards: Vec<_> = people.iter().rev().cloned().collect();
        let (one, two) =
            tokio::join!(import_users(&app, &people, Run::ForGood), import_users(&app, &backwards, Run::ForGood));
        let added = [one.unwrap(), two.unwrap()].concat().into_iter().filter(|o| *o == Outcome::Added).count();
        assert_eq!(added, 200);
        assert_eq!(store::users::count(&mut app.db.read().await.unwrap()).await.unwrap(), 200);
    }

    /// Of an ID and an imported login name that look alike and come at the same moment, one is made.
    async fn a_claim_and_an_import_at_once_make_no_look_alikes(db: TestDb) {
        let app = installation(&db).await;
        for round in 0..20 {
            import(&app, &person(&format!("owner{round}"), "Marta Ruiz")).await;
            let user = id_of(&app, &format!("owner{round}")).await;
            let name = format!("grey.heron{round}");
            let id = EnterpriseUserId::parse(&name).unwrap();
            let claim = async {
                let mut tx = app.db.begin().await.unwrap();
                let claimed = store::identities::claim(&mut tx, user, &id, app.now()).await.unwrap();
                tx.commit().await.unwrap();
                claimed
            };
            let alike = person(&name.replace('o', "0"), "Jun Sato");
            let (claimed, imported) = tokio::join!(claim, import(&app, &alike));
            assert_ne!(claimed, imported == Outcome::Added, "{round}: {imported:?}");
        }
    }
}

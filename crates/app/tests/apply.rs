//! `apply` against both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database fails")]

use app::{
    apply::{
        ApplicationState, ApplyError, CompanyState, ContactState, CountryState, InstallationState,
        RegionState, current, diff, save,
    },
    directory::Directory,
};
use crypto::random::SeededRandom;
use domain::{
    directory::Contact,
    policy::{Layer, LayerName, RawValue},
    role::{Region, Role},
    rollout::Rollout,
    time::Timestamp,
};
use store::testing::TestDb;
use testkit::clock::TestClock;

fn layer(name: LayerName, key: &str, value: &str) -> Layer {
    let mut layer = Layer::empty(name);
    assert_eq!(layer.set(key, &RawValue::from(value)), Ok(()));
    layer
}

fn desired() -> InstallationState {
    let region = Region("europe".to_owned());
    InstallationState {
        regions: vec![RegionState { region: region.clone(), name: "Europe".to_owned() }],
        contacts: vec![ContactState {
            region: region.clone(),
            role: Role::EndUser,
            country: None,
            phone: "+44 20 7946 0120".to_owned(),
            email: "help@harbour.example".to_owned(),
            days: "Monday to Friday".to_owned(),
            opens: "07:00".to_owned(),
            closes: "19:00".to_owned(),
            time_zone: "Europe/London".to_owned(),
        }],
        countries: vec![CountryState {
            code: "ES".to_owned(),
            policy: layer(LayerName::Country, "session.idle", "10 min"),
            floors: layer(LayerName::Country, "otp.digits", "8"),
        }],
        sources: Vec::new(),
        companies: vec![CompanyState {
            slug: "north-quay".to_owned(),
            name: "North Quay Logistics".to_owned(),
            country: "ES".to_owned(),
            region,
            time_zone: "Europe/Madrid".to_owned(),
            language: "es".to_owned(),
            rollout: Rollout { phase1_at: Some(Timestamp(1_795_993_200_000)), ..Rollout::default() },
            legacy_source: None,
            policy: layer(LayerName::Company, "device.trust_lifetime", "14 d"),
        }],
        applications: vec![ApplicationState {
            slug: "reconcile".to_owned(),
            name: "Harbour Reconcile".to_owned(),
            host: "reconcile.harbour.example".to_owned(),
            upstream: "http://10.0.0.7:3000".to_owned(),
            legacy_source: None,
            rules: domain::path_rule::PathRules::default(),
            policy: layer(LayerName::Application, "session.idle", "5 min"),
        }],
    }
}

fn of_country(country: &str, role: Role) -> ContactState {
    let contact = desired().contacts.remove(0);
    ContactState { role, country: Some(country.to_owned()), ..contact }
}

/// Role and country of the contact for somebody.
async fn reached(db: &TestDb, region: &str, country: Option<&str>, role: Role) -> String {
    let contacts = store::companies::list_contacts(&mut db.read().await.unwrap()).await.unwrap();
    let mut directory = Directory::default();
    directory.contacts.extend(contacts);
    let contact = directory.contact(Some(&Region(region.to_owned())), country, role).unwrap();
    let country = contact.country.iter().map(|country| format!(" {country}"));
    contact.role.to_string() + &country.collect::<String>()
}

async fn apply(db: &TestDb, desired: &InstallationState) {
    let before = current(&mut db.read().await.unwrap()).await.unwrap();
    let shown = diff(&before, desired).unwrap();
    // Not the keys again that an earlier call has used.
    let random = SeededRandom::danger_from_seed(before.contacts.len() as u64);
    save(db, desired, &shown, &TestClock::new(), &random).await.unwrap();
}

store::both_databases! {
    /// What was applied is there, and applying it again changes nothing.
    async fn applying_makes_the_installation_what_the_file_says(db: TestDb) {
        apply(&db, &desired()).await;
        let found = current(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!(found, desired());
        assert_eq!(diff(&found, &desired()).unwrap().changes, []);
    }

    /// A region's contacts of one role stand beside each other, and each is changed by its country.
    async fn contacts_differ_by_country(db: TestDb) {
        let mut state = desired();
        state.contacts.push(of_country("ES", Role::EndUser));
        state.contacts.push(of_country("PT", Role::EndUser));
        apply(&db, &state).await;
        assert_eq!(current(&mut db.read().await.unwrap()).await.unwrap(), state);
        let before = store::companies::list_contacts(&mut db.read().await.unwrap()).await.unwrap();
        state.contacts[1].phone = "+34 900 555 099".to_owned();
        let shown = diff(&current(&mut db.read().await.unwrap()).await.unwrap(), &state).unwrap();
        assert_eq!(shown.changes.len(), 1);
        apply(&db, &state).await;
        assert_eq!(current(&mut db.read().await.unwrap()).await.unwrap(), state);
        let after = store::companies::list_contacts(&mut db.read().await.unwrap()).await.unwrap();
        let ids = |contacts: &[Contact]| contacts.iter().map(|contact| contact.id).collect::<Vec<_>>();
        assert_eq!(ids(&after), ids(&before));
    }

    /// Country before region, role as before, and another country's contact only where there is no other.
    async fn the_contact_is_that_of_country_region_and_role(db: TestDb) {
        let mut state = desired();
        state.contacts.push(of_country("ES", Role::EndUser));
        state.contacts.push(of_country("ES", Role::ProgramAdministrator));
        apply(&db, &state).await;
        assert_eq!(reached(&db, "europe", Some("ES"), Role::EndUser).await, "end_user ES");
        assert_eq!(reached(&db, "europe", Some("PT"), Role::EndUser).await, "end_user");
        assert_eq!(reached(&db, "europe", None, Role::EndUser).await, "end_user");
        let role = Role::ProgramAdministrator;
        assert_eq!(reached(&db, "europe", Some("ES"), role).await, "program_administrator ES");
        assert_eq!(reached(&db, "europe", Some("PT"), role).await, "end_user", "not another country's");
        assert_eq!(reached(&db, "nowhere", Some("ES"), role).await, "end_user", "any, for all countries");
        let general = ContactState { country: None, ..of_country("", role) };
        state.contacts.push(general);
        apply(&db, &state).await;
        assert_eq!(reached(&db, "europe", Some("PT"), role).await, "program_administrator");
        assert_eq!(reached(&db, "europe", Some("ES"), role).await, "program_administrator ES");
        assert_eq!(reached(&db, "europe", Some("ES"), Role::ServicingAgent).await, "end_user ES");
    }

    /// A region that has nobody but another country's contact shows that one.
    async fn another_country_is_better_than_nobody(db: TestDb) {
        let state = InstallationState { contacts: vec![of_country("ES", Role::EndUser)], ..desired() };
        apply(&db, &state).await;
        assert_eq!(reached(&db, "europe", Some("PT"), Role::EndUser).await, "end_user ES");
        assert_eq!(reached(&db, "nowhere", None, Role::EndUser).await, "end_user ES");
    }

    /// A company keeps its key, and what is no longer said is taken away.
    async fn a_changed_company_stays_the_same_company(db: TestDb) {
        apply(&db, &desired()).await;
        let before = store::companies::list(&mut db.read().await.unwrap()).await.unwrap();
        let mut changed = desired();
        changed.companies[0].name = "North Quay".to_owned();
        changed.companies[0].rollout = Rollout::default();
        changed.companies[0].policy = Layer::empty(LayerName::Company);
        apply(&db, &changed).await;
        let after = store::companies::list(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!((after.len(), after[0].id), (1, before[0].id));
        assert_eq!(current(&mut db.read().await.unwrap()).await.unwrap(), changed);
        let applied = store::audit::count_of_kind(&mut db.read().await.unwrap(), "installation.applied").await;
        assert_eq!(applied.unwrap(), 2);
    }

    /// What was shown is what is done, or nothing is.
    async fn a_difference_that_is_no_longer_true_is_not_applied(db: TestDb) {
        let shown = diff(&InstallationState::default(), &desired()).unwrap();
        let mut other = desired();
        other.companies.clear();
        apply(&db, &other).await;
        let random = SeededRandom::danger_from_seed(8);
        let refused = save(&db, &desired(), &shown, &TestClock::new(), &random).await;
        assert!(matches!(refused, Err(ApplyError::Moved)));
        assert_eq!(current(&mut db.read().await.unwrap()).await.unwrap(), other);
    }
}

//! What a live source may say about people, and what it may not: whoever keeps it is no operator, and whoever answers it with
//! an old password is nobody yet (lines 8, 13 and 18).

use app::change_user::{find_users, unlock_name};
use crypto::random::{RandomExt as _, SystemRandom};
use http::StatusCode;
use legacy::source::{Kind, ProfileMap, SourceSpec};
use store::both_databases;

use crate::{
    old_systems::{KEPT, NEW, OldLogin, RIGHT, old_table, source, world},
    world::{NEWCOMER, World},
};

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

async fn makes_users(world: &World, old: &OldLogin, logins: &str) {
    let mut spec = SourceSpec { company: Some("northgate".to_owned()), ..old.spec("crm") };
    spec.profile.logins = Some(logins.to_owned());
    world.rest_on(&[spec], None, Some("crm")).await;
}

async fn is_known(world: &World, who: &str) -> bool {
    !find_users(&world.app, who).await.unwrap().is_empty()
}

both_databases! {
    /// The application takes an address or an accent for the login name too: nobody is made by another spelling.
    async fn another_spelling_makes_nobody(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Elif Demir", NEW.1);
        makes_users(&world, &old, "*").await;
        for login in [Some(NEW.0), None] {
            old.call_everybody(login);
            assert_eq!(world.try_legacy(NEW.1, RIGHT).await.status, REFUSED, "{login:?}");
        }
        old.call_everybody(None);
        assert_eq!(world.try_legacy(NEW.0, RIGHT).await.status, REFUSED, "it does not say what it calls her");
        assert!(!is_known(&world, NEW.1).await);
        old.call_everybody(Some(NEW.0));
        assert_eq!(world.try_legacy(NEW.0, RIGHT).await.path(), "/start/profile");
        old.call_everybody(Some("NGS-9101"));
        assert_eq!(world.try_legacy("NGS-9101", RIGHT).await.status, REFUSED, "her address is somebody's");
        assert!(!is_known(&world, "NGS-9101").await);
    }

    /// A company's directory names nobody outside of what the operator said its login names look like.
    async fn a_source_makes_nobody_with_another_companys_name(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Mallory", "mallory@northgate-shipping.example");
        makes_users(&world, &old, "ngs-*").await;
        assert_eq!(world.try_legacy("cfo-b", RIGHT).await.status, REFUSED);
        assert!(!is_known(&world, "cfo-b").await);
        assert_eq!(world.try_legacy("NGS-7", RIGHT).await.path(), "/start/profile");
    }

    /// The mailbox is the second proof: whoever gives the first one does not move it, confirmed or not.
    async fn a_source_moves_no_address(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        old.know("Noor Visser", "thief@elsewhere.example");
        let browser = world.browser();
        assert_eq!(browser.enter_legacy(KEPT.0, RIGHT).await.path(), "/start/profile");
        let user = world.user(KEPT.1).await;
        assert!(user.email_confirmed_at.is_none() && !is_known(&world, "thief@elsewhere.example").await);
        let region = domain::role::Region("europe-asia-pacific".to_owned());
        let mut conn = world.db().read().await.unwrap();
        let cases = store::cases::list_open(&mut conn, &region, 10).await.unwrap();
        assert_eq!(cases.iter().filter(|case| case.user == user.id).count(), 1, "{cases:?}");
    }

    /// What nobody foresaw counts as a guess for that name, and closes the door for no other.
    async fn an_odd_answer_is_a_counted_refusal_of_one_name(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        world.keep(KEPT).await;
        world.rest_on(&[old.spec("crm")], Some(("northgate", "crm")), None).await;
        old.answer_with(500);
        let browser = world.browser();
        for _ in 0..4 {
            assert_eq!(browser.enter_legacy(KEPT.0, RIGHT).await.status, REFUSED);
        }
        assert_eq!(browser.enter_legacy(KEPT.0, RIGHT).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(world.try_legacy(NEWCOMER.0, "not the password").await.status, REFUSED);
    }

    /// No row, and a row that no password opens: one answer.
    async fn a_table_tells_nobody_whose_name_it_has(db: TestDb) {
        let world = world(db).await;
        let mut table = old_table(&format!("old_{}", uuid::Uuid::from_bytes(SystemRandom.bytes::<16>()).simple())).await;
        // The login name itself is no hash.
        table.hash = "login".to_owned();
        let mut spec = source("old-db", Kind::Sql(table));
        spec.limits.whole_ms = 3_000;
        world.rest_on(&[SourceSpec { profile: ProfileMap::default(), ..spec }], None, Some("old-db")).await;
        for name in [KEPT.0, "nobody-at-all"] {
            assert_eq!(world.try_legacy(name, RIGHT).await.status, REFUSED, "{name}");
        }
    }

    /// Strangers lock a name that is nobody's user yet; an operator ends it.
    async fn a_name_that_is_nobodys_can_be_unlocked(db: TestDb) {
        let (world, old) = (world(db).await, OldLogin::start().await);
        old.know("Elif Demir", NEW.1);
        makes_users(&world, &old, "ngs-*").await;
        let is_locked = async || world.try_legacy(NEW.0, "a guess").await.status != REFUSED;
        while !is_locked().await {}
        unlock_name(&world.app, "nGS-9100").await.unwrap();
        assert_eq!(world.try_legacy(NEW.0, RIGHT).await.path(), "/start/profile");
    }
}

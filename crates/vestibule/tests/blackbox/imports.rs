//! Lines 13, 14 and 16 for people who are imported: nobody's confirmed data change, no login name opens somebody else's
//! account, and hashes are sealed.

use app::import_users::{Outcome, Person, Rejection, Run, import_users};
use domain::{enterprise_user_id::LegacyLogin, role::Role};
use http::StatusCode;
use legacy::ImportedHash;
use store::both_databases;

use crate::{
    steps::{NEW_ID, words},
    world::{COLLEAGUE, LEGACY_PASSWORD, NEWCOMER, ONE_FACTOR, World},
};

/// The legacy password of the demo's people, hashed as theirs.
const HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";

fn person(company: &str, login: &str, email: &str) -> Person {
    Person {
        company: company.to_owned(),
        region: None,
        role: Role::EndUser,
        name: "Mallory Imported".to_owned(),
        email: email.to_owned(),
        language: None,
        login: LegacyLogin::parse(login).ok(),
        hash: ImportedHash::parse(HASH).ok(),
    }
}

async fn import(world: &World, person: Person) -> Outcome {
    import_users(&world.app, &[person], Run::ForGood).await.expect("an import").remove(0)
}

both_databases! {
    /// Line 13: whoever confirmed name and address keeps them; mails go where they went, and servicing gets a case.
    async fn an_import_changes_no_confirmed_profile(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        browser.choose(NEW_ID).await;
        let before = world.find(NEWCOMER.1).await.user;
        let outcome = import(&world, person("northgate", NEWCOMER.0, "mallory@elsewhere.example")).await;
        assert_eq!(outcome, Outcome::CaseOpened);
        let after = world.find(NEWCOMER.1).await.user;
        assert_eq!((after.name, after.email, after.company), (before.name, before.email, before.company));
        let other = world.browser();
        assert_eq!(other.enter_password(NEW_ID, crate::steps::NEW_PASSWORD).await.status, StatusCode::SEE_OTHER);
        assert!(world.mails("mallory@elsewhere.example").is_empty());
        let again = import(&world, person("northgate", NEWCOMER.0, "mallory@elsewhere.example")).await;
        assert_eq!(again, Outcome::Same, "one case stays open");
    }

    /// Line 7: a code proves the address that it went to, whatever a file says meanwhile.
    async fn an_address_that_is_being_proven_moves_nowhere(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        browser.confirm_profile().await;
        let code = world.code(NEWCOMER.1, 1).await;
        let moved = import(&world, person("northgate", NEWCOMER.0, "mallory@elsewhere.example")).await;
        assert_eq!(moved, Outcome::CaseOpened);
        browser.prove_mailbox(&code).await;
        let user = world.find(NEWCOMER.0).await.user;
        assert_eq!((user.email.as_str(), user.email_confirmed_at.is_some()), (NEWCOMER.1, true));
    }

    /// Line 13: a login name of another company's user is nobody's in this one.
    async fn an_import_adopts_nobody_of_another_company(db: TestDb) {
        let world = World::new(db).await;
        let outcome = import(&world, person("andina", NEWCOMER.0, "mallory@andina-agro.example")).await;
        assert_eq!(outcome, Outcome::Rejected(Rejection::OtherCompany));
        assert_eq!(world.find(NEWCOMER.0).await.user.email, NEWCOMER.1);
    }

    /// Old credentials that died with the ID stay dead, whatever a later file says.
    async fn an_import_brings_no_credentials_back(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        browser.choose(NEW_ID).await;
        let mut person = person("northgate", NEWCOMER.0, NEWCOMER.1);
        person.hash = ImportedHash::parse(&HASH.replace("hLRE", "hLRF")).ok();
        import(&world, person.clone()).await;
        person.hash = ImportedHash::parse(HASH).ok();
        import(&world, person).await;
        let answer = world.browser().enter_legacy(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    }

    /// Line 14: a login name that equals or resembles somebody's ID is a reported collision, and opens nothing.
    async fn an_imported_login_never_resembles_an_id(db: TestDb) {
        let world = World::new(db).await;
        for login in [ONE_FACTOR.0, "KENJI.SATO", "kenji.sat0", "ｋｅｎｊｉ.ｓａｔｏ", COLLEAGUE.0] {
            let outcome = import(&world, person("northgate", login, "mallory@northgate-shipping.example")).await;
            assert_eq!(outcome, Outcome::Rejected(Rejection::ResemblesId), "{login}");
        }
    }

    /// Line 14, the other way round: an ID cannot be chosen that resembles a login name which came with a later import.
    async fn no_id_resembles_a_login_that_was_imported_later(db: TestDb) {
        let world = World::new(db).await;
        let outcome = import(&world, person("andina", "grey.heron", "grey.heron@andina-agro.example")).await;
        assert_eq!(outcome, Outcome::Added);
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        for taken in ["grey.heron", "Grey.Heron", "grey.her0n"] {
            let answer = browser.choose(taken).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{taken}");
            assert!(answer.body.contains(&words("problem-user-id-taken")), "{taken}");
        }
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
    }

    /// Line 16: neither the hash nor the password stands in the database; the fingerprint of a hash is keyed.
    async fn imported_hashes_are_sealed(db: TestDb) {
        let world = World::new(db).await;
        let person = person("northgate", "NGS-777001", "sealed@northgate-shipping.example");
        let canonical = person.login.as_ref().map(LegacyLogin::canonical).expect("a login name");
        import(&world, person).await;
        let mut conn = world.db().read().await.expect("a reader");
        let known = store::imports::known_by_login(&mut conn, &[&canonical]).await.expect("a look-up");
        let known = &known[&canonical];
        let mac = known.imported_mac.clone().expect("a fingerprint");
        assert_eq!(mac.len(), 32);
        let sealed = store::identities::find_credential(&mut conn, known.user.id).await.expect("a look-up");
        let sealed = sealed.expect("a credential");
        for part in [&HASH.as_bytes()[..7], &HASH.as_bytes()[29..]] {
            assert!(!sealed.windows(part.len()).any(|window| window == part));
        }
        let answer = world.browser().enter_legacy("ngs-777001", LEGACY_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "and opens with the password all the same");
    }
}

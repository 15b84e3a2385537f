//! Recovery codes: each stands in once for a lost factor, for its owner, and is kept as a hash.

use futures_util::future::join_all;
use http::StatusCode;
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::world::{Answer, Browser, COLLEAGUE, PASSWORD, SETTLED, World};

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

impl Browser {
    /// Makes recovery codes, on a fresh session.
    pub async fn make_recovery_codes(&self) -> Vec<String> {
        self.get("/account/recovery-codes").await;
        let page = self.post("/account/recovery-codes", &[("security_code", SECURITY_CODE)]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.headers["cache-control"], "no-store");
        let parts = page.body.split("<li><code>").skip(1);
        parts.map(|part| part.split("</code>").next().unwrap().to_owned()).collect()
    }

    async fn guess_recovery(&self, code: &str) -> Answer {
        self.post("/login/recovery-code", &[("code", code)]).await
    }
}

both_databases! {
    /// A lost phone: password and a code from paper. Of 50 at once one wins, and never again.
    async fn a_code_stands_in_once(db: TestDb) {
        let world = World::new(db).await;
        let (owner, _) = world.somebody_with_app().await;
        let codes = owner.make_recovery_codes().await;
        assert_eq!(codes.len(), 10);
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        let page = browser.get("/login/app").await;
        assert!(page.body.contains("/login/recovery-code"));
        browser.get("/login/recovery-code").await;
        let copies: Vec<_> = (0..50).map(|_| browser.clone()).collect();
        let typed = codes[3].to_lowercase().replace('-', " ");
        // More than ten would use up the budget before the right one is looked at.
        join_all(copies.iter().take(10).map(|copy| copy.guess_recovery(&typed))).await;
        join_all(copies.iter().skip(10).map(|copy| copy.guess_recovery(&typed))).await;
        let mut signed_in = Vec::new();
        for copy in &copies {
            if copy.is_signed_in().await {
                signed_in.push(copy);
            }
        }
        assert_eq!(signed_in.len(), 1);
        assert_eq!(signed_in[0].session().await.json()["acr"], "urn:vestibule:acr:recovery-code");
        assert_eq!(world.recorded("factor.recovery_code_used").await, 1);
        let page = signed_in[0].get("/account/recovery-codes").await;
        assert!(page.body.contains("9 recovery codes"), "{}", page.body);

        let again = world.browser();
        again.enter_password(SETTLED.0, PASSWORD).await;
        again.get("/login/recovery-code").await;
        assert_eq!(again.guess_recovery(&typed).await.status, WRONG, "used up");
        assert_eq!(again.guess_recovery(&codes[4]).await.status, StatusCode::SEE_OTHER, "the others are good");
    }

    /// A code opens its owner's login only, only after the password, and not once a new set was made.
    async fn a_code_is_its_owners_and_of_the_newest_set(db: TestDb) {
        let world = World::new(db).await;
        let (owner, _) = world.somebody_with_app().await;
        let old = owner.make_recovery_codes().await;
        let codes = owner.make_recovery_codes().await;
        let stranger = world.browser();
        stranger.get("/login").await;
        assert_eq!(stranger.guess_recovery(&codes[0]).await.path(), "/login");
        let colleague = world.browser();
        colleague.ask_for_code(&world, COLLEAGUE).await;
        assert_eq!(colleague.guess_recovery(&codes[0]).await.path(), "/login", "not in their offer");
        assert!(!colleague.is_signed_in().await);
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/recovery-code").await;
        assert_eq!(browser.guess_recovery(&old[0]).await.status, WRONG);
        let answer = browser.guess_recovery("2XK7").await;
        assert!(answer.status == WRONG && answer.body.contains("was not counted"));
        assert_eq!(browser.guess_recovery(&codes[0]).await.status, StatusCode::SEE_OTHER);
    }

    /// Ten wrong ones, and nothing is looked at for a while; the app still opens.
    async fn recovery_codes_have_a_budget_of_their_own(db: TestDb) {
        let world = World::new(db).await;
        let (owner, app) = world.somebody_with_app().await;
        let codes = owner.make_recovery_codes().await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/recovery-code").await;
        for nth in 0..10 {
            let status = browser.guess_recovery("2222-2222-2222-2222").await.status;
            assert_eq!(status, if nth < 9 { WRONG } else { StatusCode::TOO_MANY_REQUESTS }, "{nth}");
        }
        assert_eq!(browser.guess_recovery(&codes[0]).await.status, StatusCode::TOO_MANY_REQUESTS);
        browser.get("/login/app").await;
        assert_eq!(browser.guess_app(&app.code(&world, 0)).await.status, StatusCode::SEE_OTHER);
    }

    /// What is at rest opens nothing: neither codes nor the app's key are there in clear.
    async fn factors_are_no_secrets_at_rest(db: TestDb) {
        let world = World::new(db).await;
        let (owner, _) = world.somebody_with_app().await;
        let codes = owner.make_recovery_codes().await;
        let mut conn = world.db().read().await.unwrap();
        let user = owner_of(&world).await;
        let number = &codes[0][..1];
        let hash = store::recovery_codes::find(&mut conn, user, number).await.unwrap().unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        let app = store::authenticator_apps::find_confirmed(&mut conn, user).await.unwrap().unwrap();
        assert!(app.sealed_secret.len() > 20 + 28);
        assert_eq!(owner.choose_channel("email", SECURITY_CODE).await.path(), "/account/channel");
    }
}

async fn owner_of(world: &World) -> domain::id::UserId {
    world.find(SETTLED.0).await.user.id
}

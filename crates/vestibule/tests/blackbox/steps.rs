//! The steps of an onboarding, for tests that begin where one of them ends, and what only the database can tell.

use domain::{directory::User, rollout::Rollout};
use text::Text;

use crate::world::{Answer, Browser, LEGACY_PASSWORD, World};

/// An Enterprise User ID that nobody has.
pub(crate) const NEW_ID: &str = "red.heron";
/// A password that nobody has.
pub(crate) const NEW_PASSWORD: &str = "seven tin boats upstream";
/// A security code that nobody has.
pub(crate) const NEW_SECURITY_CODE: &str = "83051726";

/// The words of a message without values.
pub(crate) fn words(id: &str) -> String {
    Text::default().get(id)
}

impl Browser {
    /// "Yes, these are right."
    pub(crate) async fn confirm_profile(&self) -> Answer {
        self.get("/start/profile").await;
        self.post("/start/profile", &[]).await
    }

    /// Types a code at `/start/email`.
    pub(crate) async fn prove_mailbox(&self, code: &str) -> Answer {
        self.get("/start/email").await;
        self.post("/start/email", &[("code", code)]).await
    }

    /// Chooses an ID, with [`NEW_PASSWORD`].
    pub(crate) async fn choose(&self, user_id: &str) -> Answer {
        self.get("/start/user-id").await;
        self.post("/start/user-id", &[("user_id", user_id), ("password", NEW_PASSWORD)]).await
    }

    /// Makes [`NEW_SECURITY_CODE`].
    pub(crate) async fn make_security_code(&self) -> Answer {
        self.get("/start/security-code").await;
        self.post("/start/security-code", &[("security_code", NEW_SECURITY_CODE)]).await
    }

    /// Old credentials, details and the mailed code: what comes next is the ID.
    pub(crate) async fn come_to_user_id(&self, world: &World, (login, email): (&str, &str)) -> Answer {
        let sent = world.mails(email).iter().filter(|mail| mail.code.is_some()).count();
        self.enter_legacy(login, LEGACY_PASSWORD).await;
        self.confirm_profile().await;
        let code = world.code(email, sent + 1).await;
        self.prove_mailbox(&code).await
    }

    /// "Not now."
    pub(crate) async fn put_off(&self) -> Answer {
        self.get("/postponed").await;
        self.post("/postponed", &[]).await
    }

    /// What the session rests on.
    pub(crate) async fn acr(&self) -> String {
        self.session().await.json()["acr"].as_str().expect("an acr").to_owned()
    }
}

impl World {
    /// A user as stored.
    pub(crate) async fn user(&self, email: &str) -> User {
        let found = app::change_user::find_users(&self.app, email).await.expect("a look-up");
        found.into_iter().next().expect("a user").user
    }

    /// The Enterprise User ID as stored.
    pub(crate) async fn id_of(&self, email: &str) -> Option<String> {
        let user = self.user(email).await;
        let mut conn = self.db().read().await.expect("a reader");
        store::identities::id_of(&mut conn, user.id).await.expect("an ID or none")
    }

    /// Gives a company another timetable.
    pub(crate) async fn roll_out(&self, company: &str, change: impl FnOnce(&mut Rollout)) {
        let mut conn = self.db().read().await.expect("a reader");
        let before = app::apply::current(&mut conn).await.expect("the installation");
        drop(conn);
        let mut desired = before.clone();
        let state = desired.companies.iter_mut().find(|state| state.slug == company).expect("a company");
        change(&mut state.rollout);
        let found = app::apply::diff(&before, &desired).expect("a difference");
        let (clock, random) = (&self.clock, self.app.random.as_ref());
        app::apply::save(self.db(), &desired, &found, clock, random).await.expect("a saved timetable");
        self.app.forget_directory();
    }
}

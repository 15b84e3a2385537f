//! The steps of a recovery, for tests that begin where one of them ends.

use app::{
    change_user::find_users,
    danger_seed::{Given, danger_give_user_id},
    decide_case::{Decided, approve_case},
};
use crypto::random::RandomExt as _;
use domain::{id::UserId, role::Role};
use std::sync::Arc;
use store::users::NewUser;
use vestibule::demo::{mail::Mail, world::SECURITY_CODE};

use crate::world::{Answer, Browser, PASSWORD, World};

/// A password that takes the place of a forgotten one.
pub const RECOVERED_PASSWORD: &str = "nine copper kettles whistling";

impl Browser {
    /// Types a User ID at `/recover/password`, `/recover/unlock` or `/recover/factor`.
    pub async fn ask_to_recover(&self, what: &str, user_id: &str) -> Answer {
        let page = format!("/recover/{what}");
        self.get(&page).await;
        self.post(&page, &[("user_id", user_id)]).await
    }

    /// Types a code at `/recover/code`.
    pub async fn enter_recovery_code(&self, code: &str) -> Answer {
        self.get("/recover/code").await;
        self.guess_recovery_code(code).await
    }

    /// Sends a code without looking at the page again.
    pub async fn guess_recovery_code(&self, code: &str) -> Answer {
        self.post("/recover/code", &[("code", code)]).await
    }

    /// Types a security code at `/recover/security-code`.
    pub async fn enter_security_code(&self, code: &str) -> Answer {
        self.get("/recover/security-code").await;
        self.guess_security_code(code).await
    }

    /// Sends a security code without looking at the page again.
    pub async fn guess_security_code(&self, code: &str) -> Answer {
        self.post("/recover/security-code", &[("security_code", code)]).await
    }

    /// Chooses a password at `/recover/new-password`.
    pub async fn choose_new_password(&self, password: &str) -> Answer {
        self.get("/recover/new-password").await;
        self.post("/recover/new-password", &[("password", password)]).await
    }

    /// Asks for the code and gives it, without entering it.
    pub async fn ask_recovery_code(&self, world: &World, what: &str, (id, email): (&str, &str)) -> String {
        let before = world.mails(email);
        assert_eq!(self.ask_to_recover(what, id).await.path(), "/recover/code");
        self.mailed_code(world, email, &before).await
    }

    /// Types ID and password where the mailbox has to be proven first, and gives the code that is mailed for it.
    pub async fn ask_for_door(&self, world: &World, (id, email): (&str, &str)) -> String {
        let before = world.mails(email);
        assert_eq!(self.enter_password(id, PASSWORD).await.path(), "/recover/code");
        self.mailed_code(world, email, &before).await
    }

    /// The code that the page waits for: the one whose mail has the page's tag, and was not there before.
    async fn mailed_code(&self, world: &World, email: &str, before: &[Arc<Mail>]) -> String {
        let page = self.get("/recover/code").await.body;
        let (_, rest) = page.split_once("Code <strong>").expect("a tag");
        let tag = format!("({})", rest.split('<').next().expect("its end"));
        let earlier = before.iter().filter(|mail| mail.subject.contains(&tag)).count();
        let mail = world.nth_mail(email, &tag, earlier + 1).await;
        mail.code.clone().expect("a code").replace(' ', "")
    }

    /// Up to the page that asks for the security code.
    pub async fn come_to_security_code(&self, world: &World, what: &str, who: (&str, &str)) {
        let code = self.ask_recovery_code(world, what, who).await;
        assert_eq!(self.enter_recovery_code(&code).await.path(), "/recover/security-code");
        self.get("/recover/security-code").await;
    }

    /// Up to the page that asks for the new password.
    pub async fn come_to_new_password(&self, world: &World, who: (&str, &str)) {
        self.come_to_security_code(world, "password", who).await;
        assert_eq!(self.guess_security_code(SECURITY_CODE).await.path(), "/recover/new-password");
        self.get("/recover/new-password").await;
    }

    /// Opens a case at `/recover/security-code`, and gives its number.
    pub async fn open_case(&self) -> String {
        self.get("/recover/security-code").await;
        assert_eq!(self.post("/recover/staff", &[]).await.path(), "/recover/security-code");
        let page = self.get("/recover/security-code").await.body;
        let (_, rest) =
            page.split_once("<dd>").and_then(|(_, rest)| rest.split_once("<dd>")).expect("a case");
        rest.split('<').next().expect("its number").to_owned()
    }
}

impl World {
    /// Somebody of staff, with an Enterprise User ID.
    pub async fn staff(&self, user_id: &str, role: Role) {
        let email = format!("{user_id}@harbourcards.example");
        let user = NewUser {
            id: UserId(uuid::Uuid::from_bytes(self.app.random.bytes())),
            company: None,
            role,
            region: None,
            name: user_id.to_owned(),
            email: email.clone(),
            language: None,
        };
        let mut tx = self.db().begin().await.expect("a transaction");
        store::users::insert(&mut tx, &user, self.app.now()).await.expect("a user");
        tx.commit().await.expect("a commit");
        let found = find_users(&self.app, &email).await.expect("a look-up").remove(0).user;
        let given = Given { user_id, password: "twelve grey herons standing", security_code: None };
        danger_give_user_id(&self.app, &found, given).await.expect("an ID");
    }

    /// Somebody of staff vouches.
    pub async fn vouch(&self, case: &str, staff: &str) -> Decided {
        approve_case(&self.app, case, staff, "known by voice").await.expect("a decision")
    }

    /// Uses up what a name takes from strangers: twenty wrong passwords, as the waits allow.
    pub async fn besiege(&self, name: &str) {
        for minutes in [1, 2, 3, 4] {
            for _ in 0..5 {
                self.browser().enter_password(name, "not the password").await;
            }
            self.advance(std::time::Duration::from_mins(minutes));
        }
    }
}

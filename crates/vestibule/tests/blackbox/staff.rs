//! What staff do for others at the command line, and what the command line does for staff: lines 4, 7 and 9, and the matrix's row
//! of a reset.

use std::time::Duration;

use app::{
    add_staff::{Added, Post, add_staff},
    change_user::{disable_user, enable_user, unlock_user},
    danger_seed::{Given, danger_give_user_id},
    decide_case::Decided,
    remove_factors::remove_due_factors,
    reset_factors::reset_factors,
    vouch_for_last_staff::{Outcome, vouch_for_last_staff},
};
use domain::{
    approval::CannotVouch,
    factor::Owned,
    role::{Region, Role},
};
use http::StatusCode;
use store::both_databases;
use vestibule::demo::world::SECURITY_CODE;

use crate::{
    moves::other_than,
    recovering::RECOVERED_PASSWORD,
    steps::words,
    world::{COLLEAGUE, PASSWORD, SETTLED, UNFINISHED, World},
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const MOMENT: Duration = Duration::from_millis(1);
const PAUSED: StatusCode = StatusCode::TOO_MANY_REQUESTS;
/// One of staff.
const OLGA: (&str, &str) = ("olga.operator", "olga.operator@harbourcards.example");

impl World {
    /// Nobody is of staff but those who come now.
    async fn without_staff(&self) {
        let mut staff = Vec::new();
        let mut conn = self.db().read().await.unwrap();
        for role in [Role::Operator, Role::ServicingAgent] {
            staff.extend(store::users::list_of_staff(&mut conn, role, 100).await.unwrap());
        }
        drop(conn);
        for user in staff {
            disable_user(&self.app, &user).await.unwrap();
        }
    }

    /// A servicing agent of a region, who has made an Enterprise User ID.
    async fn agent(&self, user_id: &str, region: &str) -> Added {
        let email = format!("{user_id}@harbourcards.example");
        let post = Post::ServicingAgent(Region(region.to_owned()));
        let added = add_staff(&self.app, &post, user_id, &email).await.unwrap();
        if let Added::Invited(_) = added {
            let given = Given { user_id, password: "twelve grey herons standing", security_code: None };
            danger_give_user_id(&self.app, &self.user(&email).await, given).await.unwrap();
        }
        added
    }

    async fn unlock(&self, who: (&str, &str)) {
        unlock_user(&self.app, &self.find(who.0).await).await.unwrap();
    }
}

both_databases! {
    /// A servicing agent is made for a region that there is, and vouches in that region only.
    async fn an_agent_serves_a_region(db: TestDb) {
        let world = World::new(db).await;
        assert!(matches!(world.agent("agnes.agent", "atlantis").await, Added::NoRegion(known) if known.len() == 3));
        for (agent, region) in [("agnes.agent", "latin-america"), ("anton.agent", "latin-america"), ("asta.agent", "us-canada")] {
            assert!(matches!(world.agent(agent, region).await, Added::Invited(_)), "{agent}");
        }
        assert_eq!(world.agent("agnes.agent", "latin-america").await, Added::HasId);
        assert_eq!(world.agent("agnes.agent", "us-canada").await, Added::AddressTaken);
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", UNFINISHED).await;
        let case = browser.open_case().await;
        assert_eq!(world.vouch(&case, "asta.agent").await, Decided::Cannot(CannotVouch::OtherRegion));
        assert_eq!(world.vouch(&case, "agnes.agent").await, Decided::Approved { missing: 1 });
        assert_eq!(world.vouch(&case, "anton.agent").await, Decided::Approved { missing: 0 });
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/new-password");
    }

    /// An approval counts while its giver may still vouch: at the next one, on the page, and when it is used.
    async fn an_approval_counts_while_its_giver_may(db: TestDb) {
        let world = World::new(db).await;
        for operator in [OLGA.0, "oscar.operator", "odile.operator"] {
            world.staff(operator, Role::Operator).await;
        }
        let olga = world.user(OLGA.1).await;
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", UNFINISHED).await;
        let case = browser.open_case().await;
        assert_eq!(world.vouch(&case, OLGA.0).await, Decided::Approved { missing: 1 });
        disable_user(&world.app, &olga).await.unwrap();
        assert_eq!(world.vouch(&case, "oscar.operator").await, Decided::Approved { missing: 1 }, "hers is gone");
        enable_user(&world.app, &olga).await.unwrap();
        assert!(browser.get("/recover/security-code").await.body.contains(&words("recover-approved-title")));
        disable_user(&world.app, &olga).await.unwrap();
        assert!(browser.get("/recover/security-code").await.body.contains(&words("recover-waiting-title")));
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/security-code");
        assert_eq!(world.vouch(&case, "odile.operator").await, Decided::Approved { missing: 0 });
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/new-password");
    }

    /// For the last of staff the command line vouches, in the case that they began, for a day, and only while no two others can.
    async fn the_last_of_staff_is_reset_by_command_line(db: TestDb) {
        let world = World::new(db).await;
        world.without_staff().await;
        for operator in [OLGA.0, "oscar.operator", "odile.operator"] {
            world.staff(operator, Role::Operator).await;
        }
        let (olga, odile) = (world.user(OLGA.1).await, world.find("odile.operator").await.user);
        let (browser, stranger) = (world.browser(), world.browser());
        browser.come_to_security_code(&world, "password", OLGA).await;
        let case = browser.open_case().await;
        stranger.come_to_security_code(&world, "password", UNFINISHED).await;
        let other = stranger.open_case().await;
        let vouch = async |user, case: &str| vouch_for_last_staff(&world.app, user, case).await.unwrap();
        assert_eq!(vouch(olga.id, &case).await, Outcome::OthersCan);
        disable_user(&world.app, &odile).await.unwrap();
        assert_eq!(vouch(olga.id, &other).await, Outcome::NoCase, "somebody else's");
        assert_eq!(vouch(world.user(UNFINISHED.1).await.id, &other).await, Outcome::NotStaff);
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/security-code", "nobody has vouched");
        assert_eq!(vouch(olga.id, &case.to_lowercase()).await, Outcome::Vouched);
        world.mail(OLGA.1, "you can go on").await;
        world.advance(DAY - MOMENT);
        assert!(browser.get("/recover/security-code").await.body.contains(&words("recover-approved-title")));
        world.advance(MOMENT);
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/security-code", "a day is over");
        assert_eq!(vouch(olga.id, &case).await, Outcome::Vouched);
        assert_eq!(browser.post("/recover/approved", &[]).await.path(), "/recover/new-password");
        assert_eq!(vouch(olga.id, &case).await, Outcome::NoCase, "it is used up");
        assert_eq!(browser.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
        assert_eq!(world.browser().enter_password(OLGA.0, RECOVERED_PASSWORD).await.path(), "/login/code");
    }

    /// Factors that are reset are gone at once, with all that was open; their owner is told of each, once.
    async fn reset_factors_are_gone_at_once(db: TestDb) {
        let world = World::new(db).await;
        let (signed_in, _) = world.somebody_with_app().await;
        signed_in.make_recovery_codes().await;
        world.advance(2 * MINUTE);
        world.mail(SETTLED.1, "has changed").await;
        let (pending, lost) = (world.browser(), world.browser());
        assert_eq!(pending.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app");
        lost.come_to_security_code(&world, "factor", SETTLED).await;
        assert_eq!(lost.guess_security_code(SECURITY_CODE).await.path(), "/recover/scheduled");

        let user = world.user(SETTLED.1).await;
        let gone = Owned { authenticator_app: true, passkey: false, recovery_code: true };
        assert_eq!(reset_factors(&world.app, &user).await.unwrap(), gone);
        assert!(!signed_in.is_signed_in().await);
        assert_eq!(pending.get("/login/app").await.path(), "/login");
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/login/code");
        assert_eq!(world.recorded("factor.removed").await, 2);
        assert_eq!(reset_factors(&world.app, &user).await.unwrap(), Owned::default());
        assert_eq!(world.recorded("factor.removed").await, 2);
        world.advance(2 * MINUTE);
        let mail = world.nth_mail(SETTLED.1, "has changed", 2).await;
        for notice in ["notice-app-removed-text", "notice-codes-removed-text"] {
            assert!(mail.text.contains(&words(notice)), "{notice}: {}", mail.text);
        }
        world.advance(2 * DAY);
        assert_eq!(remove_due_factors(&world.app).await.unwrap(), 0, "what was scheduled is over");
    }

    /// An unlock ends every wait that is counted against a user: of the app, the security code, recovery's codes, an open door.
    async fn an_unlock_ends_every_wait(db: TestDb) {
        let world = World::new(db).await;
        let (_, app) = world.somebody_with_app().await;
        let browser = world.browser();
        browser.enter_password(SETTLED.0, PASSWORD).await;
        browser.get("/login/app").await;
        for _ in 0..10 {
            browser.guess_app(&other_than(&app.code(&world, 0))).await;
        }
        assert_eq!(browser.guess_app(&app.code(&world, 0)).await.status, PAUSED);
        world.unlock(SETTLED).await;
        assert_eq!(browser.guess_app(&app.code(&world, 0)).await.location().as_ref(), Some(&world.application));

        let lost = world.browser();
        lost.come_to_security_code(&world, "password", SETTLED).await;
        for _ in 0..5 {
            lost.guess_security_code(&other_than(SECURITY_CODE)).await;
        }
        assert_eq!(lost.guess_security_code(SECURITY_CODE).await.status, PAUSED);
        world.unlock(SETTLED).await;
        assert_eq!(lost.guess_security_code(SECURITY_CODE).await.path(), "/recover/new-password");

        world.advance(60 * MINUTE);
        let lost = world.browser();
        for tries in [5, 4] {
            let code = lost.ask_recovery_code(&world, "password", SETTLED).await;
            for _ in 0..tries {
                lost.guess_recovery_code(&other_than(&code)).await;
            }
        }
        let code = lost.ask_recovery_code(&world, "password", SETTLED).await;
        lost.guess_recovery_code(&other_than(&code)).await;
        assert_eq!(lost.guess_recovery_code(&code).await.status, PAUSED);
        world.unlock(SETTLED).await;
        assert_eq!(lost.guess_recovery_code(&code).await.path(), "/recover/security-code");

        world.besiege(SETTLED.0).await;
        world.advance(60 * MINUTE);
        let door = world.browser();
        let code = door.ask_for_door(&world, SETTLED).await;
        door.enter_recovery_code(&code).await;
        for _ in 0..5 {
            door.enter_password(SETTLED.0, "not the password").await;
        }
        assert_eq!(door.enter_password(SETTLED.0, PASSWORD).await.path(), "/recover/code");
        world.unlock(SETTLED).await;
        assert_eq!(door.enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app");
        assert_eq!(world.browser().enter_password(SETTLED.0, PASSWORD).await.path(), "/login/app");
    }

    /// The same for a Trusted Device, which is counted by itself.
    async fn an_unlock_ends_the_wait_of_a_trusted_device(db: TestDb) {
        let world = World::new(db).await;
        let trusted = world.browser();
        trusted.sign_in(&world, COLLEAGUE, true).await;
        trusted.log_out().await;
        for _ in 0..5 {
            trusted.enter_password(COLLEAGUE.0, "not the password").await;
        }
        assert_eq!(trusted.enter_password(COLLEAGUE.0, PASSWORD).await.status, PAUSED);
        world.unlock(COLLEAGUE).await;
        assert_eq!(trusted.enter_password(COLLEAGUE.0, PASSWORD).await.location().as_ref(), Some(&world.application));
    }
}

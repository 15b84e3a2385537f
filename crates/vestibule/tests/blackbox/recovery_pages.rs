//! What the pages of a recovery say: whose contact, whose name, how a case stands; and what is forgotten when it is over.

use std::time::Duration;

use app::{
    clean_up::{self, clean_up},
    decide_case::{Decided, list_cases, refuse_case},
};
use domain::role::Role;
use http::StatusCode;
use store::both_databases;
use vestibule::demo::world;

use crate::{
    recovering::RECOVERED_PASSWORD,
    steps::words,
    world::{PASSWORD, SETTLED, UNFINISHED, World},
};

const DAY: Duration = Duration::from_hours(24);
/// The telephone for Brazil, where their company is.
const THEIR_CONTACT: &str = "+1 202 555 0147";
/// The one for the rest of Latin America.
const CONTACT_OF_REGION: &str = "+1 202 555 0143";

both_databases! {
    /// From the proven mailbox to the last page, pages name the person's own contact; before, they tell nobody's.
    async fn a_recovery_names_its_own_contact(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let code = browser.ask_recovery_code(&world, "password", SETTLED).await;
        assert!(!browser.get("/recover/code").await.body.contains(THEIR_CONTACT));
        browser.enter_recovery_code(&code).await;
        let own = words("help-contacts-yours");
        assert!(browser.get("/help/contacts").await.body.contains(&own));
        assert!(!world.browser().get("/help/contacts").await.body.contains(&own));
        browser.get("/recover/security-code").await;
        browser.guess_security_code(world::SECURITY_CODE).await;
        assert_eq!(browser.choose_new_password(RECOVERED_PASSWORD).await.path(), "/recover/done");
        assert!(browser.get("/recover/done").await.body.contains(THEIR_CONTACT));
        assert!(browser.get("/help/contacts").await.body.contains(&own));
        world.advance(Duration::from_hours(1));
        assert!(!browser.get("/help/contacts").await.body.contains(&own), "an hour is over");
    }

    /// Contacts are grouped by region; one for some countries says so. The country's own stands in for the region's, for the role it
    /// is for and no other.
    async fn a_country_has_a_contact_of_its_own(db: TestDb) {
        let world = World::new(db).await;
        let page = world.browser().get("/help/contacts").await.body;
        for contact in [THEIR_CONTACT, CONTACT_OF_REGION] {
            assert_eq!(page.matches(&format!(">{contact}<")).count(), 1, "{page}");
        }
        let heading = words("help-contacts-administrators");
        assert_eq!(page.matches(&heading).count(), 3, "one for each region");
        assert_eq!(page.matches("Brazil").count(), 2, "of its companies' countries, and of its contact");
        assert_eq!(page.matches("Netherlands").count(), 1, "of its companies' countries alone");
        let browser = world.browser();
        browser.come_to_new_password(&world, SETTLED).await;
        let page = browser.get("/recover/new-password").await.body;
        assert!(page.contains(THEIR_CONTACT) && !page.contains(CONTACT_OF_REGION), "{page}");
        let mail = world.mail(SETTLED.1, &words("notice-recovery-started")).await;
        assert!(mail.text.contains(THEIR_CONTACT), "{}", mail.text);
    }

    /// Password managers are told the Enterprise User ID, whatever name was typed; wrong tries of this browser are forgiven.
    async fn the_new_password_belongs_to_the_user_id(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for _ in 0..5 {
            browser.enter_password(SETTLED.0, "not the password").await;
        }
        assert_eq!(browser.enter_password(SETTLED.0, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        browser.come_to_new_password(&world, ("AND-1180", SETTLED.1)).await;
        let page = browser.get("/recover/new-password").await.body;
        assert!(page.contains("value=\"tomas.herrera\""), "{page}");
        browser.choose_new_password(RECOVERED_PASSWORD).await;
        assert_eq!(browser.enter_password(SETTLED.0, RECOVERED_PASSWORD).await.path(), "/login/code");
    }

    /// What is gone leads to the choices, with a word, whatever it was for.
    async fn what_is_gone_leads_to_the_choices(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        for page in ["/recover/code", "/recover/security-code", "/recover/new-password"] {
            let gone = browser.get(page).await;
            assert_eq!(gone.path(), "/recover", "{page}");
            assert!(browser.follow_on(gone).await.body.contains(&words("recover-ended-title")), "{page}");
        }
        assert!(!browser.get("/recover").await.body.contains(&words("recover-ended-title")));
    }

    /// A refused case is told, on the page and by mail, and another can be opened.
    async fn a_refused_case_is_told(db: TestDb) {
        let world = World::new(db).await;
        world.staff("olga.operator", Role::Operator).await;
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", UNFINISHED).await;
        let case = browser.open_case().await;
        assert_eq!(refuse_case(&world.app, &case, "olga.operator").await.unwrap(), Decided::Refused);
        let page = browser.get("/recover/security-code").await.body;
        assert!(page.contains(&words("recover-refused-title")) && page.contains(&case), "{page}");
        world.mail(UNFINISHED.1, "was refused").await;
        assert_ne!(browser.open_case().await, case);
        let page = browser.get("/recover/security-code").await.body;
        assert!(page.contains(&words("recover-waiting-title")), "{page}");
    }

    /// The page counts those who vouch now, in the demo too; the case of a recovery that waits no longer is closed.
    async fn a_case_counts_who_vouches_now(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_security_code(&world, "password", UNFINISHED).await;
        let case = browser.open_case().await;
        let vouched = async || {
            let page = browser.get("/recover/security-code").await.body;
            ["0 of 2", "1 of 2"].into_iter().find(|count| page.contains(count))
        };
        let open = async || world::cases(&world.app).await.unwrap();
        assert_eq!(vouched().await, Some("0 of 2"));
        assert_eq!(open().await[0].staff.len(), 2);
        world::vouch(&world.app, &case, "nadia.reyes").await.unwrap();
        assert!(world::vouch(&world.app, &case, "nadia.reyes").await.is_err(), "twice");
        assert_eq!(vouched().await, Some("1 of 2"));
        assert_eq!(open().await[0].staff.len(), 1);
        world.advance(DAY);
        assert_eq!(vouched().await, Some("0 of 2"), "a day is over");
        world.advance(2 * DAY);
        world.advance(clean_up::EVERY);
        clean_up(&world.app).await.unwrap();
        assert!(list_cases(&world.app).await.unwrap().iter().all(|sheet| sheet.reference != case));
        assert!(world::vouch(&world.app, &case, "piet.brouwer").await.is_err(), "closed");
    }

    /// A Trusted Device is forgotten thirty days after its trust has ended, with its network address.
    async fn ended_devices_are_forgotten(db: TestDb) {
        let world = World::new(db).await;
        world.browser().sign_in(&world, SETTLED, true).await;
        let user = world.user(SETTLED.1).await;
        let mut conn = world.db().read().await.unwrap();
        let device = store::devices::list_live(&mut conn, user.id, world.app.now()).await.unwrap().remove(0);
        drop(conn);
        let is_kept = async || {
            clean_up(&world.app).await.unwrap();
            let mut conn = world.db().read().await.unwrap();
            store::devices::find(&mut conn, device.id).await.unwrap().is_some()
        };
        let left = device.expires_at.since(world.app.now());
        world.advance(left + 30 * DAY);
        assert!(is_kept().await);
        world.advance(clean_up::EVERY);
        assert!(!is_kept().await);
    }
}

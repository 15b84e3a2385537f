//! Invitations: 72 hours, the newest one only, until the ID is made; opening the link changes nothing.

use std::time::Duration;

use app::invite_user::{Invited, invite_user};
use domain::audit::Actor;
use http::{HeaderMap, Method, StatusCode};
use store::both_databases;

use crate::{
    steps::{NEW_ID, words},
    world::{Browser, INVITED, LATE, LEGACY_PASSWORD, Seen, World},
};

const MOMENT: Duration = Duration::from_millis(1);

/// The link of the newest invitation, of which there are this many.
async fn link(world: &World, to: &str, invitations: usize) -> String {
    let mail = world.nth_mail(to, "invitation", invitations).await;
    mail.links().find(|link| link.contains("/invite?")).expect("a link").to_owned()
}

async fn accept(browser: &Browser, link: &str) -> String {
    browser.get(link).await;
    let token = link.split_once("token=").expect("a token").1;
    browser.post("/invite", &[("invitation", token)]).await.path()
}

both_databases! {
    /// From the link to the application, under a name that was nobody's before.
    async fn an_invitation_leads_to_an_id_once(db: TestDb) {
        let world = World::new(db).await;
        let browser = world.browser();
        let link = link(&world, INVITED, 1).await;
        assert!(link.starts_with(world.portal.as_str()), "{link}");
        assert_eq!(accept(&browser, &link).await, "/start/profile");
        assert!(!browser.get("/start/profile").await.body.contains("/postponed"), "there is nothing to go back to");
        assert_eq!(browser.confirm_profile().await.path(), "/start/email");
        let code = world.code(INVITED, 1).await;
        browser.prove_mailbox(&code).await;
        browser.choose(NEW_ID).await;
        assert_eq!(browser.make_security_code().await.path(), "/start/channel");
        let seen: Seen = serde_json::from_str(&browser.follow(world.application.as_str()).await.body).unwrap();
        let key = world.user(INVITED).await.id.to_string();
        assert_eq!(seen.all("remote-user"), [key], "a chosen ID opens nobody's account at the application");
        let page = world.browser().get(&link).await;
        assert!(page.body.contains(&words("start-invite-closed-title")), "{}", page.body);
        assert_eq!(accept(&world.browser(), &link).await, "");
    }

    /// Mail scanners follow links, and ask with HEAD.
    async fn opening_the_link_changes_nothing(db: TestDb) {
        let world = World::new(db).await;
        let link = link(&world, INVITED, 1).await;
        let scanner = world.browser();
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let answer = scanner.send(method, &link, HeaderMap::new(), None).await;
            assert_eq!(answer.status, StatusCode::OK);
        }
        assert_eq!(scanner.cookie("vestibule-login"), None);
        assert!(world.user(INVITED).await.profile_confirmed_at.is_none());
        let foreign = scanner.post_raw("/invite", format!("invitation={link}").into_bytes()).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN, "without the page's token");
        assert_eq!(accept(&world.browser(), &link).await, "/start/profile");
    }

    /// 72 hours, on both sides.
    async fn an_invitation_lasts_72_hours(db: TestDb) {
        let world = World::new(db).await;
        let link = link(&world, INVITED, 1).await;
        world.advance(Duration::from_hours(72) - MOMENT);
        assert_eq!(accept(&world.browser(), &link).await, "/start/profile");
        world.advance(MOMENT);
        assert_eq!(accept(&world.browser(), &link).await, "");
        assert!(world.browser().get(&link).await.body.contains(&words("start-invite-closed-title")));
    }

    /// A newer invitation takes the place of an older one.
    async fn the_newest_invitation_replaces_the_others(db: TestDb) {
        let world = World::new(db).await;
        let older = link(&world, INVITED, 1).await;
        let user = world.user(INVITED).await.id;
        assert_eq!(invite_user(&world.app, user, Actor::CommandLine).await.unwrap(), Invited::Sent);
        let newer = link(&world, INVITED, 2).await;
        assert_ne!(older, newer);
        assert_eq!(accept(&world.browser(), &older).await, "");
        assert_eq!(accept(&world.browser(), &newer).await, "/start/profile");
    }

    /// Past the cut-off an invitation opens what the old credentials do not.
    async fn an_invitation_works_past_the_cut_off(db: TestDb) {
        let world = World::new(db).await;
        world.advance(Duration::from_hours(24) * 50);
        let browser = world.browser();
        assert_ne!(browser.enter_legacy(LATE.0, LEGACY_PASSWORD).await.path(), "/start/profile");
        let user = world.user(LATE.1).await.id;
        invite_user(&world.app, user, Actor::CommandLine).await.unwrap();
        let link = link(&world, LATE.1, 1).await;
        assert_eq!(accept(&browser, &link).await, "/start/profile");
        browser.confirm_profile().await;
        let code = world.code(LATE.1, 1).await;
        browser.prove_mailbox(&code).await;
        assert_eq!(browser.choose(NEW_ID).await.path(), "/start/security-code");
        assert_eq!(browser.make_security_code().await.path(), "/start/channel");
        let seen: Seen = serde_json::from_str(&browser.follow(world.application.as_str()).await.body).unwrap();
        assert_eq!(seen.all("remote-user"), [LATE.0], "the application still knows its own user");
    }
}

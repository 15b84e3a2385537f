//! Line 8: before a first proof there is one answer, whatever the name; after it, the truth.

use http::{Method, StatusCode};
use store::both_databases;

use crate::world::{Answer, Browser, EARLY, LEGACY_PASSWORD, NEWCOMER, PASSWORD, SETTLED, World};

/// Status, headers and page.
pub(crate) type Face = (StatusCode, Vec<String>, String);

/// All that a stranger can compare: status, header names and values, cookie names, and the page without what was typed.
pub(crate) fn face(answer: &Answer, typed: &str) -> Face {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "date", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let value =
                if name == "set-cookie" { value.split('=').next().unwrap_or_default() } else { &value };
            format!("{name}: {value}")
        })
        .collect();
    headers.sort();
    let token =
        crate::world::form_token(&answer.body).filter(|token| !token.is_empty()).unwrap_or("no token");
    // Both are a browser's own, whatever the name.
    let challenge = answer.body.split_once("name=\"device_challenge\" value=\"");
    let challenge = challenge.and_then(|(_, rest)| rest.split('"').next()).filter(|value| !value.is_empty());
    let body =
        answer.body.replace(token, "").replace(challenge.unwrap_or("no challenge"), "").replace(typed, "");
    assert!(!body.contains(typed));
    (answer.status, headers, body)
}

/// What a browser without a memory is told about a name and a wrong password.
async fn told(world: &World, door: &str, name: &str) -> Face {
    let browser = world.browser();
    let password = "not the password";
    let answer = match door {
        "/login" => browser.enter_password(name, password).await,
        "/start" => browser.enter_legacy(name, password).await,
        _ => by_script(&browser, name, password).await,
    };
    face(&answer, name)
}

async fn by_script(browser: &Browser, name: &str, password: &str) -> Answer {
    browser.get("/login").await;
    let body = serde_json::json!({ "user_id": name, "password": password }).to_string();
    browser.api(Method::POST, "/api/v1/login/password", &body).await
}

both_databases! {
    /// Unknown, known, disabled, half-way, old names, addresses: one answer at every door.
    async fn a_wrong_password_tells_nothing_about_the_name(db: TestDb) {
        let world = World::new(db).await;
        let disabled = world.find("lucia.navarro").await.user;
        assert!(app::change_user::disable_user(&world.app, &disabled).await.unwrap());
        let names = [
            SETTLED.0, "lucia.navarro", "diego.salas", NEWCOMER.0, EARLY.0, "AND-1180", SETTLED.1, "ingrid.solheim",
        ];
        for (door, status) in [
            ("/login", StatusCode::UNPROCESSABLE_ENTITY),
            ("/start", StatusCode::UNPROCESSABLE_ENTITY),
            ("/api/v1/login/password", StatusCode::UNAUTHORIZED),
        ] {
            let nobody = told(&world, door, "nobody.at.all").await;
            assert_eq!(nobody.0, status);
            for name in names {
                assert_eq!(told(&world, door, name).await, nobody, "{door} {name}");
            }
        }
    }

    /// The right password of a disabled account gets the truth; of anything else that cannot log in here, the one answer.
    async fn the_truth_comes_after_the_proof(db: TestDb) {
        let world = World::new(db).await;
        let user = world.find(SETTLED.1).await.user;
        app::change_user::disable_user(&world.app, &user).await.unwrap();
        let answer = world.browser().enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let told_script = by_script(&world.browser(), SETTLED.0, PASSWORD).await;
        assert_eq!(told_script.json()["state"], "refused");
        let old_name = world.browser().enter_password(NEWCOMER.0, LEGACY_PASSWORD).await;
        assert_eq!(face(&old_name, NEWCOMER.0), told(&world, "/login", "nobody.at.all").await);
        let id_at_the_old_door = world.browser().enter_legacy("AND-1180", LEGACY_PASSWORD).await;
        assert_eq!(face(&id_at_the_old_door, "AND-1180"), told(&world, "/start", "nobody.at.all").await);
        assert_eq!(world.mails(SETTLED.1).len(), 0, "and nothing was sent to anybody");
    }

    /// A wrong password writes to nobody, whatever the name.
    async fn a_wrong_password_sends_nothing(db: TestDb) {
        let world = World::new(db).await;
        for name in [SETTLED.0, SETTLED.1, "AND-1180"] {
            world.browser().enter_password(name, "not the password").await;
            world.browser().enter_legacy(name, "not the password").await;
        }
        assert_eq!(world.recorded("otp.sent").await, 0);
        assert_eq!(world.recorded("login.first_proven").await, 0);
        assert!(world.mails(SETTLED.1).is_empty());
    }
}

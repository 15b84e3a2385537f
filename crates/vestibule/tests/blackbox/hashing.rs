//! Line 15: more logins at once than can be hashed are turned away, and nothing else waits for them.

use futures_util::future::join_all;
use http::{StatusCode, header};
use store::both_databases;

use crate::{
    steps::words,
    world::{ONE_FACTOR, PASSWORD, World},
};

/// More than two threads hash within a second.
const CROWD: usize = 160;

both_databases! {
    /// Some are served, the others get 503 with `Retry-After` and what they typed; health answers meanwhile.
    async fn a_crowd_is_turned_away_and_health_answers(db: TestDb) {
        let world = World::with_policy(db, &[("hashing.max_wait", "1 s")]).await;
        let fresh = world.browser();
        let browsers: Vec<_> = (0..CROWD).map(|_| fresh.clone()).collect();
        join_all(browsers.iter().map(|browser| browser.get("/login"))).await;
        let logins = browsers.iter().enumerate().map(|(number, browser)| async move {
            let name = format!("nobody.number-{number}");
            browser.post("/login", &[("user_id", &name), ("password", PASSWORD), ("to", "")]).await
        });
        let health = world.browser();
        let (answers, alive) = tokio::join!(join_all(logins), health.get("/health/live"));
        assert_eq!(alive.status, StatusCode::OK);
        let busy: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE).collect();
        assert!(!busy.is_empty(), "{:?}", answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>());
        assert!(busy.len() < CROWD, "nobody was served");
        for answer in &busy {
            assert!(answer.headers[header::RETRY_AFTER].to_str().unwrap().parse::<u64>().unwrap() >= 1);
            assert!(answer.body.contains("nobody.number-") && answer.body.contains(&words("error-kept")), "{}", answer.body);
            assert!(!answer.body.contains(PASSWORD));
        }
        let afterwards = world.browser().enter_password(ONE_FACTOR.0, PASSWORD).await;
        assert_eq!(afterwards.location().unwrap(), world.application);
    }
}

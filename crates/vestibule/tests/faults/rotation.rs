//! New keys while people log in: no failed login, no budget begun anew, nothing that was sealed is lost.

use std::{
    fs,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use crate::{
    load::{self, Tally},
    plant::{PASSWORD, Plant},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_rotate_under_load_on_sqlite() {
    rotates(Plant::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_rotate_under_load_on_postgres() {
    rotates(Plant::on_postgres().await).await;
}

async fn keys(plant: &Plant) -> Vec<serde_json::Value> {
    let (done, said) = plant.command(&["--json", "keys", "list"]).await;
    assert!(done, "{said}");
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("no JSON: {said}"))
}

async fn rotates(plant: Plant) {
    let mut members = plant.add_members(12).await;
    let newcomers = plant.add_newcomers(2).await;
    let (trusting, waiting, guessed) = (members.remove(0), members.remove(0), members.remove(0));
    let sleeper = members.remove(0);
    plant.start().await;
    let device = plant.client();
    plant.sign_in(&device, &trusting, true).await;
    // Wrong passwords on one browser: five in a minute are the budget.
    let guesser = plant.client();
    for _ in 0..3 {
        guesser.enter_password(&guessed.user_id, "not the password at all").await.expect("an answer");
    }
    // A code that is under way, on a page that is open.
    let open = plant.client();
    let answer = open.enter_password(&waiting.user_id, PASSWORD).await.expect("an answer");
    assert_eq!(answer.path, "/login/code");
    let code = plant.next_code(&waiting.email, 0).await.expect("a code");
    open.get("/login/code").await.expect("a page");

    let (plant, tally) = (Arc::new(plant), Arc::new(Tally::default()));
    let crowd: Vec<_> = members
        .into_iter()
        .map(|member| tokio::spawn(load::member(Arc::clone(&plant), Arc::clone(&tally), member)))
        .collect();
    let (done, said) = plant.command(&["keys", "rotate", "--wait", "5"]).await;
    assert!(done, "{said}");
    let (done, said) = plant.command(&["keys", "rotate"]).await;
    assert!(!done && said.contains("not in use yet"), "{said}");
    let generations = until_resealed(&plant).await;
    assert_eq!(generations[1]["state"], "in use");
    for task in crowd {
        task.await.expect("it ends");
    }
    assert_eq!(*tally.wrong.lock().unwrap(), Vec::<String>::new());
    assert_eq!(tally.lost_answers.load(Ordering::SeqCst), 0, "a login failed");
    assert!(tally.logins.load(Ordering::SeqCst) >= 8);

    open.post("/login/code", &[("code", &code)]).await.expect("an answer");
    assert!(open.is_signed_in().await.expect("an answer"), "a page and a code from before are good");
    assert!(device.is_signed_in().await.expect("an answer"), "nobody is logged out");
    device.get("/logout").await.expect("a page");
    device.post("/logout", &[]).await.expect("an answer");
    let answer = device.enter_password(&trusting.user_id, PASSWORD).await.expect("an answer");
    assert_ne!(answer.path, "/login/code", "a Trusted Device stays one");
    for _ in 0..2 {
        guesser.enter_password(&guessed.user_id, "not the password at all").await.expect("an answer");
    }
    let answer = guesser.enter_password(&guessed.user_id, PASSWORD).await.expect("an answer");
    assert_ne!(answer.path, "/login/code", "the budget did not begin anew");
    let onboarded = load::newcomer(
        Arc::clone(&plant),
        Arc::clone(&tally),
        newcomers[0].clone(),
        "quiet.harbour".to_owned(),
    );
    assert!(onboarded.await.is_some(), "what was sealed before opens");

    retires(&plant, &trusting, &sleeper).await;
}

/// Waits until nothing is sealed by the first generation.
async fn until_resealed(plant: &Plant) -> Vec<serde_json::Value> {
    for _ in 0..120 {
        let generations = keys(plant).await;
        if generations[1]["state"] == "in use" && generations[0]["sealed"] == 0 {
            assert!(generations[1]["sealed"].as_u64() > Some(0));
            return generations;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("stored values are not sealed anew:\n{}", plant.log());
}

/// The old generation goes when nothing needs it, or when what needs it was given up by number.
async fn retires(plant: &Plant, renewed: &crate::plant::Member, sleeper: &crate::plant::Member) {
    let (done, said) = plant.command(&["keys", "retire", "1"]).await;
    assert!(!done && said.contains("may still be in use until"), "{said}");
    let (done, said) = plant.command(&["keys", "retire", "2"]).await;
    assert!(!done && said.contains("the one in use"), "{said}");
    // Two days later.
    plant.kill().await;
    let file = plant.home.path().join("keys.toml");
    let text = fs::read_to_string(&file).expect("the key file");
    let moment =
        text.rsplit("active_from = \"").next().and_then(|rest| rest.split('"').next()).expect("a moment");
    fs::write(&file, text.replace(moment, "2026-01-01T00:00:00Z")).expect("the key file");
    let hashes = {
        let first = &keys(plant).await[0];
        ["passwords", "security_codes", "recovery_codes", "legacy_passwords"]
            .map(|kind| first[kind].as_u64().expect("a number"))
            .iter()
            .sum::<u64>()
    };
    assert!(hashes > 0, "those who did not log in have the old pepper");
    let (done, said) = plant.command(&["keys", "retire", "1"]).await;
    assert!(!done && said.contains(&format!("{hashes} hashes")), "{said}");
    let wrong = (hashes + 1).to_string();
    let (done, said) = plant.command(&["keys", "retire", "1", "--give-up-hashes", &wrong]).await;
    assert!(!done, "{said}");
    let (done, said) = plant.command(&["keys", "retire", "1", "--give-up-hashes", &hashes.to_string()]).await;
    assert!(done, "{said}");
    assert_eq!(keys(plant).await.len(), 1);
    let (_, said) = plant.command(&["doctor"]).await;
    assert!(said.contains("1 in the key file"), "{said}");
    plant.start().await;
    let client = plant.client();
    let answer = client.enter_password(&renewed.user_id, PASSWORD).await.expect("an answer");
    assert_eq!(answer.path, "/login/code", "a password that was used since has the new pepper");
    let answer = plant.client().enter_password(&sleeper.user_id, PASSWORD).await.expect("an answer");
    assert_ne!(answer.path, "/login/code", "one that was given up opens nothing");
    // A node that has not got the new generation does not serve.
    plant.kill().await;
    let before: Vec<_> = fs::read_dir(plant.home.path())
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("keys.toml.before-"))
        .collect();
    let oldest = before.iter().min().expect("the file as it was");
    fs::copy(plant.home.path().join(oldest), &file).expect("the old file");
    let (done, said) = plant.command(&["serve", "--no-migrate"]).await;
    assert!(!done && said.contains("lacks generation 2"), "{said}");
    let (_, said) = plant.command(&["doctor"]).await;
    assert!(said.contains("lacks generation 2"), "{said}");
}

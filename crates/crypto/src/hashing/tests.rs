use super::*;
use crate::random::SystemRandom;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn hasher(concurrency: usize, max_wait: Duration) -> Hasher {
    let pepper = Key::from_bytes([7; 32]);
    Hasher::new(CHEAP, concurrency, max_wait, pepper, &SystemRandom).unwrap()
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

#[tokio::test]
async fn right_wrong_and_unknown() {
    let hasher = hasher(2, Duration::from_secs(3));
    let stored = hasher.hash(secret("four grey herons"), &SystemRandom).await.unwrap();
    let check = |typed, stored| hasher.check(secret(typed), stored);
    assert!(matches!(check("four grey herons", Some(stored.clone())).await, Ok(HashCheck::Right(_))));
    assert_eq!(check("four grey heron", Some(stored)).await, Ok(HashCheck::Wrong));
    assert_eq!(check("four grey herons", None).await, Ok(HashCheck::Wrong));
    let broken = PasswordHash::from_stored("$argon2id$v=19$m=64,t=1$x".into());
    assert_eq!(check("x", Some(broken)).await, Ok(HashCheck::Wrong));
}

#[tokio::test]
async fn another_pepper_opens_nothing() {
    let one = hasher(1, Duration::from_secs(3));
    let stored = one.hash(secret("x"), &SystemRandom).await.unwrap();
    let other =
        Hasher::new(CHEAP, 1, Duration::from_secs(3), Key::from_bytes([8; 32]), &SystemRandom).unwrap();
    assert_eq!(other.check(secret("x"), Some(stored)).await, Ok(HashCheck::Wrong));
}

#[tokio::test]
async fn stored_costs_are_used_and_told_apart() {
    let stored = hasher(1, Duration::from_secs(3)).hash(secret("x"), &SystemRandom).await.unwrap();
    let dearer = Cost { passes: 2, ..CHEAP };
    let pepper = Key::from_bytes([7; 32]);
    let today = Hasher::new(dearer, 1, Duration::from_secs(3), pepper, &SystemRandom).unwrap();
    assert!(today.is_outdated(&stored));
    assert!(matches!(today.check(secret("x"), Some(stored)).await, Ok(HashCheck::Right(_))));
}

#[tokio::test]
async fn no_more_work_at_once_than_permits() {
    let hasher = hasher(2, Duration::from_secs(60));
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (hasher, running, most) = (hasher.clone(), Arc::clone(&running), Arc::clone(&most));
            tokio::spawn(async move {
                let work = move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                    true
                };
                hasher.check_foreign(work).await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn whoever_would_wait_too_long_is_turned_away_at_once() {
    let hasher = hasher(1, Duration::from_millis(50));
    hasher.0.pace.store(40_000, Ordering::Relaxed);
    hasher.0.waiting.store(1, Ordering::Relaxed);
    assert!(hasher.check_foreign(|| true).await.is_ok(), "40 ms of waiting are within 50");
    hasher.0.pace.store(40_000, Ordering::Relaxed);
    hasher.0.waiting.store(2, Ordering::Relaxed);
    let refused = hasher.check_foreign(|| true).await;
    assert_eq!(refused, Err(Overloaded { retry_after: Duration::from_millis(50) }));
    assert_eq!(hasher.check_room(), Err(Overloaded { retry_after: Duration::from_millis(50) }));
    assert_eq!(hasher.0.waiting.load(Ordering::Relaxed), 2, "the place in the queue is given back");
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_free_its_permit_early() {
    let hasher = hasher(1, Duration::from_secs(60));
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let work = hasher.clone();
    let task = tokio::spawn(async move { work.check_foreign(move || wait.recv().is_ok()).await });
    while hasher.0.permits.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(hasher.0.permits.available_permits(), 0, "the work still runs");
    release.send(()).unwrap();
    assert!(hasher.check_foreign(|| true).await.is_ok());
}

#[tokio::test]
async fn a_hash_names_its_pepper_and_is_renewed_after_a_rotation() {
    let now = domain::time::Timestamp(1_795_300_000_000);
    let keys = crate::keyring::Keyring::generate(&SystemRandom);
    let hasher = Hasher::new(CHEAP, 1, Duration::from_secs(3), keys.pepper(), &SystemRandom).unwrap();
    let old = hasher.hash(secret("x"), &SystemRandom).await.unwrap();
    assert!(!old.as_str().contains("keyid") && !hasher.is_outdated(&old));
    keys.replace(&keys.rotated(now, now, &SystemRandom).unwrap(), now);
    assert!(hasher.is_outdated(&old), "the new pepper is used from its moment on");
    assert!(matches!(hasher.check(secret("x"), Some(old.clone())).await, Ok(HashCheck::Right(_))));
    let new = hasher.hash(secret("x"), &SystemRandom).await.unwrap();
    assert!(new.as_str().contains(",keyid=Mg$") && !hasher.is_outdated(&new), "{}", new.as_str());
    assert!(matches!(hasher.check(secret("x"), Some(new.clone())).await, Ok(HashCheck::Right(_))));
    keys.replace(&keys.without(1, now).unwrap(), now);
    assert_eq!(hasher.check(secret("x"), Some(old)).await, Ok(HashCheck::Wrong), "its pepper was retired");
    assert!(matches!(hasher.check(secret("x"), Some(new)).await, Ok(HashCheck::Right(_))));
}

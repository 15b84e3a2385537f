use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use super::*;
use crate::random::SystemRandom;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn hasher(concurrency: usize, max_wait: Duration) -> Hasher {
    let pepper = Key::from_bytes([7; 32]);
    Hasher::new(CHEAP, concurrency, max_wait, pepper, &SystemRandom).unwrap()
}

const STRANGER: Guest<'_> = Guest::Stranger { network: "192.0.2.1" };
const OTHER: Guest<'_> = Guest::Stranger { network: "192.0.2.2" };

/// Work that runs until it is told to end.
fn occupy(
    hasher: &Hasher,
    guest: Guest<'_>,
    memory_kib: u32,
) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<Result<HashCheck, NotHashed>>) {
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let seat = hasher.admit(guest, Work::Any).unwrap();
    let task = tokio::spawn(seat.check_foreign(memory_kib, move || ends.recv().is_ok()));
    (end, task)
}

async fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
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
                hasher.admit(STRANGER, Work::Any)?.check_foreign(1024, work).await
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
    let hasher = hasher(1, Duration::from_millis(100));
    hasher.0.gate.set_own_pace(Duration::from_millis(40));
    let seats: Vec<_> = (0..2).map(|_| hasher.admit(STRANGER, Work::Own).unwrap()).collect();
    // 80 ms of waiting are within 100, but more than half of it; another network still has its share.
    let refused = Some(Overloaded { retry_after: Duration::from_millis(100) }.into());
    assert_eq!(hasher.admit(STRANGER, Work::Own).err(), refused);
    let third = hasher.admit(OTHER, Work::Own).unwrap();
    assert_eq!(hasher.admit(OTHER, Work::Own).err(), refused, "120 ms are not");
    // Strangers do not stand in the way of a proven guest.
    let proven = hasher.admit(Guest::Proven, Work::Own).unwrap();
    drop((third, seats));
    assert!(hasher.admit(STRANGER, Work::Own).is_ok(), "the seats are given back");
    let more: Vec<_> = (0..2).map(|_| hasher.admit(Guest::Proven, Work::Own).unwrap()).collect();
    assert_eq!(hasher.admit(Guest::Proven, Work::Own).err(), refused);
    drop((more, proven));
}

#[tokio::test]
async fn a_crowd_before_hashes_of_other_programs_does_not_close_the_door_to_ours() {
    let hasher = hasher(1, Duration::from_secs(5));
    hasher.0.gate.set_foreign_pace(Duration::from_secs(1));
    let (ends, tasks): (Vec<_>, Vec<_>) = (0..7)
        .map(|number| {
            let network = format!("192.0.2.{number}");
            occupy(&hasher, Guest::Stranger { network: &network }, 1024)
        })
        .unzip();
    until(|| hasher.0.gate.free_permits() == 0).await;
    // One runs and six wait, for a second each.
    until(|| hasher.admit(OTHER, Work::Any).is_err()).await;
    assert!(hasher.admit(OTHER, Work::Own).is_ok());
    for end in ends {
        end.send(()).ok();
    }
    for task in tasks {
        task.await.unwrap().ok();
    }
}

#[tokio::test]
async fn a_permit_that_comes_free_goes_to_a_proven_guest_first() {
    let hasher = hasher(1, Duration::from_secs(60));
    let (end, first) = occupy(&hasher, STRANGER, 1);
    until(|| hasher.0.gate.free_permits() == 0).await;
    let order = Arc::new(AtomicU32::new(0));
    let turn = |seat: Seat| {
        let order = Arc::clone(&order);
        let mine = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&mine);
        let work = move || {
            mine.store(order.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            true
        };
        (tokio::spawn(seat.check_foreign(1, work)), seen)
    };
    let strangers: Vec<_> = (0..5).map(|_| turn(hasher.admit(OTHER, Work::Any).unwrap())).collect();
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    let (proven, place) = turn(hasher.admit(Guest::Proven, Work::Any).unwrap());
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    end.send(()).unwrap();
    assert!(first.await.unwrap().is_ok() && proven.await.unwrap().is_ok());
    for (task, _) in strangers {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(place.load(Ordering::SeqCst), 1, "the one who came last went first");
}

#[tokio::test]
async fn dear_hashes_of_other_programs_share_their_memory() {
    let hasher = hasher(3, Duration::from_secs(60));
    let gib = 1024 * 1024;
    let (end_giant, giant) = occupy(&hasher, STRANGER, gib);
    until(|| hasher.0.gate.free_permits() == 2).await;
    let (end_next, next) = occupy(&hasher, STRANGER, 1);
    // Ours go on beside it.
    let ours = hasher.admit(OTHER, Work::Own).unwrap().check(secret("x"), None).await;
    assert_eq!(ours, Ok(HashCheck::Wrong));
    assert_eq!(hasher.0.gate.free_permits(), 2, "nothing else runs beside what needs all of the memory");
    end_giant.send(()).unwrap();
    assert!(giant.await.unwrap().is_ok());
    until(|| hasher.0.gate.free_permits() == 2).await;
    let half = 128 * 1024;
    let (end_half, of_half) = occupy(&hasher, STRANGER, half);
    until(|| hasher.0.gate.free_permits() == 1).await;
    let (end_more, more) = occupy(&hasher, STRANGER, half);
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(hasher.0.gate.free_permits(), 1, "129 MiB are used, 127 are left");
    end_next.send(()).unwrap();
    until(|| hasher.0.gate.free_permits() == 1).await;
    end_half.send(()).unwrap();
    end_more.send(()).unwrap();
    for task in [next, of_half, more] {
        assert!(task.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_twice_what_is_bearable() {
    let hasher = hasher(1, Duration::from_millis(10));
    let (end, first) = occupy(&hasher, STRANGER, 1);
    until(|| hasher.0.gate.free_permits() == 0).await;
    let late = hasher.admit(OTHER, Work::Own).unwrap().check(secret("x"), None).await;
    assert_eq!(late, Err(Overloaded { retry_after: Duration::from_millis(10) }.into()));
    end.send(()).unwrap();
    assert!(first.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_free_its_permit_early() {
    let hasher = hasher(1, Duration::from_secs(60));
    let (end, task) = occupy(&hasher, STRANGER, 1);
    until(|| hasher.0.gate.free_permits() == 0).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(hasher.0.gate.free_permits(), 0, "the work still runs");
    end.send(()).unwrap();
    assert!(hasher.check(secret("x"), None).await.is_ok());
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

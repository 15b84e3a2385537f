//! SQLite's writer: what is grouped, who is answered when, and what a failing member leaves behind.

use futures_util::{future::join_all, poll};
use tokio::pin;

use super::*;
use crate::writer::LARGEST_GROUP;

#[tokio::test]
async fn nobody_is_answered_before_the_group_is_durable() {
    let db = sqlite_with_marks().await;
    let mut first = db.begin().await.unwrap();
    mark(&mut first, "first").await.unwrap();
    let second = db.begin();
    pin!(second);
    assert!(poll!(&mut second).is_pending());

    let committed = first.commit();
    pin!(committed);
    assert!(poll!(&mut committed).is_pending());
    let mut second = second.await.unwrap();
    mark(&mut second, "second").await.unwrap();

    assert!(poll!(&mut committed).is_pending(), "answered while its group was open");
    assert_eq!(visible_marks(&db).await, 0);
    second.commit().await.unwrap();
    committed.await.unwrap();
    assert_eq!(visible_marks(&db).await, 2);
}

#[tokio::test]
async fn a_dropped_member_is_undone_and_the_others_are_kept() {
    let db = sqlite_with_marks().await;
    let mut first = db.begin().await.unwrap();
    mark(&mut first, "first").await.unwrap();
    let second = db.begin();
    let third = db.begin();
    pin!(second, third);
    assert!(poll!(&mut second).is_pending() && poll!(&mut third).is_pending());

    let committed = first.commit();
    pin!(committed);
    assert!(poll!(&mut committed).is_pending());
    let mut second = second.await.unwrap();
    mark(&mut second, "dropped").await.unwrap();
    drop(second);
    let mut third = third.await.unwrap();
    assert_eq!(marks(&mut third).await, 1, "a member sees those before it, not the dropped one");
    mark(&mut third, "third").await.unwrap();
    third.commit().await.unwrap();
    committed.await.unwrap();

    assert_eq!(visible_marks(&db).await, 2);
    assert!(!is_marked(&db, "dropped").await);
}

#[tokio::test]
async fn a_refused_statement_spoils_its_own_member_only() {
    let db = sqlite_with_marks().await;
    let mut first = db.begin().await.unwrap();
    mark(&mut first, "taken").await.unwrap();
    let second = db.begin();
    pin!(second);
    assert!(poll!(&mut second).is_pending());
    let committed = first.commit();
    pin!(committed);
    assert!(poll!(&mut committed).is_pending());

    let mut second = second.await.unwrap();
    mark(&mut second, "undone").await.unwrap();
    assert!(mark(&mut second, "taken").await.unwrap_err().is_unique_violation());
    assert_eq!(second.commit().await, Err(StoreError::Aborted));
    committed.await.unwrap();

    assert_eq!(visible_marks(&db).await, 1);
}

/// How many of `members` are durable while the transaction that queued after them is open.
async fn durable_after(members: usize) -> i64 {
    let db = sqlite_with_marks().await;
    let holder = db.begin().await.unwrap();
    let mut queued: Vec<_> =
        (0..members).map(|n| Box::pin(mark_once(Db::clone(&db), format!("mark {n}")))).collect();
    for member in &mut queued {
        assert!(poll!(member).is_pending());
    }
    let last = db.begin();
    pin!(last);
    assert!(poll!(&mut last).is_pending());
    let queued = tokio::spawn(join_all(queued));
    drop(holder);

    let last = last.await.unwrap();
    let durable = visible_marks(&db).await;
    last.commit().await.unwrap();
    assert!(queued.await.unwrap().iter().all(Result::is_ok));
    assert_eq!(visible_marks(&db).await, members as i64);
    durable
}

#[tokio::test]
async fn a_full_group_does_not_wait_for_the_queue() {
    assert_eq!(durable_after(LARGEST_GROUP - 1).await, 0);
    assert_eq!(durable_after(LARGEST_GROUP).await, LARGEST_GROUP as i64);
}

#[tokio::test]
async fn who_does_not_wait_for_the_commit_has_committed_all_the_same() {
    let db = sqlite_with_marks().await;
    let mut tx = db.begin().await.unwrap();
    mark(&mut tx, "left").await.unwrap();
    assert!(abandon_after(1, tx.commit()).await.is_none());
    mark_once(Db::clone(&db), "next".to_owned()).await.unwrap();
    assert!(is_marked(&db, "left").await);
}

#[tokio::test]
async fn a_commit_that_fails_fails_every_member_and_the_writer_goes_on() {
    let db = sqlite_with_marks().await;
    // A deferred constraint is checked at COMMIT; the product's schema has none, for this very reason.
    script(&db, "CREATE TABLE notes (mark TEXT REFERENCES marks (name) DEFERRABLE INITIALLY DEFERRED)")
        .await
        .unwrap();
    let mut innocent = db.begin().await.unwrap();
    mark(&mut innocent, "innocent").await.unwrap();
    let guilty = db.begin();
    pin!(guilty);
    assert!(poll!(&mut guilty).is_pending());
    let committed = innocent.commit();
    pin!(committed);
    assert!(poll!(&mut committed).is_pending());

    let mut guilty = guilty.await.unwrap();
    execute_script(&mut guilty, "INSERT INTO notes VALUES ('nobody')".to_owned()).await.unwrap();
    assert!(guilty.commit().await.is_err());
    assert!(committed.await.is_err());

    assert_eq!(visible_marks(&db).await, 0);
    mark_once(Db::clone(&db), "after".to_owned()).await.unwrap();
    assert_eq!(visible_marks(&db).await, 1);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nobody_is_told_a_lie() {
    let db = sqlite_with_marks().await;
    let mut first = db.begin().await.unwrap();
    mark(&mut first, "first").await.unwrap();
    execute_script(&mut first, "PRAGMA max_page_count = 1".to_owned()).await.unwrap();
    let second = db.begin();
    pin!(second);
    assert!(poll!(&mut second).is_pending());
    let committed = first.commit();
    pin!(committed);
    assert!(poll!(&mut committed).is_pending());

    let mut second = second.await.unwrap();
    let long = "x".repeat(1_000_000);
    assert!(matches!(mark(&mut second, &long).await, Err(StoreError::DiskFull(_))));
    drop(second);

    assert_eq!(committed.await.is_ok(), is_marked(&db, "first").await);
    assert!(!is_marked(&db, &long).await);
    let mut roomy = db.begin().await.unwrap();
    execute_script(&mut roomy, "PRAGMA max_page_count = 1000000".to_owned()).await.unwrap();
    roomy.commit().await.unwrap();
    mark_once(Db::clone(&db), long.clone()).await.unwrap();
    assert!(is_marked(&db, &long).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lone_writer_is_not_kept_waiting_for_company() {
    let db = sqlite_with_marks().await;
    for n in 0..20 {
        mark_once(Db::clone(&db), n.to_string()).await.unwrap();
        assert_eq!(visible_marks(&db).await, n + 1);
    }
}

//! Transactions on both databases: what readers see, what a failure leaves, and callers who go away.

use futures_util::future::join_all;

use domain::{id::CompanyId, time::Timestamp};

use super::*;
use crate::{
    Id, both_databases,
    dialect::{fetch_all, fetch_optional},
};

/// Keeps one value of each kind.
const KEEP: Statement =
    Statement::new("KEEP", "INSERT INTO kept (id, word, number, bytes, moment) VALUES ($1, $2, $3, $4, $5)");
/// What was kept, oldest first.
const KEPT: Statement =
    Statement::new("KEPT", "SELECT id, word, number, bytes, moment FROM kept ORDER BY moment");
/// Finds by key.
const FIND: Statement =
    Statement::new("FIND", "SELECT id, word, number, bytes, moment FROM kept WHERE id = $1");

#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct Kept {
    id: Id<CompanyId>,
    word: Option<String>,
    number: Option<i64>,
    bytes: Option<Vec<u8>>,
    moment: i64,
}

both_databases! {
    async fn values_come_back_as_they_were_bound(db: TestDb) {
        let table = "CREATE TABLE kept (id TEXT, word TEXT, number BIGINT, bytes {{BYTES}}, moment BIGINT)";
        script(&db, &db.dialect().translate(table)).await.unwrap();
        let [full, empty, absent] = ["5a3", "b1f", "c2d"].map(|tail| {
            format!("0198a1c2-0000-7000-8000-000000000{tail}").parse::<CompanyId>().unwrap()
        });
        let mut tx = db.begin().await.unwrap();
        let bytes = [0_u8, 255, 39];
        assert_eq!(execute!(&mut tx, KEEP, full, "Zoë's $1", i64::MIN, &bytes, Timestamp(1)).unwrap(), 1);
        let (nothing, none, no_bytes) = (None::<String>, None::<u32>, None::<Vec<u8>>);
        execute!(&mut tx, KEEP, empty, nothing, none, no_bytes, Timestamp(2)).unwrap();
        tx.commit().await.unwrap();

        let mut conn = db.read().await.unwrap();
        let all: Vec<Kept> = fetch_all!(&mut conn, KEPT).unwrap();
        let first = Kept {
            id: Id(full),
            word: Some("Zoë's $1".to_owned()),
            number: Some(i64::MIN),
            bytes: Some(bytes.to_vec()),
            moment: 1,
        };
        assert_eq!(all, [first, Kept { id: Id(empty), word: None, number: None, bytes: None, moment: 2 }]);
        assert_eq!(fetch_optional!(&mut conn, FIND, absent).unwrap(), None::<Kept>);
    }

    async fn a_row_that_says_nonsense_is_inconsistent(db: TestDb) {
        script(&db, "CREATE TABLE kept (id TEXT, word TEXT, number BIGINT, bytes TEXT, moment BIGINT);
            INSERT INTO kept (id, moment) VALUES ('not a key', 1)").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let read: Result<Vec<Kept>, _> = fetch_all!(&mut tx, KEPT);
        assert!(matches!(read, Err(StoreError::Inconsistent { .. })), "{read:?}");
        tx.commit().await.unwrap();
    }

    async fn readers_see_what_was_committed_and_nothing_else(db: TestDb) {
        make_marks(&db).await;
        let mut reader = db.read().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        mark(&mut tx, "one").await.unwrap();
        assert_eq!(marks(&mut tx).await, 1);
        assert_eq!(marks(&mut reader).await, 0);
        tx.commit().await.unwrap();
        assert_eq!(marks(&mut reader).await, 1);
    }

    async fn a_dropped_transaction_is_undone(db: TestDb) {
        make_marks(&db).await;
        let mut tx = db.begin().await.unwrap();
        mark(&mut tx, "one").await.unwrap();
        drop(tx);
        mark_once(Db::clone(&db), "two".to_owned()).await.unwrap();
        assert_eq!(visible_marks(&db).await, 1);
        assert!(is_marked(&db, "two").await);
    }

    async fn after_a_refused_statement_nothing_is_kept(db: TestDb) {
        make_marks(&db).await;
        mark_once(Db::clone(&db), "taken".to_owned()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        mark(&mut tx, "new").await.unwrap();
        let refusal = mark(&mut tx, "taken").await.unwrap_err();
        assert!(matches!(refusal, StoreError::Conflict(_)), "{refusal:?}");
        assert_eq!(mark(&mut tx, "newer").await, Err(StoreError::Aborted));
        assert_eq!(tx.commit().await, Err(StoreError::Aborted));
        assert_eq!(visible_marks(&db).await, 1);
    }

    async fn an_error_never_repeats_what_was_bound(db: TestDb) {
        script(&db, "CREATE TABLE marks (name TEXT UNIQUE NOT NULL, CHECK (length(name) < 20))")
            .await
            .unwrap();
        mark_once(Db::clone(&db), "ida@harbour.example".to_owned()).await.unwrap();
        for name in ["ida@harbour.example", "much.too.long@harbour.example"] {
            let error = mark_once(Db::clone(&db), name.to_owned()).await.unwrap_err();
            assert!(!format!("{error:?} {error}").contains("@harbour"), "{error:?}");
        }
    }

    async fn of_fifty_claims_of_one_name_one_wins(db: TestDb) {
        make_marks(&db).await;
        let claims = (0..50).map(|_| tokio::spawn(mark_once(Db::clone(&db), "name".to_owned())));
        let outcomes: Vec<_> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.iter().filter(|o| matches!(o, Err(e) if e.is_unique_violation())).count(), 49);
    }

    async fn callers_who_go_away_at_any_point_leave_whole_transactions(db: TestDb) {
        make_marks(&db).await;
        let callers = (0..300_usize).map(|n| {
            let whole = mark_once(Db::clone(&db), format!("mark {n}"));
            tokio::spawn(async move { (n, abandon_after(1 + n % 12, whole).await) })
        });
        let outcomes = join_all(callers).await;
        // Everything above is over when a later transaction is through.
        mark_once(Db::clone(&db), "last".to_owned()).await.unwrap();
        let mut finished = 0;
        for (n, outcome) in outcomes.into_iter().map(Result::unwrap) {
            if let Some(outcome) = outcome {
                outcome.unwrap();
                finished += 1;
                assert!(is_marked(&db, &format!("mark {n}")).await, "mark {n} was acknowledged");
            }
        }
        assert!(finished < 300, "nobody went away");
    }
}

#[tokio::test]
async fn sqlite_readers_cannot_write() {
    let db = sqlite_with_marks().await;
    let mut conn = db.read().await.unwrap();
    let crate::dialect::Link::Sqlite(link) = conn.link().unwrap() else {
        unreachable!("the file is SQLite's")
    };
    let refusal = sqlx::query(MARK.sql).bind("reader").execute(link).await.unwrap_err();
    assert!(matches!(StoreError::from(refusal), StoreError::ReadOnly(_)));
    drop(conn);
    assert_eq!(visible_marks(&db).await, 0);
}

/// sqlx issue 4385: the BEGIN of a caller who went away must not stay open on the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_connections_come_back_without_a_transaction() {
    let observer = TestDb::postgres().await;
    let one_connection = crate::DbConfig { max_connections: 1, ..observer.config().clone() };
    let db = Db::open(&one_connection).await.unwrap();
    for polls in 1..=40 {
        drop(abandon_after(1 + polls % 4, db.begin()).await);
        // With one connection this waits until it is back in the pool.
        let _idle = db.read().await.unwrap();
        let mut conn = observer.read().await.unwrap();
        let crate::dialect::Link::Postgres(link) = conn.link().unwrap() else {
            unreachable!("it is PostgreSQL")
        };
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .fetch_one(link)
        .await
        .unwrap();
        assert_eq!(open, 0);
    }
}

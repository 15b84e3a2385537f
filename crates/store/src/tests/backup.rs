//! A backup holds every table and column, moves between the two databases unchanged, and is taken whole or not at all.

use std::{collections::BTreeSet, io::BufReader, time::Duration};

use domain::time::Timestamp;

use crate::{
    Db, Dialect,
    backup::{self, BackupError},
    cases, factor_removals,
    query::execute_script,
    rollouts, sealed,
    testing::TestDb,
    user_id_requests,
};

const NOW: Timestamp = Timestamp(1_795_300_000_000);

const ROWS: &str = "
    INSERT INTO regions (slug, name) VALUES ('europe', 'Europe'), ('odd', 'line
break, \"quote\", ''apostrophe'', \\ and Straße 東京');
    INSERT INTO companies (id, slug, name, country, region, time_zone, language, created_at, version)
        VALUES ('c1', 'one', 'One', 'DE', 'europe', 'Europe/Berlin', 'de', -5, 9223372036854775807);
    INSERT INTO users (id, company_id, role, name, email, email_key, postponed_count, remembers_device, created_at, version)
        VALUES ('u1', 'c1', 'end_user', '', 'a@example.example', 'a@example.example', 0, 0, 1, 1);
    INSERT INTO devices (id, user_id, attempt_id, name, browser, platform, network, token_hash, created_at, last_used_at,
                         expires_at, version)
        VALUES ('d1', 'u1', 'a1', 'n', 'b', 'p', 'w', {{X}}, 1, 1, 9, 1);
    INSERT INTO sessions (id, token_hash, user_id, attempt_id, device_id, first_method, first_at, browser_name, network,
                          created_at, last_seen_at, idle_ms, ends_at)
        VALUES ('s1', {{X}}, 'u1', 'a1', 'd1', 'password', 1, 'b', 'w', 1, 1, 1, 9);";

async fn fill(db: &Db) {
    let bytes = match db.dialect() {
        Dialect::Sqlite => "x'00ff10'",
        Dialect::Postgres => "'\\x00ff10'::bytea",
    };
    let mut tx = db.begin().await.unwrap();
    execute_script(&mut tx, ROWS.replace("{{X}}", bytes)).await.unwrap();
    tx.commit().await.unwrap();
}

const CASE: &str = "00000000-0000-0000-0000-000000000001";

/// What is under way: a removal, a case with an approval, a request, a rollout.
const OPEN: &str = "
    INSERT INTO companies (id, slug, name, country, region, time_zone, language, phase1_at, created_at, version)
        VALUES ('00000000-0000-0000-0000-000000000002', 'two', 'Two', 'DE', 'europe', 'Europe/Berlin', 'de', 5, 1, 1);
    INSERT INTO users (id, company_id, role, name, email, email_key, postponed_count, remembers_device, created_at, version)
        VALUES ('00000000-0000-0000-0000-000000000003', 'c1', 'end_user', '', 'b@example.example', 'b@example.example', 0, 0,
                1, 1);
    INSERT INTO factor_removals (id, user_id, cancel_hash, created_at, due_at)
        VALUES ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000003', {{X}}, 1, 2);
    INSERT INTO cases (id, reference, user_id, company_id, region, kind, sealed, state, created_at, version)
        VALUES ('{{CASE}}', 'R-1', '00000000-0000-0000-0000-000000000003', 'c1', 'europe', 'recovery', {{X}}, 'open', 1, 1);
    INSERT INTO case_approvals (case_id, staff, at, note)
        VALUES ('{{CASE}}', '00000000-0000-0000-0000-000000000003', 1, {{X}});
    INSERT INTO user_id_requests (id, sealed_address, address_hash, browser_name, network, created_at, resolve_at)
        VALUES ('00000000-0000-0000-0000-000000000005', {{X}}, {{X}}, 'b', 'w', 1, 2);";

async fn fill_open(db: &Db) {
    let bytes = match db.dialect() {
        Dialect::Sqlite => format!("x'{}'", "07".repeat(32)),
        Dialect::Postgres => format!("'\\x{}'::bytea", "07".repeat(32)),
    };
    let mut tx = db.begin().await.unwrap();
    execute_script(&mut tx, OPEN.replace("{{X}}", &bytes).replace("{{CASE}}", CASE)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn dump(db: &Db) -> Vec<u8> {
    let mut text = Vec::new();
    backup::dump(db, "test", NOW, &mut text).await.unwrap();
    text
}

async fn load(db: &Db, text: &[u8]) -> Result<backup::Restored, BackupError> {
    backup::load(db, &mut BufReader::new(text), async |_, _| Ok(())).await
}

/// The rows without an order, and the tables without the head's moment.
fn sorted(text: &[u8]) -> BTreeSet<&str> {
    std::str::from_utf8(text).unwrap().lines().filter(|line| line.starts_with('[')).collect()
}

async fn other(db: &Db) -> TestDb {
    match db.dialect() {
        Dialect::Sqlite => TestDb::empty_postgres().await,
        Dialect::Postgres => TestDb::empty_sqlite().await,
    }
}

crate::both_databases! {
    async fn a_backup_names_every_table_of_the_migrations(db: TestDb) {
        let text = dump(&db).await;
        let tail = backup::verify(&mut BufReader::new(text.as_slice())).unwrap().tail;
        assert_eq!(tail.rows.keys().map(String::as_str).collect::<Vec<_>>(), super::tables());
    }

    async fn a_backup_moves_to_the_other_database_and_back_unchanged(db: TestDb) {
        fill(&db).await;
        let text = dump(&db).await;
        let there = other(&db).await;
        let restored = load(&there, &text).await.unwrap();
        assert_eq!(restored.tail.rows["sessions"], 1);
        let moved = dump(&there).await;
        assert_eq!(sorted(&moved), sorted(&text));
        assert_eq!(sorted(&text).len(), 6);
        let back = match db.dialect() {
            Dialect::Sqlite => TestDb::empty_sqlite().await,
            Dialect::Postgres => TestDb::empty_postgres().await,
        };
        load(&back, &moved).await.unwrap();
        assert_eq!(sorted(&dump(&back).await), sorted(&text));
    }

    async fn a_damaged_backup_changes_nothing(db: TestDb) {
        fill(&db).await;
        let text = dump(&db).await;
        let there = other(&db).await;
        crate::migrate(&there).await.unwrap();
        let lines: Vec<_> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let without = |at: usize| {
            let mut lines = lines.clone();
            lines.remove(at);
            lines.concat()
        };
        let row = lines.iter().position(|line| line.starts_with(b"[")).unwrap();
        let text_of_row = String::from_utf8_lossy(&text).replacen("Europe", "Eurape", 1).into_bytes();
        for damaged in [
            without(row),
            without(row - 1),
            without(lines.len() - 1),
            text[..text.len() - 2].to_vec(),
            text[..text.len() / 2].to_vec(),
            text_of_row,
            b"{}\n".to_vec(),
            Vec::new(),
        ] {
            assert!(load(&there, &damaged).await.is_err());
            let seen = backup::verify(&mut BufReader::new(damaged.as_slice()));
            assert!(matches!(seen, Err(BackupError::Damaged(_))), "{seen:?}");
        }
        assert!(sorted(&dump(&there).await).is_empty(), "nothing was kept");
        load(&there, &text).await.unwrap();
    }

    async fn only_an_empty_database_takes_a_backup(db: TestDb) {
        let empty = dump(&db).await;
        fill(&db).await;
        assert!(matches!(load(&db, &empty).await, Err(BackupError::Refused(_))));
        assert_eq!(sorted(&dump(&db).await).len(), 6, "what is there stays");
        let newer = String::from_utf8(empty).unwrap().replacen("\"schema\":", "\"schema\":9", 1);
        let there = other(&db).await;
        assert!(matches!(load(&there, newer.as_bytes()).await, Err(BackupError::Refused(_))));
    }

    async fn after_a_loss_nothing_that_may_have_ended_lives_on(db: TestDb) {
        fill(&db).await;
        fill_open(&db).await;
        let text = dump(&db).await;
        let there = other(&db).await;
        let finish = async |tx: &mut crate::Tx, _: &backup::Head| {
            assert_eq!(backup::after_loss(tx, NOW).await?, 1, "a company in a rollout");
            Ok(())
        };
        backup::load(&there, &mut BufReader::new(text.as_slice()), finish).await.unwrap();
        let after = dump(&there).await;
        let rows = sorted(&after);
        let ended = rows.iter().filter(|row| row.contains("\"restored\"")).count();
        assert_eq!(ended, 2, "a session and a device: {rows:?}");
        let mut conn = there.read().await.unwrap();
        let later = NOW + Duration::from_hours(48);
        assert!(factor_removals::due(&mut conn, later, 9).await.unwrap().is_empty(), "it may have been cancelled");
        let case = domain::id::CaseId(CASE.parse().unwrap());
        assert!(cases::approvals(&mut conn, case).await.unwrap().is_empty(), "staff decide again");
        assert!(user_id_requests::to_resolve(&mut conn, later, 9).await.unwrap().is_empty(), "it may have been mailed");
        assert_eq!(rollouts::held(&mut conn).await.unwrap().len(), 1, "some may have stopped reminders");
        drop(conn);
        // Without a loss all of it goes on.
        let moved = other(&db).await;
        load(&moved, &text).await.unwrap();
        let mut conn = moved.read().await.unwrap();
        assert_eq!(factor_removals::due(&mut conn, later, 9).await.unwrap().len(), 1);
        assert_eq!(cases::approvals(&mut conn, case).await.unwrap().len(), 1);
        assert_eq!(user_id_requests::to_resolve(&mut conn, later, 9).await.unwrap().len(), 1);
        assert!(rollouts::held(&mut conn).await.unwrap().is_empty());
    }

    async fn every_sealed_column_is_sealed_anew_after_a_rotation_or_is_a_persons_own(db: TestDb) {
        let text = dump(&db).await;
        let head: serde_json::Value = serde_json::from_slice(text.split(|b| *b == b'\n').next().unwrap()).unwrap();
        let mut found = BTreeSet::new();
        for table in head["tables"].as_array().unwrap() {
            for column in table["columns"].as_array().unwrap() {
                let name = column["name"].as_str().unwrap();
                if name.starts_with("sealed") {
                    found.insert(format!("{}.{name}", table["name"].as_str().unwrap()));
                }
            }
        }
        let own_keys = ["cases.sealed", "outbox.sealed", "notices.sealed"].map(str::to_owned);
        let mut known: BTreeSet<_> = sealed::COLUMNS.iter().map(|column| column.name.to_owned()).collect();
        known.extend(own_keys);
        assert_eq!(found, known, "list the column in store/src/sealed.rs, or here when a person's own key seals it");
    }
}

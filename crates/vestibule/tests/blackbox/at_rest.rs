//! Line 16: after a whole journey, what is in the database and in the log.

use std::{
    io::Write,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection, query_scalar};
use store::{DbConfig, both_databases};
use vestibule::{
    config::{Log, LogFormat},
    demo::mail::Mood,
};

use crate::{
    steps::{NEW_ID, NEW_PASSWORD, NEW_SECURITY_CODE, words},
    world::{COLLEAGUE, LEGACY_PASSWORD, NEWCOMER, PASSWORD, SETTLED, World},
};

/// What all nodes of this process have logged.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Logged;

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Logs as a node does, with every word of our own crates.
fn listen() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let ours = ["app", "crypto", "delivery", "legacy", "store", "vestibule", "web"]
            .map(|name| format!("{name}=trace"));
        let log = Log { format: LogFormat::Json, level: format!("info,{}", ours.join(",")) };
        let subscriber =
            vestibule::log::subscriber(&log, tracing_subscriber::fmt::time::SystemTime, || Logged);
        tracing::subscriber::set_global_default(subscriber).expect("nobody else logs in these tests");
    });
}

fn logged() -> String {
    String::from_utf8_lossy(&LOGGED.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// Every row of every table as text, bytes in hexadecimal digits.
async fn dump(config: &DbConfig) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    if config.url.starts_with("sqlite:") {
        let mut link = SqliteConnection::connect(&config.url).await.expect("the file opens");
        let tables: Vec<String> = query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
            .fetch_all(&mut link)
            .await
            .expect("tables");
        for table in tables {
            let columns: Vec<String> =
                query_scalar("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info($1)")
                    .bind(&table)
                    .fetch_all(&mut link)
                    .await
                    .expect("columns");
            let sql = format!("SELECT {} FROM \"{table}\"", columns.join(" || '|' || "));
            let found: Vec<String> =
                query_scalar(AssertSqlSafe(sql)).fetch_all(&mut link).await.expect("rows");
            rows.extend(found.into_iter().map(|row| (table.clone(), row)));
        }
    } else {
        let mut link = PgConnection::connect(&config.url).await.expect("the database opens");
        let tables: Vec<String> =
            query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(&mut link)
                .await
                .expect("tables");
        for table in tables {
            let sql = format!("SELECT t::text FROM \"{table}\" t");
            let found: Vec<String> =
                query_scalar(AssertSqlSafe(sql)).fetch_all(&mut link).await.expect("rows");
            rows.extend(found.into_iter().map(|row| (table.clone(), row)));
        }
    }
    rows
}

/// How many letters can still be read by whoever has the keys.
async fn letters(config: &DbConfig) -> i64 {
    const SQL: &str = "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL";
    if config.url.starts_with("sqlite:") {
        let mut link = SqliteConnection::connect(&config.url).await.expect("the file opens");
        return query_scalar(SQL).fetch_one(&mut link).await.expect("a number");
    }
    let mut link = PgConnection::connect(&config.url).await.expect("the database opens");
    query_scalar(SQL).fetch_one(&mut link).await.expect("a number")
}

async fn wait_until_wiped(config: &DbConfig) {
    let wiped = tokio::time::timeout(Duration::from_mins(1), async { while letters(config).await > 0 {} });
    wiped.await.expect("the letters are wiped");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a row holds this text, plainly or as bytes.
fn holds(row: &str, text: &str) -> bool {
    let row = row.to_lowercase();
    row.contains(&text.to_lowercase()) || row.contains(&hex(text.as_bytes()))
}

both_databases! {
    /// A new user's whole way and a login with a code leave nothing behind that opens anything.
    async fn nothing_secret_is_left_in_the_database_or_the_log(db: TestDb) {
        listen();
        let config = db.config().clone();
        let world = World::new(db).await;
        let browser = world.browser();
        browser.come_to_user_id(&world, NEWCOMER).await;
        let onboarding_code = world.code(NEWCOMER.1, 1).await;
        let attempt = browser.cookie("vestibule-login").unwrap();
        browser.choose(NEW_ID).await;
        browser.make_security_code().await;
        browser.follow(world.application.as_str()).await;
        let other = world.browser();
        other.enter_password(SETTLED.0, PASSWORD).await;
        other.enter_password(COLLEAGUE.0, "a wrong password").await;
        world.browser().enter_legacy(COLLEAGUE.1, "another wrong one").await;
        other.enter_password(SETTLED.0, PASSWORD).await;
        let login_code = world.code(SETTLED.1, 2).await;
        other.get("/login/code").await;
        other.post("/login/code", &[("code", &login_code), ("remember_device", "on")]).await;
        assert!(other.is_signed_in().await);
        let session = other.cookie("vestibule-session").unwrap();
        let device = other.jar("localhost").into_iter().find(|(name, _)| name.starts_with("vestibule-device-")).unwrap().1;
        world.mail(NEWCOMER.1, &words("mail-user-id-ready-subject")).await;
        world.advance(std::time::Duration::from_mins(1));
        world.mail(SETTLED.1, &words("notice-new-device")).await;

        let rows = dump(&config).await;
        let session_hash = hex(&app::Token::parse(&session).unwrap().hash());
        assert!(rows.iter().any(|(table, row)| table == "sessions" && row.to_lowercase().contains(&session_hash)), "the look sees bytes");
        assert!(rows.iter().any(|(table, row)| table == "users" && holds(row, NEWCOMER.1)), "the look sees text");
        let application = browser.jar("reconcile.localhost")["vestibule-app"].clone();
        let browser_id = browser.cookie("vestibule-browser").unwrap();
        let invitation = world.mail(crate::world::INVITED, "invitation").await;
        let invitation = invitation.links().find_map(|link| link.split_once("token=")).unwrap().1.to_owned();
        let secrets = [
            PASSWORD, LEGACY_PASSWORD, NEW_PASSWORD, NEW_SECURITY_CODE, vestibule::demo::world::SECURITY_CODE,
            &session, &device, &attempt, &application, &browser_id, &invitation, "a wrong password", "another wrong one",
        ];
        let log = logged();
        assert!(log.contains("request"), "the look sees the log");
        for secret in secrets {
            let found: Vec<_> = rows.iter().filter(|(_, row)| holds(row, secret)).collect();
            assert!(found.is_empty(), "{secret}: {found:?}");
            let line = log.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{secret}: {line:?}");
        }
        for code in [&onboarding_code, &login_code] {
            let quoted = |row: &str| row.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == code.as_str());
            let found: Vec<_> = rows.iter().filter(|(_, row)| quoted(row)).collect();
            assert!(found.is_empty(), "{code}: {found:?}");
            let line = log.lines().find(|line| line.contains(&format!("\"{code}\"")) || line.contains(&format!(" {code} ")));
            assert!(line.is_none(), "{code}: {line:?}");
        }
        for address in [NEWCOMER.1, SETTLED.1, COLLEAGUE.1] {
            let found: Vec<_> = rows.iter().filter(|(table, row)| table != "users" && holds(row, address)).collect();
            assert!(found.is_empty(), "{address}: {found:?}");
            let line = log.lines().find(|line| line.contains(address));
            assert!(line.is_none(), "{address}: {line:?}");
        }
    }

    /// Recoveries, factors and links that are asked for, half-way and done leave nothing behind that opens anything, and nothing that
    /// names whom they were for.
    async fn nothing_secret_of_recoveries_and_factors_is_left(db: TestDb) {
        listen();
        let config = db.config().clone();
        let world = World::new(db).await;
        let (owner, app) = world.somebody_with_app().await;
        let recovery_codes = owner.make_recovery_codes().await;
        let app_code = app.code(&world, 0);
        let asking = world.browser();
        asking.get("/recover/user-id").await;
        asking.post("/recover/user-id", &[("email", COLLEAGUE.1)]).await;
        let mailed_ids = world.mail(COLLEAGUE.1, &words("mail-user-ids-subject")).await;
        let half_way = world.browser();
        let mailed_code = half_way.ask_recovery_code(&world, "password", SETTLED).await;
        let lost = world.browser();
        lost.come_to_security_code(&world, "factor", SETTLED).await;
        lost.guess_security_code(vestibule::demo::world::SECURITY_CODE).await;
        let removal = world.mail(SETTLED.1, "will be removed").await;
        let nobody = world.browser();
        nobody.ask_to_recover("password", "nobody.at.all").await;
        world.advance(Duration::from_mins(1));
        wait_until_wiped(&config).await;

        let token_of = |mail: &vestibule::demo::mail::Mail, path: &str| {
            let link = mail.links().find(|link| link.contains(path)).expect("a link");
            link.split_once("token=").expect("a token").1.to_owned()
        };
        let mut secrets = vec![
            token_of(&mailed_ids, "/recover/continue"),
            token_of(&removal, "/recover/cancel"),
            half_way.cookie("vestibule-recovery").unwrap(),
            vestibule::demo::world::SECURITY_CODE.to_owned(),
            COLLEAGUE.1.to_owned(),
            "nobody.at.all".to_owned(),
        ];
        for code in &recovery_codes {
            secrets.extend([code.clone(), code.replace('-', "")]);
        }
        for mail in world.mails(SETTLED.1).iter().filter(|mail| mail.code.is_some()) {
            secrets.push(token_of(mail, "/not-me"));
        }
        let rows = dump(&config).await;
        let log = logged();
        for table in ["recoveries", "user_id_requests", "authenticator_apps", "recovery_codes", "factor_removals", "not_me_links"] {
            assert!(rows.iter().any(|(found, _)| found == table), "the look sees {table}");
        }
        for secret in &secrets {
            let found: Vec<_> =
                rows.iter().filter(|(table, row)| table != "users" && holds(row, secret)).collect();
            assert!(found.is_empty(), "{secret}: {found:?}");
            assert!(!log.contains(secret), "{secret} is in the log");
        }
        for code in [&mailed_code, &app_code] {
            let quoted = |row: &str| row.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == code.as_str());
            let found: Vec<_> = rows.iter().filter(|(_, row)| quoted(row)).collect();
            assert!(found.is_empty(), "{code}: {found:?}");
        }
        let found: Vec<_> = rows
            .iter()
            .filter(|(table, row)| table == "recoveries" && holds(row, SETTLED.0))
            .collect();
        assert!(found.is_empty(), "what was typed is sealed: {found:?}");
    }

    /// A letter is wiped when it was handed over, and when its deadline has passed.
    async fn letters_are_wiped(db: TestDb) {
        let config = db.config().clone();
        let world = World::new(db).await;
        world.mail(crate::world::INVITED, "invitation").await;
        wait_until_wiped(&config).await;
        world.mail_server.set_mood(Mood::Stopped);
        world.browser().enter_password(SETTLED.0, PASSWORD).await;
        assert_eq!(letters(&config).await, 1, "it waits, sealed");
        world.advance(Duration::from_mins(10) + app::clean_up::EVERY);
        app::clean_up::clean_up(&world.app).await.unwrap();
        wait_until_wiped(&config).await;
        world.mail_server.set_mood(Mood::Running);
        world.browser().enter_password(COLLEAGUE.0, PASSWORD).await;
        world.code(COLLEAGUE.1, 1).await;
        wait_until_wiped(&config).await;
        assert!(world.mails(SETTLED.1).is_empty());
    }
}

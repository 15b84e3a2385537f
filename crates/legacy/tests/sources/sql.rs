//! A table and a view, against PostgreSQL.

use legacy::source::{Kind, LoginCase, ProfileMap, Reach, Source, SourceSpec, SqlSpec, SqlTls, Trouble};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use testkit::postgres;

use crate::support::{ask, reach, spec, steps, verdict};

/// Made by PyPI's bcrypt 5.0, of "Rotterdam-2019".
const HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";

/// A database of this name with people in it.
async fn database(name: &str) -> SourceSpec {
    let mut admin = PgConnection::connect(postgres::url()).await.unwrap();
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
    }
    let mut own = PgConnection::connect(&postgres::database_url(postgres::url(), name)).await.unwrap();
    let people = format!(
        "CREATE SCHEMA \"Old App\"; \
         CREATE TABLE \"Old App\".\"user\" (\"Login\" text, pw text, full_name varchar(80), mail text, kind int); \
         INSERT INTO \"Old App\".\"user\" VALUES ('mruiz', '{HASH}', 'Marta Ruiz', 'marta@north-quay.example', 2), \
           ('Twin', '{HASH}', 'A', 'a@x.example', 1), ('Twin', '{HASH}', 'B', 'b@x.example', 1), \
           ('nohash', NULL, 'C', 'c@x.example', 1), ('strange', 'rot13:abc', 'D', 'd@x.example', 1); \
         CREATE VIEW slow AS SELECT \"Login\", pw, pg_sleep(20)::text AS full_name FROM \"Old App\".\"user\""
    );
    sqlx::raw_sql(AssertSqlSafe(people)).execute(&mut own).await.unwrap();
    let place = |name: &str| Some(name.to_owned());
    let mut spec = spec(Kind::Sql(SqlSpec {
        host: "localhost".to_owned(),
        port: postgres::tcp_port().await,
        database: name.to_owned(),
        user: "postgres".to_owned(),
        secret: "db".to_owned(),
        tls: SqlTls::None,
        table: vec!["Old App".to_owned(), "user".to_owned()],
        login: "Login".to_owned(),
        hash: "pw".to_owned(),
        login_case: LoginCase::Exact,
    }));
    spec.profile = ProfileMap {
        name: place("full_name"),
        email: place("mail"),
        role: place("kind"),
        administrators: vec!["2".to_owned()],
        ..ProfileMap::default()
    };
    spec
}

fn sql(spec: &mut SourceSpec) -> &mut SqlSpec {
    match &mut spec.kind {
        Kind::Sql(sql) => sql,
        _ => panic!("a table"),
    }
}

fn open(spec: &SourceSpec) -> Source {
    let mut reach: Reach = reach();
    reach.secrets.insert("db".to_owned(), SecretString::from("unused, the cluster trusts"));
    Source::open(spec.clone(), &reach).unwrap()
}

#[tokio::test]
async fn a_row_gives_hash_and_profile() {
    let mut spec = database("source_rows").await;
    let source = open(&spec);
    let profile = verdict(&source, "mruiz", "Rotterdam-2019").await.unwrap().unwrap();
    assert_eq!(profile.name.as_deref(), Some("Marta Ruiz"));
    assert_eq!(profile.email.as_deref(), Some("marta@north-quay.example"));
    assert_eq!(profile.role, Some(domain::role::Role::ProgramAdministrator), "a number is read as text");
    for (login, password) in [
        ("mruiz", "wrong"),
        ("MRUIZ", "Rotterdam-2019"),
        ("nobody", "Rotterdam-2019"),
        ("nohash", "Rotterdam-2019"),
        ("' OR true --", "Rotterdam-2019"),
    ] {
        assert!(verdict(&source, login, password).await.unwrap().is_none(), "{login}");
    }
    sql(&mut spec).login_case = LoginCase::Lower;
    assert!(verdict(&open(&spec), "MRUIZ", "Rotterdam-2019").await.unwrap().is_some());
}

#[tokio::test]
async fn a_name_that_is_not_unique_and_a_strange_hash_are_trouble() {
    let source = open(&database("source_odd").await);
    let twin = ask(&source, "Twin", "Rotterdam-2019").await.unwrap_err();
    assert!(twin.to_string().starts_with("several rows"), "{twin}");
    let strange = ask(&source, "strange", "Rotterdam-2019").await.unwrap_err();
    assert!(strange.to_string().starts_with("the hash cannot be verified"), "{strange}");
    assert!(!strange.to_string().contains("abc"), "a hash is a secret: {strange}");
}

#[tokio::test]
async fn a_look_up_that_takes_too_long_is_ended() {
    let mut spec = database("source_slow").await;
    sql(&mut spec).table = vec!["slow".to_owned()];
    spec.profile = ProfileMap { name: Some("full_name".to_owned()), ..ProfileMap::default() };
    spec.limits.whole_ms = 400;
    spec.limits.connect_ms = 400;
    assert!(ask(&open(&spec), "mruiz", "Rotterdam-2019").await.is_err());
}

#[tokio::test]
async fn what_is_wrong_with_the_description_is_told_by_code_only() {
    let mut spec = database("source_wrong").await;
    sql(&mut spec).hash = "no such column".to_owned();
    let trouble = ask(&open(&spec), "mruiz", "Rotterdam-2019").await.unwrap_err();
    assert_eq!(trouble.to_string(), "the server refuses the look-up (SQLSTATE 42703)");
    sql(&mut spec).tls = SqlTls::Verify;
    let trouble = Source::open(spec, &reach()).unwrap_err();
    assert!(matches!(trouble, Trouble::Setup(_)), "{trouble}");
}

#[tokio::test]
async fn tls_that_is_asked_for_is_required() {
    let mut spec = database("source_tls").await;
    sql(&mut spec).tls = SqlTls::Verify;
    let folder = tempfile::tempdir().unwrap();
    let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.cert.pem()).unwrap();
    spec.ca_file = Some(file);
    let trouble = ask(&open(&spec), "mruiz", "Rotterdam-2019").await.unwrap_err();
    assert!(matches!(trouble, Trouble::Tls(_)), "the server has no TLS: {trouble}");
}

#[tokio::test]
async fn a_certificate_is_believed_for_its_name_by_its_authority_only() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let free = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cluster = postgres::Cluster::start_with_tls(free, &own.cert.pem(), &own.signing_key.serialize_pem());
    let cluster = cluster.unwrap_or_else(|problem| panic!("{problem}"));
    let mut admin = PgConnection::connect(cluster.url()).await.unwrap();
    let people =
        format!("CREATE TABLE people (login text, pw text); INSERT INTO people VALUES ('mruiz', '{HASH}')");
    sqlx::raw_sql(AssertSqlSafe(people)).execute(&mut admin).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (good, bad) = (file("own.pem", own.cert.pem()), file("other.pem", other.cert.pem()));
    let described = |host: &str, authority: &std::path::PathBuf| {
        let mut spec = spec(Kind::Sql(SqlSpec {
            host: host.to_owned(),
            port: free,
            database: "postgres".to_owned(),
            user: "postgres".to_owned(),
            secret: "db".to_owned(),
            tls: SqlTls::Verify,
            table: vec!["people".to_owned()],
            login: "login".to_owned(),
            hash: "pw".to_owned(),
            login_case: LoginCase::Exact,
        }));
        spec.ca_file = Some(authority.clone());
        spec
    };
    assert!(
        verdict(&open(&described("localhost", &good)), "mruiz", "Rotterdam-2019").await.unwrap().is_some()
    );
    for (host, authority) in [("localhost", &bad), ("127.0.0.1", &good)] {
        let trouble = ask(&open(&described(host, authority)), "mruiz", "Rotterdam-2019").await.unwrap_err();
        assert!(matches!(trouble, Trouble::Tls(_)), "{host}: {trouble}");
    }
}

#[tokio::test]
async fn an_operator_sees_every_step_and_no_hash() {
    let told = steps(&open(&database("source_steps").await), "mruiz", "Rotterdam-2019").await;
    assert!(told.contains("look-up: one row, hash of the format"), "{told}");
    assert!(told.ends_with("hash") && !told.contains("$2b$") && !told.contains("Rotterdam"), "{told}");
}

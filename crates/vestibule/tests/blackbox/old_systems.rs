//! The application's own systems, for the tests of live legacy sources: a login, a hook, a table.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::import_users::{Outcome, Person, Run, import_users};
use axum::{Router, extract::State, response::IntoResponse};
use domain::{enterprise_user_id::LegacyLogin, role::Role};
use http::{StatusCode, header};
use legacy::source::{
    Body, Cage, Expect, HttpSpec, Kind, Limits, LoginCase, ProfileMap, Reach, SourceSpec, SqlSpec, SqlTls,
};
use testkit::{postgres, slapd::READER_PASSWORD};

use crate::world::{Answer, World};

/// The password of everybody whom the sources of these tests know.
pub(crate) const RIGHT: &str = "kept where it always was";
/// A user of Northgate Shipping whose password is at the source.
pub(crate) const KEPT: (&str, &str) = ("NGS-9001", "noor.visser@northgate-shipping.example");
/// Somebody whom only the source knows.
pub(crate) const NEW: (&str, &str) = ("NGS-9100", "elif.demir@northgate-shipping.example");
/// What the password hook is shown.
pub(crate) const HOOK_KEY: &str = "Bearer the key of the hook";
/// Above it every refusal lies: the time-out of the sources here, and what is beside it.
pub(crate) const GRID: Duration = Duration::from_millis(1_000);

/// The application's own login, as the test has it answer.
pub(crate) struct OldLogin {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
    profile: Arc<Mutex<serde_json::Value>>,
}

#[derive(Clone)]
struct Served {
    status: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
    profile: Arc<Mutex<serde_json::Value>>,
}

impl OldLogin {
    pub(crate) async fn start() -> Self {
        let status = Arc::new(AtomicU16::new(0));
        let (asked, profile) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let served =
            Served { status: Arc::clone(&status), asked: Arc::clone(&asked), profile: Arc::clone(&profile) };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(served);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, status, asked, profile }
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Whatever is asked, it answers with this status from now on; 0 for what is true.
    pub(crate) fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(crate) fn know(&self, name: &str, email: &str) {
        *self.profile.lock().unwrap_or_else(PoisonError::into_inner) =
            serde_json::json!({ "name": name, "mail": email });
    }

    /// It calls everybody this, whatever was typed; nothing when `None`.
    pub(crate) fn call_everybody(&self, login: Option<&str>) {
        self.profile.lock().unwrap_or_else(PoisonError::into_inner)["login"] = login.into();
    }

    pub(crate) fn spec(&self, name: &str) -> SourceSpec {
        let body = serde_json::json!({ "login": "{login}", "password": "{password}" });
        let status = |status| Expect { status: vec![status], ..Expect::default() };
        source(
            name,
            Kind::Http(HttpSpec {
                url: format!("http://localhost:{}/check", self.address.port()).parse().unwrap(),
                body: Body::Json(body),
                secret: None,
                right: status(200),
                wrong: status(401),
            }),
        )
    }
}

async fn answer(State(served): State<Served>, body: String) -> axum::response::Response {
    served.asked.fetch_add(1, Ordering::SeqCst);
    let forced = served.status.load(Ordering::SeqCst);
    if let Ok(status) = StatusCode::from_u16(forced) {
        return (status, [(header::LOCATION, "/elsewhere")]).into_response();
    }
    let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    if json["password"] != RIGHT {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut profile = served.profile.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(profile) = profile.as_object_mut().filter(|profile| !profile.contains_key("login")) {
        profile.insert("login".to_owned(), json["login"].clone());
    }
    profile.to_string().into_response()
}

pub(crate) fn source(name: &str, kind: Kind) -> SourceSpec {
    let place = |name: &str| Some(name.to_owned());
    SourceSpec {
        name: name.to_owned(),
        kind,
        company: None,
        profile: ProfileMap {
            login: place("/login"),
            logins: place("ngs-*"),
            name: place("/name"),
            email: place("/mail"),
            ..ProfileMap::default()
        },
        ca_file: None,
        limits: Limits { connect_ms: 500, whole_ms: 500, ..Limits::default() },
    }
}

fn loopback() -> Reach {
    let secrets = [("bind", READER_PASSWORD), ("db", "the cluster trusts"), ("hook", HOOK_KEY)];
    Reach {
        cage: Cage::new(["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]),
        secrets: secrets
            .map(|(name, value)| (name.to_owned(), value.to_owned().into()))
            .into_iter()
            .collect(),
    }
}

/// A world whose sources may reach loopback.
pub(crate) async fn world(db: store::testing::TestDb) -> World {
    let world = World::new(db).await;
    world.app.grant_reach(loopback());
    world
}

impl World {
    /// Applies sources, and lets a company or the application rest on one.
    pub(crate) async fn rest_on(
        &self,
        sources: &[SourceSpec],
        company: Option<(&str, &str)>,
        application: Option<&str>,
    ) {
        let mut conn = self.db().read().await.expect("a reader");
        let before = app::apply::current(&mut conn).await.expect("the installation");
        drop(conn);
        let mut desired = before.clone();
        desired.sources = sources.to_vec();
        if let Some((slug, source)) = company {
            let state = desired.companies.iter_mut().find(|state| state.slug == slug).expect("a company");
            state.legacy_source = Some(source.to_owned());
        }
        for state in &mut desired.applications {
            state.legacy_source = application.map(str::to_owned);
        }
        let found = app::apply::diff(&before, &desired).expect("a difference");
        let (clock, random) = (&self.clock, self.app.random.as_ref());
        app::apply::save(self.db(), &desired, &found, clock, random).await.expect("saved sources");
        // A worker that was reading meanwhile may remember what was before.
        loop {
            self.app.forget_directory();
            let directory = self.app.directory().await.expect("the directory");
            if sources.iter().all(|source| directory.sources.get(&source.name) == Some(source)) {
                break;
            }
        }
    }

    /// Takes over a person without a hash.
    pub(crate) async fn keep(&self, (login, email): (&str, &str)) {
        let person = Person {
            company: "northgate".to_owned(),
            region: None,
            role: Role::EndUser,
            name: "Noor Visser".to_owned(),
            email: email.to_owned(),
            language: None,
            login: Some(LegacyLogin::parse(login).expect("a login name")),
            hash: None,
        };
        let taken = import_users(&self.app, &[person], Run::ForGood).await.expect("an import");
        assert_eq!(taken, [Outcome::Added]);
    }

    /// Types old credentials in a new browser.
    pub(crate) async fn try_legacy(&self, login: &str, password: &str) -> Answer {
        self.browser().enter_legacy(login, password).await
    }
}

/// What an application offers that was prepared for another identity server.
pub(crate) async fn hook() -> SocketAddr {
    let answer = async |headers: http::HeaderMap, body: String| {
        if headers.get("authorization").is_none_or(|key| key != HOOK_KEY) {
            return (StatusCode::UNAUTHORIZED, "");
        }
        let right = body == format!(r#"{{"identifier":"{}","password":"{RIGHT}"}}"#, KEPT.0);
        (
            StatusCode::OK,
            if right { r#"{"status":"password_match"}"# } else { r#"{"status":"password_do_not_match"}"# },
        )
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/check", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The application's own table, reached by a port that leads to the tests' cluster.
pub(crate) async fn old_table(name: &str) -> SqlSpec {
    use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
    const HASH: &str = "$2b$08$hLREMGH5dCnqKkg70hHkCOiy/KKfFBtCi/WEltn5Cqv.t7WaaJ3Wm";
    let mut admin = PgConnection::connect(postgres::url()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
    let mut own = PgConnection::connect(&postgres::database_url(postgres::url(), name)).await.unwrap();
    let people = format!(
        "CREATE TABLE accounts (login text PRIMARY KEY, pw text); INSERT INTO accounts VALUES ('{}', '{HASH}')",
        KEPT.0
    );
    sqlx::raw_sql(AssertSqlSafe(people)).execute(&mut own).await.unwrap();
    let text = |text: &str| text.to_owned();
    SqlSpec {
        host: text("localhost"),
        port: postgres::tcp_port().await,
        database: text(name),
        user: text("postgres"),
        secret: text("db"),
        tls: SqlTls::None,
        table: vec![text("accounts")],
        login: text("login"),
        hash: text("pw"),
        login_case: LoginCase::Exact,
    }
}

//! `vestibule source list`, `show`, `test`, and what `doctor` and `apply` say about sources.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{Router, http::StatusCode};
use insta::assert_snapshot;
use vestibule::cli::Exit;

use crate::desk::{Desk, INSTALLATION, Typist};

const SOURCES: &str = r#"
[[source]]
name = "crm"
kind = "http"
url = "http://127.0.0.1:PORT/check"
json = { user = "{login}", pass = "{password}" }
secret = "crm-key"
header = "x-key"
company = "north-quay"
profile = { login = "/login", logins = "*", name = "/name", email = "/mail" }
[[company]]
slug = "second-quay"
name = "Second Quay"
country = "ES"
region = "europe"
time_zone = "Europe/Madrid"
legacy_source = "crm"
"#;

/// The application's own login: one password is right.
async fn old_login() -> SocketAddr {
    let answer = async |headers: axum::http::HeaderMap, body: String| {
        assert_eq!(headers["x-key"], "the key of the door");
        if body.contains("right one") {
            (StatusCode::OK, r#"{"name":"Marta Ruiz","mail":"nonsense"}"#)
        } else {
            (StatusCode::UNAUTHORIZED, "")
        }
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/check", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn desk_with(address: SocketAddr, config: &str) -> Desk {
    let desk = Desk::installed().await;
    let before = std::fs::read_to_string(desk.path("vestibule.toml")).expect("a configuration");
    std::fs::write(desk.path("vestibule.toml"), before + config).expect("a writable folder");
    let file = INSTALLATION.to_owned() + &SOURCES.replace("PORT", &address.port().to_string());
    std::fs::write(desk.path("installation.toml"), file).expect("a writable folder");
    let ran = desk.run(&["apply", "@/installation.toml", "--yes", "--config", "@/vestibule.toml"]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert!(!ran.out.contains("the key of the door") && ran.out.contains("crm-key"), "{}", ran.out);
    desk
}

const GRANTED: &str = "\n[outgoing]\nallow = [\"127.0.0.1\"]\n[secrets]\ncrm-key = \"the key of the door\"\n";

#[tokio::test]
async fn sources_are_listed_and_shown_without_secrets() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let desk = desk_with(old_login().await, "").await;
    let listed = desk.run(&["source", "list", "--config", "@/vestibule.toml"]).await;
    assert_snapshot!(listed.out, @r##"
        NAME  KIND  COMPANIES    APPLICATIONS  MAKES USERS OF  SECRET
        crm   http  second-quay                north-quay      crm-key (missing in [secrets])
        "##);
    let shown = desk.run(&["source", "show", "crm", "--config", "@/vestibule.toml"]).await;
    for (field, value) in
        [("kind", "http"), ("secret", "crm-key"), ("company", "north-quay"), ("header", "x-key")]
    {
        let line = shown.out.lines().find(|line| line.starts_with(field)).expect("a field");
        assert!(line.ends_with(value), "{line}");
    }
    let unknown = desk.run(&["source", "show", "crn", "--config", "@/vestibule.toml"]).await;
    assert_eq!(
        (unknown.exit, unknown.err.as_str()),
        (Exit::NotFound, "vestibule: there is no source \"crn\"; did you mean \"crm\"?\n")
    );
}

#[tokio::test]
async fn a_source_is_tried_step_by_step() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let desk = desk_with(old_login().await, GRANTED).await;
    let test = ["source", "test", "crm", "--user", "mruiz", "--config", "@/vestibule.toml"];
    let typist = Typist::with(&["the right one"]);
    let right = desk.run_with(&test, Some(typist.clone())).await;
    assert_eq!((right.exit, typist.questions().concat()), (Exit::Done, "(secretly) Password:".to_owned()));
    let steady: Vec<_> = right.out.lines().filter(|line| !line.contains("127.0.0.1:")).collect();
    assert_snapshot!(steady.join("\n"), @r##"
        STEP            FINDING
        answer          status 200, 39 bytes
        profile: login  nothing usable at /login
        profile: name   Marta Ruiz (from /name)
        profile: email  nothing usable at /mail
        The credentials are right.
        "##);
    assert!(!right.out.contains("right one") && !right.out.contains("the key"), "{}", right.out);
    let wrong = desk.run_with(&test, Some(Typist::with(&["another"]))).await;
    assert_eq!(wrong.exit, Exit::Findings, "{}", wrong.out);
    assert!(wrong.out.ends_with("The credentials are not right.\n"), "{}", wrong.out);
    let connection = desk.run(&["source", "test", "crm", "--json", "--config", "@/vestibule.toml"]).await;
    let report: serde_json::Value = serde_json::from_str(&connection.out).expect("JSON");
    assert_eq!((connection.exit, report["answer"].as_str()), (Exit::Done, Some("The source can be asked.")));
}

#[tokio::test]
async fn what_is_missing_or_not_allowed_is_told_with_what_to_do() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let address = old_login().await;
    let test = ["source", "test", "crm", "--config", "@/vestibule.toml"];
    let missing = desk_with(address, "").await.run(&test).await;
    assert_eq!(missing.exit, Exit::Config);
    assert!(missing.out.contains("there is no secret \"crm-key\""), "{}", missing.out);
    let caged = desk_with(address, "\n[secrets]\ncrm-key = \"the key of the door\"\n").await;
    let refused = caged.run(&test).await;
    assert_eq!(refused.exit, Exit::Config);
    assert!(refused.out.contains("[outgoing] allow = [\"127.0.0.1\"]"), "{}", refused.out);
    let doctor = caged.run(&["doctor", "--config", "@/vestibule.toml"]).await;
    assert!(
        doctor.out.contains("WRONG  legacy source") && doctor.out.contains("crm: 127.0.0.1 is at"),
        "{}",
        doctor.out
    );
    let gone: SocketAddr = "127.0.0.1:9".parse().expect("an address");
    let down = desk_with(gone, GRANTED).await.run(&test).await;
    assert_eq!(down.exit, Exit::Unavailable, "{}", down.out);
}

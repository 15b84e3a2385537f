//! HTTP and the password hook, against a server of the test's own.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::time::Clock as _;
use legacy::source::{
    Body, Expect, HookSpec, HttpSpec, Kind, Limits, ProfileMap, SecretHeader, Source, SourceSpec, Template,
    Trouble,
};
use testkit::clock::TestClock;
use zeroize::Zeroizing;

use crate::support::{SECRET, ask, open, reach, spec, steps, verdict};

type Seen = Arc<Mutex<Vec<(HeaderMap, String)>>>;
type Respond = fn(&str) -> Response;

/// Serves these answers; what was asked is kept.
async fn serve(respond: Respond) -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let handler = |State((seen, respond)): State<(Seen, Respond)>, headers: HeaderMap, body: Bytes| async move {
        let body = String::from_utf8_lossy(&body).into_owned();
        let response = respond(&body);
        seen.lock().unwrap().push((headers, body));
        response
    };
    let router = Router::new().fallback(handler).with_state((Arc::clone(&seen), respond));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, seen)
}

fn form(address: SocketAddr) -> SourceSpec {
    let fields = [("u", "{login}"), ("p", "{password}"), ("fixed", "1")];
    let template = |(name, text): (&str, &str)| (name.to_owned(), Template::new(text.to_owned()));
    spec(Kind::Http(HttpSpec {
        url: format!("http://{address}/check").parse().unwrap(),
        body: Body::Form(fields.map(template).into_iter().collect::<BTreeMap<_, _>>()),
        secret: Some(SecretHeader { header: "x-key".to_owned(), secret: "key".to_owned() }),
        right: Expect { status: vec![200], ..Expect::default() },
        wrong: Expect { status: vec![401], ..Expect::default() },
    }))
}

fn by_password(body: &str) -> Response {
    if body.contains("p=right+%26+good") { StatusCode::OK } else { StatusCode::UNAUTHORIZED }.into_response()
}

#[tokio::test]
async fn a_form_is_posted_with_the_key_and_its_status_decides() {
    let (address, seen) = serve(by_password).await;
    let source = open(&form(address));
    assert!(verdict(&source, "a=b&c", "right & good").await.unwrap().is_some());
    assert!(verdict(&source, "a=b&c", "wrong").await.unwrap().is_none());
    let seen = seen.lock().unwrap();
    let (headers, body) = &seen[0];
    assert_eq!(body, "fixed=1&p=right+%26+good&u=a%3Db%26c");
    assert_eq!(headers["x-key"], SECRET);
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
}

fn json_answer(body: &str) -> Response {
    let right = body == r#"{"credentials":["mruiz","s\"ecret"],"keep":true}"#;
    let person =
        r#"{"ok":true,"user":{"name":"Marta Ruiz","mail":"marta@north-quay.example","groups":["x","pa"]}}"#;
    let text = if right { person } else { r#"{"ok":false}"# };
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

#[tokio::test]
async fn json_is_posted_and_a_pointer_decides_and_the_profile_is_read() {
    let (address, _) = serve(json_answer).await;
    let mut spec = form(address);
    let pointer =
        |value: &str| Expect { pointer: Some(("/ok".to_owned(), value.to_owned())), ..Expect::default() };
    if let Kind::Http(http) = &mut spec.kind {
        http.body = Body::Json(serde_json::json!({ "credentials": ["{login}", "{password}"], "keep": true }));
        http.right = pointer("true");
        http.wrong = pointer("false");
    }
    spec.profile = ProfileMap {
        name: Some("/user/name".to_owned()),
        email: Some("/user/mail".to_owned()),
        role: Some("/user/groups".to_owned()),
        administrators: vec!["pa".to_owned()],
        ..ProfileMap::default()
    };
    let source = open(&spec);
    let profile = verdict(&source, "mruiz", "s\"ecret").await.unwrap().unwrap();
    assert_eq!(profile.name.as_deref(), Some("Marta Ruiz"));
    assert_eq!(profile.email.as_deref(), Some("marta@north-quay.example"));
    assert_eq!(profile.role, Some(domain::role::Role::ProgramAdministrator));
    assert!(verdict(&source, "mruiz", "other").await.unwrap().is_none());
}

#[tokio::test]
async fn an_answer_that_nobody_foresaw_is_neither_right_nor_wrong() {
    let (address, _) = serve(|_| StatusCode::IM_A_TEAPOT.into_response()).await;
    assert!(matches!(ask(&open(&form(address)), "mruiz", "x").await, Err(Trouble::Odd(_))));
    let (address, _) = serve(|_| StatusCode::BAD_GATEWAY.into_response()).await;
    assert!(matches!(ask(&open(&form(address)), "mruiz", "x").await, Err(Trouble::Unreachable(_))));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, asked) = serve(|_| StatusCode::OK.into_response()).await;
    static ELSEWHERE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    ELSEWHERE.get_or_init(|| format!("http://{elsewhere}/"));
    let redirect = |_: &str| {
        let to = ELSEWHERE.get().cloned().unwrap_or_default();
        (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
    };
    let (address, _) = serve(redirect).await;
    assert!(matches!(ask(&open(&form(address)), "mruiz", "x").await, Err(Trouble::Odd(_))));
    assert!(asked.lock().unwrap().is_empty(), "the password went elsewhere");
}

#[tokio::test]
async fn a_long_answer_is_cut_off_with_both_sides_of_the_limit() {
    let (address, _) = serve(|_| "x".repeat(64 * 1024).into_response()).await;
    assert!(verdict(&open(&form(address)), "mruiz", "x").await.unwrap().is_some());
    let (address, _) = serve(|_| "x".repeat(64 * 1024 + 1).into_response()).await;
    assert!(matches!(ask(&open(&form(address)), "mruiz", "x").await, Err(Trouble::Odd(_))));
}

/// Takes connections and says nothing.
async fn silent() -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let hold = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    (address, hold)
}

#[tokio::test]
async fn every_wait_has_an_end_and_few_calls_are_open_at_once() {
    let (address, _hold) = silent().await;
    let mut spec = form(address);
    spec.limits = Limits { whole_ms: 300, connect_ms: 300, at_once: 2, ..Limits::default() };
    let source = open(&spec);
    let (a, b, c) = tokio::join!(ask(&source, "a", "x"), ask(&source, "b", "x"), ask(&source, "c", "x"));
    let mut troubles = [a, b, c].map(|asked| asked.unwrap_err().to_string());
    troubles.sort();
    assert!(troubles[0].starts_with("as many calls"), "{troubles:?}");
    assert_eq!(troubles[1..], ["no answer within 300ms", "no answer within 300ms"]);
}

#[tokio::test]
async fn what_fails_in_a_row_is_left_alone_and_tried_again_by_one() {
    let (address, seen) = serve(|_| StatusCode::SERVICE_UNAVAILABLE.into_response()).await;
    let source = open(&form(address));
    let clock = TestClock::new();
    let password = Zeroizing::new("x".to_owned());
    let ask = async || source.ask(&clock, "mruiz", &password).await.unwrap_err();
    for _ in 0..5 {
        assert!(matches!(ask().await, Trouble::Unreachable(_)));
    }
    let until = clock.now() + Duration::from_secs(30);
    assert_eq!(ask().await, Trouble::Resting(until));
    assert_eq!(seen.lock().unwrap().len(), 5, "it is left alone");
    clock.advance(Duration::from_secs(30));
    assert!(matches!(ask().await, Trouble::Unreachable(_)));
    assert!(matches!(ask().await, Trouble::Resting(_)));
    assert_eq!(seen.lock().unwrap().len(), 6, "one goes first");
}

fn hook_answer(body: &str) -> Response {
    let word = match body {
        r#"{"identifier":"mruiz","password":"right"}"# => "password_match",
        r#"{"identifier":"odd","password":"right"}"# => "maybe",
        _ => return (StatusCode::FORBIDDEN, r#"{"status":"password_do_not_match"}"#).into_response(),
    };
    format!("{{\"status\":\"{word}\"}}").into_response()
}

#[tokio::test]
async fn the_password_hook_is_asked_with_its_key() {
    let (address, seen) = serve(hook_answer).await;
    let secret = SecretHeader { header: "authorization".to_owned(), secret: "key".to_owned() };
    let url = format!("http://{address}/").parse().unwrap();
    let source = open(&spec(Kind::Hook(HookSpec { url, secret })));
    assert!(verdict(&source, "mruiz", "right").await.unwrap().is_some());
    assert!(verdict(&source, "mruiz", "wrong").await.unwrap().is_none());
    assert!(matches!(ask(&source, "odd", "right").await, Err(Trouble::Odd(_))));
    assert!(matches!(ask(&source, "mruiz", "").await, Ok(legacy::source::Answer::Wrong)));
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3, "an empty password is never sent");
    assert!(seen.iter().all(|(headers, _)| headers["authorization"] == SECRET));
}

#[tokio::test]
async fn nothing_that_is_shown_holds_a_secret_or_a_password() {
    let (address, _) = serve(by_password).await;
    let spec = form(address);
    let told = steps(&open(&spec), "mruiz", "right & good").await;
    assert!(told.ends_with("right") && told.contains("without TLS"), "{told}");
    let source = Source::open(spec.clone(), &reach()).unwrap();
    let shown = format!("{told} {source:?} {:?} {}", reach(), serde_json::to_string(&spec).unwrap());
    assert!(!shown.contains(SECRET) && !shown.contains("right & good"), "{shown}");
    let missing = Source::open(spec, &legacy::source::Reach::default()).unwrap_err();
    assert_eq!(missing.to_string(), "there is no secret \"key\": give it in [secrets] of the configuration");
}

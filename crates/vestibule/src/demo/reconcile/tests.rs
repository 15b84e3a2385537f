//! The invented application over HTTP, as a gateway asks it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::time::{Clock, Timestamp, millis};
use reqwest::{Client, RequestBuilder, Response, StatusCode};

use super::{Cardholder, Currency, Options, Reconcile, receipts::MAX_RECEIPT_BYTES};

/// 23 November 2026, noon.
struct Watch(AtomicI64);

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

struct World {
    shop: Reconcile,
    watch: Arc<Watch>,
    client: Client,
}

const AMARA: &str = "nsh-04417";
const MARIEKE: &str = "nsh-01002";

async fn world() -> World {
    let holder = |subject: &str, name: &str, email: &str| Cardholder {
        subject: subject.into(),
        name: name.into(),
        email: email.into(),
        company: "Northgate Shipping".into(),
        home: Currency::Eur,
    };
    let watch = Arc::new(Watch(AtomicI64::new(1_795_435_200_000)));
    let options = Options {
        clock: Arc::clone(&watch) as Arc<dyn Clock>,
        portal: "http://localhost:8080".parse().unwrap(),
        cardholders: vec![
            holder(AMARA, "Amara Okafor", "amara.okafor@northgate-shipping.example"),
            holder(MARIEKE, "Marieke de Vries", "marieke.devries@northgate-shipping.example"),
        ],
    };
    let shop = Reconcile::bind(SocketAddr::from(([127, 0, 0, 1], 0)), options).await.unwrap();
    let client = crate::demo::test_client();
    World { shop, watch, client }
}

fn as_person(request: RequestBuilder, subject: &str) -> RequestBuilder {
    let (name, email, groups) = match subject {
        AMARA => ("Amara%20Okafor", "amara.okafor@northgate-shipping.example", "end_user"),
        MARIEKE => {
            ("Marieke%20de%20Vries", "marieke.devries@northgate-shipping.example", "program_administrator")
        }
        _ => ("Mallory%20%3Cb%3E", "mallory@other.example", "program_administrator"),
    };
    request
        .header("remote-user", subject)
        .header("remote-name", name)
        .header("remote-email", email)
        .header("remote-groups", groups)
}

impl World {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.shop.address())
    }

    async fn get(&self, subject: &str, path: &str) -> Response {
        as_person(self.client.get(self.url(path)), subject).send().await.unwrap()
    }

    async fn page(&self, subject: &str, path: &str) -> String {
        let response = self.get(subject, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn post(&self, subject: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.client.post(self.url(path)).header("sec-fetch-site", "same-origin").form(fields);
        as_person(request, subject).send().await.unwrap()
    }

    async fn upload(&self, subject: &str, path: &str, content: &[u8]) -> Response {
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"receipt\"; filename=\"../<b>.pdf\"\r\n\r\n"
                .to_vec();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = self
            .client
            .post(self.url(path))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body);
        as_person(request, subject).send().await.unwrap()
    }

    /// The numbers of the purchases that still have a list of cost centres.
    async fn open(&self, subject: &str) -> Vec<String> {
        values(&self.page(subject, "/").await, "name=\"centre-")
    }
}

/// What follows `start`, up to the next quotation mark.
fn values(html: &str, start: &str) -> Vec<String> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn nobody_comes_in_without_headers() {
    let world = world().await;
    for path in ["/", "/cards", "/company", "/live", "/transactions/1/receipt", "/nowhere"] {
        let response = world.client.get(world.url(path)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
        assert!(response.text().await.unwrap().contains("through the gateway"), "{path}");
    }
}

#[tokio::test]
async fn foreign_hosts_and_foreign_pages_are_turned_away() {
    let world = world().await;
    let foreign = as_person(world.client.get(world.url("/")), AMARA)
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), StatusCode::MISDIRECTED_REQUEST);
    let through =
        as_person(world.client.get(world.url("/")), AMARA).header("host", "reconcile.localhost:8080");
    assert_eq!(through.send().await.unwrap().status(), StatusCode::OK);

    let forged = world
        .client
        .post(world.url("/transactions"))
        .header("origin", "http://evil.example")
        .form(&[("action", "send")]);
    assert_eq!(as_person(forged, AMARA).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let bare = world.client.post(world.url("/transactions")).form(&[("action", "send")]);
    assert_eq!(as_person(bare, AMARA).send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_purchase_goes_from_cost_centre_and_receipt_to_approval() {
    let world = world().await;
    let id = world.open(AMARA).await.pop().unwrap();
    let field = format!("centre-{id}");
    let saved = world.post(AMARA, "/transactions", &[(&field, "NS-310"), ("action", "save")]).await;
    assert_eq!((saved.status(), location(&saved)), (StatusCode::SEE_OTHER, "/?saved=1"));

    let path = format!("/transactions/{id}/receipt");
    let attached = world.upload(AMARA, &path, b"%PDF-1.7 hello").await;
    assert_eq!(attached.status(), StatusCode::SEE_OTHER);
    let receipt = world.get(AMARA, &path).await;
    assert_eq!(receipt.headers()["content-type"], "application/pdf");
    assert_eq!(receipt.headers()["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(receipt.text().await.unwrap(), "%PDF-1.7 hello");
    let detail = world.page(AMARA, &format!("/transactions/{id}")).await;
    assert!(detail.contains("NS-310") && detail.contains("&#60;b&#62;.pdf"), "{detail}");

    let waiting = values(&world.page(MARIEKE, "/approvals").await, "name=\"return\" value=\"");
    assert!(!waiting.contains(&id));
    let sent = world.post(AMARA, "/transactions", &[("action", "send")]).await;
    assert_ne!(location(&sent), "/?sent=0");
    assert!(!world.open(AMARA).await.contains(&id));
    let again = world.upload(AMARA, &path, b"%PDF-1.7 changed").await;
    assert_eq!(again.status(), StatusCode::CONFLICT, "what was sent stays as it is");

    assert!(values(&world.page(MARIEKE, "/approvals").await, "name=\"return\" value=\"").contains(&id));
    assert_eq!(
        location(&world.post(MARIEKE, "/approvals", &[("approve", &id)]).await),
        "/approvals?approved=1"
    );
    assert_eq!(world.post(MARIEKE, "/approvals", &[("approve", &id)]).await.status(), StatusCode::CONFLICT);
    let detail = world.page(AMARA, &format!("/transactions/{id}")).await;
    assert!(detail.contains("Reconciled"));
}

#[tokio::test]
async fn what_is_returned_can_be_changed_again() {
    let world = world().await;
    let waiting = values(&world.page(MARIEKE, "/approvals").await, "name=\"return\" value=\"");
    let id = waiting.first().expect("Amara has sent something in the last weeks");
    assert_eq!(
        location(&world.post(MARIEKE, "/approvals", &[("return", id)]).await),
        "/approvals?returned=1"
    );
    assert!(world.open(AMARA).await.contains(id));
}

#[tokio::test]
async fn end_users_see_nothing_of_the_company() {
    let world = world().await;
    for path in ["/company", "/approvals", "/company/cards"] {
        assert_eq!(world.get(AMARA, path).await.status(), StatusCode::FORBIDDEN, "{path}");
        assert_eq!(world.get(MARIEKE, path).await.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(world.post(AMARA, "/approvals", &[("approve", "1")]).await.status(), StatusCode::FORBIDDEN);
    let home = world.page(AMARA, "/").await;
    assert!(!home.contains("/approvals") && world.page(MARIEKE, "/").await.contains("/approvals"));
    assert!(
        home.contains("href=\"http://localhost:8080/account\"")
            && home.contains("href=\"/.vestibule/logout\"")
    );
}

#[tokio::test]
async fn companies_are_walls_and_names_are_escaped() {
    let world = world().await;
    let id = world.open(AMARA).await.pop().unwrap();
    world.upload(AMARA, &format!("/transactions/{id}/receipt"), b"%PDF-1.7").await;
    let home = world.page("mallory", "/").await;
    assert!(home.contains("Mallory &#60;b&#62;") && !home.contains("Mallory <b>"), "{home}");

    for path in [format!("/transactions/{id}"), format!("/transactions/{id}/receipt")] {
        assert_eq!(world.get("mallory", &path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        world.post("mallory", "/approvals", &[("approve", &id)]).await.status(),
        StatusCode::NOT_FOUND
    );
    assert!(!world.page("mallory", "/company").await.contains("Amara"));
    let ending = values(&world.page(MARIEKE, "/company/cards").await, "name=\"ending\" value=\"")[0].clone();
    let blocked = world.post("mallory", "/company/cards", &[("subject", AMARA), ("ending", &ending)]).await;
    assert_eq!(blocked.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_approves_their_own_purchases() {
    let world = world().await;
    let id = world.open(MARIEKE).await.pop().unwrap();
    world.post(MARIEKE, "/transactions", &[(&format!("centre-{id}"), "NS-220")]).await;
    world.upload(MARIEKE, &format!("/transactions/{id}/receipt"), b"%PDF-1.7").await;
    world.post(MARIEKE, "/transactions", &[("action", "send")]).await;
    let own = world.post(MARIEKE, "/approvals", &[("approve", &id)]).await;
    assert_eq!(own.status(), StatusCode::CONFLICT);
    assert!(own.text().await.unwrap().contains("Nobody approves their own"));
}

#[tokio::test]
async fn a_card_is_blocked_and_released() {
    let world = world().await;
    let cards = world.page(MARIEKE, "/company/cards").await;
    let ending = values(&cards, "name=\"ending\" value=\"")[0].clone();
    let fields = [("subject", AMARA), ("ending", ending.as_str())];
    assert_eq!(world.post(MARIEKE, "/company/cards", &fields).await.status(), StatusCode::SEE_OTHER);
    assert!(world.page(AMARA, "/cards").await.contains("Blocked"));
    world.post(MARIEKE, "/company/cards", &fields).await;
    assert!(!world.page(AMARA, "/cards").await.contains("Blocked"));
}

#[tokio::test]
async fn a_receipt_has_limits() {
    let world = world().await;
    let id = world.open(AMARA).await.pop().unwrap();
    let path = format!("/transactions/{id}/receipt");
    let mut scan = b"\x89PNG\r\n\x1a\n".to_vec();
    scan.resize(MAX_RECEIPT_BYTES, 0);
    assert_eq!(world.upload(AMARA, &path, &scan).await.status(), StatusCode::SEE_OTHER);
    scan.push(0);
    assert_eq!(world.upload(AMARA, &path, &scan).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(world.upload(AMARA, &path, b"<svg/>").await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(world.upload(AMARA, &path, b"").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        world.upload(AMARA, "/transactions/999999/receipt", b"%PDF-").await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world.upload(AMARA, "/transactions/x/receipt", b"%PDF-").await.status(),
        StatusCode::BAD_REQUEST
    );
    let wrong = [(format!("centre-{id}"), "NS-999")];
    let wrong = wrong.iter().map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>();
    assert_eq!(world.post(AMARA, "/transactions", &wrong).await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn statements_follow_the_clock() {
    let world = world().await;
    assert!(world.page(AMARA, "/statements").await.contains("/statements/2026-11"));
    assert!(world.page(AMARA, "/statements/2026-10").await.contains("Statement of October 2026"));
    for path in ["/statements/2026-12", "/statements/1999-01", "/statements/x", "/statements/2026-13"] {
        assert_eq!(world.get(AMARA, path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    world.watch.0.fetch_add(millis(Duration::from_secs(31 * 24 * 60 * 60)), Ordering::Relaxed);
    assert!(world.page(AMARA, "/statements").await.contains("/statements/2026-12"));
}

#[tokio::test]
async fn news_come_while_the_stream_is_open() {
    let world = world().await;
    let mut amara = world.get(AMARA, "/live").await;
    let mut marieke = world.get(MARIEKE, "/live").await;
    assert_eq!(amara.headers()["content-type"], "text/event-stream");
    assert!(next(&mut amara).await.contains("event: hello"));
    assert!(next(&mut marieke).await.contains("event: hello"));

    world.shop.ledger.arrive(AMARA);
    let news = next(&mut amara).await;
    assert!(news.contains("event: news") && news.contains("\"text\":\"New: "), "{news}");

    world.shop.ledger.arrive(MARIEKE);
    let id = values(&world.page(MARIEKE, "/approvals").await, "name=\"return\" value=\"")[0].clone();
    world.post(MARIEKE, "/approvals", &[("approve", &id)]).await;
    assert!(next(&mut marieke).await.contains("New: "), "others' news are not hers");
    assert!(next(&mut amara).await.contains("Approved: "));
}

#[tokio::test]
async fn at_most_six_purchases_arrive_in_a_day() {
    let world = world().await;
    let before = world.open(AMARA).await.len();
    for _ in 0..7 {
        world.shop.ledger.arrive(AMARA);
    }
    assert_eq!(world.open(AMARA).await.len(), before + 6);
    world.watch.0.fetch_add(millis(Duration::from_secs(24 * 60 * 60)), Ordering::Relaxed);
    let next_day = world.open(AMARA).await.len();
    world.shop.ledger.arrive(AMARA);
    assert_eq!(world.open(AMARA).await.len(), next_day + 1);
}

#[tokio::test]
async fn starting_over_forgets_what_people_did() {
    let world = world().await;
    let before = world.open(AMARA).await.len();
    world.shop.ledger.arrive(AMARA);
    world.shop.start_over();
    assert_eq!(world.open(AMARA).await.len(), before);
    assert!(world.page(MARIEKE, "/company").await.contains("Amara Okafor"));
}

async fn next(stream: &mut Response) -> String {
    let chunk = stream.chunk().await.unwrap().expect("the stream is open");
    String::from_utf8_lossy(&chunk).into_owned()
}

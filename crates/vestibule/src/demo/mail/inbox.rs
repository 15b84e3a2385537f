//! The inbox: pages for visitors, JSON for tests.

use std::{convert::Infallible, sync::Arc};

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::{Mail, MailId};
use crate::demo::desk::{DeskOptions, Frame, page, problem};

/// A mail's own page may style itself and open links in new tabs; it may run and load nothing.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; \
     frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// Which mailbox is open.
#[derive(Debug, Default, Deserialize)]
pub(in crate::demo) struct Chosen {
    /// An address; empty or absent for all.
    #[serde(default)]
    r#box: String,
}

impl Chosen {
    fn address(&self) -> Option<&str> {
        Some(self.r#box.trim()).filter(|address| !address.is_empty())
    }

    /// The query that keeps this mailbox open.
    fn query(&self) -> String {
        self.address().map_or_else(String::new, |address| {
            format!(
                "?{}",
                url::form_urlencoded::Serializer::new(String::new()).append_pair("box", address).finish()
            )
        })
    }
}

#[derive(Template)]
#[template(path = "desk/inbox.html")]
struct InboxPage {
    frame: Frame,
    boxes: Vec<BoxLine>,
    all_unread: usize,
    query: String,
    mails: Vec<Arc<Mail>>,
    open: Option<Arc<Mail>>,
}

struct BoxLine {
    address: String,
    unread: usize,
    chosen: bool,
}

impl InboxPage {
    fn is_open(&self, mail: &Mail) -> bool {
        self.open.as_ref().is_some_and(|open| open.id == mail.id)
    }

    fn pieces<'m>(&self, mail: &'m Mail) -> Vec<Piece<'m>> {
        pieces(text_after_code(mail))
    }
}

/// A stretch of a mail's text.
struct Piece<'a> {
    words: &'a str,
    link: bool,
}

/// `GET /`: a mailbox with its newest mail open.
pub(in crate::demo) async fn read_newest(
    State(options): State<DeskOptions>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Response {
    let newest = options.mailboxes.newest(chosen.address()).first().cloned();
    show(&options, &headers, &chosen, newest)
}

/// `GET /mails/{id}`: a mailbox with that mail open.
pub(in crate::demo) async fn read_mail(
    State(options): State<DeskOptions>,
    Path(id): Path<MailId>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Response {
    match options.mailboxes.find(id) {
        Some(mail) => show(&options, &headers, &chosen, Some(mail)),
        None => problem(&options, &headers, StatusCode::NOT_FOUND, "demo-no-such-mail"),
    }
}

fn show(options: &DeskOptions, headers: &HeaderMap, chosen: &Chosen, open: Option<Arc<Mail>>) -> Response {
    if let Some(mail) = &open {
        mail.mark_read();
    }
    let addresses = options.mailboxes.addresses();
    let wanted = chosen.address().unwrap_or_default().to_lowercase();
    let mut boxes: Vec<BoxLine> = addresses
        .into_iter()
        .map(|(address, unread)| BoxLine { chosen: address == wanted, address, unread })
        .collect();
    if !wanted.is_empty() && !boxes.iter().any(|line| line.chosen) {
        boxes.push(BoxLine { address: wanted, unread: 0, chosen: true });
    }
    page(&InboxPage {
        frame: Frame::new(options, headers),
        all_unread: options.mailboxes.newest(None).iter().filter(|mail| mail.is_unread()).count(),
        boxes,
        query: chosen.query(),
        mails: options.mailboxes.newest(chosen.address()),
        open,
    })
}

#[derive(Template)]
#[template(path = "desk/whole.html")]
struct WholePage {
    frame: Frame,
    mail: Arc<Mail>,
}

/// `GET /mails/{id}/whole`: the mail as a mail program would show it.
pub(in crate::demo) async fn show_whole(
    State(options): State<DeskOptions>,
    Path(id): Path<MailId>,
    headers: HeaderMap,
) -> Response {
    match options.mailboxes.find(id) {
        Some(mail) => page(&WholePage { frame: Frame::new(&options, &headers), mail }),
        None => problem(&options, &headers, StatusCode::NOT_FOUND, "demo-no-such-mail"),
    }
}

/// `GET /mails/{id}/html`: the mail's HTML alone, for the frame of the whole mail.
pub(in crate::demo) async fn serve_html(
    State(options): State<DeskOptions>,
    Path(id): Path<MailId>,
    headers: HeaderMap,
) -> Response {
    let found = options.mailboxes.find(id);
    let Some(html) = found.as_ref().and_then(|mail| mail.html.as_deref()) else {
        return problem(&options, &headers, StatusCode::NOT_FOUND, "demo-no-such-mail");
    };
    inert("text/html; charset=utf-8", links_in_new_tabs(html))
}

/// `GET /mails/{id}/source`: what came over the wire.
pub(in crate::demo) async fn serve_source(
    State(options): State<DeskOptions>,
    Path(id): Path<MailId>,
    headers: HeaderMap,
) -> Response {
    match options.mailboxes.find(id) {
        Some(mail) => inert("text/plain; charset=utf-8", String::from_utf8_lossy(&mail.raw).into_owned()),
        None => problem(&options, &headers, StatusCode::NOT_FOUND, "demo-no-such-mail"),
    }
}

fn inert(kind: &'static str, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, content).into_response()
}

/// A link inside the frame would open the portal in the frame, which the portal forbids.
fn links_in_new_tabs(html: &str) -> String {
    const BASE: &str = "<base target=\"_blank\">";
    let head = html.to_ascii_lowercase().find("<head>").map(|at| at + "<head>".len());
    match head {
        Some(at) => format!("{}{BASE}{}", &html[..at], &html[at..]),
        None => format!("{BASE}{html}"),
    }
}

/// The page shows the code large, above the text: a text that begins with it need not repeat it.
fn text_after_code(mail: &Mail) -> &str {
    let text = mail.text.trim_start();
    mail.code.as_deref().and_then(|code| text.strip_prefix(code)).map_or(text, str::trim_start)
}

/// Splits a text at its web addresses.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end =
            from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        let (link, after) = from.split_at(end);
        pieces.extend([Piece { words: before, link: false }, Piece { words: link, link: true }]);
        rest = after;
    }
    pieces.push(Piece { words: rest, link: false });
    pieces
}

/// `GET /events`: one event for every change.
pub(in crate::demo) async fn follow(
    State(options): State<DeskOptions>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = stream::unfold(options.mailboxes.watch(), |mut watch| async {
        watch.changed().await.ok()?;
        let last = *watch.borrow_and_update();
        Some((Ok(Event::default().event("change").data(last.to_string())), watch))
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

/// A mail for tests.
#[derive(Debug, Serialize)]
struct MailJson {
    id: MailId,
    from: String,
    to: Vec<String>,
    subject: String,
    /// Digits only.
    code: Option<String>,
    text: String,
    html: Option<String>,
    links: Vec<String>,
    /// Milliseconds since 1970, by the demo's clock.
    arrived: i64,
    unread: bool,
}

impl From<&Mail> for MailJson {
    fn from(mail: &Mail) -> Self {
        Self {
            id: mail.id,
            from: mail.sender.clone(),
            to: mail.envelope.to.clone(),
            subject: mail.subject.clone(),
            code: mail.code.as_ref().map(|code| code.chars().filter(char::is_ascii_digit).collect()),
            text: mail.text.clone(),
            html: mail.html.clone(),
            links: mail.links().map(str::to_owned).collect(),
            arrived: mail.arrived.0,
            unread: mail.is_unread(),
        }
    }
}

/// Which mails are wanted.
#[derive(Debug, Default, Deserialize)]
pub(in crate::demo) struct Wanted {
    to: Option<String>,
}

/// `GET /api/messages?to=`: all mails, or those to one address, newest first. Does not mark them as read.
pub(in crate::demo) async fn list_messages(
    State(options): State<DeskOptions>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let mails = options.mailboxes.newest(wanted.to.as_deref());
    Json(mails.iter().map(|mail| MailJson::from(mail.as_ref())).collect::<Vec<_>>()).into_response()
}

/// `GET /api/messages/{id}`.
pub(in crate::demo) async fn get_message(
    State(options): State<DeskOptions>,
    Path(id): Path<MailId>,
) -> Response {
    match options.mailboxes.find(id) {
        Some(mail) => Json(MailJson::from(mail.as_ref())).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_text_become_links() {
        let shown = |text: &str| {
            let pieces = pieces(text);
            assert_eq!(pieces.iter().map(|piece| piece.words).collect::<String>(), text);
            pieces.iter().filter(|piece| piece.link).map(|piece| piece.words.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            shown("open\nhttp://localhost:8080/not-me?t=1\nor <https://x.example/>"),
            ["http://localhost:8080/not-me?t=1", "https://x.example/"]
        );
        assert!(shown("no link, javascript:alert(1)").is_empty());
    }

    #[test]
    fn the_frame_sends_links_to_new_tabs() {
        assert_eq!(links_in_new_tabs("<html><HEAD><title>"), "<html><HEAD><base target=\"_blank\"><title>");
        assert_eq!(links_in_new_tabs("<p>"), "<base target=\"_blank\"><p>");
    }
}

//! Who is asking: a person opening a page, or a script? Decides between a redirect, a page and a problem document.

use http::{
    HeaderMap, HeaderValue, Method, Request,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONNECTION, CONTENT_TYPE, UPGRADE},
};

/// The kind of request, as far as the browser tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A person opens a page in a tab: can be led away to sign in.
    Page,
    /// A frame inside a page: the portal may not be framed, so it gets a page with a link.
    Frame,
    /// A person sends a form: leading them away would lose what they typed.
    Form,
    /// Anything else: a script, an image, a machine.
    Script,
    /// A WebSocket.
    Socket,
}

impl Caller {
    /// Reads Fetch Metadata, or from browsers without it the method and what they accept.
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        let headers = request.headers();
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if *request.method() == Method::GET && asks_for_websocket(headers) {
            return Self::Socket;
        }
        let navigates = match headers.get("sec-fetch-mode") {
            Some(mode) => mode == "navigate",
            None if headers.contains_key("x-requested-with") => false,
            None => accepts_html(headers) && (reads || sends_form(headers)),
        };
        let framed = headers
            .get("sec-fetch-dest")
            .is_some_and(|dest| !matches!(dest.as_bytes(), b"document" | b"empty" | b""));
        match (navigates, framed, reads) {
            (false, _, _) => Self::Script,
            (true, true, _) => Self::Frame,
            (true, false, true) => Self::Page,
            (true, false, false) => Self::Form,
        }
    }

    /// Does a person read the answer?
    pub(super) fn is_person(self) -> bool {
        matches!(self, Self::Page | Self::Frame | Self::Form)
    }
}

/// What is kept of a request to answer in its terms after it was passed on.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    pub(super) caller: Caller,
    pub(super) languages: Option<HeaderValue>,
}

impl Asker {
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        Self { caller: Caller::of(request), languages: request.headers().get(ACCEPT_LANGUAGE).cloned() }
    }
}

/// Does the request ask to become a WebSocket?
pub(super) fn asks_for_websocket(headers: &HeaderMap) -> bool {
    lists(headers, &CONNECTION, "upgrade") && lists(headers, &UPGRADE, "websocket")
}

fn lists(headers: &HeaderMap, name: &http::HeaderName, token: &str) -> bool {
    let lines = headers.get_all(name).iter();
    let mut tokens = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    tokens.any(|found| found.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter();
    let mut ranges = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    ranges.any(|range| {
        let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let html = parts.next().is_some_and(|kind| {
            kind.eq_ignore_ascii_case(b"text/html") || kind.eq_ignore_ascii_case(b"application/xhtml+xml")
        });
        html && !parts.any(|part| matches!(part, b"q=0" | b"q=0.0" | b"q=0.00" | b"q=0.000"))
    })
}

fn sends_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    [&b"application/x-www-form-urlencoded"[..], b"multipart/form-data", b"text/plain"].iter().any(|form| {
        kind.split_at_checked(form.len()).is_some_and(|(head, _)| head.eq_ignore_ascii_case(form))
    })
}

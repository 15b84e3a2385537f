//! Pages for what goes wrong in front of an application.

use std::sync::Arc;

use app::Browser;
use axum::{
    body::Body,
    response::{Html, IntoResponse},
};
use http::{HeaderMap, HeaderValue, Response, header::ACCEPT_LANGUAGE};

use crate::{
    gateway::{Failure, FailurePages, Upstream},
    i18n::text_for,
    site::Site,
    view::{ErrorKind, ErrorPage, GateFailure, page_headers},
    visit::Visit,
};

/// Renders them with the portal's looks.
pub struct GatePages(pub Arc<Site>);

impl FailurePages for GatePages {
    fn render(
        &self,
        failure: &Failure,
        application: Option<&Upstream>,
        languages: Option<&HeaderValue>,
    ) -> Response<Body> {
        let site = &self.0;
        let mut headers = HeaderMap::new();
        headers.extend(languages.map(|languages| (ACCEPT_LANGUAGE, languages.clone())));
        let visit = stranger(&headers);
        let layout = site.remembered_layout(&visit);
        let html = match told(failure) {
            Told::Kind(kind) => {
                let (reference, back_href) = (String::new(), String::new());
                askama::Template::render(&ErrorPage { layout, kind, reference, kept: Vec::new(), back_href })
            }
            Told::Words { title, advice, link } => {
                let application =
                    application.map(|upstream| upstream.config().name.clone()).unwrap_or_default();
                let portal = site.app.portal("");
                askama::Template::render(&GateFailure { layout, title, advice, link, application, portal })
            }
        };
        let mut response =
            html.map_or_else(|_| Response::new(Body::empty()), |html| Html(html).into_response());
        response.headers_mut().extend(page_headers(&[]));
        response
    }
}

enum Told {
    /// One of the portal's own error pages.
    Kind(ErrorKind),
    /// Words of its own, with a link where going on helps.
    Words { title: &'static str, advice: &'static str, link: Option<String> },
}

fn told(failure: &Failure) -> Told {
    let words = |title, advice, link: Option<&url::Url>| Told::Words {
        title,
        advice,
        link: link.map(ToString::to_string),
    };
    match failure {
        Failure::FormNotSent { page } => words("error-gate-form-title", "error-gate-form", Some(page)),
        Failure::FrameNotSignedIn { page } => words("error-gate-frame-title", "error-gate-frame", Some(page)),
        Failure::NotSignedIn { login } => words("error-gate-login-title", "error-gate-login", Some(login)),
        Failure::ProofTooOld { confirm } => {
            words("error-gate-fresh-title", "error-gate-fresh", Some(confirm))
        }
        Failure::UntrustedProxy => Told::Kind(ErrorKind::WrongHost),
        Failure::TicketRefused { page } => words("error-gate-ticket-title", "error-gate-ticket", Some(page)),
        Failure::CookieMissing { page } => words("error-gate-cookie-title", "error-gate-cookie", Some(page)),
        Failure::Forbidden => words("error-gate-forbidden-title", "error-gate-forbidden", None),
        Failure::ForeignSocket => Told::Kind(ErrorKind::Forbidden),
        Failure::NotFound => Told::Kind(ErrorKind::NotFound),
        Failure::MethodNotAllowed(_) => Told::Kind(ErrorKind::MethodNotAllowed),
        Failure::BadRequest(_) | Failure::ExpectationFailed | Failure::UploadStalled => {
            Told::Kind(ErrorKind::BadRequest)
        }
        Failure::UnknownHost => Told::Kind(ErrorKind::WrongHost),
        Failure::Unreachable | Failure::Broken => Told::Kind(ErrorKind::BadGateway),
        Failure::Slow => Told::Kind(ErrorKind::GatewayTimeout),
        Failure::Unavailable => Told::Kind(ErrorKind::Busy(5)),
    }
}

/// These pages stand on the application's host, where the portal knows nobody.
fn stranger(headers: &HeaderMap) -> Visit {
    Visit {
        browser: Browser {
            key: [0; 32],
            network: String::new(),
            software: String::new(),
            platform: String::new(),
            devices: Vec::new(),
            key_answer: app::KeyAnswer::default(),
            offered_key: None,
        },
        text: text_for(headers),
        csrf: String::new(),
        csrf_others: Vec::new(),
        attempt: None,
        recovery: None,
        session: None,
        is_known: false,
        door: domain::attempt::Entry::Login,
    }
}

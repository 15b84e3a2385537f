//! What goes wrong in front of an application, and how it is told: a page to a person, RFC 9457 to a script.

use axum::body::Body;
use http::{
    HeaderValue, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use url::Url;

use super::{Upstream, caller::Asker};

/// Why the gateway answers in the application's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A form was sent without a session. Nothing reached the application; after signing in at `page`, in another
    /// tab, the person reloads this answer and the browser sends the form again. 401.
    FormNotSent {
        /// A page of the application that leads to sign-in.
        page: Url,
    },
    /// A frame was opened without a session; `page` is to be opened in the whole tab. 401.
    FrameNotSignedIn {
        /// The page that the frame wanted.
        page: Url,
    },
    /// A script or socket has no session; a person can sign in at `login`. 401.
    NotSignedIn {
        /// The portal's page to sign in, with the way back.
        login: Url,
    },
    /// The user is signed in, but this path asks for a fresh proof, which is given at `confirm`. 401.
    ProofTooOld {
        /// The portal's page for it, with the way back.
        confirm: Url,
    },
    /// Only a trusted proxy may ask whether somebody else's request may pass. 401.
    UntrustedProxy,
    /// The user is signed in but may not use this application. 403.
    Forbidden,
    /// A page of a foreign origin opened a WebSocket. 403.
    ForeignSocket,
    /// A ticket was used, late, or made for another browser; `page` starts anew. 403.
    TicketRefused {
        /// Where the user wanted to go.
        page: Url,
    },
    /// The browser did not bring back the nonce cookie: cookies are off, or ten minutes went by. 400.
    CookieMissing {
        /// Where the user wanted to go.
        page: Url,
    },
    /// Nothing lives at this reserved address. 404.
    NotFound,
    /// The method is not served; these are. 405.
    MethodNotAllowed(&'static str),
    /// The request cannot be passed on safely; the text says why, in words for developers. 400.
    BadRequest(&'static str),
    /// `Expect` asks for more than `100-continue`. 417.
    ExpectationFailed,
    /// The request's body stopped coming. 408.
    UploadStalled,
    /// The host is neither the portal nor an application. 421.
    UnknownHost,
    /// The application refuses connections. 502.
    Unreachable,
    /// The application broke off or did not speak HTTP. 502.
    Broken,
    /// The application took too long. 504.
    Slow,
    /// Sessions cannot be looked up at the moment. 503.
    Unavailable,
}

/// Makes the pages for failures; the sentences live with the other texts.
pub trait FailurePages: Send + Sync + 'static {
    /// A page for a person. Status, `Cache-Control` and the like are set by the gateway afterwards.
    ///
    /// `application` is absent only for [`Failure::UnknownHost`]; `languages` is the request's `Accept-Language`.
    fn render(
        &self,
        failure: &Failure,
        application: Option<&Upstream>,
        languages: Option<&HeaderValue>,
    ) -> Response<Body>;
}

impl Failure {
    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::FormNotSent { .. }
            | Self::FrameNotSignedIn { .. }
            | Self::NotSignedIn { .. }
            | Self::ProofTooOld { .. }
            | Self::UntrustedProxy => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ForeignSocket | Self::TicketRefused { .. } => StatusCode::FORBIDDEN,
            Self::CookieMissing { .. } | Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::ExpectationFailed => StatusCode::EXPECTATION_FAILED,
            Self::UploadStalled => StatusCode::REQUEST_TIMEOUT,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Unreachable | Self::Broken => StatusCode::BAD_GATEWAY,
            Self::Slow => StatusCode::GATEWAY_TIMEOUT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The stable end of the problem's `type`, and a sentence for developers.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::FormNotSent { .. } | Self::FrameNotSignedIn { .. } | Self::NotSignedIn { .. } => {
                ("not-signed-in", "There is no session. Open `login` in the browser, then try again.")
            }
            Self::ProofTooOld { .. } => (
                "proof-too-old",
                "This path asks for a fresh proof. Open `login` in the browser, then try again.",
            ),
            Self::UntrustedProxy => {
                ("untrusted-proxy", "Only a proxy that `server.trusted_proxies` names may ask this.")
            }
            Self::Forbidden => ("forbidden", "This user may not use this application."),
            Self::ForeignSocket => ("foreign-origin", "Pages of this origin may not open WebSockets here."),
            Self::TicketRefused { .. } => {
                ("ticket-refused", "This ticket is not valid for this browser now.")
            }
            Self::CookieMissing { .. } => ("cookie-missing", "The browser sent no nonce cookie."),
            Self::NotFound => ("not-found", "Nothing lives at this reserved address."),
            Self::MethodNotAllowed(_) => ("method-not-allowed", "This method is not served; see `Allow`."),
            Self::BadRequest(why) => ("bad-request", why),
            Self::ExpectationFailed => ("expectation-failed", "Only `Expect: 100-continue` can be met."),
            Self::UploadStalled => ("upload-stalled", "The body of the request stopped coming."),
            Self::UnknownHost => ("unknown-host", "No application has this host."),
            Self::Unreachable => ("application-unreachable", "The application refuses connections."),
            Self::Broken => ("application-broken", "The application broke off or did not speak HTTP."),
            Self::Slow => ("application-slow", "The application did not answer in time."),
            Self::Unavailable => ("unavailable", "Sessions cannot be looked up at the moment."),
        }
    }

    pub(super) fn answer(
        &self,
        asker: &Asker,
        application: Option<&Upstream>,
        pages: &dyn FailurePages,
    ) -> Response<Body> {
        let document = if asker.caller.is_person() {
            pages.render(self, application, asker.languages.as_ref())
        } else {
            self.problem_document()
        };
        self.finish(document)
    }

    /// The answer to a machine.
    pub(super) fn problem(&self) -> Response<Body> {
        self.finish(self.problem_document())
    }

    fn finish(&self, mut response: Response<Body>) -> Response<Body> {
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::MethodNotAllowed(allowed) => drop(headers.insert(ALLOW, HeaderValue::from_static(allowed))),
            Self::Unavailable => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("5"))),
            // RFC 9470, section 3.
            Self::ProofTooOld { .. } => {
                let challenge = "Vestibule error=\"insufficient_user_authentication\"";
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            failure if failure.status() == StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Vestibule"));
            }
            _ => {}
        }
        response
    }

    fn problem_document(&self) -> Response<Body> {
        let (kind, title) = self.words();
        let mut problem = serde_json::json!({
            "type": format!("urn:vestibule:problem:{kind}"),
            "title": title,
            "status": self.status().as_u16(),
        });
        if let Self::NotSignedIn { login } | Self::ProofTooOld { confirm: login } = self {
            problem["login"] = login.as_str().into();
        }
        let mut response = Response::new(Body::from(problem.to_string()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

//! Every route of the portal, one line each, with who may ask.

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{MethodRouter, get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer, timeout::TimeoutLayer};

use crate::{api, error, pages, site::Site, visit};

/// Who may ask. A test fails when a route's answer to a stranger is not what is declared here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Anybody.
    Public,
    /// The browser of a pending login or onboarding.
    Attempt,
    /// A signed-in user.
    SignedIn,
    /// The bearer of an invitation.
    Invitation,
}

type Route = (&'static str, Rule, MethodRouter<Arc<Site>>);

/// The list.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Rule::{Attempt, Invitation, Public, SignedIn};
    use pages::{
        account, code, done, handoff, help, invite, login, logout, postpone, profile, security_code, start,
        user_id, welcome,
    };
    vec![
        ("/", Public, get(welcome::show)),
        ("/handoff", Public, get(handoff::hand_off)),
        ("/login", Public, get(login::show).post(login::submit)),
        ("/login/code", Attempt, get(code::show_login).post(code::submit)),
        ("/login/code/delivery", Attempt, get(code::delivery)),
        ("/login/resend", Attempt, post(code::resend)),
        ("/start", Public, get(start::show).post(start::submit)),
        ("/start/profile", Attempt, get(profile::show).post(profile::confirm)),
        ("/start/profile/wrong", Attempt, get(profile::show_report).post(profile::report)),
        ("/start/email", Attempt, get(code::show_mailbox).post(code::submit)),
        ("/start/email/delivery", Attempt, get(code::delivery)),
        ("/start/email/resend", Attempt, post(code::resend)),
        ("/start/user-id", Attempt, get(user_id::show).post(user_id::submit)),
        ("/start/user-id/availability", Attempt, post(user_id::availability)),
        ("/start/user-id/strength", Attempt, post(user_id::strength)),
        ("/start/user-id/suggestion", Attempt, post(user_id::take_suggestion)),
        ("/start/security-code", Attempt, get(security_code::show).post(security_code::submit)),
        ("/start/done", SignedIn, get(done::show)),
        ("/start/announcement", SignedIn, get(done::announce)),
        ("/enrol/profile", Attempt, get(profile::show).post(profile::confirm)),
        ("/enrol/profile/wrong", Attempt, get(profile::show_report).post(profile::report)),
        ("/enrol/security-code", Attempt, get(security_code::show).post(security_code::submit)),
        ("/postponed", Attempt, get(postpone::show).post(postpone::confirm)),
        ("/invite", Invitation, get(invite::show).post(invite::accept)),
        ("/logout", Public, get(logout::show).post(logout::confirm)),
        ("/session", SignedIn, get(account::idle::session_left).post(account::idle::stay)),
        ("/account", SignedIn, get(account::home::show)),
        ("/account/devices", SignedIn, get(account::devices::show)),
        ("/account/devices/remove", SignedIn, post(account::devices::remove)),
        ("/account/sessions/end", SignedIn, post(account::sessions::end)),
        ("/account/end-everything", SignedIn, post(account::sessions::end_everything)),
        ("/help", Public, get(help::show)),
        ("/help/contacts", Public, get(help::contacts)),
        ("/privacy", Public, get(help::privacy)),
        ("/recover", Public, get(help::recover)),
        ("/api/v1/login", Attempt, get(api::login::show).delete(api::login::cancel)),
        ("/api/v1/login/password", Public, post(api::login::password)),
        ("/api/v1/login/code", Attempt, post(api::login::code)),
        ("/api/v1/login/resend", Attempt, post(api::login::resend)),
        ("/api/v1/session", SignedIn, get(api::session::show).delete(api::session::end)),
        ("/health/live", Public, get(api::health::live)),
        ("/health/ready", Public, get(api::health::ready)),
        ("/assets/{name}", Public, get(api::asset::show)),
    ]
}

/// The portal's router with everything around it.
pub fn portal(site: Arc<Site>) -> Router {
    let routes =
        routes().into_iter().fold(Router::new(), |router, (path, _, handler)| router.route(path, handler));
    routes
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            http::StatusCode::SERVICE_UNAVAILABLE,
            std::time::Duration::from_secs(30),
        ))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), error::render))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), visit::identify))
        .with_state(site)
}

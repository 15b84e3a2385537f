//! Every route of the portal, one line each, with who may ask.

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{MethodRouter, get, post},
};
use tower::ServiceBuilder;
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
    /// The browser of a pending recovery.
    Recovery,
    /// The bearer of an invitation.
    Invitation,
}

type Route = (&'static str, Rule, MethodRouter<Arc<Site>>);

/// The list.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Rule::{Attempt, Invitation, Public, Recovery, SignedIn};
    use pages::{
        account, code, done, handoff, help, invite, login, logout, not_me, passkey, postpone, profile,
        recover, second_step, security_code, start, start_channel, stop_reminders, user_id, welcome,
    };
    vec![
        ("/", Public, get(welcome::show)),
        ("/handoff", Public, get(handoff::hand_off)),
        ("/login", Public, get(login::show).post(login::submit)),
        ("/login/challenge", Public, get(login::challenge)),
        ("/login/code", Attempt, get(code::show_login).post(code::submit)),
        ("/login/code/delivery", Attempt, get(code::delivery)),
        ("/login/resend", Attempt, post(code::resend)),
        ("/login/method", Attempt, get(second_step::show_methods)),
        ("/login/app", Attempt, get(second_step::show_app).post(second_step::submit_app)),
        (
            "/login/recovery-code",
            Attempt,
            get(second_step::show_recovery_code).post(second_step::submit_recovery_code),
        ),
        ("/login/passkey", Attempt, get(passkey::show).post(passkey::submit)),
        ("/login/passkey/begin", Attempt, post(passkey::begin)),
        ("/login/with-passkey", Public, post(passkey::submit_first)),
        ("/login/with-passkey/begin", Public, post(passkey::begin_first)),
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
        ("/start/channel", SignedIn, get(start_channel::show).post(start_channel::choose)),
        ("/start/done", SignedIn, get(done::show)),
        ("/start/announcement", SignedIn, get(done::announce)),
        ("/enrol/profile", Attempt, get(profile::show).post(profile::confirm)),
        ("/enrol/profile/wrong", Attempt, get(profile::show_report).post(profile::report)),
        ("/enrol/security-code", Attempt, get(security_code::show).post(security_code::submit)),
        ("/postponed", Attempt, get(postpone::show).post(postpone::confirm)),
        ("/invite", Invitation, get(invite::show).post(invite::accept)),
        ("/not-me", Public, get(not_me::show).post(not_me::press)),
        ("/stop-reminders", Public, get(stop_reminders::show).post(stop_reminders::press)),
        ("/logout", Public, get(logout::show).post(logout::confirm)),
        ("/session", SignedIn, get(account::idle::session_left).post(account::idle::stay)),
        ("/account", SignedIn, get(account::home::show)),
        ("/account/password", SignedIn, get(account::password::show).post(account::password::submit)),
        ("/account/password/strength", SignedIn, post(account::password::strength)),
        (
            "/account/security-code",
            SignedIn,
            get(account::security_code::show).post(account::security_code::submit),
        ),
        ("/account/activity", SignedIn, get(account::activity::show)),
        (
            "/account/activity/not-me",
            SignedIn,
            get(account::activity::show_disown).post(account::activity::disown),
        ),
        ("/account/data", SignedIn, get(account::data::show).post(account::data::take)),
        ("/account/language", SignedIn, get(account::language::show).post(account::language::choose)),
        ("/account/wrong", SignedIn, get(account::wrong::show).post(account::wrong::report)),
        ("/account/confirm/passkey", SignedIn, post(account::confirm_passkey::submit)),
        ("/account/confirm/passkey/begin", SignedIn, post(account::confirm_passkey::begin)),
        ("/account/confirm", SignedIn, get(account::confirm::show).post(account::confirm::submit)),
        ("/account/channel", SignedIn, get(account::channel::show).post(account::channel::submit)),
        (
            "/account/authenticator-app",
            SignedIn,
            get(account::authenticator_app::show).post(account::authenticator_app::begin),
        ),
        (
            "/account/authenticator-app/set-up",
            SignedIn,
            get(account::authenticator_app::show_new).post(account::authenticator_app::confirm),
        ),
        ("/account/authenticator-app/remove", SignedIn, post(account::authenticator_app::remove)),
        ("/account/passkeys", SignedIn, get(account::passkeys::show).post(account::passkeys::finish)),
        ("/account/passkeys/begin", SignedIn, post(account::passkeys::begin)),
        ("/account/passkeys/rename", SignedIn, post(account::passkeys::rename)),
        ("/account/passkeys/remove", SignedIn, post(account::passkeys::remove)),
        (
            "/account/recovery-codes",
            SignedIn,
            get(account::recovery_codes::show).post(account::recovery_codes::make),
        ),
        ("/account/devices", SignedIn, get(account::devices::show)),
        ("/account/devices/rename", SignedIn, get(account::devices::ask_name).post(account::devices::rename)),
        ("/account/devices/remove-all", SignedIn, post(account::devices::remove_all)),
        ("/account/devices/remove", SignedIn, post(account::devices::remove)),
        ("/account/sessions/end", SignedIn, post(account::sessions::end)),
        ("/account/factor-removal/stop", SignedIn, post(account::home::stop_removal)),
        ("/account/end-everything", SignedIn, post(account::sessions::end_everything)),
        ("/help", Public, get(help::show)),
        ("/help/contacts", Public, get(help::contacts)),
        ("/privacy", Public, get(help::privacy)),
        ("/recover", Public, get(recover::show)),
        ("/recover/password", Public, get(recover::show_password).post(recover::begin_password)),
        ("/recover/unlock", Public, get(recover::show_unlock).post(recover::begin_unlock)),
        ("/recover/factor", Public, get(recover::show_factor).post(recover::begin_factor)),
        ("/recover/user-id", Public, get(recover::user_id::show).post(recover::user_id::submit)),
        ("/recover/user-id/sent", Public, get(recover::user_id::sent)),
        ("/recover/code", Recovery, get(recover::code::show).post(recover::code::submit)),
        ("/recover/resend", Recovery, post(recover::code::resend)),
        ("/recover/security-code", Recovery, get(recover::knowledge::show).post(recover::knowledge::submit)),
        ("/recover/staff", Recovery, post(recover::knowledge::open_case)),
        ("/recover/approved", Recovery, post(recover::knowledge::approved)),
        (
            "/recover/new-password",
            Recovery,
            get(recover::new_password::show).post(recover::new_password::submit),
        ),
        ("/recover/new-password/strength", Recovery, post(recover::new_password::strength)),
        ("/recover/done", Public, get(recover::done)),
        ("/recover/scheduled", Public, get(recover::scheduled)),
        ("/recover/continue", Public, get(recover::links::show_continue).post(recover::links::go_on)),
        ("/recover/cancel", Public, get(recover::links::show_cancel).post(recover::links::cancel)),
        ("/api/v1/login", Attempt, get(api::login::show).delete(api::login::cancel)),
        ("/api/v1/login/password", Public, post(api::login::password)),
        ("/api/v1/login/code", Attempt, post(api::login::code)),
        ("/api/v1/login/app", Attempt, post(api::second_step::app)),
        ("/api/v1/login/recovery-code", Attempt, post(api::second_step::recovery_code)),
        ("/api/v1/login/passkey", Attempt, post(api::second_step::passkey)),
        ("/api/v1/login/passkey/begin", Attempt, post(api::second_step::begin_passkey)),
        ("/api/v1/login/resend", Attempt, post(api::login::resend)),
        ("/api/v1/session", SignedIn, get(api::session::show).delete(api::session::end)),
        ("/hooks/bounce", Public, post(api::bounce_hook::take)),
        ("/.well-known/jwks.json", Public, get(api::key_set::show)),
        ("/health/live", Public, get(api::health::live)),
        ("/health/ready", Public, get(api::health::ready)),
        ("/assets/{name}", Public, get(api::asset::show)),
    ]
}

/// The portal's router with everything around it. The layers stand around the router as a whole: laid on its routes, each
/// would be boxed for every route and cloned with all below it at every request.
pub fn portal(site: Arc<Site>) -> Router {
    let routes =
        routes().into_iter().fold(Router::new(), |router, (path, _, handler)| router.route(path, handler));
    let around = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(Arc::clone(&site), visit::identify))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), error::render))
        .layer(TimeoutLayer::with_status_code(
            http::StatusCode::SERVICE_UNAVAILABLE,
            std::time::Duration::from_secs(30),
        ))
        .layer(CatchPanicLayer::new())
        .layer(CsrfLayer::new());
    Router::new().fallback_service(around.service(routes.with_state(site)))
}

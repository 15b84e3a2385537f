//! What an application can check by itself: who the user is, signed, for one application and one minute.

use std::time::Duration;

use crypto::signing;
use domain::directory::Application;
use serde::Serialize;

use crate::{App, Fault, check_session::Signed};

/// An assertion is worth something for this long.
pub const LIFETIME: Duration = Duration::from_secs(60);

/// The claims of RFC 7519 and OpenID Connect Core 1.0, section 2; `groups` as in `Remote-Groups`.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    acr: &'a str,
    amr: Vec<&'a str>,
    email: &'a str,
    name: &'a str,
    groups: [&'a str; 1],
}

/// A signed statement for this application's host about the user, whom it calls `subject`.
///
/// # Errors
/// [`Fault::Inconsistent`] when it cannot be signed.
pub fn assert_identity(
    app: &App,
    signed: &Signed,
    application: &Application,
    subject: &str,
) -> Result<String, Fault> {
    let (now, assurance) = (app.now(), &signed.session.assurance);
    let seconds = |at: domain::time::Timestamp| at.0.div_euclid(1000);
    let claims = Claims {
        iss: app.settings.public_url.as_str().trim_end_matches('/'),
        aud: &application.host,
        sub: subject,
        iat: seconds(now),
        exp: seconds(now + LIFETIME),
        auth_time: seconds(assurance.auth_time()),
        acr: assurance.acr(),
        amr: assurance.amr(),
        email: &signed.user.email,
        name: &signed.user.name,
        groups: [signed.user.role.name()],
    };
    signing::sign_token(&app.keys, "vestibule-assertion+jwt", &claims)
        .map_err(|_| Fault::Inconsistent("an assertion cannot be signed"))
}

/// The public keys by which assertions are checked, as a JSON Web Key Set (RFC 7517).
///
/// # Errors
/// [`Fault::Inconsistent`] when a key cannot be made.
pub fn key_set(app: &App) -> Result<String, Fault> {
    let set = signing::key_set(&app.keys).map_err(|_| Fault::Inconsistent("a signing key cannot be made"))?;
    Ok(set.to_string())
}

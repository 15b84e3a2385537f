//! `vestibule user reset-factors|reset-password`: what recovery cannot do for staff, and may not do at once for anybody.

use app::{
    App,
    change_user::Found,
    reset_factors::reset_factors,
    vouch_for_last_staff::{Outcome, vouch_for_last_staff},
};
use domain::factor::Owned;

use super::{done, find_one, refused};
use crate::cli::{Exit, Failure, Screen};

/// Somebody of staff, in a recovery that they began.
#[derive(Debug, clap::Args)]
pub struct Password {
    /// Enterprise User ID, old login name, e-mail address or key
    who: String,
    /// The number of the case that their recovery opened, such as ACDE-2346
    #[arg(long)]
    case: Option<String>,
}

/// Removes what is lost.
pub(super) async fn factors(app: &App, found: &Found, screen: &mut Screen) -> Result<Exit, Failure> {
    let Owned { authenticator_app, passkey, recovery_code } = reset_factors(app, &found.user).await?;
    let gone: Vec<_> =
        [(authenticator_app, "authenticator app"), (passkey, "passkeys"), (recovery_code, "recovery codes")]
            .into_iter()
            .filter_map(|(was_there, name)| was_there.then_some(name))
            .collect();
    if gone.is_empty() {
        return done(
            screen,
            found,
            "had no authenticator app, passkey or recovery code; nothing was changed",
        );
    }
    let gone = gone.join(", ");
    done(
        screen,
        found,
        &format!("reset: {gone} removed, sessions and devices ended, codes go by mail; they are told"),
    )
}

/// Vouches for the last of staff.
pub(super) async fn password(app: &App, asked: &Password, screen: &mut Screen) -> Result<Exit, Failure> {
    let found = find_one(app, &asked.who).await?;
    let page = app.portal("/recover/password");
    let Some(case) = &asked.case else {
        return Err(refused(
            &found,
            &format!(
                "begins the reset: open {page}, enter the mailed code, choose \"I forgot my security code\", open a case, and \
                 give its number with --case; nobody chooses a password for somebody else"
            ),
        ));
    };
    match vouch_for_last_staff(app, found.user.id, case).await? {
        Outcome::Vouched => {
            done(screen, &found, "can go on, in the browser where they began, within 24 hours")
        }
        Outcome::NotStaff => Err(refused(
            &found,
            &format!(
                "is no operator or servicing agent, or is disabled; two of staff vouch: `vestibule case approve {case}`"
            ),
        )),
        Outcome::NoCase => {
            Err(Failure::NotFound(format!("{} has no open recovery with the case {case:?}", found.user.name)))
        }
        Outcome::OthersCan => Err(refused(
            &found,
            &format!("is not the last of staff; two others vouch: `vestibule case approve {case}`"),
        )),
    }
}

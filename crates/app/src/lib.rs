//! One file per use case: begin, load, decide, save, commit.
//!
//! A use case answers with an outcome, which is data for a page or for JSON; `Err` is a [`Fault`]. Effects outside the
//! database happen only through the outbox, written in the same transaction. A slow hash is never computed inside a
//! transaction: the first one counts the guess, the hash is computed with none open, the second decides.

mod admission;
pub mod apply;
pub mod browser;
pub mod context;
pub mod directory;
pub mod fault;
mod guesses;
mod progress;
mod record;
mod send_code;
mod trusted_device;
mod turn;

pub mod add_operator;
pub mod change_user;
pub mod check_session;
pub mod choose_user_id;
pub mod clean_up;
pub mod confirm_profile;
pub mod danger_seed;
pub mod deliver_mail;
pub mod hand_over;
pub mod import_users;
pub mod invite_user;
pub mod log_out;
pub mod make_security_code;
pub mod manage_access;
pub mod put_off;
pub mod report_wrong_details;
pub mod resend_code;
pub mod revoke;
pub mod show_attempt;
pub mod submit_legacy_credentials;
pub mod submit_password;
pub mod verify_code;

pub use crypto::token::Token;
pub use store::outbox::State as MailState;
pub use zeroize::Zeroizing;

pub use self::{
    browser::{Browser, DeviceCookie},
    context::{App, Settings},
    fault::Fault,
    progress::{Progress, SignedIn, Step},
    turn::ATTEMPT_LIFETIME,
};

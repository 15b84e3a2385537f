//! One file per use case: begin, load, decide, save, commit.
//!
//! A use case answers with an outcome, which is data for a page or for JSON; `Err` is a [`Fault`]. Effects outside the
//! database happen only through the outbox, written in the same transaction. A slow hash is never computed inside a
//! transaction: the first one counts the guess, the hash is computed with none open, the second decides.

mod admission;
pub mod apply;
pub mod browser;
mod check_security_code;
pub mod context;
pub mod directory;
mod factor_change;
pub mod factor_code;
pub mod fault;
mod forgive;
mod guesses;
mod look_at_legacy;
mod new_password;
pub mod not_me;
pub mod notices;
mod progress;
mod record;
pub mod recovery;
mod rollout;
mod second_step;
mod send_code;
mod trusted_device;
mod turn;

pub mod add_authenticator_app;
pub mod add_passkey;
pub mod add_staff;
pub mod ask_staff;
pub mod assert_identity;
pub mod begin_recovery;
pub mod change_password;
pub mod change_security_code;
pub mod change_user;
pub mod check_session;
pub mod choose_channel;
pub mod choose_language;
pub mod choose_user_id;
pub mod clean_up;
pub mod confirm_identity;
pub mod confirm_profile;
pub mod confirm_with_passkey;
pub mod danger_seed;
pub mod decide_case;
pub mod deliver_mail;
mod demand_second;
pub mod disown_activity;
pub mod export_own_data;
pub mod hand_over;
pub mod health;
pub mod import_users;
pub mod invite_user;
pub mod key_generations;
pub mod list_factors;
pub mod log_out;
pub mod make_recovery_codes;
pub mod make_security_code;
pub mod manage_access;
pub mod manage_rollouts;
pub mod note_bounces;
pub mod passkey_ceremony;
pub mod passkey_login;
pub mod passkey_second_step;
pub mod prove_knowledge;
pub mod put_off;
pub mod recover_password;
pub mod remove_factors;
mod remove_new_factors;
pub mod rename_device;
pub mod report_wrong_details;
pub mod request_user_ids;
pub mod reseal;
pub mod resend_code;
pub mod reset_factors;
pub mod resolve_recoveries;
pub mod revoke;
pub mod revoke_all_devices;
pub mod rollout_status;
pub mod run_rollouts;
pub mod secrets_since;
pub mod show_activity;
pub mod show_attempt;
pub mod show_recovery;
pub mod stop_reminders;
pub mod submit_legacy_credentials;
pub mod submit_password;
mod take_in;
pub mod tell_administrators;
mod turnstile;
pub mod use_recovery_code;
pub mod verify_app_code;
pub mod verify_code;
pub mod verify_recovery_code;
pub mod vouch_for_last_staff;
mod vouching;

pub use crypto::{
    token::Token,
    webhook::{Signed as SignedHook, WebhookSecret},
};
pub use store::outbox::State as MailState;
pub use zeroize::Zeroizing;

pub use self::{
    browser::{Browser, DeviceCookie, KeyAnswer, NotAKey},
    context::{App, Settings},
    fault::Fault,
    progress::{Progress, SignedIn, Step},
    second_step::Remember,
    turn::ATTEMPT_LIFETIME,
};

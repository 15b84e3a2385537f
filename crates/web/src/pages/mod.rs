//! Pages: parse, call one use case, render.

pub mod account;
pub mod code;
pub mod done;
pub mod handoff;
pub mod help;
pub mod invite;
pub mod login;
pub mod logout;
pub mod not_me;
pub mod passkey;
pub mod postpone;
pub mod profile;
pub mod recover;
pub mod second_step;
pub mod security_code;
pub mod start;
pub mod start_channel;
pub mod stop_reminders;
pub mod user_id;
pub mod welcome;

pub mod new_secret;
mod progress;
mod questions;
mod report;
pub(crate) mod to;

use std::sync::Arc;

use axum::extract::State;

use crate::site::Site;

/// The state of every handler.
pub type S = State<Arc<Site>>;

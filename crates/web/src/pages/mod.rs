//! Pages: parse, call one use case, render.

pub mod account;
pub mod code;
pub mod done;
pub mod handoff;
pub mod help;
pub mod invite;
pub mod login;
pub mod logout;
pub mod postpone;
pub mod profile;
pub mod security_code;
pub mod start;
pub mod user_id;
pub mod welcome;

mod progress;
mod to;

use std::sync::Arc;

use axum::extract::State;

use crate::site::Site;

/// The state of every handler.
pub type S = State<Arc<Site>>;

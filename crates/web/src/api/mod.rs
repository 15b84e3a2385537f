//! JSON for scripts and other clients. It shares the use cases with the pages.

pub mod asset;
pub mod body;
pub mod bounce_hook;
pub mod health;
pub mod key_set;
pub mod login;
pub mod second_step;
pub mod session;

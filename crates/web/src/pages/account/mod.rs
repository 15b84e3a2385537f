//! `/account`: what is the user's own.

pub mod devices;
pub mod home;
pub mod idle;
pub mod sessions;

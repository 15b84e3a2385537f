//! HTTP: pages, API, gateway.

pub mod assets;
pub mod client_address;
pub mod gateway;
pub mod i18n;
pub mod layout;
pub mod view;

//! HTTP: pages, API, gateway.

pub mod api;
pub mod assets;
pub mod client_address;
pub mod cookies;
pub mod destinations;
pub mod door;
pub mod error;
pub mod form;
pub mod gate_pages;
pub mod gateway;
pub mod i18n;
pub mod layout;
pub mod pages;
pub mod routes;
pub mod signed_in;
pub mod site;
pub mod view;
pub mod visit;

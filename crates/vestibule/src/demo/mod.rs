//! The invented world around the product: a customer's application, a mail server with an inbox, and a control page.
//!
//! Everything here listens on loopback only and holds its state in memory.

pub mod clock;
pub mod control;
pub mod desk;
#[cfg(test)]
mod desk_tests;
pub mod loopback;
pub mod mail;
pub mod reconcile;
pub mod run;
pub mod world;

/// A browser for tests: follows no redirects, so that a test sees them.
#[cfg(test)]
fn test_client() -> reqwest::Client {
    // Only the first test of the process installs it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client")
}

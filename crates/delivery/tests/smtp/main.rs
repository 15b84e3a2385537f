//! The SMTP client against a real mail server (aiosmtpd) that behaves, and misbehaves, as servers do.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests, outside test functions")]

mod connections;
mod encryption;
mod letters;
mod login;
mod refusals;
#[path = "../samples/mod.rs"]
mod samples;
mod server;

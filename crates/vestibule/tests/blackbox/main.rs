//! The product from outside, over HTTP, on SQLite and on PostgreSQL: what `docs/security` promises, line by line.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "helpers of tests stop the test, and are shared by all its files"
)]

mod at_rest;
mod bad_input;
mod before_proof;
mod demo;
mod devices;
mod enrolment;
mod gateway;
mod guessing;
mod headers;
mod identifiers;
mod inert;
mod invitation;
mod login;
mod mail;
mod moves;
mod onboarding;
mod sends;
mod sessions;
mod steps;
mod world;

//! The product from outside, over HTTP, on SQLite and on PostgreSQL: what `docs/security` promises, line by line.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "helpers of tests stop the test, and are shared by all its files"
)]

mod account;
mod at_rest;
mod bad_input;
mod before_proof;
mod binding;
mod bounces;
mod demo;
mod device_keys;
mod devices;
mod disabled_factors;
mod enrolment;
mod factors;
mod forward_auth;
mod gateway;
mod guessing;
mod hashing;
mod headers;
mod identifiers;
mod imports;
mod inert;
mod invitation;
mod known_browsers;
mod login;
mod mail;
mod moves;
mod nodes;
mod not_me;
mod notices;
mod old_systems;
mod onboarding;
mod own_data;
mod passkeys;
mod proxies;
mod recovering;
mod recovery;
mod recovery_codes;
mod recovery_limits;
mod recovery_pages;
mod rollouts;
mod sends;
mod sessions;
mod sources;
mod staff;
mod stale_pages;
mod steps;
mod taken_in;
mod world;

//! Faults, seen from outside: real processes of the built binary that are killed, starved of disk, cut off from their database
//! or their mail server, backed up and given new keys while people log in. `docs/operations/faults.md` says what each looks
//! like.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    unreachable_pub,
    reason = "helpers of tests stop the test, tell the seed, and are shared by all its files"
)]

mod backup;
mod client;
mod database;
mod disk;
mod killed;
mod load;
mod mail;
mod plant;
mod rotation;

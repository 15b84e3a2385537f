//! The gateway over real sockets: a test application behind it, hand-written requests before it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod applications;
mod entrance;
mod identity;
mod socket;
mod streaming;
mod support;
mod time_outs;
mod tls;
mod wire;

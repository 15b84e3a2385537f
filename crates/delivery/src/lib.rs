//! Messages: what they say, when they are tried again, and how they reach the mail server.
//!
//! The outbox itself is not here: `app` stores a [`mail::Letter`] in the transaction that causes it, and its worker
//! renders the letter, hands it to [`smtp::Smtp::send`] and asks [`retry::next_attempt`] what to do about a failure.

pub mod bounce;
pub mod mail;
pub mod retry;
pub mod smtp;

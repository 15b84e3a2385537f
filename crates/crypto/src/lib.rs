//! Secrets: hashing, one-time passwords, tokens, keyed MACs and envelope encryption.

pub mod hashing;
pub mod keyring;
pub mod otp;
pub mod random;
pub mod seal;
pub mod token;
pub mod verify;

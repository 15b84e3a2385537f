//! Secrets: hashing, one-time passwords, tokens, keyed MACs and envelope encryption.

pub mod device_key;
pub mod hashing;
pub mod keyring;
pub mod otp;
pub mod passkeys;
pub mod random;
pub mod recovery_codes;
pub mod seal;
pub mod signing;
pub mod token;
pub mod totp;
pub mod verify;
pub mod webhook;

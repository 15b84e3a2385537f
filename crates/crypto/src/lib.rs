//! Secrets: hashing, codes, tokens, keyed MACs and envelope encryption.

pub mod random;

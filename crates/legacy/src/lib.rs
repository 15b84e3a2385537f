//! Checking old credentials where they live.
//!
//! Users keep their old password until they have made an Enterprise User ID. Where the application can hand over its
//! password hashes, they are imported and checked here; the other legacy sources ask the application itself.
//!
//! What is imported comes from outside, so it is parsed before it is stored: a hash that this crate cannot verify, or
//! whose parameters would cost too much, is refused at import and never met at a login.

mod argon2_format;
mod bcrypt_format;
mod imported;
mod problem;
mod unsupported;

pub use imported::{ImportedHash, MAX_LENGTH, Scheme};
pub use problem::HashProblem;

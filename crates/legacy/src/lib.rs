//! Checking old credentials where they live.
//!
//! Users keep their old password until they have made an Enterprise User ID. Where the application can hand over its
//! password hashes, they are imported and checked here; the other legacy sources ask the application itself.
//!
//! What is imported comes from outside, so it is parsed before it is stored: a hash that this crate cannot verify, or
//! whose parameters would cost too much, is refused at import and never met at a login.

mod formats;
mod imported;
mod problem;
mod scheme;
pub mod source;

pub use formats::{DigestTemplate, TemplateProblem};
pub use imported::{ImportedHash, MAX_LENGTH};
pub use problem::HashProblem;
pub use scheme::Scheme;

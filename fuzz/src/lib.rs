//! What must hold for whatever bytes come from outside: one function for each fuzz target.
//!
//! A function returns when its parser did what it promises, and panics when it did not. The fuzzer calls them with bytes
//! that it makes up (`fuzz_targets/`), a test with the corpus that is kept (`tests/corpus.rs`).

mod gateway;
mod hashes;
mod letters;
mod people;
mod requests;

pub use gateway::{paths, redirects};
pub use hashes::{digest_templates, hashes};
pub use letters::{apply_files, bounces};
pub use people::{identifiers, rows};
pub use requests::{cookies, forwarded};

/// A target: what the folder of its corpus is called, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 10] = [
    ("apply_files", apply_files),
    ("bounces", bounces),
    ("cookies", cookies),
    ("digest_templates", digest_templates),
    ("forwarded", forwarded),
    ("hashes", hashes),
    ("identifiers", identifiers),
    ("paths", paths),
    ("redirects", redirects),
    ("rows", rows),
];

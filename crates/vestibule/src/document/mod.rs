//! TOML that remembers where everything stood, so that each complaint names file, line and key.
//!
//! The configuration and the files of `vestibule apply` are both read this way: [`parse`] gives located items, and a
//! [`Section`] hands out one value after the other, collecting every problem instead of stopping at the first.

mod item;
mod problem;
mod rule;
mod section;
mod suggestion;

pub use item::{Entries, Entry, Item, Place, parse};
pub use problem::{Problem, Problems};
pub use rule::{Rule, span_from_words, span_in_words};
pub use section::Section;
pub use suggestion::nearest;

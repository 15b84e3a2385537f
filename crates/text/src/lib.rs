//! Every sentence a person reads on a page or in a mail, from Fluent files.
//!
//! One folder a language under `locales/`, one file a topic; each message's name begins with its file's name
//! (`login-…` lives in `login.ftl`), which is how the test `tests/messages.rs` finds names that are missing or unused.
//!
//! ```
//! let text = text::Text::negotiate("en-GB,en;q=0.8");
//! assert_eq!(text.get("common-continue"), "Continue");
//! assert_eq!(text.message("common-step-now").with("step", 1).with("of", 6).with("name", "Done").to_string(),
//!            "Step 1 of 6: Done");
//! ```

mod bidi;
mod catalog;
mod html;
mod message;
mod negotiate;
mod office;
mod when;

pub use catalog::{Direction, Language, languages};
pub use html::Html;
pub use message::{Message, Text, Value};
pub use office::Office;
pub use when::{Moment, Zone};

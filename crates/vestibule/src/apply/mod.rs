//! The file of `vestibule apply`: regions, contacts, countries, legacy sources, companies and applications as TOML.
//!
//! Reading is typed and strict: whatever is misspelt, out of range or inconsistent is told by line, all at once, and
//! nothing is applied.

mod path_rules;
mod read;
pub(crate) mod rules;
mod source;
mod source_rules;

use std::{collections::BTreeMap, fs, path::Path};

use app::apply::{EntityName, InstallationState};

use crate::document::{self, Place, Problem, Problems};

/// What a file describes.
#[derive(Debug, Clone)]
pub struct ApplyFile {
    /// What the installation should be.
    pub desired: InstallationState,
    /// Where each entity begins, for complaints that come later.
    pub places: BTreeMap<EntityName, Place>,
}

/// Larger files are some other file.
const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(file: &Path) -> Result<ApplyFile, Problems> {
    let name = file.display().to_string();
    let unreadable = |why: String| {
        let mut problems = Problems::default();
        problems.add(Problem::new(Place::File(name.as_str().into()), why));
        problems
    };
    let bytes = fs::read(file).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    if bytes.len() > LARGEST_FILE {
        return Err(unreadable(format!("is {} bytes long; at most {LARGEST_FILE} are read", bytes.len())));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8 text".to_owned()))?;
    parse(&name, &text)
}

/// Reads the text of a file that is called `name` in complaints.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<ApplyFile, Problems> {
    let entries = document::parse(name, text)?;
    let mut problems = Problems::default();
    let file = read::read(Place::File(name.into()), entries, &mut problems);
    problems.or(Some(file))
}

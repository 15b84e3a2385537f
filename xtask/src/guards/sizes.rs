//! Files stay short enough to be read in one sitting.

use std::path::Path;

use super::{assert_none, sources};

/// The longest that a hand-written source file may get, in lines; the habit is 100 to 300.
const LONGEST: usize = 400;

fn violation(path: &Path, text: &str) -> Option<String> {
    let source =
        path.extension().is_some_and(|kind| ["rs", "js", "html", "sh"].iter().any(|source| kind == *source));
    let lines = text.lines().count();
    (source && lines > LONGEST)
        .then(|| format!("{} has {lines} lines, {LONGEST} are allowed", path.display()))
}

#[test]
fn no_source_file_is_too_long() {
    let wrong: Vec<_> = sources().iter().filter_map(|(path, text)| violation(path, text)).collect();
    assert_none("split these files", &wrong);
}

#[test]
fn a_long_file_is_seen() {
    let at = "line\n".repeat(LONGEST);
    let above = "line\n".repeat(LONGEST + 1);
    assert_eq!(violation(Path::new("a.rs"), &at), None);
    assert!(violation(Path::new("a.rs"), &above).is_some());
    assert_eq!(violation(Path::new("words.txt"), &above), None);
}

//! What no compiler checks: the crate table, words that do not belong here, sizes, links, and the security table.
//!
//! Each guard is a function over text that lists what is wrong, tested on text that is wrong, and one test over the
//! repository itself.

use std::{fs, path::PathBuf};

use crate::{paths, process};

mod crate_table;
mod danger;
mod links;
mod security_table;
mod sizes;
mod words;

/// Every text file of the repository that is not ignored, as its path from the root and its contents.
fn sources() -> Vec<(PathBuf, String)> {
    let mut list = process::command("git", &["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    let list = process::output(&mut list).expect("git lists the files of the repository");
    let names = list.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
    // A file that another change just removed, or one that is no text, has nothing to check.
    names
        .filter_map(|name| Some((name.clone(), fs::read_to_string(paths::root().join(&name)).ok()?)))
        .collect()
}

/// Fails with one line for each thing that is wrong.
fn assert_none(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n  {}", wrong.join("\n  "));
}

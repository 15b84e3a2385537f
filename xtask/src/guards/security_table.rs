//! Every line of `docs/security/` names tests that exist.

use std::{collections::BTreeMap, fs, path::Path};

use super::{assert_none, sources};
use crate::paths;

/// The number of invariants, each with a row of its own.
const INVARIANTS: u32 = 23;

/// Rows of the tables in `markdown`: the number in the first cell, and the tests in the last one.
fn rows(markdown: &str) -> BTreeMap<u32, Vec<String>> {
    let rows = markdown.lines().filter(|line| line.starts_with('|'));
    rows.filter_map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let number = cells.next()?.parse().ok()?;
        Some((number, cells.next_back()?.split('`').skip(1).step_by(2).map(str::to_owned).collect()))
    })
    .collect()
}

/// Why `test`, written `path::name` (Rust) or `path: title` (journeys), does not exist, or nothing when it does.
fn missing(test: &str, read: impl Fn(&Path) -> Option<String>) -> Option<String> {
    let (path, needles) = match test.split_once(": ") {
        Some((path, title)) => (path, [format!("'{title}'"), format!("\"{title}\"")]),
        None => {
            let (path, name) = test.split_once("::")?;
            let name = name.rsplit("::").next().unwrap_or(name);
            // `both_databases!` and `proptest!` take the function as it stands, so one needle finds all kinds.
            (path, [format!("fn {name}("), format!("fn {name}<")])
        }
    };
    let Some(text) = read(Path::new(path)) else { return Some(format!("{test}: there is no such file")) };
    let found = needles.iter().any(|needle| text.contains(needle.as_str()));
    (!found).then(|| format!("{test}: the file has no such test"))
}

#[test]
fn every_line_names_tests_that_exist() {
    let read = |path: &Path| fs::read_to_string(paths::root().join(path)).ok();
    let files = sources();
    let pages = files.iter().filter(|(path, _)| path.starts_with("docs/security"));
    let named: Vec<_> = pages.flat_map(|(_, text)| rows(text)).flat_map(|(_, tests)| tests).collect();
    let wrong: Vec<_> = named.iter().filter_map(|test| missing(test, read)).collect();
    assert_none("docs/security names tests that do not exist", &wrong);
    let unnamed: Vec<_> =
        named.iter().filter(|test| !test.contains("::") && !test.contains(": ")).cloned().collect();
    assert_none("write these as `path::name` or `path: title`", &unnamed);
}

#[test]
fn every_invariant_has_a_row() {
    let text = fs::read_to_string(paths::root().join("docs/security/README.md")).unwrap();
    let rows = rows(&text);
    let wrong: Vec<_> =
        (1..=INVARIANTS).filter(|number| !rows.contains_key(number)).map(|n| n.to_string()).collect();
    assert_none("docs/security/README.md has no row for", &wrong);
}

#[test]
fn a_missing_test_is_seen() {
    let read = |path: &Path| {
        (path == Path::new("crates/web/tests/login.rs"))
            .then(|| "fn one_code_one_use() {}\ntest('kept')".to_owned())
    };
    assert_eq!(missing("crates/web/tests/login.rs::one_code_one_use", read), None);
    assert_eq!(missing("crates/web/tests/login.rs: kept", read), None);
    assert!(missing("crates/web/tests/login.rs::two_uses", read).is_some());
    assert!(missing("crates/web/tests/gone.rs::one_code_one_use", read).is_some());
    let table =
        "| line | tests |\n|---|---|\n| 3 | one use | `a.rs::b`, `c.js: d` |\n| 4 | counted | later |";
    assert_eq!(rows(table), [(3, vec!["a.rs::b".into(), "c.js: d".into()]), (4, vec![])].into());
}

//! The crate table of `ARCHITECTURE.md` against the manifests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use toml::{Table, Value};

use super::assert_none;
use crate::paths;

/// Crates for IO, async, clocks and randomness; `domain` holds rules that must be testable at any moment.
const NOT_IN_DOMAIN: [&str; 12] = [
    "async-trait",
    "axum",
    "futures-util",
    "hyper",
    "lettre",
    "rand",
    "reqwest",
    "sqlx",
    "tempfile",
    "tokio",
    "tracing",
    "aws-lc-rs",
];

/// Crates from outside that one of ours keeps to itself.
const ONLY_IN: [(&str, &str); 3] =
    [("sqlx", "store legacy"), ("lettre", "delivery"), ("argon2", "crypto legacy")];

/// The feature of a mistake that the model check has to find.
const PLANTED: &str = "planted-bug";

/// What each crate may use, by its row in the table; `None` stands for "all".
type Allowed = BTreeMap<String, Option<BTreeSet<String>>>;

/// Reads the rows below the header `| crate | may use |`.
fn table(markdown: &str) -> Allowed {
    let rows = markdown.lines().skip_while(|line| !line.starts_with("| crate | may use")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let (name, uses) = (cells.next()?.trim_matches('`'), cells.next()?);
        let named = uses.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Some((name.to_owned(), if uses == "all" { None } else { Some(named) }))
    })
    .collect()
}

/// What the manifest of `name` uses against the table; `ours` are all crates of the workspace.
fn violations(name: &str, manifest: &Table, allowed: &Allowed, ours: &BTreeSet<String>) -> Vec<String> {
    let Some(allowed) = allowed.get(name) else {
        return vec![format!("{name} has no row in the crate table of ARCHITECTURE.md")];
    };
    let mut wrong = Vec::new();
    for (used, value) in dependencies(manifest) {
        if features(value).any(|feature| feature == "testing") {
            wrong.push(format!("{name} builds {used} with what is meant for tests only"));
        }
        if features(value).any(|feature| feature == PLANTED) {
            wrong.push(format!("{name} builds {used} with the mistake that is planted for the model check"));
        }
        if used == "testkit" && is_optional(value) {
            continue;
        }
        let refused = allowed.as_ref().is_some_and(|allowed| !allowed.contains(&used));
        if ours.contains(&used) && (refused || used == "testkit") {
            wrong.push(format!("{name} uses {used}, which its row in ARCHITECTURE.md does not name"));
        }
        if name == "domain" && NOT_IN_DOMAIN.contains(&used.as_str()) {
            wrong.push(format!("domain uses {used}: IO, async, clocks and randomness are kept out of it"));
        }
        for (outside, homes) in ONLY_IN {
            if used == outside && !homes.split(' ').any(|home| home == name) {
                wrong.push(format!("{name} uses {used}, which belongs in {homes}"));
            }
        }
    }
    wrong.extend(planted(name, manifest));
    wrong
}

/// The planted mistake is a feature of two crates, and never on by itself.
fn planted(name: &str, manifest: &Table) -> Vec<String> {
    let Some(features) = manifest.get("features").and_then(Value::as_table) else { return Vec::new() };
    let names = |list: &Value| {
        let listed = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        listed.filter(|listed| listed.ends_with(PLANTED)).count() > 0
    };
    let home = ["domain", "model"].contains(&name);
    let wrong = features.iter().filter(|(feature, list)| names(list) && !(home && *feature == PLANTED));
    wrong.map(|(feature, _)| format!("{name}: the feature {feature} turns on {PLANTED}")).collect()
}

/// What a manifest needs to build, tests left out: plain, build and per-target dependencies.
fn dependencies(manifest: &Table) -> Vec<(String, &Value)> {
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(|targets| targets.as_table()) {
        tables.extend(targets.values().filter_map(|target| target.as_table()));
    }
    let kinds = ["dependencies", "build-dependencies"];
    let lists = tables.iter().flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()));
    lists.flat_map(|list| list.iter().map(|(name, value)| (real_name(name, value), value))).collect()
}

/// The real name of a dependency that a manifest calls otherwise.
fn real_name(name: &str, value: &Value) -> String {
    value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned()
}

/// Helpers for tests live behind a feature of the crate that they test, with `testkit` as an optional dependency.
fn is_optional(value: &Value) -> bool {
    value.get("optional").and_then(Value::as_bool) == Some(true)
}

fn features(value: &Value) -> impl Iterator<Item = &str> {
    value.get("features").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn manifest(folder: &str) -> Table {
    let path = paths::root().join(folder).join("Cargo.toml");
    fs::read_to_string(path).expect("a crate has a manifest").parse().expect("a manifest is TOML")
}

#[test]
fn crates_use_only_what_their_row_names() {
    let architecture = fs::read_to_string(paths::root().join("ARCHITECTURE.md")).unwrap();
    let allowed = table(&architecture);
    let crates = fs::read_dir(paths::root().join("crates")).unwrap().flatten();
    let ours: BTreeSet<_> = crates.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(ours.len() >= 10, "{ours:?}");
    let wrong: Vec<_> = ours
        .iter()
        .flat_map(|name| violations(name, &manifest(&format!("crates/{name}")), &allowed, &ours))
        .collect();
    assert_none("the crate table is broken", &wrong);
}

#[test]
fn this_crate_uses_none_of_the_others() {
    let manifest = manifest("xtask");
    let used: Vec<_> = dependencies(&manifest).into_iter().map(|(name, _)| name).collect();
    let crates = fs::read_dir(paths::root().join("crates")).unwrap().flatten();
    let ours = crates.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let wrong: Vec<_> = ours.filter(|name| used.contains(name)).collect();
    assert_none("xtask must run while the crates do not compile, yet it uses", &wrong);
}

#[test]
fn a_broken_table_is_seen() {
    let allowed = table(
        "text\n\n| crate | may use |\n|---|---|\n| `domain` | nothing |\n| `web` | `domain`, `app` |\n| `vestibule` | all |\n\nmore",
    );
    let ours = ["domain", "app", "web", "store", "vestibule", "testkit"].map(str::to_owned).into();
    let check = |name, manifest: &str| violations(name, &manifest.parse().unwrap(), &allowed, &ours);
    assert_eq!(
        check("web", "[dependencies]\ndomain = 1\napp.workspace = true\n[dev-dependencies]\nstore = 1").len(),
        0
    );
    assert_eq!(check("web", "[dependencies]\nstore.workspace = true").len(), 1);
    assert_eq!(check("web", "[dependencies]\nsqlx = '0.9'").len(), 1);
    assert_eq!(check("web", "[dependencies]\nhidden = { package = 'store' }").len(), 1);
    assert_eq!(check("web", "[target.'cfg(unix)'.dependencies]\nstore = 1").len(), 1);
    assert_eq!(check("domain", "[build-dependencies]\ntokio = 1\napp = 1").len(), 2);
    assert_eq!(check("vestibule", "[dependencies]\nstore = 1\nweb = 1").len(), 0);
    assert_eq!(check("vestibule", "[dependencies]\ntestkit = 1").len(), 1);
    assert_eq!(check("web", "[dependencies]\ntestkit = { optional = true }").len(), 0);
    assert_eq!(check("vestibule", "[dependencies]\nstore = { features = ['testing'] }").len(), 1);
    assert_eq!(check("vestibule", "[dependencies]\ndomain = { features = ['planted-bug'] }").len(), 1);
    assert_eq!(check("domain", "[features]\nplanted-bug = []").len(), 0);
    assert_eq!(check("domain", "[features]\nplanted-bug = []\ndefault = ['planted-bug']").len(), 1);
    assert_eq!(check("web", "[features]\nfast = ['domain/planted-bug']").len(), 1);
    assert_eq!(check("unknown", "").len(), 1);
}

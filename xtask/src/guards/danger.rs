//! What makes proofs, users or empty tables without the proofs that the product demands has `danger` in its name, and few
//! callers. This list is all of them; tests may do as they like.

use std::path::Path;

use super::{assert_none, sources};

/// A dangerous function, and the files that may name it.
const ALLOWED: [(&str, &[&str]); 4] = [
    (
        "danger_mint",
        &[
            "crates/domain/src/proof.rs",
            "crates/crypto/src/verify.rs",
            "crates/legacy/src/source/confirmed.rs",
            "crates/store/src/proofs.rs",
            "crates/store/src/recoveries/state.rs",
            "crates/model/src/prove.rs",
        ],
    ),
    ("danger_restore", &["crates/domain/src/proof.rs", "crates/store/src/proofs.rs"]),
    ("danger_give_user_id", &["crates/app/src/danger_seed.rs", "crates/vestibule/src/demo/world.rs"]),
    ("danger_wipe", &["crates/store/src/installation.rs", "crates/vestibule/src/demo/run.rs"]),
];

fn violations(path: &Path, text: &str) -> Vec<String> {
    let name = path.to_string_lossy();
    let product = name.starts_with("crates/") && name.contains("/src/") && name.ends_with(".rs");
    if !product || name.ends_with("tests.rs") {
        return Vec::new();
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let refused =
        ALLOWED.iter().filter(|(word, files)| code.contains(word) && !files.contains(&name.as_ref()));
    refused.map(|(word, _)| format!("{name} names {word}")).collect()
}

#[test]
fn only_these_files_make_proofs_or_seed_users() {
    let wrong: Vec<_> = sources().iter().flat_map(|(path, text)| violations(path, text)).collect();
    assert_none("proofs are made by verification alone", &wrong);
}

#[test]
fn a_new_caller_is_seen() {
    let call = "fn f() { Proof::danger_mint(user, method, now); }";
    assert!(violations(Path::new("crates/crypto/src/verify.rs"), call).is_empty());
    assert_eq!(violations(Path::new("crates/app/src/login.rs"), call).len(), 1);
    let in_test = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{ {call} }}");
    assert!(violations(Path::new("crates/app/src/login.rs"), &in_test).is_empty());
}

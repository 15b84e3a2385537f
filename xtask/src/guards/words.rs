//! Words that do not belong in the repository: paths of one machine, hosts of package registries, and mail
//! addresses that could be somebody's.

use std::path::Path;

use super::{assert_none, sources};

/// Folders that exist on one machine only. Put together here, so that this file passes its own check.
fn machine_paths() -> Vec<String> {
    ["work", "root", "home"].iter().map(|folder| format!("/{folder}/")).collect()
}

/// Hosts that package managers ask; where packages come from is the machine's own setting.
fn registry_hosts() -> Vec<String> {
    let hosts = [("registry", "npmjs", "org"), ("static", "crates", "io"), ("index", "crates", "io")];
    let more = [("files", "pythonhosted", "org"), ("deb", "debian", "org")];
    hosts.iter().chain(&more).map(|(host, domain, top)| format!("{host}.{domain}.{top}")).collect()
}

/// What is wrong in one file, each with its line.
fn violations(path: &Path, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let place = format!("{}:{}", path.display(), number + 1);
        let refused = machine_paths().into_iter().chain(registry_hosts()).filter(|word| has_word(line, word));
        wrong.extend(refused.map(|word| format!("{place}: {word}")));
        wrong.extend(
            foreign_addresses(line).map(|address| format!("{place}: {address} does not end in .example")),
        );
    }
    wrong
}

/// A path counts only at its beginning: a folder of that name inside a path of the repository is no machine path.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| {
            !before.is_alphanumeric() && !['.', '_', '-', '}', ')', '$'].contains(&before)
        })
    })
}

/// Mail addresses whose domain somebody could own.
fn foreign_addresses(line: &str) -> impl Iterator<Item = &str> {
    let inside = |letter: char| letter.is_alphanumeric() || "@.-_+%".contains(letter);
    line.split(move |letter| !inside(letter)).filter(|word| {
        let Some((name, domain)) = word.trim_matches('.').rsplit_once('@') else { return false };
        let Some((_, top)) = domain.rsplit_once('.') else { return false };
        let a_name = name.chars().next_back().is_some_and(char::is_alphanumeric);
        let a_domain = top.len() >= 2 && top.chars().all(|letter| letter.is_ascii_alphabetic());
        // RFC 2606 keeps these for tests; systemd's `name@instance.service` is no address.
        a_name && a_domain && !["example", "invalid", "test", "localhost", "service"].contains(&top)
    })
}

/// Licences, and lists whose lines are data, name the world outside.
fn is_exempt(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("LICENSE") || name == "Cargo.lock" || path.extension().is_some_and(|kind| kind == "txt")
}

#[test]
fn nothing_names_a_machine_a_registry_or_a_stranger() {
    let files = sources();
    let checked = files.iter().filter(|(path, _)| !is_exempt(path));
    let wrong: Vec<_> = checked.flat_map(|(path, text)| violations(path, text)).collect();
    assert_none("these words do not belong here", &wrong);
}

#[test]
fn each_kind_of_word_is_seen() {
    let count = |line: &str| violations(Path::new("file"), line).len();
    for word in machine_paths().iter().chain(&registry_hosts()) {
        assert_eq!(count(&format!("see {word}x")), 1, "{word}");
    }
    assert_eq!(count(&format!("ask anna@company.{}", "com")), 1);
    assert_eq!(count("ask anna@company.example, anna@[127.0.0.1] or playwright-core@1.60.0"), 0);
    assert_eq!(count("crates/web/src/home/page.rs"), 0);
}

//! Links between the Markdown files of the repository lead somewhere.

use std::path::{Component, Path, PathBuf};

use super::{assert_none, sources};
use crate::paths;

/// The targets of `[text](target)` in a Markdown file that are files of the repository.
fn targets(markdown: &str) -> impl Iterator<Item = &str> {
    let after = markdown.split("](").skip(1);
    let inside = after.filter_map(|rest| rest.split(')').next());
    let files = inside.map(|target| target.split('#').next().unwrap_or_default());
    files.filter(|target| !target.is_empty() && !target.contains(':') && !target.starts_with('<'))
}

/// `docs/a/../b.md` without its steps back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_link_leads_to_a_file() {
    let files = sources();
    let markdown = files.iter().filter(|(path, _)| path.extension().is_some_and(|kind| kind == "md"));
    let links = markdown.flat_map(|(path, text)| targets(text).map(move |target| (path, target)));
    let wrong: Vec<_> = links
        .filter(|(path, target)| {
            let folder = path.parent().unwrap_or(Path::new(""));
            !paths::root().join(plain(&folder.join(target))).exists()
        })
        .map(|(path, target)| format!("{}: {target}", path.display()))
        .collect();
    assert_none("these links lead nowhere", &wrong);
}

#[test]
fn links_are_found_and_made_plain() {
    let text = "[a](b/c.md#part), [web](https://somewhere.example), ![picture](login.png) and [here](#below)";
    assert_eq!(targets(text).collect::<Vec<_>>(), ["b/c.md", "login.png"]);
    assert_eq!(plain(Path::new("docs/decisions/../deploy.md")), PathBuf::from("docs/deploy.md"));
}

//! Environment variables on top of the file: `VESTIBULE__SERVER__LISTEN` is `listen` in `[server]`.
//!
//! Two underscores, because a service called "vestibule" makes Kubernetes set variables such as `VESTIBULE_PORT`, which
//! are not ours to read or to complain about.

use std::collections::BTreeMap;

use crate::document::{Entries, Entry, Item, Place, Problem, Problems};

/// What the name of each variable begins with.
pub const PREFIX: &str = "VESTIBULE__";

/// Lays the variables over the entries of the file. A variable wins over the file; an empty one counts as absent.
pub(super) fn overlay(entries: &mut Entries, variables: &[(String, String)], problems: &mut Problems) {
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        let place = Place::Variable(name.clone());
        let keys: Vec<String> = path.split("__").map(str::to_lowercase).collect();
        match keys.as_slice() {
            [section, rest @ ..] if !rest.is_empty() && keys.iter().all(|key| !key.is_empty()) => {
                if !value.is_empty() {
                    let entry = Entry { item: Item::Text(value.clone()), place };
                    set(entries, section, rest, entry);
                }
            }
            _ => {
                let sentence =
                    format!("is no key; write {PREFIX}SECTION__KEY, such as {PREFIX}SERVER__LISTEN");
                problems.add(Problem::new(place, sentence));
            }
        }
    }
}

fn set(entries: &mut Entries, key: &str, rest: &[String], entry: Entry) {
    let Some((next, rest)) = rest.split_first() else {
        entries.insert(key.to_owned(), entry);
        return;
    };
    let table = entries
        .entry(key.to_owned())
        .or_insert_with(|| Entry { item: Item::Table(BTreeMap::new()), place: entry.place.clone() });
    if !matches!(table.item, Item::Table(_)) {
        table.item = Item::Table(BTreeMap::new());
    }
    if let Item::Table(inner) = &mut table.item {
        set(inner, next, rest, entry);
    }
}

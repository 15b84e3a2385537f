//! Policy values as they stand in a TOML file: `[policy]`, `[company.policy]` and their like.

use std::collections::BTreeMap;

use domain::policy::{Layer, LayerName, RawValue};

use crate::document::{Entries, Entry, Item, Problem, Problems};

/// Reads a layer of policy. Keys may be written as `otp.digits = 8`, as `[policy.otp]`, or quoted.
pub(crate) fn layer(name: LayerName, entries: Entries, problems: &mut Problems) -> Layer {
    let mut layer = Layer::empty(name);
    set("", entries, &mut layer, problems);
    layer
}

fn set(prefix: &str, entries: Entries, layer: &mut Layer, problems: &mut Problems) {
    for (name, entry) in entries {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        if let Item::Table(entries) = entry.item {
            set(&key, entries, layer, problems);
            continue;
        }
        if let Err(problem) = layer.set(&key, &raw(&entry.item)) {
            problems.add(Problem::new(entry.place, problem.to_string()));
        }
    }
}

fn raw(item: &Item) -> RawValue {
    let shown = || RawValue::Text(item.shown());
    match item {
        Item::Text(text) => RawValue::Text(text.clone()),
        Item::Whole(number) => RawValue::Number(*number),
        Item::Flag(flag) => RawValue::Switch(*flag),
        Item::List(items) => RawValue::List(items.iter().map(|Entry { item, .. }| raw(item)).collect()),
        Item::Table(entries) => RawValue::Table(
            entries.iter().map(|(key, entry)| (key.clone(), raw(&entry.item))).collect::<BTreeMap<_, _>>(),
        ),
        Item::Real(_) | Item::Moment(_) => shown(),
    }
}

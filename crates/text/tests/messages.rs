//! No sentence is missing, none is left over, and each says its name's file: read from the sources themselves.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests stop the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// Names of fields and of counters that look like names of messages.
const FIELDS: &[&str] = &[
    "login-device",
    "login-name",
    "notice-second",
    "recover-browser",
    "recover-code",
    "recover-mails",
    "recover-name",
    "recover-network",
];

/// What a message's own markup may be; everything else is a template's business.
const ALLOWED_TAGS: &[&str] = &["<strong>", "</strong>", "</a>", "<br>"];

#[test]
fn every_message_used_exists_and_every_message_is_used() {
    let messages = messages_of("en");
    let topics: BTreeSet<&str> = messages.values().map(|message| message.topic.as_str()).collect();
    let literals = literals();

    let missing: Vec<_> = literals
        .iter()
        .filter(|(word, _)| word.split_once('-').is_some_and(|(topic, _)| topics.contains(topic)))
        .filter(|(word, _)| !messages.contains_key(*word))
        .map(|(word, file)| format!("{word} in {}", file.display()))
        .collect();
    assert!(missing.is_empty(), "used but in no .ftl file:\n{}", missing.join("\n"));

    let unused: Vec<_> = messages.keys().filter(|id| !literals.contains_key(*id)).collect();
    assert!(unused.is_empty(), "in an .ftl file but used nowhere: {unused:#?}");
}

#[test]
fn every_message_begins_with_the_name_of_its_file() {
    for language in text::languages() {
        for (id, message) in messages_of(language.tag) {
            let fits = id.strip_prefix(&message.topic).is_some_and(|rest| rest.starts_with('-'));
            assert!(fits, "{id} stands in {}.ftl", message.topic);
        }
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_values() {
    let english = messages_of("en");
    for language in text::languages() {
        let theirs = messages_of(language.tag);
        for (id, message) in &english {
            let translated = theirs.get(id).unwrap_or_else(|| panic!("{} lacks {id}", language.tag));
            assert_eq!(translated.values, message.values, "values of {id} in {}", language.tag);
        }
        assert_eq!(theirs.len(), english.len(), "{} has messages that English lacks", language.tag);
    }
}

#[test]
fn markup_in_messages_is_emphasis_and_links_only() {
    for language in text::languages() {
        for (id, message) in messages_of(language.tag) {
            for tag in tags(&message.words) {
                let link = tag.starts_with("<a href=\"{ $") && tag.ends_with(" }\">");
                assert!(ALLOWED_TAGS.contains(&tag) || link, "{id} holds {tag}");
            }
        }
    }
}

struct Found {
    topic: String,
    values: BTreeSet<String>,
    words: String,
}

fn messages_of(tag: &str) -> BTreeMap<String, Found> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(tag);
    let mut found = BTreeMap::new();
    for path in files(&folder, &["ftl"]) {
        let topic = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = fs::read_to_string(&path).unwrap();
        let resource = fluent_syntax::parser::parse(source.as_str())
            .unwrap_or_else(|(_, problems)| panic!("{}: {problems:?}", path.display()));
        for entry in &resource.body {
            let Entry::Message(message) = entry else {
                assert!(!matches!(entry, Entry::Junk { .. }), "{}: {entry:?}", path.display());
                continue;
            };
            let mut values = BTreeSet::new();
            let mut words = String::new();
            read(message.value.as_ref().expect("a message has words"), &mut values, &mut words);
            let twice =
                found.insert(message.id.name.to_owned(), Found { topic: topic.clone(), values, words });
            assert!(twice.is_none(), "{} stands twice", message.id.name);
        }
    }
    found
}

fn read(pattern: &Pattern<&str>, values: &mut BTreeSet<String>, words: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => words.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                value(inline, values, words)
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                value(selector, values, &mut String::new());
                for variant in variants {
                    read(&variant.value, values, words);
                }
            }
        }
    }
}

fn value(inline: &InlineExpression<&str>, values: &mut BTreeSet<String>, words: &mut String) {
    if let InlineExpression::VariableReference { id } = inline {
        values.insert(id.name.to_owned());
        words.push_str("{ $");
        words.push_str(id.name);
        words.push_str(" }");
    }
}

/// Every string literal of the product's sources and templates that could be a message's name, with one place of it.
fn literals() -> BTreeMap<String, PathBuf> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = BTreeMap::new();
    for part in fs::read_dir(crates).unwrap().map(|entry| entry.unwrap().path()) {
        // What operators read on the command line is not translated, and its options look like names of messages.
        let spoken = |path: &PathBuf| !path.components().any(|part| part.as_os_str() == "cli");
        for path in files(&part.join("src"), &["rs"]).into_iter().filter(spoken) {
            let source = fs::read_to_string(&path).unwrap();
            // A message that only a unit test names is not used.
            let product = source.split("#[cfg(test)]").next().unwrap_or_default();
            for word in product.split('"').filter(|word| is_name(word)) {
                found.insert(word.to_owned(), path.clone());
            }
        }
        for path in files(&part.join("templates"), &["html", "txt"]) {
            let source = fs::read_to_string(&path).unwrap();
            // In templates `class="…"` is a literal too, and `of("…")` asks for a style or a field: names of messages
            // are what other calls are given.
            for (at, open) in source.match_indices("(\"") {
                let word = source[at + open.len()..].split('"').next().unwrap_or_default();
                if is_name(word) && !source[..at].ends_with(".of") {
                    found.insert(word.to_owned(), path.clone());
                }
            }
        }
    }
    found
}

fn is_name(word: &str) -> bool {
    word.contains('-')
        && !FIELDS.contains(&word)
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn tags(words: &str) -> Vec<&str> {
    let starts = words.match_indices('<').map(|(at, _)| at);
    starts.map(|at| &words[at..words[at..].find('>').map_or(words.len(), |end| at + end + 1)]).collect()
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e)) {
            found.push(path);
        }
    }
    found
}

//! A table that is read key by key.
//!
//! Whoever reads a section names each key once; what is left over at [`Section::finish`] is unknown, and the keys that
//! were asked for are the candidates for "did you mean".

use std::{ops::RangeInclusive, time::Duration};

use super::{Entries, Entry, Item, Place, Problem, Problems, Rule, nearest, rule, span_in_words};

/// A table being read. Every method that reads a key adds a problem when the value is wrong, and gives `None`.
pub struct Section<'p> {
    title: String,
    place: Place,
    entries: Entries,
    known: Vec<&'static str>,
    wrong: Vec<String>,
    problems: &'p mut Problems,
}

impl<'p> Section<'p> {
    /// Begins to read a table. `title` is put in front of each key in messages: `mail` makes `mail.port`.
    pub fn new(
        title: impl Into<String>,
        (place, entries): (Place, Entries),
        problems: &'p mut Problems,
    ) -> Self {
        Self { title: title.into(), place, entries, known: Vec::new(), wrong: Vec::new(), problems }
    }

    /// Where the table begins.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Where a key was written, or else the table.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Place {
        self.entries.get(key).map_or_else(|| self.place.clone(), |entry| entry.place.clone())
    }

    /// Whether a key is there and still unread.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Takes a key as it is.
    pub fn take(&mut self, key: &'static str) -> Option<Entry> {
        self.known.push(key);
        self.entries.remove(key)
    }

    /// A text that a rule reads. An empty environment variable counts as absent.
    pub fn text<T>(&mut self, key: &'static str, rule: &Rule<T>) -> Option<T> {
        let entry = self.take(key)?;
        match &entry.item {
            Item::Text(text) => match (rule.read)(text) {
                Ok(value) => Some(value),
                Err(why) => self.refuse_because(key, &entry, rule.must, &why),
            },
            _ => self.refuse(key, &entry, &format!("a text in quotes: {}", rule.must)),
        }
    }

    /// A secret text: as [`Section::text`], but a problem never shows the value.
    pub fn secret<T>(&mut self, key: &'static str, rule: &Rule<T>) -> Option<T> {
        let entry = self.take(key)?;
        let read = match &entry.item {
            Item::Text(text) => (rule.read)(text).ok(),
            _ => None,
        };
        if read.is_none() {
            self.problem_at(entry.place, key, format_args!("must be {}", rule.must));
        }
        read
    }

    /// A whole number in a range.
    pub fn whole(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let entry = self.take(key)?;
        let number = match (&entry.item, &entry.place) {
            (Item::Whole(number), _) => Some(*number),
            (Item::Text(text), Place::Variable(_)) => text.trim().parse().ok(),
            _ => None,
        };
        number.filter(|number| range.contains(number)).or_else(|| {
            let must = format!("a whole number from {} to {}", range.start(), range.end());
            self.refuse(key, &entry, &must)
        })
    }

    /// A span of time in a range, such as "10 min".
    pub fn span(&mut self, key: &'static str, range: RangeInclusive<Duration>) -> Option<Duration> {
        let entry = self.take(key)?;
        let span = match &entry.item {
            Item::Text(text) => rule::span_from_words(text).ok(),
            _ => None,
        };
        span.filter(|span| range.contains(span)).or_else(|| {
            let [least, most] = [range.start(), range.end()].map(|span| span_in_words(*span));
            self.refuse(key, &entry, &format!("a span of time from \"{least}\" to \"{most}\""))
        })
    }

    /// One of some words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let entry = self.take(key)?;
        let chosen = match &entry.item {
            Item::Text(text) => choices.iter().find(|(word, _)| word == text).map(|(_, value)| *value),
            _ => None,
        };
        chosen.or_else(|| {
            let words: Vec<_> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.refuse(key, &entry, &format!("one of {}", words.join(", ")))
        })
    }

    /// A list of texts; in an environment variable they are separated by commas.
    pub fn list<T>(&mut self, key: &'static str, rule: &Rule<T>) -> Option<Vec<T>> {
        let entry = self.take(key)?;
        let texts = match (&entry.item, &entry.place) {
            (Item::List(items), _) => items.clone(),
            (Item::Text(text), Place::Variable(_)) => text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| Entry { item: Item::Text(part.to_owned()), place: entry.place.clone() })
                .collect(),
            _ => return self.refuse(key, &entry, &format!("a list of texts, each {}", rule.must)),
        };
        let mut values = Vec::new();
        for text in texts {
            let read = match &text.item {
                Item::Text(text) => (rule.read)(text),
                _ => Err(String::new()),
            };
            match read {
                Ok(value) => values.push(value),
                Err(why) => {
                    return self.refuse_because(
                        key,
                        &text,
                        &format!("a list of texts, each {}", rule.must),
                        &why,
                    );
                }
            }
        }
        Some(values)
    }

    /// The tables written as `[[key]]`, each as the entries of its own.
    pub fn tables(&mut self, key: &'static str) -> Vec<(Place, Entries)> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let must = format!("tables, each under a line [[{key}]]");
        let Item::List(items) = &entry.item else {
            self.refuse::<()>(key, &entry, &must);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match &item.item {
                Item::Table(entries) => tables.push((item.place.clone(), entries.clone())),
                _ => self.refuse(key, item, &must).unwrap_or_default(),
            }
        }
        tables
    }

    /// Says that a key is missing, if `value` is and nothing else was wrong with it.
    pub fn require<T>(&mut self, key: &'static str, value: Option<T>, must: &str) -> Option<T> {
        if value.is_none() && !self.wrong.iter().any(|wrong| wrong == key) {
            self.problem_at(self.place.clone(), key, format_args!("is missing; it must be {must}"));
        }
        value
    }

    /// Adds a problem about a key, at a place.
    pub fn problem_at(&mut self, place: Place, key: &str, what: impl std::fmt::Display) {
        let sentence = format!("`{}` {what}", self.name(key));
        self.problems.add(Problem::new(place, sentence));
        self.wrong.push(key.to_owned());
    }

    /// Where problems go, for a reader that takes a part of the table over.
    pub fn problems(&mut self) -> &mut Problems {
        self.problems
    }

    /// Ends the reading: every key nobody asked for is unknown.
    pub fn finish(self) {
        for (key, entry) in &self.entries {
            let near = nearest(key, self.known.iter().copied());
            let hint = match (near, &entry.place) {
                (Some(near), Place::Variable(name)) => format!("did you mean {}?", self.renamed(name, near)),
                (Some(near), _) => format!("did you mean `{}`?", self.name(near)),
                (None, _) => format!("known here: {}", self.known.join(", ")),
            };
            let sentence = format!("unknown key `{}`; {hint}", self.name(key));
            self.problems.add(Problem::new(entry.place.clone(), sentence));
        }
    }

    /// The variable with the part that names the unknown key replaced.
    fn renamed(&self, variable: &str, key: &str) -> String {
        let depth = if self.title.is_empty() { 1 } else { 2 + self.title.matches('.').count() };
        let parts = variable.split("__").map(str::to_owned).enumerate();
        let parts = parts.map(|(index, part)| if index == depth { key.to_uppercase() } else { part });
        parts.collect::<Vec<_>>().join("__")
    }

    fn name(&self, key: &str) -> String {
        if self.title.is_empty() { key.to_owned() } else { format!("{}.{key}", self.title) }
    }

    fn refuse<T>(&mut self, key: &str, entry: &Entry, must: &str) -> Option<T> {
        self.refuse_because(key, entry, must, "")
    }

    fn refuse_because<T>(&mut self, key: &str, entry: &Entry, must: &str, why: &str) -> Option<T> {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        self.problem_at(
            entry.place.clone(),
            key,
            format_args!("is {}; it must be {must}{why}", entry.item.shown()),
        );
        None
    }
}

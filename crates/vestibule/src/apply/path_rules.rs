//! `[[application.rule]]`: what the paths of an application ask.

use domain::path_rule::{PathAccess, PathMatch, PathRule, PathRules};

use crate::document::{Entries, Place, Problem, Problems, Rule, Section};

/// More rules than this nobody reads, and each costs time at each request.
const MOST_RULES: usize = 200;

const PATH: Rule<String> = Rule {
    must: "a path such as \"/admin\", written plainly: without %, ;, //, . or .. segments, at most 512 characters",
    read: |text| {
        let rule = PathRule::new(text, PathMatch::Exact, Vec::new(), PathAccess::User);
        rule.map(|_| text.to_owned()).map_err(|_| String::new())
    },
};

const METHOD: Rule<String> = Rule {
    must: "a method in capital letters, such as \"POST\"",
    read: |text| {
        let rule = PathRule::new("/", PathMatch::Exact, vec![text.to_owned()], PathAccess::User);
        rule.map(|_| text.to_owned()).map_err(|_| String::new())
    },
};

const ACCESS: Rule<PathAccess> = Rule {
    must: "\"public\", \"user\", \"fresh\", \"role:end_user\" or \"role:program_administrator\"",
    read: |text| text.parse().map_err(|_| String::new()),
};

/// Reads the rules; what is wrong is left out and told.
pub(super) fn read(tables: Vec<(Place, Entries)>, problems: &mut Problems) -> PathRules {
    if let Some((place, _)) = tables.get(MOST_RULES) {
        let sentence =
            format!("an application has at most {MOST_RULES} rules: name a path above these instead");
        problems.add(Problem::new(place.clone(), sentence));
    }
    let mut rules: Vec<(Place, PathRule)> = Vec::new();
    for table in tables {
        let place = table.0.clone();
        let Some(rule) = one(table, problems) else { continue };
        if let Some((first, _)) = rules.iter().find(|(_, other)| other.collides(&rule)) {
            let sentence = format!("another rule is for the same requests, at {first}: keep one of them");
            problems.add(Problem::new(place, sentence));
            continue;
        }
        rules.push((place, rule));
    }
    PathRules::new(rules.into_iter().map(|(_, rule)| rule).collect())
}

fn one(table: (Place, Entries), problems: &mut Problems) -> Option<PathRule> {
    let place = table.0.clone();
    let mut section = Section::new("application.rule", table, problems);
    let prefix = section.text("path", &PATH);
    let exact = section.text("exact", &PATH);
    let methods = section.list("methods", &METHOD).unwrap_or_default();
    let access = section.text("access", &ACCESS);
    let access = section.require("access", access, ACCESS.must);
    let found = match (prefix, exact) {
        (Some(path), None) => Some((path, PathMatch::Prefix)),
        (None, Some(path)) => Some((path, PathMatch::Exact)),
        (None, None) => section.require("path", None, PATH.must),
        (Some(_), Some(_)) => {
            section.problem_at(place, "exact", "and `path` exclude each other: keep one of them");
            None
        }
    };
    section.finish();
    let (path, matches) = found?;
    PathRule::new(&path, matches, methods, access?).ok()
}

//! The sections `[outgoing]` and `[secrets]`: which private addresses legacy sources may be reached at, and what they are
//! shown.
//!
//! Both are here and not in the apply file or the database, because whoever may describe a source must not be able to
//! point it at a neighbour behind the firewall, nor read a password out of it.

use std::{collections::BTreeMap, path::PathBuf};

use legacy::source::{Cage, Reach};
use secrecy::SecretString;

use super::{load::Files, rules};
use crate::{
    apply::rules::SLUG,
    document::{Entries, Item, Place, Problem, Problems, Section},
};

/// What the name of a key that names a file ends with.
const FILE_END: &str = "_file";

/// Reads both sections.
pub(super) fn read(
    outgoing: (Place, Entries),
    secrets: (Place, Entries),
    files: &Files,
    problems: &mut Problems,
) -> Reach {
    let mut section = Section::new("outgoing", outgoing, problems);
    let place = section.place_of("allow");
    let allow = section.list("allow", &rules::NETWORK).unwrap_or_default();
    if matches!(place, Place::Variable(_)) {
        let what = "must stand in the configuration file: an environment variable opens no private network";
        section.problem_at(place, "allow", what);
    }
    section.finish();
    Reach { cage: Cage::new(allow), secrets: read_secrets(secrets, files, problems) }
}

fn read_secrets(
    (_, entries): (Place, Entries),
    files: &Files,
    problems: &mut Problems,
) -> BTreeMap<String, SecretString> {
    let mut secrets = BTreeMap::new();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for (key, entry) in entries {
        let place = entry.place.clone();
        let mut problem = |what: String| {
            problems.add(Problem::new(place.clone(), format!("`secrets.{key}` {what}")));
        };
        let (name, is_file) = key.strip_suffix(FILE_END).map_or((key.as_str(), false), |name| (name, true));
        // Names of environment variables have no dashes.
        let name = name.replace('_', "-");
        if let Err(why) = SLUG.check(&name) {
            problem(format!("cannot be the name of a secret: {why}"));
            continue;
        }
        let Item::Text(text) = &entry.item else {
            problem("must be a text in quotes".to_owned());
            continue;
        };
        let read = if is_file {
            files.secret_in(&PathBuf::from(text), &rules::PASSWORD)
        } else {
            rules::PASSWORD.check(text).map(|()| text.clone().into())
        };
        match read {
            Ok(secret) => drop(secrets.insert(name.clone(), secret)),
            Err(why) if is_file => {
                problem(format!("names {}, which {why}", files.path(text.as_ref()).display()))
            }
            Err(_) => problem(format!("must be {}", rules::PASSWORD.must)),
        }
        if let Some(first) = places.insert(name.clone(), place.clone()) {
            problems.add(Problem::new(place, format!("the secret \"{name}\" is given already, at {first}")));
        }
    }
    secrets
}

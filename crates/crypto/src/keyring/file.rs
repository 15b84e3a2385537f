//! The key file: TOML, one table for each generation. The three bare keys of the first files are read as generation 1.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    Set,
    key::{Generation, GenerationNo, Key},
};

const HEAD: &str = "\
# The keys of this installation. Keep a backup apart from the database: without them nobody can log in.
# `vestibule keys rotate` adds a generation, `vestibule keys retire` removes one that nothing needs any more.
";

/// A key file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringProblem {
    /// Not the expected TOML.
    #[error("{0}")]
    Format(String),
    /// A key is not 32 bytes of base64.
    #[error("the key `{0}` is not 32 bytes in base64: restore the file from its backup")]
    Key(&'static str),
    /// A moment cannot be read.
    #[error(
        "`active_from` of generation {0} is no moment such as 2026-11-22T21:30:00Z: restore the file from its backup"
    )]
    Moment(GenerationNo),
    /// The generations are not numbered upwards from 1 or more, or there is none.
    #[error("the generations are not numbered upwards from 1: restore the file from its backup")]
    Order,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    lasting: Option<String>,
    // The file as it was before there were generations.
    pepper: Option<String>,
    mac: Option<String>,
    envelope: Option<String>,
    #[serde(default, rename = "generation", skip_serializing_if = "Vec::is_empty")]
    generations: Vec<Entry>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Entry {
    no: GenerationNo,
    active_from: String,
    pepper: String,
    mac: String,
    envelope: String,
}

pub(super) fn write(set: &Set) -> String {
    let key = |key: &Key| STANDARD.encode(key.expose());
    let mut text = format!("{HEAD}lasting = \"{}\"\n", key(&set.lasting));
    for generation in &set.generations {
        let Generation { no, active_from, pepper, mac, envelope } = generation;
        let (pepper, mac, envelope) = (key(pepper), key(mac), key(envelope));
        text += &format!(
            "\n[[generation]]\nno = {no}\nactive_from = \"{active_from:?}\"\npepper = \"{pepper}\"\nmac = \"{mac}\"\n\
             envelope = \"{envelope}\"\n"
        );
    }
    text
}

pub(super) fn read(text: &str) -> Result<Set, KeyringProblem> {
    let file: KeyFile =
        toml::from_str(text).map_err(|error| KeyringProblem::Format(error.message().to_owned()))?;
    let mut generations = Vec::new();
    if let (Some(pepper), Some(mac), Some(envelope)) = (&file.pepper, &file.mac, &file.envelope) {
        generations.push(generation(1, Timestamp(0), pepper, mac, envelope)?);
    }
    for entry in &file.generations {
        let from = entry.active_from.parse::<jiff::Timestamp>();
        let from = from.map_err(|_| KeyringProblem::Moment(entry.no))?.as_millisecond();
        generations.push(generation(entry.no, Timestamp(from), &entry.pepper, &entry.mac, &entry.envelope)?);
    }
    let upwards = generations
        .windows(2)
        .all(|pair| pair[0].no < pair[1].no && pair[0].active_from <= pair[1].active_from);
    let Some(first) = generations.first().filter(|first| first.no > 0 && upwards) else {
        return Err(if generations.is_empty() { missing(&file) } else { KeyringProblem::Order });
    };
    let lasting = match &file.lasting {
        Some(text) => decode("lasting", text)?,
        None => Key::from_bytes(*first.mac.expose()),
    };
    Ok(Set { lasting, generations, active: 0 })
}

fn missing(file: &KeyFile) -> KeyringProblem {
    let bare = [("pepper", &file.pepper), ("mac", &file.mac), ("envelope", &file.envelope)];
    let missing = bare.iter().find(|(_, key)| key.is_none()).map_or("pepper", |(name, _)| name);
    KeyringProblem::Format(format!("there are no keys: `[[generation]]`, or `{missing}`, is missing"))
}

fn generation(
    no: GenerationNo,
    active_from: Timestamp,
    pepper: &str,
    mac: &str,
    envelope: &str,
) -> Result<Generation, KeyringProblem> {
    Ok(Generation {
        no,
        active_from,
        pepper: decode("pepper", pepper)?.of(no),
        mac: decode("mac", mac)?.of(no),
        envelope: decode("envelope", envelope)?.of(no),
    })
}

fn decode(name: &'static str, value: &str) -> Result<Key, KeyringProblem> {
    let bytes = STANDARD.decode(value).map_err(|_| KeyringProblem::Key(name))?;
    bytes.try_into().map(Key::from_bytes).map_err(|_| KeyringProblem::Key(name))
}

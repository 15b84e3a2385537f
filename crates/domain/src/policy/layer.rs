//! One layer of policy: the keys that an installation, a country, a company or an application sets.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{
    key::{Key, Scope},
    profile::Profile,
    table,
    value::Value,
};

/// Who sets a value. Later ones override earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerName {
    /// The configuration of the installation.
    Installation,
    /// The country of a company.
    Country,
    /// A company.
    Company,
    /// An application.
    Application,
}

impl fmt::Display for LayerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Installation => "installation",
            Self::Country => "country",
            Self::Company => "company",
            Self::Application => "application",
        })
    }
}

/// A value before its key has read it; reads from TOML and JSON alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RawValue {
    /// `true` is read as `yes`, `false` as `no`.
    Switch(bool),
    /// A number.
    Number(i64),
    /// Anything in words, numbers included.
    Text(String),
    /// Limits, one by one.
    List(Vec<RawValue>),
    /// Keys below this one: `[policy.otp]`, `digits = 8`.
    Table(BTreeMap<String, RawValue>),
}

impl From<&str> for RawValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(on) => f.write_str(if *on { "yes" } else { "no" }),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Table(_) => f.write_str("a table"),
        }
    }
}

/// What is wrong with a policy setting, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    /// No such key.
    #[error("there is no policy key `{key}`{}", did_you_mean(*.nearest))]
    UnknownKey {
        /// As given.
        key: String,
        /// The known key nearest to it, when one is near.
        nearest: Option<&'static str>,
    },
    /// The text is not of the key's form.
    #[error("`{key}` cannot be \"{given}\": write {form} ({range})")]
    NotUnderstood {
        /// The key.
        key: &'static str,
        /// As given.
        given: String,
        /// How values of this key are written.
        form: &'static str,
        /// What it takes.
        range: String,
    },
    /// Well formed, but too small or too great.
    #[error("`{key}` cannot be \"{given}\": it takes {range}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// As given.
        given: String,
        /// What it takes.
        range: String,
    },
    /// The key concerns the machine, or holds before a company is known.
    #[error(
        "`{key}` holds for the whole installation and cannot be set for a single {layer}: move it to the configuration file"
    )]
    InstallationOnly {
        /// The key.
        key: &'static str,
        /// Where it stood.
        layer: LayerName,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "; `vestibule policy explain` lists all keys".to_owned(),
        |key| format!("; did you mean `{key}`?"),
    )
}

/// The keys that one layer sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    name: LayerName,
    profile: Option<Profile>,
    values: BTreeMap<&'static str, Value>,
}

impl Layer {
    /// A layer that sets nothing.
    #[must_use]
    pub const fn empty(name: LayerName) -> Self {
        Self { name, profile: None, values: BTreeMap::new() }
    }

    /// Reads a whole layer, dotted or nested.
    ///
    /// # Errors
    /// Every problem found, in the order of the keys.
    pub fn parse(name: LayerName, settings: &BTreeMap<String, RawValue>) -> Result<Self, Vec<PolicyProblem>> {
        let mut layer = Self::empty(name);
        let mut problems = Vec::new();
        for (key, raw) in flatten(settings) {
            if let Err(problem) = layer.set(&key, raw) {
                problems.push(problem);
            }
        }
        if problems.is_empty() { Ok(layer) } else { Err(problems) }
    }

    /// Sets one key, `profile` included.
    ///
    /// # Errors
    /// Unknown key, wrong form, out of range, or a key that this layer may not set.
    pub fn set(&mut self, key: &str, raw: &RawValue) -> Result<(), PolicyProblem> {
        if key == Profile::KEY {
            self.profile = Some(Profile::parse(raw)?);
            return Ok(());
        }
        let key = table::find(key)
            .ok_or_else(|| PolicyProblem::UnknownKey { key: key.to_owned(), nearest: table::nearest(key) })?;
        if key.scope == Scope::Installation && self.name != LayerName::Installation {
            return Err(PolicyProblem::InstallationOnly { key: key.name, layer: self.name });
        }
        self.values.insert(key.name, key.parse(raw)?);
        Ok(())
    }

    /// Whose layer it is.
    #[must_use]
    pub const fn name(&self) -> LayerName {
        self.name
    }

    /// The settings as text, as they are stored; [`parse`](Self::parse) reads them back.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, RawValue> {
        let profile = self.profile.map(|profile| (Profile::KEY.to_owned(), RawValue::from(profile.name())));
        let values = self.values.iter();
        values.map(|(k, v)| ((*k).to_owned(), RawValue::Text(v.to_string()))).chain(profile).collect()
    }

    /// What this layer says about a key: its own word first, then its profile's.
    pub(super) fn says(&self, key: &Key) -> Option<(Value, Option<Profile>)> {
        let own = self.values.get(key.name).map(|value| (value.clone(), None));
        own.or_else(|| {
            let profile = self.profile?;
            Some((profile.value(key)?, Some(profile)))
        })
    }
}

fn flatten(settings: &BTreeMap<String, RawValue>) -> Vec<(String, &RawValue)> {
    let mut flat = Vec::new();
    for (name, raw) in settings {
        if let RawValue::Table(inner) = raw {
            flat.extend(flatten(inner).into_iter().map(|(rest, raw)| (format!("{name}.{rest}"), raw)));
        } else {
            flat.push((name.clone(), raw));
        }
    }
    flat
}

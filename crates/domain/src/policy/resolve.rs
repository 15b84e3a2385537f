//! From layers to one policy, and where each value came from.

use std::fmt;

use serde::Serialize;

use super::{
    Policy,
    key::{Key, Scope},
    layer::{Layer, LayerName},
    profile::Profile,
    table::KEYS,
    value::Value,
};

/// All layers that hold for one user and one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layers {
    /// The installation's configuration.
    pub installation: Layer,
    /// Defaults of the company's country.
    pub country: Layer,
    /// Floors of the company's country: below them values can only be tightened.
    pub floors: Layer,
    /// The company's own settings.
    pub company: Layer,
    /// The application's settings.
    pub application: Layer,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            installation: Layer::empty(LayerName::Installation),
            country: Layer::empty(LayerName::Country),
            floors: Layer::empty(LayerName::Country),
            company: Layer::empty(LayerName::Company),
            application: Layer::empty(LayerName::Application),
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A layer set it, by itself or through a profile.
    Set(LayerName, Option<Profile>),
    /// The country's floor holds it where a layer would have loosened it.
    Floor,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Set(layer, None) => layer.fmt(f),
            Self::Set(layer, Some(profile)) => write!(f, "{layer} (profile {})", profile.name()),
            Self::Floor => f.write_str("country (floor)"),
        }
    }
}

/// The policy that holds, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The values.
    pub policy: Policy,
    /// Origin of each value, in the order of [`KEYS`].
    pub origins: Vec<(&'static str, Origin)>,
    layers: Layers,
}

/// One line of "where does this come from".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainRow {
    /// The key.
    pub key: &'static str,
    /// The value that counts.
    pub value: String,
    /// Where it came from.
    pub origin: String,
    /// The value of a fresh installation.
    pub default: String,
    /// The country's floor, where there is one.
    pub floor: Option<String>,
    /// What each layer says, in the order installation, country, company, application; `None`: nothing.
    pub said: [Option<String>; 4],
    /// What the key may hold.
    pub range: String,
    /// What it decides.
    pub doc: &'static str,
}

impl Layers {
    /// The policy that holds under these layers. Floors always hold: a layer that would loosen one is overruled.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        let mut policy = Policy::default();
        let mut origins = Vec::with_capacity(KEYS.len());
        for key in KEYS {
            let (value, origin) = self.decide(key);
            (key.set)(&mut policy, &value);
            origins.push((key.name, origin));
        }
        Resolved { policy, origins, layers: self.clone() }
    }

    /// Settings that a floor overrules, for whoever wrote them: key, whose setting, what was set, the floor.
    #[must_use]
    pub fn overruled(&self) -> Vec<(&'static str, LayerName, Value, Value)> {
        let mut found = Vec::new();
        for key in KEYS {
            let Some((floor, _)) = self.floors.says(key) else { continue };
            for layer in self.in_order() {
                if let Some((value, _)) = layer.says(key)
                    && !key.keeps(&value, &floor)
                {
                    found.push((key.name, layer.name(), value, floor.clone()));
                }
            }
        }
        found
    }

    const fn in_order(&self) -> [&Layer; 4] {
        [&self.installation, &self.country, &self.company, &self.application]
    }

    fn decide(&self, key: &Key) -> (Value, Origin) {
        let layers = self.in_order();
        let heard = if key.scope == Scope::Installation { &layers[..1] } else { &layers[..] };
        let said = heard.iter().rev().find_map(|layer| {
            let (value, profile) = layer.says(key)?;
            Some((value, Origin::Set(layer.name(), profile)))
        });
        let (value, origin) = said.unwrap_or_else(|| (key.value_in(&Policy::default()), Origin::Default));
        match self.floors.says(key) {
            Some((floor, _)) if key.scope == Scope::AnyLayer && !key.keeps(&value, &floor) => {
                (key.tighten(value, &floor), Origin::Floor)
            }
            _ => (value, origin),
        }
    }
}

impl Resolved {
    /// One row for each key: value, origin, default, floor and what every layer says.
    #[must_use]
    pub fn explain(&self) -> Vec<ExplainRow> {
        let fresh = Policy::default();
        let text =
            |said: Option<(Value, _)>| said.map(|(value, _): (Value, Option<Profile>)| value.to_string());
        let rows = KEYS.iter().zip(&self.origins).map(|(key, (_, origin))| ExplainRow {
            key: key.name,
            value: key.value_in(&self.policy).to_string(),
            origin: origin.to_string(),
            default: key.value_in(&fresh).to_string(),
            floor: text(self.layers.floors.says(key)),
            said: self.layers.in_order().map(|layer| text(layer.says(key))),
            range: key.range(),
            doc: key.doc,
        });
        rows.collect()
    }
}

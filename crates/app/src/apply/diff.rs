//! From what is to what should be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::policy::{Layer, LayerName, Layers};

use super::state::{Entity, EntityName, InstallationState};

/// What has to be done, in an order in which it can be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Additions and changes.
    pub changes: Vec<Change>,
    /// What is there and not named by the file; it is kept.
    pub kept: Vec<EntityName>,
    /// Settings that will not hold, as sentences: a country's floor overrules them.
    pub notes: Vec<String>,
}

/// An entity to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As it is; absent when it is new.
    pub before: Option<Entity>,
    /// As it should be.
    pub after: Entity,
    /// What differs; for a new entity, every field.
    pub fields: Vec<FieldChange>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name in the file.
    pub name: String,
    /// As it is; absent when it was not set.
    pub before: Option<String>,
    /// As it should be; absent when it is taken away.
    pub after: Option<String>,
}

/// An entity names a region, a company or a source that is neither there nor in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{entity}: there is no {missing}; add a [[{}]]{}", .missing.kind, alternatives(.known))]
pub struct Dangling {
    /// Which entity.
    pub entity: EntityName,
    /// What it names.
    pub missing: Missing,
    /// The names there are, separated by commas.
    pub known: String,
}

/// What is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// "region".
    pub kind: &'static str,
    /// The name that is used.
    pub name: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.kind, self.name)
    }
}

fn alternatives(names: &str) -> String {
    if names.is_empty() { String::new() } else { format!(" or use one of: {names}") }
}

/// Compares.
///
/// # Errors
/// Every reference to a region, company or source that does not exist.
pub fn diff(current: &InstallationState, desired: &InstallationState) -> Result<Diff, Vec<Dangling>> {
    check_references(current, desired)?;
    let mut before: BTreeMap<EntityName, Entity> =
        current.entities().into_iter().map(|entity| (entity.name(), entity)).collect();
    let mut changes = Vec::new();
    for after in desired.entities() {
        let before = before.remove(&after.name());
        let fields = fields(before.as_ref(), &after);
        if before.is_none() || !fields.is_empty() {
            changes.push(Change { before, after, fields });
        }
    }
    Ok(Diff { changes, kept: before.into_keys().collect(), notes: overruled(current, desired) })
}

fn check_references(current: &InstallationState, desired: &InstallationState) -> Result<(), Vec<Dangling>> {
    let known: BTreeSet<EntityName> = [current, desired]
        .into_iter()
        .flat_map(InstallationState::entities)
        .map(|entity| entity.name())
        .collect();
    let names_of = |kind: &str| {
        let names = known.iter().filter(|name| name.kind == kind).map(|name| name.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let mut dangling = Vec::new();
    for entity in desired.entities() {
        let missing = entity.references().into_iter().filter(|name| !known.contains(name));
        dangling.extend(missing.map(|EntityName { kind, name }| Dangling {
            entity: entity.name(),
            missing: Missing { kind, name },
            known: names_of(kind),
        }));
    }
    if dangling.is_empty() { Ok(()) } else { Err(dangling) }
}

fn fields(before: Option<&Entity>, after: &Entity) -> Vec<FieldChange> {
    let mut old: BTreeMap<String, String> =
        before.map(Entity::fields).unwrap_or_default().into_iter().collect();
    let mut changes = Vec::new();
    for (name, value) in after.fields() {
        let before = old.remove(&name);
        if before.as_ref() != Some(&value) {
            changes.push(FieldChange { name, before, after: Some(value) });
        }
    }
    changes.extend(old.into_iter().map(|(name, value)| FieldChange {
        name,
        before: Some(value),
        after: None,
    }));
    changes
}

/// Settings of companies that the floors of their country overrule, once everything is applied.
fn overruled(current: &InstallationState, desired: &InstallationState) -> Vec<String> {
    let countries = desired.countries.iter().chain(&current.countries);
    let mut notes = Vec::new();
    for company in &desired.companies {
        let country = countries.clone().find(|country| country.code == company.country);
        let empty = || Layer::empty(LayerName::Country);
        let layers = Layers {
            country: country.map_or_else(empty, |country| country.policy.clone()),
            floors: country.map_or_else(empty, |country| country.floors.clone()),
            company: company.policy.clone(),
            ..Layers::default()
        };
        let overruled = layers.overruled().into_iter().filter(|(_, layer, ..)| *layer == LayerName::Company);
        notes.extend(overruled.map(|(key, _, value, floor)| {
            format!(
                "company {}: `{key}` = {value} will not hold, because {} sets the floor {floor}",
                company.slug, company.country
            )
        }));
    }
    notes
}

#[cfg(test)]
mod tests {
    use domain::{policy::RawValue, role::Region};

    use super::*;
    use crate::apply::{CompanyState, CountryState, RegionState};

    fn europe() -> RegionState {
        RegionState { region: Region("europe".to_owned()), name: "Europe".to_owned() }
    }

    fn layer(name: LayerName, key: &str, value: &str) -> Layer {
        let mut layer = Layer::empty(name);
        assert_eq!(layer.set(key, &RawValue::from(value)), Ok(()));
        layer
    }

    fn company() -> CompanyState {
        CompanyState {
            slug: "north-quay".to_owned(),
            name: "North Quay Logistics".to_owned(),
            country: "ES".to_owned(),
            region: Region("europe".to_owned()),
            time_zone: "Europe/Madrid".to_owned(),
            language: "es".to_owned(),
            rollout: domain::rollout::Rollout {
                phase1_at: Some(domain::time::Timestamp(1_795_993_200_000)),
                ..Default::default()
            },
            legacy_source: None,
            policy: layer(LayerName::Company, "otp.digits", "6"),
        }
    }

    fn state() -> InstallationState {
        InstallationState { regions: vec![europe()], companies: vec![company()], ..Default::default() }
    }

    fn told(diff: &Diff) -> Vec<String> {
        let changes = diff.changes.iter().flat_map(|change| {
            let name = change.after.name();
            let word = if change.before.is_some() { "change" } else { "add" };
            change.fields.iter().map(move |field| {
                format!("{word} {name}: {} {:?} -> {:?}", field.name, field.before, field.after)
            })
        });
        changes.collect()
    }

    #[test]
    fn the_same_state_needs_nothing() {
        assert_eq!(diff(&state(), &state()), Ok(Diff::default()));
    }

    #[test]
    fn a_new_installation_gets_everything_and_regions_first() {
        let diff = diff(&InstallationState::default(), &state()).unwrap();
        insta::assert_snapshot!(told(&diff).join("\n"), @r##"
            add region europe: name None -> Some("Europe")
            add company north-quay: name None -> Some("North Quay Logistics")
            add company north-quay: country None -> Some("ES")
            add company north-quay: region None -> Some("europe")
            add company north-quay: time_zone None -> Some("Europe/Madrid")
            add company north-quay: language None -> Some("es")
            add company north-quay: phase1 None -> Some("2026-11-30 00:00")
            add company north-quay: policy otp.digits None -> Some("6")
            "##);
    }

    #[test]
    fn changed_fields_are_told_with_both_values_and_other_entities_are_kept() {
        let mut desired = state();
        desired.regions.clear();
        desired.companies[0].rollout.phase2_at = Some(domain::time::Timestamp(1_798_758_000_000));
        desired.companies[0].rollout.phase1_at = None;
        desired.companies[0].policy = layer(LayerName::Company, "otp.digits", "8");
        let diff = diff(&state(), &desired).unwrap();
        insta::assert_snapshot!(told(&diff).join("\n"), @r##"
            change company north-quay: phase2 None -> Some("2027-01-01 00:00")
            change company north-quay: policy otp.digits Some("6") -> Some("8")
            change company north-quay: phase1 Some("2026-11-30 00:00") -> None
            "##);
        assert_eq!(diff.kept.iter().map(ToString::to_string).collect::<Vec<_>>(), ["region europe"]);
    }

    #[test]
    fn a_region_must_exist_somewhere() {
        let mut desired = state();
        desired.regions[0].region = Region("emea".to_owned());
        let dangling = diff(&InstallationState::default(), &desired).unwrap_err();
        assert_eq!(
            dangling[0].to_string(),
            "company north-quay: there is no region \"europe\"; add a [[region]] or use one of: emea"
        );
        assert!(diff(&state(), &desired).is_ok());
    }

    #[test]
    fn a_setting_below_the_floor_of_the_country_is_told() {
        let mut current = InstallationState::default();
        current.countries.push(CountryState {
            code: "ES".to_owned(),
            policy: Layer::empty(LayerName::Country),
            floors: layer(LayerName::Country, "otp.digits", "8"),
        });
        let diff = diff(&current, &state()).unwrap();
        insta::assert_snapshot!(diff.notes.join("\n"), @r##"
            company north-quay: `otp.digits` = 6 will not hold, because ES sets the floor 8
            "##);
    }
}

//! Reading what an installation is, and making it what it should be.

use crypto::random::{Random, RandomExt};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::{Application, Company, Contact},
    id::{ApplicationId, AuditId, CompanyId, ContactId},
    policy::{Layer, LayerName, RawValue},
    role::Region,
    time::{Clock, Timestamp},
};
use store::{Db, Executor, StoreError, Tx, audit, companies, installation, installation::PolicyValue};

use super::{
    ApplicationState, CompanyState, ContactState, CountryState, Dangling, Diff, Entity, InstallationState,
    RegionState, diff, sources,
};

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// References to regions that do not exist.
    #[error("the file refers to regions that do not exist")]
    Dangling(Vec<Dangling>),
    /// Somebody changed the installation after the difference was shown.
    #[error("the installation was changed in the meantime; run the command again to see the new difference")]
    Moved,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The installation as it is, everything sorted by name.
///
/// # Errors
/// The database's.
pub async fn current(conn: &mut impl Executor) -> Result<InstallationState, StoreError> {
    let policies = Policies(installation::policy_values(conn).await?);
    let regions = companies::list_regions(conn).await?;
    let mut countries: Vec<CountryState> = Vec::new();
    for code in policies.keys_of("country") {
        let policy = policies.layer(LayerName::Country, "country", &code, false)?;
        let floors = policies.layer(LayerName::Country, "country", &code, true)?;
        countries.push(CountryState { code, policy, floors });
    }
    let mut state = InstallationState {
        regions: regions.into_iter().map(|(slug, name)| RegionState { region: Region(slug), name }).collect(),
        contacts: companies::list_contacts(conn).await?.into_iter().map(contact_state).collect(),
        countries,
        sources: sources::current(conn).await?,
        ..InstallationState::default()
    };
    for company in companies::list(conn).await? {
        let policy = policies.layer(LayerName::Company, "company", &company.slug, false)?;
        state.companies.push(company_state(company, policy));
    }
    for application in companies::list_applications(conn).await? {
        let policy = policies.layer(LayerName::Application, "application", &application.slug, false)?;
        let Application { slug, name, host, upstream, legacy_source, rules, .. } = application;
        state.applications.push(ApplicationState {
            slug,
            name,
            host,
            upstream,
            legacy_source,
            rules,
            policy,
        });
    }
    Ok(state)
}

/// Makes the installation what it should be, in one transaction with its audit event.
///
/// # Errors
/// [`ApplyError::Moved`] when the difference is no longer the one that was `shown`; nothing is changed then.
pub async fn save(
    db: &Db,
    desired: &InstallationState,
    shown: &Diff,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<(), ApplyError> {
    let now = clock.now();
    let mut tx = db.begin().await?;
    let found = diff(&current(&mut tx).await?, desired).map_err(ApplyError::Dangling)?;
    if found != *shown {
        return Err(ApplyError::Moved);
    }
    for change in &shown.changes {
        put(&mut tx, &change.after, now, random).await?;
    }
    let names: Vec<_> = shown.changes.iter().map(|change| change.after.name().to_string()).collect();
    let event = AuditEvent::new(AuditKind::Applied, Actor::CommandLine).fact("changed", names.join(", "));
    audit::insert(&mut tx, AuditId(random.uuid(now)), &event, None, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn put(tx: &mut Tx, entity: &Entity, now: Timestamp, random: &dyn Random) -> Result<(), StoreError> {
    match entity {
        Entity::Region(region) => companies::put_region(tx, &region.region, &region.name).await,
        Entity::Contact(contact) => {
            companies::put_contact(tx, &self::contact(contact, ContactId(random.uuid(now)))).await
        }
        Entity::Country(country) => {
            let values = [values(&country.policy, false), values(&country.floors, true)].concat();
            installation::replace_policy(tx, "country", &country.code, &values).await
        }
        Entity::Source(source) => sources::put(tx, source, now).await,
        Entity::Company(company) => {
            companies::put(tx, &self::company(company, CompanyId(random.uuid(now))), now).await?;
            let values = values(&company.policy, false);
            installation::replace_policy(tx, "company", &company.slug, &values).await
        }
        Entity::Application(state) => {
            let ApplicationState { slug, name, host, upstream, legacy_source, rules, policy } = state.clone();
            let id = ApplicationId(random.uuid(now));
            let application = Application { id, slug, name, host, upstream, legacy_source, rules };
            companies::put_application(tx, &application, now).await?;
            installation::replace_policy(tx, "application", &state.slug, &values(&policy, false)).await
        }
    }
}

struct Policies(Vec<PolicyValue>);

impl Policies {
    fn keys_of(&self, kind: &str) -> Vec<String> {
        let mut keys: Vec<_> = self
            .0
            .iter()
            .filter(|value| value.scope_kind == kind)
            .map(|value| value.scope_key.clone())
            .collect();
        keys.sort();
        keys.dedup();
        keys
    }

    fn layer(&self, name: LayerName, kind: &str, key: &str, floors: bool) -> Result<Layer, StoreError> {
        let mut layer = Layer::empty(name);
        let mine = |value: &&PolicyValue| {
            value.scope_kind == kind && value.scope_key == key && value.is_floor == floors
        };
        for value in self.0.iter().filter(mine) {
            layer
                .set(&value.name, &RawValue::from(value.value.as_str()))
                .map_err(|problem| StoreError::inconsistent("policy_values", problem))?;
        }
        Ok(layer)
    }
}

fn values(layer: &Layer, is_floor: bool) -> Vec<PolicyValue> {
    let settings = layer.settings().into_iter();
    let value = |(name, value): (String, RawValue)| PolicyValue {
        scope_kind: String::new(),
        scope_key: String::new(),
        name,
        value: value.to_string(),
        is_floor,
    };
    settings.map(value).collect()
}

fn contact_state(contact: Contact) -> ContactState {
    let Contact { region, role, country, phone, email, days, opens, closes, time_zone, .. } = contact;
    ContactState { region, role, country, phone, email, days, opens, closes, time_zone }
}

fn contact(state: &ContactState, id: ContactId) -> Contact {
    let ContactState { region, role, country, phone, email, days, opens, closes, time_zone } = state.clone();
    let region_name = String::new();
    Contact { id, region, region_name, role, country, phone, email, days, opens, closes, time_zone }
}

fn company_state(company: Company, policy: Layer) -> CompanyState {
    let Company { slug, name, country, region, time_zone, language, rollout, legacy_source, .. } = company;
    CompanyState { slug, name, country, region, time_zone, language, rollout, legacy_source, policy }
}

fn company(state: &CompanyState, id: CompanyId) -> Company {
    let CompanyState { slug, name, country, region, time_zone, language, rollout, legacy_source, .. } =
        state.clone();
    Company { id, slug, name, country, region, time_zone, language, rollout, legacy_source }
}

//! The part of an installation that a file can describe.

use std::fmt;

use domain::{
    path_rule::PathRules,
    policy::Layer,
    role::{Region, Role},
    rollout::Rollout,
    time::Timestamp,
};
use legacy::source::SourceSpec;

use super::sources;

/// Everything that `apply` looks at, as it is or as it should be. Names are unique within each list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstallationState {
    /// Regions.
    pub regions: Vec<RegionState>,
    /// Contacts, at most one for each region, role and country, and one for each region and role without a country.
    pub contacts: Vec<ContactState>,
    /// Countries with policy of their own.
    pub countries: Vec<CountryState>,
    /// Live legacy sources.
    pub sources: Vec<SourceSpec>,
    /// Companies.
    pub companies: Vec<CompanyState>,
    /// Applications.
    pub applications: Vec<ApplicationState>,
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionState {
    /// Its short name.
    pub region: Region,
    /// Its name, as people know it.
    pub name: String,
}

/// Whom the users of a region can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactState {
    /// Whose contact it is.
    pub region: Region,
    /// End Users or Program Administrators.
    pub role: Role,
    /// ISO 3166-1 alpha-2, where it is for companies of one country; a contact of several is one for each.
    pub country: Option<String>,
    /// With the country's prefix, and spaces for reading.
    pub phone: String,
    /// Address.
    pub email: String,
    /// Days it is reached, as text.
    pub days: String,
    /// "07:00".
    pub opens: String,
    /// "19:00".
    pub closes: String,
    /// IANA name; the hours are meant there.
    pub time_zone: String,
}

impl ContactState {
    /// "europe end_user", and its country where it has one.
    fn name(&self) -> String {
        let Self { region, role, country, .. } = self;
        country
            .as_ref()
            .map_or_else(|| format!("{region} {role}"), |country| format!("{region} {role} {country}"))
    }
}

/// The policy of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryState {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// Defaults, which a company may override.
    pub policy: Layer,
    /// Floors, which can only be tightened.
    pub floors: Layer,
}

/// A company and its timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyState {
    /// Its short name in files and commands.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Decides contact and servicing team.
    pub region: Region,
    /// IANA name; the dates of the rollout are meant there.
    pub time_zone: String,
    /// BCP 47 tag of its mails.
    pub language: String,
    /// Its timetable.
    pub rollout: Rollout,
    /// The live source of its users' existing credentials.
    pub legacy_source: Option<String>,
    /// Its own policy.
    pub policy: Layer,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationState {
    /// Its short name in files and addresses.
    pub slug: String,
    /// Its name, as users know it.
    pub name: String,
    /// Public host, with the port where it is not the scheme's own.
    pub host: String,
    /// Where Vestibule reaches it.
    pub upstream: String,
    /// The live source that is asked about unknown login names.
    pub legacy_source: Option<String>,
    /// What its paths ask.
    pub rules: PathRules,
    /// Its own policy.
    pub policy: Layer,
}

/// Any of them, for whoever treats all alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// A region.
    Region(RegionState),
    /// A contact.
    Contact(ContactState),
    /// A country.
    Country(CountryState),
    /// A live legacy source.
    Source(Box<SourceSpec>),
    /// A company.
    Company(CompanyState),
    /// An application.
    Application(ApplicationState),
}

/// What an entity is called: its kind, and its name within the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityName {
    /// "company".
    pub kind: &'static str,
    /// "north-quay".
    pub name: String,
}

impl fmt::Display for EntityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

impl InstallationState {
    /// Everything, in the order in which it can be written: what is referred to comes first.
    #[must_use]
    pub fn entities(&self) -> Vec<Entity> {
        let regions = self.regions.iter().cloned().map(Entity::Region);
        let contacts = self.contacts.iter().cloned().map(Entity::Contact);
        let countries = self.countries.iter().cloned().map(Entity::Country);
        let sources = self.sources.iter().cloned().map(Box::new).map(Entity::Source);
        let companies = self.companies.iter().cloned().map(Entity::Company);
        let applications = self.applications.iter().cloned().map(Entity::Application);
        regions.chain(contacts).chain(countries).chain(sources).chain(companies).chain(applications).collect()
    }
}

impl Entity {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> EntityName {
        let (kind, name) = match self {
            Self::Region(region) => ("region", region.region.to_string()),
            Self::Contact(contact) => ("contact", contact.name()),
            Self::Country(country) => ("country", country.code.clone()),
            Self::Source(source) => ("source", source.name.clone()),
            Self::Company(company) => ("company", company.slug.clone()),
            Self::Application(application) => ("application", application.slug.clone()),
        };
        EntityName { kind, name }
    }

    /// What it refers to.
    #[must_use]
    pub fn references(&self) -> Vec<EntityName> {
        let name = |kind, name: &str| EntityName { kind, name: name.to_owned() };
        let source = |source: &Option<String>| source.as_deref().map(|source| name("source", source));
        match self {
            Self::Contact(contact) => vec![name("region", &contact.region.0)],
            Self::Company(company) => {
                let region = name("region", &company.region.0);
                [Some(region), source(&company.legacy_source)].into_iter().flatten().collect()
            }
            Self::Source(spec) => spec.company.iter().map(|company| name("company", company)).collect(),
            Self::Application(application) => source(&application.legacy_source).into_iter().collect(),
            Self::Region(_) | Self::Country(_) => Vec::new(),
        }
    }

    /// Its fields as people read them, in the order of the file. Absent ones are left out.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Fields::default();
        match self {
            Self::Region(region) => fields.add("name", &region.name),
            Self::Contact(contact) => {
                fields.add("phone", &contact.phone);
                fields.add("email", &contact.email);
                fields.add("days", &contact.days);
                fields.add("opens", &contact.opens);
                fields.add("closes", &contact.closes);
                fields.add("time_zone", &contact.time_zone);
            }
            Self::Country(country) => {
                fields.policy("policy", &country.policy);
                fields.policy("floor", &country.floors);
            }
            Self::Source(source) => fields.0.extend(sources::fields(source)),
            Self::Company(company) => fields.company(company),
            Self::Application(application) => {
                fields.add("name", &application.name);
                fields.add("host", &application.host);
                fields.add("upstream", &application.upstream);
                fields.optional("legacy_source", application.legacy_source.as_deref());
                for (at, rule) in application.rules.all().iter().enumerate() {
                    fields.add(&format!("rule {}", at + 1), &rule.to_string());
                }
                fields.policy("policy", &application.policy);
            }
        }
        fields.0
    }
}

#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        self.0.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    fn policy(&mut self, prefix: &str, layer: &Layer) {
        let settings = layer.settings().into_iter();
        self.0.extend(settings.map(|(key, value)| (format!("{prefix} {key}"), value.to_string())));
    }

    fn company(&mut self, company: &CompanyState) {
        self.add("name", &company.name);
        self.add("country", &company.country);
        self.add("region", &company.region.0);
        self.add("time_zone", &company.time_zone);
        self.add("language", &company.language);
        let rollout = &company.rollout;
        for (name, at) in [
            ("phase1", rollout.phase1_at),
            ("phase2", rollout.phase2_at),
            ("deadline", rollout.deadline_at),
            ("cutoff", rollout.cutoff_at),
        ] {
            if let Some(at) = at {
                self.add(name, &local(at, &company.time_zone));
            }
        }
        self.optional("legacy_source", company.legacy_source.as_deref());
        self.policy("policy", &company.policy);
    }
}

/// The moment on the clocks of a time zone: "2026-12-01 00:00"; in UTC, and saying so, when the zone is unknown.
fn local(at: Timestamp, time_zone: &str) -> String {
    let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else { return format!("{at:?}") };
    moment.in_tz(time_zone).map_or_else(
        |_| moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        |zoned| zoned.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

//! From located TOML to the state that it describes.

use std::collections::BTreeMap;

use app::apply::{
    ApplicationState, CompanyState, ContactState, CountryState, Entity, EntityName, InstallationState,
    RegionState,
};
use domain::{
    policy::{Layer, LayerName},
    rollout::Rollout,
    time::Timestamp,
};
use jiff::tz::TimeZone;
use legacy::source::SourceSpec;

use super::{ApplyFile, path_rules, rules, source};
use crate::{
    config::policy_layer,
    document::{Entries, Entry, Item, Place, Problem, Problems, Section},
};

/// Reads the whole document. What is wrong is left out of the result and told in `problems`.
pub(super) fn read(place: Place, entries: Entries, problems: &mut Problems) -> ApplyFile {
    let mut document = Section::new("", (place, entries), problems);
    let [regions, contacts, countries, sources, companies, applications] =
        ["region", "contact", "country", "source", "company", "application"]
            .map(|kind| document.tables(kind));
    document.finish();
    let mut reader = Reader { places: BTreeMap::new(), hosts: BTreeMap::new(), problems };
    let desired = InstallationState {
        regions: regions.into_iter().filter_map(|table| reader.region(table)).collect(),
        contacts: contacts.into_iter().flat_map(|table| reader.contact(table).unwrap_or_default()).collect(),
        countries: countries.into_iter().filter_map(|table| reader.country(table)).collect(),
        sources: sources.into_iter().filter_map(|table| reader.source(table)).collect(),
        companies: companies.into_iter().filter_map(|table| reader.company(table)).collect(),
        applications: applications.into_iter().filter_map(|table| reader.application(table)).collect(),
    };
    ApplyFile { desired, places: reader.places }
}

struct Reader<'p> {
    places: BTreeMap<EntityName, Place>,
    hosts: BTreeMap<String, Place>,
    problems: &'p mut Problems,
}

type Table = (Place, Entries);

impl Reader<'_> {
    fn region(&mut self, table: Table) -> Option<RegionState> {
        let place = table.0.clone();
        let mut section = Section::new("region", table, self.problems);
        let region = section.required("slug", &rules::REGION);
        let name = section.required("name", &rules::NAME);
        section.finish();
        let state = RegionState { region: region?, name: name? };
        self.unique(place, &Entity::Region(state.clone()));
        Some(state)
    }

    /// One for each of its countries, so that each can be told apart, or the one for all others.
    fn contact(&mut self, table: Table) -> Option<Vec<ContactState>> {
        let place = table.0.clone();
        let mut section = Section::new("contact", table, self.problems);
        let region = section.required("region", &rules::REGION);
        let role = section.required("role", &rules::ROLE);
        let countries = section.countries();
        let phone = section.required("phone", &rules::PHONE);
        let email = section.required("email", &rules::EMAIL);
        let days = section.required("days", &rules::NAME);
        let opens = section.required("opens", &rules::HOUR);
        let closes = section.required("closes", &rules::HOUR);
        let time_zone = section.required("time_zone", &rules::TIME_ZONE);
        section.finish();
        let state = ContactState {
            region: region?,
            role: role?,
            country: None,
            phone: phone?,
            email: email?,
            days: days?,
            opens: opens?,
            closes: closes?,
            time_zone: time_zone?.0,
        };
        let states: Vec<_> =
            countries?.into_iter().map(|country| ContactState { country, ..state.clone() }).collect();
        for state in &states {
            self.unique(place.clone(), &Entity::Contact(state.clone()));
        }
        Some(states)
    }

    fn country(&mut self, table: Table) -> Option<CountryState> {
        let place = table.0.clone();
        let mut section = Section::new("country", table, self.problems);
        let code = section.required("code", &rules::COUNTRY);
        let policy = section.policy("policy", LayerName::Country);
        let floors = section.policy("floor", LayerName::Country);
        section.finish();
        for key in floors.settings().keys().filter(|key| policy.settings().contains_key(*key)) {
            let sentence =
                format!("`{key}` is given as policy and as floor: keep the floor, it is the default as well");
            self.problems.add(Problem::new(place.clone(), sentence));
        }
        let state = CountryState { code: code?, policy, floors };
        self.unique(place, &Entity::Country(state.clone()));
        Some(state)
    }

    fn source(&mut self, table: Table) -> Option<SourceSpec> {
        let place = table.0.clone();
        let spec = source::read(table, self.problems)?;
        self.unique(place, &Entity::Source(Box::new(spec.clone())));
        Some(spec)
    }

    fn company(&mut self, table: Table) -> Option<CompanyState> {
        let place = table.0.clone();
        let mut section = Section::new("company", table, self.problems);
        let slug = section.required("slug", &rules::SLUG);
        let name = section.required("name", &rules::NAME);
        let country = section.required("country", &rules::COUNTRY);
        let region = section.required("region", &rules::REGION);
        let zone = section.required("time_zone", &rules::TIME_ZONE);
        let language = section.text("language", &rules::LANGUAGE).unwrap_or_else(|| "en".to_owned());
        let rollout = section.rollout(zone.as_ref().map(|(_, zone)| zone));
        let legacy_source = section.text("legacy_source", &rules::SLUG);
        let policy = section.policy("policy", LayerName::Company);
        section.finish();
        let state = CompanyState {
            slug: slug?,
            name: name?,
            country: country?,
            region: region?,
            time_zone: zone?.0,
            language,
            rollout: rollout?,
            legacy_source,
            policy,
        };
        self.unique(place, &Entity::Company(state.clone()));
        Some(state)
    }

    fn application(&mut self, table: Table) -> Option<ApplicationState> {
        let place = table.0.clone();
        let mut section = Section::new("application", table, self.problems);
        let host_place = section.place_of("host");
        let slug = section.required("slug", &rules::SLUG);
        let name = section.required("name", &rules::NAME);
        let host = section.required("host", &rules::HOST);
        let upstream = section.required("upstream", &rules::UPSTREAM);
        let legacy_source = section.text("legacy_source", &rules::SLUG);
        let policy = section.policy("policy", LayerName::Application);
        let tables = section.tables("rule");
        let rules = path_rules::read(tables, section.problems());
        section.finish();
        let state = ApplicationState {
            slug: slug?,
            name: name?,
            host: host?,
            upstream: upstream?,
            legacy_source,
            rules,
            policy,
        };
        if let Some(first) = self.hosts.get(&state.host) {
            let sentence = format!("`application.host` {:?} is used already, at {first}", state.host);
            self.problems.add(Problem::new(host_place.clone(), sentence));
        }
        self.hosts.entry(state.host.clone()).or_insert(host_place);
        self.unique(place, &Entity::Application(state.clone()));
        Some(state)
    }

    fn unique(&mut self, place: Place, entity: &Entity) {
        let name = entity.name();
        if let Some(first) = self.places.get(&name) {
            let sentence = format!("{name} is described already, at {first}: keep one of them");
            self.problems.add(Problem::new(place, sentence));
            return;
        }
        self.places.insert(name, place);
    }
}

impl Section<'_> {
    fn required<T>(&mut self, key: &'static str, rule: &crate::document::Rule<T>) -> Option<T> {
        let value = self.text(key, rule);
        self.require(key, value, rule.must)
    }

    /// The countries of a contact; without the key the one that is none. `None` only when something is wrong.
    fn countries(&mut self) -> Option<Vec<Option<String>>> {
        const KEY: &str = "countries";
        if !self.has(KEY) {
            return Some(vec![None]);
        }
        let place = self.place_of(KEY);
        let countries = self.list(KEY, &rules::COUNTRY)?;
        if countries.is_empty() {
            let what = "names no country; leave it out for the contact of whoever has none of their own";
            self.problem_at(place, KEY, what);
            return None;
        }
        Some(countries.into_iter().map(Some).collect())
    }

    fn policy(&mut self, key: &'static str, name: LayerName) -> Layer {
        match self.take(key) {
            None => Layer::empty(name),
            Some(Entry { item: Item::Table(entries), .. }) => policy_layer(name, entries, self.problems()),
            Some(Entry { place, .. }) => {
                self.problem_at(place, key, "must be a table of policy keys, such as policy.otp.digits = 8");
                Layer::empty(name)
            }
        }
    }

    /// The dates, each at its first moment in the company's time zone. `None` only when something is wrong.
    fn rollout(&mut self, zone: Option<&TimeZone>) -> Option<Rollout> {
        let place = self.place_of("phase1");
        let mut good = true;
        let mut date = |key| {
            let entry = self.take(key)?;
            let at = self.date(key, &entry, zone);
            good &= at.is_some();
            at
        };
        let rollout = Rollout {
            phase1_at: date("phase1"),
            phase2_at: date("phase2"),
            deadline_at: date("deadline"),
            cutoff_at: date("cutoff"),
        };
        if let Err(problem) = rollout.check_order() {
            self.problems()
                .add(Problem::new(place, format!("the dates of `company` are out of order: {problem}")));
            return None;
        }
        good.then_some(rollout)
    }

    fn date(&mut self, key: &str, entry: &Entry, zone: Option<&TimeZone>) -> Option<Timestamp> {
        let text = match &entry.item {
            Item::Moment(moment) => moment.to_string(),
            Item::Text(text) => text.clone(),
            other => other.shown(),
        };
        let zone = zone?;
        let at = rules::moment(&text, zone);
        if at.is_none() {
            let what = format!("is {}; it must be {}", entry.item.shown(), rules::MOMENT);
            self.problem_at(entry.place.clone(), key, what);
        }
        at
    }
}

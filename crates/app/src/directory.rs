//! Companies, applications, contacts and policy: small, read at every request, changed rarely, so remembered for a moment.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use domain::{
    directory::{Application, Company, Contact, User},
    id::CompanyId,
    policy::{Layer, LayerName, Layers, Policy, RawValue},
    role::{Region, Role},
};
use legacy::source::SourceSpec;
use store::installation::PolicyValue;
use url::Url;

use crate::{App, Fault};

/// What was remembered, and when.
#[derive(Default)]
pub(crate) struct DirectoryCache(Mutex<Option<(Instant, Arc<Directory>)>>);

/// A snapshot.
#[derive(Debug, Default)]
pub struct Directory {
    /// All companies.
    pub companies: HashMap<CompanyId, Company>,
    /// All applications, by slug.
    pub applications: Vec<Application>,
    /// All contacts, by region and role.
    pub contacts: Vec<Contact>,
    /// All live legacy sources, by name.
    pub sources: BTreeMap<String, SourceSpec>,
    layers: HashMap<(String, String), Layer>,
    floors: HashMap<String, Layer>,
    policies: HashMap<Option<CompanyId>, Arc<Policy>>,
}

impl App {
    /// The directory as it was at most a moment ago.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn directory(&self) -> Result<Arc<Directory>, Fault> {
        if let Some((since, directory)) = &*self.directory.0.lock().unwrap_or_else(PoisonError::into_inner)
            && since.elapsed() < self.settings.remember_for
        {
            return Ok(Arc::clone(directory));
        }
        let since = Instant::now();
        let directory = Arc::new(self.read_directory().await?);
        let remembered = Some((since, Arc::clone(&directory)));
        *self.directory.0.lock().unwrap_or_else(PoisonError::into_inner) = remembered;
        Ok(directory)
    }

    /// The directory as it was read last, however long ago, for pages that cannot wait.
    #[must_use]
    pub fn remembered_directory(&self) -> Option<Arc<Directory>> {
        let remembered = self.directory.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.as_ref().map(|(_, directory)| Arc::clone(directory))
    }

    /// Reads it anew at the next request: something in it was changed.
    pub fn forget_directory(&self) {
        *self.directory.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn read_directory(&self) -> Result<Directory, Fault> {
        let mut conn = self.db.read().await?;
        let companies = store::companies::list(&mut conn).await?;
        let mut directory = Directory {
            companies: companies.into_iter().map(|company| (company.id, company)).collect(),
            applications: store::companies::list_applications(&mut conn).await?,
            contacts: store::companies::list_contacts(&mut conn).await?,
            sources: crate::apply::sources::readable(&mut conn).await?,
            ..Directory::default()
        };
        directory.read_layers(store::installation::policy_values(&mut conn).await?);
        directory.resolve_policies(&self.settings.policy);
        Ok(directory)
    }
}

impl Directory {
    /// The policy for a user of this company; staff have the installation's own.
    #[must_use]
    pub fn policy(&self, company: Option<CompanyId>) -> Arc<Policy> {
        let known = self.policies.get(&company).or_else(|| self.policies.get(&None));
        known.cloned().unwrap_or_default()
    }

    /// All layers that hold for a company (and an application, by slug), for explaining.
    #[must_use]
    pub fn layers(
        &self,
        installation: &Layer,
        company: Option<&Company>,
        application: Option<&str>,
    ) -> Layers {
        let country = company.map(|company| company.country.as_str());
        self.layers_for(installation, country, company.map(|company| company.slug.as_str()), application)
    }

    /// The same by country code and company slug.
    #[must_use]
    pub fn layers_for(
        &self,
        installation: &Layer,
        country: Option<&str>,
        company: Option<&str>,
        application: Option<&str>,
    ) -> Layers {
        let stored = |kind: &str, key: Option<&str>, name| {
            let key = (kind.to_owned(), key.unwrap_or_default().to_owned());
            self.layers.get(&key).cloned().unwrap_or_else(|| Layer::empty(name))
        };
        let floors = country.and_then(|country| self.floors.get(country)).cloned();
        Layers {
            installation: installation.clone(),
            country: stored("country", country, LayerName::Country),
            floors: floors.unwrap_or_else(|| Layer::empty(LayerName::Country)),
            company: stored("company", company, LayerName::Company),
            application: stored("application", application, LayerName::Application),
        }
    }

    /// The company of a slug.
    #[must_use]
    pub fn company_named(&self, slug: &str) -> Option<&Company> {
        self.companies.values().find(|company| company.slug == slug)
    }

    /// The user's company.
    #[must_use]
    pub fn company_of(&self, user: &User) -> Option<&Company> {
        self.companies.get(&user.company?)
    }

    /// The user's region: their own, or the company's.
    #[must_use]
    pub fn region_of(&self, user: &User) -> Option<Region> {
        user.region.clone().or_else(|| self.company_of(user).map(|company| company.region.clone()))
    }

    /// Whom this user can reach when stuck: in their region the contact of their company's country, else of the region, each by
    /// their role first; else any.
    #[must_use]
    pub fn contact_of(&self, user: &User) -> Option<&Contact> {
        let country = self.company_of(user).map(|company| company.country.as_str());
        self.contact(self.region_of(user).as_ref(), country, user.role)
    }

    /// In a region the contact of this country, else the one of all countries, each by role first; else another of the region; else
    /// any. A contact of another country comes last: it may not speak the language, nor be allowed to help.
    #[must_use]
    pub fn contact(&self, region: Option<&Region>, country: Option<&str>, role: Role) -> Option<&Contact> {
        let here = |contact: &&Contact| Some(&contact.region) == region;
        // The first of the best: how far each is from what is asked for.
        let distance = |contact: &&Contact| {
            let theirs = contact.country.as_deref();
            (theirs.is_some() && theirs != country, contact.role != role, theirs.is_none())
        };
        self.contacts.iter().filter(here).min_by_key(distance).or_else(|| self.contact_of_all())
    }

    /// The contact for whoever is not known yet: the first that is for all countries.
    #[must_use]
    pub fn contact_of_all(&self) -> Option<&Contact> {
        self.contacts.iter().min_by_key(|contact| contact.country.is_some())
    }

    /// The application whose host an address names; addresses are compared as parsed URLs.
    #[must_use]
    pub fn application_at(&self, address: &Url) -> Option<&Application> {
        let host = address.host_str()?;
        let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
        let asked = format!("{host}{port}");
        self.applications.iter().find(|application| application.host == asked)
    }

    fn read_layers(&mut self, values: Vec<PolicyValue>) {
        let mut collected: BTreeMap<(String, String, bool), BTreeMap<String, RawValue>> = BTreeMap::new();
        for PolicyValue { scope_kind, scope_key, name, value, is_floor } in values {
            let layer = collected.entry((scope_kind, scope_key, is_floor)).or_default();
            layer.insert(name, RawValue::Text(value));
        }
        for ((kind, key, is_floor), settings) in collected {
            let name = match kind.as_str() {
                "country" => LayerName::Country,
                "company" => LayerName::Company,
                "application" => LayerName::Application,
                _ => LayerName::Installation,
            };
            let mut layer = Layer::empty(name);
            for (setting, value) in &settings {
                if let Err(problem) = layer.set(setting, value) {
                    tracing::error!(%kind, %key, %setting, %problem, "a stored policy value is ignored");
                }
            }
            if is_floor {
                self.floors.insert(key, layer);
            } else {
                self.layers.insert((kind, key), layer);
            }
        }
    }

    fn resolve_policies(&mut self, installation: &Layer) {
        let own = self.layers(installation, None, None).resolve().policy;
        let mut policies = HashMap::from([(None, Arc::new(own))]);
        for company in self.companies.values() {
            let policy = self.layers(installation, Some(company), None).resolve().policy;
            policies.insert(Some(company.id), Arc::new(policy));
        }
        self.policies = policies;
    }
}

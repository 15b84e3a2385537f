//! What every page has at hand, and the frame it builds from it.

use std::sync::Arc;

use app::{
    App, Fault, WebhookSecret,
    check_session::{Check, Signed, Use, check_session},
    directory::Directory,
    show_attempt::show_attempt,
    show_recovery::proven_person,
};
use axum::response::{IntoResponse, Response};
use domain::{
    directory::{Contact as StoredContact, User},
    policy::Policy,
    time::Timestamp,
};
use text::{Moment, Office, Text, Zone};
use url::Url;

use crate::{
    client_address::TrustedProxies,
    destinations::safe_return,
    error::Refused,
    layout::{ApplicationLink, DemoBanner, Layout, Person},
    view::{Brand, Contact, Phone, Problems, page_headers},
    visit::Visit,
};

/// The portal: its use cases, its looks and where it stands.
pub struct Site {
    /// The use cases.
    pub app: App,
    /// The looks.
    pub brand: Arc<Brand>,
    /// Set in the demo.
    pub demo: Option<DemoBanner>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Who reports bounces from outside proves it with this; without it nobody can.
    pub bounce_secret: Option<WebhookSecret>,
}

impl Site {
    /// Whether the portal is reached by https: cookies are `__Host-` and Secure then.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.app.settings.public_url.scheme() == "https"
    }

    /// The frame for whoever asks: of a user who is signed in or has proven something, with their contact; else of a
    /// stranger.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn layout(&self, visit: &Visit) -> Result<Layout, Fault> {
        if let Some(token) = &visit.session
            && let Check::Alive(signed, idle_end) = check_session(&self.app, token, Use::Glance).await?
        {
            return self.layout_signed_in(visit, &signed, idle_end).await;
        }
        if let Some(token) = &visit.attempt
            && let Some(view) = show_attempt(&self.app, &visit.browser, token).await?
        {
            return self.layout_for(visit, &view.user).await;
        }
        if let Some(token) = &visit.recovery
            && let Some(user) = proven_person(&self.app, &visit.browser, token).await?
        {
            return self.layout_for(visit, &user).await;
        }
        let directory = self.app.directory().await?;
        // Times are meant where the contact on the same page is, and the zone is said.
        let contact = directory.contact_of_all();
        let zone = contact.and_then(|contact| Zone::named(&contact.time_zone)).unwrap_or_else(Zone::utc);
        Ok(Layout { names_zone: true, ..self.frame(visit, &directory, contact, zone) })
    }

    /// The policy for whoever asks: their company's, where they are signed in; else the installation's.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn policy_of_visitor(&self, visit: &Visit) -> Result<Arc<Policy>, Fault> {
        let directory = self.app.directory().await?;
        let Some(token) = &visit.session else { return Ok(directory.policy(None)) };
        Ok(match check_session(&self.app, token, Use::Glance).await? {
            Check::Alive(signed, _) => directory.policy(signed.user.company),
            Check::Idle | Check::None => directory.policy(None),
        })
    }

    /// The frame for a user who is signed in, in the language they chose.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn layout_signed_in(
        &self,
        visit: &Visit,
        signed: &Signed,
        idle_end: Timestamp,
    ) -> Result<Layout, Fault> {
        let policy = self.app.directory().await?.policy(signed.user.company);
        let layout = self.layout_for(visit, &signed.user).await?;
        let chosen = signed.user.language.as_deref().and_then(Text::by_tag);
        let person = Person {
            name: signed.user.name.clone(),
            idle_left: idle_end.since(layout.now),
            warn_before: policy.session.warn_before,
        };
        Ok(Layout { person: Some(person), text: chosen.unwrap_or(layout.text), ..layout })
    }

    /// The frame for a user who has proven something: their contact, their company's time zone.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn layout_for(&self, visit: &Visit, user: &User) -> Result<Layout, Fault> {
        let directory = self.app.directory().await?;
        let company = directory.company_of(user);
        let zone = company.and_then(|company| Zone::named(&company.time_zone)).unwrap_or_else(Zone::utc);
        Ok(self.frame(visit, &directory, directory.contact_of(user), zone))
    }

    /// The frame for a page that cannot wait for the database: as much as is remembered.
    #[must_use]
    pub fn remembered_layout(&self, visit: &Visit) -> Layout {
        let directory = self.app.remembered_directory().unwrap_or_default();
        let frame = self.frame(visit, &directory, directory.contact_of_all(), Zone::utc());
        Layout { names_zone: true, ..frame }
    }

    fn frame(
        &self,
        visit: &Visit,
        directory: &Directory,
        contact: Option<&StoredContact>,
        zone: Zone,
    ) -> Layout {
        let application = directory.applications.first().map(|application| ApplicationLink {
            name: application.name.clone(),
            url: self.address_of(&application.host),
        });
        Layout {
            text: visit.text,
            zone,
            names_zone: false,
            now: self.app.now(),
            brand: Arc::clone(&self.brand),
            application,
            contact: contact.map(|contact| contact_view(contact, self.app.now())),
            csrf: visit.csrf.clone(),
            demo: self.demo.clone(),
            person: None,
            problems: Problems::none(),
        }
    }

    /// The address of an application's host: the portal's own scheme.
    #[must_use]
    pub fn address_of(&self, host: &str) -> String {
        format!("{}://{host}/", self.app.settings.public_url.scheme())
    }

    /// Where the user wants to go, if it is a page of a registered application; compared as a parsed URL, never as text.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn checked_return(&self, to: Option<&str>) -> Result<Option<String>, Fault> {
        let Some(to) = to.filter(|to| !to.is_empty()) else { return Ok(None) };
        let directory = self.app.directory().await?;
        let is_known = |address: &Url| directory.application_at(address).is_some();
        Ok(safe_return(to, &self.app.settings.public_url, is_known))
    }

    /// The application's front page, where nothing else was wanted.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn destination(&self, return_to: Option<String>) -> Result<String, Fault> {
        if let Some(to) = self.checked_return(return_to.as_deref()).await? {
            return Ok(to);
        }
        let directory = self.app.directory().await?;
        let first = directory.applications.first().map(|application| self.address_of(&application.host));
        Ok(first.unwrap_or_else(|| "/account".to_owned()))
    }

    /// A rendered page with its headers.
    ///
    /// # Errors
    /// [`Refused`] when the directory cannot be read or the template fails.
    pub async fn page(&self, template: &impl askama::Template) -> Result<Response, Refused> {
        let html = template.render().map_err(|_| Fault::Inconsistent("a template failed"))?;
        Ok((self.headers().await?, axum::response::Html(html)).into_response())
    }

    /// The headers of every page.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn headers(&self) -> Result<http::HeaderMap, Fault> {
        let directory = self.app.directory().await?;
        let origins: Vec<String> = directory
            .applications
            .iter()
            .filter_map(|application| Url::parse(&self.address_of(&application.host)).ok())
            .map(|address| address.origin().ascii_serialization())
            .collect();
        Ok(page_headers(&origins).into_iter().collect())
    }
}

/// A contact as pages show it at this moment.
#[must_use]
pub fn contact_view(contact: &StoredContact, now: Timestamp) -> Contact {
    let hours = format!("{}, {}–{} ({})", contact.days, contact.opens, contact.closes, contact.time_zone);
    let office = Zone::named(&contact.time_zone)
        .and_then(|zone| Office::read(&contact.days, &contact.opens, &contact.closes, zone));
    let next = office.and_then(|office| office.at(Moment::from_millis(now.0)));
    Contact {
        region: contact.region_name.clone(),
        hours,
        open: next.map(|(is_open, at)| (is_open, Timestamp(at.as_millis()))),
        phone: Some(contact.phone.clone()).filter(|phone| !phone.is_empty()).map(Phone),
        email: Some(contact.email.clone()).filter(|email| !email.is_empty()),
    }
}

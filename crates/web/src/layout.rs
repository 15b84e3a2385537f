//! What every page stands in: brand, language, moment, help contact and errors.

use std::{sync::Arc, time::Duration};

use domain::time::Timestamp;
use text::{Message, Moment, Text, Zone};

use crate::{
    assets,
    view::{Brand, Contact, Problems},
};

/// The frame of one answer. Pages fill its middle.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The words, in the language of the request.
    pub text: Text,
    /// The time zone in which this person is told moments.
    pub zone: Zone,
    /// Whether the zone is said with each moment: nobody is known whose own it could be.
    pub names_zone: bool,
    /// The moment of the answer.
    pub now: Timestamp,
    /// The look of this host.
    pub brand: Arc<Brand>,
    /// The application that users come for, where one is known.
    pub application: Option<ApplicationLink>,
    /// Whom to turn to; none before the installation has contacts.
    pub contact: Option<Contact>,
    /// The form token of this browser.
    pub csrf: String,
    /// Set in the demo, on every page.
    pub demo: Option<DemoBanner>,
    /// Who is signed in, on pages that only they can see.
    pub person: Option<Person>,
    /// What was wrong with the form that is shown again; empty otherwise.
    pub problems: Problems,
}

/// The application behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationLink {
    /// Its name, as users know it.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// What the demo says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoBanner {
    /// Where its mails can be read.
    pub inbox_url: String,
    /// Where its clock and its mail server are controlled.
    pub control_url: String,
}

/// A signed-in person, as the masthead and the idle warning need them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Time left until the session ends for want of use.
    pub idle_left: Duration,
    /// How long before that end the page warns.
    pub warn_before: Duration,
}

impl Layout {
    /// The same frame around a form that was not accepted.
    #[must_use]
    pub fn with_problems(mut self, problems: Problems) -> Self {
        self.problems = problems;
        self
    }

    /// A message without values.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.text.get(id)
    }

    /// A message that is given values in the template.
    #[must_use]
    pub fn m<'a>(&self, id: &'a str) -> Message<'a> {
        self.text.message(id)
    }

    /// The address of a file of `assets/`.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// "10:42".
    #[must_use]
    pub fn clock(&self, at: &Timestamp) -> String {
        self.text.clock(moment(*at), &self.zone)
    }

    /// "17 November 2026".
    #[must_use]
    pub fn date(&self, at: &Timestamp) -> String {
        self.text.date(moment(*at), &self.zone)
    }

    /// "10:54, Tuesday 17 November 2026".
    #[must_use]
    pub fn date_and_clock(&self, at: &Timestamp) -> String {
        self.in_zone(self.text.date_and_clock(moment(*at), &self.zone))
    }

    fn in_zone(&self, told: String) -> String {
        if !self.names_zone {
            return told;
        }
        self.m("common-in-zone").with("moment", told).with("zone", self.zone.name()).to_string()
    }

    /// "11:04", with the day when it is not today.
    #[must_use]
    pub fn until(&self, at: &Timestamp) -> String {
        self.in_zone(self.text.until(moment(*at), moment(self.now), &self.zone))
    }

    /// "today, 10:43", "yesterday, 18:20", "5 November 2026".
    #[must_use]
    pub fn since(&self, at: &Timestamp) -> String {
        self.text.since(moment(*at), moment(self.now), &self.zone)
    }

    /// "9 min 40 s" from now; zero once it has passed.
    #[must_use]
    pub fn left(&self, at: &Timestamp) -> String {
        self.text.span(at.since(self.now))
    }

    /// Whole seconds from now, for a script that counts down.
    #[must_use]
    pub fn seconds_left(&self, at: &Timestamp) -> u64 {
        at.since(self.now).as_secs()
    }

    /// "10 minutes".
    #[must_use]
    pub fn span(&self, span: &Duration) -> String {
        self.text.span_words(*span)
    }

    /// "2 min 30 s".
    #[must_use]
    pub fn short_span(&self, span: &Duration) -> String {
        self.text.span(*span)
    }

    /// The name of the application, or what stands for it before one is registered.
    #[must_use]
    pub fn application_name(&self) -> String {
        self.application
            .as_ref()
            .map_or_else(|| self.t("common-application"), |application| application.name.clone())
    }
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_millis(at.0)
}

//! Parts that several pages share: errors, steps, contacts.

use domain::time::Timestamp;
use text::Text;

/// What was wrong with a form, told at the top of the page and again at each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// What went wrong, as the heading of the summary; empty when nothing did.
    pub heading: String,
    /// One line a field, in the order of the page.
    pub items: Vec<Problem>,
    /// What it means for the next try, such as how many are left; may be empty.
    pub note: String,
    /// Another door, and what to call it; may be missing.
    pub way_out: Option<(&'static str, String)>,
}

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The `id` of the field.
    pub field: &'static str,
    /// What to do, as the link in the summary.
    pub summary: String,
    /// What is wrong, at the field itself.
    pub detail: String,
}

impl Problems {
    /// No problem.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// One problem with one field.
    #[must_use]
    pub fn one(heading: String, field: &'static str, summary: String, detail: String) -> Self {
        Self { heading, items: vec![Problem { field, summary, detail }], ..Self::default() }
    }

    /// A heading, to which problems are added.
    #[must_use]
    pub fn heading(heading: String) -> Self {
        Self { heading, ..Self::default() }
    }

    /// Adds what is wrong with a field; the message says what to do, in the summary and at the field.
    pub fn add(&mut self, text: &Text, field: &'static str, message: &str) {
        if self.heading.is_empty() {
            self.heading = text.get("common-problem");
        }
        let words = text.get(message);
        self.items.push(Problem { field, summary: words.clone(), detail: words });
    }

    /// The same with a word on what it means for the next try.
    #[must_use]
    pub fn with_note(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    /// The same with another door.
    #[must_use]
    pub fn with_way_out(mut self, href: &'static str, words: String) -> Self {
        self.way_out = Some((href, words));
        self
    }

    /// Whether there is anything to tell.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.heading.is_empty()
    }

    /// What is wrong with that field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.items.iter().find(|problem| problem.field == field).map(|problem| problem.detail.as_str())
    }
}

/// Whom to turn to, in the visitor's region and role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The region's name, as written by the operator.
    pub region: String,
    /// When somebody answers, with the time zone.
    pub hours: String,
    /// Whether somebody answers now, and until or from when; not known where the days are in words of their own.
    pub open: Option<(bool, Timestamp)>,
    /// The telephone number; may be missing.
    pub phone: Option<Phone>,
    /// The address; may be missing.
    pub email: Option<String>,
}

impl Contact {
    /// The address in two halves, the first with the at sign, so that a narrow column breaks it there.
    #[must_use]
    pub fn email_halves(&self) -> Option<(&str, &str)> {
        self.email.as_deref().map(|email| email.split_at(email.rfind('@').map_or(0, |at| at + 1)))
    }
}

/// A telephone number as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(pub String);

impl Phone {
    /// The number without the spaces that people read it by, for a `tel:` link.
    #[must_use]
    pub fn dialled(&self) -> String {
        self.0.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// The two ways that are led step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// From legacy credentials or an invitation to an Enterprise User ID.
    Onboarding,
    /// Of somebody who has an ID and no security code.
    Enrolment,
}

/// The steps of both, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Check name and e-mail.
    Profile,
    /// Enter the code sent to the stored address.
    Email,
    /// Choose ID and password.
    UserId,
    /// Make the security code.
    SecurityCode,
    /// Choose how logins are confirmed.
    Channel,
    /// All there.
    Done,
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Profile => "start-step-profile",
            Self::Email => "start-step-email",
            Self::UserId => "start-step-user-id",
            Self::SecurityCode => "start-step-security-code",
            Self::Channel => "start-step-channel",
            Self::Done => "start-step-done",
        }
    }
}

/// The list of steps in the margin: where this page stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The steps' names, in order.
    pub names: Vec<String>,
    /// The present one, counted from 1.
    pub current: usize,
}

impl Steps {
    /// The list for a page of that journey.
    #[must_use]
    pub fn at(text: Text, journey: Journey, step: Step) -> Self {
        let all: &[Step] = match journey {
            Journey::Onboarding => {
                &[Step::Profile, Step::Email, Step::UserId, Step::SecurityCode, Step::Channel, Step::Done]
            }
            Journey::Enrolment => &[Step::Profile, Step::SecurityCode, Step::Done],
        };
        let current = all.iter().position(|other| *other == step).map_or(1, |at| at + 1);
        Self { names: all.iter().map(|step| text.get(step.name())).collect(), current }
    }

    /// The present step's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.get(self.current.saturating_sub(1)).map_or("", String::as_str)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_know_where_they_are() {
        let steps = Steps::at(Text::default(), Journey::Onboarding, Step::UserId);
        assert_eq!((steps.current, steps.count(), steps.name()), (3, 6, "Enterprise User ID"));
        let steps = Steps::at(Text::default(), Journey::Enrolment, Step::SecurityCode);
        assert_eq!((steps.current, steps.count(), steps.name()), (2, 3, "Security code"));
    }

    #[test]
    fn a_number_is_dialled_without_its_spaces() {
        assert_eq!(Phone("+44 1632 960-142 (free)".into()).dialled(), "+441632960142");
    }

    #[test]
    fn an_address_breaks_after_its_at_sign() {
        let contact = |email: Option<&str>| Contact {
            region: String::new(),
            hours: String::new(),
            open: None,
            phone: None,
            email: email.map(str::to_owned),
        };
        assert_eq!(contact(Some("help@cards.example")).email_halves(), Some(("help@", "cards.example")));
        assert_eq!(contact(Some("none")).email_halves(), Some(("", "none")));
        assert_eq!(contact(None).email_halves(), None);
    }

    #[test]
    fn a_field_finds_its_problem() {
        let problems = Problems::one("No".into(), "code", "Enter it".into(), "It is missing".into());
        assert_eq!(problems.of("code"), Some("It is missing"));
        assert_eq!(problems.of("password"), None);
        assert!(problems.any() && !Problems::none().any());
    }
}

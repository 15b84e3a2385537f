//! What a company's rollout writes to its people, and the numbers for its administrators.

use domain::{rollout::Rollout, time::Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    LetterProblem, Secret,
    inert::inert,
    sheet::{Button, Fact, Line, Sheet, Stop},
    writer::{
        Word::{Soft, Strong},
        Writer,
    },
};

/// Why a rollout writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolloutNews {
    /// Phase 1 will begin.
    Announce,
    /// Phase 1 has begun.
    Phase1,
    /// Phase 2 has begun.
    Phase2,
    /// Something is missing.
    Reminder,
    /// The enrolment deadline is near.
    DeadlineNotice,
    /// The cut-off is near.
    CutOffNotice,
}

/// The way to what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum RolloutWay {
    /// Nothing is to be done yet: questions and answers.
    Help {
        /// The page, on the configured public URL.
        link: String,
    },
    /// No Enterprise User ID yet: log in with the existing credentials.
    Existing {
        /// The page, on the configured public URL.
        link: String,
    },
    /// No Enterprise User ID and nothing to take over: an invitation.
    Invitation {
        /// The link, on the configured public URL.
        link: Secret,
        /// When it dies.
        until: Timestamp,
    },
    /// Has an Enterprise User ID: log in.
    Login {
        /// The page, on the configured public URL.
        link: String,
    },
}

/// One mail of a rollout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutMail {
    /// Why.
    pub news: RolloutNews,
    /// The company.
    pub company: String,
    /// Its dates.
    pub dates: Rollout,
    /// Whether the reader has legacy credentials or an ID; false for whoever waits for an invitation.
    pub has_login: bool,
    /// Where the reader goes on.
    pub way: RolloutWay,
    /// The page that stops reminders, on the configured public URL.
    pub stop: Secret,
    /// When it was written.
    pub at: Timestamp,
}

/// Of what the numbers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolloutEnd {
    /// The enrolment deadline.
    Deadline,
    /// The cut-off.
    CutOff,
}

/// How far a company has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutNumbers {
    /// What has come.
    pub end: RolloutEnd,
    /// The company.
    pub company: String,
    /// Its people, without disabled ones.
    pub people: i64,
    /// Those with an Enterprise User ID.
    pub id_made: i64,
    /// Those who have completed enrolment.
    pub enrolled: i64,
    /// Those whose address takes no mail.
    pub bounced: i64,
}

/// The messages of one kind of mail: subject, preview, title, text.
type Ids = [&'static str; 4];

impl Writer {
    pub(super) fn rollout(&self, mail: &RolloutMail) -> Result<Sheet, LetterProblem> {
        let company = inert(&mail.company);
        let date = self.date_of(mail).map(|at| self.date(at)).unwrap_or_default();
        let soft = [("company", Soft(&company)), ("date", Soft(&date))];
        let strong = [("company", Soft(&company)), ("date", Strong(&date))];
        let [subject, preview, title, text] = ids(mail);
        let [subject, preview, title] = [subject, preview, title].map(|id| self.words(id, &soft));
        let mut paragraphs = vec![self.line(text, &strong)];
        paragraphs.extend(self.more(mail));
        let regardless = matches!(mail.news, RolloutNews::DeadlineNotice | RolloutNews::CutOffNotice);
        let stop = if regardless {
            let text = self.line("rollout-regardless-text", &soft);
            Stop { title: self.words("rollout-regardless-title", &[]), paragraphs: vec![text], button: None }
        } else {
            let text = self.line("rollout-stop-text", &soft);
            let button = Button::new(self.words("rollout-stop-button", &[]), mail.stop.expose())?;
            let title = self.words("rollout-stop-title", &[]);
            Stop { title, paragraphs: vec![text], button: Some(button) }
        };
        let links = self.words(if regardless { "rollout-links-one" } else { "rollout-links-two" }, &[]);
        Ok(Sheet {
            paragraphs,
            facts: self.rollout_dates(mail),
            button: Some(self.way(&mail.way)?),
            unsubscribe: stop.button.as_ref().map(|button| button.link.clone()),
            stop: Some(stop),
            foot: self.rollout_foot(&links),
            ..self.sheet(subject, preview, title)
        })
    }

    /// The date that a mail is about.
    fn date_of(&self, mail: &RolloutMail) -> Option<Timestamp> {
        match mail.news {
            RolloutNews::Announce | RolloutNews::Phase1 => mail.dates.phase1_at,
            RolloutNews::Phase2 => mail.dates.phase2_at,
            RolloutNews::Reminder | RolloutNews::DeadlineNotice => mail.dates.deadline_at,
            RolloutNews::CutOffNotice => mail.dates.cutoff_at,
        }
    }

    fn more(&self, mail: &RolloutMail) -> Vec<Line> {
        let mut lines = Vec::new();
        if mail.news == RolloutNews::Announce {
            if let Some(at) = mail.dates.phase2_at {
                lines.push(self.line("rollout-announce-code", &[("date", Strong(&self.date(at)))]));
            }
            let id = if mail.has_login { "rollout-announce-today" } else { "rollout-announce-invitation" };
            lines.push(self.line(id, &[]));
        }
        match &mail.way {
            RolloutWay::Existing { .. } => lines.push(self.line("rollout-existing", &[])),
            RolloutWay::Invitation { until, .. } => {
                let until = self.until(*until, mail.at);
                lines.push(self.line("rollout-invitation", &[("until", Strong(&until))]));
            }
            RolloutWay::Help { .. } | RolloutWay::Login { .. } => {}
        }
        lines.push(self.questions());
        lines
    }

    fn way(&self, way: &RolloutWay) -> Result<Button, LetterProblem> {
        let (label, link) = match way {
            RolloutWay::Help { link } => ("rollout-help-button", link.as_str()),
            RolloutWay::Existing { link } => ("rollout-start-button", link.as_str()),
            RolloutWay::Invitation { link, .. } => ("rollout-start-button", link.expose()),
            RolloutWay::Login { link } => ("rollout-login-button", link.as_str()),
        };
        Button::new(self.words(label, &[]), link)
    }

    /// The dates that are still to come.
    fn rollout_dates(&self, mail: &RolloutMail) -> Vec<Fact> {
        let Rollout { phase1_at, phase2_at, deadline_at, cutoff_at } = mail.dates;
        let all = [
            ("rollout-fact-phase1", phase1_at),
            ("rollout-fact-phase2", phase2_at),
            ("rollout-fact-deadline", deadline_at),
            ("rollout-fact-cutoff", cutoff_at),
        ];
        let ahead = all.into_iter().filter_map(|(id, at)| Some((id, at.filter(|at| *at > mail.at)?)));
        ahead.map(|(id, at)| self.fact(id, self.moment(at))).collect()
    }

    pub(super) fn rollout_numbers(&self, told: &RolloutNumbers) -> Sheet {
        let company = inert(&told.company);
        let number = |count: i64| count.to_string();
        let [people, id_made, enrolled] = [told.people, told.id_made, told.enrolled].map(number);
        let values = [
            ("company", Soft(company.as_str())),
            ("people", Soft(people.as_str())),
            ("id-made", Soft(id_made.as_str())),
            ("enrolled", Soft(enrolled.as_str())),
        ];
        let [subject, preview, title, text] = match told.end {
            RolloutEnd::Deadline => [
                "rollout-numbers-deadline-subject",
                "rollout-numbers-deadline-preview",
                "rollout-numbers-deadline-title",
                "rollout-numbers-deadline-text",
            ],
            RolloutEnd::CutOff => [
                "rollout-numbers-cutoff-subject",
                "rollout-numbers-cutoff-preview",
                "rollout-numbers-cutoff-title",
                "rollout-numbers-cutoff-text",
            ],
        };
        let [subject, preview, title] = [subject, preview, title].map(|id| self.words(id, &values));
        let facts = [
            ("rollout-numbers-people", told.people),
            ("rollout-numbers-id-made", told.id_made),
            ("rollout-numbers-enrolled", told.enrolled),
            ("rollout-numbers-without-id", told.people - told.id_made),
            ("rollout-numbers-bounced", told.bounced),
        ];
        Sheet {
            paragraphs: vec![self.line(text, &values)],
            facts: facts.into_iter().map(|(id, count)| self.fact(id, number(count))).collect(),
            ..self.sheet(subject, preview, title)
        }
    }
}

const fn ids(mail: &RolloutMail) -> Ids {
    let has_id = matches!(mail.way, RolloutWay::Login { .. });
    match (mail.news, has_id) {
        (RolloutNews::Announce, _) => [
            "rollout-announce-subject",
            "rollout-announce-preview",
            "rollout-announce-title",
            "rollout-announce-text",
        ],
        (RolloutNews::Phase1, _) => [
            "rollout-phase1-subject",
            "rollout-phase1-preview",
            "rollout-phase1-title",
            "rollout-phase1-text",
        ],
        (RolloutNews::Phase2, true) => [
            "rollout-phase2-subject",
            "rollout-phase2-preview",
            "rollout-phase2-title",
            "rollout-phase2-text",
        ],
        (RolloutNews::Phase2, false) => [
            "rollout-phase2-without-subject",
            "rollout-phase2-without-preview",
            "rollout-phase2-without-title",
            "rollout-phase2-without-text",
        ],
        (RolloutNews::Reminder, false) => [
            "rollout-reminder-id-subject",
            "rollout-reminder-id-preview",
            "rollout-reminder-id-title",
            "rollout-reminder-id-text",
        ],
        (RolloutNews::Reminder, true) => [
            "rollout-reminder-enrol-subject",
            "rollout-reminder-enrol-preview",
            "rollout-reminder-enrol-title",
            "rollout-reminder-enrol-text",
        ],
        (RolloutNews::DeadlineNotice, _) => [
            "rollout-deadline-subject",
            "rollout-deadline-preview",
            "rollout-deadline-title",
            "rollout-deadline-text",
        ],
        (RolloutNews::CutOffNotice, _) => [
            "rollout-cutoff-subject",
            "rollout-cutoff-preview",
            "rollout-cutoff-title",
            "rollout-cutoff-text",
        ],
    }
}

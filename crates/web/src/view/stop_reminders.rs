//! `/stop-reminders`: what the button will do, that it is done, and a link that is none.

use askama::Template;

use crate::layout::Layout;

/// What the button will do.
#[derive(Clone, Debug, Template)]
#[template(path = "stop-reminders.html")]
pub struct StopReminders {
    /// The frame.
    pub layout: Layout,
    /// The link's token, for the form.
    pub token: String,
}

impl StopReminders {
    fn lead(&self) -> String {
        let application = self.layout.application_name();
        self.layout.m("rollout-page-lead").with("application", application).to_string()
    }
}

/// It is done.
#[derive(Clone, Debug, Template)]
#[template(path = "stop-reminders-done.html")]
pub struct StopRemindersDone {
    /// The frame.
    pub layout: Layout,
}

/// A link that is none of ours.
#[derive(Clone, Debug, Template)]
#[template(path = "stop-reminders-over.html")]
pub struct StopRemindersOver {
    /// The frame.
    pub layout: Layout,
}

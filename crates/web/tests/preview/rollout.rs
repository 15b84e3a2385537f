//! The link in mails of a rollout that stops its reminders.

use web::view::{StopReminders, StopRemindersDone, StopRemindersOver};

use crate::{Page, page, sample::layout};

pub(crate) fn pages() -> Vec<Page> {
    vec![
        page("stop-reminders", &StopReminders { layout: layout(), token: "t".into() }),
        page("stop-reminders-done", &StopRemindersDone { layout: layout() }),
        page("stop-reminders-over", &StopRemindersOver { layout: layout() }),
    ]
}

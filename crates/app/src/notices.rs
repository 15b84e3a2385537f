//! Notices: written in the transaction of what they tell, and mailed together with others of the same moment, so that one
//! login makes one mail beside its code.

use std::time::Duration;

use crypto::seal::{Place, open};
use delivery::mail::{Mail, Notice, NoticeEvent};
use domain::id::{NoticeId, UserId};
use store::{Tx, notices::Waiting};

use crate::{
    App, Fault,
    guesses::{self, Count},
    record::NOTICE_DEADLINE,
    turn::Turn,
};

/// So long a notice waits for others.
const COMPANY_WAITS: Duration = Duration::from_secs(60);
/// People whose notices are gathered in one round.
const BATCH: u32 = 50;
const SEALED: &str = "notices.sealed";

impl App {
    /// Tells the user what happened, soon or, where it is urgent, at once. `browser` is empty where none did it. Ring
    /// `mail_bell` after the commit.
    pub(crate) async fn notify(
        &self,
        tx: &mut Tx,
        user: UserId,
        browser: &str,
        event: NoticeEvent,
    ) -> Result<(), Fault> {
        let (id, now) = (NoticeId(self.new_uuid()), self.now());
        if event == NoticeEvent::WrongSecondStep
            && guesses::count(tx, &[self.miss_notice_budget(user)], now).await? != Count::Counted
        {
            return Ok(());
        }
        let due = if event.is_urgent() { now } else { now + COMPANY_WAITS };
        let notice = Notice { event, at: now, browser: browser.to_owned() };
        let text =
            serde_json::to_vec(&notice).map_err(|_| Fault::Inconsistent("a notice that cannot be stored"))?;
        let place = Place { column: SEALED, row: &id.to_string() };
        let sealed = self.seal_for(tx, user, place, &text).await?;
        Ok(store::notices::insert(tx, id, user, &sealed, now, due).await?)
    }

    async fn open_notice(&self, tx: &mut Tx, user: UserId, waiting: &Waiting) -> Result<Notice, Fault> {
        let key = self.person_key(tx, user).await?.ok_or(Fault::Inconsistent("a person without a key"))?;
        let place = Place { column: SEALED, row: &waiting.id.to_string() };
        let text = open(&key, place, &waiting.sealed)?;
        serde_json::from_slice(&text).map_err(|_| Fault::Inconsistent("a notice that cannot be read"))
    }
}

impl Turn<'_> {
    /// Tells the user what happened, from this attempt's browser.
    pub(crate) async fn notify(&mut self, event: NoticeEvent) -> Result<(), Fault> {
        self.rings = true;
        self.app.notify(&mut self.tx, self.user.id, &self.attempt.browser_name, event).await
    }
}

/// Puts the notices of everybody whose first one has waited long enough into one letter each. Gives the number of letters.
///
/// # Errors
/// [`Fault::Store`]; what was not written waits on.
pub async fn gather_notices(app: &App) -> Result<u32, Fault> {
    app.has_keys()?;
    let mut conn = app.db.read().await?;
    let due = store::notices::due(&mut conn, BATCH, app.now()).await?;
    drop(conn);
    let mut letters = 0;
    for user in due {
        letters += u32::from(gather_of(app, user).await?);
    }
    Ok(letters)
}

async fn gather_of(app: &App, user: UserId) -> Result<bool, Fault> {
    let directory = app.directory().await?;
    let mut tx = app.db.begin().await?;
    let waiting = store::notices::take(&mut tx, user).await?;
    let mut notices = Vec::with_capacity(waiting.len());
    for waiting in waiting {
        match app.open_notice(&mut tx, user, &waiting).await {
            Ok(notice) => notices.push(notice),
            // What cannot be read never will be, and must not keep back the others.
            Err(fault @ (Fault::Unreadable(_) | Fault::Inconsistent(_))) => {
                tracing::error!("notice.id" = %waiting.id, %fault, "a notice was given up");
            }
            Err(fault) => return Err(fault),
        }
    }
    // Two answers at once may each have been the first miss.
    notices.dedup_by(|later, earlier| later.event == earlier.event && later.browser == earlier.browser);
    let person = store::users::find(&mut tx, user).await?;
    let letter = person.filter(|_| !notices.is_empty());
    if let Some(person) = &letter {
        let deadline = app.now() + NOTICE_DEADLINE;
        app.post(&mut tx, &directory, person, Mail::Notices { notices }, deadline).await?;
    }
    tx.commit().await?;
    Ok(letter.is_some())
}

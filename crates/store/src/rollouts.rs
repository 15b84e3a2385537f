//! What was done of each company's timetable, and who was written to.

use domain::{
    id::{CompanyId, MessageId, UserId},
    rollout::plan::{Progress, Step},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

/// People of one company after a key, in order; the reader adds whom it means.
macro_rules! people {
    ($whom:literal) => {
        concat!(
            "SELECT u.id FROM users u WHERE u.company_id = $1 AND u.id > $2 AND u.disabled_at IS NULL ",
            "AND (CAST($3 AS BIGINT) = CAST(1 AS BIGINT) OR NOT EXISTS (SELECT 1 FROM rollout_stops s WHERE s.user_id = u.id)) ",
            "AND NOT EXISTS (SELECT 1 FROM mail_bounces b WHERE b.user_id = u.id AND b.email_key = u.email_key ",
            "AND b.permanent_at IS NOT NULL AND b.cleared_at IS NULL) ",
            $whom,
            " ORDER BY u.id LIMIT $4"
        )
    };
}

statements! {
    STEPS = "SELECT company_id, step, due_at, begun_at, done_at, outcome, reached, mails FROM rollout_steps \
             WHERE company_id = $1 ORDER BY begun_at, step";
    OPEN = "SELECT company_id, step, due_at, begun_at, done_at, outcome, reached, mails FROM rollout_steps \
            WHERE done_at IS NULL ORDER BY begun_at, company_id, step";
    BEGIN = "INSERT INTO rollout_steps (company_id, step, due_at, begun_at, reached, mails) \
             VALUES ($1, $2, $3, $4, '', 0) ON CONFLICT (company_id, step) DO NOTHING";
    REACH = "UPDATE rollout_steps SET reached = $3, mails = mails + $4 \
             WHERE company_id = $1 AND step = $2 AND done_at IS NULL";
    END = "UPDATE rollout_steps SET done_at = $3, outcome = $4 WHERE company_id = $1 AND step = $2 AND done_at IS NULL";
    WITHOUT_ID = people!("AND NOT EXISTS (SELECT 1 FROM enterprise_user_ids e WHERE e.user_id = u.id)");
    NOT_ENROLLED = people!("AND u.enrolled_at IS NULL");
    EVERYBODY = people!("");
    NOTE_MAIL = "INSERT INTO rollout_mails (user_id, step, message_id, stop_hash, sent_at) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (user_id, step) DO NOTHING";
    HAS_MAIL = "SELECT count(*) FROM rollout_mails WHERE user_id = $1 AND step = $2";
    SENT_SINCE = "SELECT count(*) FROM rollout_mails WHERE sent_at > $1";
    OWNER_OF_LINK = "SELECT user_id FROM rollout_mails WHERE stop_hash = $1";
    STOP = "INSERT INTO rollout_stops (user_id, stopped_at) VALUES ($1, $2) ON CONFLICT (user_id) DO NOTHING";
    HAS_STOPPED = "SELECT count(*) FROM rollout_stops WHERE user_id = $1";
    HOLD = "INSERT INTO rollout_holds (company_id, held_at) VALUES ($1, $2) ON CONFLICT (company_id) DO NOTHING";
    RELEASE = "DELETE FROM rollout_holds WHERE company_id = $1";
    HELD = "SELECT company_id FROM rollout_holds";
    /// Onboardings that began with legacy credentials.
    END_ATTEMPTS = "UPDATE attempts SET state = 'refused', refusal = 'ended', follow = NULL, enrolment = NULL, \
             not_now = NULL, version = version + 1 WHERE expires_at > $2 AND entry = 'start' \
             AND state NOT IN ('signed_in', 'refused') AND user_id IN (SELECT id FROM users WHERE company_id = $1)";
}

/// A step that was begun, done or left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub step: Step,
    /// When it was due, as planned when it was begun.
    pub due_at: Timestamp,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was over.
    pub done_at: Option<Timestamp>,
    /// Whether it was left out.
    pub left_out: bool,
    /// The last person it has come to; empty at the beginning.
    pub reached: String,
    /// Mails that were queued.
    pub mails: i64,
}

impl StepRow {
    /// How far it has come.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        if self.done_at.is_some() { Progress::Over } else { Progress::Begun }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    company_id: Id<CompanyId>,
    step: String,
    due_at: i64,
    begun_at: i64,
    done_at: Option<i64>,
    outcome: Option<String>,
    reached: String,
    mails: i64,
}

impl TryFrom<Row> for StepRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            company: row.company_id.0,
            step: row.step.parse().map_err(|error| StoreError::inconsistent("rollout_steps", error))?,
            due_at: Timestamp(row.due_at),
            begun_at: Timestamp(row.begun_at),
            done_at: row.done_at.map(Timestamp),
            left_out: row.outcome.as_deref() == Some(LEFT_OUT),
            reached: row.reached,
            mails: row.mails,
        })
    }
}

const DONE: &str = "done";
const LEFT_OUT: &str = "left_out";

/// Whom a mail goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody of the company.
    Everybody,
    /// Who has no Enterprise User ID.
    WithoutId,
    /// Who has not completed enrolment, with or without an ID.
    NotEnrolled,
}

/// Whether people who stopped reminders are among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// They are.
    Included,
    /// They are not.
    Spared,
}

/// All steps of a company that were begun.
pub async fn steps(conn: &mut impl Executor, company: CompanyId) -> Result<Vec<StepRow>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, STEPS, company)?;
    rows.into_iter().map(StepRow::try_from).collect()
}

/// All steps that were begun and are not over, the oldest first.
pub async fn open_steps(conn: &mut impl Executor) -> Result<Vec<StepRow>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, OPEN)?;
    rows.into_iter().map(StepRow::try_from).collect()
}

/// Begins a step; false when it was begun before.
pub async fn begin(
    tx: &mut Tx,
    company: CompanyId,
    step: Step,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, BEGIN, company, step.to_string(), due_at, now)? == 1)
}

/// Writes down how far a step has come, and how many mails that made.
pub async fn reach(
    tx: &mut Tx,
    company: CompanyId,
    step: Step,
    reached: UserId,
    mails: u32,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, REACH, company, step.to_string(), reached.to_string(), mails)? == 1)
}

/// Ends a step; false when it was over already.
pub async fn end(tx: &mut Tx, company: CompanyId, step: Step, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, END, company, step.to_string(), now, DONE)? == 1)
}

/// Ends a step that came too late; false when it was over already.
pub async fn leave_out(
    tx: &mut Tx,
    company: CompanyId,
    step: Step,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, END, company, step.to_string(), now, LEFT_OUT)? == 1)
}

/// The next people of a company after `reached`, by key. Bounced addresses and disabled users are never among them.
pub async fn next_people(
    conn: &mut impl Executor,
    company: CompanyId,
    audience: Audience,
    stopped: Stopped,
    reached: &str,
    most: u32,
) -> Result<Vec<UserId>, StoreError> {
    let included = i64::from(stopped == Stopped::Included);
    let rows: Vec<(Id<UserId>,)> = match audience {
        Audience::Everybody => fetch_all!(conn, EVERYBODY, company, reached, included, most)?,
        Audience::WithoutId => fetch_all!(conn, WITHOUT_ID, company, reached, included, most)?,
        Audience::NotEnrolled => fetch_all!(conn, NOT_ENROLLED, company, reached, included, most)?,
    };
    Ok(rows.into_iter().map(|(id,)| id.0).collect())
}

/// Whether a person has the mail of a step.
pub async fn has_mail(conn: &mut impl Executor, user: UserId, step: Step) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, HAS_MAIL, user, step.to_string())?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Writes down that a person got the mail of a step, with the digest of the token that stops reminders.
pub async fn note_mail(
    tx: &mut Tx,
    user: UserId,
    step: Step,
    message: MessageId,
    stop_hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, NOTE_MAIL, user, step.to_string(), message, stop_hash, now)? == 1)
}

/// How many mails were queued after `since`, over all companies.
pub async fn sent_since(conn: &mut impl Executor, since: Timestamp) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, SENT_SINCE, since)?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Whose mail carried this link.
pub async fn owner_of_link(
    conn: &mut impl Executor,
    stop_hash: &[u8; 32],
) -> Result<Option<UserId>, StoreError> {
    let row: Option<(Id<UserId>,)> = fetch_optional!(conn, OWNER_OF_LINK, stop_hash)?;
    Ok(row.map(|(user,)| user.0))
}

/// The person wants no more reminders; false when they had said so.
pub async fn stop_reminders(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, STOP, user, now)? == 1)
}

/// Whether the person wants no more reminders.
pub async fn has_stopped(conn: &mut impl Executor, user: UserId) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, HAS_STOPPED, user)?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Stops all mails of a company; false when they were.
pub async fn hold(tx: &mut Tx, company: CompanyId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, HOLD, company, now)? == 1)
}

/// Lets the mails of a company go out again; false when they did.
pub async fn release(tx: &mut Tx, company: CompanyId) -> Result<bool, StoreError> {
    Ok(execute!(tx, RELEASE, company)? == 1)
}

/// Companies whose mails are stopped.
pub async fn held(conn: &mut impl Executor) -> Result<Vec<CompanyId>, StoreError> {
    let rows: Vec<(Id<CompanyId>,)> = fetch_all!(conn, HELD)?;
    Ok(rows.into_iter().map(|(company,)| company.0).collect())
}

/// Ends what was begun with legacy credentials and is not over; gives their number.
pub async fn end_legacy_attempts(tx: &mut Tx, company: CompanyId, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, END_ATTEMPTS, company, now)
}

//! How far companies have come: one pass over the people, grouped.

use domain::{
    id::{CompanyId, UserId},
    role::Region,
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

macro_rules! counts {
    ($where:literal) => {
        concat!(
            "SELECT u.company_id, coalesce(u.region, c.region) AS region, count(*) AS people, ",
            "count(u.disabled_at) AS disabled, count(e.user_id) AS id_made, ",
            "CAST(sum(CASE WHEN e.user_id IS NOT NULL AND u.enrolled_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS enrolled, ",
            "CAST(sum(CASE WHEN u.enrolled_at IS NULL AND u.postponed_count > 0 THEN 1 ELSE 0 END) AS BIGINT) AS postponed, ",
            "count(u.password_dead_at) AS locked, ",
            "CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM rollout_mails m WHERE m.user_id = u.id) ",
            "OR EXISTS (SELECT 1 FROM invitations i WHERE i.user_id = u.id) THEN 1 ELSE 0 END) AS BIGINT) AS invited, ",
            "CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM mail_bounces b WHERE b.user_id = u.id AND b.email_key = u.email_key ",
            "AND b.permanent_at IS NOT NULL AND b.cleared_at IS NULL) THEN 1 ELSE 0 END) AS BIGINT) AS bounced ",
            "FROM users u JOIN companies c ON c.id = u.company_id ",
            "LEFT JOIN enterprise_user_ids e ON e.user_id = u.id ",
            $where,
            " GROUP BY u.company_id, coalesce(u.region, c.region) ORDER BY 1, 2"
        )
    };
}

statements! {
    OF_ALL = counts!("");
    OF_COMPANY = counts!("WHERE u.company_id = $1");
    NOTE_LOCK = "INSERT INTO lock_notes (user_id, noted_at) VALUES ($1, $2) \
                 ON CONFLICT (user_id) DO UPDATE SET noted_at = excluded.noted_at";
    LOCKS = "SELECT user_id FROM lock_notes ORDER BY user_id";
    FORGET_LOCK = "DELETE FROM lock_notes WHERE user_id = $1";
}

/// The people of one company in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Whose.
    pub company: CompanyId,
    /// Where.
    pub region: Region,
    /// All of them.
    pub people: i64,
    /// Access was taken away.
    pub disabled: i64,
    /// Got a mail of the rollout or an invitation.
    pub invited: i64,
    /// Have an Enterprise User ID.
    pub id_made: i64,
    /// Have completed enrolment.
    pub enrolled: i64,
    /// Said "not now" and have not completed enrolment.
    pub postponed: i64,
    /// Have an address that takes no mail.
    pub bounced: i64,
    /// Have a password that opens nothing until they recover; who waits is counted apart.
    pub locked: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    company_id: Id<CompanyId>,
    region: String,
    people: i64,
    disabled: i64,
    id_made: i64,
    enrolled: i64,
    postponed: i64,
    locked: i64,
    invited: i64,
    bounced: i64,
}

impl From<Row> for Counts {
    fn from(row: Row) -> Self {
        let Row { people, disabled, id_made, enrolled, postponed, locked, invited, bounced, .. } = row;
        let (company, region) = (row.company_id.0, Region(row.region));
        Self { company, region, people, disabled, invited, id_made, enrolled, postponed, bounced, locked }
    }
}

/// The numbers of every company and region.
pub async fn of_all(conn: &mut impl Executor) -> Result<Vec<Counts>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, OF_ALL)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The numbers of one company, by region.
pub async fn of_company(conn: &mut impl Executor, company: CompanyId) -> Result<Vec<Counts>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, OF_COMPANY, company)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Writes down that a person has to wait, or that a factor was disabled.
pub async fn note_lock(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, NOTE_LOCK, user, now).map(drop)
}

/// People who had to wait and may still have to.
pub async fn locks(conn: &mut impl Executor) -> Result<Vec<UserId>, StoreError> {
    let rows: Vec<(Id<UserId>,)> = fetch_all!(conn, LOCKS)?;
    Ok(rows.into_iter().map(|(user,)| user.0).collect())
}

/// The person need not wait any more.
pub async fn forget_lock(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, FORGET_LOCK, user).map(drop)
}

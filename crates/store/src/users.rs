//! People.

use domain::{
    directory::User,
    factor::Channel,
    id::{CompanyId, UserId},
    role::{Region, Role},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

macro_rules! columns {
    () => {
        "id, company_id, role, region, name, email, language, profile_confirmed_at, email_confirmed_at, \
         first_prompted_at, last_prompted_at, postponed_count, enrolled_at, disabled_at, remembers_device, \
         channel, password_dead_at, version"
    };
}
pub(crate) use columns as user_columns;

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM users WHERE id = $1");
    FIND_BY_EMAIL = concat!("SELECT ", columns!(), " FROM users WHERE email_key = $1 ORDER BY id");
    LIST_OF_COMPANY = concat!("SELECT ", columns!(), " FROM users WHERE company_id = $1 ORDER BY name, id LIMIT $2");
    LIST_OF_COMPANY_AND_ROLE = concat!("SELECT ", columns!(), " FROM users WHERE company_id = $1 AND role = $2 \
                                      ORDER BY name, id LIMIT $3");
    LIST_OF_STAFF = concat!("SELECT ", columns!(), " FROM users WHERE company_id IS NULL AND role = $1 \
                          ORDER BY name, id LIMIT $2");
    INSERT = "INSERT INTO users (id, company_id, role, region, name, email, email_key, language, postponed_count, \
              remembers_device, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, 0)";
    PROPOSE_PROFILE = "UPDATE users SET name = $2, email = $3, email_key = $4, version = version + 1 \
                       WHERE id = $1 AND profile_confirmed_at IS NULL AND email_confirmed_at IS NULL";
    CONFIRM_PROFILE = "UPDATE users SET profile_confirmed_at = $2, version = version + 1 WHERE id = $1";
    CONFIRM_EMAIL = "UPDATE users SET email_confirmed_at = $2, version = version + 1 WHERE id = $1";
    PROMPT = "UPDATE users SET first_prompted_at = coalesce(first_prompted_at, $2), last_prompted_at = $2, \
              version = version + 1 WHERE id = $1";
    POSTPONE = "UPDATE users SET postponed_count = postponed_count + 1, version = version + 1 WHERE id = $1";
    ENROL = "UPDATE users SET enrolled_at = $2, version = version + 1 WHERE id = $1 AND enrolled_at IS NULL";
    FORGET_ENROLMENT = "UPDATE users SET enrolled_at = NULL, version = version + 1 WHERE id = $1";
    DISABLE = "UPDATE users SET disabled_at = $2, version = version + 1 WHERE id = $1 AND disabled_at IS NULL";
    ENABLE = "UPDATE users SET disabled_at = NULL, version = version + 1 WHERE id = $1 AND disabled_at IS NOT NULL";
    REMEMBER_DEVICE = "UPDATE users SET remembers_device = $2 WHERE id = $1";
    CHOOSE_CHANNEL = "UPDATE users SET channel = $2, version = version + 1 WHERE id = $1";
    KILL_PASSWORD = "UPDATE users SET password_dead_at = $2, version = version + 1 WHERE id = $1";
    REVIVE_PASSWORD = "UPDATE users SET password_dead_at = NULL, version = version + 1 WHERE id = $1";
    CHOOSE_LANGUAGE = "UPDATE users SET language = $2, version = version + 1 WHERE id = $1";
    /// Takes the lock of the row: what decides about one person's access happens one after the other, on all nodes.
    HOLD = "UPDATE users SET version = version WHERE id = $1";
    COUNT = "SELECT count(*) FROM users";
}

/// A person's row, as [`user_columns`] reads it.
#[derive(sqlx::FromRow)]
pub(crate) struct UserRow {
    id: Id<UserId>,
    company_id: Option<Id<CompanyId>>,
    role: String,
    region: Option<String>,
    name: String,
    email: String,
    language: Option<String>,
    profile_confirmed_at: Option<i64>,
    email_confirmed_at: Option<i64>,
    first_prompted_at: Option<i64>,
    last_prompted_at: Option<i64>,
    postponed_count: i64,
    enrolled_at: Option<i64>,
    disabled_at: Option<i64>,
    remembers_device: i64,
    channel: String,
    password_dead_at: Option<i64>,
    version: i64,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;
    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.0,
            company: row.company_id.map(|id| id.0),
            role: row.role.parse().map_err(|error| StoreError::inconsistent("users", error))?,
            region: row.region.map(Region),
            name: row.name,
            email: row.email,
            language: row.language,
            profile_confirmed_at: row.profile_confirmed_at.map(Timestamp),
            email_confirmed_at: row.email_confirmed_at.map(Timestamp),
            first_prompted_at: row.first_prompted_at.map(Timestamp),
            last_prompted_at: row.last_prompted_at.map(Timestamp),
            postponed_count: u32::try_from(row.postponed_count).unwrap_or(u32::MAX),
            enrolled_at: row.enrolled_at.map(Timestamp),
            disabled_at: row.disabled_at.map(Timestamp),
            remembers_device: row.remembers_device != 0,
            channel: Channel::named(&row.channel)
                .ok_or_else(|| StoreError::inconsistent("users", "unknown channel"))?,
            password_dead_at: row.password_dead_at.map(Timestamp),
            version: row.version,
        })
    }
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The key.
    pub id: UserId,
    /// Absent for staff.
    pub company: Option<CompanyId>,
    /// What they are.
    pub role: Role,
    /// Where it differs from the company's.
    pub region: Option<Region>,
    /// Name.
    pub name: String,
    /// Business e-mail address.
    pub email: String,
    /// BCP 47 tag.
    pub language: Option<String>,
}

/// The form of an e-mail address under which it is looked up.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Finds a person by key.
pub async fn find(conn: &mut impl Executor, id: UserId) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> = fetch_optional!(conn, FIND, id)?;
    row.map(User::try_from).transpose()
}

/// Holds the person's row until the transaction ends.
pub async fn hold(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    execute!(tx, HOLD, id).map(drop)
}

/// Everybody with this e-mail address.
pub async fn find_by_email(conn: &mut impl Executor, email: &str) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = fetch_all!(conn, FIND_BY_EMAIL, email_key(email))?;
    rows.into_iter().map(User::try_from).collect()
}

/// The first `limit` people of a company, by name.
pub async fn list_of_company(
    conn: &mut impl Executor,
    company: CompanyId,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = fetch_all!(conn, LIST_OF_COMPANY, company, limit)?;
    rows.into_iter().map(User::try_from).collect()
}

/// The first `limit` people of a company in this role, by name.
pub async fn list_of_company_and_role(
    conn: &mut impl Executor,
    company: CompanyId,
    role: Role,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = fetch_all!(conn, LIST_OF_COMPANY_AND_ROLE, company, role.name(), limit)?;
    rows.into_iter().map(User::try_from).collect()
}

/// The first `limit` members of staff in this role, by name.
pub async fn list_of_staff(
    conn: &mut impl Executor,
    role: Role,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = fetch_all!(conn, LIST_OF_STAFF, role.name(), limit)?;
    rows.into_iter().map(User::try_from).collect()
}

/// How many people there are.
pub async fn count(conn: &mut impl Executor) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, COUNT)?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Adds a person.
pub async fn insert(tx: &mut Tx, user: &NewUser, now: Timestamp) -> Result<(), StoreError> {
    let region = user.region.as_ref().map(|region| region.0.as_str());
    let (name, key) = (user.role.name(), email_key(&user.email));
    let language = user.language.as_deref();
    execute!(tx, INSERT, user.id, user.company, name, region, &user.name, &user.email, key, language, now)?;
    Ok(())
}

/// Takes over name and e-mail from an import; false when the user or a code confirmed them already.
pub async fn propose_profile(tx: &mut Tx, id: UserId, name: &str, email: &str) -> Result<bool, StoreError> {
    Ok(execute!(tx, PROPOSE_PROFILE, id, name, email, email_key(email))? == 1)
}

/// The user said that name and e-mail are right.
pub async fn confirm_profile(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, CONFIRM_PROFILE, id, now).map(drop)
}

/// A code sent to the address was entered.
pub async fn confirm_email(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, CONFIRM_EMAIL, id, now).map(drop)
}

/// Enrolment was asked for; the time for "not now" runs from the first time.
pub async fn record_prompt(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, PROMPT, id, now).map(drop)
}

/// "Not now."
pub async fn count_postponement(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    execute!(tx, POSTPONE, id).map(drop)
}

/// Enrolment is complete.
pub async fn record_enrolled(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, ENROL, id, now).map(drop)
}

/// The security code is gone: enrolment is due again. Factors stay as they are.
pub async fn forget_enrolment(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    execute!(tx, FORGET_ENROLMENT, id).map(drop)
}

/// Takes access away; false when it was gone already.
pub async fn disable(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, DISABLE, id, now)? == 1)
}

/// Gives access back; false when it was not gone.
pub async fn enable(tx: &mut Tx, id: UserId) -> Result<bool, StoreError> {
    Ok(execute!(tx, ENABLE, id)? == 1)
}

/// Remembers whether "Trusted Device" was ticked, for the next time.
pub async fn remember_device_choice(tx: &mut Tx, id: UserId, ticked: bool) -> Result<(), StoreError> {
    execute!(tx, REMEMBER_DEVICE, id, i64::from(ticked)).map(drop)
}

/// The second step that the user is asked for first.
pub async fn choose_channel(tx: &mut Tx, id: UserId, channel: Channel) -> Result<(), StoreError> {
    execute!(tx, CHOOSE_CHANNEL, id, channel.name()).map(drop)
}

/// "This was not me": the password opens nothing until recovery makes a new one.
pub async fn kill_password(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, KILL_PASSWORD, id, now).map(drop)
}

/// A new password was made.
pub async fn revive_password(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    execute!(tx, REVIVE_PASSWORD, id).map(drop)
}

/// The language of pages and mails; `None`: the browser's, the company's.
pub async fn choose_language(tx: &mut Tx, id: UserId, language: Option<&str>) -> Result<(), StoreError> {
    execute!(tx, CHOOSE_LANGUAGE, id, language).map(drop)
}

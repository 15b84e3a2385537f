//! Companies, regions with their contacts, and applications.

use domain::{
    directory::{Application, Company, Contact},
    id::{ApplicationId, CompanyId, ContactId},
    role::Region,
    rollout::Rollout,
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    LIST = "SELECT id, slug, name, country, region, time_zone, language, phase1_at, phase2_at, deadline_at, cutoff_at, \
            legacy_source FROM companies ORDER BY slug";
    PUT = "INSERT INTO companies (id, slug, name, country, region, time_zone, language, phase1_at, phase2_at, deadline_at, \
           cutoff_at, created_at, version, legacy_source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13) \
           ON CONFLICT (slug) DO UPDATE SET name = excluded.name, country = excluded.country, region = excluded.region, \
           time_zone = excluded.time_zone, language = excluded.language, phase1_at = excluded.phase1_at, \
           phase2_at = excluded.phase2_at, deadline_at = excluded.deadline_at, cutoff_at = excluded.cutoff_at, \
           legacy_source = excluded.legacy_source, version = companies.version + 1";
    LIST_APPLICATIONS = "SELECT id, slug, name, host, upstream, legacy_source, path_rules FROM applications ORDER BY slug";
    PUT_APPLICATION = "INSERT INTO applications (id, slug, name, host, upstream, created_at, legacy_source, path_rules) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
           ON CONFLICT (slug) DO UPDATE SET name = excluded.name, host = excluded.host, upstream = excluded.upstream, \
           legacy_source = excluded.legacy_source, path_rules = excluded.path_rules";
    LIST_REGIONS = "SELECT slug, name FROM regions ORDER BY slug";
    PUT_REGION = "INSERT INTO regions (slug, name) VALUES ($1, $2) ON CONFLICT (slug) DO UPDATE SET name = excluded.name";
    LIST_CONTACTS = "SELECT c.id, c.region, r.name AS region_name, c.role, c.country, c.phone, c.email, c.days, c.opens, c.closes, c.time_zone \
           FROM contacts c JOIN regions r ON r.slug = c.region ORDER BY r.name, c.role, c.country";
    PUT_CONTACT = "INSERT INTO contacts (id, region, role, country, phone, email, days, opens, closes, time_zone) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (region, role, country) DO UPDATE SET phone = excluded.phone, \
           email = excluded.email, days = excluded.days, opens = excluded.opens, closes = excluded.closes, \
           time_zone = excluded.time_zone";
}

#[derive(sqlx::FromRow)]
struct CompanyRow {
    id: Id<CompanyId>,
    slug: String,
    name: String,
    country: String,
    region: String,
    time_zone: String,
    language: String,
    phase1_at: Option<i64>,
    phase2_at: Option<i64>,
    deadline_at: Option<i64>,
    cutoff_at: Option<i64>,
    legacy_source: Option<String>,
}

impl From<CompanyRow> for Company {
    fn from(row: CompanyRow) -> Self {
        Self {
            id: row.id.0,
            slug: row.slug,
            name: row.name,
            country: row.country,
            region: Region(row.region),
            time_zone: row.time_zone,
            language: row.language,
            rollout: Rollout {
                phase1_at: row.phase1_at.map(Timestamp),
                phase2_at: row.phase2_at.map(Timestamp),
                deadline_at: row.deadline_at.map(Timestamp),
                cutoff_at: row.cutoff_at.map(Timestamp),
            },
            legacy_source: row.legacy_source,
        }
    }
}

#[derive(sqlx::FromRow)]
struct ContactRow {
    id: Id<ContactId>,
    region: String,
    region_name: String,
    role: String,
    country: String,
    phone: String,
    email: String,
    days: String,
    opens: String,
    closes: String,
    time_zone: String,
}

impl TryFrom<ContactRow> for Contact {
    type Error = StoreError;
    fn try_from(row: ContactRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.0,
            region: Region(row.region),
            region_name: row.region_name,
            role: row.role.parse().map_err(|error| StoreError::inconsistent("contacts", error))?,
            country: Some(row.country).filter(|country| !country.is_empty()),
            phone: row.phone,
            email: row.email,
            days: row.days,
            opens: row.opens,
            closes: row.closes,
            time_zone: row.time_zone,
        })
    }
}

/// All companies, by slug.
pub async fn list(conn: &mut impl Executor) -> Result<Vec<Company>, StoreError> {
    let rows: Vec<CompanyRow> = fetch_all!(conn, LIST)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Adds a company, or changes the one of the same slug; its key stays.
pub async fn put(tx: &mut Tx, company: &Company, now: Timestamp) -> Result<(), StoreError> {
    let Company { id, slug, name, country, region, time_zone, language, rollout, legacy_source } = company;
    let Rollout { phase1_at, phase2_at, deadline_at, cutoff_at } = *rollout;
    execute!(
        tx,
        PUT,
        *id,
        slug,
        name,
        country,
        &region.0,
        time_zone,
        language,
        phase1_at,
        phase2_at,
        deadline_at,
        cutoff_at,
        now,
        legacy_source.as_deref(),
    )?;
    Ok(())
}

/// All applications, by slug.
pub async fn list_applications(conn: &mut impl Executor) -> Result<Vec<Application>, StoreError> {
    type Row = (Id<ApplicationId>, String, String, String, String, Option<String>, String);
    let rows: Vec<Row> = fetch_all!(conn, LIST_APPLICATIONS)?;
    let application = |(id, slug, name, host, upstream, legacy_source, rules): Row| {
        // An application whose rules cannot be read is not served as if it had none.
        let rules = serde_json::from_str(&rules)
            .map_err(|error| StoreError::inconsistent("applications.path_rules", error))?;
        Ok(Application { id: id.0, slug, name, host, upstream, legacy_source, rules })
    };
    rows.into_iter().map(application).collect()
}

/// Adds an application, or changes the one of the same slug; its key stays.
pub async fn put_application(
    tx: &mut Tx,
    application: &Application,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Application { id, slug, name, host, upstream, legacy_source, rules } = application;
    let rules = serde_json::to_string(rules)
        .map_err(|error| StoreError::inconsistent("applications.path_rules", error))?;
    let source = legacy_source.as_deref();
    execute!(tx, PUT_APPLICATION, *id, slug, name, host, upstream, now, source, &rules).map(drop)
}

/// All regions: slug and name.
pub async fn list_regions(conn: &mut impl Executor) -> Result<Vec<(String, String)>, StoreError> {
    fetch_all!(conn, LIST_REGIONS)
}

/// Adds or renames a region.
pub async fn put_region(tx: &mut Tx, region: &Region, name: &str) -> Result<(), StoreError> {
    execute!(tx, PUT_REGION, region.0.as_str(), name).map(drop)
}

/// All contacts, by region and role; of these, the one for all countries first.
pub async fn list_contacts(conn: &mut impl Executor) -> Result<Vec<Contact>, StoreError> {
    let rows: Vec<ContactRow> = fetch_all!(conn, LIST_CONTACTS)?;
    rows.into_iter().map(Contact::try_from).collect()
}

/// Adds a contact, or changes the one of the same region, role and country.
pub async fn put_contact(tx: &mut Tx, contact: &Contact) -> Result<(), StoreError> {
    let Contact { id, region, role, country, phone, email, days, opens, closes, time_zone, .. } = contact;
    // A value, because nothing is equal to NULL, and a second contact without a country would go in.
    let country = country.as_deref().unwrap_or_default();
    execute!(
        tx,
        PUT_CONTACT,
        *id,
        &region.0,
        role.name(),
        country,
        phone,
        email,
        days,
        opens,
        closes,
        time_zone
    )?;
    Ok(())
}

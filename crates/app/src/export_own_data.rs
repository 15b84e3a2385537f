//! A copy of what is kept about oneself, as one JSON file. Secrets are not in it: nobody can read them, or nobody should.

use crypto::seal::{Place, open};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::UserId,
};
use jiff::Timestamp as Moment;
use serde_json::{Value, json};
use store::Conn;

use crate::{App, Browser, Fault, check_session::Signed, directory::Directory, show_activity};

/// More rows of a kind than this are not written: the file says so.
const MOST: u32 = 10_000;

/// Gathers the data, and records that a copy was taken.
///
/// # Errors
/// [`Fault`].
pub async fn export_own_data(app: &App, browser: &Browser, signed: &Signed) -> Result<Value, Fault> {
    let (user, now) = (&signed.user, app.now());
    let mut tx = app.db.begin().await?;
    let event = AuditEvent::new(AuditKind::DataExported, Actor::User)
        .about(user.id, user.company)
        .personal("network", &browser.network)
        .personal("browser", browser.name());
    app.audit(&mut tx, event).await?;
    tx.commit().await?;

    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    Ok(json!({
        "written_at": moment(now.0),
        "most_rows_of_a_kind": MOST,
        "profile": profile(&mut conn, &directory, user).await?,
        "login": login(&mut conn, signed).await?,
        "second_steps": second_steps(&mut conn, user).await?,
        "trusted_devices": devices(&mut conn, user.id).await?,
        "sessions": sessions(&mut conn, user.id).await?,
        "cases": cases(app, &mut conn, user.id).await?,
        "activity": activity(app, &mut conn, user.id).await?,
    }))
}

async fn profile(conn: &mut Conn, directory: &Directory, user: &User) -> Result<Value, Fault> {
    let company = directory.company_of(user);
    Ok(json!({
        "name": user.name,
        "email": user.email,
        "company": company.map(|company| &company.name),
        "country": company.map(|company| &company.country),
        "region": directory.region_of(user).map(|region| region.0),
        "role": user.role.name(),
        "language": user.language,
        "known_since": store::own_data::added_at(conn, user.id).await?.map(|at| moment(at.0)),
        "details_confirmed_at": user.profile_confirmed_at.map(|at| moment(at.0)),
        "email_confirmed_at": user.email_confirmed_at.map(|at| moment(at.0)),
        "enrolment_first_asked_at": user.first_prompted_at.map(|at| moment(at.0)),
        "enrolment_put_off": user.postponed_count,
        "enrolled_at": user.enrolled_at.map(|at| moment(at.0)),
    }))
}

async fn login(conn: &mut Conn, signed: &Signed) -> Result<Value, Fault> {
    let user = signed.user.id;
    let legacy = store::identities::legacy_of(conn, user).await?;
    let subjects = store::own_data::subjects(conn, user).await?;
    let subjects: Vec<_> = subjects
        .into_iter()
        .map(|(application, name, since)| json!({ "application": application, "known_there_as": name, "since": moment(since) }))
        .collect();
    let password = store::credentials::find_password(conn, user).await?;
    let security_code = store::credentials::find_security_code(conn, user).await?;
    Ok(json!({
        "enterprise_user_id": signed.user_id,
        "old_login_name": legacy.map(|login| login.display),
        "password_since": password.map(|stored| moment(stored.changed_at.0)),
        "security_code_since": security_code.map(|stored| moment(stored.changed_at.0)),
        "applications": subjects,
    }))
}

async fn second_steps(conn: &mut Conn, user: &User) -> Result<Value, Fault> {
    let apps = store::own_data::authenticator_apps(conn, user.id).await?.into_iter();
    let apps: Vec<_> = apps
        .map(|(began, confirmed, used)| {
            json!({ "since": confirmed.map_or_else(|| moment(began), moment), "last_used_at": used.map(moment) })
        })
        .collect();
    let passkeys = store::own_data::passkeys(conn, user.id).await?.into_iter();
    let passkeys: Vec<_> = passkeys
        .map(|(name, since, used)| json!({ "name": name, "since": moment(since), "last_used_at": used.map(moment) }))
        .collect();
    let codes = store::own_data::recovery_codes(conn, user.id).await?.into_iter();
    let codes: Vec<_> =
        codes.map(|(made, used)| json!({ "made_at": moment(made), "used_at": used.map(moment) })).collect();
    Ok(json!({
        "asked_for_first": user.channel.name(),
        "authenticator_apps": apps,
        "passkeys": passkeys,
        "recovery_codes": codes,
    }))
}

async fn devices(conn: &mut Conn, user: UserId) -> Result<Vec<Value>, Fault> {
    let rows = store::own_data::devices(conn, user, MOST).await?.into_iter();
    Ok(rows
        .map(|row| {
            json!({
                "name": row.name,
                "browser": row.browser,
                "platform": row.platform,
                "network": row.network,
                "trusted_since": moment(row.created_at),
                "last_used_at": moment(row.last_used_at),
                "trusted_until": moment(row.expires_at),
                "ended_at": row.revoked_at.map(moment),
                "ended_because": row.revoked_reason,
            })
        })
        .collect())
}

async fn sessions(conn: &mut Conn, user: UserId) -> Result<Vec<Value>, Fault> {
    let rows = store::own_data::sessions(conn, user, MOST).await?.into_iter();
    Ok(rows
        .map(|row| {
            json!({
                "browser": row.browser_name,
                "network": row.network,
                "opened_by": row.first_method,
                "completed_by": row.second_method,
                "began_at": moment(row.created_at),
                "last_used_at": moment(row.last_seen_at),
                "ends_at": moment(row.ends_at),
                "ended_at": row.ended_at.map(moment),
                "ended_because": row.end_reason,
            })
        })
        .collect())
}

async fn cases(app: &App, conn: &mut Conn, user: UserId) -> Result<Vec<Value>, Fault> {
    let rows = store::own_data::cases(conn, user, MOST).await?;
    let key = app.person_key(conn, user).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.id.0.to_string();
            let place = Place { column: "cases.sealed", row: &id };
            // What staff noted in a case of their own is not sealed for the person.
            let said = key.as_ref().and_then(|key| open(key, place, &row.sealed).ok());
            json!({
                "number": row.reference,
                "about": row.kind,
                "state": row.state,
                "you_said": said.map(|said| String::from_utf8_lossy(&said).into_owned()),
                "opened_at": moment(row.created_at),
                "closed_at": row.closed_at.map(moment),
            })
        })
        .collect())
}

async fn activity(app: &App, conn: &mut Conn, user: UserId) -> Result<Vec<Value>, Fault> {
    let stored = store::audit::latest_of_user(conn, user, MOST).await?;
    let mut told = Vec::with_capacity(stored.len());
    for event in &stored {
        let Some(event) = show_activity::read(app, conn, user, event).await? else { continue };
        told.push(json!({
            "at": moment(event.at.0),
            "what": event.kind.name(),
            "details": event.facts,
            "browser": event.browser,
            "network": event.network,
        }));
    }
    Ok(told)
}

/// As RFC 3339, in UTC.
fn moment(millis: i64) -> String {
    Moment::from_millisecond(millis).map(|moment| moment.to_string()).unwrap_or_default()
}

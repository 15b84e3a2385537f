//! What a company's Program Administrators are told, at most once a day: which of their users said "this was not me".

use std::time::Duration;

use delivery::mail::Mail;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::CompanyId,
    role::Role,
    time::Timestamp,
};
use store::Tx;

use crate::{App, Fault, record::NOTICE_DEADLINE};

/// At most one mail in this time, whatever happens.
const AT_MOST_EVERY: Duration = Duration::from_hours(24);
/// A worker that dies in the middle keeps the others from it for so long.
const LEASE: Duration = Duration::from_secs(30);
/// Nobody is named beyond these; the number is told in full by the administration pages.
const MOST_PEOPLE: u32 = 200;
const DUTY: &str = "tell_administrators";

/// Writes the digests that are due. Gives the number of letters.
///
/// # Errors
/// [`Fault::Store`].
pub async fn tell_administrators(app: &App) -> Result<u32, Fault> {
    app.has_keys()?;
    let mut conn = app.db.read().await?;
    let waiting = store::not_me::companies_waiting(&mut conn, app.now() - AT_MOST_EVERY).await?;
    drop(conn);
    if waiting.is_empty() {
        return Ok(0);
    }
    let directory = app.directory().await?;
    let (holder, now) = (app.new_uuid().to_string(), app.now());
    let mut tx = app.db.begin().await?;
    if !store::leases::acquire(&mut tx, DUTY, &holder, now + LEASE, now).await? {
        return Ok(0);
    }
    let mut letters = 0;
    // Asked again behind the lease: another node may just have told them.
    for company in store::not_me::companies_waiting(&mut tx, now - AT_MOST_EVERY).await? {
        let Some(known) = directory.companies.get(&company) else { continue };
        let (names, since) = affected(&mut tx, company, now).await?;
        let administrators = administrators_of(&mut tx, company).await?;
        let mut told = 0_u32;
        for administrator in &administrators {
            let mail = Mail::NotMeDigest { company: known.name.clone(), names: names.clone(), since };
            let deadline = now + NOTICE_DEADLINE;
            let posted = app.post_to_one_of_many(&mut tx, &directory, administrator, mail, deadline).await?;
            told += u32::from(posted);
        }
        letters += told;
        let mut event = AuditEvent::new(AuditKind::NotMeTold, Actor::System)
            .fact("users", names.len())
            .fact("administrators", told);
        event.company = Some(company);
        app.audit(&mut tx, event).await?;
    }
    store::leases::release(&mut tx, DUTY, &holder).await?;
    tx.commit().await?;
    Ok(letters)
}

/// The names of those who pressed, each once, and since when.
async fn affected(
    tx: &mut Tx,
    company: CompanyId,
    now: Timestamp,
) -> Result<(Vec<String>, Timestamp), Fault> {
    let mut reports = store::not_me::tell(tx, company, now).await?;
    let since = reports.iter().map(|(_, at)| *at).min().unwrap_or(now);
    reports.sort_by_key(|(user, _)| *user);
    reports.dedup_by_key(|(user, _)| *user);
    let mut names = Vec::with_capacity(reports.len());
    for (user, _) in reports {
        names.extend(store::users::find(tx, user).await?.map(|user| user.name));
    }
    names.sort();
    Ok((names, since))
}

async fn administrators_of(tx: &mut Tx, company: CompanyId) -> Result<Vec<User>, Fault> {
    let people = store::users::list_of_company_and_role(tx, company, Role::ProgramAdministrator, MOST_PEOPLE);
    Ok(people.await?.into_iter().filter(|user| user.disabled_at.is_none()).collect())
}

//! What happens by itself at the deadline and at the cut-off, and the numbers that administrators get of it.

use delivery::mail::{Mail, RolloutEnd, RolloutNumbers};
use domain::{directory::Company, id::CompanyId, role::Role, rollout::plan::Step, time::Timestamp};
use store::Tx;

use super::write::{hold_step, record};
use crate::{App, Fault, directory::Directory, record::NOTICE_DEADLINE};

/// Imported hashes deleted in one transaction.
const CREDENTIALS_AT_ONCE: u32 = 500;
/// Nobody else is written to.
const MOST_ADMINISTRATORS: u32 = 200;

/// Does what a step does. False while another node works on rollouts.
pub(crate) async fn act(
    app: &App,
    holder: &str,
    directory: &Directory,
    company: &Company,
    (step, due_at): (Step, Timestamp),
) -> Result<bool, Fault> {
    if step == Step::CutOff && !delete_credentials(app, holder, company.id, due_at).await? {
        return Ok(false);
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(row) = hold_step(&mut tx, holder, company.id, (step, due_at), now).await? else {
        return Ok(false);
    };
    if row.done_at.is_some() {
        return Ok(true);
    }
    let ended = match step {
        Step::CutOff => store::rollouts::end_legacy_attempts(&mut tx, company.id, now).await?,
        _ => 0,
    };
    let numbers = numbers(&mut tx, company, step).await?;
    let administrators = store::users::list_of_company_and_role(
        &mut tx,
        company.id,
        Role::ProgramAdministrator,
        MOST_ADMINISTRATORS,
    );
    for administrator in administrators.await?.iter().filter(|user| user.disabled_at.is_none()) {
        let mail = Mail::RolloutNumbers(numbers.clone());
        let deadline = now + 3 * NOTICE_DEADLINE;
        app.post_to_one_of_many(&mut tx, directory, administrator, mail, deadline).await?;
    }
    let facts = [
        ("people", numbers.people),
        ("id_made", numbers.id_made),
        ("enrolled", numbers.enrolled),
        ("onboardings_ended", i64::try_from(ended).unwrap_or(i64::MAX)),
    ];
    record(app, &mut tx, company.id, step, &facts).await?;
    store::rollouts::end(&mut tx, company.id, step, now).await?;
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(true)
}

/// Deletes the company's imported hashes, some in each transaction. False while another node works on rollouts.
async fn delete_credentials(
    app: &App,
    holder: &str,
    company: CompanyId,
    due_at: Timestamp,
) -> Result<bool, Fault> {
    loop {
        let mut tx = app.db.begin().await?;
        let step = (Step::CutOff, due_at);
        let Some(row) = hold_step(&mut tx, holder, company, step, app.now()).await? else {
            return Ok(false);
        };
        if row.done_at.is_some() {
            return Ok(true);
        }
        let deleted =
            store::identities::delete_credentials_of_company(&mut tx, company, CREDENTIALS_AT_ONCE).await?;
        tx.commit().await?;
        if deleted < u64::from(CREDENTIALS_AT_ONCE) {
            return Ok(true);
        }
    }
}

async fn numbers(tx: &mut Tx, company: &Company, step: Step) -> Result<RolloutNumbers, Fault> {
    let end = if step == Step::CutOff { RolloutEnd::CutOff } else { RolloutEnd::Deadline };
    let empty =
        RolloutNumbers { end, company: company.name.clone(), people: 0, id_made: 0, enrolled: 0, bounced: 0 };
    let counts = store::rollout_status::of_company(tx, company.id).await?;
    Ok(counts.into_iter().fold(empty, |sum, counts| RolloutNumbers {
        people: sum.people + counts.people - counts.disabled,
        id_made: sum.id_made + counts.id_made,
        enrolled: sum.enrolled + counts.enrolled,
        bounced: sum.bounced + counts.bounced,
        ..sum
    }))
}

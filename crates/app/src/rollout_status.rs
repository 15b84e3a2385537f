//! How far companies have come, by company and region.

use std::collections::HashMap;

use domain::{directory::User, id::CompanyId, role::Region, rollout::Stage};
use store::{Executor, rollout_status::Counts};

use crate::{
    App, Fault,
    directory::Directory,
    guesses::{self, Count},
};

/// One company in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The company's short name.
    pub company: String,
    /// Where it is in its rollout.
    pub stage: Stage,
    /// How many.
    pub counts: Counts,
}

/// The numbers of all companies or of one, of all regions or of one. `None`: there is no such company.
///
/// # Errors
/// [`Fault::Store`].
pub async fn rollout_status(
    app: &App,
    company: Option<&str>,
    region: Option<&str>,
) -> Result<Option<Vec<Line>>, Fault> {
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let counts = match company {
        None => store::rollout_status::of_all(&mut conn).await?,
        Some(slug) => match directory.company_named(slug) {
            Some(company) => store::rollout_status::of_company(&mut conn, company.id).await?,
            None => return Ok(None),
        },
    };
    let waiting = waiting(app, &mut conn, &directory).await?;
    let now = app.now();
    let mut lines: Vec<_> = counts
        .into_iter()
        .filter(|counts| region.is_none_or(|region| counts.region.0 == region))
        .filter_map(|counts| {
            let company = directory.companies.get(&counts.company)?;
            let more = waiting.get(&(counts.company, counts.region.clone())).copied().unwrap_or(0);
            let counts = Counts { locked: counts.locked + more, ..counts };
            Some(Line { company: company.slug.clone(), stage: company.rollout.stage(now), counts })
        })
        .collect();
    lines.sort_by(|a, b| (&a.company, &a.counts.region.0).cmp(&(&b.company, &b.counts.region.0)));
    Ok(Some(lines))
}

/// People who have to wait, or whose factor is disabled, at this moment.
async fn waiting(
    app: &App,
    conn: &mut impl Executor,
    directory: &Directory,
) -> Result<HashMap<(CompanyId, Region), i64>, Fault> {
    let mut found = HashMap::new();
    for id in store::rollout_status::locks(conn).await? {
        let Some(user) = store::users::find(conn, id).await? else { continue };
        // Whoever has a dead password is counted by the database.
        let (Some(company), Some(region)) = (user.company, directory.region_of(&user)) else { continue };
        if user.password_dead_at.is_none() && is_locked(app, conn, directory, &user).await? {
            *found.entry((company, region)).or_insert(0) += 1;
        }
    }
    Ok(found)
}

/// Whether some second proof of the person is not looked at now.
pub(crate) async fn is_locked(
    app: &App,
    conn: &mut impl Executor,
    directory: &Directory,
    user: &User,
) -> Result<bool, Fault> {
    let policy = directory.policy(user.company);
    let mut budgets = vec![app.code_budget(user.id, &policy)];
    for factor in [crate::verify_app_code::FACTOR, crate::use_recovery_code::FACTOR] {
        budgets.push(app.factor_budget(factor, user.id, &policy));
    }
    budgets.extend(app.security_code_budgets(user.id, &policy));
    for budget in &budgets {
        if guesses::look(conn, budget, app.now()).await? != Count::Counted {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Forgets people who need not wait any more.
pub(crate) async fn forget_locks(app: &App, tx: &mut store::Tx, directory: &Directory) -> Result<(), Fault> {
    for id in store::rollout_status::locks(tx).await? {
        let Some(user) = store::users::find(tx, id).await? else { continue };
        if !is_locked(app, tx, directory, &user).await? {
            store::rollout_status::forget_lock(tx, id).await?;
        }
    }
    Ok(())
}

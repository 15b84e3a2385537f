//! Two operators, so that a case can be vouched for: nobody vouches alone.

use app::{
    App,
    decide_case::{Decided, Sheet, approve_case, list_cases},
};
use domain::{approval::LIFETIME, id::UserId, role::Role};
use store::users::NewUser;
use text::Text;
use uuid::Uuid;

use super::{PASSWORD, SECURITY_CODE, give};
use crate::demo::control::{CaseState, DemoAccount};

/// Name, address, Enterprise User ID, key.
const STAFF: [(&str, &str, &str, u128); 2] = [
    ("Nadia Reyes", "nadia.reyes@harbourcards.example", "nadia.reyes", 0xd301),
    ("Piet Brouwer", "piet.brouwer@harbourcards.example", "piet.brouwer", 0xd302),
];

/// What is written down about how the person was recognised.
const NOTE: &str = "Vouched for on the control page of the demo.";

/// Makes them.
pub(super) async fn seed(app: &App) -> anyhow::Result<()> {
    for (name, email, user_id, key) in STAFF {
        let new = NewUser {
            id: UserId(Uuid::from_u128(key)),
            company: None,
            role: Role::Operator,
            region: None,
            name: name.to_owned(),
            email: email.to_owned(),
            language: None,
        };
        let mut tx = app.db.begin().await?;
        store::users::insert(&mut tx, &new, app.now()).await?;
        let user = store::users::find(&mut tx, new.id).await?;
        tx.commit().await?;
        let user = user.ok_or_else(|| anyhow::anyhow!("{name} is missing"))?;
        give(app, &user, user_id, Some(SECURITY_CODE)).await?;
    }
    Ok(())
}

/// Their accounts, for whoever wants to log in as one of them.
pub(super) fn accounts(text: Text) -> impl Iterator<Item = DemoAccount> {
    STAFF.into_iter().map(move |(name, email, user_id, _)| DemoAccount {
        name: name.to_owned(),
        company: text.get("demo-staff"),
        email: email.to_owned(),
        login: user_id.to_owned(),
        password: PASSWORD.to_owned(),
        security_code: SECURITY_CODE.to_owned(),
        hint: text.get("demo-hint-staff"),
    })
}

/// The open cases of people who want to get back in, and who has not vouched in each.
///
/// # Errors
/// When they cannot be read.
pub async fn cases(app: &App) -> anyhow::Result<Vec<CaseState>> {
    let sheets = list_cases(app).await?.into_iter().filter(|sheet| sheet.kind == "recovery");
    let now = app.now();
    let state = |sheet: Sheet| {
        let has_vouched =
            |id: &str| sheet.approvals.iter().any(|(staff, at)| staff == id && now.since(*at) < LIFETIME);
        CaseState {
            staff: STAFF
                .into_iter()
                .filter(|(_, _, id, _)| !has_vouched(id))
                .map(|(name, _, id, _)| (id.to_owned(), name.to_owned()))
                .collect(),
            reference: sheet.reference,
            person: sheet.person.name,
        }
    };
    Ok(sheets.map(state).collect())
}

/// One of them vouches.
///
/// # Errors
/// When the case is over, or they cannot.
pub async fn vouch(app: &App, case: &str, staff: &str) -> anyhow::Result<()> {
    match approve_case(app, case, staff, NOTE).await? {
        Decided::Approved { .. } => Ok(()),
        other => Err(anyhow::anyhow!("{other:?}")),
    }
}

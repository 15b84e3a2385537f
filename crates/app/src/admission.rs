//! The rollout's table, asked for one user at this moment.

use std::time::Duration;

use domain::{
    access::{Admission, NotNow, Then, admission},
    directory::User,
    policy::{EnrolmentDuty, EnrolmentPrompt, Policy},
    rollout::Stage,
    time::Timestamp,
};
use store::Executor;

use crate::{App, Fault, directory::Directory};

/// What the table says for this user at this moment.
pub(crate) async fn admission_of(
    app: &App,
    conn: &mut impl Executor,
    directory: &Directory,
    user: &User,
) -> Result<Admission, Fault> {
    let has_id = store::identities::id_of(conn, user.id).await?.is_some();
    let has_legacy = store::identities::legacy_of(conn, user.id).await?.is_some();
    let policy = directory.policy(user.company);
    let now = app.now();
    let stage = stage_of(directory, user, now);
    let answer = admission(stage, user.standing(has_id, has_legacy), postponable(user, &policy, now));
    Ok(Admission { then: spare_prompt(answer.then, user, &policy, now), ..answer })
}

/// Staff have no rollout: everything is due.
pub(crate) fn stage_of(directory: &Directory, user: &User, now: Timestamp) -> Stage {
    directory.company_of(user).map_or(Stage::DeadlinePassed, |company| company.rollout.stage(now))
}

/// Whether the user's own time for "not now" still runs.
pub(crate) fn postponable(user: &User, policy: &Policy, now: Timestamp) -> NotNow {
    let since = user.first_prompted_at.unwrap_or(now);
    let runs = now < since + policy.enrolment.postpone_for;
    match policy.enrolment.required {
        EnrolmentDuty::AfterDeadline if runs => NotNow::Offered,
        EnrolmentDuty::AfterDeadline | EnrolmentDuty::AtOnce => NotNow::Refused,
    }
}

/// Where policy asks once a day, a prompt that may be put off is spared until a day has gone.
fn spare_prompt(then: Then, user: &User, policy: &Policy, now: Timestamp) -> Then {
    const DAY: Duration = Duration::from_hours(24);
    let asked_today = user.last_prompted_at.is_some_and(|at| now.since(at) < DAY);
    match (then, policy.enrolment.prompt) {
        (Then::Enrolment(NotNow::Offered), EnrolmentPrompt::OnceADay) if asked_today => Then::Application,
        (then, EnrolmentPrompt::OnceADay | EnrolmentPrompt::EveryLogin) => then,
    }
}

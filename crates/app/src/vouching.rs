//! Who speaks for the person of a case, as it counts at this moment: an approval is worth what its giver still may.

use domain::approval::{Vouched, may_vouch};
use store::{Executor, cases::WholeCase};

use crate::Fault;

/// What speaks for the person of `case`. The approvals of staff who were disabled, or lost the right, meanwhile are left out.
pub(crate) async fn vouched_in(conn: &mut impl Executor, case: &WholeCase) -> Result<Vouched, Fault> {
    let mut vouched = Vouched { by_command_line: case.commanded_at, ..Vouched::default() };
    for approval in store::cases::approvals(conn, case.case.id).await? {
        let staff = store::users::find(conn, approval.staff).await?;
        if staff.is_some_and(|staff| may_vouch(&staff, case.case.user, &case.region).is_ok()) {
            vouched.approvals.push(approval);
        }
    }
    Ok(vouched)
}

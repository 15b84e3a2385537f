//! Two members of staff who vouch for a person, in place of the security code that the person has not.

use std::time::Duration;

use crate::{directory::User, id::UserId, role::Region, time::Timestamp};

/// How many of them it takes.
pub const NEEDED: usize = 2;
/// An approval counts for this long.
pub const LIFETIME: Duration = Duration::from_hours(24);

/// One member of staff vouched for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub staff: UserId,
    /// When.
    pub at: Timestamp,
}

/// All that speaks for the person of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vouched {
    /// The members of staff who vouched, and may still.
    pub approvals: Vec<Approval>,
    /// When the command line vouched, as it does for the last of staff, for whom no two others can.
    pub by_command_line: Option<Timestamp>,
}

impl Vouched {
    /// Whether it stands in for the security code of `person` at `now`.
    #[must_use]
    pub fn suffices(&self, person: UserId, now: Timestamp) -> bool {
        let by_command_line = self.by_command_line.is_some_and(|at| now.since(at) < LIFETIME);
        by_command_line || is_vouched(&self.approvals, person, now)
    }
}

/// Why somebody cannot vouch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotVouch {
    /// Only servicing agents and operators who are not disabled can.
    NotStaff,
    /// A servicing agent of another region.
    OtherRegion,
    /// Nobody vouches for themselves.
    Oneself,
}

/// Whether `staff` may vouch for `person`, whose case is of `region`.
///
/// # Errors
/// [`CannotVouch`].
pub fn may_vouch(staff: &User, person: UserId, region: &Region) -> Result<(), CannotVouch> {
    use crate::role::Role::{EndUser, Operator, ProgramAdministrator, ServicingAgent};
    if staff.disabled_at.is_some() {
        return Err(CannotVouch::NotStaff);
    }
    match staff.role {
        EndUser | ProgramAdministrator => Err(CannotVouch::NotStaff),
        ServicingAgent | Operator if staff.id == person => Err(CannotVouch::Oneself),
        ServicingAgent if staff.region.as_ref() != Some(region) => Err(CannotVouch::OtherRegion),
        ServicingAgent | Operator => Ok(()),
    }
}

/// Whether these approvals, all of one case about `person`, stand in for the security code at `now`.
#[must_use]
pub fn is_vouched(approvals: &[Approval], person: UserId, now: Timestamp) -> bool {
    fresh(approvals, person, now) >= NEEDED
}

/// How many members of staff vouch for `person` at `now`: each once, for [`LIFETIME`], nobody for themselves.
#[must_use]
pub fn fresh(approvals: &[Approval], person: UserId, now: Timestamp) -> usize {
    let mut staff: Vec<_> = approvals
        .iter()
        .filter(|approval| approval.staff != person && now.since(approval.at) < LIFETIME)
        .map(|approval| approval.staff)
        .collect();
    staff.sort_unstable();
    staff.dedup();
    staff.len()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const PERSON: UserId = UserId(Uuid::from_u128(1));
    const NOW: Timestamp = Timestamp(100 * 3_600_000);

    fn by(staff: u128, at: Timestamp) -> Approval {
        Approval { staff: UserId(Uuid::from_u128(staff)), at }
    }

    #[test]
    fn two_others_within_a_day_and_nobody_else() {
        let day_ago = NOW - LIFETIME;
        let moment = Duration::from_millis(1);
        assert!(is_vouched(&[by(2, NOW), by(3, day_ago + moment)], PERSON, NOW));
        assert!(!is_vouched(&[by(2, NOW), by(3, day_ago)], PERSON, NOW), "a day is over");
        assert_eq!(fresh(&[by(2, NOW), by(3, day_ago), by(1, NOW)], PERSON, NOW), 1);
        assert!(!is_vouched(&[by(2, NOW), by(2, NOW)], PERSON, NOW), "the same twice");
        assert!(!is_vouched(&[by(2, NOW), by(1, NOW)], PERSON, NOW), "oneself");
        assert!(!is_vouched(&[by(2, NOW)], PERSON, NOW));
        assert!(!is_vouched(&[], PERSON, NOW));
    }

    #[test]
    fn the_command_line_vouches_alone_and_for_a_day() {
        let moment = Duration::from_millis(1);
        let at = |at| Vouched { approvals: vec![], by_command_line: Some(at) };
        assert!(at(NOW).suffices(PERSON, NOW));
        assert!(at(NOW - LIFETIME + moment).suffices(PERSON, NOW));
        assert!(!at(NOW - LIFETIME).suffices(PERSON, NOW));
        assert!(!Vouched::default().suffices(PERSON, NOW));
        let one = Vouched { approvals: vec![by(2, NOW)], by_command_line: Some(NOW - LIFETIME) };
        assert!(!one.suffices(PERSON, NOW), "one and yesterday's make no two");
    }
}

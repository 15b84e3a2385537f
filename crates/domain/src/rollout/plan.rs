//! What a rollout does by itself, and when: mails before and at each phase, reminders, the deadline, the cut-off.
//!
//! Everything follows from the dates, the pace that policy sets and the company's time zone, so that a plan can be shown
//! before anything is sent and two nodes come to the same one.

use std::{collections::BTreeMap, fmt, str::FromStr, time::Duration};

use jiff::{
    SignedDuration, Span, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::Rollout;
use crate::time::Timestamp;

/// A mail that could not be begun for so long is not news any more.
const FRESH: Duration = Duration::from_hours(72);
/// No reminder goes out closer to another mail of the rollout: two days, less the hour that the clocks may skip.
const TOO_CLOSE: Duration = Duration::from_hours(47);
/// A rollout without an end reminds so many times, and no more.
const MOST_REMINDERS: u32 = 26;
/// Day 0 of reminders that were asked for.
const EPOCH: Date = Date::constant(1970, 1, 1);
/// The last day that has a date.
const LAST_DAY: i64 = 2_932_896;
/// People are written to from this hour of their company's day …
const OPENS: Time = Time::constant(8, 0, 0, 0);
/// … and until this one.
const CLOSES: Time = Time::constant(18, 0, 0, 0);

/// One thing that a rollout does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A mail to everybody without an Enterprise User ID: what will change, and from when.
    Announce,
    /// A mail to the same people: make the ID now.
    Phase1,
    /// A mail to those who are not done; counted from 1.
    Reminder(u32),
    /// A mail to everybody: a code is asked for from now on.
    Phase2,
    /// The last mail before the deadline, to whoever is not enrolled. It cannot be stopped.
    DeadlineNotice,
    /// Enrolment has to be complete; administrators get the numbers.
    Deadline,
    /// The last mail before the cut-off, to whoever has no ID. It cannot be stopped.
    CutOffNotice,
    /// The legacy credentials die; administrators get the numbers.
    CutOff,
    /// A reminder that an operator asked for, by the day (since 1970) in the company's time zone.
    Asked(u32),
}

/// Whether a step writes to people or acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Mails; worth nothing when it comes too late.
    Mails,
    /// Acts; however late it is.
    Acts,
}

impl Step {
    /// What it is.
    #[must_use]
    pub const fn nature(self) -> Nature {
        match self {
            Self::Deadline | Self::CutOff => Nature::Acts,
            Self::Announce
            | Self::Phase1
            | Self::Reminder(_)
            | Self::Phase2
            | Self::DeadlineNotice
            | Self::CutOffNotice
            | Self::Asked(_) => Nature::Mails,
        }
    }

    /// Whether people who stopped reminders get it all the same: it is the last word before something ends.
    #[must_use]
    pub const fn comes_regardless(self) -> bool {
        matches!(self, Self::DeadlineNotice | Self::CutOffNotice)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Announce => f.write_str("announce"),
            Self::Phase1 => f.write_str("phase1"),
            Self::Reminder(number) => write!(f, "reminder-{number}"),
            Self::Phase2 => f.write_str("phase2"),
            Self::DeadlineNotice => f.write_str("deadline-notice"),
            Self::Deadline => f.write_str("deadline"),
            Self::CutOffNotice => f.write_str("cutoff-notice"),
            Self::CutOff => f.write_str("cutoff"),
            Self::Asked(day) => match EPOCH.checked_add(Span::new().days(i64::from(*day).min(LAST_DAY))) {
                Ok(date) => write!(f, "asked-{date}"),
                Err(_) => write!(f, "asked-{EPOCH}"),
            },
        }
    }
}

/// A name that is no step's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no step of a rollout has this name")]
pub struct NotAStep;

impl FromStr for Step {
    type Err = NotAStep;
    fn from_str(name: &str) -> Result<Self, NotAStep> {
        let counted = |rest: &str| rest.parse().map_err(|_| NotAStep);
        Ok(match name {
            "announce" => Self::Announce,
            "phase1" => Self::Phase1,
            "phase2" => Self::Phase2,
            "deadline-notice" => Self::DeadlineNotice,
            "deadline" => Self::Deadline,
            "cutoff-notice" => Self::CutOffNotice,
            "cutoff" => Self::CutOff,
            _ => match (name.strip_prefix("reminder-"), name.strip_prefix("asked-")) {
                (Some(number), _) => Self::Reminder(counted(number)?),
                (None, Some(day)) => Self::Asked(day_of(day.parse().map_err(|_| NotAStep)?).ok_or(NotAStep)?),
                (None, None) => return Err(NotAStep),
            },
        })
    }
}

/// How a company is written to; from policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The announcement goes out so long before phase 1.
    pub announce_before: Duration,
    /// Between two reminders; `None`: there are none.
    pub remind_every: Option<Duration>,
    /// The last notice goes out so long before deadline and cut-off.
    pub last_notice_before: Duration,
    /// Whether mails wait for the company's office hours.
    pub office_hours: bool,
}

/// A step with its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// What.
    pub step: Step,
    /// When.
    pub at: Timestamp,
    /// A mail that was not begun before this moment is left out; an act never is.
    pub until: Timestamp,
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Some have their mail.
    Begun,
    /// Done, or left out.
    Over,
}

/// What is to be done about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Do it, or go on with it.
    Do,
    /// It comes too late; write down that it was left out.
    LeaveOut,
}

/// Every step of a rollout, in order. `zone` is an IANA name; an unknown one counts as UTC.
#[must_use]
pub fn timetable(rollout: &Rollout, pace: &Pace, zone: &str) -> Vec<Planned> {
    let clock = LocalClock::new(zone, pace.office_hours);
    let Rollout { phase1_at, phase2_at, deadline_at, cutoff_at } = *rollout;
    // What a mail says is over with the next date, which may be the same.
    let first = |dates: &[Option<Timestamp>]| dates.iter().copied().flatten().min();
    let mut plan = Vec::new();
    let mut mail = |step, at: Timestamp, end: Option<Timestamp>| {
        let at = clock.polite(at);
        let fresh = at + FRESH;
        plan.push(Planned { step, at, until: end.map_or(fresh, |end| end.min(fresh)) });
    };
    if let Some(at) = phase1_at {
        mail(Step::Announce, clock.before(at, pace.announce_before), Some(at));
        mail(Step::Phase1, at, first(&[phase2_at, deadline_at, cutoff_at]));
    }
    if let Some(at) = phase2_at {
        mail(Step::Phase2, at, first(&[deadline_at, cutoff_at]));
    }
    for (step, end) in [(Step::DeadlineNotice, deadline_at), (Step::CutOffNotice, cutoff_at)] {
        if let Some(end) = end {
            mail(step, clock.before(end, pace.last_notice_before), Some(end));
        }
    }
    plan.extend(reminders(rollout, pace, &clock, &plan));
    for (step, at) in [(Step::Deadline, deadline_at), (Step::CutOff, cutoff_at)] {
        plan.extend(at.map(|at| Planned { step, at, until: Timestamp(i64::MAX) }));
    }
    plan.sort_by_key(|planned| (planned.at, planned.step));
    plan
}

/// Reminders count from phase 1, so that moving a later date never sends one twice.
fn reminders(rollout: &Rollout, pace: &Pace, clock: &LocalClock, mails: &[Planned]) -> Vec<Planned> {
    let (Some(start), Some(every)) = (rollout.phase1_at, pace.remind_every) else { return Vec::new() };
    let end = rollout.cutoff_at.or(rollout.deadline_at);
    let mut planned = Vec::new();
    for number in 1..=MOST_REMINDERS {
        let at = clock.polite(clock.after(start, every * number));
        if end.is_some_and(|end| at >= end) {
            break;
        }
        let near = |other: &Planned| at.since(other.at).max(other.at.since(at)) < TOO_CLOSE;
        if !mails.iter().any(near) {
            let until = (at + FRESH).min(end.unwrap_or(Timestamp(i64::MAX)));
            planned.push(Planned { step: Step::Reminder(number), at, until });
        }
    }
    planned
}

/// What is to be done now. Of several reminders that are due only the latest is sent.
#[must_use]
pub fn due(plan: &[Planned], known: &BTreeMap<Step, Progress>, now: Timestamp) -> Vec<(Planned, Verdict)> {
    let latest = plan.iter().rfind(|planned| matches!(planned.step, Step::Reminder(_)) && planned.at <= now);
    let verdict = |planned: &Planned| match known.get(&planned.step) {
        Some(Progress::Over) => None,
        Some(Progress::Begun) => Some(Verdict::Do),
        None if planned.at > now => None,
        None => Some(match planned.step {
            step if step.nature() == Nature::Acts => Verdict::Do,
            _ if planned.until <= now => Verdict::LeaveOut,
            Step::Reminder(_) if latest.is_some_and(|latest| latest.step != planned.step) => {
                Verdict::LeaveOut
            }
            _ => Verdict::Do,
        }),
    };
    plan.iter().filter_map(|planned| Some((*planned, verdict(planned)?))).collect()
}

/// The day of a reminder that is asked for now.
#[must_use]
pub fn asked(now: Timestamp, zone: &str) -> Step {
    let today = LocalClock::new(zone, false).at(now).map(|at| at.date());
    Step::Asked(today.and_then(day_of).unwrap_or_default())
}

/// Days since 1970; `None` before it.
fn day_of(date: Date) -> Option<u32> {
    (date - EPOCH).get_days().try_into().ok()
}

/// Calendar days of one place: a week later is the same time of day, whatever the clocks did in between.
struct LocalClock {
    zone: TimeZone,
    office_hours: bool,
}

impl LocalClock {
    fn new(zone: &str, office_hours: bool) -> Self {
        Self { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), office_hours }
    }

    fn at(&self, moment: Timestamp) -> Option<Zoned> {
        Some(jiff::Timestamp::from_millisecond(moment.0).ok()?.to_zoned(self.zone.clone()))
    }

    fn before(&self, moment: Timestamp, span: Duration) -> Timestamp {
        self.moved(moment, span, Zoned::checked_sub).unwrap_or(moment - span)
    }

    fn after(&self, moment: Timestamp, span: Duration) -> Timestamp {
        self.moved(moment, span, Zoned::checked_add).unwrap_or(moment + span)
    }

    fn moved(
        &self,
        moment: Timestamp,
        span: Duration,
        to: impl Fn(&Zoned, Span) -> Result<Zoned, jiff::Error>,
    ) -> Option<Timestamp> {
        const DAY: u64 = 24 * 60 * 60;
        let days = i64::try_from(span.as_secs() / DAY).ok()?;
        let rest = SignedDuration::from_secs(i64::try_from(span.as_secs() % DAY).ok()?);
        let moved = to(&self.at(moment)?, Span::new().try_days(days).ok()?).ok()?;
        let moved = to(&moved, Span::try_from(rest).ok()?).ok()?;
        Some(Timestamp(moved.timestamp().as_millisecond()))
    }

    /// The next moment in office hours.
    fn polite(&self, moment: Timestamp) -> Timestamp {
        if !self.office_hours {
            return moment;
        }
        self.next_open(moment).unwrap_or(moment)
    }

    fn next_open(&self, moment: Timestamp) -> Option<Timestamp> {
        let here = self.at(moment)?;
        if (OPENS..CLOSES).contains(&here.time()) {
            return Some(moment);
        }
        let day = if here.time() < OPENS { here.date() } else { here.date().tomorrow().ok()? };
        let opens = day.to_datetime(OPENS).to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp(opens.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;

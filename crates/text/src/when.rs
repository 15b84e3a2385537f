//! Moments and spans as a person says them, in a given time zone and seen from a given now.

use std::time::Duration;

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::{Message, Text};

const MONTHS: [&str; 12] = [
    "common-month-1",
    "common-month-2",
    "common-month-3",
    "common-month-4",
    "common-month-5",
    "common-month-6",
    "common-month-7",
    "common-month-8",
    "common-month-9",
    "common-month-10",
    "common-month-11",
    "common-month-12",
];

const WEEKDAYS: [&str; 7] = [
    "common-weekday-1",
    "common-weekday-2",
    "common-weekday-3",
    "common-weekday-4",
    "common-weekday-5",
    "common-weekday-6",
    "common-weekday-7",
];

/// A moment to be told to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Timestamp);

impl Moment {
    /// From milliseconds since 1970-01-01T00:00:00Z; what lies beyond the calendar becomes its first or last moment.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        }))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    pub(crate) fn of(moment: &Zoned) -> Self {
        Self(moment.timestamp())
    }
}

/// A time zone to tell moments in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The IANA zone of that name, such as `Europe/Amsterdam`; none when there is no such zone.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// Coordinated universal time.
    #[must_use]
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its IANA name; `UTC` where it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    pub(crate) fn at(&self, moment: Moment) -> Zoned {
        moment.0.to_zoned(self.0.clone())
    }
}

impl Text {
    /// "10:42".
    #[must_use]
    pub fn clock(&self, moment: Moment, zone: &Zone) -> String {
        let at = zone.at(moment);
        let (hour, minute) = (format!("{:02}", at.hour()), format!("{:02}", at.minute()));
        self.message("common-clock").with("hour", hour).with("minute", minute).to_string()
    }

    /// "17 November 2026".
    #[must_use]
    pub fn date(&self, moment: Moment, zone: &Zone) -> String {
        self.civil_date(zone.at(moment).date())
    }

    /// "10:54, Tuesday 17 November 2026".
    #[must_use]
    pub fn date_and_clock(&self, moment: Moment, zone: &Zone) -> String {
        let date = zone.at(moment).date();
        let weekday = WEEKDAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
        self.message("common-date-and-clock")
            .with("clock", self.clock(moment, zone))
            .with("weekday", self.message(weekday))
            .with("date", self.civil_date(date))
            .to_string()
    }

    /// The time of day today; with the day otherwise: "10:42", "11:04 tomorrow", "11:04 on 19 November 2026".
    #[must_use]
    pub fn until(&self, moment: Moment, now: Moment, zone: &Zone) -> String {
        let clock = self.clock(moment, zone);
        match days_ahead(moment, now, zone) {
            0 => clock,
            1 => self.message("common-until-tomorrow").with("clock", clock).to_string(),
            _ => {
                let date = self.date(moment, zone);
                self.message("common-until-date").with("clock", clock).with("date", date).to_string()
            }
        }
    }

    /// A moment that has passed, for lists: "today, 10:43", "yesterday, 18:20", "5 November 2026".
    #[must_use]
    pub fn since(&self, moment: Moment, now: Moment, zone: &Zone) -> String {
        let day = match days_ahead(moment, now, zone) {
            0 => "common-since-today",
            -1 => "common-since-yesterday",
            _ => return self.date(moment, zone),
        };
        self.message(day).with("clock", self.clock(moment, zone)).to_string()
    }

    /// A short span for a countdown: "9 min 40 s", "40 s", "2 h 05 min", "3 days 4 h". Parts of a second are dropped.
    #[must_use]
    pub fn span(&self, span: Duration) -> String {
        let seconds = span.as_secs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
        if days > 0 {
            self.message("common-span-days").with("days", days).with("hours", hours).to_string()
        } else if hours > 0 {
            let minutes = format!("{minutes:02}");
            self.message("common-span-hours").with("hours", hours).with("minutes", minutes).to_string()
        } else if minutes > 0 {
            self.span_minutes(&minutes.to_string(), &format!("{:02}", seconds % 60))
        } else {
            self.span_seconds(&seconds.to_string())
        }
    }

    /// The parts of a countdown with places to fill: `%m` minutes, `%s` seconds; for a script that counts on.
    #[must_use]
    pub fn span_patterns(&self) -> (String, String) {
        (self.span_minutes("%m", "%s"), self.span_seconds("%s"))
    }

    /// A span in words, rounded up to its largest fitting unit: "10 minutes", "1 hour", "30 days", "45 seconds".
    #[must_use]
    pub fn span_words(&self, span: Duration) -> String {
        let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
        let message = match seconds {
            0..=90 if seconds != 60 => self.message("common-span-words-seconds").with("seconds", seconds),
            60..=7_140 if !seconds.is_multiple_of(3_600) => {
                self.message("common-span-words-minutes").with("minutes", seconds.div_ceil(60))
            }
            0..=172_799 if !seconds.is_multiple_of(86_400) => {
                self.message("common-span-words-hours").with("hours", seconds.div_ceil(3_600))
            }
            _ => self.message("common-span-words-days").with("days", seconds.div_ceil(86_400)),
        };
        message.to_string()
    }

    fn span_minutes(&self, minutes: &str, seconds: &str) -> String {
        self.message("common-span-minutes").with("minutes", minutes).with("seconds", seconds).to_string()
    }

    fn span_seconds(&self, seconds: &str) -> String {
        self.message("common-span-seconds").with("seconds", seconds).to_string()
    }

    fn civil_date(&self, date: Date) -> String {
        let month: Message<'_> =
            self.message(MONTHS[usize::from(date.month().unsigned_abs()).saturating_sub(1) % 12]);
        self.message("common-date")
            .with("day", date.day().to_string())
            .with("month", month)
            .with("year", date.year().to_string())
            .to_string()
    }
}

/// Whole calendar days from `now` to `moment` in that zone: 0 today, 1 tomorrow, -1 yesterday.
fn days_ahead(moment: Moment, now: Moment, zone: &Zone) -> i32 {
    let (then, today) = (zone.at(moment).date(), zone.at(now).date());
    then.duration_since(today)
        .as_hours()
        .checked_div(24)
        .map_or(0, |days| i32::try_from(days).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(moment: &str) -> Moment {
        Moment(moment.parse().unwrap())
    }

    fn amsterdam() -> Zone {
        Zone::named("Europe/Amsterdam").unwrap()
    }

    #[test]
    fn the_clock_of_the_zone() {
        let text = Text::default();
        let moment = at("2026-11-17T09:42:59Z");
        assert_eq!(text.clock(moment, &amsterdam()), "10:42");
        assert_eq!(text.clock(moment, &Zone::utc()), "09:42");
        assert_eq!(text.date_and_clock(moment, &amsterdam()), "10:42, Tuesday 17 November 2026");
        assert_eq!(Zone::named("Europe/Atlantis"), None);
    }

    #[test]
    fn the_day_is_said_when_it_is_not_today() {
        let (text, zone) = (Text::default(), amsterdam());
        let now = at("2026-11-17T22:50:00Z");
        assert_eq!(text.until(at("2026-11-17T22:55:00Z"), now, &zone), "23:55");
        assert_eq!(text.until(at("2026-11-17T23:05:00Z"), now, &zone), "00:05 tomorrow");
        assert_eq!(text.until(at("2026-11-19T23:05:00Z"), now, &zone), "00:05 on 20 November 2026");
        assert_eq!(text.since(at("2026-11-17T09:43:00Z"), now, &zone), "today, 10:43");
        assert_eq!(text.since(at("2026-11-16T17:20:00Z"), now, &zone), "yesterday, 18:20");
        assert_eq!(text.since(at("2026-11-05T17:20:00Z"), now, &zone), "5 November 2026");
    }

    #[test]
    fn days_change_with_the_clocks() {
        // The night of 28 March 2027 has 23 hours in Amsterdam.
        let (text, zone) = (Text::default(), amsterdam());
        assert_eq!(
            text.until(at("2027-03-28T22:30:00Z"), at("2027-03-27T23:30:00Z"), &zone),
            "00:30 tomorrow"
        );
    }

    #[test]
    fn spans_for_a_countdown() {
        let text = Text::default();
        let span = |seconds| text.span(Duration::from_secs(seconds));
        assert_eq!([span(0), span(59), span(60)], ["0 s", "59 s", "1 min 00 s"]);
        assert_eq!([span(425), span(580), span(3_599)], ["7 min 05 s", "9 min 40 s", "59 min 59 s"]);
        assert_eq!([span(3_600), span(86_399)], ["1 h 00 min", "23 h 59 min"]);
        assert_eq!([span(86_400), span(273_600)], ["1 day 0 h", "3 days 4 h"]);
        assert_eq!(text.span_patterns(), ("%m min %s s".into(), "%s s".into()));
    }

    #[test]
    fn spans_in_words() {
        let text = Text::default();
        let words = |seconds| text.span_words(Duration::from_secs(seconds));
        assert_eq!([words(1), words(45), words(90)], ["1 second", "45 seconds", "90 seconds"]);
        assert_eq!([words(60), words(91), words(600)], ["1 minute", "2 minutes", "10 minutes"]);
        assert_eq!(words(3_600), "1 hour");
        assert_eq!([words(7_200), words(43_200)], ["2 hours", "12 hours"]);
        assert_eq!([words(86_400), words(2_592_000)], ["1 day", "30 days"]);
    }

    #[test]
    fn moments_beyond_the_calendar_are_told_too() {
        let text = Text::default();
        assert_eq!(text.date(Moment::from_millis(i64::MAX), &Zone::utc()), "30 December 9999");
        assert_eq!(text.date(Moment::from_millis(i64::MIN), &Zone::utc()), "2 January -9999");
    }
}

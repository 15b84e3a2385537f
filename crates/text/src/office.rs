//! Hours of a help desk: whether somebody answers now, and when again.

use jiff::{
    ToSpan as _, Zoned,
    civil::{Time, Weekday},
};

use crate::{Moment, Zone};

/// The names of the days, as operators write them.
const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// When somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    days: Vec<Weekday>,
    opens: Time,
    closes: Time,
    zone: Zone,
}

impl Office {
    /// Reads days such as "Monday to Friday", "Monday, Wednesday and Friday" or "Every day", and hours such as "07:00". None
    /// when they are said in another way: then only the words are shown.
    #[must_use]
    pub fn read(days: &str, opens: &str, closes: &str, zone: Zone) -> Option<Self> {
        let (opens, closes) = (opens.parse().ok()?, closes.parse().ok()?);
        let days = read_days(&days.to_lowercase())?;
        (opens < closes && !days.is_empty()).then_some(Self { days, opens, closes, zone })
    }

    /// Whether somebody answers at `now`, and the moment when that changes.
    #[must_use]
    pub fn at(&self, now: Moment) -> Option<(bool, Moment)> {
        let here = self.zone.at(now);
        for ahead in 0..8 {
            let day = here.date().checked_add(i64::from(ahead).days()).ok()?;
            if !self.days.contains(&day.weekday()) {
                continue;
            }
            let at = |time: Time| -> Option<Zoned> {
                day.to_datetime(time).to_zoned(here.time_zone().clone()).ok()
            };
            let (opens, closes) = (at(self.opens)?, at(self.closes)?);
            if here < opens {
                return Some((false, Moment::of(&opens)));
            }
            if here < closes {
                return Some((true, Moment::of(&closes)));
            }
        }
        None
    }
}

fn read_days(days: &str) -> Option<Vec<Weekday>> {
    let named = |name: &str| DAYS.iter().position(|(day, _)| *day == name.trim());
    if matches!(days.trim(), "every day" | "daily") {
        return Some(DAYS.iter().map(|(_, day)| *day).collect());
    }
    let mut open = Vec::new();
    for part in days.replace(" and ", ",").split(',').filter(|part| !part.trim().is_empty()) {
        let (first, last) = match part.split_once(" to ").or_else(|| part.split_once('–')) {
            Some((first, last)) => (named(first)?, named(last)?),
            None => (named(part)?, named(part)?),
        };
        let count = (last + 7 - first) % 7;
        open.extend((first..=first + count).filter_map(|day| DAYS.get(day % 7)).map(|(_, day)| *day));
    }
    Some(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(days: &str) -> Option<Office> {
        Office::read(days, "07:00", "19:00", Zone::named("Europe/Amsterdam").unwrap())
    }

    fn at(days: &str, now: &str) -> (bool, String) {
        let now = Moment::of(&now.parse::<Zoned>().unwrap());
        let (is_open, next) = office(days).unwrap().at(now).unwrap();
        (is_open, Zone::named("Europe/Amsterdam").unwrap().at(next).strftime("%a %H:%M").to_string())
    }

    #[test]
    fn open_from_the_first_minute_to_the_last() {
        let days = "Monday to Friday";
        for (now, is_open, next) in [
            ("2026-11-17T06:59:59+01:00[Europe/Amsterdam]", false, "Tue 07:00"),
            ("2026-11-17T07:00:00+01:00[Europe/Amsterdam]", true, "Tue 19:00"),
            ("2026-11-17T18:59:59+01:00[Europe/Amsterdam]", true, "Tue 19:00"),
            ("2026-11-17T19:00:00+01:00[Europe/Amsterdam]", false, "Wed 07:00"),
            ("2026-11-20T19:00:00+01:00[Europe/Amsterdam]", false, "Mon 07:00"),
            ("2026-11-22T12:00:00+01:00[Europe/Amsterdam]", false, "Mon 07:00"),
        ] {
            assert_eq!(at(days, now), (is_open, next.to_owned()), "{now}");
        }
    }

    #[test]
    fn one_day_a_week_opens_again_in_a_week() {
        let now = "2026-11-17T19:00:00+01:00[Europe/Amsterdam]";
        assert_eq!(at("Tuesday", now), (false, "Tue 07:00".to_owned()));
        assert_eq!(at("Every day", now), (false, "Wed 07:00".to_owned()));
        assert_eq!(at("Saturday to Monday", now), (false, "Sat 07:00".to_owned()));
        assert_eq!(at("Monday, Wednesday and Friday", now), (false, "Wed 07:00".to_owned()));
    }

    #[test]
    fn other_words_are_only_shown() {
        for days in ["", "weekdays", "Monday to Someday", "Lunes a viernes"] {
            assert_eq!(office(days), None, "{days}");
        }
        let zone = Zone::utc();
        assert_eq!(Office::read("Monday", "19:00", "07:00", zone.clone()), None);
        assert_eq!(Office::read("Monday", "seven", "19:00", zone), None);
    }
}

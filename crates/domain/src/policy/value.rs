//! What a policy key can hold, and how it is written: `6`, `10 min`, `2 min 30 s`, `5 in 10 min`, `off`, `refuse`.

use std::{fmt, time::Duration};

use super::{EnrolmentDuty, EnrolmentPrompt};
pub use crate::budget::Limit;

impl Limit {
    /// Whether keeping this limit keeps the other one too.
    #[must_use]
    pub fn implies(&self, other: &Self) -> bool {
        self.count <= other.count && self.within >= other.within
    }

    /// The loosest single limit that keeps both.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        Self { count: self.count.min(other.count), within: self.within.max(other.within) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.count, Span(self.within))
    }
}

/// The value of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A count, a length, a number of digits.
    Number(u32),
    /// A span of time.
    Span(Duration),
    /// One or more limits that hold together.
    Limits(Vec<Limit>),
    /// One of the words that the key knows, switches included.
    Word(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Span(span) => Span(*span).fmt(f),
            Self::Word(word) => f.write_str(word),
            Self::Limits(limits) => {
                for (i, limit) in limits.iter().enumerate() {
                    write!(f, "{}{limit}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

/// A field of [`Policy`](super::Policy) that a key reads and writes.
pub(super) trait Field {
    /// The field's value, as the key shows it.
    fn value(&self) -> Value;
    /// Takes over a value; one of the wrong kind leaves the field as it is (the table's test rules that out).
    fn assign(&mut self, value: &Value);
}

impl Field for u8 {
    fn value(&self) -> Value {
        Value::Number(u32::from(*self))
    }
    fn assign(&mut self, value: &Value) {
        if let Value::Number(number) = value
            && let Ok(number) = Self::try_from(*number)
        {
            *self = number;
        }
    }
}

impl Field for u32 {
    fn value(&self) -> Value {
        Value::Number(*self)
    }
    fn assign(&mut self, value: &Value) {
        if let Value::Number(number) = value {
            *self = *number;
        }
    }
}

impl Field for Option<u32> {
    fn value(&self) -> Value {
        self.map_or(Value::Word("cores"), Value::Number)
    }
    fn assign(&mut self, value: &Value) {
        *self = if let Value::Number(number) = value { Some(*number) } else { None };
    }
}

impl Field for Duration {
    fn value(&self) -> Value {
        Value::Span(*self)
    }
    fn assign(&mut self, value: &Value) {
        if let Value::Span(span) = value {
            *self = *span;
        }
    }
}

impl Field for Option<Duration> {
    fn value(&self) -> Value {
        self.map_or(Value::Word("off"), Value::Span)
    }
    fn assign(&mut self, value: &Value) {
        *self = if let Value::Span(span) = value { Some(*span) } else { None };
    }
}

impl Field for Limit {
    fn value(&self) -> Value {
        Value::Limits(vec![*self])
    }
    fn assign(&mut self, value: &Value) {
        if let Value::Limits(limits) = value
            && let [limit] = limits[..]
        {
            *self = limit;
        }
    }
}

impl Field for Vec<Limit> {
    fn value(&self) -> Value {
        Value::Limits(self.clone())
    }
    fn assign(&mut self, value: &Value) {
        if let Value::Limits(limits) = value {
            self.clone_from(limits);
        }
    }
}

macro_rules! words {
    ($($type:ty { $($word:literal = $variant:expr),+ $(,)? })+) => {$(
        impl Field for $type {
            fn value(&self) -> Value {
                $(if *self == $variant { return Value::Word($word); })+
                Value::Word("")
            }
            fn assign(&mut self, value: &Value) {
                match value {
                    $(Value::Word($word) => *self = $variant,)+
                    _ => {}
                }
            }
        }
    )+};
}

words! {
    EnrolmentDuty { "after-deadline" = Self::AfterDeadline, "at-once" = Self::AtOnce }
    EnrolmentPrompt { "once-a-day" = Self::OnceADay, "every-login" = Self::EveryLogin }
    bool { "no" = false, "yes" = true }
}

/// A span as people write it: `2 min 30 s`.
pub(super) struct Span(pub(super) Duration);

const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_secs();
        if rest == 0 {
            return f.write_str("0 s");
        }
        let mut gap = "";
        for (length, unit) in UNITS {
            let count = rest / length;
            if count > 0 {
                let unit = if unit == "d" { if count == 1 { "day" } else { "days" } } else { unit };
                write!(f, "{gap}{count} {unit}")?;
                gap = " ";
            }
            rest %= length;
        }
        Ok(())
    }
}

/// Reads a span: whole numbers with units from days down to seconds, each unit at most once, greatest first.
pub(super) fn parse_span(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut last_length = u64::MAX;
    let mut total = 0_u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, tail) = split_where(rest, |c| !c.is_ascii_digit());
        let (unit, tail) = split_where(tail.trim_start(), |c| !c.is_ascii_alphabetic());
        let length = match unit {
            "s" | "sec" | "second" | "seconds" => 1,
            "min" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            _ => return None,
        };
        if length >= last_length {
            return None;
        }
        last_length = length;
        total = number.parse::<u64>().ok()?.checked_mul(length)?.checked_add(total)?;
        rest = tail.trim_start();
    }
    Some(Duration::from_secs(total))
}

/// Reads `5 in 10 min`.
pub(super) fn parse_limit(text: &str) -> Option<Limit> {
    let (count, within) = text.trim().split_once(" in ")?;
    Some(Limit { count: count.trim().parse().ok()?, within: parse_span(within)? })
}

fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}

pub(super) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub(super) const fn minutes(count: u64) -> Duration {
    seconds(60 * count)
}

pub(super) const fn hours(count: u64) -> Duration {
    minutes(60 * count)
}

pub(super) const fn days(count: u64) -> Duration {
    hours(24 * count)
}

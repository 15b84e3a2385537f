//! One policy key: its name, what it may hold, which way is tighter.

use std::{fmt, time::Duration};

use super::{
    Policy,
    layer::{PolicyProblem, RawValue},
    value::{Limit, Span, Value, parse_limit, parse_span},
};

/// What a key may hold. Ranges include both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number of `unit`; `absent` is the word for "none given", where the key knows one.
    Number { min: u32, max: u32, unit: &'static str, absent: Option<&'static str> },
    /// A span of time; `absent` as above.
    Span { min: Duration, max: Duration, absent: Option<&'static str> },
    /// `1..=most` limits, each `count.0..=count.1` events within `within.0..=within.1`.
    Limits { most: usize, count: (u32, u32), within: (Duration, Duration) },
    /// One of these words, the loosest first.
    Words(&'static [&'static str]),
}

/// Which way a floor lets a value go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tighter {
    /// Smaller, shorter, fewer.
    Lower,
    /// Greater, longer, more; of words the later.
    Higher,
    /// Neither way is safer: under a floor the country's value stands.
    Neither,
}

/// Who may set a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every layer.
    AnyLayer,
    /// The installation only: it concerns the machine, or it holds before anybody knows whose name was typed.
    Installation,
}

/// One knob of the policy.
pub struct Key {
    /// Dotted name, as in the configuration.
    pub name: &'static str,
    /// What it decides, in one sentence.
    pub doc: &'static str,
    /// What it may hold.
    pub(super) kind: Kind,
    /// Which way is tighter.
    pub tighter: Tighter,
    /// Who may set it.
    pub scope: Scope,
    pub(super) get: fn(&Policy) -> Value,
    pub(super) set: fn(&mut Policy, &Value),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.name)
    }
}

impl Key {
    /// What this key holds in a policy.
    #[must_use]
    pub fn value_in(&self, policy: &Policy) -> Value {
        (self.get)(policy)
    }

    /// What it may hold, for people: `6 to 10 digits`.
    #[must_use]
    pub fn range(&self) -> String {
        match self.kind {
            Kind::Number { min, max, unit, absent } => {
                let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
                format!("{min} to {max}{unit}{}", or_word(absent))
            }
            Kind::Span { min, max, absent } => format!("{} to {}{}", Span(min), Span(max), or_word(absent)),
            Kind::Limits { most, count, within } => {
                let one = format!("{} to {} in {} to {}", count.0, count.1, Span(within.0), Span(within.1));
                if most == 1 { one } else { format!("1 to {most} limits of {one}") }
            }
            Kind::Words(words) => words.join(" or "),
        }
    }

    /// How a value is written, for errors: `a span such as "10 min"`.
    fn form(&self) -> &'static str {
        match self.kind {
            Kind::Number { .. } => "a whole number",
            Kind::Span { .. } => "a span with its unit, such as \"10 min\" or \"2 h 30 min\"",
            Kind::Limits { most: 1, .. } => "a limit such as \"5 in 10 min\"",
            Kind::Limits { .. } => "limits such as \"2 in 10 s, 5 in 10 min\"",
            Kind::Words(_) => "one word",
        }
    }

    /// Reads a value as it stands in a configuration file, a variable or a database.
    ///
    /// # Errors
    /// [`PolicyProblem::NotUnderstood`] and [`PolicyProblem::OutOfRange`], both saying what the key takes.
    pub fn parse(&self, raw: &RawValue) -> Result<Value, PolicyProblem> {
        let value = self.read(raw).ok_or_else(|| PolicyProblem::NotUnderstood {
            key: self.name,
            given: raw.to_string(),
            form: self.form(),
            range: self.range(),
        })?;
        if self.allows(&value) {
            Ok(value)
        } else {
            Err(PolicyProblem::OutOfRange { key: self.name, given: raw.to_string(), range: self.range() })
        }
    }

    fn read(&self, raw: &RawValue) -> Option<Value> {
        let text = raw.to_string();
        let text = text.trim();
        match self.kind {
            Kind::Number { absent: Some(word), .. } | Kind::Span { absent: Some(word), .. }
                if text == word =>
            {
                Some(Value::Word(word))
            }
            Kind::Number { .. } => text.parse().ok().map(Value::Number),
            Kind::Span { .. } => parse_span(text).map(Value::Span),
            Kind::Limits { .. } => {
                text.split(',').map(parse_limit).collect::<Option<Vec<_>>>().map(Value::Limits)
            }
            Kind::Words(words) => words.iter().copied().find(|word| *word == text).map(Value::Word),
        }
    }

    /// Whether a value lies in the key's range.
    pub(super) fn allows(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (Kind::Number { min, max, .. }, Value::Number(number)) => (min..=max).contains(number),
            (Kind::Span { min, max, .. }, Value::Span(span)) => (min..=max).contains(span),
            (Kind::Number { absent, .. } | Kind::Span { absent, .. }, Value::Word(word)) => {
                absent == Some(*word)
            }
            (Kind::Limits { most, count, within }, Value::Limits(limits)) => {
                (1..=most).contains(&limits.len())
                    && limits.iter().all(|limit| {
                        (count.0..=count.1).contains(&limit.count)
                            && (within.0..=within.1).contains(&limit.within)
                    })
            }
            (Kind::Words(words), Value::Word(word)) => words.contains(word),
            (Kind::Number { .. } | Kind::Span { .. } | Kind::Limits { .. } | Kind::Words(_), _) => false,
        }
    }

    /// Whether `value` is at least as tight as `floor`.
    #[must_use]
    pub fn keeps(&self, value: &Value, floor: &Value) -> bool {
        if let (Value::Limits(values), Value::Limits(floors)) = (value, floor)
            && self.tighter == Tighter::Lower
        {
            return floors.iter().all(|floor| values.iter().any(|value| value.implies(floor)));
        }
        match self.tighter {
            Tighter::Lower => self.rank(value) <= self.rank(floor),
            Tighter::Higher => self.rank(value) >= self.rank(floor),
            Tighter::Neither => value == floor,
        }
    }

    /// The loosest value that is at least as tight as both.
    #[must_use]
    pub fn tighten(&self, value: Value, floor: &Value) -> Value {
        if self.keeps(&value, floor) {
            return value;
        }
        match (self.kind, value, floor) {
            (Kind::Limits { most, .. }, Value::Limits(values), Value::Limits(floors))
                if self.tighter != Tighter::Neither =>
            {
                Value::Limits(join(values, floors, most))
            }
            _ => floor.clone(),
        }
    }

    /// Where a value stands between loose and tight, in the order of its numbers; "none" is beyond every number.
    fn rank(&self, value: &Value) -> u128 {
        match value {
            Value::Number(number) => u128::from(*number),
            Value::Span(span) => span.as_millis(),
            Value::Limits(limits) => limits.len() as u128,
            Value::Word(word) => match self.kind {
                Kind::Words(words) => words.iter().position(|known| known == word).unwrap_or(0) as u128,
                Kind::Number { .. } | Kind::Span { .. } | Kind::Limits { .. } => u128::MAX,
            },
        }
    }
}

/// Both lists together, without limits that another one implies. A key of one limit gets one that keeps both.
fn join(values: Vec<Limit>, floors: &[Limit], most: usize) -> Vec<Limit> {
    let all = values.into_iter().chain(floors.iter().copied());
    if most == 1 {
        return all.reduce(Limit::both).into_iter().collect();
    }
    let mut kept: Vec<Limit> = Vec::new();
    for limit in all {
        if !kept.iter().any(|other| other.implies(&limit)) {
            kept.retain(|other| !limit.implies(other));
            kept.push(limit);
        }
    }
    kept.sort_by_key(|limit| limit.within);
    kept
}

fn or_word(absent: Option<&str>) -> String {
    absent.map(|word| format!(", or {word}")).unwrap_or_default()
}

//! A line for people: time, level, target, message, fields, and the fields of the request.

use std::fmt::{self, Write};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, format::Writer, time::FormatTime},
    registry::LookupSpan,
};

/// Writes each event as one line.
#[derive(Debug)]
pub struct HumanLine<T> {
    timer: T,
}

impl<T> HumanLine<T> {
    /// Lines with the time that `timer` gives.
    pub const fn new(timer: T) -> Self {
        Self { timer }
    }
}

impl<S, N, T> FormatEvent<S, N> for HumanLine<T>
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    N: for<'w> FormatFields<'w> + 'static,
    T: FormatTime,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        self.timer.format_time(&mut line)?;
        write!(line, " {} {}:", event.metadata().level(), event.metadata().target())?;
        event.record(&mut Line { line: &mut line, result: Ok(()) });
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                line.write_str(fields)?;
            }
        }
        line.write_char('\n')
    }
}

/// Writes the fields of spans as those of events are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values;

impl<'w> FormatFields<'w> for Values {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut line = Line { line: &mut writer, result: Ok(()) };
        fields.record(&mut line);
        line.result
    }
}

struct Line<'l, W> {
    line: &'l mut W,
    result: fmt::Result,
}

impl<W: Write> Visit for Line<'_, W> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let value = format!("{value:?}");
        let written = match field.name() {
            "message" => write!(self.line, " {}", Inert(&value)),
            name if value.contains([' ', '"', '=']) || value.is_empty() => {
                write!(self.line, " {name}=\"{}\"", Inert(&value.replace('"', "'")))
            }
            name => write!(self.line, " {name}={}", Inert(&value)),
        };
        self.result = self.result.and(written);
    }
}

/// Text in which nothing ends a line, moves the cursor or reorders what follows.
struct Inert<'t>(&'t str);

impl fmt::Display for Inert<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            let reorders =
                matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if c.is_control() || reorders {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

//! The log: one line an event, for people or as JSON, on standard error.
//!
//! Every event is one line whatever its values hold: control characters and those that reorder text are escaped. What
//! happens within a request carries `request`, the id that the answer's `x-request-id` header holds.
//!
//! # Failed logins
//!
//! Each failed login is one event with the target [`AUTH`] and the message "login failed", written at every level that is
//! configured, in a form that does not change within a major version:
//!
//! ```text
//! 2026-11-22T17:04:56.123456Z WARN vestibule::auth: login failed client=203.0.113.7 reason=wrong_password request=…
//! ```
//!
//! `client` comes first and is the address as Vestibule believes it: that of the connection, or what a trusted proxy
//! says. `reason` is a word of its own: `wrong_password`, `wrong_code`, `unknown_name` and so on. Neither the typed
//! name nor any other personal data is in the line. `deploy/fail2ban/` holds the filter.

mod human;

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::Directive,
    fmt::{MakeWriter, time::FormatTime},
    layer::SubscriberExt,
    util::{SubscriberInitExt, TryInitError},
};

use crate::config::{Log, LogFormat};

pub use human::HumanLine;

/// The target of events about failed logins.
pub const AUTH: &str = "vestibule::auth";

/// Begins to log to standard error.
///
/// # Errors
/// When the process logs already.
pub fn start(log: &Log) -> Result<(), TryInitError> {
    subscriber(log, tracing_subscriber::fmt::time::SystemTime, std::io::stderr).try_init()
}

/// What [`start`] starts, for another clock and another output.
pub fn subscriber<T, W>(log: &Log, timer: T, writer: W) -> impl Subscriber + Send + Sync
where
    T: FormatTime + Send + Sync + 'static,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Human => {
            let layer = tracing_subscriber::fmt::layer().event_format(HumanLine::new(timer));
            layer.fmt_fields(human::Values).with_writer(writer).with_filter(filter(&log.level)).boxed()
        }
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false);
            layer.with_timer(timer).with_writer(writer).with_filter(filter(&log.level)).boxed()
        }
    };
    Registry::default().with(lines)
}

/// The level that is configured, and failed logins at any level. The library of passkeys calls each one whose counter stays at 0,
/// as those do that are kept in sync over devices, an error; what it refuses is told by its caller. Whoever wants its lines
/// names it.
fn filter(level: &str) -> EnvFilter {
    const PASSKEYS: &str = "webauthn_rs_core";
    let quiet = (!level.contains(PASSKEYS)).then(|| format!("{PASSKEYS}=off"));
    let failed_logins = Some(format!("{AUTH}=info"));
    [quiet, failed_logins]
        .into_iter()
        .flatten()
        .filter_map(|directive| directive.parse::<Directive>().ok())
        .fold(EnvFilter::builder().parse_lossy(level), EnvFilter::add_directive)
}

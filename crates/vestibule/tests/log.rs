//! What a line of the log looks like; the line about a failed login is a promise to fail2ban.

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use insta::assert_snapshot;
use tracing_subscriber::fmt::{MakeWriter, format::Writer, time::FormatTime};
use vestibule::{
    config::{Log, LogFormat},
    log,
};

struct FixedTime;

impl FormatTime for FixedTime {
    fn format_time(&self, line: &mut Writer<'_>) -> fmt::Result {
        line.write_str("2026-11-17T09:40:00.000000Z")
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

fn logged(format: LogFormat, level: &str, work: impl FnOnce()) -> String {
    let lines = Lines::default();
    let log = Log { format, level: level.to_owned() };
    tracing::subscriber::with_default(log::subscriber(&log, FixedTime, lines.clone()), work);
    let bytes = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn fail_a_login() {
    let request = tracing::info_span!("request", request = "01JD");
    let _inside = request.enter();
    tracing::warn!(target: log::AUTH, client = %"203.0.113.7", reason = "wrong_password", "login failed");
}

#[test]
fn a_failed_login_is_a_stable_line_that_the_delivered_filter_finds() {
    let filter = include_str!("../../../deploy/fail2ban/filter.d-vestibule.conf");
    let human = logged(LogFormat::Human, "info", fail_a_login);
    assert_snapshot!(human, @r##"
        2026-11-17T09:40:00.000000Z WARN vestibule::auth: login failed client=203.0.113.7 reason=wrong_password request=01JD
        "##);
    let json = logged(LogFormat::Json, "info", fail_a_login);
    assert_snapshot!(json, @r##"
        {"timestamp":"2026-11-17T09:40:00.000000Z","level":"WARN","message":"login failed","client":"203.0.113.7","reason":"wrong_password","target":"vestibule::auth","span":{"request":"01JD","name":"request"}}
        "##);
    for (line, expression) in [
        (human, "vestibule::auth: login failed client=<HOST> reason="),
        (json, r#""message":"login failed","client":"<HOST>","reason":""#),
    ] {
        assert!(filter.contains(expression));
        assert!(line.contains(&expression.replace("<HOST>", "203.0.113.7")), "{line}");
    }
}

#[test]
fn failed_logins_are_told_at_every_level() {
    for level in ["error", "off", "warn,sqlx=off"] {
        assert!(logged(LogFormat::Human, level, fail_a_login).contains("login failed"), "{level}");
    }
}

#[test]
fn levels_and_exceptions_are_kept() {
    let work = || {
        tracing::info!(target: "vestibule::mail", "told");
        tracing::debug!(target: "vestibule::mail", "hidden");
        tracing::info!(target: "sqlx::query", "hidden");
    };
    let lines = logged(LogFormat::Human, "info,sqlx=warn", work);
    assert_eq!(lines, "2026-11-17T09:40:00.000000Z INFO vestibule::mail: told\n");
}

#[test]
fn passkeys_are_told_of_by_us_and_by_their_library_only_where_it_is_named() {
    let work = || tracing::error!(target: "webauthn_rs_core::core", "Credential counter is 0");
    assert_eq!(logged(LogFormat::Human, "info", work), "");
    assert!(logged(LogFormat::Human, "info,webauthn_rs_core=error", work).contains("counter is 0"));
}

#[test]
fn whatever_a_value_holds_it_stays_one_inert_line() {
    let work = || {
        let value = "a\nb\r\x1b[31m\u{202e}\"x\" y";
        tracing::info!(target: "vestibule::test", value, shown = %value, debugged = ?value, empty = "", count = 3, "said\nthat");
    };
    let human = logged(LogFormat::Human, "info", work);
    assert_snapshot!(human, @r##"
        2026-11-17T09:40:00.000000Z INFO vestibule::test: said\u{a}that value="a\u{a}b\u{d}\u{1b}[31m\u{202e}'x' y" shown="a\u{a}b\u{d}\u{1b}[31m\u{202e}'x' y" debugged="'a\nb\r\u{1b}[31m\u{202e}\'x\' y'" empty="" count=3
        "##);
    assert_eq!(human.matches('\n').count(), 1);
    let json = logged(LogFormat::Json, "info", work);
    assert_eq!(json.matches('\n').count(), 1);
    assert!(!json.contains('\x1b'));
}

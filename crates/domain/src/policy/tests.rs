use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use super::{
    key::{Key, Kind},
    table::{KEYS, find, nearest},
    value::{Limit, Span, Value, days, hours, minutes, parse_limit, parse_span, seconds},
    *,
};

fn set(layer: &mut Layer, key: &str, text: &str) -> Result<(), String> {
    layer.set(key, &RawValue::from(text)).map_err(|problem| problem.to_string())
}

fn said(key: &str, text: &str) -> String {
    set(&mut Layer::empty(LayerName::Installation), key, text).map_or_else(|e| e, |()| "accepted".to_owned())
}

pub(super) fn layer(name: LayerName, settings: &[(&str, &str)]) -> Layer {
    let mut layer = Layer::empty(name);
    for (key, text) in settings {
        set(&mut layer, key, text).unwrap();
    }
    layer
}

#[test]
fn default_policy_is_the_published_one() {
    let mut table = String::new();
    for row in Layers::default().resolve().explain() {
        assert_eq!((row.value.as_str(), row.origin.as_str()), (row.default.as_str(), "default"));
        writeln!(table, "{:42} {:52} {}", row.key, row.value, row.range).unwrap();
    }
    insta::assert_snapshot!(table, @r#"
    otp.digits                                 6                                                    6 to 10 digits
    otp.lifetime                               10 min                                               1 min to 10 min
    otp.tries_per_code                         5                                                    1 to 10 tries
    otp.failures_before_wait                   10                                                   3 to 20 failures
    otp.wait                                   10 min                                               1 min to 1 h
    otp.wait_cap                               1 day                                                1 h to 7 days
    otp.failures_before_disable                100                                                  20 to 100 failures
    otp.sends                                  2 in 10 s, 3 in 5 min, 5 in 10 min, 15 in 1 h        1 to 8 limits of 1 to 100 in 1 s to 1 day
    device.trust_lifetime                      30 days                                              1 h to 180 days
    device.trust_idle                          off                                                  1 day to 90 days, or off
    device.max_per_user                        10                                                   1 to 50 devices
    device.require_key                         no                                                   no or yes
    session.idle                               15 min                                               5 min to 1 h
    session.warn_before                        2 min 30 s                                           20 s to 4 min
    session.total                              12 h                                                 1 h to 1 day
    session.sensitive_window                   10 min                                               1 min to 1 h
    session.strict                             no                                                   no or yes
    password.min_length                        12                                                   8 to 64 characters
    password.max_length                        256                                                  64 to 1024 characters
    password.min_strength                      3                                                    2 to 4 of 4
    password.breached                          refuse                                               allow or refuse
    password.failures.per_browser              5 in 1 min                                           1 to 20 in 10 s to 1 h
    password.failures.wait_step                1 min                                                1 s to 10 min
    password.failures.wait_cap                 15 min                                               10 min to 1 day
    password.failures.per_account_before_mail  20                                                   5 to 100 failures
    sends_before_proof                         3 in 1 h                                             1 to 20 in 10 s to 1 day
    user_id.asks                               20 in 1 h                                            1 to 100 in 10 s to 1 day
    security_code.min_digits                   6                                                    6 to 8 digits
    security_code.max_digits                   9                                                    8 to 9 digits
    security_code.tries                        5 in 15 min                                          1 to 10 in 10 s to 1 day
    security_code.tries_before_disable         20                                                   5 to 100 tries
    enrolment.required                         after-deadline                                       after-deadline or at-once
    enrolment.postpone_for                     30 days                                              0 s to 30 days
    enrolment.prompt                           every-login                                          once-a-day or every-login
    recovery.link_lifetime                     30 min                                               5 min to 2 h
    recovery_codes.count                       10                                                   6 to 20 codes
    recovery_codes.warn_below                  4                                                    1 to 5 codes
    invitation.lifetime                        3 days                                               1 h to 14 days
    not_me.link_lifetime                       10 days                                              1 day to 30 days
    argon2.memory_kib                          19456                                                19456 to 1048576 KiB
    argon2.passes                              2                                                    2 to 10 passes
    argon2.lanes                               1                                                    1 to 16 lanes
    hashing.concurrency                        cores                                                1 to 256, or cores
    hashing.max_wait                           3 s                                                  1 s to 30 s
    mail.attempts                              5                                                    1 to 20 attempts
    rollout.announce_before                    7 days                                               1 day to 60 days
    rollout.remind_every                       7 days                                               1 day to 60 days, or off
    rollout.last_notice_before                 2 days                                               1 day to 14 days
    rollout.office_hours                       yes                                                  no or yes
    rollout.mails_per_minute                   600                                                  1 to 60000 mails
    audit.retention                            400 days                                             90 days to 3650 days
    "#);
}

#[test]
fn every_key_reads_back_what_it_writes_and_holds_its_own_default() {
    let fresh = Policy::default();
    for key in KEYS {
        let value = key.value_in(&fresh);
        assert!(key.allows(&value), "{}: the default {value} is outside {}", key.name, key.range());
        assert_eq!(key.parse(&RawValue::Text(value.to_string())).as_ref(), Ok(&value), "{}", key.name);
        for edge in edges(key) {
            let mut policy = Policy::default();
            (key.set)(&mut policy, &edge);
            assert_eq!(key.value_in(&policy), edge, "{} loses {edge}", key.name);
            assert_eq!(key.parse(&RawValue::Text(edge.to_string())), Ok(edge), "{}", key.name);
        }
        assert_eq!(KEYS.iter().filter(|other| other.name == key.name).count(), 1, "{} twice", key.name);
    }
}

/// The least and the greatest value of a key, and its words.
fn edges(key: &Key) -> Vec<Value> {
    match key.kind {
        Kind::Number { min, max, absent, .. } => {
            [Value::Number(min), Value::Number(max)].into_iter().chain(absent.map(Value::Word)).collect()
        }
        Kind::Span { min, max, absent } => {
            [Value::Span(min), Value::Span(max)].into_iter().chain(absent.map(Value::Word)).collect()
        }
        Kind::Limits { most, count, within } => {
            let low = Limit { count: count.0, within: within.0 };
            let high = Limit { count: count.1, within: within.1 };
            vec![Value::Limits(vec![low]), Value::Limits(vec![high; most])]
        }
        Kind::Words(words) => words.iter().copied().map(Value::Word).collect(),
    }
}

#[test]
fn one_beyond_either_end_is_refused() {
    let mut checked = 0;
    for key in KEYS {
        let beyond: Vec<Value> = match key.kind {
            Kind::Number { min, max, .. } => vec![Value::Number(min - 1), Value::Number(max + 1)],
            Kind::Span { min, max, .. } => {
                let second = seconds(1);
                min.checked_sub(second).into_iter().chain([max + second]).map(Value::Span).collect()
            }
            Kind::Limits { most, count, within } => {
                let good = Limit { count: count.0, within: within.0 };
                vec![
                    Value::Limits(vec![Limit { count: count.0 - 1, ..good }]),
                    Value::Limits(vec![Limit { count: count.1 + 1, ..good }]),
                    Value::Limits(vec![Limit { within: within.1 + seconds(1), ..good }]),
                    Value::Limits(vec![good; most + 1]),
                ]
            }
            Kind::Words(_) => vec![Value::Word("perhaps")],
        };
        for value in beyond {
            let error = key.parse(&RawValue::Text(value.to_string())).unwrap_err().to_string();
            assert!(error.contains(key.name) && error.contains(&key.range()), "{error}");
            checked += 1;
        }
    }
    assert!(checked > 2 * KEYS.len());
}

#[test]
fn ranges_of_related_keys_never_cross() {
    let number = |name: &str| match find(name).map(|key| key.kind) {
        Some(Kind::Number { min, max, .. }) => (min, max),
        other => panic!("{name} is no number: {other:?}"),
    };
    let span = |name: &str| match find(name).map(|key| key.kind) {
        Some(Kind::Span { min, max, .. }) => (min, max),
        other => panic!("{name} is no span: {other:?}"),
    };
    assert!(number("password.min_length").1 <= number("password.max_length").0);
    assert!(number("security_code.min_digits").1 <= number("security_code.max_digits").0);
    assert!(number("otp.failures_before_wait").1 <= number("otp.failures_before_disable").0);
    assert!(number("recovery_codes.warn_below").1 < number("recovery_codes.count").0);
    assert!(span("session.warn_before").1 < span("session.idle").0);
    assert!(span("session.idle").1 <= span("session.total").0);
    assert!(span("otp.wait").1 <= span("otp.wait_cap").0);
    assert!(span("password.failures.wait_step").1 <= span("password.failures.wait_cap").0);
}

#[test]
fn errors_say_what_to_do() {
    insta::assert_snapshot!([
        said("otp.digit", "6"),
        said("sesion.idle", "6"),
        said("colour", "blue"),
        said(&"x".repeat(10_000), "1").replace(&"x".repeat(10_000), "xxx…"),
        said("otp.digits", "5"),
        said("otp.digits", "six"),
        said("otp.lifetime", "10"),
        said("otp.lifetime", "11 min"),
        said("otp.sends", "5 per hour"),
        said("device.require_key", "maybe"),
        said("profile", "paranoid"),
        set(&mut Layer::empty(LayerName::Company), "argon2.passes", "3").unwrap_err(),
    ].join("\n"), @r#"
    there is no policy key `otp.digit`; did you mean `otp.digits`?
    there is no policy key `sesion.idle`; did you mean `session.idle`?
    there is no policy key `colour`; `vestibule policy explain` lists all keys
    there is no policy key `xxx…`; `vestibule policy explain` lists all keys
    `otp.digits` cannot be "5": it takes 6 to 10 digits
    `otp.digits` cannot be "six": write a whole number (6 to 10 digits)
    `otp.lifetime` cannot be "10": write a span with its unit, such as "10 min" or "2 h 30 min" (1 min to 10 min)
    `otp.lifetime` cannot be "11 min": it takes 1 min to 10 min
    `otp.sends` cannot be "5 per hour": write limits such as "2 in 10 s, 5 in 10 min" (1 to 8 limits of 1 to 100 in 1 s to 1 day)
    `device.require_key` cannot be "maybe": write one word (no or yes)
    `profile` cannot be "paranoid": it takes standard or strict
    `argon2.passes` holds for the whole installation and cannot be set for a single company: move it to the configuration file
    "#);
}

#[test]
fn every_key_is_found_one_letter_off() {
    for key in KEYS {
        let typo = key.name.replacen('e', "", 1);
        assert_eq!(nearest(&typo), Some(key.name), "{typo}");
    }
}

#[test]
fn spans_are_written_as_people_write_them() {
    for (text, span) in [
        ("10 min", minutes(10)),
        ("10min", minutes(10)),
        (" 2 min 30 s ", seconds(150)),
        ("2min30s", seconds(150)),
        ("1 day 12 hours", hours(36)),
        ("0 s", Duration::ZERO),
        ("90 seconds", seconds(90)),
    ] {
        assert_eq!(parse_span(text), Some(span), "{text}");
        assert_eq!(parse_span(&Span(span).to_string()), Some(span));
    }
    for text in [
        "",
        "10",
        "min",
        "10 mins ago",
        "-1 s",
        "1.5 h",
        "30 s 2 min",
        "1 min 1 min",
        "99999999999999999999 s",
    ] {
        assert_eq!(parse_span(text), None, "{text}");
    }
    assert_eq!(parse_span(&format!("{} days", u64::MAX)), None, "overflow is no span");
    assert_eq!(parse_limit("5 in 10 min"), Some(Limit { count: 5, within: minutes(10) }));
    assert_eq!(parse_limit("5 in"), None);
    assert_eq!(
        [days(1), days(30), hours(72), seconds(150)].map(|s| Span(s).to_string()),
        ["1 day", "30 days", "3 days", "2 min 30 s"]
    );
}

#[test]
fn settings_are_read_dotted_and_nested_from_numbers_switches_and_lists() {
    let raw: BTreeMap<String, RawValue> = serde_json::from_str(
        r#"{ "otp": { "digits": 8, "sends": ["1 in 10 s", "4 in 10 min"] }, "device.require_key": true,
             "password": { "failures": { "wait_step": "2 min" } }, "profile": "strict", "hashing.concurrency": "cores" }"#,
    )
    .unwrap();
    let read = Layer::parse(LayerName::Installation, &raw).unwrap();
    let policy = Layers { installation: read.clone(), ..Layers::default() }.resolve().policy;
    assert_eq!((policy.otp.digits, policy.otp.sends.len(), policy.device.require_key), (8, 2, true));
    assert_eq!((policy.password.failures.wait_step, policy.password.min_length), (minutes(2), 15));
    assert_eq!(
        Layer::parse(LayerName::Installation, &read.settings()),
        Ok(read),
        "stored settings read back"
    );
}

#[test]
fn every_problem_of_a_layer_is_reported() {
    let raw = BTreeMap::from([
        ("otp.digits".to_owned(), RawValue::Number(4)),
        ("otp.lifetime".to_owned(), RawValue::Number(-1)),
        ("nothing".to_owned(), RawValue::Switch(true)),
        ("session.idle".to_owned(), RawValue::from("10 min")),
    ]);
    assert_eq!(Layer::parse(LayerName::Company, &raw).unwrap_err().len(), 3);
}

#[test]
fn failures_cost_what_the_table_says() {
    use crate::budget::Growth;
    let otp = OtpPolicy::default().failures();
    assert_eq!((otp.every, otp.growth, otp.disable_at), (10, Growth::Doubling(minutes(10)), Some(100)));
    assert_eq!(otp.longest, hours(24));
    let password = PasswordFailures::default();
    assert_eq!((password.per_network().every, password.per_network().disable_at), (5, None));
    assert_eq!((password.per_account().disable_at, password.per_door().disable_at), (Some(20), Some(5)));
    assert_eq!(password.per_network().growth, Growth::Linear(minutes(1)));
    assert_eq!(password.per_network().longest, minutes(15));
}

#[test]
fn what_holds_before_a_company_is_known_is_set_for_all_of_them() {
    for (key, value) in [
        ("password.failures.per_browser", "5 in 1 min"),
        ("password.failures.wait_step", "1 min"),
        ("password.failures.wait_cap", "15 min"),
        ("password.failures.per_account_before_mail", "20"),
        ("sends_before_proof", "3 in 1 h"),
    ] {
        let raw = RawValue::from(value);
        assert_eq!(Layer::empty(LayerName::Installation).set(key, &raw), Ok(()), "{key}");
        for name in [LayerName::Country, LayerName::Company, LayerName::Application] {
            let refused = Layer::empty(name).set(key, &raw).unwrap_err();
            assert!(
                matches!(refused, PolicyProblem::InstallationOnly { layer, .. } if layer == name),
                "{key}"
            );
        }
    }
}

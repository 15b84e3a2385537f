//! `[[source]]`: a live legacy source.

use std::{collections::BTreeMap, time::Duration};

use app::import_users::IMPORTED;
use legacy::source::{
    Body, Expect, HookSpec, HttpSpec, Kind, LOGIN, LdapSpec, LdapTls, Limits, LoginCase, PASSWORD,
    ProfileMap, SecretHeader, SourceSpec, SqlSpec, SqlTls, Template,
};

use super::{
    rules,
    source_rules::{ATTRIBUTE, CA_FILE, COLUMN, FILTER, HEADER, HOST, LINE, LOGINS, POINTER, SECRET, URL},
};
use crate::document::{Entries, Entry, Item, Place, Problems, Rule, Section, span_in_words};

/// The longest wait that a person at `/start` is put through.
const LONGEST: Duration = Duration::from_secs(10);
const SHORTEST: Duration = Duration::from_millis(100);

#[derive(Clone, Copy)]
enum Word {
    Http,
    Ldap,
    Sql,
    Hook,
}

const KINDS: [(&str, Word); 4] =
    [("http", Word::Http), ("ldap", Word::Ldap), ("sql", Word::Sql), ("hook", Word::Hook)];
const LDAP_TLS: [(&str, LdapTls); 3] =
    [("ldaps", LdapTls::Ldaps), ("starttls", LdapTls::Starttls), ("none", LdapTls::None)];
const SQL_TLS: [(&str, SqlTls); 2] = [("verify", SqlTls::Verify), ("none", SqlTls::None)];
const CASES: [(&str, LoginCase); 2] = [("exact", LoginCase::Exact), ("lower", LoginCase::Lower)];

/// Reads one. What is wrong is told in `problems`.
pub(super) fn read(table: (Place, Entries), problems: &mut Problems) -> Option<SourceSpec> {
    let mut section = Section::new("source", table, problems);
    let place = section.place_of("name");
    let name = section.text("name", &rules::SLUG);
    let name = section.require("name", name, rules::SLUG.must);
    // Logins that an import brought are marked with this word.
    if name.as_deref() == Some(IMPORTED) {
        section.problem_at(place, "name", "is reserved: \"import\" means imported people");
    }
    let word = section.choice("kind", &KINDS);
    let word = section.require("kind", word, "one of \"http\", \"ldap\", \"sql\", \"hook\"");
    let company = section.text("company", &rules::SLUG);
    let ca_file = section.text("ca_file", &CA_FILE);
    let limits = limits(&mut section);
    let kind = match word {
        Some(Word::Http) => http(&mut section).map(Kind::Http),
        Some(Word::Ldap) => ldap(&mut section).map(Kind::Ldap),
        Some(Word::Sql) => sql(&mut section, ca_file.is_some()).map(Kind::Sql),
        Some(Word::Hook) => hook(&mut section).map(Kind::Hook),
        None => None,
    };
    let profile = profile(&mut section, word);
    let places = [&profile.login, &profile.name, &profile.email, &profile.logins];
    if company.is_some() && places.contains(&&None) {
        let place = section.place_of("profile");
        let what = "must say where `login`, `name` and `email` stand, and with `logins` which login names are the \
                    company's (\"ngs-*\", \"*@ngs.example\", or \"*\" for all): with `company`, users are made of them";
        section.problem_at(place, "profile", what);
    }
    // Without a kind nobody knows which of the other keys are right.
    if word.is_some() {
        section.finish();
    }
    Some(SourceSpec { name: name?, kind: kind?, company, profile, ca_file, limits })
}

fn limits(section: &mut Section<'_>) -> Limits {
    let usual = Limits::default();
    let mut span = |key, shortest, longest, usual: u64| {
        let span = section.span(key, shortest..=longest);
        span.and_then(|span| u64::try_from(span.as_millis()).ok()).unwrap_or(usual)
    };
    let whole_ms = span("time_out", SHORTEST, LONGEST, usual.whole_ms);
    let connect_ms = span("connect_time_out", SHORTEST, LONGEST, usual.connect_ms.min(whole_ms));
    let pause_ms = span("pause", Duration::from_secs(1), Duration::from_mins(10), usual.pause_ms);
    let place = section.place_of("connect_time_out");
    if connect_ms > whole_ms {
        let whole = span_in_words(Duration::from_millis(whole_ms));
        section.problem_at(
            place,
            "connect_time_out",
            format_args!("is longer than `time_out`, which is \"{whole}\""),
        );
    }
    let mut count = |key, usual: u32| {
        let count = section.whole(key, 1..=1000).and_then(|count| u32::try_from(count).ok());
        count.unwrap_or(usual)
    };
    Limits {
        connect_ms,
        whole_ms,
        at_once: count("at_once", usual.at_once),
        failures: count("failures", usual.failures),
        pause_ms,
    }
}

fn profile(section: &mut Section<'_>, word: Option<Word>) -> ProfileMap {
    let Some(table) = table(section, "profile") else { return ProfileMap::default() };
    let rule = match word {
        Some(Word::Http | Word::Hook) => &POINTER,
        Some(Word::Ldap) => &ATTRIBUTE,
        Some(Word::Sql) | None => &COLUMN,
    };
    let mut inner = Section::new("source.profile", table, section.problems());
    let mut at = |key| inner.text(key, rule);
    let (login, name, email, language, role) =
        (at("login"), at("name"), at("email"), at("language"), at("role"));
    let administrators = inner.list("administrators", &rules::NAME).unwrap_or_default();
    let logins = inner.text("logins", &LOGINS);
    if role.is_some() == administrators.is_empty() {
        let place = inner.place_of("role");
        let what = "and `administrators` belong together: where it stands, and what stands there for a Program \
                    Administrator";
        inner.problem_at(place, "role", what);
    }
    inner.finish();
    ProfileMap { login, logins, name, email, language, role, administrators }
}

fn http(section: &mut Section<'_>) -> Option<HttpSpec> {
    let url = section.secret("url", &URL);
    let url = section.require("url", url, URL.must);
    let body = body(section);
    let secret = secret_header(section);
    let right = expect(section, "right", Expect { status: vec![200, 201, 202, 204], ..Expect::default() });
    let wrong = expect(section, "wrong", Expect { status: vec![401, 403], ..Expect::default() });
    Some(HttpSpec { url: url?, body: body?, secret, right, wrong })
}

fn body(section: &mut Section<'_>) -> Option<Body> {
    const MUST: &str = "is missing; give the body that is posted, as `form` or as `json`, such as \
                        form = { user = \"{login}\", password = \"{password}\" }";
    let place = section.place_of("form");
    let form = table(section, "form");
    let json = section.take("json");
    let body = match (form, json) {
        (Some((_, fields)), None) => {
            let template = |(name, entry): (String, Entry)| match entry.item {
                Item::Text(text) => Some((name, Template::new(text))),
                _ => None,
            };
            let count = fields.len();
            let form: BTreeMap<_, _> = fields.into_iter().filter_map(template).collect();
            (form.len() == count).then_some(Body::Form(form))
        }
        (None, Some(entry)) => Some(Body::Json(json_of(&entry.item))),
        (None, None) => {
            section.problem_at(place, "form", MUST);
            return None;
        }
        (Some(_), Some(_)) => {
            section.problem_at(place, "form", "and `json` say the same thing: keep one of them");
            return None;
        }
    };
    let text = match &body {
        Some(Body::Form(form)) => form.values().map(ToString::to_string).collect::<String>(),
        Some(Body::Json(json)) => json.to_string(),
        None => {
            section.problem_at(place, "form", "must hold texts only");
            return None;
        }
    };
    if !text.contains(LOGIN) || !text.contains(PASSWORD) {
        section.problem_at(place, "form", format_args!("(or `json`) must hold {LOGIN} and {PASSWORD}"));
        return None;
    }
    body
}

fn json_of(item: &Item) -> serde_json::Value {
    match item {
        Item::Text(text) => text.clone().into(),
        Item::Whole(number) => (*number).into(),
        Item::Flag(flag) => (*flag).into(),
        Item::Real(_) | Item::Moment(_) => item.shown().into(),
        Item::List(items) => items.iter().map(|entry| json_of(&entry.item)).collect(),
        Item::Table(entries) => entries
            .iter()
            .map(|(name, entry)| (name.clone(), json_of(&entry.item)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

fn expect(section: &mut Section<'_>, key: &'static str, usual: Expect) -> Expect {
    let Some(table) = table(section, key) else { return usual };
    if table.1.is_empty() {
        let what =
            "is empty, and every answer would do: give a `status`, a `header`, a `pointer` or a `text`";
        section.problem_at(table.0, key, what);
        return usual;
    }
    let mut inner = Section::new(format!("source.{key}"), table, section.problems());
    let status = statuses(&mut inner);
    let text = inner.text("text", &LINE);
    let header = pair(&mut inner, "header", &HEADER, "contains");
    let pointer = pair(&mut inner, "pointer", &POINTER, "equals");
    inner.finish();
    Expect { status, header, pointer, text }
}

fn statuses(section: &mut Section<'_>) -> Vec<u16> {
    const MUST: &str = "must be a list of HTTP statuses, such as [200, 204]";
    let Some(entry) = section.take("status") else { return Vec::new() };
    let items = match &entry.item {
        Item::List(items) => items.iter().map(|entry| &entry.item).collect(),
        one => vec![one],
    };
    let status = |item: &Item| match item {
        Item::Whole(number) => u16::try_from(*number).ok().filter(|status| (200..=499).contains(status)),
        _ => None,
    };
    let read: Option<Vec<u16>> = items.into_iter().map(status).collect();
    read.filter(|statuses| !statuses.is_empty()).unwrap_or_else(|| {
        section.problem_at(entry.place, "status", MUST);
        Vec::new()
    })
}

fn pair(
    section: &mut Section<'_>,
    first: &'static str,
    rule: &Rule<String>,
    second: &'static str,
) -> Option<(String, String)> {
    let place = section.place_of(first);
    let pair = (section.text(first, rule), section.text(second, &LINE));
    if pair.0.is_some() != pair.1.is_some() {
        section.problem_at(
            place,
            first,
            format_args!("and `{second}` belong together: give both or neither"),
        );
    }
    pair.0.zip(pair.1)
}

fn secret_header(section: &mut Section<'_>) -> Option<SecretHeader> {
    let place = section.place_of("header");
    let header = section.text("header", &HEADER);
    let secret = section.text("secret", &rules::SLUG);
    if header.is_some() && secret.is_none() {
        section.problem_at(place, "header", "needs a `secret`: the name of the value that it carries");
    }
    let secret = secret?;
    Some(SecretHeader { header: header.unwrap_or_else(|| "authorization".to_owned()), secret })
}

fn hook(section: &mut Section<'_>) -> Option<HookSpec> {
    let url = section.secret("url", &URL);
    let url = section.require("url", url, URL.must);
    let secret = secret_header(section);
    let secret = section.require("secret", secret, SECRET);
    Some(HookSpec { url: url?, secret: secret? })
}

fn ldap(section: &mut Section<'_>) -> Option<LdapSpec> {
    let host = section.text("host", &HOST);
    let host = section.require("host", host, HOST.must);
    let tls = section.choice("tls", &LDAP_TLS).unwrap_or(LdapTls::Ldaps);
    let port = section.whole("port", 1..=65_535).and_then(|port| u16::try_from(port).ok());
    let place = section.place_of("bind");
    let bind = (section.text("bind", &LINE), section.text("secret", &rules::SLUG));
    if bind.0.is_some() != bind.1.is_some() {
        let what = "and `secret` belong together: whom to search as, and the name of the password";
        section.problem_at(place, "bind", what);
    }
    let base = section.text("base", &LINE);
    let base = section.require("base", base, "where people are, such as \"ou=people,dc=harbour,dc=example\"");
    let filter = section.text("filter", &FILTER);
    let filter = section.require("filter", filter, FILTER.must);
    let port = port.unwrap_or_else(|| tls.usual_port());
    Some(LdapSpec { host: host?, port, tls, bind: bind.0.zip(bind.1), base: base?, filter: filter? })
}

fn sql(section: &mut Section<'_>, has_ca: bool) -> Option<SqlSpec> {
    let host = section.text("host", &HOST);
    let host = section.require("host", host, HOST.must);
    let port = section.whole("port", 1..=65_535).and_then(|port| u16::try_from(port).ok());
    let mut column = |key| {
        let text = section.text(key, &COLUMN);
        section.require(key, text, COLUMN.must)
    };
    let (database, user) = (column("database"), column("user"));
    let (table, login, hash) = (column("table"), column("login"), column("hash"));
    let schema = section.text("schema", &COLUMN);
    let secret = section.text("secret", &rules::SLUG);
    let secret = section.require("secret", secret, SECRET);
    let place = section.place_of("tls");
    let tls = section.choice("tls", &SQL_TLS).unwrap_or(SqlTls::Verify);
    if tls == SqlTls::Verify && !has_ca {
        section.problem_at(
            place,
            "ca_file",
            "is missing: it names the authority of the server's certificate",
        );
    }
    let login_case = section.choice("login_case", &CASES).unwrap_or(LoginCase::Exact);
    Some(SqlSpec {
        host: host?,
        port: port.unwrap_or(5432),
        database: database?,
        user: user?,
        secret: secret?,
        tls,
        table: schema.into_iter().chain(table).collect(),
        login: login?,
        hash: hash?,
        login_case,
    })
}

fn table(section: &mut Section<'_>, key: &'static str) -> Option<(Place, Entries)> {
    let entry = section.take(key)?;
    match entry.item {
        Item::Table(entries) => Some((entry.place, entries)),
        _ => {
            section.problem_at(entry.place, key, "must be a table, such as { … = \"…\" }");
            None
        }
    }
}

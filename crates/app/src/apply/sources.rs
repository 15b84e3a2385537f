//! Live legacy sources in a file's terms.

use std::collections::BTreeMap;

use domain::time::Timestamp;
use legacy::source::{Body, Expect, Kind, SourceSpec};
use store::{Executor, StoreError, Tx, legacy_sources};

/// The sources as they are.
pub(crate) async fn current(conn: &mut impl Executor) -> Result<Vec<SourceSpec>, StoreError> {
    let stored = legacy_sources::list(conn).await?;
    let read = |(_, spec): (String, String)| {
        serde_json::from_str(&spec).map_err(|error| StoreError::inconsistent("legacy_sources", error))
    };
    stored.into_iter().map(read).collect()
}

/// The sources that can be used; one that this version cannot read is left out, and told.
pub(crate) async fn readable(conn: &mut impl Executor) -> Result<BTreeMap<String, SourceSpec>, StoreError> {
    let mut sources = BTreeMap::new();
    for (name, spec) in legacy_sources::list(conn).await? {
        match serde_json::from_str(&spec) {
            Ok(spec) => drop(sources.insert(name, spec)),
            Err(error) => tracing::error!(source = %name, %error, "a stored legacy source cannot be read"),
        }
    }
    Ok(sources)
}

pub(super) async fn put(tx: &mut Tx, source: &SourceSpec, now: Timestamp) -> Result<(), StoreError> {
    let spec =
        serde_json::to_string(source).map_err(|error| StoreError::inconsistent("legacy_sources", error))?;
    legacy_sources::put(tx, &source.name, &spec, now).await
}

/// The fields as people read them. A secret is shown by its name: nothing here knows its value.
pub(super) fn fields(source: &SourceSpec) -> Vec<(String, String)> {
    let mut fields = Fields(vec![("kind".to_owned(), source.kind.word().to_owned())]);
    fields.kind(&source.kind);
    fields.maybe("ca_file", source.ca_file.as_ref().map(|file| file.display().to_string()));
    fields.maybe("company", source.company.clone());
    let map = &source.profile;
    for (name, place) in [
        ("profile login", &map.login),
        ("profile logins", &map.logins),
        ("profile name", &map.name),
        ("profile email", &map.email),
        ("profile language", &map.language),
        ("profile role", &map.role),
    ] {
        fields.maybe(name, place.clone());
    }
    if !map.administrators.is_empty() {
        fields.add("profile administrators", map.administrators.join(", "));
    }
    let limits = &source.limits;
    fields.add("connect_time_out", format!("{} ms", limits.connect_ms));
    fields.add("time_out", format!("{} ms", limits.whole_ms));
    fields.add("at_once", limits.at_once);
    fields.add("failures", limits.failures);
    fields.add("pause", format!("{} ms", limits.pause_ms));
    fields.0
}

struct Fields(Vec<(String, String)>);

impl Fields {
    fn add(&mut self, name: impl Into<String>, value: impl ToString) {
        self.0.push((name.into(), value.to_string()));
    }

    fn maybe(&mut self, name: &str, value: Option<String>) {
        self.0.extend(value.map(|value| (name.to_owned(), value)));
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Http(http) => {
                self.add("url", &http.url);
                match &http.body {
                    Body::Form(form) => {
                        for (field, template) in form {
                            self.add(format!("form {field}"), template);
                        }
                    }
                    Body::Json(json) => self.add("json", json),
                }
                self.maybe("header", http.secret.as_ref().map(|secret| secret.header.clone()));
                self.expect("right", &http.right);
                self.expect("wrong", &http.wrong);
            }
            Kind::Ldap(ldap) => {
                self.add("host", &ldap.host);
                self.add("port", ldap.port);
                self.add("tls", word(&ldap.tls));
                self.maybe("bind", ldap.bind.as_ref().map(|(dn, _)| dn.clone()));
                self.add("base", &ldap.base);
                self.add("filter", &ldap.filter);
            }
            Kind::Sql(sql) => {
                self.add("host", &sql.host);
                self.add("port", sql.port);
                self.add("database", &sql.database);
                self.add("user", &sql.user);
                self.add("tls", word(&sql.tls));
                self.add("table", sql.table.join("."));
                self.add("login", &sql.login);
                self.add("hash", &sql.hash);
                self.add("login_case", word(&sql.login_case));
            }
            Kind::Hook(hook) => {
                self.add("url", &hook.url);
                self.add("header", &hook.secret.header);
            }
        }
        self.maybe("secret", kind.secret().map(str::to_owned));
    }

    fn expect(&mut self, name: &str, expect: &Expect) {
        if !expect.status.is_empty() {
            let status: Vec<_> = expect.status.iter().map(ToString::to_string).collect();
            self.add(format!("{name} status"), status.join(", "));
        }
        if let Some((header, part)) = &expect.header {
            self.add(format!("{name} header"), format!("{header}: …{part}…"));
        }
        if let Some((pointer, value)) = &expect.pointer {
            self.add(format!("{name} pointer"), format!("{pointer} = {value}"));
        }
        self.maybe(&format!("{name} text"), expect.text.clone());
    }
}

/// The word of an enum as it is stored.
fn word(value: &impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

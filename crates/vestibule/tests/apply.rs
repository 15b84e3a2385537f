//! What a file for `vestibule apply` may say, and what is told when it says something else.

use app::apply::InstallationState;
use domain::time::Timestamp;
use insta::assert_snapshot;
use vestibule::apply::{ApplyFile, parse};

fn problems(text: &str) -> String {
    parse("installation.toml", text).map_or_else(|problems| problems.to_string(), |_| "accepted".to_owned())
}

fn read(text: &str) -> ApplyFile {
    parse("installation.toml", text).unwrap_or_else(|problems| {
        assert_eq!(problems.to_string(), "");
        ApplyFile { desired: InstallationState::default(), places: std::collections::BTreeMap::new() }
    })
}

const COMPANY: &str = r#"
[[company]]
slug = "north-quay"
name = "North Quay Logistics"
country = "ES"
region = "europe"
time_zone = "Europe/Madrid"
"#;

#[test]
fn the_example_that_is_delivered_is_right() {
    let file = read(include_str!("../../../deploy/installation.toml"));
    let diff = app::apply::diff(&InstallationState::default(), &file.desired).unwrap();
    assert_eq!(diff.notes, Vec::<String>::new());
    let shown: Vec<_> = diff
        .changes
        .iter()
        .filter(|change| change.after.name().kind == "company")
        .flat_map(|change| {
            let name = change.after.name();
            change.fields.iter().map(move |field| {
                format!("{name}: {} = {}", field.name, field.after.as_deref().unwrap_or_default())
            })
        })
        .collect();
    assert_snapshot!(shown.join("\n"), @r##"
        company north-quay: name = North Quay Logistics
        company north-quay: country = ES
        company north-quay: region = europe-asia-pacific
        company north-quay: time_zone = Europe/Madrid
        company north-quay: language = es
        company north-quay: phase1 = 2026-12-01 00:00
        company north-quay: phase2 = 2027-01-11 06:00
        company north-quay: deadline = 2027-02-15 00:00
        company north-quay: cutoff = 2027-03-31 00:00
        company meridian-foods: name = Meridian Foods
        company meridian-foods: country = MX
        company meridian-foods: region = latin-america
        company meridian-foods: time_zone = America/Mexico_City
        company meridian-foods: language = es
        company meridian-foods: phase1 = 2027-01-18 00:00
        company meridian-foods: phase2 = 2027-02-22 00:00
        company meridian-foods: policy device.trust_lifetime = 14 days
        company meridian-foods: policy otp.digits = 8
        "##);
    assert_eq!(diff.changes.len(), 13);
    let place = &file.places[&diff.changes[0].after.name()];
    assert_eq!(place.to_string(), "installation.toml:8");
}

#[test]
fn dates_begin_with_the_day_in_the_time_zone_of_the_company() {
    let at = |date: &str| {
        let file = read(&format!("{COMPANY}phase1 = {date}\n"));
        file.desired.companies[0].rollout.phase1_at.map(|at| format!("{at:?}"))
    };
    assert_eq!(at("2026-12-01").as_deref(), Some("2026-11-30T23:00:00Z"));
    assert_eq!(at("2026-07-01").as_deref(), Some("2026-06-30T22:00:00Z"));
    assert_eq!(at("2026-12-01T06:30:00").as_deref(), Some("2026-12-01T05:30:00Z"));
    assert_eq!(at("2026-12-01T06:30:00+09:00").as_deref(), Some("2026-11-30T21:30:00Z"));
    assert_eq!(at("\"2026-12-01\"").as_deref(), Some("2026-11-30T23:00:00Z"));
    // The clocks of Madrid skip this hour: the moment after it counts.
    assert_eq!(at("2027-03-28T02:30:00").as_deref(), Some("2027-03-28T01:30:00Z"));
    assert_eq!(
        read(COMPANY).desired.companies[0].rollout.stage(Timestamp(i64::MAX)),
        domain::rollout::Stage::BeforePhase1
    );
}

#[test]
fn dates_out_of_order_or_of_no_calendar_are_told() {
    let text = format!("{COMPANY}phase1 = 2027-02-01\nphase2 = 2027-01-01\n");
    assert_snapshot!(problems(&text), @r##"
        installation.toml:8: the dates of `company` are out of order: phase2 must not come before phase1
        "##);
    assert_eq!(problems(&format!("{COMPANY}phase1 = 2027-02-01\nphase2 = 2027-02-01\n")), "accepted");
    assert_snapshot!(problems(&format!("{COMPANY}phase1 = \"soon\"\nphase2 = 3\n")), @r##"
        installation.toml:8: `company.phase1` is "soon"; it must be a date such as 2026-12-01 or a date with a time such as 2026-12-01T06:00:00, meant in the company's time zone
        installation.toml:9: `company.phase2` is 3; it must be a date such as 2026-12-01 or a date with a time such as 2026-12-01T06:00:00, meant in the company's time zone
        "##);
    assert_snapshot!(problems(&format!("{COMPANY}phase1 = 2027-02-30\n")), @r##"
        installation.toml:8: this is not valid TOML: invalid date, expected day between 01 and 28
        "##);
    assert_snapshot!(problems(&format!("{COMPANY}deadline = 06:00:00\n")), @r##"
        installation.toml:8: `company.deadline` is 06:00:00; it must be a date such as 2026-12-01 or a date with a time such as 2026-12-01T06:00:00, meant in the company's time zone
        "##);
}

#[test]
fn everything_wrong_is_told_at_once_by_line() {
    let text = r#"
[[region]]
slug = "Europe"
name = ""
[[contact]]
region = "europe"
role = "operator"
phone = "900 555 010"
email = "help at harbour"
days = "Monday to Friday"
opens = "7:00"
closes = "24:00"
time_zone = "Madrid"
[[country]]
code = "Spain"
floor.otp.digits = 5
policy.hashing.max_wait = "1 s"
[[company]]
slug = "north--quay"
nam = "North Quay Logistics"
country = "es"
region = "europe"
time_zone = "Europe/Madrid"
language = "Spanish"
policy = 3
[[application]]
slug = "reconcile"
name = "Harbour Reconcile"
host = "https://reconcile.harbour.example/"
upstream = "http://10.0.0.7:3000/app"
[[aplication]]
slug = "x"
[region.extra]
"#;
    assert_snapshot!(problems(text), @r##"
        installation.toml:3: `region.slug` is "Europe"; it must be a short name of 2 to 40 lower-case letters, digits and single dashes, beginning with a letter
        installation.toml:4: `region.name` is ""; it must be one line of 1 to 120 characters
        installation.toml:7: `contact.role` is "operator"; it must be "end_user" or "program_administrator"
        installation.toml:8: `contact.phone` is "900 555 010"; it must be a telephone number with the country's prefix, such as "+34 900 555 010"
        installation.toml:9: `contact.email` is "help at harbour"; it must be a mail address, such as "help@harbour.example"
        installation.toml:11: `contact.opens` is "7:00"; it must be a time from "00:00" to "23:59"
        installation.toml:12: `contact.closes` is "24:00"; it must be a time from "00:00" to "23:59"
        installation.toml:13: `contact.time_zone` is "Madrid"; it must be a time zone of the IANA database, such as "Europe/Madrid"
        installation.toml:15: `country.code` is "Spain"; it must be a country's two letters (ISO 3166-1), such as "ES"
        installation.toml:16: `otp.digits` cannot be "5": it takes 6 to 10 digits
        installation.toml:17: `hashing.max_wait` holds for the whole installation and cannot be set for a single country: move it to the configuration file
        installation.toml:18: `company.name` is missing; it must be one line of 1 to 120 characters
        installation.toml:19: `company.slug` is "north--quay"; it must be a short name of 2 to 40 lower-case letters, digits and single dashes, beginning with a letter
        installation.toml:20: unknown key `company.nam`; did you mean `company.name`?
        installation.toml:21: `company.country` is "es"; it must be a country's two letters (ISO 3166-1), such as "ES"
        installation.toml:24: `company.language` is "Spanish"; it must be a language tag, such as "en" or "zh-Hans"
        installation.toml:25: `company.policy` must be a table of policy keys, such as policy.otp.digits = 8
        installation.toml:29: `application.host` is "https://reconcile.harbour.example/"; it must be a host name in lower case, with its port where that is not the usual one, such as "reconcile.harbour.example"
        installation.toml:30: `application.upstream` is "http://10.0.0.7:3000/app"; it must be the http or https address where the application listens, such as "http://10.0.0.7:3000" (leave out what follows the host: paths are passed on as they come)
        installation.toml:31: unknown key `aplication`; did you mean `application`?
        installation.toml:33: unknown key `region.extra`; known here: slug, name
        "##);
}

#[test]
fn names_and_hosts_are_unique() {
    let application = |slug: &str, host: &str| {
        format!(
            "[[application]]\nslug = \"{slug}\"\nname = \"X\"\nhost = \"{host}\"\nupstream = \"http://localhost\"\n"
        )
    };
    let text = format!(
        "{COMPANY}{COMPANY}{}{}",
        application("one", "a.harbour.example"),
        application("two", "a.harbour.example")
    );
    assert_snapshot!(problems(&text), @r##"
        installation.toml:9: company north-quay is described already, at installation.toml:2: keep one of them
        installation.toml:23: `application.host` "a.harbour.example" is used already, at installation.toml:18
        "##);
    let different =
        [application("one", "a.harbour.example"), application("two", "a.harbour.example:8443")].concat();
    assert_eq!(problems(&different), "accepted");
}

fn contact(countries: &str) -> String {
    format!(
        "[[contact]]\nregion = \"europe\"\nrole = \"end_user\"\n{countries}\nphone = \"+34 900 555 010\"\n\
         email = \"help@harbour.example\"\ndays = \"Monday to Friday\"\nopens = \"07:00\"\ncloses = \"19:00\"\n\
         time_zone = \"Europe/Madrid\"\n"
    )
}

#[test]
fn a_country_has_one_contact_of_a_region_and_role() {
    let [all, iberia, portugal] =
        ["", "countries = [\"ES\", \"PT\"]", "countries = [\"PT\", \"FR\"]"].map(contact);
    let file = read(&format!("{all}{iberia}"));
    let countries: Vec<_> = file.desired.contacts.iter().map(|contact| contact.country.as_deref()).collect();
    assert_eq!(countries, [None, Some("ES"), Some("PT")]);
    assert_snapshot!(problems(&format!("{iberia}{portugal}")), @r##"
        installation.toml:11: contact europe end_user PT is described already, at installation.toml:1: keep one of them
        "##);
    assert_snapshot!(problems(&format!("{all}{all}")), @r##"
        installation.toml:11: contact europe end_user is described already, at installation.toml:1: keep one of them
        "##);
    let of_administrators = portugal.replace("end_user", "program_administrator");
    assert_eq!(problems(&format!("{iberia}{of_administrators}")), "accepted", "another role");
    let elsewhere = portugal.replace("\"europe\"", "\"asia\"");
    assert_eq!(problems(&format!("{iberia}{elsewhere}")), "accepted", "another region");
    assert_eq!(problems(&portugal.replace("\"PT\", ", "")), "accepted", "one country is enough");
}

#[test]
fn the_countries_of_a_contact_are_codes_of_countries() {
    let told = |countries: &str| problems(&contact(countries));
    assert_snapshot!(told("countries = [\"ES\", \"ES\"]"), @r##"
        installation.toml:1: contact europe end_user ES is described already, at installation.toml:1: keep one of them
        "##);
    assert_snapshot!(told("countries = []"), @r##"
        installation.toml:4: `contact.countries` names no country; leave it out for the contact of whoever has none of their own
        "##);
    for wrong in ["\"ES\"", "[\"es\"]", "[\"ESP\"]", "[\"E\"]", "[7]", "[\"ES\", \"\"]"] {
        let told = told(&format!("countries = {wrong}"));
        assert!(told.contains("a country's two letters (ISO 3166-1), such as \"ES\""), "{wrong}: {told}");
        assert!(told.starts_with("installation.toml:4: `contact.countries` is "), "{wrong}: {told}");
    }
}

#[test]
fn a_key_is_a_default_or_a_floor_of_a_country() {
    let country = "[[country]]\ncode = \"ES\"\nfloor.otp.digits = 8\npolicy.otp.digits = 9\n";
    assert_snapshot!(problems(country), @r##"
        installation.toml:1: `otp.digits` is given as policy and as floor: keep the floor, it is the default as well
        "##);
    assert_eq!(
        problems(&country.replace("policy.otp.digits = 9", "policy.session.idle = \"10 min\"")),
        "accepted"
    );
}

#[test]
fn limits_hold_on_both_sides() {
    let named = |slug: &str| problems(&COMPANY.replace("north-quay", slug));
    for slug in ["ab", &"a".repeat(40), "a-1"] {
        assert_eq!(named(slug), "accepted", "{slug}");
    }
    for slug in ["", "a", &"a".repeat(41), "1a", "-ab", "ab-", "a_b", "é9"] {
        assert!(named(slug).contains("installation.toml:3: `company.slug` is "), "{slug}");
    }
    let called = |name: &str| problems(&COMPANY.replace("North Quay Logistics", name));
    for name in ["X", &"é".repeat(120)] {
        assert_eq!(called(name), "accepted");
    }
    for name in ["", " ", &"é".repeat(121), "a\\nb"] {
        assert!(called(name).contains("installation.toml:4: `company.name` is "), "{name}");
    }
}

const LDAP: &str = r#"
[[source]]
name = "directory"
kind = "ldap"
host = "directory.harbour.example"
tls = "starttls"
bind = "cn=reader,dc=harbour,dc=example"
secret = "directory-bind"
base = "ou=people,dc=harbour,dc=example"
filter = "(uid={login})"
profile = { name = "cn", email = "mail", role = "employeeType", administrators = ["card-admin"] }
time_out = "1 s"
"#;

#[test]
fn a_source_is_read_with_its_defaults_and_its_secret_by_name() {
    let file = read(LDAP);
    let diff = app::apply::diff(&InstallationState::default(), &file.desired).unwrap();
    let fields: Vec<_> = diff.changes[0]
        .fields
        .iter()
        .map(|field| format!("{} = {}", field.name, field.after.as_deref().unwrap_or_default()))
        .collect();
    assert_snapshot!(fields.join("\n"), @r##"
        kind = ldap
        host = directory.harbour.example
        port = 389
        tls = starttls
        bind = cn=reader,dc=harbour,dc=example
        base = ou=people,dc=harbour,dc=example
        filter = (uid={login})
        secret = directory-bind
        profile name = cn
        profile email = mail
        profile role = employeeType
        profile administrators = card-admin
        connect_time_out = 1000 ms
        time_out = 1000 ms
        at_once = 16
        failures = 5
        pause = 30000 ms
        "##);
}

#[test]
fn what_is_wrong_with_a_source_is_told_by_line() {
    let wrong = r#"
[[source]]
name = "a-form"
kind = "http"
url = "https://user:pw@portal.harbour.example/check"
form = { user = "{login}" }
right = { pointer = "/ok" }
company = "north-quay"
[[source]]
name = "table"
kind = "sql"
host = "db.harbour.example"
database = "crm"
user = "reader"
table = "accounts"
login = "login"
hash = "pw"
secret = "crm-db"
time_out = "11 s"
[[source]]
name = "directory"
kind = "ldap"
host = "directory.harbour.example"
base = "dc=harbour"
filter = "uid={login}"
bind = "cn=reader"
profile = { role = "group" }
[[source]]
name = "other"
kind = "radius"
"#;
    assert_snapshot!(problems(wrong), @r##"
        installation.toml:2: `source.profile` must say where `login`, `name` and `email` stand, and with `logins` which login names are the company's ("ngs-*", "*@ngs.example", or "*" for all): with `company`, users are made of them
        installation.toml:5: `source.url` must be an http or https address without a user name or a password, such as "https://portal.harbour.example/check"
        installation.toml:6: `source.form` (or `json`) must hold {login} and {password}
        installation.toml:7: `source.right.pointer` and `equals` belong together: give both or neither
        installation.toml:9: `source.ca_file` is missing: it names the authority of the server's certificate
        installation.toml:19: `source.time_out` is "11 s"; it must be a span of time from "100 ms" to "10 s"
        installation.toml:25: `source.filter` is "uid={login}"; it must be an LDAP filter in brackets that holds {login} and not {password}, such as "(uid={login})"
        installation.toml:26: `source.bind` and `secret` belong together: whom to search as, and the name of the password
        installation.toml:27: `source.profile.role` and `administrators` belong together: where it stands, and what stands there for a Program Administrator
        installation.toml:30: `source.kind` is "radius"; it must be one of "http", "ldap", "sql", "hook"
        "##);
}

#[test]
fn a_source_that_would_believe_everything_or_means_the_import_is_refused() {
    const SOURCE: &str = "[[source]]\nname = \"crm\"\nkind = \"http\"\nurl = \"https://portal.harbour.example/check\"\n\
                          form = { user = \"{login}\", password = \"{password}\" }\n";
    read(&format!("{SOURCE}right = {{ status = 200 }}\n"));
    let told = |file: String| problems(&file);
    for key in ["right", "wrong"] {
        let empty = told(format!("{SOURCE}{key} = {{ }}\n"));
        assert!(empty.contains(&format!("`source.{key}` is empty")), "{empty}");
        let none = told(format!("{SOURCE}{key} = {{ status = [] }}\n"));
        assert!(none.contains(&format!("`source.{key}.status` must be")), "{none}");
    }
    let import = told(SOURCE.replace("crm", "import"));
    assert!(import.contains("`source.name` is reserved"), "{import}");
    for pattern in ["ngs", "n*s", "**"] {
        let shape = told(format!("{SOURCE}profile = {{ logins = \"{pattern}\" }}\n"));
        assert!(shape.contains("`source.profile.logins`"), "{shape}");
    }
}

#[test]
fn references_between_sources_companies_and_applications_must_lead_somewhere() {
    let file = read(&format!(
        "{COMPANY}legacy_source = \"directory\"\n[[region]]\nslug = \"europe\"\nname = \"Europe\"\n"
    ));
    let dangling = app::apply::diff(&InstallationState::default(), &file.desired).unwrap_err();
    let told: Vec<_> = dangling.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["company north-quay: there is no source \"directory\"; add a [[source]]"]);
    let taking_in = LDAP
        .replace("profile = {", "profile = { login = \"uid\", logins = \"*\",")
        .replace("time_out", "company = \"south-quay\"\ntime_out");
    let file = read(&taking_in);
    let dangling = app::apply::diff(&InstallationState::default(), &file.desired).unwrap_err();
    assert_eq!(
        dangling[0].to_string(),
        "source directory: there is no company \"south-quay\"; add a [[company]]"
    );
}

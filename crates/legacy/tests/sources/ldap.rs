//! A directory, against OpenLDAP's slapd.

use std::sync::OnceLock;

use domain::role::Role;
use legacy::source::{Kind, LdapSpec, LdapTls, ProfileMap, Reach, Source, SourceSpec, Template, Trouble};
use secrecy::SecretString;
use testkit::slapd::{Directory, Entry, READER, READER_PASSWORD, SUFFIX};

use crate::support::{ask, reach, spec, steps, verdict};

const PEOPLE: [Entry<'static>; 3] = [
    Entry {
        uid: "mruiz",
        name: "Marta Ruiz",
        mail: "marta.ruiz@north-quay.example",
        language: "es",
        kind: "card-admin",
        password: "Rotterdam-2019",
    },
    Entry {
        uid: "jsato",
        name: "Jun Sato",
        mail: "jun.sato@north-quay.example",
        language: "Japanese please",
        kind: "staff",
        password: "another one",
    },
    Entry {
        uid: "star*",
        name: "Star",
        mail: "star@north-quay.example",
        language: "en",
        kind: "staff",
        password: "(|&)",
    },
];

fn directory() -> &'static Directory {
    static SHARED: OnceLock<Directory> = OnceLock::new();
    SHARED.get_or_init(|| Directory::start(&PEOPLE).unwrap_or_else(|problem| panic!("{problem}")))
}

fn grants() -> Reach {
    let mut reach = reach();
    reach.secrets.insert("bind".to_owned(), SecretString::from(READER_PASSWORD));
    reach.secrets.insert("bad".to_owned(), SecretString::from("not the password"));
    reach
}

fn described(tls: LdapTls) -> SourceSpec {
    let directory = directory();
    let port = if tls == LdapTls::Ldaps { directory.tls() } else { directory.plain() }.port();
    let place = |name: &str| Some(name.to_owned());
    let mut spec = spec(Kind::Ldap(LdapSpec {
        host: "localhost".to_owned(),
        port,
        tls,
        bind: Some((READER.to_owned(), "bind".to_owned())),
        base: format!("ou=people,{SUFFIX}"),
        filter: Template::new("(&(objectClass=inetOrgPerson)(uid={login}))".to_owned()),
    }));
    spec.ca_file = Some(directory.ca_file());
    spec.profile = ProfileMap {
        login: place("UID"),
        logins: place("*"),
        name: place("cn"),
        email: place("mail"),
        language: place("preferredLanguage"),
        role: place("employeeType"),
        administrators: vec!["card-admin".to_owned()],
    };
    spec
}

fn ldap(spec: &mut SourceSpec) -> &mut LdapSpec {
    match &mut spec.kind {
        Kind::Ldap(ldap) => ldap,
        _ => panic!("a directory"),
    }
}

fn open(spec: &SourceSpec) -> Source {
    Source::open(spec.clone(), &grants()).unwrap()
}

#[tokio::test]
async fn who_is_searched_for_is_bound_as_over_starttls_and_ldaps() {
    for tls in [LdapTls::Starttls, LdapTls::Ldaps, LdapTls::None] {
        let source = open(&described(tls));
        let profile = verdict(&source, "MRUIZ", "Rotterdam-2019").await.unwrap().unwrap();
        assert_eq!(profile.login.as_deref(), Some("mruiz"), "as the directory writes it");
        assert_eq!(profile.name.as_deref(), Some("Marta Ruiz"));
        assert_eq!(profile.email.as_deref(), Some("marta.ruiz@north-quay.example"));
        assert_eq!(
            (profile.language.as_deref(), profile.role),
            (Some("es"), Some(Role::ProgramAdministrator))
        );
        assert!(verdict(&source, "mruiz", "wrong").await.unwrap().is_none());
        assert!(verdict(&source, "nobody", "Rotterdam-2019").await.unwrap().is_none());
        let other = verdict(&source, "jsato", "another one").await.unwrap().unwrap();
        assert_eq!((other.language, other.role), (None, Some(Role::EndUser)));
    }
}

#[tokio::test]
async fn an_empty_password_binds_nobody() {
    assert!(verdict(&open(&described(LdapTls::Starttls)), "mruiz", "").await.unwrap().is_none());
    let mut reach = grants();
    reach.secrets.insert("bind".to_owned(), SecretString::from(""));
    let trouble = Source::open(described(LdapTls::Starttls), &reach).unwrap_err();
    assert!(matches!(trouble, Trouble::Setup(_)), "{trouble}");
}

#[tokio::test]
async fn a_login_name_is_no_part_of_the_filter() {
    let source = open(&described(LdapTls::Starttls));
    for name in ["*", "m*", "mruiz)(uid=*", "*)(|(uid=*", "mruiz\0", "\\2a", "(", ")"] {
        assert!(verdict(&source, name, "Rotterdam-2019").await.unwrap().is_none(), "{name}");
    }
    assert!(verdict(&source, "star*", "(|&)").await.unwrap().is_some(), "a name with a star is a name");
}

#[tokio::test]
async fn exactly_one_entry_is_meant() {
    let mut spec = described(LdapTls::Starttls);
    ldap(&mut spec).filter = Template::new("(|(uid={login})(uid=jsato))".to_owned());
    let trouble = ask(&open(&spec), "mruiz", "Rotterdam-2019").await.unwrap_err();
    assert!(trouble.to_string().starts_with("several entries"), "{trouble}");
    ldap(&mut spec).filter = Template::new("(|(uid={login})(objectClass=*))".to_owned());
    let trouble = ask(&open(&spec), "mruiz", "Rotterdam-2019").await.unwrap_err();
    assert!(trouble.to_string().starts_with("several entries"), "{trouble}");
}

#[tokio::test]
async fn a_certificate_of_another_authority_or_name_is_not_believed() {
    for tls in [LdapTls::Starttls, LdapTls::Ldaps] {
        let mut unknown = described(tls);
        unknown.ca_file = None;
        let trouble = ask(&open(&unknown), "mruiz", "Rotterdam-2019").await.unwrap_err();
        assert!(matches!(trouble, Trouble::Tls(_)), "{trouble}");
        let mut named = described(tls);
        ldap(&mut named).host = "127.0.0.1".to_owned();
        let trouble = ask(&open(&named), "mruiz", "Rotterdam-2019").await.unwrap_err();
        assert!(matches!(trouble, Trouble::Tls(_)), "{trouble}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_description_is_told() {
    let mut spec = described(LdapTls::Starttls);
    ldap(&mut spec).bind = Some((READER.to_owned(), "bad".to_owned()));
    let trouble = ask(&open(&spec), "mruiz", "Rotterdam-2019").await.unwrap_err();
    assert_eq!(trouble.to_string(), format!("the directory refuses the password of {READER}"));
    let mut spec = described(LdapTls::Starttls);
    ldap(&mut spec).base = format!("ou=elsewhere,{SUFFIX}");
    let trouble = ask(&open(&spec), "mruiz", "Rotterdam-2019").await.unwrap_err();
    assert!(matches!(trouble, Trouble::Setup(_)), "{trouble}");
}

#[tokio::test]
async fn an_operator_sees_every_step_and_no_secret() {
    let told = steps(&open(&described(LdapTls::Starttls)), "mruiz", "Rotterdam-2019").await;
    for expected in [
        "connection: with TLS, certificate believed",
        "bind: as cn=reader,dc=harbour,dc=example, result code 0",
        "search: one entry: uid=mruiz,ou=people,dc=harbour,dc=example",
        "bind as the user: result code 0",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    assert!(
        told.ends_with("right") && !told.contains("Rotterdam") && !told.contains(READER_PASSWORD),
        "{told}"
    );
}

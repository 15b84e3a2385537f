//! What the configuration grants to live legacy sources: private addresses and secrets.

#![expect(clippy::expect_used, reason = "a test whose folder cannot be made fails, and says why")]

use std::fs;

use insta::assert_snapshot;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use vestibule::config::{self, Config, Source};

const LEAST: &str = r#"
[server]
public_url = "https://login.harbour.example"
[database]
url = "sqlite://vestibule.db"
[mail]
host = "mail.harbour.example"
from = "login@harbour.example"
[keys]
file = "keys.toml"
"#;

/// Loads a configuration; names of files are told without their folder.
fn load(text: &str, files: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = TempDir::new().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("vestibule.toml"), text).expect("a writable folder");
    for (name, text) in files {
        fs::write(path(name), text).expect("a writable folder");
    }
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let source = Source { file: Some(path("vestibule.toml")), variables };
    let place = format!("{}/", folder.path().display());
    config::load(&source).map_err(|problems| problems.to_string().replace(&place, ""))
}

#[test]
fn secrets_come_from_the_file_from_files_and_from_the_environment() {
    let text = format!("{LEAST}[secrets]\ncrm-bind = \"in the file\"\ncrm-db_file = \"db.secret\"\n");
    let files = [("db.secret", "in a file of its own\n")];
    let config = load(&text, &files, &[("VESTIBULE__SECRETS__CRM_HOOK_KEY", "in the environment")]).unwrap();
    let secrets = &config.reach.secrets;
    let value = |name: &str| secrets[name].expose_secret().to_owned();
    assert_eq!(value("crm-bind"), "in the file");
    assert_eq!(value("crm-db"), "in a file of its own");
    assert_eq!(value("crm-hook-key"), "in the environment");
    assert!(!format!("{config:?}").contains("in the"), "secrets are never printed");
}

#[test]
fn what_is_wrong_with_secrets_is_told_without_them() {
    let text = format!(
        "{LEAST}[secrets]\nx = \"hidden one\"\ncrm-bind = \"hidden\\ntwo\"\ncrm-db = 3\ncrm-key_file = \"missing\"\n"
    );
    let told = load(&text, &[], &[("VESTIBULE__SECRETS__CRM_BIND", "hidden three")]).unwrap_err();
    assert!(!told.contains("hidden"), "{told}");
    assert_snapshot!(told, @r##"
        vestibule.toml:12: `secrets.x` cannot be the name of a secret: it must be a short name of 2 to 40 lower-case letters, digits and single dashes, beginning with a letter
        vestibule.toml:13: `secrets.crm-bind` must be a text of 1 to 1024 characters without line breaks
        vestibule.toml:14: `secrets.crm-db` must be a text in quotes
        vestibule.toml:15: `secrets.crm-key_file` names missing, which cannot be read: No such file or directory (os error 2)
        environment variable VESTIBULE__SECRETS__CRM_BIND: the secret "crm-bind" is given already, at vestibule.toml:13
        "##);
}

#[test]
fn private_addresses_are_opened_by_the_file_alone() {
    let listed = format!("{LEAST}[outgoing]\nallow = [\"10.1.2.3/8\", \"fd00::1\"]\n");
    let cage = load(&listed, &[], &[]).unwrap().reach.cage;
    let admits = |text: &str| cage.admits(text.parse().unwrap());
    assert!(admits("10.255.0.1") && admits("fd00::1") && !admits("fd00::2") && !admits("127.0.0.1"));
    let told = load(LEAST, &[], &[("VESTIBULE__OUTGOING__ALLOW", "127.0.0.1")]).unwrap_err();
    assert_snapshot!(told, @r##"
        environment variable VESTIBULE__OUTGOING__ALLOW: `outgoing.allow` must stand in the configuration file: an environment variable opens no private network
        "##);
    for everything in ["0.0.0.0/0", "::/0"] {
        let text = format!("{LEAST}[outgoing]\nallow = [\"{everything}\"]\n");
        assert!(load(&text, &[], &[]).unwrap_err().contains("that allows everything"), "{everything}");
    }
}

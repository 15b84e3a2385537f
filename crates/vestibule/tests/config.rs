//! What a configuration may say, and what is told when it says something else.

#![expect(clippy::expect_used, reason = "a test whose folder cannot be made fails, and says why")]

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use domain::policy::Layers;
use insta::assert_snapshot;
use secrecy::ExposeSecret;
use tempfile::TempDir;
use vestibule::config::{self, Config, LogFormat, MailTls, Source};

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

/// A folder with a configuration in it.
struct Folder(TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::write(folder.path().join("vestibule.toml"), text).expect("a writable folder");
        Self(folder)
    }

    fn add(self, name: &str, text: &str) -> Self {
        fs::write(self.0.path().join(name), text).expect("a writable folder");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let source = Source { file: Some(self.path("vestibule.toml")), variables };
        let folder = format!("{}/", self.0.path().display());
        config::load(&source).map_err(|problems| problems.to_string().replace(&folder, ""))
    }

    fn problems(&self, variables: &[(&str, &str)]) -> String {
        self.load(variables).expect_err("the configuration should be refused")
    }
}

/// The least configuration with one line put at the end of a section.
fn with_line(section: &str, line: &str) -> String {
    LEAST.replacen(&format!("[{section}]\n"), &format!("[{section}]\n{line}\n"), 1)
}

#[test]
fn the_least_configuration_has_safe_defaults() {
    let folder = Folder::with(LEAST);
    let config = folder.load(&[]).unwrap();
    assert_eq!(config.server.public_url.as_str(), "https://login.harbour.example/");
    assert_eq!(config.server.listen, "127.0.0.1:8080".parse::<SocketAddr>().unwrap());
    assert!(config.server.trusted_proxies.is_empty());
    let database = format!("sqlite://{}", folder.path("vestibule.db").display());
    assert_eq!(config.database.url.expose_secret(), database);
    assert_eq!((config.mail.tls, config.mail.port), (MailTls::Wrapper, 465));
    assert_eq!(config.mail.timeout, Duration::from_secs(10));
    assert_eq!(config.keys.file, folder.path("keys.toml"));
    assert_eq!(config.brand.name, "Vestibule");
    assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Human, "info"));
    assert!(config.policy.settings().is_empty());
}

#[test]
fn everything_can_be_said() {
    let text = r##"
        [server]
        public_url = "http://localhost:9000"
        listen = "[::1]:9000"
        trusted_proxies = ["10.1.2.3/8", "192.0.2.1", "2001:db8::/32"]
        [database]
        url_file = "database-url"
        connections = 1000
        [mail]
        host = "192.0.2.25"
        port = 2525
        tls = "starttls"
        username = "vestibule"
        password_file = "mail-password"
        from = "Harbour Commercial Cards <login@harbour.example>"
        ca_file = "/etc/ssl/relay.pem"
        timeout = "30 s"
        connections = 1
        [keys]
        file = "/etc/vestibule/keys.toml"
        [brand]
        name = "Harbour Commercial Cards"
        line = "Login"
        accent = "#2B4162"
        display = "Charter, \"Noto Serif\", serif"
        radius = 250
        [policy]
        otp.digits = 8
        "device.trust_lifetime" = "14 d"
        otp.sends = ["2 in 10 s", "9 in 1 h"]
        [policy.password]
        min_strength = 4
        [log]
        format = "json"
        level = "info,sqlx=warn"
    "##;
    let folder = Folder::with(text)
        .add("database-url", "postgres://vestibule:s3cret@localhost/vestibule\n")
        .add("mail-password", "pass word\r\n");
    let config = folder.load(&[]).unwrap();
    let proxies: Vec<_> = config.server.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
    assert!(config.database.url.expose_secret().starts_with("postgres://vestibule:s3cret@"));
    assert_eq!(config.mail.password.as_ref().unwrap().expose_secret(), "pass word");
    assert_eq!(config.mail.from.to_string(), "Harbour Commercial Cards <login@harbour.example>");
    assert_eq!((config.mail.tls, config.mail.port), (MailTls::StartTls, 2525));
    assert_eq!(config.keys.file, PathBuf::from("/etc/vestibule/keys.toml"));
    assert_eq!(config.brand.accent.as_deref(), Some("#2b4162"));
    let policy: Vec<_> =
        config.policy.settings().into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    assert_snapshot!(policy.join("\n"), @r##"
        device.trust_lifetime = 14 days
        otp.digits = 8
        otp.sends = 2 in 10 s, 9 in 1 h
        password.min_strength = 4
        "##);
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(!format!("{config:?}").contains("s3cret"));
}

#[test]
fn a_variable_wins_over_the_file_and_an_empty_one_is_absent() {
    let config = Folder::with(&with_line("mail", "port = 25"))
        .load(&[
            ("VESTIBULE__MAIL__PORT", "2525"),
            ("VESTIBULE__MAIL__HOST", ""),
            ("VESTIBULE__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("VESTIBULE__POLICY__OTP__DIGITS", "8"),
            ("VESTIBULE_PORT", "tcp://10.0.0.1:8080"),
            ("PATH", "/bin"),
        ])
        .unwrap();
    assert_eq!(config.mail.port, 2525);
    assert_eq!(config.mail.host, "mail.harbour.example");
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(Layers { installation: config.policy, ..Layers::default() }.resolve().policy.otp.digits, 8);
}

#[test]
fn variables_alone_are_enough() {
    let variables = [
        ("VESTIBULE__SERVER__PUBLIC_URL", "https://login.harbour.example"),
        ("VESTIBULE__DATABASE__URL", "sqlite:///var/lib/vestibule/vestibule.db"),
        ("VESTIBULE__MAIL__HOST", "localhost"),
        ("VESTIBULE__MAIL__FROM", "login@harbour.example"),
        ("VESTIBULE__KEYS__FILE", "/etc/vestibule/keys.toml"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let config = config::load(&Source { file: None, variables }).unwrap();
    assert_eq!(config.database.url.expose_secret(), "sqlite:///var/lib/vestibule/vestibule.db");
    let problems = config::load(&Source::default()).unwrap_err();
    assert_snapshot!(problems, @r##"
        configuration: `server.public_url` is missing; it must be an https address without a path, such as "https://login.harbour.example"; plain http is accepted only for localhost and loopback addresses
        configuration: `database.url` is missing; it must be a database URL, such as "sqlite:///var/lib/vestibule/vestibule.db" or "postgres://vestibule@localhost/vestibule"
        configuration: `mail.host` is missing; it must be a host name or an IP address, such as "mail.harbour.example"
        configuration: `mail.from` is missing; it must be a mail address, with or without a name before it, such as "Harbour Commercial Cards <login@harbour.example>"
        configuration: `keys.file` is missing; it must be the path of the key file that `vestibule init` makes
        "##);
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    let text = with_line("server", "lisen = \"127.0.0.1:80\"\ncolour = 3") + "[loging]\nlevel = \"info\"\n";
    let variables = [
        ("VESTIBULE__MAIL__PASWORD", "secret-value"),
        ("VESTIBULE__SERVR__LISTEN", "127.0.0.1:80"),
        ("VESTIBULE__SERVER", "x"),
        ("VESTIBULE__", "x"),
    ];
    assert_snapshot!(Folder::with(&text).problems(&variables), @r##"
        vestibule.toml:3: unknown key `server.lisen`; did you mean `server.listen`?
        vestibule.toml:4: unknown key `server.colour`; known here: public_url, listen, trusted_proxies
        vestibule.toml:13: unknown key `loging`; did you mean `log`?
        environment variable VESTIBULE__: is no key; write VESTIBULE__SECTION__KEY, such as VESTIBULE__SERVER__LISTEN
        environment variable VESTIBULE__MAIL__PASWORD: unknown key `mail.pasword`; did you mean VESTIBULE__MAIL__PASSWORD?
        environment variable VESTIBULE__SERVER: is no key; write VESTIBULE__SECTION__KEY, such as VESTIBULE__SERVER__LISTEN
        environment variable VESTIBULE__SERVR__LISTEN: unknown key `servr`; did you mean VESTIBULE__SERVER__LISTEN?
        "##);
}

#[test]
fn wrong_values_name_line_range_and_remedy() {
    let text = r##"[server]
public_url = "http://login.harbour.example"
listen = "8080"
trusted_proxies = ["10.0.0.0/8", "0.0.0.0/0"]
[database]
url = "mysql://localhost/vestibule"
connections = 0
[mail]
host = "mail harbour"
port = 65536
tls = "ssl"
username = "vestibule"
from = "nobody"
timeout = "5 h"
[keys]
file = 3
[brand]
accent = "blue"
[policy]
otp.sends = [1, 2]
otp.digts = 6
otp.digits = 11
hashing.max_wait = 3
[log]
format = "xml"
level = "loud"
"##;
    assert_snapshot!(Folder::with(text).problems(&[]), @r##"
        vestibule.toml:2: `server.public_url` is "http://login.harbour.example"; it must be an https address without a path, such as "https://login.harbour.example"; plain http is accepted only for localhost and loopback addresses (plain http to another machine would show every password to the network)
        vestibule.toml:3: `server.listen` is "8080"; it must be an IP address with a port, such as "127.0.0.1:8080" or "[::]:8080"
        vestibule.toml:4: `server.trusted_proxies` is "0.0.0.0/0"; it must be a list of texts, each a network or an address, such as "10.0.0.0/8" or "127.0.0.1" (that trusts everybody)
        vestibule.toml:6: `database.url` must be a database URL, such as "sqlite:///var/lib/vestibule/vestibule.db" or "postgres://vestibule@localhost/vestibule"
        vestibule.toml:7: `database.connections` is 0; it must be a whole number from 1 to 1000
        vestibule.toml:9: `mail.host` is "mail harbour"; it must be a host name or an IP address, such as "mail.harbour.example"
        vestibule.toml:10: `mail.port` is 65536; it must be a whole number from 1 to 65535
        vestibule.toml:11: `mail.tls` is "ssl"; it must be one of "wrapper", "starttls", "none"
        vestibule.toml:12: `mail.username` and `mail.password` (or `mail.password_file`) belong together: give both or neither
        vestibule.toml:13: `mail.from` is "nobody"; it must be a mail address, with or without a name before it, such as "Harbour Commercial Cards <login@harbour.example>"
        vestibule.toml:14: `mail.timeout` is "5 h"; it must be a span of time from "1 s" to "2 min"
        vestibule.toml:16: `keys.file` is 3; it must be a text in quotes: the path of a file
        vestibule.toml:18: `brand.accent` is "blue"; it must be a colour such as "#2b4162"
        vestibule.toml:20: `otp.sends` cannot be "1, 2": write limits such as "2 in 10 s, 5 in 10 min" (1 to 8 limits of 1 to 100 in 1 s to 1 day)
        vestibule.toml:21: there is no policy key `otp.digts`; did you mean `otp.digits`?
        vestibule.toml:22: `otp.digits` cannot be "11": it takes 6 to 10 digits
        vestibule.toml:23: `hashing.max_wait` cannot be "3": write a span with its unit, such as "10 min" or "2 h 30 min" (1 s to 30 s)
        vestibule.toml:25: `log.format` is "xml"; it must be one of "human", "json"
        vestibule.toml:26: `log.level` is "loud"; it must be a level ("error", "warn", "info", "debug" or "trace"), with exceptions by target if wanted, such as "info,sqlx=warn"
        "##);
}

#[test]
fn wrong_variables_are_named_and_secrets_never_shown() {
    let variables = [
        ("VESTIBULE__MAIL__PORT", "twenty-five"),
        ("VESTIBULE__MAIL__USERNAME", "vestibule"),
        ("VESTIBULE__MAIL__PASSWORD", "two\nlines"),
        ("VESTIBULE__DATABASE__URL", "postgres:vestibule:hunter2@localhost"),
    ];
    assert_snapshot!(Folder::with(LEAST).problems(&variables), @r##"
        environment variable VESTIBULE__DATABASE__URL: `database.url` must be a database URL, such as "sqlite:///var/lib/vestibule/vestibule.db" or "postgres://vestibule@localhost/vestibule"
        environment variable VESTIBULE__MAIL__PASSWORD: `mail.password` must be a text of 1 to 1024 characters without line breaks
        environment variable VESTIBULE__MAIL__PORT: `mail.port` is "twenty-five"; it must be a whole number from 1 to 65535
        "##);
}

#[test]
fn what_is_no_toml_is_shown_by_line() {
    assert_snapshot!(Folder::with("[server]\npublic_url = https://x\nlisten = \"a\nlisten = 3\n").problems(&[]), @r##"
        vestibule.toml:2: this is not valid TOML: string values must be quoted, expected literal string
        vestibule.toml:3: this is not valid TOML: invalid basic string, expected `"`
        vestibule.toml:4: this is not valid TOML: duplicate key
        "##);
    assert_snapshot!(Folder::with("[server]\nlisten = \"a\"\nlisten = \"b\"\n").problems(&[]), @r##"
        vestibule.toml:3: this is not valid TOML: duplicate key
        "##);
    assert_snapshot!(Folder::with(&format!("server = 3\n{LEAST}")).problems(&[]), @r##"
        vestibule.toml:3: this is not valid TOML: duplicate key
        "##);
}

#[test]
fn secrets_come_from_one_place() {
    let both = with_line("mail", "username = \"v\"\npassword = \"a\"\npassword_file = \"mail-password\"");
    assert_snapshot!(Folder::with(&both).add("mail-password", "b").problems(&[]), @r##"
        vestibule.toml:9: `mail.password_file` and `password` say the same thing: keep one of them
        "##);
    let missing = with_line("mail", "username = \"v\"\npassword_file = \"nowhere\"");
    assert_snapshot!(Folder::with(&missing).problems(&[]), @r##"
        vestibule.toml:8: `mail.password_file` names nowhere, which cannot be read: No such file or directory (os error 2)
        "##);
    let empty = with_line("mail", "username = \"v\"\npassword_file = \"mail-password\"");
    assert_snapshot!(Folder::with(&empty).add("mail-password", "\n").problems(&[]), @r##"
        vestibule.toml:8: `mail.password_file` names mail-password, which does not hold a text of 1 to 1024 characters without line breaks
        "##);
}

#[test]
fn a_missing_or_foreign_file_is_named() {
    let folder = Folder::with(LEAST);
    let source = Source { file: Some(folder.path("other.toml")), variables: Vec::new() };
    let problems = config::load(&source).unwrap_err().to_string();
    assert!(
        problems.ends_with("other.toml: cannot be read: No such file or directory (os error 2)"),
        "{problems}"
    );
    fs::write(folder.path("vestibule.toml"), b"[server]\npublic_url = \"\xff\"\n").unwrap();
    assert_snapshot!(folder.problems(&[]), @r##"
        vestibule.toml: is not UTF-8 text (line 2)
        "##);
    fs::write(folder.path("vestibule.toml"), "#".repeat(1024 * 1024 + 1)).unwrap();
    assert_snapshot!(folder.problems(&[]), @r##"
        vestibule.toml: is 1048577 bytes long; at most 1048576 are read
        "##);
    fs::write(folder.path("vestibule.toml"), format!("{LEAST}{}", "#".repeat(1024 * 1024 - LEAST.len())))
        .unwrap();
    assert!(folder.load(&[]).is_ok());
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for url in ["http://localhost:8080", "http://login.localhost", "http://127.0.0.2", "http://[::1]:8080"] {
        let text = LEAST.replace("https://login.harbour.example", url);
        assert!(Folder::with(&text).load(&[]).is_ok(), "{url}");
    }
    for url in [
        "http://harbour.example",
        "http://10.0.0.1",
        "http://localhost.harbour.example",
        "ftp://localhost",
        "https://harbour.example/login",
        "https://harbour.example/?a",
        "https://a:b@harbour.example",
        "https://",
        "harbour.example",
        "",
    ] {
        let text = LEAST.replace("https://login.harbour.example", url);
        assert!(
            Folder::with(&text).problems(&[]).contains("vestibule.toml:3: `server.public_url` is "),
            "{url}"
        );
    }
}

#[test]
fn the_example_that_is_delivered_is_right_and_shows_every_key() {
    let example = include_str!("../../../deploy/vestibule.toml");
    let folder = Folder::with(example).add("mail-password", "secret\n");
    let config = folder.load(&[]).unwrap();
    assert_eq!(config.mail.from.address, "login@harbour.example");
    // Unknown keys are answered with the known ones: each of those has to be in the example.
    for section in ["server", "database", "keys", "mail", "brand", "log"] {
        let text = example.replacen(&format!("[{section}]\n"), &format!("[{section}]\n\"?\" = 1\n"), 1);
        let problem = Folder::with(&text).add("mail-password", "secret\n").problems(&[]);
        let (_, known) = problem.split_once("known here: ").unwrap();
        for key in known.trim().split(", ") {
            let shown =
                example.lines().any(|line| line.trim_start_matches("# ").contains(&format!("{key} = ")));
            assert!(shown, "{section}.{key} is missing in deploy/vestibule.toml");
        }
    }
}

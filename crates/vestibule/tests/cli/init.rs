//! `vestibule init`.

use std::path::Path;

use insta::assert_snapshot;
use vestibule::cli::Exit;

use crate::desk::{Desk, Typist};

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).map_or(0, |file| file.permissions().mode() & 0o777)
}

#[tokio::test]
async fn init_makes_a_working_installation() {
    let desk = Desk::new();
    let ran = desk
        .run(&[
            "init",
            "--dir",
            "@",
            "--operator-name",
            "Ines Ruiz",
            "--operator-email",
            "ines at harbour.example",
        ])
        .await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_snapshot!(ran.out, @r##"
        Made @/vestibule.toml and @/keys.toml.
        ines@harbour.example is invited as the first operator.
        Next:
          1. keep a backup of keys.toml, apart from the database's
          2. vestibule --config @/vestibule.toml doctor
          3. vestibule --config @/vestibule.toml apply installation.toml
          4. vestibule --config @/vestibule.toml serve
          5. open the invitation that arrives from login@localhost
        "##);
    for file in ["vestibule.toml", "keys.toml", "vestibule.db"] {
        assert_eq!(mode(&desk.path(file)), 0o600, "{file}");
    }
    let ran = desk
        .run(&["user", "show", "ines at harbour.example", "--json", "--config", "@/vestibule.toml"])
        .await;
    let people: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (people[0]["name"].as_str(), people[0]["role"].as_str()),
        (Some("Ines Ruiz"), Some("operator"))
    );
}

#[tokio::test]
async fn init_asks_until_the_answer_is_right() {
    let desk = Desk::new();
    let typist = Typist::with(&[
        "http://login.harbour.example",
        "https://login.harbour.example",
        "",
        "",
        "Harbour \"Commercial\" Cards",
        "",
        "mail.harbour.example",
        "ssl",
        "starttls",
        "vestibule",
        "",
        "s3cret",
        "",
    ]);
    let ran = desk.run_with(&["init", "--dir", "@"], Some(typist.clone())).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let folder = desk.0.path().display().to_string();
    assert_snapshot!(typist.questions().join("\n").replace(&folder, "@"), @r##"
        Address of the login in the browser [http://localhost:8080]:
        Address of the login in the browser [http://localhost:8080]:
        Listen on [127.0.0.1:8080]:
        Database [sqlite://@/vestibule.db]:
        Name on every page [Vestibule]:
        Sender of mails [login@login.harbour.example]:
        Mail server [localhost]:
        TLS to the mail server: wrapper, starttls or none [wrapper]:
        TLS to the mail server: wrapper, starttls or none [wrapper]:
        Login name at the mail server (none):
        (secretly) Password at the mail server:
        (secretly) Password at the mail server:
        E-mail address of the first operator (none yet):
        "##);
    assert_snapshot!(ran.err, @r##"
        "http://login.harbour.example" will not do; it must be an https address without a path, such as "https://login.harbour.example"; plain http is accepted only for localhost and loopback addresses (plain http to another machine would show every password to the network)
        "ssl" will not do; it must be "wrapper", "starttls" or "none"
        it must be a text of 1 to 1024 characters without line breaks
        "##);
    let config = std::fs::read_to_string(desk.path("vestibule.toml")).unwrap();
    assert_snapshot!(config.replace(&folder, "@"), @r##"
        # The configuration of Vestibule. Each key can also be given as an environment variable:
        # VESTIBULE__SERVER__LISTEN is `listen` in [server].

        [server]
        public_url = "https://login.harbour.example"
        listen = "127.0.0.1:8080"
        # The proxies in front, whose X-Forwarded-For is believed.
        trusted_proxies = []

        [database]
        url = "sqlite://@/vestibule.db"

        [keys]
        file = "keys.toml"

        [mail]
        host = "mail.harbour.example"
        tls = "starttls"
        username = "vestibule"
        password_file = "mail-password"
        from = "login@login.harbour.example"

        [brand]
        name = 'Harbour "Commercial" Cards'

        [log]
        format = "human"
        level = "info"

        # [policy]
        # `vestibule policy explain` lists every key, its default and its range.
        "##);
    assert_eq!(std::fs::read_to_string(desk.path("mail-password")).unwrap(), "s3cret");
    assert_eq!(mode(&desk.path("mail-password")), 0o600);
}

#[tokio::test]
async fn init_overwrites_nothing_and_leaves_nothing_half_done() {
    let desk = Desk::installed().await;
    let keys = std::fs::read(desk.path("keys.toml")).unwrap();
    let ran = desk.run(&["init", "--dir", "@"]).await;
    assert_eq!(ran.exit, Exit::Refused);
    assert_snapshot!(ran.err, @r##"
        vestibule: @/vestibule.toml exists; nothing is overwritten: name another folder with --dir
        "##);
    assert_eq!(std::fs::read(desk.path("keys.toml")).unwrap(), keys);

    let desk = Desk::new();
    let ran = desk.run(&["init", "--dir", "@/new", "--public-url", "http://harbour.example"]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("plain http to another machine"), "{}", ran.err);
    assert!(!desk.path("new/vestibule.toml").exists() && !desk.path("new/keys.toml").exists());

    let ran = desk.run(&["init", "--dir", "@/new", "--mail-username", "vestibule"]).await;
    assert_eq!((ran.exit, desk.path("new/keys.toml").exists()), (Exit::Usage, false));
}

#[tokio::test]
async fn init_tells_how_to_go_on_when_the_database_does_not_answer() {
    let desk = Desk::new();
    let ran = desk.run(&["init", "--dir", "@", "--database", "sqlite://@/nowhere/vestibule.db"]).await;
    assert_ne!(ran.exit, Exit::Done);
    assert!(ran.err.contains("are made, but the database is not"), "{}", ran.err);
    assert!(ran.err.contains("vestibule --config @/vestibule.toml migrate"), "{}", ran.err);
    assert!(desk.path("keys.toml").exists());
}

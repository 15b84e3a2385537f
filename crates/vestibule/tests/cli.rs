//! The command line as an operator uses it, from `init` on, each command run whole.

#![expect(clippy::expect_used, reason = "a test whose folder cannot be made fails, and says why")]

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use clap::{CommandFactory, Parser};
use crypto::random::SystemRandom;
use insta::assert_snapshot;
use tempfile::TempDir;
use testkit::clock::TestClock;
use vestibule::cli::{self, Answers, Cli, Exit, Screen, World};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Types these lines, one after the other, and remembers the questions.
#[derive(Clone, Default)]
struct Typist(Arc<Mutex<(Vec<&'static str>, Vec<String>)>>);

impl Typist {
    fn with(lines: &[&'static str]) -> Self {
        Self(Arc::new(Mutex::new((lines.iter().rev().copied().collect(), Vec::new()))))
    }

    fn questions(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Answers for Typist {
    fn ask(&self, question: &str) -> io::Result<String> {
        let mut typist = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        typist.1.push(question.to_owned());
        typist.0.pop().map(str::to_owned).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn ask_secretly(&self, question: &str) -> io::Result<String> {
        self.ask(&format!("(secretly) {question}"))
    }
}

struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

/// A folder to make installations in.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, None).await
    }

    /// Runs `vestibule` with these arguments. `@` stands for the folder.
    async fn run_with(&self, arguments: &[&str], typist: Option<Typist>) -> Ran {
        let folder = self.0.path().display().to_string();
        let arguments = arguments.iter().map(|argument| argument.replace('@', &folder).replace(" at ", "@"));
        let cli = Cli::try_parse_from(std::iter::once("vestibule".to_owned()).chain(arguments));
        let cli = cli.expect("the command line should be right");
        let (out, err) = (Page::default(), Page::default());
        let world = World {
            variables: Vec::new(),
            clock: Arc::new(TestClock::new()),
            random: Arc::new(SystemRandom),
            answers: typist.map(|typist| Box::new(typist) as Box<dyn Answers>),
        };
        let exit = cli::run(cli, &mut Screen::plain(out.clone(), err.clone()), &world).await;
        let local = |page: Page| page.text().replace(&folder, "@");
        Ran { exit, out: local(out), err: local(err) }
    }

    async fn installed() -> Self {
        let desk = Self::new();
        let ran = desk.run(&["init", "--dir", "@"]).await;
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
        desk
    }

    async fn with_companies() -> Self {
        let desk = Self::installed().await;
        std::fs::write(desk.path("installation.toml"), INSTALLATION).expect("a writable folder");
        let ran = desk.run(&["apply", "@/installation.toml", "--yes", "--config", "@/vestibule.toml"]).await;
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
        desk
    }
}

const INSTALLATION: &str = r#"
[[region]]
slug = "europe"
name = "Europe"
[[country]]
code = "ES"
floor.otp.digits = 8
[[company]]
slug = "north-quay"
name = "North Quay Logistics"
country = "ES"
region = "europe"
time_zone = "Europe/Madrid"
phase1 = 2026-12-01
policy.otp.digits = 6
policy.device.trust_lifetime = "14 d"
"#;

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).map_or(0, |file| file.permissions().mode() & 0o777)
}

#[test]
fn the_command_line_is_well_formed_and_tells_its_exit_codes() {
    Cli::command().debug_assert();
    assert_snapshot!(Cli::command().term_width(100).render_long_help(), @r##"
        Two-factor login in front of an application that keeps its own passwords

        Usage: vestibule [OPTIONS] <COMMAND>

        Commands:
          demo         Try everything on this machine, with invented people and companies
          serve        Serve the portal, the gateway and the mail worker
          init         Make a configuration and keys, by questions or by flags
          migrate      Bring the database to this version's schema
          apply        Make companies, rollouts, applications and contacts what a file says, after showing
                       the difference
          import       Take people over from the application
          user         Look at, unlock, disable, enable and invite people
          doctor       Find what is wrong with this deployment
          policy       See where each policy value comes from
          mail         See whether mail works
          completions  Print the completions of a shell
          help         Print this message or the help of the given subcommand(s)

        Options:
              --config <FILE>
                  The configuration file [default: ./vestibule.toml, then /etc/vestibule/vestibule.toml]
                  
                  [env: VESTIBULE_CONFIG]

              --json
                  Print JSON instead of tables

          -h, --help
                  Print help (see a summary with '-h')

          -V, --version
                  Print version

        Exit codes:
          0  done
          1  something failed that should not
          2  the command line is wrong
          3  the configuration, or a file that was named, is wrong
          4  there is nobody and nothing by that name
          5  refused; nothing was changed
          6  done, and something needs attention
          7  the database or the mail server cannot be reached; trying again may help
        "##);
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

#[tokio::test]
async fn migrate_is_needed_once_and_harmless_twice() {
    let desk = Desk::installed().await;
    std::fs::remove_file(desk.path("vestibule.db")).unwrap();
    let ran = desk.run(&["policy", "explain", "--company", "x", "--config", "@/vestibule.toml"]).await;
    assert_eq!(ran.exit, Exit::Refused);
    assert!(ran.err.contains("run `vestibule migrate` first"), "{}", ran.err);
    for word in ["now", "already"] {
        let ran = desk.run(&["migrate", "--config", "@/vestibule.toml"]).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(ran.out.trim_end().ends_with(word), "{}", ran.out);
    }
}

#[tokio::test]
async fn apply_shows_the_difference_and_asks() {
    let desk = Desk::installed().await;
    std::fs::write(desk.path("installation.toml"), INSTALLATION).unwrap();
    let apply = ["apply", "@/installation.toml", "--config", "@/vestibule.toml"];

    let nobody = desk.run(&apply).await;
    assert_eq!(nobody.exit, Exit::Refused);
    assert_snapshot!(nobody.out, @r##"
             WHAT                FIELD                         NOW  THEN
        add  region europe       name                          –    Europe
        add  country ES          floor otp.digits              –    8
        add  company north-quay  name                          –    North Quay Logistics
        add  company north-quay  country                       –    ES
        add  company north-quay  region                        –    europe
        add  company north-quay  time_zone                     –    Europe/Madrid
        add  company north-quay  language                      –    en
        add  company north-quay  phase1                        –    2026-12-01 00:00
        add  company north-quay  policy device.trust_lifetime  –    14 days
        add  company north-quay  policy otp.digits             –    6
        Note: company north-quay: `otp.digits` = 6 will not hold, because ES sets the floor 8
        "##);
    assert_snapshot!(nobody.err, @r##"
        vestibule: nobody is there to ask; look at the difference, then add --yes
        "##);
    let no = desk.run_with(&apply, Some(Typist::with(&["n"]))).await;
    assert_eq!((no.exit, no.err.as_str()), (Exit::Refused, "vestibule: nothing was changed\n"));
    let json = desk.run_with(&[&apply[..], &["--json"]].concat(), Some(Typist::with(&["y"]))).await;
    assert_eq!((json.exit, json.out.as_str()), (Exit::Usage, ""));
    let dry = desk.run(&[&apply[..], &["--dry-run"]].concat()).await;
    assert_eq!((dry.exit, dry.out), (Exit::Done, nobody.out.clone()));

    let yes = desk.run_with(&apply, Some(Typist::with(&["yes"]))).await;
    assert_eq!(yes.exit, Exit::Done, "{}", yes.err);
    assert_eq!(yes.out, format!("{}Applied.\n", nobody.out));
    let again = desk.run(&apply).await;
    assert_eq!(again.exit, Exit::Done);
    assert_snapshot!(again.out, @r##"
        Nothing to change.
        Note: company north-quay: `otp.digits` = 6 will not hold, because ES sets the floor 8
        "##);
}

#[tokio::test]
async fn apply_tells_what_is_wrong_with_the_file_and_changes_nothing() {
    let desk = Desk::installed().await;
    std::fs::write(
        desk.path("installation.toml"),
        INSTALLATION.replace("region = \"europe\"", "region = \"emea\""),
    )
    .unwrap();
    let ran = desk.run(&["apply", "@/installation.toml", "--yes", "--config", "@/vestibule.toml"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Config, ""));
    assert_snapshot!(ran.err, @r##"
        vestibule: @/installation.toml:8: company north-quay: there is no region "emea"; add a [[region]] or use one of: europe
        "##);
}

#[tokio::test]
async fn policy_is_explained_layer_by_layer() {
    let desk = Desk::with_companies().await;
    let explain = async |arguments: &[&str]| {
        desk.run(&[&["policy", "explain", "--config", "@/vestibule.toml"], arguments].concat()).await
    };
    let ran = explain(&["--company", "north-quay", "--key", "otp.d"]).await;
    assert_snapshot!(ran.out, @r##"
        KEY         VALUE  FROM             DEFAULT  FLOOR
        otp.digits  8      country (floor)  6        8
        "##);
    let ran = explain(&["--company", "north-quay", "--key", "device.trust_l", "--json"]).await;
    let rows: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((rows[0]["value"].as_str(), rows[0]["origin"].as_str()), (Some("14 days"), Some("company")));
    let unknown = explain(&["--company", "north-key"]).await;
    assert_eq!(unknown.exit, Exit::NotFound);
    assert_snapshot!(unknown.err, @r##"
        vestibule: there is no company "north-key"; did you mean "north-quay"?
        "##);
    assert_eq!(explain(&["--key", "nothing"]).await.exit, Exit::NotFound);
    assert!(explain(&[]).await.out.lines().count() > 30);
}

#[tokio::test]
async fn users_are_found_changed_and_told_apart() {
    let desk = Desk::installed().await;
    let user = async |arguments: &[&str]| {
        desk.run(&[&["user", "--config", "@/vestibule.toml"], arguments].concat()).await
    };
    let added = user(&["add-operator", "Ines Ruiz", "ines at harbour.example"]).await;
    assert_eq!(added.exit, Exit::Done, "{}", added.err);
    let shown = user(&["show", "INES at harbour.example"]).await;
    let without_key: Vec<_> = shown.out.lines().skip(1).collect();
    assert_snapshot!(without_key.join("\n"), @r##"
        name                Ines Ruiz
        e-mail              ines@harbour.example
        role                operator
        company             –
        Enterprise User ID  –
        old login name      –
        standing            no Enterprise User ID yet; needs an invitation
        enrolled            –
        "not now"           0
        disabled            –
        Trusted Devices     0
        sessions            0
        "##);
    assert_eq!(user(&["invite", "ines at harbour.example"]).await.exit, Exit::Done);
    assert_eq!(user(&["unlock", "ines at harbour.example"]).await.exit, Exit::Done);
    assert!(user(&["disable", "ines at harbour.example"]).await.out.contains("nothing opens"));
    assert!(user(&["disable", "ines at harbour.example"]).await.out.contains("was disabled already"));
    assert_eq!(user(&["invite", "ines at harbour.example"]).await.exit, Exit::Refused);
    assert_eq!(user(&["add-operator", "Ines", "ines at harbour.example"]).await.exit, Exit::Refused);
    assert!(user(&["enable", "ines at harbour.example"]).await.out.contains("enabled"));
    let nobody = user(&["show", "nobody"]).await;
    assert_eq!((nobody.exit, nobody.out.as_str()), (Exit::NotFound, ""));
}

#[tokio::test]
async fn doctor_finds_what_is_wrong() {
    let desk = Desk::installed().await;
    let config = std::fs::read_to_string(desk.path("vestibule.toml")).unwrap();
    // Port 9 (discard) is not served anywhere near a test.
    std::fs::write(
        desk.path("vestibule.toml"),
        config.replace("host = \"localhost\"", "host = \"127.0.0.1\"\nport = 9"),
    )
    .unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(desk.path("keys.toml"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let ran = desk.run(&["doctor", "--config", "@/vestibule.toml"]).await;
    assert_eq!(ran.exit, Exit::Findings);
    let steady: Vec<_> = ran.out.lines().filter(|line| !line.contains("hashing")).collect();
    assert_snapshot!(steady.join("\n"), @r##"
               CHECK          FINDING
        ok     configuration  @/vestibule.toml
        look   address        http://localhost:8080/ is plain http: good for trying out on this machine, and for nothing else
        WRONG  keys           others may read @/keys.toml: run `chmod 600 @/keys.toml`
        ok     database       Sqlite, schema is current
        WRONG  mail           127.0.0.1:9: connect: connection refused
        "##);
    assert!(ran.out.contains("one password hash takes"));
    let ran = desk.run(&["doctor", "--config", "@/other.toml"]).await;
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.out.contains("cannot be read"), "{}", ran.out);
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_told_with_its_step() {
    let desk = Desk::installed().await;
    let config = std::fs::read_to_string(desk.path("vestibule.toml")).unwrap();
    std::fs::write(
        desk.path("vestibule.toml"),
        config.replace("host = \"localhost\"", "host = \"127.0.0.1\"\nport = 9"),
    )
    .unwrap();
    let ran = desk.run(&["mail", "test", "ines at harbour.example", "--config", "@/vestibule.toml"]).await;
    assert_eq!(ran.exit, Exit::Unavailable);
    assert_snapshot!(ran.err, @r##"
        asking 127.0.0.1:9 …
        vestibule: 127.0.0.1:9 did not take the mail: connect: connection refused
        "##);
    let ran = desk.run(&["mail", "test", "no address", "--config", "@/vestibule.toml"]).await;
    assert_eq!(ran.exit, Exit::Usage);
}

#[tokio::test]
async fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = Desk::new().run(&["completions", shell]).await;
        assert_eq!(ran.exit, Exit::Done);
        assert!(ran.out.contains("vestibule") && ran.out.contains("policy"), "{shell}");
    }
}

const PEOPLE: &str = "\
login,name,email,company,role,hash
mruiz,Marta Ruiz,marta@north-quay.example,north-quay,,$2y$05$Yt04l6zyZuaIUdxha2IvheIYdFAWO7XZRo43eVMGois1vhE3jNtCW
jsato,Jun Sato,jun@north-quay.example,north-quay,program_administrator,$2b$04$epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW
,Ada Novak,ada@north-quay.example,north-quay,,
MRUIZ,Somebody Else,else@north-quay.example,north-quay,,
old,Old Hash,old@north-quay.example,north-quay,,5f4dcc3b5aa765d61d8327deb882cf99
lost,Lost,lost@nowhere.example,nowhere,,
short,Short
boss,Boss,boss@north-quay.example,north-quay,operator,
=cmd,\"=cmd|' /C calc'!A0\",not an address,north-quay,,
";

#[tokio::test]
async fn people_are_rehearsed_imported_and_imported_again() {
    let desk = Desk::with_companies().await;
    std::fs::write(desk.path("people.csv"), PEOPLE).unwrap();
    let import = async |arguments: &[&str], typist| {
        let all = [&["import", "users", "@/people.csv", "--config", "@/vestibule.toml"], arguments].concat();
        desk.run_with(&all, typist).await
    };
    let dry = import(&["--dry-run"], None).await;
    assert_eq!(dry.exit, Exit::Findings, "{}", dry.err);
    assert_snapshot!(dry.out, @r##"
        WOULD BE             USERS
        added                3
        changed              0
        as they were         0
        cases for servicing  0
        rejected             6
        LINE  REJECTED BECAUSE
        5     the login name stands in line 2 already, capitals ignored
        6     the hash is in the format unsalted MD5 or NT hash (32 hexadecimal digits), which cannot be verified; bcrypt and Argon2 can
        7     there is no company "nowhere"; add it with `vestibule apply` first
        8     has 2 fields; the header has 6
        9     `role` must be "end_user" or "program_administrator"
        10    `email` must be a mail address, such as "help@harbour.example"
        "##);
    assert_eq!(
        desk.run(&["user", "show", "mruiz", "--config", "@/vestibule.toml"]).await.exit,
        Exit::NotFound
    );
    assert_eq!(import(&[], Some(Typist::with(&["n"]))).await.exit, Exit::Refused);
    assert_eq!(import(&[], None).await.exit, Exit::Refused);
    assert_eq!(import(&["--json"], None).await.exit, Exit::Usage);

    let done = import(&["--yes", "--rejected", "@/rejected.csv"], None).await;
    assert!(done.out.starts_with("IMPORTED"), "{}", done.out);
    let shown = desk.run(&["user", "show", "mruiz", "--config", "@/vestibule.toml"]).await;
    assert!(shown.out.contains("legacy credentials are on record"), "{}", shown.out);
    let rejected = std::fs::read_to_string(desk.path("rejected.csv")).unwrap();
    assert_eq!(rejected.lines().count(), 7);
    assert!(!rejected.contains("5f4dcc") && !rejected.contains("=cmd"), "{rejected}");

    let changed = PEOPLE.replace("Marta Ruiz", "Marta Ruiz Gil");
    std::fs::write(desk.path("people.csv"), changed).unwrap();
    let again = import(&["--yes", "--json"], None).await;
    let report: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(
        (report["changed"].as_u64(), report["same"].as_u64(), report["added"].as_u64()),
        (Some(1), Some(2), Some(0))
    );
}

#[tokio::test]
async fn a_wrong_header_stops_an_import() {
    let desk = Desk::with_companies().await;
    let header = async |header: &str| {
        std::fs::write(desk.path("people.csv"), format!("{header}\n")).unwrap();
        let ran =
            desk.run(&["import", "users", "@/people.csv", "--yes", "--config", "@/vestibule.toml"]).await;
        (ran.exit, ran.err)
    };
    for (line, told) in [
        ("name,emial,company", "line 1: unknown column \"emial\"; did you mean \"email\"?"),
        (
            "name,email",
            "line 1: the column \"company\" is missing; add it, or name one company with --company",
        ),
        ("name,name,email,company", "line 1: the column \"name\" is there twice"),
        ("", "line 1: the column \"name\" is missing"),
    ] {
        let (exit, err) = header(line).await;
        assert_eq!(exit, Exit::Config);
        assert_eq!(err, format!("vestibule: @/people.csv: {told}\n"));
    }
    assert_eq!(header("\u{feff}Name, Email ,COMPANY").await, (Exit::Done, String::new()));
}

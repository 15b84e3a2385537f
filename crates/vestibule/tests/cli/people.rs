//! `vestibule user` and `import users`.

use insta::assert_snapshot;
use vestibule::cli::Exit;

use crate::desk::{Desk, Typist};

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
        name                 Ines Ruiz
        e-mail               ines@harbour.example
        role                 operator
        company              –
        region               –
        Enterprise User ID   –
        old login name       –
        standing             no Enterprise User ID yet; needs an invitation
        enrolled             –
        "not now"            0
        disabled             –
        Trusted Devices      0
        sessions             0
        logins confirmed by  codes by e-mail
        authenticator app    no
        passkeys             0
        recovery codes left  0
        to be removed        –
        password dead since  –
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
async fn agents_are_made_for_a_region_that_there_is() {
    let desk = Desk::with_companies().await;
    let user = async |arguments: &[&str]| {
        desk.run(&[&["user", "--config", "@/vestibule.toml"], arguments].concat()).await
    };
    let agent =
        async |email: &str, region: &str| user(&["add-agent", "Ada Novak", email, "--region", region]).await;
    let added = agent("ada at harbour.example", "europe").await;
    assert_eq!((added.exit, added.err.as_str()), (Exit::Done, ""));
    assert!(added.out.contains("invited: the mail is queued"), "{}", added.out);
    let shown = user(&["show", "ada at harbour.example"]).await.out;
    assert!(shown.contains("servicing_agent") && shown.contains("europe"), "{shown}");
    let unknown = agent("bo at harbour.example", "eurpoe").await;
    assert_eq!(unknown.exit, Exit::NotFound);
    assert_snapshot!(unknown.err, @r##"
        vestibule: there is no region "eurpoe"; did you mean "europe"?
        "##);
    assert!(agent("bo at harbour.example", "mars").await.err.contains("known are europe"));
    assert_eq!(user(&["show", "bo at harbour.example"]).await.exit, Exit::NotFound);
    assert_eq!(agent("ada at harbour.example", "europe").await.exit, Exit::Done, "invited again");
    let taken = user(&["add-operator", "Ada Novak", "ada at harbour.example"]).await;
    assert_eq!(taken.exit, Exit::Refused);
    assert!(taken.err.contains("somebody who is no operator"), "{}", taken.err);
}

#[tokio::test]
async fn factors_are_reset_and_nobody_chooses_a_password_for_another() {
    let desk = Desk::with_companies().await;
    let user = async |arguments: &[&str]| {
        desk.run(&[&["user", "--config", "@/vestibule.toml"], arguments].concat()).await
    };
    user(&["add-operator", "Ines Ruiz", "ines at harbour.example"]).await;
    let nothing = user(&["reset-factors", "ines at harbour.example"]).await;
    assert!(nothing.exit == Exit::Done && nothing.out.contains("nothing was changed"), "{}", nothing.out);
    desk.give_recovery_codes("ines@harbour.example").await;
    assert!(user(&["show", "ines at harbour.example"]).await.out.contains("recovery codes left  2"));
    let reset = user(&["reset-factors", "ines at harbour.example"]).await;
    assert_snapshot!(reset.out, @r##"
        Ines Ruiz reset: recovery codes removed, sessions and devices ended, codes go by mail; they are told
        "##);
    assert!(user(&["show", "ines at harbour.example"]).await.out.contains("recovery codes left  0"));
    assert_eq!(user(&["reset-factors", "nobody"]).await.exit, Exit::NotFound);

    let how = user(&["reset-password", "ines at harbour.example"]).await;
    assert!(how.exit == Exit::Refused && how.err.contains("/recover/password"), "{}", how.err);
    let none = user(&["reset-password", "ines at harbour.example", "--case", "ACDE-2346"]).await;
    assert!(none.exit == Exit::NotFound && none.err.contains("no open recovery"), "{}", none.err);
}

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

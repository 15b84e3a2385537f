//! `vestibule import users`: what is told, what is taken, and what is left for mending.
#![expect(clippy::unwrap_used, clippy::panic, reason = "an import without a report fails the test")]

use std::{collections::BTreeMap, os::unix::fs::PermissionsExt as _};

use serde_json::Value;
use testkit::generate::{self, Spec};
use vestibule::cli::Exit;

use crate::desk::{Desk, Ran, Typist};

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
+34 900,\"=cmd|' /C calc'!A0\",not an address,north-quay,,
";

/// Runs `import users` on a file of the desk.
pub(crate) async fn import(desk: &Desk, file: &str, arguments: &[&str], typist: Option<Typist>) -> Ran {
    let file = format!("@/{file}");
    let all = [&["import", "users", &file, "--config", "@/vestibule.toml"], arguments].concat();
    desk.run_with(&all, typist).await
}

/// The report of an import that asks nobody.
pub(crate) async fn report(desk: &Desk, file: &str, arguments: &[&str]) -> Value {
    let ran = import(desk, file, &[&["--yes", "--json"], arguments].concat(), None).await;
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{} {}", ran.out, ran.err))
}

/// Added, changed, same, rejected.
pub(crate) fn counts(report: &Value) -> [u64; 4] {
    ["added", "changed", "same", "rejected"].map(|name| report[name].as_u64().unwrap())
}

/// Rows of each kind of finding.
fn kinds(report: &Value) -> BTreeMap<&str, u64> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|found| (found["kind"].as_str().unwrap(), found["rows"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn people_are_rehearsed_imported_and_imported_again() {
    let desk = Desk::with_companies().await;
    std::fs::write(desk.path("people.csv"), PEOPLE).unwrap();
    let dry = import(&desk, "people.csv", &["--dry-run"], None).await;
    assert_eq!(dry.exit, Exit::Findings, "{}", dry.err);
    for told in [
        "9 rows of CSV, separated by \",\", in UTF-8",
        "WOULD BE             USERS",
        "added                3",
        "rejected             6",
        "5      the login name stands in line 2 already, capitals ignored",
        "7      there is no company \"nowhere\"; add it with `vestibule apply` first",
        "8      has 2 fields; the header has 6",
        "9      `role` must be \"end_user\" or \"program_administrator\"",
        "10     `email` must be a mail address, such as \"help@harbour.example\"",
        "--rejected FILE keeps the rejected rows",
    ] {
        assert!(dry.out.contains(told), "{told}\n{}", dry.out);
    }
    let nobody = desk.run(&["user", "show", "mruiz", "--config", "@/vestibule.toml"]).await;
    assert_eq!(nobody.exit, Exit::NotFound);
    let no = Some(Typist::with(&["n"]));
    assert_eq!(import(&desk, "people.csv", &[], no).await.exit, Exit::Refused);
    assert_eq!(import(&desk, "people.csv", &[], None).await.exit, Exit::Refused);
    assert_eq!(import(&desk, "people.csv", &["--json"], None).await.exit, Exit::Usage);

    let yes = Typist::with(&["y"]);
    let done = import(&desk, "people.csv", &[], Some(yes.clone())).await;
    assert_eq!(yes.questions(), ["Import them? [y/N]"]);
    assert!(done.out.contains("IMPORTED"), "{}", done.out);
    let shown = desk.run(&["user", "show", "mruiz", "--config", "@/vestibule.toml"]).await;
    assert!(shown.out.contains("legacy credentials are on record"), "{}", shown.out);

    std::fs::write(desk.path("people.csv"), PEOPLE.replace("Marta Ruiz", "Marta Ruiz Gil")).unwrap();
    assert_eq!(counts(&report(&desk, "people.csv", &[]).await), [0, 1, 2, 6]);
}

#[tokio::test]
async fn rejected_rows_are_mended_and_imported() {
    let desk = Desk::with_companies().await;
    std::fs::write(desk.path("people.csv"), PEOPLE).unwrap();
    let first = report(&desk, "people.csv", &["--rejected", "@/rejected.csv"]).await;
    assert_eq!(counts(&first), [3, 0, 0, 6]);
    let rejected = desk.path("rejected.csv");
    let mode = std::fs::metadata(&rejected).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds hashes");
    let text = std::fs::read_to_string(&rejected).unwrap();
    assert!(text.starts_with("\u{feff}why,login,name,email,company,role,hash\n"), "{text}");
    assert!(text.contains("5f4dcc3b5aa765d61d8327deb882cf99"), "the row is as it was: {text}");
    assert!(text.contains(",'+34 900,'=cmd|' /C calc'!A0,not an address,"), "no spreadsheet runs it: {text}");

    let again = report(&desk, "rejected.csv", &["--rejected", "@/again.csv"]).await;
    assert_eq!(counts(&again), [0, 0, 0, 6], "nothing was mended, and nobody is taken by mistake: {again}");
    assert_eq!(std::fs::read_to_string(desk.path("again.csv")).unwrap(), text);
    let mended = std::fs::read_to_string(desk.path("again.csv")).unwrap();
    let mended = mended
        .replace("not an address", "formula@north-quay.example")
        .replace(",nowhere,", ",north-quay,")
        .replace("5f4dcc3b5aa765d61d8327deb882cf99", "")
        .replace(",operator,", ",end_user,");
    std::fs::write(desk.path("mended.csv"), mended).unwrap();
    let last = report(&desk, "mended.csv", &[]).await;
    assert_eq!(
        counts(&last),
        [4, 0, 0, 2],
        "the broken row, and the one that somebody has to decide about: {last}"
    );
    let shown =
        desk.run(&["user", "show", "formula at north-quay.example", "--config", "@/vestibule.toml"]).await;
    assert!(shown.out.contains("=cmd|' /C calc'!A0") && !shown.out.contains("'=cmd"), "{}", shown.out);
    assert!(shown.out.contains(" +34 900"), "{}", shown.out);
    assert_eq!(kinds(&last)["formula_like"], 1);
}

#[tokio::test]
async fn every_kind_of_wrong_row_is_told() {
    let desk = Desk::installed().await;
    let spec = Spec { users: 2_800, companies: 7, ..Spec::default() };
    let made = generate::generate(desk.0.path(), &spec).unwrap();
    let applied = desk.run(&["apply", "@/installation.toml", "--yes", "--config", "@/vestibule.toml"]).await;
    assert_eq!(applied.exit, Exit::Done, "{}", applied.err);
    let dry = import(&desk, "users.csv", &["--dry-run", "--json"], None).await;
    let dry: Value = serde_json::from_str(&dry.out).unwrap();
    let done = report(&desk, "users.csv", &["--rejected", "@/rejected.csv"]).await;
    assert_eq!(dry["findings"], done["findings"], "the rehearsal tells what will be");
    let bad: u64 = made.bad.values().sum();
    assert_eq!(counts(&done), [made.good, 0, 0, bad], "{done}");
    let of = |what: &[&str]| what.iter().map(|what| made.bad[what]).sum::<u64>();
    let expected = BTreeMap::from([
        ("repeated_login", of(&["login name repeated with other capitals"])),
        ("two_companies", of(&["two companies claim one login name"])),
        ("unknown_company", of(&["unknown company"])),
        ("unknown_region", of(&["unknown region"])),
        ("bad_address", of(&["bad address"])),
        ("control_character", of(&["line break in the name"])),
        ("too_long", of(&["over-long name"])),
        ("unknown_hash", of(&["unknown hash format"])),
        ("unsafe_hash", of(&["unsafe hash format"])),
        ("broken_hash", of(&["hostile hash parameters"])),
        ("malformed", of(&["too few fields"])),
        ("missing", of(&["name missing", "hash without a login name"])),
        ("bad_value", of(&["unknown role"])),
    ]);
    assert_eq!(kinds(&done), expected);
    assert_eq!(counts(&report(&desk, "users.csv", &[]).await), [0, 0, made.good, bad]);
    let rejected = report(&desk, "rejected.csv", &[]).await;
    assert_eq!(rejected["rows"].as_u64(), Some(bad));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_stops_before_anything() {
    let desk = Desk::with_companies().await;
    let tried = async |file: &str, content: &str, arguments: &[&str]| {
        std::fs::write(desk.path(file), content).unwrap();
        let ran = import(&desk, file, &[&["--yes"], arguments].concat(), None).await;
        assert_eq!(ran.out, "");
        (ran.exit, ran.err)
    };
    let header = "name,email,company\n";
    let unclosed = format!("{header}\"Marta,m@x.example,north-quay\n{}", "x,y,z\n".repeat(400_000));
    let (exit, err) = tried("people.csv", &unclosed, &[]).await;
    assert!(exit == Exit::Config && err.contains("a quote is probably never closed"), "{err}");
    let (exit, err) = tried("people.json", "[{\"name\": \"Marta\"}]", &[]).await;
    assert!(exit == Exit::Config && err.contains("jq -c '.[]'"), "{err}");
    let (exit, err) = tried("people.csv", header, &["--rejected", "@/people.csv"]).await;
    assert!(exit == Exit::Usage && err.contains("name another"), "{err}");
    let (exit, err) = tried("people.csv", header, &["--delimiter", "ab"]).await;
    assert!(exit == Exit::Usage && err.contains("no single sign"), "{err}");
    let (exit, err) = tried("people.csv", header, &["--encoding", "klingon"]).await;
    assert!(exit == Exit::Usage && err.contains("such are utf-8"), "{err}");
    let (exit, err) = tried("people.csv", header, &["--column", "nmae=Name"]).await;
    assert!(exit == Exit::Usage && err.contains("did you mean \"name\"?"), "{err}");
    let (exit, err) = tried("people.csv", header, &["--digest", "rot13(password)"]).await;
    assert!(exit == Exit::Usage && err.contains("digest template"), "{err}");
    let folder = import(&desk, "", &["--yes"], None).await;
    assert!(folder.exit == Exit::Config && folder.err.contains("is no file"), "{}", folder.err);
    assert_eq!(import(&desk, "nothing.csv", &["--yes"], None).await.exit, Exit::Config);
}

#[tokio::test]
async fn a_wrong_header_stops_an_import() {
    let desk = Desk::with_companies().await;
    let header = async |header: &str| {
        std::fs::write(desk.path("people.csv"), format!("{header}\n")).unwrap();
        let ran = import(&desk, "people.csv", &["--yes"], None).await;
        (ran.exit, ran.err)
    };
    for (line, told) in [
        (
            "name,emial,company",
            "line 1: unknown column \"emial\"; did you mean \"email\"?; --ignore-others passes over such",
        ),
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

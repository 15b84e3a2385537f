//! `vestibule import users`: files as applications, spreadsheets and directories write them.

use encoding_rs::WINDOWS_1252;
use vestibule::cli::Exit;

use crate::{
    desk::Desk,
    imports::{counts, import, report},
};

/// Somebody as the command line shows them.
async fn shown(desk: &Desk, who: &str) -> String {
    desk.run(&["user", "show", who, "--config", "@/vestibule.toml"]).await.out
}

#[tokio::test]
async fn a_spreadsheet_of_windows_is_read_as_it_is() {
    let desk = Desk::with_companies().await;
    let text = "Benutzer;Voller Name;E-Mail;Abteilung\r\n\
                mmunoz;\"Muñoz; María\";maria.munoz@north-quay.example;Einkauf\r\n\
                zgarcia;Zoë García;zoe.garcia@north-quay.example;Verkauf\r\n";
    std::fs::write(desk.path("people.csv"), WINDOWS_1252.encode(text).0).unwrap();
    let columns = ["login=Benutzer", "name=voller name", "email=E-Mail"].map(|pair| ["--column", pair]);
    let told = [columns.as_flattened(), &["--company", "north-quay", "--ignore-others"]].concat();
    let done = report(&desk, "people.csv", &told).await;
    assert_eq!(counts(&done), [2, 0, 0, 0], "{done}");
    assert_eq!((done["encoding"].as_str(), done["delimiter"].as_str()), (Some("windows-1252"), Some(";")));
    assert!(shown(&desk, "mmunoz").await.contains("Muñoz; María"));
    assert!(shown(&desk, "ZGARCIA").await.contains("Zoë García"));

    let told = [columns.as_flattened(), &["--company", "north-quay"]].concat();
    let strict = import(&desk, "people.csv", &[&["--yes"], &told[..]].concat(), None).await;
    assert!(strict.exit == Exit::Config && strict.err.contains("Abteilung"), "{}", strict.err);
    // Told wrong, rows that hold such bytes are left out, and the others are taken.
    let wrong = [&told[..], &["--ignore-others", "--encoding", "utf-8"]].concat();
    let wrong = report(&desk, "people.csv", &wrong).await;
    assert_eq!(counts(&wrong), [0, 0, 0, 2], "{wrong}");
    assert_eq!(wrong["findings"][0]["kind"], "encoding");
}

#[tokio::test]
async fn the_same_settings_stand_in_a_file() {
    let desk = Desk::with_companies().await;
    std::fs::write(desk.path("people.txt"), "Who|Mail\nMarta Ruiz|marta@north-quay.example\n").unwrap();
    let map = "company = \"north-quay\"\ndelimiter = \"|\"\n[columns]\nname = \"Who\"\nemail = \"Mail\"\n";
    std::fs::write(desk.path("map.toml"), map).unwrap();
    assert_eq!(counts(&report(&desk, "people.txt", &["--map", "@/map.toml"]).await), [1, 0, 0, 0]);
    std::fs::write(desk.path("map.toml"), "colums = 1").unwrap();
    let wrong = import(&desk, "people.txt", &["--map", "@/map.toml", "--yes"], None).await;
    assert!(wrong.exit == Exit::Config && wrong.err.contains("colums"), "{}", wrong.err);
}

#[tokio::test]
async fn json_lines_are_read_and_their_rejected_rows_too() {
    let desk = Desk::with_companies().await;
    let lines = "{\"name\": \"Marta Ruiz\", \"email\": \"marta@north-quay.example\", \"login\": 4711, \"hash\": null}\n\
                 \n\
                 {\"name\": \"Jun Sato\", \"email\": \"jun\", \"login\": \"jsato\"}\n\
                 {\"name\": [\"Ada\"], \"email\": \"ada@north-quay.example\"}\n\
                 {\"name\": \"Bo\", \"mail\": \"bo@north-quay.example\"}\n\
                 not json\n";
    std::fs::write(desk.path("people.jsonl"), lines).unwrap();
    let told = ["--company", "north-quay", "--rejected", "@/rejected.jsonl"];
    let done = report(&desk, "people.jsonl", &told).await;
    assert_eq!(counts(&done), [1, 0, 0, 4], "{done}");
    assert!(shown(&desk, "4711").await.contains("Marta Ruiz"));
    let rejected = std::fs::read_to_string(desk.path("rejected.jsonl")).unwrap();
    assert!(rejected.contains("\"why\":\"`email` must be a mail address"), "{rejected}");
    assert!(rejected.ends_with("not json\n"), "{rejected}");
    let mended = rejected
        .replace("\"jun\"", "\"jun@north-quay.example\"")
        .replace("[\"Ada\"]", "\"Ada\"")
        .replace("\"mail\"", "\"email\"")
        .replace("not json\n", "");
    std::fs::write(desk.path("mended.jsonl"), mended).unwrap();
    let again = report(&desk, "mended.jsonl", &["--company", "north-quay"]).await;
    assert_eq!(counts(&again), [3, 0, 0, 0], "{again}");
}

/// SHA-256 of "0a1bcorrect horse", by `printf '0a1bcorrect horse' | sha256sum`.
const DIGEST: &str = "0478218f7f723c0d5a7068445b5726ba38f2dc883e4897e8b34018ccaff580a6";

#[tokio::test]
async fn bare_digests_need_a_template() {
    let desk = Desk::with_companies().await;
    let bcrypt = "$2b$04$RHaz2hxGuZuqJ7KZOMelDuQb2CipeqSxeLqRznDtAw6g97Hgbg2Ju";
    let text = format!(
        "login,name,email,hash,salt\nmruiz,Marta Ruiz,marta@north-quay.example,{DIGEST},0a1b\n\
         jsato,Jun Sato,jun@north-quay.example,{bcrypt},\n\
         ada,Ada Novak,ada@north-quay.example,{DIGEST},\n"
    );
    std::fs::write(desk.path("people.csv"), text).unwrap();
    let without = report(&desk, "people.csv", &["--company", "north-quay"]).await;
    assert_eq!(counts(&without), [1, 0, 0, 2], "{without}");
    let told = ["--company", "north-quay", "--digest", "sha256(salt + password), hex"];
    let with = report(&desk, "people.csv", &told).await;
    assert_eq!(counts(&with), [1, 0, 1, 1], "a salt is missing: {with}");
    assert!(shown(&desk, "mruiz").await.contains("legacy credentials are on record"));
}

#[tokio::test]
async fn names_that_look_alike_are_taken_and_told() {
    let desk = Desk::with_companies().await;
    let text = "login,name,email\npaul,Paul Smith,paul@north-quay.example\npau1,Paula Smith,paula@north-quay.example\n";
    std::fs::write(desk.path("people.csv"), text).unwrap();
    let done = import(&desk, "people.csv", &["--yes", "--company", "north-quay"], None).await;
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    assert!(done.out.contains("TAKEN, WORTH A LOOK"), "{}", done.out);
    assert!(done.out.contains("looks like another login name  1     3"), "{}", done.out);
}

//! `vestibule migrate`, `apply` and `policy explain`.

use insta::assert_snapshot;
use vestibule::cli::Exit;

use crate::desk::{Desk, INSTALLATION, Typist};

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

//! `vestibule user`.

use insta::assert_snapshot;
use vestibule::cli::Exit;

use crate::desk::Desk;

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

//! `vestibule application`, `proxy-config`, and the rules of paths in the file of `apply`.

use vestibule::cli::Exit;

use crate::desk::{Desk, Ran};

const APPLICATION: &str = r#"
[[application]]
slug = "reconcile"
name = "Harbour Reconcile"
host = "reconcile.harbour.example"
upstream = "http://10.0.0.7:3000"
"#;

const RULES: &str = r#"
[[application.rule]]
path = "/assets/"
access = "public"

[[application.rule]]
exact = "/payments/send"
methods = ["POST"]
access = "fresh"
"#;

#[expect(clippy::unwrap_used, reason = "a file that cannot be written fails the test")]
async fn apply(desk: &Desk, text: &str) -> Ran {
    std::fs::write(desk.path("applications.toml"), text).unwrap();
    desk.run(&["apply", "@/applications.toml", "--yes", "--config", "@/vestibule.toml"]).await
}

async fn ask(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(&[arguments, &["--config", "@/vestibule.toml"]].concat()).await
}

#[tokio::test]
async fn an_application_is_shown_with_every_way_to_put_vestibule_before_it() {
    let desk = Desk::installed().await;
    let none = ask(&desk, &["application", "list"]).await;
    assert!(none.out.contains("[[application]]"), "{}", none.out);
    let applied = apply(&desk, &format!("{APPLICATION}{RULES}")).await;
    assert_eq!(applied.exit, Exit::Done, "{}", applied.err);
    assert!(
        applied.out.contains("/assets: public") && applied.out.contains("POST exactly /payments/send: fresh")
    );
    let list = ask(&desk, &["application", "list", "--json"]).await;
    let list: serde_json::Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!(
        list[0]["rules"],
        serde_json::json!(["/assets: public", "POST exactly /payments/send: fresh"])
    );
    let shown = ask(&desk, &["application", "show", "reconcile"]).await;
    for proxy in ["nginx", "caddy", "traefik", "haproxy", "envoy", "apache"] {
        let printed = ask(&desk, &["proxy-config", proxy, "reconcile"]).await;
        assert_eq!(printed.exit, Exit::Done, "{}", printed.err);
        assert!(printed.out.contains("reconcile.harbour.example"), "{proxy}: {}", printed.out);
        assert!(shown.out.contains(printed.out.trim_end()), "{proxy}");
    }
    assert!(shown.out.contains("## gateway") && shown.out.contains("/.well-known/jwks.json"));
    let unknown = ask(&desk, &["proxy-config", "nginx", "reconcil"]).await;
    assert_eq!(unknown.exit, Exit::NotFound);
    assert!(unknown.err.contains("did you mean \"reconcile\"?"), "{}", unknown.err);
}

#[tokio::test]
async fn rules_are_taken_away_by_leaving_them_out() {
    let desk = Desk::installed().await;
    apply(&desk, &format!("{APPLICATION}{RULES}")).await;
    let fewer = apply(&desk, APPLICATION).await;
    assert_eq!(fewer.exit, Exit::Done, "{}", fewer.err);
    let list = ask(&desk, &["application", "list", "--json"]).await;
    let list: serde_json::Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!(list[0]["rules"], serde_json::json!([]));
}

#[tokio::test]
async fn rules_that_mean_two_things_are_refused() {
    let desk = Desk::installed().await;
    let rule = |lines: &str| format!("{APPLICATION}\n[[application.rule]]\n{lines}\n");
    for (lines, said) in [
        ("path = \"/a\"", "`application.rule.access` is missing"),
        ("access = \"user\"", "`application.rule.path` is missing"),
        ("path = \"/a/../b\"\naccess = \"user\"", "written plainly"),
        ("path = \"/%61\"\naccess = \"user\"", "written plainly"),
        ("path = \"/a\"\nexact = \"/b\"\naccess = \"user\"", "exclude each other"),
        ("path = \"/a\"\naccess = \"role:operator\"", "role:program_administrator"),
        ("path = \"/a\"\nmethods = [\"post\"]\naccess = \"user\"", "capital letters"),
        ("path = \"/a\"\nacess = \"user\"", "access"),
    ] {
        let refused = apply(&desk, &rule(lines)).await;
        assert_eq!(refused.exit, Exit::Config, "{lines}");
        assert!(refused.err.contains(said), "{lines}: {}", refused.err);
    }
    let twice = format!(
        "{}[[application.rule]]\npath = \"/A/\"\naccess = \"public\"\n",
        rule("path = \"/a\"\naccess = \"user\"")
    );
    let refused = apply(&desk, &twice).await;
    assert!(refused.err.contains("same requests"), "{}", refused.err);
    let many = |count: usize| {
        let rules =
            (0..count).map(|at| format!("[[application.rule]]\npath = \"/{at}\"\naccess = \"user\"\n"));
        format!("{APPLICATION}\n{}", rules.collect::<String>())
    };
    assert_eq!(apply(&desk, &many(200)).await.exit, Exit::Done);
    let refused = apply(&desk, &many(201)).await;
    assert!(refused.err.contains("at most 200 rules"), "{}", refused.err);
}

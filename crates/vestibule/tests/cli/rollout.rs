//! `vestibule rollout` and `vestibule mail bounce`.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use vestibule::cli::Exit;

use crate::desk::{Desk, Ran};

const PEOPLE: &str = "\
login,name,email,company
mruiz,Marta Ruiz,marta@north-quay.example,north-quay
jsato,Jun Sato,jun@north-quay.example,north-quay
";

async fn rollout(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(&[&["rollout", "--config", "@/vestibule.toml"], arguments].concat()).await
}

/// Dates of the file, mails in the morning of Madrid, and everything still ahead.
#[tokio::test]
async fn the_plan_is_shown_before_anything_happens() {
    let desk = Desk::with_companies().await;
    let plan = rollout(&desk, &["plan", "--company", "north-quay"]).await;
    assert_eq!(plan.exit, Exit::Done, "{}", plan.err);
    let lines: Vec<Vec<&str>> = plan.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        lines[1][..5],
        ["north-quay", "2026-11-24", "08:00", "Europe/Madrid", "announce"],
        "{}",
        plan.out
    );
    assert_eq!(lines[2][..5], ["north-quay", "2026-12-01", "08:00", "Europe/Madrid", "phase1"]);
    assert_eq!(lines[3][..5], ["north-quay", "2026-12-08", "08:00", "Europe/Madrid", "reminder-1"]);
    assert!(lines[1..].iter().all(|line| line.last() == Some(&"planned")), "{}", plan.out);
    let next = rollout(&desk, &["plan", "--next", "--json"]).await;
    let steps: serde_json::Value = serde_json::from_str(&next.out).unwrap();
    assert_eq!(steps.as_array().unwrap().len(), lines.len() - 1);
    assert_eq!((steps[0]["step"].as_str(), steps[0]["state"].as_str()), (Some("announce"), Some("planned")));

    let stopped = rollout(&desk, &["stop", "--company", "north-quay"]).await;
    assert_eq!((stopped.exit, stopped.err.as_str()), (Exit::Done, ""));
    let plan = rollout(&desk, &["plan", "--company", "north-quay"]).await;
    assert!(plan.out.lines().skip(1).all(|line| line.ends_with("stopped")), "{}", plan.out);
    let resumed = rollout(&desk, &["resume", "--company", "north-quay"]).await;
    assert!(resumed.out.contains("mails go out again"), "{}", resumed.out);
}

#[tokio::test]
async fn people_are_counted_by_company_and_region() {
    let desk = Desk::with_companies().await;
    std::fs::write(desk.path("people.csv"), PEOPLE).unwrap();
    let import =
        desk.run(&["import", "users", "@/people.csv", "--yes", "--config", "@/vestibule.toml"]).await;
    assert_eq!(import.exit, Exit::Done, "{}{}", import.out, import.err);
    let status = rollout(&desk, &["status"]).await;
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<_> = status.out.lines().map(words).collect();
    let row = ["north-quay", "europe", "before", "phase", "1", "2", "0", "0", "0", "0", "0", "0", "0"];
    assert_eq!(lines[1], row, "{}", status.out);
    assert_eq!(lines[2], ["all", "all", "2", "0", "0", "0", "0", "0", "0", "0"], "{}", status.out);
    let json = rollout(&desk, &["status", "--company", "north-quay", "--region", "europe", "--json"]).await;
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        (report["total"]["people"].as_i64(), report["rows"][0]["id_made"].as_i64()),
        (Some(2), Some(0))
    );
    let csv = rollout(&desk, &["status", "--csv"]).await;
    assert_eq!(
        csv.out,
        "company,region,stage,people,invited,id_made,enrolled,postponed,bounced,locked,disabled\n\
         north-quay,europe,before phase 1,2,0,0,0,0,0,0,0\n"
    );
    let mistyped = rollout(&desk, &["status", "--company", "north-key"]).await;
    assert_eq!(mistyped.exit, Exit::NotFound);
    assert!(mistyped.err.contains("did you mean \"north-quay\"?"), "{}", mistyped.err);
    assert_eq!(rollout(&desk, &["status", "--region", "atlantis"]).await.exit, Exit::NotFound);
    for command in ["remind", "stop", "resume", "plan"] {
        assert_eq!(
            rollout(&desk, &[command, "--company", "north-key"]).await.exit,
            Exit::NotFound,
            "{command}"
        );
    }
    let early = rollout(&desk, &["remind", "--company", "north-quay"]).await;
    assert_eq!(early.exit, Exit::Refused);
    assert!(early.err.contains("before phase 1"), "{}", early.err);
}

/// As a mail server calls it; gives the exit code.
fn pipe(desk: &Desk, report: &str) -> i32 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .arg("--config")
        .arg(desk.path("vestibule.toml"))
        .args(["mail", "bounce"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // The program may have seen enough before all is written.
    let _ = child.stdin.take().expect("a pipe").write_all(report.as_bytes());
    child.wait().expect("the program ends").code().expect("an exit code")
}

#[tokio::test]
async fn a_mail_server_understands_how_a_report_was_taken() {
    let desk = Desk::with_companies().await;
    let report = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
                  Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
                  Final-Recipient: rfc822; marta@north-quay.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n\
                  Content-Type: text/rfc822-headers\r\n\r\n\
                  Message-ID: <0199a000-0000-7000-8000-000000000001@harbour.example>\r\n\r\n--b--\r\n";
    assert_eq!(pipe(&desk, report), 0, "nothing of ours, and nothing to send back");
    assert_eq!(pipe(&desk, "From: a@b.example\r\n\r\nI am on holiday"), 65);
    assert_eq!(pipe(&desk, ""), 65);
    assert_eq!(pipe(&desk, &"x".repeat(2 * 1024 * 1024)), 65);
    std::fs::remove_file(desk.path("vestibule.db")).unwrap();
    assert_eq!(pipe(&desk, report), 75, "it can be tried again when the database is back");
}

//! The guide to a rollout is run as it is written: every command of `docs/operations/rollout.md`, in order, with the real
//! program, and its outputs are the ones that are shown.
//!
//! `GUIDE_UPDATE=1` writes the outputs of this run into the guide.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests stop the test")]

use std::{
    fmt::Write as _,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use testkit::generate::{Spec, generate};
use vestibule::{
    demo::mail::{MailServer, Mailboxes},
    system::SystemClock,
};

/// A block of the guide.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    /// What stands behind the fence: `sh`, `sh serve`, `sh wait`, `text`, something else.
    kind: String,
    text: String,
}

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations/rollout.md")
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in guide.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(kind), None) => open = Some(Block { kind: kind.to_owned(), text: String::new() }),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}

/// The desk of the operator who follows the guide.
struct Desk {
    home: tempfile::TempDir,
    mail_port: u16,
    portal_port: u16,
}

impl Desk {
    fn new(mail_port: u16) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let bin = home.path().join("bin");
        fs::create_dir(&bin).expect("a folder");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_vestibule"), bin.join("vestibule")).expect("a link");
        let portal = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let portal_port = portal.local_addr().expect("an address").port();
        Self { home, mail_port, portal_port }
    }

    /// Ports are this machine's; all else is as the guide says.
    fn bash(&self, script: &str) -> Output {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.home.path().join("bin").display());
        Command::new("bash")
            .args(["-euo", "pipefail", "-c", script])
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home.path())
            .env("VESTIBULE__MAIL__PORT", self.mail_port.to_string())
            .env("VESTIBULE__SERVER__LISTEN", format!("127.0.0.1:{}", self.portal_port))
            .output()
            .expect("bash starts")
    }

    /// The generator, called by what the guide's line comes to, and not through cargo: a test builds nothing.
    fn generate(&self, line: &str) -> String {
        let said = self.bash(&format!("cargo() {{ printf '%s\\n' \"$@\"; }}; {line}"));
        let said = String::from_utf8(said.stdout).expect("arguments");
        let words: Vec<&str> = said.lines().collect();
        assert_eq!(words[..2], ["xtask", "generate"], "{line}");
        let value = |flag: &str| {
            let at =
                words.iter().position(|word| *word == flag).unwrap_or_else(|| panic!("{flag} is missing"));
            words[at + 1]
        };
        let spec = Spec {
            users: value("--users").parse().expect("a number"),
            companies: value("--companies").parse().expect("a number"),
            start: value("--start").parse().expect("a date"),
            ..Spec::default()
        };
        generate(&self.home.path().join(value("--out")), &spec).expect("files").to_string()
    }
}

/// All blocks as one script, so that what one sets the next has. Each says where its output ends.
fn script(blocks: &[&Block]) -> String {
    let mut script = String::from("trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n");
    for Block { kind, text } in blocks {
        // Writing to a string does not fail.
        let _ = match kind.as_str() {
            "sh serve" => writeln!(script, "{{\n{text}\n}} >serve.log 2>&1 &"),
            "sh wait" => writeln!(
                script,
                "for turn in $(seq 240); do if (\n{text}\n); then break; fi; [ $turn != 240 ] || {{ cat serve.log >&2; exit 9; }}; \
                 sleep 0.25; done"
            ),
            _ => writeln!(script, "{text}"),
        };
        script.push_str("printf '%s\\n' '--- end of block ---'\n");
    }
    script
}

/// Without what differs from day to day and machine to machine.
fn settled(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '-' || c == ':';
    let word = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let is_moment = word.trim_start_matches("asked-").chars().all(is_part)
            && digits >= 4
            && word.contains(['-', ':']);
        let zeroed = |c: char| if c.is_ascii_digit() { '0' } else { c };
        if is_moment { word.chars().map(zeroed).collect() } else { word.to_owned() }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ").trim_end().to_owned();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The guide with these outputs in its blocks.
fn rewritten(guide: &str, outputs: &[String]) -> String {
    let (mut text, mut outputs, mut in_output) = (String::new(), outputs.iter(), false);
    for line in guide.lines() {
        if in_output && line != "```" {
            continue;
        }
        in_output = false;
        text.push_str(line);
        text.push('\n');
        if line == "```text" {
            in_output = true;
            text.push_str(outputs.next().expect("an output for each block"));
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_to_a_rollout_is_true() {
    let mailboxes = Arc::new(Mailboxes::new(Arc::new(SystemClock)));
    let server = MailServer::bind((Ipv4Addr::LOCALHOST, 0).into(), Arc::clone(&mailboxes)).await;
    let server = server.expect("a mail server");
    let desk = Desk::new(server.address().port());
    let text = fs::read_to_string(guide()).expect("the guide");
    let all = blocks(&text);
    let is_command = |block: &&Block| block.kind.split(' ').next() == Some("sh");
    let commands: Vec<&Block> = all.iter().filter(is_command).collect();
    let first = commands.first().expect("commands");
    let mut outputs = vec![desk.generate(&first.text)];
    let whole = script(&commands[1..]);
    let (desk, ran) = tokio::task::spawn_blocking(move || {
        let ran = desk.bash(&whole);
        (desk, ran)
    })
    .await
    .expect("bash ran");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{}\n{out}\n{err}", ran.status);
    outputs.extend(out.split("--- end of block ---\n").map(str::to_owned));

    let mut shown = Vec::new();
    let mut last = 0;
    for block in &all {
        match block.kind.as_str() {
            "text" => shown.push((&block.text, outputs[last - 1].clone())),
            kind if kind.starts_with("sh") => last += 1,
            _ => {}
        }
    }
    if std::env::var_os("GUIDE_UPDATE").is_some() {
        let outputs: Vec<String> = shown.into_iter().map(|(_, output)| output).collect();
        fs::write(guide(), rewritten(&text, &outputs)).expect("the guide can be written");
        return;
    }
    for (told, output) in &shown {
        assert_eq!(settled(told), settled(output), "the guide shows another output");
    }
    assert!(shown.len() >= 4, "outputs are shown");
    drop(desk);
    let subjects =
        ["a new login for", "Make your Enterprise User ID", "existing credentials have ended", "Test mail"];
    for words in subjects {
        let has = mailboxes.newest(None).iter().any(|mail| mail.subject.contains(words));
        assert!(has, "no mail {words:?}");
    }
}

#[test]
fn moments_are_settled_and_words_are_not() {
    assert_eq!(settled("asked-2027-01-11 08:00  x-1 12 "), "asked-0000-00-00 00:00  x-1 12");
    assert_eq!(blocks("a\n```sh\nb\n```\n"), [Block { kind: "sh".to_owned(), text: "b\n".to_owned() }]);
    assert_eq!(rewritten("```text\nold\n```\nx\n", &["new\n".to_owned()]), "```text\nnew\n```\nx\n");
}

//! `vestibule doctor`, `mail test`, `completions` and the help.

use std::os::unix::fs::PermissionsExt;

use clap::CommandFactory;
use insta::assert_snapshot;
use vestibule::cli::{Cli, Exit};

use crate::desk::Desk;

#[test]
fn the_command_line_is_well_formed_and_tells_its_exit_codes() {
    Cli::command().debug_assert();
    assert_snapshot!(Cli::command().term_width(100).render_long_help(), @r##"
        Two-factor login in front of an application that keeps its own passwords

        Usage: vestibule [OPTIONS] <COMMAND>

        Commands:
          demo          Try everything on this machine, with invented people and companies
          serve         Serve the portal, the gateway and the mail worker
          init          Make a configuration and keys, by questions or by flags
          migrate       Bring the database to this version's schema
          apply         Make companies, rollouts, applications and contacts what a file says, after showing
                        the difference
          application   Look at the registered applications, and how Vestibule is put in front of one
          proxy-config  Print the configuration of another proxy in front of an application
          import        Take people over from the application
          user          Look at, unlock, reset, disable, enable and invite people; make staff
          case          Vouch for people who lost the way in
          doctor        Find what is wrong with this deployment
          backup        Write everything but the keys into one file, while the installation runs
          restore       Put a backup into an empty database, of either kind
          keys          Change the keys without an interruption
          policy        See where each policy value comes from
          rollout       Follow rollouts, remind, stop and resume their mails
          source        Look at the live legacy sources, and ask one
          mail          See whether mail works, and take reports of mails that did not arrive
          completions   Print the completions of a shell
          help          Print this message or the help of the given subcommand(s)

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
        `mail bounce` ends as mail servers expect: 0, 65 (no delivery report), 75 (try again).
        "##);
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
        ok     generations    1 in the key file, all that the database knows are among them
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

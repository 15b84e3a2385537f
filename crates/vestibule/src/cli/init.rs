//! `vestibule init`: a working configuration, keys, the database and the first operator, by questions or by flags.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use app::add_staff::{Added, Post, add_staff};
use crypto::keyring::Keyring;
use serde::Serialize;

use super::{
    Exit, Failure, Screen, World,
    draft::{self, Draft},
    installation,
};
use crate::{
    config::{self, Config, Source},
    system::write_secret,
};

/// Arguments of `init`. What is not given is asked on a terminal, and has a default elsewhere.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder for vestibule.toml, keys.toml and, by default, the database
    #[arg(long, default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Ask nothing: take the defaults for what is not given
    #[arg(long)]
    defaults: bool,
    #[command(flatten)]
    answers: draft::Given,
}

#[derive(Serialize)]
struct Report {
    config: String,
    keys: String,
    operator: Option<String>,
    next: Vec<String>,
}

pub(super) async fn run(args: Args, screen: &mut Screen, world: &World) -> Result<Exit, Failure> {
    let files = Files::new(&args.dir)?;
    let answers = world.answers.as_deref().filter(|_| !args.defaults);
    let draft = Draft::make(args.answers, &args.dir, answers, screen)?;
    let config = files.write(&draft, world)?;
    let operator = set_up(&config, &draft, world).await.map_err(|failure| files.explain(failure))?;
    let shown = files.config.display().to_string();
    let report = Report {
        next: next_steps(&shown, &draft, operator.is_some()),
        config: shown,
        keys: files.keys.display().to_string(),
        operator,
    };
    screen.show(&report, |screen| show(&report, screen))?;
    Ok(Exit::Done)
}

/// The files to be made.
struct Files {
    config: PathBuf,
    keys: PathBuf,
    password: PathBuf,
}

impl Files {
    /// Refuses to touch a folder in which something was made before.
    fn new(folder: &Path) -> Result<Self, Failure> {
        let path = |name| folder.join(name);
        let files =
            Self { config: path("vestibule.toml"), keys: path("keys.toml"), password: path("mail-password") };
        for file in [&files.config, &files.keys, &files.password] {
            if file.exists() {
                let shown = file.display();
                return Err(Failure::Refused(format!(
                    "{shown} exists; nothing is overwritten: name another folder with --dir"
                )));
            }
        }
        fs::create_dir_all(folder).map_err(|error| {
            Failure::Failed(format!("the folder {} cannot be made: {error}", folder.display()))
        })?;
        Ok(files)
    }

    /// Writes all files or none, and reads the configuration back.
    fn write(&self, draft: &Draft, world: &World) -> Result<Config, Failure> {
        let keys = Keyring::generate(&*world.random).to_toml();
        let written = (|| -> Result<Config, Failure> {
            private(&self.keys, &keys)?;
            if let Some(password) = &draft.mail_password {
                private(&self.password, password)?;
            }
            private(&self.config, &draft.to_toml())?;
            let source = Source { file: Some(self.config.clone()), variables: world.variables.clone() };
            Ok(config::load(&source)?)
        })();
        if written.is_err() {
            for file in [&self.config, &self.keys, &self.password] {
                let _ = fs::remove_file(file);
            }
        }
        written
    }

    /// What was written stays when the database fails: it is right, only the last step is missing.
    fn explain(&self, failure: Failure) -> Failure {
        let config = self.config.display();
        let sentence = format!(
            "{config} and its keys are made, but the database is not: {failure}\nWhen it answers, run `vestibule --config \
             {config} migrate` and `vestibule --config {config} user add-operator NAME EMAIL`"
        );
        match failure {
            Failure::Unavailable(_) => Failure::Unavailable(sentence),
            _ => Failure::Failed(sentence),
        }
    }
}

fn private(file: &Path, text: &str) -> Result<(), Failure> {
    let written = write_secret(file, text);
    written.map_err(|error| Failure::Failed(format!("{} cannot be written: {error}", file.display())))
}

/// The schema and the first operator; gives the operator's address if one was invited.
async fn set_up(config: &Config, draft: &Draft, world: &World) -> Result<Option<String>, Failure> {
    let db = installation::open(config).await?;
    store::migrate(&db).await?;
    let Some((name, email)) = draft.operator() else {
        db.close().await;
        return Ok(None);
    };
    let app = installation::app(config, installation::keys(config)?, db, world)?;
    let added = add_staff(&app, &Post::Operator, name, email).await?;
    app.db.close().await;
    match added {
        Added::Invited(_) => Ok(Some(email.to_owned())),
        Added::AddressTaken | Added::HasId | Added::Disabled | Added::NoRegion(_) => {
            Err(Failure::Refused(format!("the database has a user with the address {email} already")))
        }
    }
}

fn next_steps(config: &str, draft: &Draft, invited: bool) -> Vec<String> {
    let command = |rest: &str| format!("vestibule --config {config} {rest}");
    let mut steps = vec![
        "keep a backup of keys.toml, apart from the database's".to_owned(),
        command("doctor"),
        command("apply installation.toml"),
        command("serve"),
    ];
    if invited {
        steps.push(format!("open the invitation that arrives from {}", draft.mail_from));
    } else {
        steps.push(command("user add-operator NAME EMAIL"));
    }
    steps
}

fn show(report: &Report, screen: &mut Screen) -> io::Result<()> {
    screen.line(format!("Made {} and {}.", report.config, report.keys))?;
    if let Some(operator) = &report.operator {
        screen.line(format!("{operator} is invited as the first operator."))?;
    }
    screen.line("Next:")?;
    for (index, step) in report.next.iter().enumerate() {
        screen.line(format!("  {}. {step}", index + 1))?;
    }
    Ok(())
}

//! What `init` needs to know: given by flags, asked, or taken as usual.

use std::path::Path;

use super::{Answers, Failure, Screen};
use crate::config::check_answer;

/// What was given by flags.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Given {
    /// The address of the login in the browser, such as https://login.harbour.example
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where to listen, such as 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// sqlite:///path/to/file or postgres://user@host/database
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The name on every page and in every mail
    #[arg(long, value_name = "NAME")]
    brand_name: Option<String>,
    /// The sender of every mail
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// The mail server
    #[arg(long, value_name = "HOST")]
    mail_host: Option<String>,
    /// How the connection to the mail server becomes private
    #[arg(long, value_name = "HOW", value_parser = ["wrapper", "starttls", "none"])]
    mail_tls: Option<String>,
    /// The name to log in to the mail server with; the password is asked, or read from --mail-password-file
    #[arg(long, value_name = "NAME")]
    mail_username: Option<String>,
    /// A file with the mail server's password; it is copied
    #[arg(long, value_name = "FILE", requires = "mail_username")]
    mail_password_file: Option<std::path::PathBuf>,
    /// The first operator's name
    #[arg(long, value_name = "NAME", requires = "operator_email")]
    operator_name: Option<String>,
    /// The first operator's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    operator_email: Option<String>,
}

/// Everything decided.
#[derive(Debug)]
pub(super) struct Draft {
    public_url: String,
    listen: String,
    database: String,
    brand_name: String,
    pub(super) mail_from: String,
    mail_host: String,
    mail_tls: String,
    mail_username: Option<String>,
    pub(super) mail_password: Option<String>,
    operator_name: String,
    operator_email: Option<String>,
}

impl Draft {
    /// Decides everything. With somebody to ask, what was not given is asked, again until it is right.
    pub(super) fn make(
        given: Given,
        folder: &Path,
        answers: Option<&dyn Answers>,
        screen: &mut Screen,
    ) -> Result<Self, Failure> {
        let mut ask = Asking { answers, screen };
        let public_url = ask.text(
            "server.public_url",
            given.public_url,
            "Address of the login in the browser",
            "http://localhost:8080",
        )?;
        let listen = ask.text("server.listen", given.listen, "Listen on", "127.0.0.1:8080")?;
        let file = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).join("vestibule.db");
        let database =
            ask.text("database.url", given.database, "Database", &format!("sqlite://{}", file.display()))?;
        let brand_name = ask.text("brand.name", given.brand_name, "Name on every page", "Vestibule")?;
        let host = url::Url::parse(&public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let usual_from = format!("login@{}", host.as_deref().unwrap_or("localhost"));
        let mail_from = ask.text("mail.from", given.mail_from, "Sender of mails", &usual_from)?;
        let mail_host = ask.text("mail.host", given.mail_host, "Mail server", "localhost")?;
        let usual_tls = if mail_host == "localhost" { "none" } else { "wrapper" };
        let mail_tls = ask.tls(given.mail_tls, usual_tls)?;
        let mail_username =
            ask.optional("mail.username", given.mail_username, "Login name at the mail server (none)")?;
        let mail_password = ask.password(mail_username.is_some(), given.mail_password_file.as_deref())?;
        let operator_email = ask.optional(
            "mail.from",
            given.operator_email,
            "E-mail address of the first operator (none yet)",
        )?;
        let operator_name = match &operator_email {
            Some(_) => {
                ask.text("brand.name", given.operator_name, "Name of the first operator", "Operator")?
            }
            None => String::new(),
        };
        Ok(Self {
            public_url,
            listen,
            database,
            brand_name,
            mail_from,
            mail_host,
            mail_tls,
            mail_username,
            mail_password,
            operator_name,
            operator_email,
        })
    }

    /// Name and address of the first operator.
    pub(super) fn operator(&self) -> Option<(&str, &str)> {
        self.operator_email.as_deref().map(|email| (self.operator_name.as_str(), email))
    }

    /// The text of the configuration file.
    pub(super) fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let login = self.mail_username.as_ref().map_or_else(String::new, |name| {
            format!("username = {}\npassword_file = \"mail-password\"\n", quoted(name))
        });
        format!(
            "# The configuration of Vestibule. Each key can also be given as an environment variable:\n\
             # VESTIBULE__SERVER__LISTEN is `listen` in [server].\n\
             \n\
             [server]\npublic_url = {}\nlisten = {}\n\
             # The proxies in front, whose X-Forwarded-For is believed.\ntrusted_proxies = []\n\
             \n\
             [database]\nurl = {}\n\
             \n\
             [keys]\nfile = \"keys.toml\"\n\
             \n\
             [mail]\nhost = {}\ntls = {}\n{login}from = {}\n\
             \n\
             [brand]\nname = {}\n\
             \n\
             [log]\nformat = \"human\"\nlevel = \"info\"\n\
             \n\
             # [policy]\n# `vestibule policy explain` lists every key, its default and its range.\n",
            quoted(&self.public_url),
            quoted(&self.listen),
            quoted(&self.database),
            quoted(&self.mail_host),
            quoted(&self.mail_tls),
            quoted(&self.mail_from),
            quoted(&self.brand_name),
        )
    }
}

struct Asking<'a> {
    answers: Option<&'a dyn Answers>,
    screen: &'a mut Screen,
}

impl Asking<'_> {
    fn text(
        &mut self,
        key: &str,
        given: Option<String>,
        question: &str,
        usual: &str,
    ) -> Result<String, Failure> {
        let check = |text: &str| check_answer(key, text);
        self.decide(given, question, usual, &check)
    }

    fn optional(
        &mut self,
        key: &str,
        given: Option<String>,
        question: &str,
    ) -> Result<Option<String>, Failure> {
        let check = |text: &str| if text.is_empty() { Ok(()) } else { check_answer(key, text) };
        Ok(Some(self.decide(given, question, "", &check)?).filter(|text| !text.is_empty()))
    }

    fn tls(&mut self, given: Option<String>, usual: &str) -> Result<String, Failure> {
        let check = |text: &str| match text {
            "wrapper" | "starttls" | "none" => Ok(()),
            _ => Err("it must be \"wrapper\", \"starttls\" or \"none\"".to_owned()),
        };
        self.decide(given, "TLS to the mail server: wrapper, starttls or none", usual, &check)
    }

    fn decide(
        &mut self,
        given: Option<String>,
        question: &str,
        usual: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        if let Some(given) = given {
            let wrong = |why| Failure::Usage(format!("{question}: {given:?} will not do; {why}"));
            return check(&given).map(|()| given.clone()).map_err(wrong);
        }
        let Some(answers) = self.answers else { return Ok(usual.to_owned()) };
        let shown = if usual.is_empty() { format!("{question}:") } else { format!("{question} [{usual}]:") };
        loop {
            let answer = answers.ask(&shown)?;
            let answer = if answer.is_empty() { usual.to_owned() } else { answer };
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => self.screen.note(format!("{answer:?} will not do; {why}"))?,
            }
        }
    }

    fn password(&mut self, needed: bool, file: Option<&Path>) -> Result<Option<String>, Failure> {
        if !needed {
            return Ok(None);
        }
        let question = "Password at the mail server";
        if let Some(file) = file {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Failure::Missing(format!("{} cannot be read: {error}", file.display())))?;
            let password = text.trim_end_matches(['\r', '\n']).to_owned();
            let wrong = |why| Failure::Missing(format!("{}: {why}", file.display()));
            return check_answer("mail.password", &password).map(|()| Some(password)).map_err(wrong);
        }
        let Some(answers) = self.answers else {
            return Err(Failure::Usage(
                "a login name at the mail server needs --mail-password-file".to_owned(),
            ));
        };
        loop {
            let password = answers.ask_secretly(&format!("{question}:"))?;
            match check_answer("mail.password", &password) {
                Ok(()) => return Ok(Some(password)),
                Err(why) => self.screen.note(why)?,
            }
        }
    }
}

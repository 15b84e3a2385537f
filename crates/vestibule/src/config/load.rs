//! Finding and reading the configuration.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::policy::LayerName;
use secrecy::{ExposeSecret, SecretString};

use super::{Brand, Config, Database, Hooks, Keys, Log, Mail, Server, overlay, policy, reach, rules};
use crate::document::{self, Entries, Entry, Item, Place, Problem, Problems, Rule, Section};

/// Where the configuration is looked for, in this order, when no file was named.
pub const DEFAULT_FILES: [&str; 2] = ["vestibule.toml", "/etc/vestibule/vestibule.toml"];

/// Larger files are some other file.
const LARGEST_FILE: u64 = 1024 * 1024;
const LARGEST_SECRET: u64 = 4096;

/// What the configuration is read from. The environment is given, so that tests need not change that of the process.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The file; none when everything comes from the environment.
    pub file: Option<PathBuf>,
    /// All environment variables.
    pub variables: Vec<(String, String)>,
}

/// The file to read: the one that was named, or else the first of [`DEFAULT_FILES`] that exists.
#[must_use]
pub fn find(named: Option<&Path>) -> Option<PathBuf> {
    named
        .map(Path::to_path_buf)
        .or_else(|| DEFAULT_FILES.into_iter().map(PathBuf::from).find(|file| file.is_file()))
}

/// Reads and checks the whole configuration.
///
/// # Errors
/// Everything that is wrong with it, sorted by line.
pub fn load(source: &Source) -> Result<Config, Problems> {
    let (mut entries, place) = match &source.file {
        Some(file) => (parse(file)?, Place::File(file.display().to_string().into())),
        None => (Entries::new(), Place::Nowhere),
    };
    let mut problems = Problems::default();
    overlay::overlay(&mut entries, &source.variables, &mut problems);
    let config = read(source, entries, place, &mut problems);
    problems.or(config)
}

fn parse(file: &Path) -> Result<Entries, Problems> {
    let name = file.display().to_string();
    let text = read_file(file, LARGEST_FILE).map_err(|why| {
        let mut problems = Problems::default();
        problems.add(Problem::new(Place::File(name.as_str().into()), why));
        problems
    })?;
    document::parse(&name, &text)
}

fn read(source: &Source, entries: Entries, place: Place, problems: &mut Problems) -> Option<Config> {
    let files = Files {
        folder: source.file.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_path_buf(),
    };
    let mut parts = Section::new("", (place, entries), problems);
    let mut part = |name: &'static str| table(&mut parts, name);
    let [server, database, mail, keys, brand, policy, hooks, log, outgoing, secrets] =
        ["server", "database", "mail", "keys", "brand", "policy", "hooks", "log", "outgoing", "secrets"]
            .map(&mut part);
    parts.finish();
    // Each part is read even when an earlier one is wrong, so that one run tells everything.
    let server = Server::read(Section::new("server", server, problems));
    let database = Database::read(Section::new("database", database, problems), &files);
    let mail = Mail::read(Section::new("mail", mail, problems), &files);
    let keys = Keys::read(Section::new("keys", keys, problems), &files);
    let brand = Brand::read(Section::new("brand", brand, problems));
    let hooks = Hooks::read(Section::new("hooks", hooks, problems), &files);
    let log = Log::read(Section::new("log", log, problems));
    let policy = policy::layer(LayerName::Installation, policy.1, problems);
    let reach = reach::read(outgoing, secrets, &files, problems);
    Some(Config {
        file: source.file.clone(),
        server: server?,
        database: database?,
        mail: mail?,
        keys: keys?,
        brand,
        policy,
        hooks,
        log: log?,
        reach,
    })
}

fn table(parts: &mut Section<'_>, name: &'static str) -> (Place, Entries) {
    match parts.take(name) {
        None => (parts.place().clone(), Entries::new()),
        Some(Entry { item: Item::Table(entries), place }) => (place, entries),
        Some(entry) => {
            parts.problem_at(
                entry.place.clone(),
                name,
                format_args!("must be a table: begin it with the line [{name}]"),
            );
            (entry.place, Entries::new())
        }
    }
}

/// Reads what the configuration names by path. Relative paths begin where the configuration file is.
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) fn path(&self, file: &Path) -> PathBuf {
        self.folder.join(file)
    }

    /// A relative SQLite path begins where the configuration file is, whatever folder the program was started in.
    pub(super) fn in_place(&self, url: SecretString) -> SecretString {
        match url.expose_secret().strip_prefix("sqlite://") {
            Some(path) if !path.starts_with('/') => {
                format!("sqlite://{}", self.path(Path::new(path)).display()).into()
            }
            _ => url,
        }
    }

    /// A secret that a file holds, or what is wrong with the file in words that follow its name.
    pub(super) fn secret_in(&self, file: &Path, rule: &Rule<SecretString>) -> Result<SecretString, String> {
        read_file(&self.path(file), LARGEST_SECRET).and_then(|text| {
            (rule.read)(text.trim_end_matches(['\r', '\n']))
                .map_err(|_| format!("does not hold {}", rule.must))
        })
    }

    /// A secret, given by itself or by the name of a file that holds it.
    pub(super) fn secret(
        &self,
        section: &mut Section<'_>,
        key: &'static str,
        file_key: &'static str,
        rule: &Rule<SecretString>,
    ) -> Option<SecretString> {
        let place = section.place_of(file_key);
        let both = section.has(key) && section.has(file_key);
        let given = section.secret(key, rule);
        let file = section.text(file_key, &rules::FILE);
        if both {
            section.problem_at(
                place.clone(),
                file_key,
                format_args!("and `{key}` say the same thing: keep one of them"),
            );
        }
        let Some(file) = file.filter(|_| !both) else { return given };
        let read = self.secret_in(&file, rule);
        read.map_err(|why| {
            let path = self.path(&file);
            section.problem_at(place, file_key, format_args!("names {}, which {why}", path.display()))
        })
        .ok()
    }
}

/// The text of a file, or what is wrong with it in words that follow the file's name.
fn read_file(file: &Path, largest: u64) -> Result<String, String> {
    let size = fs::metadata(file).map_err(|error| format!("cannot be read: {error}"))?.len();
    if size > largest {
        return Err(format!("is {size} bytes long; at most {largest} are read"));
    }
    let bytes = fs::read(file).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|byte| **byte == b'\n')
            .count();
        format!("is not UTF-8 text (line {})", line + 1)
    })
}

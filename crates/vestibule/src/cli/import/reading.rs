//! The file of an import, and how it is to be read, settled once and read several times.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use encoding_rs::Encoding;
use serde::Deserialize;

use super::{FileFormat, UsersArgs};
use crate::{
    cli::Failure,
    people::{self, Column, Layout, Options, Row, Rows},
};

/// A file that can be read again and again.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) file: PathBuf,
    pub(super) layout: Layout,
    /// Its length in bytes.
    pub(super) length: u64,
    options: Options,
    changed_at: Option<SystemTime>,
}

/// The same settings in a file, for exports that come every night.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Map {
    #[serde(default)]
    columns: BTreeMap<String, String>,
    company: Option<String>,
    digest: Option<String>,
    format: Option<FileFormat>,
    delimiter: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    ignore_others: bool,
}

impl Reading {
    /// Looks at the command line and at the file.
    pub(super) fn prepare(args: &UsersArgs) -> Result<Self, Failure> {
        let options = options(args)?;
        let file = args.file.clone();
        let shown = file.display().to_string();
        let missing = |error| Failure::Missing(format!("{shown} cannot be read: {error}"));
        let about = fs::metadata(&file).map_err(missing)?;
        if !about.is_file() {
            return Err(Failure::Missing(format!(
                "{shown} is no file; it is read several times, so write what comes from a pipe into one first"
            )));
        }
        if let Some(rejected) = &args.rejected
            && fs::canonicalize(rejected)
                .is_ok_and(|rejected| fs::canonicalize(&file).is_ok_and(|file| file == rejected))
        {
            return Err(Failure::Usage(
                "--rejected names the file that is imported; name another".to_owned(),
            ));
        }
        let input = File::open(&file).map_err(missing)?;
        let layout =
            people::survey(input, &options).map_err(|why| Failure::Missing(format!("{shown}: {why}")))?;
        Ok(Self { file, layout, length: about.len(), options, changed_at: about.modified().ok() })
    }

    /// Gives every row to `take`, in pieces of so many, until it answers false. Blocks: run it on a thread of its own.
    ///
    /// # Errors
    /// When the file cannot be read to its end: a sentence.
    pub(super) fn each_batch(
        &self,
        size: usize,
        read: people::BytesRead,
        mut take: impl FnMut(Vec<Row>) -> bool,
    ) -> Result<(), String> {
        let rows = self.rows(read)?;
        let mut batch = Vec::with_capacity(size);
        for row in rows {
            batch.push(row?);
            if batch.len() == size && !take(std::mem::replace(&mut batch, Vec::with_capacity(size))) {
                return Ok(());
            }
        }
        if !batch.is_empty() {
            take(batch);
        }
        Ok(())
    }

    /// The names of the columns, as they stand in the file.
    pub(super) fn names(&self) -> Result<Vec<String>, Failure> {
        let rows = self.rows(people::BytesRead::default());
        rows.map(|rows| rows.names).map_err(|why| self.wrong(&why))
    }

    /// What is wrong with the file as a whole.
    pub(super) fn wrong(&self, why: &str) -> Failure {
        Failure::Missing(format!("{}: {why}", self.file.display()))
    }

    fn rows(&self, read: people::BytesRead) -> Result<Rows<'_, File>, String> {
        let input = File::open(&self.file).map_err(|error| format!("cannot be read: {error}"))?;
        let about = input.metadata().map_err(|error| format!("cannot be read: {error}"))?;
        if about.len() != self.length || about.modified().ok() != self.changed_at {
            return Err("was changed while it was read; run the import again".to_owned());
        }
        Rows::open(input, self.layout, &self.options, read)
    }
}

fn options(args: &UsersArgs) -> Result<Options, Failure> {
    let map = args.map.as_deref().map(read_map).transpose()?.unwrap_or_default();
    let wrong = Failure::Usage;
    let mut columns = BTreeMap::new();
    for (ours, theirs) in &map.columns {
        columns.insert(ours.parse::<Column>().map_err(wrong)?, theirs.clone());
    }
    for pair in &args.column {
        let (ours, theirs) = pair
            .split_once('=')
            .filter(|(_, theirs)| !theirs.trim().is_empty())
            .ok_or_else(|| Failure::Usage(format!("--column {pair:?}: write it as \"name=Full Name\"")))?;
        columns.insert(ours.parse::<Column>().map_err(wrong)?, theirs.to_owned());
    }
    let digest = args.digest.as_ref().or(map.digest.as_ref()).map(|text| text.parse());
    Ok(Options {
        company: args.company.clone().or(map.company),
        format: args.format.or(map.format).map(Into::into),
        delimiter: args
            .delimiter
            .as_ref()
            .or(map.delimiter.as_ref())
            .map(|sign| delimiter(sign))
            .transpose()?,
        encoding: args.encoding.as_ref().or(map.encoding.as_ref()).map(|name| encoding(name)).transpose()?,
        columns,
        ignores_others: args.ignore_others || map.ignore_others,
        digest: digest.transpose().map_err(|problem: legacy::TemplateProblem| wrong(problem.to_string()))?,
    })
}

fn read_map(file: &Path) -> Result<Map, Failure> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::Missing(format!("{shown} cannot be read: {error}")))?;
    toml::from_str(&text).map_err(|problem| Failure::Missing(format!("{shown}: {problem}")))
}

fn delimiter(sign: &str) -> Result<u8, Failure> {
    match sign.as_bytes() {
        _ if sign.eq_ignore_ascii_case("tab") => Ok(b'\t'),
        [one] if one.is_ascii_punctuation() && *one != b'"' || *one == b'\t' => Ok(*one),
        _ => Err(Failure::Usage(format!(
            "the delimiter {sign:?} is no single sign; such are \",\", \";\", \"|\" and \"tab\""
        ))),
    }
}

fn encoding(name: &str) -> Result<&'static Encoding, Failure> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        Failure::Usage(format!(
            "there is no encoding {name:?}; such are utf-8, windows-1252, iso-8859-2, shift_jis and utf-16le"
        ))
    })
}

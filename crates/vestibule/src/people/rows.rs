//! The rows of a file, one after the other.

use std::io::{BufRead as _, BufReader, Read};

use app::import_users::Person;
use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::{
    Column, Format, Kind, LONGEST_ROW, Layout, Options, Problem,
    columns::{Header, Meaning, WHY},
    decode::{Allowance, Bounded, BytesRead, Decoding},
    names::undecided,
    rejects::unescaped,
    row::{Values, person},
};

/// One row.
#[derive(Debug)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Who it is, or what is wrong.
    pub person: Result<Person, Problem>,
    /// What is worth a look although it is taken.
    pub note: Option<Kind>,
    /// As it stands in the file, for mending.
    pub original: Original,
}

/// A row as it stands in the file.
#[derive(Debug, Clone)]
pub enum Original {
    /// The fields of a row of CSV.
    Fields(Vec<String>),
    /// A line of JSON.
    Object(Map<String, Value>),
    /// A line that is no JSON.
    Text(String),
}

/// Reads rows. The iterator ends after the first error, which says that nothing more can be read.
pub struct Rows<'o, R: Read> {
    options: &'o Options,
    input: Input<R>,
    allowance: Allowance,
    header: Header,
    /// The names of the columns as they stand in the file; none in JSON Lines.
    pub names: Vec<String>,
    line: u64,
    ended: bool,
}

enum Input<R> {
    Csv(Box<csv::Reader<Bounded<Decoding<R>>>>),
    JsonLines(BufReader<Bounded<Decoding<R>>>),
}

impl<'o, R: Read> Rows<'o, R> {
    /// Begins to read a file that is written in this way; `read` counts its bytes.
    ///
    /// # Errors
    /// When the header is wrong: a sentence that says how.
    pub fn open(input: R, layout: Layout, options: &'o Options, read: BytesRead) -> Result<Self, String> {
        let allowance = Allowance::new();
        let decoding = Decoding::new(input, layout.encoding, read);
        let bounded = Bounded::new(decoding, allowance.clone());
        let (input, header, names) = match layout.format {
            Format::Csv => {
                let mut builder = ReaderBuilder::new();
                let builder = builder.trim(Trim::All).flexible(true).delimiter(layout.delimiter);
                let mut reader = Box::new(builder.buffer_capacity(64 * 1024).from_reader(bounded));
                let unreadable = |error| format!("the header cannot be read: {error}");
                let names: Vec<String> =
                    reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
                let header = Header::read(names.iter().map(String::as_str), options)?;
                (Input::Csv(reader), header, names)
            }
            Format::JsonLines => {
                let named = Column::ALL.map(|column| options.called(column).to_owned());
                let header = Header::read(named.iter().map(String::as_str), options)?;
                (Input::JsonLines(BufReader::with_capacity(64 * 1024, bounded)), header, Vec::new())
            }
        };
        Ok(Self { options, input, allowance, header, names, line: 0, ended: false })
    }

    fn next_row(&mut self) -> Result<Option<Row>, String> {
        self.allowance.renew();
        let Self { options, header, .. } = self;
        match &mut self.input {
            Input::Csv(reader) => {
                let mut record = StringRecord::new();
                match reader.read_record(&mut record) {
                    Ok(false) => Ok(None),
                    Ok(true) => {
                        self.line = record.position().map_or(self.line, csv::Position::line);
                        Ok(Some(csv_row(self.line, record, header, options)))
                    }
                    Err(error) => Err(self.broken(&error.to_string())),
                }
            }
            Input::JsonLines(reader) => loop {
                let mut line = Vec::new();
                let read = reader.read_until(b'\n', &mut line);
                match read {
                    Ok(0) => return Ok(None),
                    Ok(_) => self.line += 1,
                    Err(error) => return Err(self.broken(&error.to_string())),
                }
                let text = String::from_utf8_lossy(&line).trim().to_owned();
                if !text.is_empty() {
                    return Ok(Some(json_row(self.line, text, options)));
                }
            },
        }
    }

    fn broken(&self, error: &str) -> String {
        let line = self.line;
        if self.allowance.is_used_up() {
            return format!(
                "the row after line {line} is longer than {LONGEST_ROW} bytes; a quote is probably never closed"
            );
        }
        format!("the file cannot be read any further after line {line}: {error}")
    }
}

impl<R: Read> Iterator for Rows<'_, R> {
    type Item = Result<Row, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.next_row().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

fn csv_row(line: u64, record: StringRecord, header: &Header, options: &Options) -> Row {
    let mut fields: Vec<String> = record.iter().map(str::to_owned).collect();
    let mut open = None;
    if let Some(why) = header.why {
        // A row of our own file of rejected rows: without what was wrong, and with values as they were.
        if why < fields.len() {
            open = undecided(&fields.remove(why));
        }
        for field in &mut fields {
            if let Some(value) = unescaped(field) {
                *field = value.to_owned();
            }
        }
    }
    let width = header.width - usize::from(header.why.is_some());
    if fields.len() != width {
        let why = format!("has {} fields; the header has {width}", fields.len());
        let person = Err(Problem::new(Kind::Malformed, why));
        return Row { line, person, note: None, original: Original::Fields(fields) };
    }
    let place = |column| {
        let place = header.place(column)?;
        Some(if header.why.is_some_and(|why| why < place) { place - 1 } else { place })
    };
    let values = Values::new(|column| place(column).and_then(|place| fields.get(place)).map(String::as_str));
    let (person, note) = match open {
        Some(problem) => (Err(problem), None),
        None => person(&values, options),
    };
    Row { line, person, note, original: Original::Fields(fields) }
}

fn json_row(line: u64, text: String, options: &Options) -> Row {
    let mut object: Map<String, Value> = match serde_json::from_str(&text) {
        Ok(object) => object,
        Err(error) => {
            let why = format!("is no JSON object: {} at its column {}", reason(&error), error.column());
            let person = Err(Problem::new(Kind::Malformed, why));
            return Row { line, person, note: None, original: Original::Text(text) };
        }
    };
    let why = object.remove(WHY);
    let mut texts: [Option<String>; Column::ALL.len()] = Default::default();
    let mut problem = why.as_ref().and_then(Value::as_str).and_then(undecided);
    for (name, value) in &object {
        match (options.meaning(name), value) {
            (Meaning::Ours(_), Value::Null) | (Meaning::Why, _) => {}
            (Meaning::Ours(column), Value::String(text)) => {
                texts[column as usize] = Some(text.trim().to_owned())
            }
            (Meaning::Ours(column), Value::Number(number)) => {
                texts[column as usize] = Some(number.to_string())
            }
            (Meaning::Ours(column), _) => {
                let why = format!("`{}` must be a text", column.name());
                problem = Some(Problem::new(Kind::BadValue, why));
            }
            (Meaning::Other, _) if options.ignores_others => {}
            (Meaning::Other, _) => {
                let why = format!("has an unknown member {name:?}; pass over such with --ignore-others");
                problem = Some(Problem::new(Kind::Malformed, why));
            }
        }
    }
    let values = Values::new(|column| texts[column as usize].as_deref());
    let (person, note) = match problem {
        Some(problem) => (Err(problem), None),
        None => person(&values, options),
    };
    Row { line, person, note, original: Original::Object(object) }
}

/// What serde says is wrong, without the place, which counts lines of the text that it was given.
fn reason(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data => "it is something else",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "a sign is not expected",
    }
}

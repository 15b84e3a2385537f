//! A mail in words, before it is set as plain text or HTML.

use askama::Template;
use text::{Html, Language};
use url::Url;

use super::{LetterProblem, style::Style};

/// Everything that a mail shows, in its order.
pub(super) struct Sheet {
    pub(super) language: Language,
    pub(super) subject: String,
    /// What mail programs show beside the subject.
    pub(super) preview: String,
    /// The application, as a letterhead.
    pub(super) from: String,
    pub(super) title: String,
    pub(super) code: Option<CodeBlock>,
    pub(super) paragraphs: Vec<Line>,
    pub(super) facts: Vec<Fact>,
    /// Several things told one after the other.
    pub(super) items: Vec<Item>,
    pub(super) button: Option<Button>,
    pub(super) stop: Option<Stop>,
    /// Where mails of this kind are stopped with one click (RFC 8058).
    pub(super) unsubscribe: Option<Url>,
    pub(super) foot: Vec<String>,
}

/// A code, large, with its tag and its end.
pub(super) struct CodeBlock {
    /// Grouped for reading.
    pub(super) digits: String,
    /// The title as it reads after the code, for plain text, where the code stands first.
    pub(super) title_after: String,
    pub(super) tag: Line,
}

/// One sentence or more, in both forms.
pub(super) struct Line {
    pub(super) html: Html,
    pub(super) plain: String,
}

pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
}

pub(super) struct Button {
    pub(super) label: String,
    pub(super) link: Url,
}

impl Button {
    /// Links are written by the URL parser, so that nothing but a URL can come out.
    pub(super) fn new(label: String, link: &str) -> Result<Self, LetterProblem> {
        let link = Url::parse(link).map_err(|_| LetterProblem::Link)?;
        let is_page = matches!(link.scheme(), "https" | "http") && link.has_host();
        if is_page { Ok(Self { label, link }) } else { Err(LetterProblem::Link) }
    }
}

/// One of several things, with its own facts.
pub(super) struct Item {
    pub(super) title: String,
    pub(super) text: Line,
    pub(super) facts: Vec<Fact>,
}

/// What to do when something is wrong.
pub(super) struct Stop {
    pub(super) title: String,
    pub(super) paragraphs: Vec<Line>,
    pub(super) button: Option<Button>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Page<'a> {
    lang: &'a str,
    dir: &'a str,
    sheet: &'a Sheet,
    style: Style,
}

/// The HTML part.
pub(super) fn html(sheet: &Sheet, style: Style) -> Result<String, LetterProblem> {
    let page = Page { lang: sheet.language.tag, dir: sheet.language.direction.attribute(), sheet, style };
    page.render().map_err(|_| LetterProblem::Assembly)
}

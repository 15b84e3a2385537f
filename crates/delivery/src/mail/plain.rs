//! The plain-text part: the same words, readable in any width from 76 characters on.

use super::sheet::{Button, Fact, Line, Sheet};

/// RFC 5322, 2.1.1, asks for lines of at most 78 characters.
const WIDTH: usize = 76;

/// The plain-text part, with `\n` as the line end.
pub(super) fn plain(sheet: &Sheet) -> String {
    let mut blocks = Vec::new();
    match &sheet.code {
        Some(code) => {
            blocks.push(code.digits.clone());
            blocks.push(format!("{}\n{}", wrap(&code.title_after), wrap(&code.tag.plain)));
        }
        None => blocks.push(wrap(&sheet.title)),
    }
    blocks.extend(sheet.paragraphs.iter().map(paragraph));
    if !sheet.facts.is_empty() {
        blocks.push(facts(&sheet.facts));
    }
    for item in &sheet.items {
        blocks.push(format!("{}\n{}", wrap(&item.title.to_uppercase()), paragraph(&item.text)));
        blocks.push(facts(&item.facts));
    }
    blocks.extend(sheet.button.as_ref().map(button));
    if let Some(stop) = &sheet.stop {
        let paragraphs: Vec<String> = stop.paragraphs.iter().map(paragraph).collect();
        blocks.push(format!("{}\n{}", wrap(&stop.title.to_uppercase()), paragraphs.join("\n")));
        blocks.extend(stop.button.as_ref().map(button));
    }
    let foot: Vec<String> = sheet.foot.iter().map(|line| wrap(line)).collect();
    blocks.push(format!("--\n{}\n", foot.join("\n")));
    blocks.join("\n\n")
}

fn button(button: &Button) -> String {
    format!("{}\n{}", wrap(&button.label), button.link)
}

fn paragraph(line: &Line) -> String {
    wrap(&line.plain)
}

/// Labels in one column, values in the next.
fn facts(facts: &[Fact]) -> String {
    let column = facts.iter().map(|fact| fact.label.chars().count()).max().unwrap_or(0);
    let row = |fact: &Fact| {
        let gap = " ".repeat(column - fact.label.chars().count() + 2);
        format!("{}{gap}{}", fact.label, fact.value)
    };
    facts.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// Breaks at spaces; a word longer than the line, such as a link, stays whole.
fn wrap(words: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0;
    for word in words.split(' ') {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if length < room => {
                line.push(' ');
                line.push_str(word);
                room -= length + 1;
            }
            _ => {
                lines.push(word.to_owned());
                room = WIDTH.saturating_sub(length);
            }
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, wrap};

    #[test]
    fn lines_break_at_the_last_space_that_fits() {
        let exact = format!("{} {}", "a".repeat(40), "b".repeat(WIDTH - 41));
        assert_eq!(wrap(&exact), exact);
        let over = format!("{} {}", "a".repeat(40), "b".repeat(WIDTH - 40));
        assert_eq!(wrap(&over), over.replace(' ', "\n"));
        let link = format!("https://login.example/{}", "x".repeat(200));
        assert_eq!(wrap(&format!("Open {link} now")), format!("Open\n{link}\nnow"));
        assert_eq!(wrap(""), "");
    }
}

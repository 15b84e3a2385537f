//! The hand that all mails are written with: sentences in the letter's language, and the pieces that mails share.

use domain::time::Timestamp;
use text::{Html, Moment, Text, Value, Zone};

use super::{
    Brand, Code, Letter, LetterProblem, Secret,
    inert::inert,
    sheet::{Button, Fact, Line, Sheet, Stop},
};

/// A value in a sentence; strong ones stand out in HTML.
#[derive(Clone, Copy)]
pub(super) enum Word<'a> {
    Soft(&'a str),
    Strong(&'a str),
}
use Word::{Soft, Strong};

/// The letter's circumstances, ready to be put into sentences.
pub(super) struct Writer {
    text: Text,
    zone: Zone,
    zone_name: String,
    brand: String,
    name: String,
    application: String,
    region: String,
    reach: String,
    hours: String,
}

impl Writer {
    pub(super) fn new(letter: &Letter, brand: &Brand) -> Self {
        let text = Text::by_tag(&letter.language).unwrap_or_default();
        let (zone, zone_name) = zone(text, &letter.zone);
        Self {
            text,
            zone,
            zone_name,
            brand: inert(&brand.name),
            name: inert(&letter.to.name),
            application: inert(&letter.application),
            region: inert(&letter.contact.region),
            reach: inert(&letter.contact.reach),
            hours: inert(&letter.contact.hours),
        }
    }
}

/// The pieces that mails share.
impl Writer {
    pub(super) fn sheet(&self, subject: String, preview: String, title: String) -> Sheet {
        Sheet {
            language: self.text.language(),
            subject,
            preview,
            from: self.application.clone(),
            title,
            code: None,
            paragraphs: Vec::new(),
            facts: Vec::new(),
            items: Vec::new(),
            button: None,
            stop: None,
            unsubscribe: None,
            foot: self.foot("mail-foot-no-links"),
        }
    }

    pub(super) fn foot(&self, first: &str) -> Vec<String> {
        let help = if self.hours.is_empty() { "mail-foot-help-region" } else { "mail-foot-help" };
        vec![self.words(first, &[]), self.words(help, &[])]
    }

    /// The foot of a mail with links that its reader is meant to follow.
    pub(super) fn rollout_foot(&self, links: &str) -> Vec<String> {
        let help = if self.hours.is_empty() { "mail-foot-help-region" } else { "mail-foot-help" };
        vec![self.words("rollout-foot", &[("links", Soft(links))]), self.words(help, &[])]
    }

    pub(super) fn questions(&self) -> Line {
        let any_time = self.hours.is_empty();
        let id = if any_time { "rollout-questions-any-time" } else { "rollout-questions" };
        self.line(id, &[("reach", Strong(&self.reach))])
    }

    pub(super) fn not_you(&self, id: &str) -> Stop {
        let paragraphs = vec![self.line(id, &[]), self.call()];
        Stop { title: self.words("mail-not-you", &[]), paragraphs, button: None }
    }

    /// The same for a mail that carries a code: with the way out of what the code is for.
    pub(super) fn not_me(&self, id: &str, link: &Secret) -> Result<Stop, LetterProblem> {
        let button = Button::new(self.words("mail-not-me", &[]), link.expose())?;
        Ok(Stop { button: Some(button), ..self.not_you(id) })
    }

    pub(super) fn call(&self) -> Line {
        let id = if self.hours.is_empty() { "mail-call-any-time" } else { "mail-call" };
        self.line(id, &[("reach", Strong(&self.reach))])
    }

    pub(super) fn happening(&self, at: Timestamp, browser: &str) -> Vec<Fact> {
        vec![self.fact("mail-fact-when", self.moment(at)), self.fact("mail-fact-browser", inert(browser))]
    }

    pub(super) fn code_facts(&self, code: &Code) -> Vec<Fact> {
        let mut facts = vec![
            self.fact("mail-fact-asked", self.moment(code.requested_at)),
            self.fact("mail-fact-browser", inert(&code.browser)),
        ];
        facts.extend(code.place.as_deref().map(|place| self.fact("mail-fact-place", inert(place))));
        facts
    }

    /// Digits in groups, tag, and end of a code.
    pub(super) fn code_words(&self, code: &Code) -> (String, String, String) {
        (grouped(code.digits.expose()), inert(&code.tag), self.until(code.valid_until, code.requested_at))
    }

    pub(super) fn fact(&self, label: &str, value: String) -> Fact {
        Fact { label: self.words(label, &[]), value }
    }

    pub(super) fn date(&self, at: Timestamp) -> String {
        self.text.date(moment(at), &self.zone)
    }

    pub(super) fn until(&self, end: Timestamp, now: Timestamp) -> String {
        self.text.until(moment(end), moment(now), &self.zone)
    }

    pub(super) fn moment(&self, at: Timestamp) -> String {
        let (date, clock) = (self.date(at), self.text.clock(moment(at), &self.zone));
        self.words("mail-moment", &[("date", Soft(&date)), ("clock", Soft(&clock))])
    }

    /// A sentence for headers, facts and plain text. The circumstances of the letter are known to every sentence.
    pub(super) fn words(&self, id: &str, values: &[(&str, Word<'_>)]) -> String {
        let known = self.circumstances();
        let text = self.text.plain();
        let message = known.iter().chain(values).fold(text.message(id), |message, (name, value)| {
            let (Soft(words) | Strong(words)) = value;
            message.with(name, *words)
        });
        message.to_string()
    }

    /// A sentence in both forms.
    pub(super) fn line(&self, id: &str, values: &[(&str, Word<'_>)]) -> Line {
        let known = self.circumstances();
        let marked: Vec<(&str, Html)> =
            known.iter().chain(values).map(|(name, value)| (*name, mark(*value))).collect();
        let message = marked
            .iter()
            .fold(self.text.message(id), |message, (name, markup)| message.with(name, Value::Markup(markup)));
        Line { html: message.html(), plain: self.words(id, values) }
    }

    fn circumstances(&self) -> [(&str, Word<'_>); 7] {
        [
            ("application", Soft(&self.application)),
            ("brand", Soft(&self.brand)),
            ("name", Soft(&self.name)),
            ("region", Soft(&self.region)),
            ("reach", Soft(&self.reach)),
            ("hours", Soft(&self.hours)),
            ("zone", Soft(&self.zone_name)),
        ]
    }
}

fn mark(word: Word<'_>) -> Html {
    match word {
        Soft(words) => Html::escaped(words),
        Strong(words) => Html::danger_trust(format!("<strong>{}</strong>", Html::escaped(words).as_str())),
    }
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_millis(at.0)
}

/// The zone and how people call it: by its best-known place, as the IANA names do.
fn zone(text: Text, name: &str) -> (Zone, String) {
    match (Zone::named(name), name.rsplit_once('/')) {
        (Some(zone), Some((area, place))) if area != "Etc" => {
            let place = place.replace('_', " ");
            (zone, text.message("mail-zone").with("place", inert(&place)).to_string())
        }
        _ => (Zone::utc(), "UTC".to_owned()),
    }
}

/// Groups of three or four, which people keep in mind: `481 730`, `481 7302`, `4817 3025`, `481 730 259`.
fn grouped(digits: &str) -> String {
    let digits: Vec<char> = inert(digits).chars().collect();
    let size = if digits.len() % 3 == 2 { 4 } else { 3 };
    let mut groups: Vec<String> = digits.chunks(size).map(|group| group.iter().collect()).collect();
    if digits.len() % 3 == 1 && groups.len() > 1 {
        let last = groups.pop().unwrap_or_default();
        groups.last_mut().into_iter().for_each(|group| group.push_str(&last));
    }
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_length_are_grouped() {
        let all = [6, 7, 8, 9, 10].map(|length| grouped(&"1234567890"[..length]));
        assert_eq!(all, ["123 456", "123 4567", "1234 5678", "123 456 789", "123 456 7890"]);
    }

    #[test]
    fn zones_are_called_by_their_place() {
        let name = |zone_name| zone(Text::default(), zone_name).1;
        assert_eq!(name("Europe/Amsterdam"), "Amsterdam time");
        assert_eq!(name("America/New_York"), "New York time");
        assert_eq!(name("America/Argentina/Buenos_Aires"), "Buenos Aires time");
        for utc in ["UTC", "Etc/UTC", "Etc/GMT+5", "Europe/Atlantis", "", "<script>/x"] {
            assert_eq!(zone(Text::default(), utc), (Zone::utc(), "UTC".to_owned()), "{utc}");
        }
    }
}

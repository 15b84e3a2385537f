//! From the facts of a letter to its words: one function a kind of mail.

use domain::time::Timestamp;
use text::{Html, Moment, Text, Value, Zone};

use super::{
    Brand, Code, Letter, LetterProblem, Mail,
    inert::inert,
    sheet::{Button, CodeBlock, Fact, Line, Sheet, Stop},
};

/// Writes the letter in its language.
pub(super) fn compose(letter: &Letter, brand: &Brand) -> Result<Sheet, LetterProblem> {
    let writer = Writer::new(letter, brand);
    match &letter.mail {
        Mail::LoginCode(code) => Ok(writer.login_code(code)),
        Mail::OnboardingCode(code) => Ok(writer.onboarding_code(code)),
        Mail::Invitation { company, link, valid_until, at } => {
            writer.invitation(company, link.expose(), *valid_until, *at)
        }
        Mail::OnboardingStarted { at, browser } => Ok(writer.onboarding_started(*at, browser)),
        Mail::UserIdReady { user_id, login_link, at, browser } => {
            writer.user_id_ready(user_id, login_link, *at, browser)
        }
        Mail::NewTrustedDevice { device, at, trusted_until } => {
            Ok(writer.new_trusted_device(device, *at, *trusted_until))
        }
        Mail::DeviceAlarm { device, at, browser } => Ok(writer.device_alarm(device, *at, browser)),
        Mail::TestMail { at } => Ok(writer.test_mail(*at)),
        Mail::CaseOpened { number, at, browser } => Ok(writer.case_opened(number, *at, browser)),
    }
}

/// A value in a sentence; strong ones stand out in HTML.
#[derive(Clone, Copy)]
enum Word<'a> {
    Soft(&'a str),
    Strong(&'a str),
}
use Word::{Soft, Strong};

/// The letter's circumstances, ready to be put into sentences.
struct Writer {
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
    fn new(letter: &Letter, brand: &Brand) -> Self {
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

    fn login_code(&self, code: &Code) -> Sheet {
        let (digits, tag, until) = self.code_words(code);
        let values = [("tag", Strong(&tag)), ("until", Strong(&until)), ("zone", Soft(&self.zone_name))];
        let [subject, preview] = ["mail-login-code-subject", "mail-login-code-preview"].map(|id| {
            self.words(id, &[("code", Soft(&digits)), ("tag", Soft(&tag)), ("until", Soft(&until))])
        });
        let title_after = self.words("mail-login-code-title-plain", &[("name", Soft(&self.name))]);
        Sheet {
            code: Some(CodeBlock { title_after, tag: self.line("mail-login-code-tag", &values), digits }),
            paragraphs: vec![
                self.line("mail-login-code-where", &[("tag", Strong(&tag)), ("brand", Soft(&self.brand))]),
            ],
            facts: self.code_facts(code),
            stop: Some(self.not_you("mail-login-code-not-you")),
            ..self.sheet(subject, preview, self.words("mail-login-code-title", &[("name", Soft(&self.name))]))
        }
    }

    fn onboarding_code(&self, code: &Code) -> Sheet {
        let (digits, tag, until) = self.code_words(code);
        let values = [("tag", Strong(&tag)), ("until", Strong(&until)), ("zone", Soft(&self.zone_name))];
        let [subject, preview] = ["mail-onboarding-code-subject", "mail-onboarding-code-preview"].map(|id| {
            self.words(id, &[("code", Soft(&digits)), ("tag", Soft(&tag)), ("until", Soft(&until))])
        });
        let title_after = self.words("mail-onboarding-code-title-plain", &[("name", Soft(&self.name))]);
        Sheet {
            code: Some(CodeBlock {
                title_after,
                tag: self.line("mail-onboarding-code-tag", &values),
                digits,
            }),
            paragraphs: vec![
                self.line("mail-login-code-where", &[("tag", Strong(&tag)), ("brand", Soft(&self.brand))]),
            ],
            facts: self.code_facts(code),
            stop: Some(self.not_you("mail-onboarding-code-not-you")),
            ..self.sheet(
                subject,
                preview,
                self.words("mail-onboarding-code-title", &[("name", Soft(&self.name))]),
            )
        }
    }

    fn invitation(
        &self,
        company: &str,
        link: &str,
        valid_until: Timestamp,
        at: Timestamp,
    ) -> Result<Sheet, LetterProblem> {
        let company = inert(company);
        let until = self.until(valid_until, at);
        let values = [
            ("company", Soft(&company)),
            ("until", Soft(&until)),
            ("name", Soft(&self.name)),
            ("application", Soft(&self.application)),
        ];
        let [subject, preview, title] =
            ["mail-invitation-subject", "mail-invitation-preview", "mail-invitation-title"]
                .map(|id| self.words(id, &values));
        Ok(Sheet {
            paragraphs: vec![
                self.line("mail-invitation-text", &[]),
                self.line(
                    "mail-invitation-until",
                    &[("until", Strong(&until)), ("zone", Soft(&self.zone_name))],
                ),
            ],
            button: Some(Button::new(self.words("mail-invitation-button", &[]), link)?),
            stop: Some(Stop {
                title: self.words("mail-invitation-not-expected", &[]),
                paragraphs: vec![self.line("mail-invitation-not-expected-text", &[])],
            }),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, title)
        })
    }

    fn onboarding_started(&self, at: Timestamp, browser: &str) -> Sheet {
        let [subject, preview, title] = [
            "mail-onboarding-started-subject",
            "mail-onboarding-started-preview",
            "mail-onboarding-started-title",
        ]
        .map(|id| self.words(id, &[]));
        Sheet {
            paragraphs: vec![self.line("mail-onboarding-started-text", &[])],
            facts: self.happening(at, browser),
            stop: Some(self.not_you("mail-onboarding-started-not-you")),
            ..self.sheet(subject, preview, title)
        }
    }

    fn user_id_ready(
        &self,
        user_id: &str,
        login_link: &str,
        at: Timestamp,
        browser: &str,
    ) -> Result<Sheet, LetterProblem> {
        let [subject, preview, title] =
            ["mail-user-id-ready-subject", "mail-user-id-ready-preview", "mail-user-id-ready-title"]
                .map(|id| self.words(id, &[]));
        let mut facts = vec![self.fact("mail-fact-user-id", inert(user_id))];
        facts.extend(self.happening(at, browser));
        Ok(Sheet {
            paragraphs: vec![self.line("mail-user-id-ready-text", &[])],
            facts,
            button: Some(Button::new(self.words("mail-user-id-ready-button", &[]), login_link)?),
            stop: Some(self.not_you("mail-user-id-ready-not-you")),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, title)
        })
    }

    fn new_trusted_device(&self, device: &str, at: Timestamp, trusted_until: Timestamp) -> Sheet {
        let (device, until) = (inert(device), self.text.date(moment(trusted_until), &self.zone));
        let [subject, preview, title] =
            ["mail-new-device-subject", "mail-new-device-preview", "mail-new-device-title"]
                .map(|id| self.words(id, &[("device", Soft(&device)), ("until", Soft(&until))]));
        Sheet {
            paragraphs: vec![self.line("mail-new-device-text", &[])],
            facts: vec![
                self.fact("mail-fact-device", device),
                self.fact("mail-fact-when", self.moment(at)),
                self.fact("mail-fact-until", until),
            ],
            stop: Some(self.not_you("mail-new-device-not-you")),
            ..self.sheet(subject, preview, title)
        }
    }

    fn device_alarm(&self, device: &str, at: Timestamp, browser: &str) -> Sheet {
        let device = inert(device);
        let [subject, preview, title] =
            ["mail-device-alarm-subject", "mail-device-alarm-preview", "mail-device-alarm-title"]
                .map(|id| self.words(id, &[("device", Soft(&device))]));
        let mut facts = vec![self.fact("mail-fact-device", device)];
        facts.extend(self.happening(at, browser));
        Sheet {
            paragraphs: vec![self.line("mail-device-alarm-text", &[])],
            facts,
            stop: Some(Stop {
                title: self.words("mail-device-alarm-check", &[]),
                paragraphs: vec![self.line("mail-device-alarm-check-text", &[]), self.call()],
            }),
            ..self.sheet(subject, preview, title)
        }
    }

    fn test_mail(&self, at: Timestamp) -> Sheet {
        let [subject, preview, title] =
            ["mail-test-subject", "mail-test-preview", "mail-test-title"].map(|id| self.words(id, &[]));
        Sheet {
            paragraphs: vec![self.line("mail-test-text", &[])],
            facts: vec![self.fact("mail-fact-when", self.moment(at))],
            ..self.sheet(subject, preview, title)
        }
    }

    fn case_opened(&self, number: &str, at: Timestamp, browser: &str) -> Sheet {
        let number = inert(number);
        let [subject, preview, title] = ["mail-case-subject", "mail-case-preview", "mail-case-title"]
            .map(|id| self.words(id, &[("number", Soft(&number))]));
        let mut facts = vec![self.fact("mail-fact-case", number.clone())];
        facts.extend(self.happening(at, browser));
        Sheet {
            paragraphs: vec![self.line("mail-case-text", &[("number", Strong(&number))])],
            facts,
            stop: Some(self.not_you("mail-case-not-you")),
            ..self.sheet(subject, preview, title)
        }
    }
}

/// The pieces that mails share.
impl Writer {
    fn sheet(&self, subject: String, preview: String, title: String) -> Sheet {
        Sheet {
            language: self.text.language(),
            subject,
            preview,
            from: self.application.clone(),
            title,
            code: None,
            paragraphs: Vec::new(),
            facts: Vec::new(),
            button: None,
            stop: None,
            foot: self.foot("mail-foot-no-links"),
        }
    }

    fn foot(&self, first: &str) -> Vec<String> {
        let help = if self.hours.is_empty() { "mail-foot-help-region" } else { "mail-foot-help" };
        vec![self.words(first, &[]), self.words(help, &[])]
    }

    fn not_you(&self, id: &str) -> Stop {
        Stop { title: self.words("mail-not-you", &[]), paragraphs: vec![self.line(id, &[]), self.call()] }
    }

    fn call(&self) -> Line {
        let id = if self.hours.is_empty() { "mail-call-any-time" } else { "mail-call" };
        self.line(id, &[("reach", Strong(&self.reach))])
    }

    fn happening(&self, at: Timestamp, browser: &str) -> Vec<Fact> {
        vec![self.fact("mail-fact-when", self.moment(at)), self.fact("mail-fact-browser", inert(browser))]
    }

    fn code_facts(&self, code: &Code) -> Vec<Fact> {
        let mut facts = vec![
            self.fact("mail-fact-asked", self.moment(code.requested_at)),
            self.fact("mail-fact-browser", inert(&code.browser)),
        ];
        facts.extend(code.place.as_deref().map(|place| self.fact("mail-fact-place", inert(place))));
        facts
    }

    /// Digits in groups, tag, and end of a code.
    fn code_words(&self, code: &Code) -> (String, String, String) {
        (grouped(code.digits.expose()), inert(&code.tag), self.until(code.valid_until, code.requested_at))
    }

    fn fact(&self, label: &str, value: String) -> Fact {
        Fact { label: self.words(label, &[]), value }
    }

    fn until(&self, end: Timestamp, now: Timestamp) -> String {
        self.text.until(moment(end), moment(now), &self.zone)
    }

    fn moment(&self, at: Timestamp) -> String {
        let (date, clock) = (self.text.date(moment(at), &self.zone), self.text.clock(moment(at), &self.zone));
        self.words(
            "mail-moment",
            &[("date", Soft(&date)), ("clock", Soft(&clock)), ("zone", Soft(&self.zone_name))],
        )
    }

    /// A sentence for headers, facts and plain text. The circumstances of the letter are known to every sentence.
    fn words(&self, id: &str, values: &[(&str, Word<'_>)]) -> String {
        let known = self.circumstances();
        let text = self.text.plain();
        let message = known.iter().chain(values).fold(text.message(id), |message, (name, value)| {
            let (Soft(words) | Strong(words)) = value;
            message.with(name, *words)
        });
        message.to_string()
    }

    /// A sentence in both forms.
    fn line(&self, id: &str, values: &[(&str, Word<'_>)]) -> Line {
        let known = self.circumstances();
        let marked: Vec<(&str, Html)> =
            known.iter().chain(values).map(|(name, value)| (*name, mark(*value))).collect();
        let message = marked
            .iter()
            .fold(self.text.message(id), |message, (name, markup)| message.with(name, Value::Markup(markup)));
        Line { html: message.html(), plain: self.words(id, values) }
    }

    fn circumstances(&self) -> [(&str, Word<'_>); 6] {
        [
            ("application", Soft(&self.application)),
            ("brand", Soft(&self.brand)),
            ("name", Soft(&self.name)),
            ("region", Soft(&self.region)),
            ("reach", Soft(&self.reach)),
            ("hours", Soft(&self.hours)),
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

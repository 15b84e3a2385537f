//! What is written to somebody who lost the way in, or to the owner of a login that somebody else tries to recover.

use domain::time::Timestamp;

use super::{
    Code, LetterProblem, Secret,
    inert::inert,
    sheet::{Button, CodeBlock, Sheet, Stop},
    writer::{
        Word::{Soft, Strong},
        Writer,
    },
};

impl Writer {
    pub(super) fn recovery_code(&self, code: &Code) -> Result<Sheet, LetterProblem> {
        let ids = [
            "mail-recovery-code-subject",
            "mail-recovery-code-preview",
            "mail-recovery-code-title",
            "mail-recovery-code-title-plain",
            "mail-recovery-code-tag",
            "mail-recovery-code-not-you",
        ];
        self.asked_code(code, ids)
    }

    pub(super) fn confirm_code(&self, code: &Code) -> Result<Sheet, LetterProblem> {
        let ids = [
            "mail-confirm-code-subject",
            "mail-confirm-code-preview",
            "mail-confirm-code-title",
            "mail-confirm-code-title-plain",
            "mail-confirm-code-tag",
            "mail-confirm-code-not-you",
        ];
        self.asked_code(code, ids)
    }

    pub(super) fn door_code(&self, code: &Code) -> Result<Sheet, LetterProblem> {
        let ids = [
            "mail-door-code-subject",
            "mail-door-code-preview",
            "mail-door-code-title",
            "mail-door-code-title-plain",
            "mail-door-code-tag",
            "mail-door-code-not-you",
        ];
        let sheet = self.asked_code(code, ids)?;
        let why = self.line("mail-door-code-why", &[]);
        Ok(Sheet { paragraphs: std::iter::once(why).chain(sheet.paragraphs).collect(), ..sheet })
    }

    /// A code, with what it is for.
    fn asked_code(&self, code: &Code, ids: [&'static str; 6]) -> Result<Sheet, LetterProblem> {
        let (digits, tag, until) = self.code_words(code);
        let values = [("code", Soft(&digits)), ("tag", Strong(&tag)), ("until", Strong(&until))];
        let [subject, preview, title, title_after, tag_line, not_you] = ids;
        let [subject, preview] = [subject, preview].map(|id| self.words(id, &values));
        Ok(Sheet {
            code: Some(CodeBlock {
                title_after: self.words(title_after, &[]),
                tag: self.line(tag_line, &values),
                digits: digits.clone(),
            }),
            paragraphs: vec![self.line("mail-login-code-where", &values)],
            facts: self.code_facts(code),
            stop: Some(self.not_me(not_you, &code.not_me)?),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, self.words(title, &[]))
        })
    }

    pub(super) fn user_ids(
        &self,
        ids: &[String],
        others: bool,
        link: &Secret,
        (valid_until, at): (Timestamp, Timestamp),
        browser: &str,
    ) -> Result<Sheet, LetterProblem> {
        let until = self.until(valid_until, at);
        let [subject, preview] =
            ["mail-user-ids-subject", "mail-user-ids-preview"].map(|id| self.words(id, &[]));
        let mut facts: Vec<_> = ids.iter().map(|id| self.fact("mail-fact-user-id", inert(id))).collect();
        facts.extend(self.happening(at, browser));
        let (title, mut paragraphs, button) = if ids.is_empty() {
            let none = self.line("mail-user-ids-none-text", &[]);
            ("mail-user-ids-none-title", vec![none], "mail-user-ids-start")
        } else {
            let texts = vec![
                self.line("mail-user-ids-text", &[]),
                self.line("mail-user-ids-go-on", &[("until", Strong(&until))]),
            ];
            ("mail-user-ids-title", texts, "mail-user-ids-button")
        };
        if others && !ids.is_empty() {
            paragraphs.push(self.line("mail-user-ids-others", &[]));
        }
        Ok(Sheet {
            paragraphs,
            facts,
            button: Some(Button::new(self.words(button, &[]), link.expose())?),
            stop: Some(self.not_you("mail-user-ids-not-you")),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, self.words(title, &[]))
        })
    }

    pub(super) fn recovery_case(&self, number: &str, at: Timestamp, browser: &str) -> Sheet {
        let number = inert(number);
        let [subject, preview, title] =
            ["mail-recovery-case-subject", "mail-recovery-case-preview", "mail-recovery-case-title"]
                .map(|id| self.words(id, &[("number", Soft(&number))]));
        let mut facts = vec![self.fact("mail-fact-case", number.clone())];
        facts.extend(self.happening(at, browser));
        Sheet {
            paragraphs: vec![
                self.line("mail-recovery-case-text", &[("number", Strong(&number))]),
                self.call(),
                self.line("mail-recovery-case-asks", &[]),
            ],
            facts,
            stop: Some(self.not_you("mail-recovery-case-not-you")),
            ..self.sheet(subject, preview, title)
        }
    }

    pub(super) fn case_approved(&self, number: &str, valid_until: Timestamp, at: Timestamp) -> Sheet {
        let (number, until) = (inert(number), self.until(valid_until, at));
        let values = [("number", Soft(number.as_str())), ("until", Soft(until.as_str()))];
        let [subject, preview, title] =
            ["mail-case-approved-subject", "mail-case-approved-preview", "mail-case-approved-title"]
                .map(|id| self.words(id, &values));
        Sheet {
            paragraphs: vec![self.line("mail-case-approved-text", &[("until", Strong(&until))])],
            facts: vec![
                self.fact("mail-fact-case", number.clone()),
                self.fact("mail-fact-when", self.moment(at)),
            ],
            stop: Some(self.not_you("mail-case-approved-not-you")),
            ..self.sheet(subject, preview, title)
        }
    }

    pub(super) fn case_refused(&self, number: &str, at: Timestamp) -> Sheet {
        let number = inert(number);
        let [subject, preview, title] =
            ["mail-case-refused-subject", "mail-case-refused-preview", "mail-case-refused-title"]
                .map(|id| self.words(id, &[("number", Soft(&number))]));
        Sheet {
            paragraphs: vec![self.line("mail-case-refused-text", &[])],
            facts: vec![
                self.fact("mail-fact-case", number.clone()),
                self.fact("mail-fact-when", self.moment(at)),
            ],
            stop: Some(self.not_you("mail-case-refused-not-you")),
            ..self.sheet(subject, preview, title)
        }
    }

    pub(super) fn factor_removal(
        &self,
        due: Timestamp,
        cancel: &Secret,
        at: Timestamp,
        browser: &str,
    ) -> Result<Sheet, LetterProblem> {
        let until = self.until(due, at);
        let values = [("until", Soft(until.as_str()))];
        let [subject, preview, title] =
            ["mail-factor-removal-subject", "mail-factor-removal-preview", "mail-factor-removal-title"]
                .map(|id| self.words(id, &values));
        let stop = self.line("mail-factor-removal-stop", &[]);
        Ok(Sheet {
            paragraphs: vec![self.line("mail-factor-removal-text", &[("until", Strong(&until))])],
            facts: self.happening(at, browser),
            stop: Some(Stop {
                title: self.words("mail-not-you", &[]),
                paragraphs: vec![stop, self.call()],
                button: Some(Button::new(self.words("mail-factor-removal-button", &[]), cancel.expose())?),
            }),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, title)
        })
    }
}

//! From the facts of a letter to its words: one function a kind of mail.

use domain::time::Timestamp;

use super::{
    Brand, Code, Letter, LetterProblem, Mail,
    inert::inert,
    sheet::{Button, CodeBlock, Sheet, Stop},
    writer::{
        Word::{Soft, Strong},
        Writer,
    },
};

/// Writes the letter in its language.
pub(super) fn compose(letter: &Letter, brand: &Brand) -> Result<Sheet, LetterProblem> {
    let writer = Writer::new(letter, brand);
    match &letter.mail {
        Mail::LoginCode(code) => writer.login_code(code),
        Mail::OnboardingCode(code) => writer.onboarding_code(code),
        Mail::Invitation { company, link, valid_until, at } => {
            writer.invitation(company, link.expose(), *valid_until, *at)
        }
        Mail::OnboardingStarted { at, browser } => Ok(writer.onboarding_started(*at, browser)),
        Mail::UserIdReady { user_id, login_link, at, browser } => {
            writer.user_id_ready(user_id, login_link, *at, browser)
        }
        Mail::Notices { notices } => Ok(writer.notices(notices)),
        Mail::NotMeDigest { company, names, since } => Ok(writer.not_me_digest(company, names, *since)),
        Mail::TestMail { at } => Ok(writer.test_mail(*at)),
        Mail::CaseOpened { number, at, browser } => Ok(writer.case_opened(number, *at, browser)),
        Mail::RecoveryCode(code) => writer.recovery_code(code),
        Mail::ConfirmCode(code) => writer.confirm_code(code),
        Mail::DoorCode(code) => writer.door_code(code),
        Mail::UserIds { ids, has_others, link, valid_until, at, browser } => {
            writer.user_ids(ids, *has_others, link, (*valid_until, *at), browser)
        }
        Mail::RecoveryCase { number, at, browser } => Ok(writer.recovery_case(number, *at, browser)),
        Mail::CaseApproved { number, valid_until, at } => Ok(writer.case_approved(number, *valid_until, *at)),
        Mail::CaseRefused { number, at } => Ok(writer.case_refused(number, *at)),
        Mail::FactorRemoval { due, cancel, at, browser } => writer.factor_removal(*due, cancel, *at, browser),
        Mail::Rollout(mail) => writer.rollout(mail),
        Mail::RolloutNumbers(numbers) => Ok(writer.rollout_numbers(numbers)),
    }
}

impl Writer {
    fn login_code(&self, code: &Code) -> Result<Sheet, LetterProblem> {
        let (digits, tag, until) = self.code_words(code);
        let values = [("code", Soft(&digits)), ("tag", Strong(&tag)), ("until", Strong(&until))];
        let [subject, preview] =
            ["mail-login-code-subject", "mail-login-code-preview"].map(|id| self.words(id, &values));
        let title_after = self.words("mail-login-code-title-plain", &[]);
        Ok(Sheet {
            code: Some(CodeBlock {
                title_after,
                tag: self.line("mail-login-code-tag", &values),
                digits: digits.clone(),
            }),
            paragraphs: vec![self.line("mail-login-code-where", &values)],
            facts: self.code_facts(code),
            stop: Some(self.not_me("mail-login-code-not-you", &code.not_me)?),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, self.words("mail-login-code-title", &[]))
        })
    }

    fn onboarding_code(&self, code: &Code) -> Result<Sheet, LetterProblem> {
        let (digits, tag, until) = self.code_words(code);
        let values = [("code", Soft(&digits)), ("tag", Strong(&tag)), ("until", Strong(&until))];
        let [subject, preview] = ["mail-onboarding-code-subject", "mail-onboarding-code-preview"]
            .map(|id| self.words(id, &values));
        let title_after = self.words("mail-onboarding-code-title-plain", &[]);
        Ok(Sheet {
            code: Some(CodeBlock {
                title_after,
                tag: self.line("mail-onboarding-code-tag", &values),
                digits: digits.clone(),
            }),
            paragraphs: vec![self.line("mail-login-code-where", &values)],
            facts: self.code_facts(code),
            stop: Some(self.not_me("mail-onboarding-code-not-you", &code.not_me)?),
            foot: self.foot("mail-foot-one-link"),
            ..self.sheet(subject, preview, self.words("mail-onboarding-code-title", &[]))
        })
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
        let values = [("company", Soft(&company)), ("until", Soft(&until))];
        let [subject, preview, title] =
            ["mail-invitation-subject", "mail-invitation-preview", "mail-invitation-title"]
                .map(|id| self.words(id, &values));
        Ok(Sheet {
            paragraphs: vec![
                self.line("mail-invitation-text", &[]),
                self.line("mail-invitation-until", &[("until", Strong(&until))]),
            ],
            button: Some(Button::new(self.words("mail-invitation-button", &[]), link)?),
            stop: Some(Stop {
                title: self.words("mail-invitation-not-expected", &[]),
                paragraphs: vec![self.line("mail-invitation-not-expected-text", &[])],
                button: None,
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

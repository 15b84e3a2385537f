//! The questions and answers of `/help`: the announcement's, and those that come up at a dead end.

use domain::policy::Policy;
use text::{Message, Text};

use crate::view::{HelpQuestion, HelpTopic};

/// All of them, with the numbers of the policy that holds for the reader.
pub(super) fn topics(text: Text, policy: &Policy) -> Vec<HelpTopic> {
    let code = text.span_words(policy.otp.lifetime);
    let trust = text.span_words(policy.device.trust_lifetime);
    let (least, most) = (policy.security_code.min_digits, policy.security_code.max_digits);
    vec![
        HelpTopic {
            id: "change",
            title: "help-change",
            questions: vec![
                question("why", "help-why-q", text.message("help-why-a")),
                question("law", "help-law-q", text.message("help-law-a")),
                question("what", "help-what-q", text.message("help-what-a")),
                question("when", "help-when-q", text.message("help-when-a")),
                question("first", "help-first-q", text.message("help-first-a").with("start", "/start")),
                question("need", "help-need-q", text.message("help-need-a")),
                question("old", "help-old-q", text.message("help-old-a")),
                question("wrong", "help-wrong-q", text.message("help-wrong-a")),
                question("later", "help-later-q", text.message("help-later-a")),
            ],
        },
        HelpTopic {
            id: "codes",
            title: "help-codes",
            questions: vec![
                question("late", "help-late-q", text.message("help-late-a").with("span", code)),
                question("tag", "help-tag-q", text.message("help-tag-a")),
                question("trust", "help-trust-q", text.message("help-trust-a").with("span", trust)),
                question("again", "help-again-q", text.message("help-again-a")),
                question(
                    "channel",
                    "help-channel-q",
                    text.message("help-channel-a").with("channel", "/account/channel"),
                ),
            ],
        },
        HelpTopic {
            id: "stuck",
            title: "help-stuck",
            questions: vec![
                question(
                    "security-code",
                    "help-security-code-q",
                    text.message("help-security-code-a").with("least", least).with("most", most),
                ),
                question(
                    "forgotten",
                    "help-forgotten-q",
                    text.message("help-forgotten-a").with("recover", "/recover"),
                ),
                question("locked", "help-locked-q", text.message("help-locked-a")),
                question(
                    "phone",
                    "help-phone-q",
                    text.message("help-phone-a").with("recover", "/recover/factor"),
                ),
                question(
                    "mailbox",
                    "help-mailbox-q",
                    text.message("help-mailbox-a").with("contacts", "/help/contacts"),
                ),
                question("not-me", "help-not-me-q", text.message("help-not-me-a")),
                question(
                    "asked",
                    "help-asked-q",
                    text.message("help-asked-a").with("contacts", "/help/contacts"),
                ),
            ],
        },
        HelpTopic {
            id: "administrators",
            title: "help-administrators",
            questions: vec![
                question("wave", "help-wave-q", text.message("help-wave-a")),
                question("reset", "help-reset-q", text.message("help-reset-a")),
                question("shared", "help-shared-q", text.message("help-shared-a")),
                question("leaver", "help-leaver-q", text.message("help-leaver-a")),
            ],
        },
        HelpTopic {
            id: "privacy",
            title: "help-privacy",
            questions: vec![
                question("kept", "help-kept-q", text.message("help-kept-a").with("privacy", "/privacy")),
                question("copy", "help-copy-q", text.message("help-copy-a").with("data", "/account/data")),
            ],
        },
    ]
}

fn question(id: &'static str, title: &'static str, answer: Message<'_>) -> HelpQuestion {
    HelpQuestion { id, title, answer: answer.html() }
}

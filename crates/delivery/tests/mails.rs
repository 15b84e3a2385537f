//! What the mails say and how they look, and that nobody's words in them can do anything.
#![expect(clippy::unwrap_used, reason = "helpers of tests, outside test functions")]

#[path = "samples/rollouts.rs"]
mod rollouts;
mod samples;

use std::time::Duration;

use delivery::mail::{Code, Factor, Letter, LetterProblem, Mail, Notice, NoticeEvent, Secret};
use domain::{factor::Channel, time::Timestamp};
use mail_parser::{Message, MessageParser, MimeHeaders};
use samples::{ASKED, brand, code, letter, render};

/// Every kind of mail.
fn all() -> Vec<Mail> {
    let (at, browser) = (ASKED, "Firefox on Windows".to_owned());
    let page = "https://login.harbour-reconcile.example";
    vec![
        Mail::LoginCode(Code { place: Some("Rotterdam, Netherlands".to_owned()), ..code() }),
        Mail::OnboardingCode(code()),
        Mail::Invitation {
            company: "Northgate Shipping".to_owned(),
            link: format!("{page}/invite?token=s3cr3t").into(),
            valid_until: at + Duration::from_secs(72 * 3_600),
            at,
        },
        Mail::OnboardingStarted { at, browser: browser.clone() },
        Mail::UserIdReady {
            user_id: "amara.okafor".to_owned(),
            login_link: format!("{page}/login"),
            at,
            browser: browser.clone(),
        },
        Mail::Notices { notices: notices("Office laptop")[..1].to_vec() },
        Mail::Notices { notices: notices("Office laptop") },
        Mail::NotMeDigest {
            company: "Northgate Shipping".to_owned(),
            names: vec!["Amara Okafor".to_owned(), "Kenji Sato".to_owned()],
            since: at,
        },
        Mail::TestMail { at },
        Mail::CaseOpened { number: "C-1042".to_owned(), at, browser: browser.clone() },
        Mail::RecoveryCode(code()),
        Mail::ConfirmCode(code()),
        Mail::DoorCode(code()),
        user_ids(vec!["amara.okafor".to_owned(), "a.okafor-treasury".to_owned()]),
        user_ids(vec![]),
        Mail::RecoveryCase { number: "C-1042".to_owned(), at, browser: browser.clone() },
        Mail::CaseApproved { number: "C-1042".to_owned(), valid_until: at + Duration::from_secs(86_400), at },
        Mail::CaseRefused { number: "C-1042".to_owned(), at },
        Mail::FactorRemoval {
            due: at + Duration::from_secs(86_400),
            cancel: format!("{page}/recover/cancel?token=s3cr3t").into(),
            at,
            browser,
        },
    ]
    .into_iter()
    .chain(rollouts::every())
    .collect()
}

/// Every kind of notice.
fn notices(device: &str) -> Vec<Notice> {
    let device = || device.to_owned();
    let factors = [Factor::AuthenticatorApp, Factor::Passkey, Factor::RecoveryCodes];
    let trusted_until = ASKED + Duration::from_secs(30 * 86_400);
    let mut events = vec![
        NoticeEvent::NewDevice { device: device(), trusted_until },
        NoticeEvent::DeviceDropped { device: device() },
        NoticeEvent::DeviceAlarm { device: device() },
        NoticeEvent::PasskeyAlarm { passkey: device() },
        NoticeEvent::WrongSecondStep,
        NoticeEvent::PasswordChanged,
        NoticeEvent::SecurityCodeMade,
        NoticeEvent::SecurityCodeChanged,
        NoticeEvent::SecurityCodeDisabled,
        NoticeEvent::RecoveryCodeUsed,
        NoticeEvent::RecoveryStarted,
        NoticeEvent::RecoveryDone,
        NoticeEvent::NotMe,
    ];
    events.extend(Channel::ALL.map(|to| NoticeEvent::ChannelChanged { to }));
    events.extend(factors.map(|factor| NoticeEvent::FactorAdded { factor }));
    events.extend(factors.map(|factor| NoticeEvent::FactorRemoved { factor }));
    let notice = |event| Notice { event, at: ASKED, browser: device() };
    events.into_iter().map(notice).collect()
}

fn user_ids(ids: Vec<String>) -> Mail {
    Mail::UserIds {
        ids,
        has_others: true,
        link: "https://login.harbour-reconcile.example/recover/continue?token=s3cr3t".to_owned().into(),
        valid_until: ASKED + Duration::from_secs(1_800),
        at: ASKED,
        browser: "Firefox on Windows".to_owned(),
    }
}

fn parse(content: &[u8]) -> Message<'_> {
    MessageParser::default().parse(content).unwrap()
}

#[test]
fn the_login_code_reads_like_this() {
    let mail = render(&letter(Mail::LoginCode(code())));
    assert_eq!(mail.subject(), "481 730 is your login code (K3)");
    insta::assert_snapshot!(mail.text(), @r"
    481 730

    is your login code, Amara Okafor.
    Code K3, valid until 10:52 (Amsterdam time), for one login.

    Enter it only on the page that shows the same tag, K3. Nobody will ask you
    for it: not Harbour Commercial Cards, not the help desk, not your
    administrator.

    Asked for:  17 November 2026, 10:42 (Amsterdam time)
    Browser:    Firefox on Windows

    WAS THIS NOT YOU?
    Then somebody has your password. Give this code to nobody, and do not enter
    it anywhere: without it they cannot get in. Press the button to end this
    login; your password then has to be made anew.
    Call us now: +44 1632 960 142, Monday to Friday, 07:00 to 19:00 CET.

    This was not me
    https://login.harbour-reconcile.example/not-me?token=s3cr3t

    --
    Harbour Commercial Cards. This mail holds no other links, and we never send
    attachments.
    Help in Europe and Asia-Pacific: +44 1632 960 142, Monday to Friday, 07:00
    to 19:00 CET
    ");
}

#[test]
fn every_mail_reads_like_this() {
    let texts: Vec<String> = all()
        .iter()
        .map(|mail| {
            let mail = render(&letter(mail.clone()));
            format!("Subject: {}\n\n{}", mail.subject(), mail.text())
        })
        .collect();
    insta::assert_snapshot!(texts.join("\n========\n"));
}

#[test]
fn the_page_of_a_login_code_looks_like_this() {
    insta::assert_snapshot!(render(&letter(Mail::LoginCode(code()))).html());
}

#[test]
fn headers_say_that_a_machine_wrote_it() {
    let mail = render(&letter(Mail::LoginCode(code())));
    let message = parse(mail.content());
    let raw = |name| message.header_raw(name).map(str::trim);
    assert_eq!(raw("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(raw("X-Auto-Response-Suppress"), Some("All"));
    assert_eq!(raw("Content-Language"), Some("en"));
    assert_eq!(raw("MIME-Version"), Some("1.0"));
    assert_eq!(raw("Date"), Some("Tue, 17 Nov 2026 09:42:00 +0000"));
    assert_eq!(raw("From"), Some("\"Harbour Reconcile\" <login@harbourcards.example>"));
    assert_eq!(raw("To"), Some("\"Amara Okafor\" <amara.okafor@northgate-shipping.example>"));
    assert_eq!(raw("Message-ID"), Some("<0199a000-0000-7000-8000-000000000001@harbourcards.example>"));
    assert_eq!(mail.message_id(), "<0199a000-0000-7000-8000-000000000001@harbourcards.example>");
}

#[test]
fn the_same_letter_is_the_same_mail_every_time() {
    for mail in all() {
        let stored = serde_json::to_string(&letter(mail)).unwrap();
        let again: Letter = serde_json::from_str(&stored).unwrap();
        assert_eq!(render(&again).content(), render(&again).content());
        assert_eq!(serde_json::to_string(&again).unwrap(), stored);
    }
}

#[test]
fn nothing_is_fetched_or_followed_when_a_mail_is_opened() {
    for mail in all() {
        let html = render(&letter(mail)).html().to_lowercase();
        for active in
            ["<img", "<script", "<link", "<iframe", "<form", "url(", "@import", "src=", "http-equiv", " on"]
        {
            let found = html.match_indices(active).next();
            // " on" is looked for as an attribute only.
            let is_word = active == " on" && !html.contains("onload") && !html.contains("onclick");
            assert!(found.is_none() || is_word, "{active} in {html}");
        }
    }
}

#[test]
fn content_is_ascii_with_short_lines_and_two_parts() {
    for mail in all() {
        let mail = render(&letter(mail));
        let content = std::str::from_utf8(mail.content()).unwrap();
        assert!(content.is_ascii());
        assert!(!content.replace("\r\n", "").contains(['\r', '\n']), "line ends are CR LF only");
        assert!(content.split("\r\n").all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
        let message = parse(mail.content());
        assert_eq!(message.parts.len(), 3);
        let types =
            [1, 2].map(|part| message.parts[part].content_type().unwrap().subtype().unwrap().to_owned());
        assert_eq!(types, ["plain", "html"]);
    }
}

/// Words that have broken mails elsewhere.
const HOSTILE: &[&str] = &[
    "Amara\r\nBcc: x@evil.example",
    "Amara\nSubject: changed",
    "Amara\r\n\r\n<h1>a body of my own</h1>",
    "Amara\u{2028}Bcc: x@evil.example",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' style='display:none",
    "{{ 7*7 }} { $code } %s ${x}",
    "=?utf-8?B?QmNjOiB4QGV2aWwuZXhhbXBsZQ==?=",
    "exe\u{202e}gpj.\u{2066}x",
    "Amara\" <x@evil.example>, \"",
    "a, b@evil.example; c",
    "https://evil.example/login",
    "\u{0}\u{7}\u{1b}[31m",
    "</title></style></head>",
    "--=_0199a000000070008000000000000001--",
    ".\r\n.\r\nMAIL FROM:<x@evil.example>",
];

fn with_hostile_words(words: &str) -> Vec<Letter> {
    let own = || words.to_owned();
    let mut hostile_code = code();
    (hostile_code.tag, hostile_code.browser, hostile_code.place) = (own(), own(), Some(own()));
    hostile_code.digits = Secret::from(words);
    let at = ASKED;
    let link = "https://login.harbour-reconcile.example/";
    let mails = [
        Mail::LoginCode(hostile_code.clone()),
        Mail::OnboardingCode(hostile_code),
        Mail::Invitation { company: own(), link: link.into(), valid_until: at, at },
        Mail::OnboardingStarted { at, browser: own() },
        Mail::UserIdReady { user_id: own(), login_link: link.to_owned(), at, browser: own() },
        Mail::Notices { notices: notices(words)[..4].to_vec() },
        Mail::NotMeDigest { company: own(), names: vec![own(), own()], since: at },
        Mail::TestMail { at },
        Mail::CaseOpened { number: own(), at, browser: own() },
    ];
    mails
        .into_iter()
        .chain(rollouts::with(words))
        .map(|mail| {
            let mut letter = letter(mail);
            (letter.to.name, letter.application, letter.language, letter.zone) = (own(), own(), own(), own());
            (letter.contact.region, letter.contact.reach, letter.contact.hours) = (own(), own(), own());
            letter
        })
        .collect()
}

#[test]
fn hostile_words_are_inert_in_every_mail() {
    let long = ["x".repeat(10_240), "ä ".repeat(5_120), "\r\nBcc: x@evil.example".repeat(500)];
    for words in HOSTILE.iter().copied().chain(long.iter().map(String::as_str)) {
        for letter in with_hostile_words(words) {
            let mail = render(&letter);
            assert_headers_are_ours(mail.content(), words);
            assert_html_is_ours(mail.html(), words);
            assert!(!mail.text().contains("://evil"), "{words:?}");
            assert!(
                !mail.text().contains(['\r', '\u{0}', '\u{1b}', '\u{202e}', '\u{2066}', '\u{2028}']),
                "{words:?}"
            );
            assert!(mail.content().len() < 40_000, "{words:?}: {}", mail.content().len());
        }
    }
}

fn assert_headers_are_ours(content: &[u8], words: &str) {
    let message = parse(content);
    let mut names: Vec<&str> = message.headers_raw().map(|(name, _)| name).collect();
    names.sort_unstable();
    let ours = [
        "Auto-Submitted",
        "Content-Language",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Auto-Response-Suppress",
    ];
    assert_eq!(names, ours, "{words:?}");
    let to = message.to().unwrap();
    assert_eq!(to.iter().count(), 1, "{words:?}");
    assert_eq!(to.first().unwrap().address(), Some("amara.okafor@northgate-shipping.example"), "{words:?}");
    assert_eq!(message.parts.len(), 3, "{words:?}");
    assert_ne!(to.first().unwrap().name(), Some("Bcc: x@evil.example"), "an encoded word was decoded");
}

fn assert_html_is_ours(html: &str, words: &str) {
    assert_eq!(html.matches("<title>").count(), 1, "{words:?}");
    assert_eq!(html.matches("</style>").count(), 1, "{words:?}");
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<h1>a body"), "{words:?}");
    assert!(!html.contains("' style='"), "{words:?}");
    assert!(!html.contains("://evil"), "{words:?}");
}

#[test]
fn names_are_shown_as_they_were_given() {
    let mut letter = letter(Mail::LoginCode(code()));
    letter.to.name = "Søren <b>O'Brien</b> & \"דנה\" {x}".to_owned();
    let mail = render(&letter);
    assert!(
        mail.text().contains("is your login code, Søren <b>O'Brien</b> & \"דנה\" {x}."),
        "{}",
        mail.text()
    );
    let message = parse(mail.content());
    assert_eq!(message.to().unwrap().first().unwrap().name(), Some(letter.to.name.as_str()));
}

#[test]
fn links_are_pages_of_ours_or_the_letter_is_refused() {
    let invite = |link: &str| {
        let mail = Mail::Invitation {
            company: "Northgate Shipping".to_owned(),
            link: link.into(),
            valid_until: Timestamp(ASKED.0 + 1),
            at: ASKED,
        };
        letter(mail).render(&brand(), samples::id(), ASKED)
    };
    for link in [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "/invite",
        "mailto:a@b.example",
        "https://",
        "file:///x",
    ] {
        assert_eq!(invite(link).unwrap_err(), LetterProblem::Link, "{link}");
    }
    let mail = invite("https://login.example/invite?t=\"><b>\r\nx").unwrap();
    assert!(mail.html().contains("https://login.example/invite?t=%22%3E%3Cb%3Ex"), "{}", mail.html());
    assert!(mail.text().contains("\nhttps://login.example/invite?t=%22%3E%3Cb%3Ex\n"), "{}", mail.text());
}

#[test]
fn a_letter_without_an_address_is_refused() {
    let mut letter = letter(Mail::LoginCode(code()));
    letter.to.address = "amara.okafor@northgate-shipping.example\r\nBcc: x@evil.example".to_owned();
    let problem = letter.render(&brand(), samples::id(), ASKED).unwrap_err();
    assert!(matches!(problem, LetterProblem::Address(_)));
    assert!(!problem.to_string().contains("amara"));
}

#[test]
fn codes_and_links_are_never_printed_for_debugging() {
    for mail in all() {
        let letter = letter(mail);
        let printed = format!("{letter:?} {:?}", render(&letter));
        assert!(!printed.contains("481730") && !printed.contains("481 730"), "{printed}");
        assert!(!printed.contains("s3cr3t"), "{printed}");
    }
}

#[test]
fn an_unknown_language_or_zone_is_no_reason_not_to_write() {
    let mut letter = letter(Mail::LoginCode(code()));
    (letter.language, letter.zone) = ("tlh".to_owned(), "Mars/Olympus".to_owned());
    let mail = render(&letter);
    assert!(mail.text().contains("valid until 09:52 (UTC)"), "{}", mail.text());
}

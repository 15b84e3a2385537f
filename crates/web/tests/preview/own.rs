//! What a signed-in user changes, proves afresh, looks up and takes along.

use web::view::{
    AccountActivity, AccountData, AccountLanguage, AccountPassword, AccountSecurityCode, ActivityRow,
    Confirm, ConfirmWhy, DisownActivity, Problems, ReportWrong, WrongReported,
};

use crate::{
    Page, page,
    sample::{DAY, NOW, minutes, signed_in},
};

pub(crate) fn pages() -> Vec<Page> {
    let not_saved = Confirm { why: Some(ConfirmWhy::NotSaved), asks_code: true, ..confirm() };
    let ended = Confirm { why: Some(ConfirmWhy::Ended), ..confirm() };
    let wrong = Confirm { layout: signed_in().with_problems(problem("password")), ..confirm() };
    let without_password = Confirm { user_id: None, ..confirm() };
    let password_wrong =
        AccountPassword { layout: signed_in().with_problems(problem("current")), ..password(false) };
    let code_wrong =
        AccountSecurityCode { layout: signed_in().with_problems(problem("security-code")), ..code(false) };
    let quiet = AccountActivity { events: vec![], older: None, ..activity() };
    let older = AccountActivity { is_first: false, ..activity() };
    vec![
        page("confirm", &confirm()),
        page("confirm-not-saved", &not_saved),
        page("confirm-ended", &ended),
        page("confirm-wrong", &wrong),
        page("confirm-no-password", &without_password),
        page("account-password", &password(false)),
        page("account-password-done", &password(true)),
        page("account-password-wrong", &password_wrong),
        page("account-password-none", &AccountPassword { user_id: None, ..password(false) }),
        page("account-security-code", &code(false)),
        page("account-security-code-done", &code(true)),
        page("account-security-code-wrong", &code_wrong),
        page("account-security-code-make", &AccountSecurityCode { since: None, ..code(false) }),
        page("account-security-code-none", &AccountSecurityCode { has_user_id: false, ..code(false) }),
        page("account-activity", &activity()),
        page("account-activity-older", &older),
        page("account-activity-none", &quiet),
        page("disown-activity", &DisownActivity { layout: signed_in(), can_recover: true }),
        page("disown-activity-no-code", &DisownActivity { layout: signed_in(), can_recover: false }),
        page("account-data", &AccountData { layout: signed_in() }),
        page("account-language", &language(false)),
        page("account-language-done", &language(true)),
        page("account-wrong", &report()),
        page("account-wrong-reported", &reported()),
    ]
}

fn problem(field: &'static str) -> Problems {
    Problems::one(
        "Something has to be changed".into(),
        field,
        "Type it again".into(),
        "This is not right".into(),
    )
}

fn confirm() -> Confirm {
    Confirm {
        layout: signed_in(),
        name: "Amara Okafor".into(),
        user_id: Some("amara.okafor".into()),
        to: "/account/password".into(),
        asks_code: false,
        has_passkey: true,
        window: minutes(10),
        why: None,
    }
}

fn password(done: bool) -> AccountPassword {
    AccountPassword { layout: signed_in(), user_id: Some("amara.okafor".into()), least_password: 12, done }
}

fn code(done: bool) -> AccountSecurityCode {
    AccountSecurityCode {
        layout: signed_in(),
        name: "Amara Okafor".into(),
        email: "amara.okafor@northgate-shipping.example".into(),
        has_user_id: true,
        since: Some(NOW - DAY),
        least: 6,
        most: 9,
        done,
    }
}

fn activity() -> AccountActivity {
    let row = |words: &str, ago, is_alarming| ActivityRow {
        at: NOW - minutes(ago),
        words: words.into(),
        is_alarming,
        browser: "Firefox on Windows".into(),
        network: "203.0.113.7".into(),
    };
    AccountActivity {
        layout: signed_in(),
        events: vec![
            row("You logged in with your password and a code by e-mail.", 2, false),
            row("A code was sent to your business address.", 3, false),
            ActivityRow {
                browser: String::new(),
                ..row("A wrong password was entered for your login.", 900, true)
            },
        ],
        older: Some("1795000000000_00000000-0000-0000-0000-00000000000a".into()),
        is_first: true,
        zone: "Europe/Amsterdam".into(),
    }
}

fn language(done: bool) -> AccountLanguage {
    AccountLanguage { layout: signed_in(), languages: text::languages(), chosen: String::new(), done }
}

fn report() -> ReportWrong {
    ReportWrong {
        layout: signed_in(),
        steps: None,
        action: "/account/wrong",
        back_href: "/account",
        name_wrong: true,
        email_wrong: false,
        not_mine: false,
        message: "Amara Chidinma Okafor".into(),
    }
}

fn reported() -> WrongReported {
    WrongReported {
        layout: signed_in(),
        steps: None,
        case_number: "K7PM-3X9T".into(),
        go_on: None,
        profile_href: "/account",
    }
}

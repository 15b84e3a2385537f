//! Second factors: at the login, and on the pages of the account.

use web::view::{
    AccountApp, AccountAppNew, AccountChannel, AccountPasskeys, AccountRecoveryCodes, ChannelWay, FactorUse,
    LoginApp, LoginMethod, LoginPasskey, LoginRecoveryCode, NewRecoveryCodes, PasskeyLine, QrCode,
    SecondStep, TrustOffer, Way,
};

use crate::{
    Page, page,
    sample::{DAY, NOW, layout, minutes, signed_in, wrong},
};

pub(crate) fn pages() -> Vec<Page> {
    let mut pages = login_pages();
    pages.extend(app_pages());
    pages.extend(passkey_pages());
    pages.extend(code_pages());
    pages.extend([
        page("account-channel", &channel()),
        page(
            "account-channel-error",
            &AccountChannel {
                layout: signed_in().with_problems(wrong(
                    "Nothing was changed",
                    "security-code",
                    "Enter your security code",
                    "That is not your security code. 4 more tries are looked at for now.",
                )),
                ..channel()
            },
        ),
        page(
            "account-channel-no-code",
            &AccountChannel { has_security_code: false, done: Some("factor-done-channel"), ..channel() },
        ),
    ]);
    pages
}

fn step() -> SecondStep {
    SecondStep {
        user_id: "amara.okafor".into(),
        browser: "Firefox on Windows".into(),
        trust: Some(TrustOffer { until: NOW + DAY * 30, chosen: false, needs_key: false }),
        has_other_ways: true,
        has_recovery_codes: true,
    }
}

fn login_pages() -> Vec<Page> {
    let app = || LoginApp { layout: layout(), step: step(), digits: 6, is_disabled: false };
    let lost = SecondStep { has_recovery_codes: false, has_other_ways: false, trust: None, ..step() };
    let problems = wrong(
        "That code did not work",
        "code",
        "Enter the 6 digits that the app shows now",
        "This is not the code of this moment.",
    );
    let code = || LoginRecoveryCode { layout: layout(), step: step(), is_disabled: false };
    let refused = wrong("That passkey did not work", "passkey", "Try again", "It does not belong here.");
    let ways = vec![Way::Passkey, Way::App, Way::Email, Way::RecoveryCode];
    vec![
        page("login-app", &app()),
        page("login-app-error", &LoginApp { layout: layout().with_problems(problems.clone()), ..app() }),
        page("login-app-lost", &LoginApp { step: lost, ..app() }),
        page("login-app-disabled", &LoginApp { is_disabled: true, ..app() }),
        page("login-passkey", &LoginPasskey { layout: layout(), step: step() }),
        page("login-passkey-error", &LoginPasskey { layout: layout().with_problems(refused), step: step() }),
        page("login-recovery-code", &code()),
        page(
            "login-recovery-code-error",
            &LoginRecoveryCode { layout: layout().with_problems(problems), ..code() },
        ),
        page("login-recovery-code-disabled", &LoginRecoveryCode { is_disabled: true, ..code() }),
        page("login-method", &LoginMethod { layout: layout(), step: step(), ways }),
    ]
}

fn used() -> FactorUse {
    FactorUse { since: NOW - DAY * 20, last_used: Some(NOW - minutes(90)) }
}

fn app_pages() -> Vec<Page> {
    let app = || AccountApp {
        layout: signed_in(),
        has_security_code: true,
        app: Some(used()),
        is_in_use: false,
        done: None,
    };
    let picture = QrCode::of(
        "otpauth://totp/Harbour%20Reconcile:amara.okafor?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=Harbour%20Reconcile&algorithm=SHA1&digits=6&period=30",
    );
    let new = || AccountAppNew {
        layout: signed_in(),
        picture: picture.clone().unwrap(),
        key: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
    };
    let problems = wrong(
        "That code did not work",
        "code",
        "Enter the 6 digits that the app shows now",
        "The code is right for a clock that is 3 minutes ahead.",
    );
    vec![
        page("account-app", &AccountApp { done: Some("factor-done-app"), ..app() }),
        page("account-app-in-use", &AccountApp { is_in_use: true, ..app() }),
        page("account-app-none", &AccountApp { app: None, ..app() }),
        page("account-app-no-code", &AccountApp { app: None, has_security_code: false, ..app() }),
        page("account-app-new", &new()),
        page(
            "account-app-new-error",
            &AccountAppNew { layout: signed_in().with_problems(problems), ..new() },
        ),
    ]
}

fn passkey_pages() -> Vec<Page> {
    let passkey = |id: &str, name: &str, is_synchronised| PasskeyLine {
        id: id.into(),
        name: name.into(),
        usage: used(),
        is_synchronised,
    };
    let passkeys = || AccountPasskeys {
        layout: signed_in(),
        has_security_code: true,
        passkeys: vec![passkey("1", "Work phone", true), passkey("2", "<b>Security key</b>", false)],
        most: 10,
        is_possible: true,
        is_in_use: false,
        suggested_name: "Firefox on Windows".into(),
        done: None,
    };
    let problems = wrong(
        "The passkey was not added",
        "passkey",
        "Add it again",
        "The answer did not fit, or it came too late.",
    );
    vec![
        page("account-passkeys", &AccountPasskeys { done: Some("factor-done-passkey"), ..passkeys() }),
        page("account-passkeys-none", &AccountPasskeys { passkeys: vec![], ..passkeys() }),
        page(
            "account-passkeys-last",
            &AccountPasskeys {
                passkeys: vec![passkey("1", "Work phone", true)],
                is_in_use: true,
                ..passkeys()
            },
        ),
        page("account-passkeys-full", &AccountPasskeys { most: 2, ..passkeys() }),
        page("account-passkeys-impossible", &AccountPasskeys { is_possible: false, ..passkeys() }),
        page("account-passkeys-no-code", &AccountPasskeys { has_security_code: false, ..passkeys() }),
        page(
            "account-passkeys-error",
            &AccountPasskeys { layout: signed_in().with_problems(problems), ..passkeys() },
        ),
    ]
}

fn code_pages() -> Vec<Page> {
    let codes = || AccountRecoveryCodes {
        layout: signed_in(),
        has_security_code: true,
        left: 9,
        made: Some(NOW - DAY * 20),
        is_few: false,
    };
    let shown = ["2XK7-M4QP-9RTH-WB3C", "3M4Q-P9RT-HWB3-C2XK", "4RTH-WB3C-2XK7-M4QP"];
    vec![
        page("account-codes", &codes()),
        page("account-codes-few", &AccountRecoveryCodes { left: 2, is_few: true, ..codes() }),
        page("account-codes-none", &AccountRecoveryCodes { left: 0, made: None, ..codes() }),
        page(
            "account-codes-no-code",
            &AccountRecoveryCodes { left: 0, made: None, has_security_code: false, ..codes() },
        ),
        page(
            "account-codes-shown",
            &NewRecoveryCodes {
                layout: signed_in(),
                user_id: "amara.okafor".into(),
                codes: shown.iter().cycle().take(10).map(ToString::to_string).collect(),
            },
        ),
    ]
}

fn channel() -> AccountChannel {
    let way = |name, title, text, is_chosen, set_up| ChannelWay { name, title, text, is_chosen, set_up };
    AccountChannel {
        layout: signed_in(),
        has_security_code: true,
        email: "amara.okafor@northgate-shipping.example".into(),
        ways: vec![
            way("email", "factor-channel-email", "factor-channel-email-text", true, None),
            way("authenticator_app", "factor-channel-app", "factor-channel-app-text", false, None),
            way(
                "passkey",
                "factor-channel-passkey",
                "factor-channel-passkey-text",
                false,
                Some("/account/passkeys"),
            ),
        ],
        has_recovery_codes: false,
        done: None,
    }
}

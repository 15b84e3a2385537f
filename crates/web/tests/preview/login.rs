//! The way in, its errors and its pauses.

use domain::device::Reauthorisation;
use web::{
    layout::Layout,
    view::{
        CodeState, DeliveryState, LockReason, Login, LoginCode, LoginLocked, LoginNotice, Reauthorised,
        Resend, TrustOffer, Welcome,
    },
};

use crate::{
    Page, page,
    sample::{DAY, NOW, code, demo, layout, minutes, more, wrong},
};

pub(crate) fn pages() -> Vec<Page> {
    let mut pages = vec![
        page("welcome", &welcome(layout())),
        page("welcome-demo", &welcome(demo())),
        page(
            "welcome-bare",
            &Welcome {
                required_from: None,
                ..welcome(Layout { contact: None, application: None, ..layout() })
            },
        ),
        page("login", &login(None)),
        page("login-idle-ended", &login(Some(LoginNotice::IdleEnded(minutes(15))))),
        page("login-total-ended", &login(Some(LoginNotice::TotalEnded(minutes(720))))),
        page("login-revoked", &login(Some(LoginNotice::Revoked))),
        page("login-attempt-expired", &login(Some(LoginNotice::AttemptExpired))),
        page("login-password-dead", &login(Some(LoginNotice::PasswordDead))),
        page("login-use-your-id", &login(Some(LoginNotice::UseYourUserId))),
        page("login-error", &login_error()),
    ];
    pages.extend(code_pages());
    pages.extend([
        page("locked-codes", &locked(LockReason::Codes(10))),
        page("locked-passwords", &locked(LockReason::Passwords)),
    ]);
    pages
}

fn code_pages() -> Vec<Page> {
    let resend_later = LoginCode { resend: Resend::NotBefore(NOW + minutes(4)), ..login_code() };
    let last = LoginCode { resend: Resend::Allowed { more: 1, within: minutes(60) }, ..login_code() };
    let state = |state| LoginCode { code: code(state, DeliveryState::HandedOver), ..login_code() };
    let delivery = |delivery| LoginCode { code: code(CodeState::Open, delivery), ..login_code() };
    vec![
        page("code", &login_code()),
        page("code-demo", &LoginCode { layout: demo(), ..login_code() }),
        page("code-queued", &delivery(DeliveryState::Queued)),
        page("code-retrying", &delivery(DeliveryState::Retrying)),
        page("code-failed", &delivery(DeliveryState::Failed)),
        page("code-expired", &state(CodeState::Expired)),
        page("code-superseded", &state(CodeState::Superseded)),
        page("code-used-up", &state(CodeState::UsedUp)),
        page(
            "code-not-sent",
            &LoginCode { resend: Resend::NotBefore(NOW + minutes(4)), ..state(CodeState::NotSent) },
        ),
        page("code-resend-later", &resend_later),
        page("code-resend-last", &last),
        page("code-error", &code_error()),
        page("code-trust-expired", &reason(Reauthorisation::Expired)),
        page("code-trust-idle", &reason(Reauthorisation::Idle)),
        page("code-trust-removed", &reason(Reauthorisation::Removed)),
        page("code-trust-key", &reason(Reauthorisation::KeyMissing)),
        page("code-trust-alarm", &reason(Reauthorisation::Alarm)),
    ]
}

fn welcome(layout: Layout) -> Welcome {
    Welcome {
        layout,
        login_href: "/login".into(),
        start_href: "/start".into(),
        required_from: Some(NOW + DAY * 14),
    }
}

fn login(notice: Option<LoginNotice>) -> Login {
    Login {
        layout: layout(),
        user_id: String::new(),
        to: String::new(),
        start_href: "/start".into(),
        notice,
        device_challenge: String::new(),
        has_passkeys: true,
    }
}

fn login_error() -> Login {
    let problems = wrong(
        "We could not log you in",
        "user-id",
        "Check your User ID and password",
        "One of the two is not right.",
    );
    Login {
        layout: layout().with_problems(problems),
        user_id: "<script>alert(1)</script>".into(),
        ..login(None)
    }
}

pub(crate) fn login_code() -> LoginCode {
    LoginCode {
        layout: layout(),
        user_id: "amara.okafor".into(),
        browser: "Firefox on Windows".into(),
        code: code(CodeState::Open, DeliveryState::HandedOver),
        typed: String::new(),
        reason: None,
        trust: Some(TrustOffer { until: NOW + DAY * 30, chosen: false, needs_key: false }),
        resend: more(),
        has_other_ways: false,
    }
}

fn code_error() -> LoginCode {
    let problems = wrong(
        "That code is not right",
        "code",
        "Enter the 6 digits from the mail marked K3",
        "These digits do not match code K3. Check that the mail says K3, not an older tag.",
    )
    .with_note("You have 3 more tries with this code. After that you will need a new one.".into());
    LoginCode {
        layout: layout().with_problems(problems),
        typed: "402 186".into(),
        trust: Some(TrustOffer { until: NOW + DAY * 30, chosen: true, needs_key: false }),
        ..login_code()
    }
}

fn reason(reason: Reauthorisation) -> LoginCode {
    LoginCode { reason: Some(Reauthorised { reason, at: NOW - DAY * 2 }), ..login_code() }
}

fn locked(reason: LockReason) -> LoginLocked {
    LoginLocked { layout: layout(), reason, until: NOW + minutes(9) }
}

//! Getting back in, step by step.

use web::{
    layout::Layout,
    view::{
        CodeState, DeliveryState, LockReason, LoginLocked, Masked, Recover, RecoverAsk, RecoverCancel,
        RecoverCode, RecoverContinue, RecoverEnd, RecoverEnded, RecoverNewPassword, RecoverSecurityCode,
        RecoverUserId, RecoverUserIdSent, RecoverWay, RecoverWhat, RecoverWhy, Resend,
    },
};

use crate::{
    Page, page,
    sample::{DAY, NOW, code, layout, minutes, more, wrong},
};

pub(crate) fn pages() -> Vec<Page> {
    let no_contact = Recover { layout: Layout { contact: None, ..layout() }, ended: false };
    let mut pages = vec![
        page("recover", &Recover { layout: layout(), ended: false }),
        page("recover-no-contact", &no_contact),
        page("recover-password", &ask(RecoverWhat::Password)),
        page("recover-unlock", &ask(RecoverWhat::Unlock)),
        page("recover-factor", &ask(RecoverWhat::Factor)),
        page("recover-ended", &Recover { layout: layout(), ended: true }),
        page("recover-user-id", &RecoverUserId { layout: layout(), email: String::new() }),
        page("recover-user-id-sent", &RecoverUserIdSent { layout: layout() }),
        page("recover-code", &recover_code(CodeState::Open)),
        page(
            "recover-code-guarded",
            &RecoverCode { why: RecoverWhy::Guarded, ..recover_code(CodeState::Open) },
        ),
        page("recover-code-expired", &recover_code(CodeState::Expired)),
        page("recover-code-used-up", &recover_code(CodeState::UsedUp)),
        page("recover-code-error", &code_error()),
        page("recover-continue", &link()),
        page("recover-cancel", &RecoverCancel { layout: layout(), token: "t".into(), due: NOW + DAY }),
        page("recover-new-password", &new_password()),
    ];
    for (name, way) in ways() {
        pages
            .push(page(name, &RecoverSecurityCode { layout: layout(), user_id: "amara.okafor".into(), way }));
    }
    for (name, end) in [
        ("recover-done", RecoverEnd::Done),
        ("recover-scheduled", RecoverEnd::Scheduled),
        ("recover-cancelled", RecoverEnd::Cancelled),
        ("recover-link-over", RecoverEnd::LinkOver),
    ] {
        pages.push(page(name, &RecoverEnded { layout: layout(), end }));
    }
    for (name, reason) in [
        ("recover-locked-mails", LockReason::Mails),
        ("recover-locked-codes", LockReason::RecoveryCodes),
        ("recover-locked-security-codes", LockReason::SecurityCodes),
    ] {
        pages.push(page(name, &LoginLocked { layout: layout(), reason, until: NOW + minutes(9) }));
    }
    pages
}

fn ask(what: RecoverWhat) -> RecoverAsk {
    RecoverAsk { layout: layout(), what, user_id: String::new() }
}

fn recover_code(state: CodeState) -> RecoverCode {
    let mut slip = code(state, DeliveryState::Queued);
    slip.masked =
        Masked { shown: String::new(), first: String::new(), last: String::new(), domain: String::new() };
    slip.delivery.url = "";
    let resend = if state == CodeState::UsedUp { Resend::NotBefore(NOW + minutes(20)) } else { more() };
    RecoverCode { layout: layout(), why: RecoverWhy::Lost, code: slip, typed: String::new(), resend }
}

fn code_error() -> RecoverCode {
    let problems = wrong(
        "That code is not right",
        "code",
        "Enter the 6 digits from the mail marked K3",
        "These digits do not match code K3.",
    );
    RecoverCode {
        layout: layout().with_problems(problems),
        typed: "402186".into(),
        ..recover_code(CodeState::Open)
    }
}

fn link() -> RecoverContinue {
    RecoverContinue {
        layout: layout(),
        token: "t".into(),
        ids: vec!["amara.okafor".into(), "a.okafor-treasury".into()],
        until: NOW + minutes(30),
    }
}

fn new_password() -> RecoverNewPassword {
    let problems = wrong(
        "Choose another password",
        "password",
        "Use at least 12 characters",
        "Use at least 12 characters",
    );
    RecoverNewPassword {
        layout: layout().with_problems(problems),
        user_id: "amara.okafor".into(),
        least_password: 12,
    }
}

fn ways() -> [(&'static str, RecoverWay); 7] {
    let waiting = RecoverWay::Waiting {
        case: "K7PM-3X9T".into(),
        vouched: 1,
        needed: 2,
        until: NOW + DAY * 3,
        has_security_code: true,
    };
    [
        ("recover-security-code", RecoverWay::SecurityCode),
        ("recover-staff", RecoverWay::Staff),
        ("recover-waiting", waiting),
        ("recover-refused", RecoverWay::Refused { case: "K7PM-3X9T".into(), has_security_code: true }),
        ("recover-approved", RecoverWay::Approved),
        ("recover-never-here", RecoverWay::NeverHere),
        ("recover-nothing", RecoverWay::NothingToRemove),
    ]
}

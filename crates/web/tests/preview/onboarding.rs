//! From existing credentials, or an invitation, to an Enterprise User ID.

use text::Text;
use web::view::{
    Announcement, ChannelWay, CodeState, DeliveryState, Done, EmailCode, Invite, InviteState, Journey,
    MakeSecurityCode, NotNow, Postpone, Problem, Profile, ReportWrong, Start, StartChannel, Step, Steps,
    UserId, WrongReported,
};

use crate::{
    Page, page,
    sample::{DAY, NOW, code, layout, minutes, more, steps, wrong},
};

const NOT_NOW: NotNow =
    NotNow { until: domain::time::Timestamp(NOW.0 + 13 * 86_400_000), href: "/postponed" };

pub(crate) fn pages() -> Vec<Page> {
    vec![
        page("start", &start(false)),
        page("start-replaced", &start(true)),
        page("start-door-open", &Start { door_open: true, ..start(false) }),
        page("start-channel", &start_channel(layout())),
        page("start-channel-nothing", &start_channel(nothing_chosen())),
        page("profile", &profile()),
        page("profile-right-to-left", &Profile { name: "דנה לוי".into(), not_now: None, ..profile() }),
        page("profile-case-open", &Profile { open_case: Some("H-4821".into()), ..profile() }),
        page(
            "enrol-profile",
            &Profile { steps: enrolment(Step::Profile), action: "/enrol/profile", ..profile() },
        ),
        page("report-wrong", &report_wrong()),
        page("report-wrong-error", &report_wrong_error()),
        page("wrong-reported", &reported(Some(NOT_NOW))),
        page("wrong-reported-due", &reported(None)),
        page("email", &email()),
        page(
            "email-expired",
            &EmailCode { code: code(CodeState::Expired, DeliveryState::HandedOver), ..email() },
        ),
        page("user-id", &user_id()),
        page("user-id-error", &user_id_error()),
        page("user-id-invited", &UserId { replaces: false, suggestions: vec![], not_now: None, ..user_id() }),
        page("security-code", &security_code()),
        page("security-code-error", &security_code_error()),
        page(
            "enrol-security-code",
            &MakeSecurityCode { steps: enrolment(Step::SecurityCode), not_now: None, ..security_code() },
        ),
        page("postpone", &postpone(true)),
        page("postpone-without-id", &postpone(false)),
        page("done", &done()),
        page("done-phase-1", &Done { codes_from: Some(NOW + DAY * 14), enrolled: false, ..done() }),
        page("invite", &invite(InviteState::Open { token: "token".into(), until: NOW + minutes(600) })),
        page("invite-closed", &invite(InviteState::Closed)),
        page("announcement", &announcement()),
    ]
}

fn enrolment(step: Step) -> Steps {
    Steps::at(Text::default(), Journey::Enrolment, step)
}

fn start(replaced: bool) -> Start {
    Start {
        layout: layout(),
        login_name: String::new(),
        to: String::new(),
        company: String::new(),
        login_href: "/login".into(),
        replaced,
        door_open: false,
    }
}

fn profile() -> Profile {
    Profile {
        layout: layout(),
        steps: steps(Step::Profile),
        action: "/start/profile",
        wrong_href: "/start/profile/wrong",
        name: "Amara Okafor".into(),
        email: "amara.okafor@northgate-shipping.example".into(),
        company: "Northgate Shipping".into(),
        open_case: None,
        not_now: Some(NOT_NOW),
    }
}

fn report_wrong() -> ReportWrong {
    ReportWrong {
        layout: layout(),
        steps: Some(steps(Step::Profile)),
        action: "/start/profile/wrong",
        back_href: "/start/profile",
        name_wrong: true,
        email_wrong: false,
        not_mine: false,
        message: "\nMy name is written <Okafor>.".into(),
    }
}

fn report_wrong_error() -> ReportWrong {
    let problems = wrong("Nothing is ticked", "wrong-name", "Tick what is wrong", "Tick at least one.");
    ReportWrong { layout: layout().with_problems(problems), name_wrong: false, ..report_wrong() }
}

fn reported(go_on: Option<NotNow>) -> WrongReported {
    WrongReported {
        layout: layout(),
        steps: Some(steps(Step::Profile)),
        case_number: "H-4821".into(),
        go_on,
        profile_href: "/start/profile",
    }
}

fn email() -> EmailCode {
    EmailCode {
        layout: layout(),
        steps: steps(Step::Email),
        action: "/start/email",
        resend_action: "/start/email/resend",
        back_href: "/start/profile",
        code: code(CodeState::Open, DeliveryState::HandedOver),
        typed: String::new(),
        resend: more(),
        not_now: Some(NOT_NOW),
    }
}

fn user_id() -> UserId {
    UserId {
        layout: layout(),
        steps: steps(Step::UserId),
        user_id: "amara.okafor".into(),
        availability: "“amara.okafor” is free".into(),
        suggestions: vec!["a.okafor".into(), "okafor.amara".into(), "amara-okafor-ngs".into()],
        least_password: 12,
        replaces: true,
        not_now: Some(NOT_NOW),
    }
}

fn user_id_error() -> UserId {
    let mut problems =
        wrong("Something has to be changed", "user-id", "Choose another User ID", "“amara.okafor” is taken.");
    problems.items.push(Problem {
        field: "password",
        summary: "Make the password longer".into(),
        detail: "It has 7 characters; it needs 12.".into(),
    });
    UserId { layout: layout().with_problems(problems), availability: String::new(), ..user_id() }
}

fn security_code() -> MakeSecurityCode {
    MakeSecurityCode {
        layout: layout(),
        steps: steps(Step::SecurityCode),
        action: "/start/security-code",
        least: 6,
        most: 9,
        not_now: Some(NOT_NOW),
    }
}

fn security_code_error() -> MakeSecurityCode {
    let problems =
        wrong("Choose another code", "security-code", "Choose other digits", "That is a run of digits.");
    MakeSecurityCode { layout: layout().with_problems(problems), ..security_code() }
}

fn postpone(has_user_id: bool) -> Postpone {
    Postpone {
        layout: layout(),
        action: "/postponed",
        back_href: "/start/security-code",
        until: NOT_NOW.until,
        has_user_id,
    }
}

fn nothing_chosen() -> web::layout::Layout {
    let pick = "Choose one of the ways";
    layout().with_problems(wrong("Nothing was chosen", "channel", pick, pick))
}

fn start_channel(layout: web::layout::Layout) -> StartChannel {
    let way =
        |name, title, text, set_up| ChannelWay { name, title, text, is_chosen: name == "email", set_up };
    StartChannel {
        layout,
        steps: steps(Step::Channel),
        email: "amara.okafor@northgate-shipping.example".into(),
        ways: vec![
            way("email", "factor-channel-email", "factor-channel-email-text", None),
            way(
                "authenticator_app",
                "factor-channel-app",
                "factor-channel-app-text",
                Some("/account/authenticator-app"),
            ),
            way(
                "passkey",
                "factor-channel-passkey",
                "factor-channel-passkey-text",
                Some("/account/passkeys"),
            ),
        ],
        to: String::new(),
    }
}

fn done() -> Done {
    Done {
        layout: layout(),
        steps: steps(Step::Done),
        user_id: "amara.okafor".into(),
        continue_href: "http://reconcile.localhost:8080/".into(),
        codes_from: None,
        enrolled: true,
    }
}

fn invite(state: InviteState) -> Invite {
    Invite { layout: layout(), state }
}

fn announcement() -> Announcement {
    Announcement {
        layout: layout(),
        phase_1_from: NOW + DAY * 20,
        continue_href: "http://reconcile.localhost:8080/".into(),
    }
}

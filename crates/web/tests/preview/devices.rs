//! Previews: a device's name, removing all of them, and "this was not me" in its states.

use app::not_me::Purpose;
use web::view::{
    Browser, BrowserKind, DeviceRow, LoginCode, NotMe, NotMeDone, NotMeOver, RemoveAllDevices, RenameDevice,
    TrustOffer,
};

use crate::{
    Page, login, page,
    sample::{DAY, NOW, layout, minutes, signed_in, wrong},
};

pub(crate) fn pages() -> Vec<Page> {
    let needs_key = LoginCode {
        trust: Some(TrustOffer { until: NOW + DAY * 30, chosen: false, needs_key: true }),
        ..login::login_code()
    };
    vec![
        page("code-trust-needs-key", &needs_key),
        page("device-rename", &rename()),
        page("device-rename-error", &rename_error()),
        page("device-remove-all", &RemoveAllDevices { layout: signed_in() }),
        page("not-me-login", &not_me(Purpose::Login)),
        page("not-me-onboarding", &not_me(Purpose::Onboarding)),
        page("not-me-recovery", &not_me(Purpose::Recovery)),
        page("not-me-done-password", &done(Purpose::Login, true)),
        page("not-me-done-changed", &done(Purpose::Login, false)),
        page("not-me-done-onboarding", &done(Purpose::Onboarding, false)),
        page("not-me-done-recovery", &done(Purpose::Recovery, false)),
        page("not-me-over", &NotMeOver { layout: layout() }),
    ]
}

fn rename() -> RenameDevice {
    let device = DeviceRow {
        id: "device-1".into(),
        browser: Browser { name: "Office laptop".into(), kind: BrowserKind::Computer },
        software: "Firefox on Windows".into(),
        network: "203.0.113.7".into(),
        is_bound: true,
        is_this: true,
        first_seen: NOW - DAY * 4,
        last_used: NOW - minutes(3),
        trusted_until: NOW + DAY * 26,
    };
    RenameDevice { layout: signed_in(), typed: "Office laptop".into(), device }
}

fn rename_error() -> RenameDevice {
    let problems = wrong(
        "The name was not saved",
        "name",
        "Enter a name for this device",
        "A name has 1 to 60 characters.",
    );
    RenameDevice { layout: signed_in().with_problems(problems), typed: String::new(), ..rename() }
}

fn not_me(purpose: Purpose) -> NotMe {
    let at = NOW - minutes(20);
    NotMe { layout: layout(), token: "A".repeat(43), purpose, at, browser: "Chrome on Windows".into() }
}

fn done(purpose: Purpose, password_dead: bool) -> NotMeDone {
    NotMeDone { layout: layout(), purpose, password_dead }
}

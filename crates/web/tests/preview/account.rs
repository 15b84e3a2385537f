//! The signed-in user's pages, the way out, help and errors.

use text::Text;
use web::view::{
    Account, AccountDevices, AccountFact, AccountSection, Browser, BrowserKind, ContactCard, Contacts,
    DeviceRow, EndReason, ErrorKind, ErrorPage, Help, HelpQuestion, HelpTopic, Kept, LoggedOut, Logout,
    Privacy, RegionContacts, RemoveDevice, SessionRow,
};

use crate::{
    Page, page,
    sample::{DAY, NOW, contact, layout, minutes, signed_in},
};

pub(crate) fn pages() -> Vec<Page> {
    let without_id =
        Account { company: None, open_case: Some("K7PM-3X9T".into()), removal_due: Some(NOW), ..account() };
    let bare = AccountDevices {
        devices: vec![],
        done: Some("Safari on iPhone is no longer trusted.".into()),
        ..devices()
    };
    let mut pages = vec![
        page("account", &account()),
        page("account-without-id", &without_id),
        page("account-devices", &devices()),
        page("account-devices-none", &bare),
        page("remove-device", &RemoveDevice { layout: signed_in(), device: device(true) }),
        page("remove-other-device", &RemoveDevice { layout: signed_in(), device: device(false) }),
        page("logout", &Logout { layout: layout(), back_href: "http://reconcile.localhost:8080/".into() }),
        page("logged-out", &logged_out(EndReason::LoggedOut)),
        page("not-logged-in", &logged_out(EndReason::NotLoggedIn)),
        page("help", &help()),
        page("contacts", &contacts(vec![region("Europe and Asia-Pacific"), region("Latin America")])),
        page("contacts-none", &contacts(vec![])),
        page("privacy", &privacy()),
    ];
    pages.extend(ErrorKind::ALL.into_iter().map(error));
    pages
}

fn account() -> Account {
    Account {
        layout: signed_in(),
        name: "Amara Okafor".into(),
        email: "amara.okafor@northgate-shipping.example".into(),
        company: Some("Northgate Shipping".into()),
        open_case: None,
        removal_due: None,
        sections: vec![
            section(
                "account-section-login",
                &[
                    ("Enterprise User ID", "amara.okafor", None),
                    ("Password", "Made on 17 November 2026", Some(("/account/password", "account-change"))),
                ],
            ),
            section(
                "account-section-where",
                &[("Trusted Devices", "2 of 10", Some(("/account/devices", "account-look")))],
            ),
        ],
    }
}

/// A name, a value, and where it is changed: a page and the message that names the way there.
type Fact<'a> = (&'a str, &'a str, Option<(&'static str, &'static str)>);

fn section(title: &'static str, facts: &[Fact<'_>]) -> AccountSection {
    let fact = |(name, value, link): &(&str, &str, _)| AccountFact {
        name: (*name).into(),
        value: (*value).into(),
        link: *link,
    };
    AccountSection { title, facts: facts.iter().map(fact).collect() }
}

fn devices() -> AccountDevices {
    AccountDevices {
        layout: signed_in(),
        devices: vec![device(true), device(false)],
        most: 10,
        sessions: vec![session(true), session(false)],
        done: None,
    }
}

fn browser(is_this: bool) -> Browser {
    if is_this {
        Browser { name: "Firefox on Windows".into(), kind: BrowserKind::Computer }
    } else {
        Browser { name: "Safari on iPhone".into(), kind: BrowserKind::Phone }
    }
}

fn device(is_this: bool) -> DeviceRow {
    DeviceRow {
        id: format!("device-{is_this}"),
        browser: browser(is_this),
        software: if is_this { "Firefox on Windows" } else { "Safari on iPhone" }.into(),
        network: "203.0.113.7".into(),
        is_bound: is_this,
        is_this,
        first_seen: NOW - DAY * 4,
        last_used: NOW - minutes(if is_this { 1 } else { 1_000 }),
        trusted_until: NOW + DAY * 26,
    }
}

fn session(is_this: bool) -> SessionRow {
    SessionRow {
        id: format!("session-{is_this}"),
        browser: browser(is_this),
        is_this,
        since: NOW - minutes(70),
        last_used: NOW - minutes(2),
        ends_at: NOW + minutes(650),
    }
}

fn logged_out(reason: EndReason) -> LoggedOut {
    LoggedOut { layout: layout(), reason, still_trusted: reason == EndReason::LoggedOut }
}

fn help() -> Help {
    let question =
        |id, title, answer| HelpQuestion { id, title, answer: Text::default().message(answer).html() };
    Help {
        layout: layout(),
        topics: vec![
            HelpTopic {
                id: "change",
                title: "help-change",
                questions: vec![
                    question("why", "help-why-q", "help-why-a"),
                    question("old", "help-old-q", "help-old-a"),
                ],
            },
            HelpTopic {
                id: "stuck",
                title: "help-stuck",
                questions: vec![question("locked", "help-locked-q", "help-locked-a")],
            },
        ],
    }
}

fn privacy() -> Privacy {
    Privacy {
        layout: layout(),
        audit_retention: DAY * 400,
        trust_lifetime: DAY * 30,
        session_total: minutes(720),
        code_lifetime: minutes(10),
        link_lifetime: DAY * 10,
        attempt_lifetime: minutes(60),
        recovery_lifetime: minutes(60),
        waiting_lifetime: DAY * 3,
        recovery_kept: DAY * 31,
    }
}

fn contacts(regions: Vec<RegionContacts>) -> Contacts {
    Contacts { layout: layout(), regions }
}

fn region(name: &str) -> RegionContacts {
    RegionContacts {
        region: name.into(),
        is_own: name.starts_with('E'),
        countries: vec!["Netherlands".into(), "Norway".into()],
        cards: vec![card(false, &[]), card(false, &["Netherlands", "Norway"]), card(true, &[])],
    }
}

fn card(for_administrators: bool, countries: &[&str]) -> ContactCard {
    let countries = countries.iter().map(|&country| country.into()).collect();
    ContactCard { for_administrators, countries, contact: contact() }
}

fn error(kind: ErrorKind) -> Page {
    let name: &'static str = format!("error-{kind:?}").split('(').next().unwrap().to_lowercase().leak();
    let kept = match kind {
        ErrorKind::Busy(_) => vec![Kept { label: "Enterprise User ID".into(), value: "amara.okafor".into() }],
        _ => vec![],
    };
    let view =
        ErrorPage { layout: layout(), kind, reference: "7F3A-90C2".into(), kept, back_href: String::new() };
    page(name, &view)
}

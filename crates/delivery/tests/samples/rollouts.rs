//! Every mail of a rollout, and how its reminders are stopped.

use std::time::Duration;

use delivery::mail::{Mail, RolloutEnd, RolloutMail, RolloutNews, RolloutNumbers, RolloutWay};
use domain::rollout::Rollout;

use crate::{
    parse,
    samples::{ASKED, code, letter, render},
};

/// Every mail of a rollout, to each kind of reader.
pub(crate) fn every() -> Vec<Mail> {
    let day = Duration::from_secs(86_400);
    let page = |path: &str| format!("https://login.harbour-reconcile.example{path}");
    let dates = Rollout {
        phase1_at: Some(ASKED + day * 7),
        phase2_at: Some(ASKED + day * 37),
        deadline_at: Some(ASKED + day * 67),
        cutoff_at: Some(ASKED + day * 97),
    };
    let existing = RolloutWay::Existing { link: page("/start") };
    let login = RolloutWay::Login { link: page("/login") };
    let invitation =
        RolloutWay::Invitation { link: page("/invite?token=s3cr3t").into(), until: ASKED + day * 3 };
    let help = RolloutWay::Help { link: page("/help") };
    let ways = [
        (RolloutNews::Announce, help.clone(), true),
        (RolloutNews::Announce, help, false),
        (RolloutNews::Phase1, existing.clone(), true),
        (RolloutNews::Phase1, invitation, false),
        (RolloutNews::Phase2, login.clone(), true),
        (RolloutNews::Phase2, existing.clone(), true),
        (RolloutNews::Reminder, existing.clone(), true),
        (RolloutNews::Reminder, login.clone(), true),
        (RolloutNews::DeadlineNotice, login, true),
        (RolloutNews::CutOffNotice, existing, true),
    ];
    let numbers = |end| {
        let company = "Northgate Shipping".to_owned();
        Mail::RolloutNumbers(RolloutNumbers {
            end,
            company,
            people: 420,
            id_made: 401,
            enrolled: 390,
            bounced: 3,
        })
    };
    let mails = ways.into_iter().map(|(news, way, has_login)| {
        let stop = page("/stop-reminders?token=s3cr3t").into();
        let company = "Northgate Shipping".to_owned();
        Mail::Rollout(RolloutMail { news, company, dates, has_login, way, stop, at: ASKED })
    });
    mails.chain([RolloutEnd::Deadline, RolloutEnd::CutOff].map(numbers)).collect()
}

/// Somebody's words where a rollout has names.
pub(crate) fn with(words: &str) -> [Mail; 2] {
    let (at, link) = (ASKED, "https://login.harbour-reconcile.example/");
    let own = || words.to_owned();
    [
        Mail::Rollout(RolloutMail {
            news: RolloutNews::DeadlineNotice,
            company: own(),
            dates: Rollout { deadline_at: Some(at), ..Rollout::default() },
            has_login: true,
            way: RolloutWay::Existing { link: link.to_owned() },
            stop: link.into(),
            at,
        }),
        Mail::RolloutNumbers(RolloutNumbers {
            end: RolloutEnd::CutOff,
            company: own(),
            people: 1,
            id_made: 0,
            enrolled: 0,
            bounced: 0,
        }),
    ]
}

/// RFC 8058: both headers together, and the same link as in the mail. The last notice cannot be stopped.
#[test]
fn mails_of_a_rollout_are_stopped_with_one_click() {
    let mut stoppable = 0;
    for mail in every() {
        let Mail::Rollout(RolloutMail { news, .. }) = &mail else { continue };
        let regardless = matches!(news, RolloutNews::DeadlineNotice | RolloutNews::CutOffNotice);
        let sent = render(&letter(mail.clone()));
        let message = parse(sent.content());
        let raw = |name| message.header_raw(name).map(|value| value.replace(['\r', '\n', ' '], ""));
        let link = "https://login.harbour-reconcile.example/stop-reminders?token=s3cr3t";
        assert_eq!(raw("List-Unsubscribe").is_some(), !regardless, "{news:?}");
        assert_eq!(sent.text().contains(link) && sent.html().contains(link), !regardless, "{news:?}");
        if !regardless {
            assert_eq!(raw("List-Unsubscribe"), Some(format!("<{link}>")));
            assert_eq!(raw("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
            stoppable += 1;
        }
    }
    assert_eq!(stoppable, 8);
    let code = render(&letter(Mail::LoginCode(code())));
    assert_eq!(parse(code.content()).header_raw("List-Unsubscribe"), None, "codes are no list");
}

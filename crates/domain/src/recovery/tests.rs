use std::fmt::Write as _;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    id::{CaseId, UserId},
    proof::{KnowledgeMethod, MailboxMethod},
    time::Timestamp,
};

const USER: UserId = UserId(Uuid::from_u128(1));
const STRANGER: UserId = UserId(Uuid::from_u128(2));

fn mailbox(method: MailboxMethod) -> Proof<Mailbox> {
    Proof::danger_mint(USER, method, Timestamp(1))
}
fn knowledge(user: UserId, method: KnowledgeMethod) -> Proof<Knowledge> {
    Proof::danger_mint(user, method, Timestamp(2))
}

fn states() -> Vec<(String, Recovery)> {
    let code = mailbox(MailboxMethod::Code);
    let mut states = vec![];
    for goal in Goal::ALL {
        states.push((format!("mailbox, {goal:?}"), Recovery::ProveMailbox { goal, misses: 0 }));
    }
    for goal in [Goal::Password, Goal::Factor] {
        states.push((
            format!("knowledge, {goal:?}"),
            Recovery::ProveKnowledge { goal, mailbox: code, misses: 0 },
        ));
    }
    let known = knowledge(USER, KnowledgeMethod::SecurityCode);
    states.push(("door open".into(), Recovery::DoorOpen { mailbox: code }));
    states.push(("password".into(), Recovery::ChoosePassword { mailbox: code, knowledge: known }));
    states.push(("completed".into(), Recovery::Completed));
    states.push(("scheduled".into(), Recovery::Scheduled));
    states.push(("ended".into(), Recovery::Ended));
    states
}

fn events() -> Vec<(&'static str, RecoveryEvent)> {
    let approval = KnowledgeMethod::Approval(CaseId(Uuid::from_u128(9)));
    vec![
        ("mailed code", RecoveryEvent::MailboxProven(mailbox(MailboxMethod::Code))),
        ("mailed link", RecoveryEvent::MailboxProven(mailbox(MailboxMethod::Link))),
        ("wrong mailed code", RecoveryEvent::MailboxFailed),
        ("security code", RecoveryEvent::KnowledgeProven(knowledge(USER, KnowledgeMethod::SecurityCode))),
        ("approval", RecoveryEvent::KnowledgeProven(knowledge(USER, approval))),
        (
            "another's code",
            RecoveryEvent::KnowledgeProven(knowledge(STRANGER, KnowledgeMethod::SecurityCode)),
        ),
        ("wrong security code", RecoveryEvent::KnowledgeFailed),
        ("new password", RecoveryEvent::PasswordChosen),
        ("end", RecoveryEvent::End),
    ]
}

fn name(state: &Recovery) -> String {
    match state {
        Recovery::ProveMailbox { goal, misses } => format!("mailbox ({goal:?}, {misses} misses)"),
        Recovery::DoorOpen { .. } => "door open".into(),
        Recovery::ProveKnowledge { goal, misses, .. } => format!("knowledge ({goal:?}, {misses} misses)"),
        Recovery::ChoosePassword { .. } => "password".into(),
        Recovery::Completed => "completed".into(),
        Recovery::Scheduled => "scheduled".into(),
        Recovery::Ended => "ended".into(),
    }
}

#[test]
fn every_state_with_every_event() {
    let mut table = String::new();
    for (from, state) in states() {
        for (event_name, event) in events() {
            let outcome = match state.step(event) {
                Ok((next, effects)) => format!("{} {effects:?}", name(&next)),
                Err(NotAllowed) => "not allowed".into(),
            };
            writeln!(table, "{from:<20} {event_name:<20} {outcome}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

proptest! {
    /// Whatever comes in whatever order, a new password rests on the mailbox, and after it on the security code or staff.
    #[test]
    fn no_password_is_replaced_without_both_proofs(
        goal in prop::sample::select(&Goal::ALL[..]),
        order in prop::collection::vec(0_usize..9, 0..40),
    ) {
        let all = events();
        let mut state = Recovery::ProveMailbox { goal, misses: 0 };
        let mut proven = Vec::new();
        for index in order {
            let event = all[index].1;
            let Ok((next, effects)) = state.step(event) else { continue };
            match event {
                RecoveryEvent::MailboxProven(_) => proven.push("mailbox"),
                RecoveryEvent::KnowledgeProven(_) => proven.push("knowledge"),
                _ => {}
            }
            for effect in effects {
                if effect != RecoveryEffect::NotifyStarted {
                    prop_assert_eq!(&proven, &["mailbox", "knowledge"]);
                    prop_assert!(goal != Goal::OpenDoor);
                }
            }
            state = next;
        }
    }
}

//! A recovery's state as columns, and back: one exhaustive match each way.

use domain::{
    proof::{Knowledge, KnowledgeMethod, Mailbox, MailboxMethod, Proof},
    recovery::{Goal, Recovery},
    time::Timestamp,
};

use super::Row;
use crate::error::StoreError;

/// The columns of a recovery's state.
#[derive(Default)]
pub(super) struct StateColumns {
    pub(super) state: &'static str,
    pub(super) mailbox_method: Option<&'static str>,
    pub(super) mailbox_at: Option<Timestamp>,
    pub(super) knowledge_method: Option<&'static str>,
    pub(super) knowledge_at: Option<Timestamp>,
    pub(super) misses: u32,
}

pub(super) fn state_columns(state: &Recovery) -> StateColumns {
    let named = |state| StateColumns { state, ..StateColumns::default() };
    let behind = |state, mailbox: Proof<Mailbox>| StateColumns {
        mailbox_method: Some(mailbox_name(mailbox.method())),
        mailbox_at: Some(mailbox.at()),
        ..named(state)
    };
    match *state {
        Recovery::ProveMailbox { misses, .. } => StateColumns { misses, ..named("mailbox") },
        Recovery::DoorOpen { mailbox } => behind("door_open", mailbox),
        Recovery::ProveKnowledge { mailbox, misses, .. } => {
            StateColumns { misses, ..behind("knowledge", mailbox) }
        }
        Recovery::ChoosePassword { mailbox, knowledge } => StateColumns {
            knowledge_method: Some(knowledge_name(knowledge.method())),
            knowledge_at: Some(knowledge.at()),
            ..behind("password", mailbox)
        },
        Recovery::Completed => named("completed"),
        Recovery::Scheduled => named("scheduled"),
        Recovery::Ended => named("ended"),
    }
}

pub(super) fn machine(row: &Row, goal: Goal) -> Result<Recovery, StoreError> {
    let misses = u32::try_from(row.misses).unwrap_or(u32::MAX);
    match row.state.as_str() {
        "mailbox" => Ok(Recovery::ProveMailbox { goal, misses }),
        "door_open" => Ok(Recovery::DoorOpen { mailbox: mailbox(row)? }),
        "knowledge" => Ok(Recovery::ProveKnowledge { goal, mailbox: mailbox(row)?, misses }),
        "password" => Ok(Recovery::ChoosePassword { mailbox: mailbox(row)?, knowledge: knowledge(row)? }),
        "completed" => Ok(Recovery::Completed),
        "scheduled" => Ok(Recovery::Scheduled),
        "ended" => Ok(Recovery::Ended),
        _ => Err(StoreError::inconsistent("recoveries", "unknown state")),
    }
}

fn mailbox(row: &Row) -> Result<Proof<Mailbox>, StoreError> {
    let method = match row.mailbox_method.as_deref() {
        Some("code") => MailboxMethod::Code,
        Some("link") => MailboxMethod::Link,
        _ => return Err(StoreError::inconsistent("recoveries", "unknown mailbox_method")),
    };
    let missing = || StoreError::inconsistent("recoveries", "half a mailbox proof");
    let (user, at) = (row.user_id.ok_or_else(missing)?.0, row.mailbox_at.ok_or_else(missing)?);
    Ok(Proof::danger_mint(user, method, Timestamp(at)))
}

fn knowledge(row: &Row) -> Result<Proof<Knowledge>, StoreError> {
    let method = match (row.knowledge_method.as_deref(), row.case_id) {
        (Some("security_code"), _) => KnowledgeMethod::SecurityCode,
        (Some("approval"), Some(case)) => KnowledgeMethod::Approval(case.0),
        _ => return Err(StoreError::inconsistent("recoveries", "unknown knowledge_method")),
    };
    let missing = || StoreError::inconsistent("recoveries", "half a proof of knowledge");
    let (user, at) = (row.user_id.ok_or_else(missing)?.0, row.knowledge_at.ok_or_else(missing)?);
    Ok(Proof::danger_mint(user, method, Timestamp(at)))
}

const fn mailbox_name(method: MailboxMethod) -> &'static str {
    match method {
        MailboxMethod::Code => "code",
        MailboxMethod::Link => "link",
    }
}

const fn knowledge_name(method: KnowledgeMethod) -> &'static str {
    match method {
        KnowledgeMethod::SecurityCode => "security_code",
        KnowledgeMethod::Approval(_) => "approval",
    }
}

pub(super) const fn goal_name(goal: Goal) -> &'static str {
    match goal {
        Goal::OpenDoor => "open_door",
        Goal::Password => "password",
        Goal::Factor => "factor",
    }
}

pub(super) fn goal_named(name: &str) -> Result<Goal, StoreError> {
    match name {
        "open_door" => Ok(Goal::OpenDoor),
        "password" => Ok(Goal::Password),
        "factor" => Ok(Goal::Factor),
        _ => Err(StoreError::inconsistent("recoveries", "unknown goal")),
    }
}

//! Recovery as a typed machine: the stored mailbox first, and only then what its owner alone knows.
//!
//! A recovery never signs anybody in: its proofs are of other kinds than a login's, so no [`Assurance`](crate::proof::Assurance)
//! can be made of them. It begins with a request about which nothing is known yet, not even whether there is such a person.

use serde::{Deserialize, Serialize};

use crate::{
    enrolment::NotAllowed,
    proof::{Knowledge, Mailbox, Proof},
};

/// What the mailed code was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// An unknown browser, after too many wrong passwords from anywhere: the password is looked at only behind the mailed code.
    OpenDoor,
    /// A new password: it was forgotten, or the account is locked.
    Password,
    /// An authenticator app or passkey was lost.
    Factor,
}

impl Goal {
    /// All goals.
    pub const ALL: [Self; 3] = [Self::OpenDoor, Self::Password, Self::Factor];
}

/// Where a recovery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recovery {
    /// A code goes to the stored address, if there is one. The page looks the same if there is none.
    ProveMailbox {
        /// What for.
        goal: Goal,
        /// Wrong codes so far.
        misses: u32,
    },
    /// This browser may try passwords for that name again.
    DoorOpen {
        /// The mailbox.
        mailbox: Proof<Mailbox>,
    },
    /// The security code is asked for, or what stands in for it.
    ProveKnowledge {
        /// What for.
        goal: Goal,
        /// The mailbox.
        mailbox: Proof<Mailbox>,
        /// Wrong security codes so far.
        misses: u32,
    },
    /// Both proofs are there: the new password is asked for.
    ChoosePassword {
        /// The mailbox.
        mailbox: Proof<Mailbox>,
        /// The security code, or what stood in for it.
        knowledge: Proof<Knowledge>,
    },
    /// Done: the new password is stored. Nobody is signed in.
    Completed,
    /// Done: the lost factor will be removed after the delay, unless its owner objects.
    Scheduled,
    /// Over without a result.
    Ended,
}

/// What can happen to a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryEvent {
    /// The mailed code was right on the browser that asked, or the mailed link was followed and confirmed.
    MailboxProven(Proof<Mailbox>),
    /// The mailed code was wrong.
    MailboxFailed,
    /// The security code was right, or an approved case stands in for it.
    KnowledgeProven(Proof<Knowledge>),
    /// The security code was wrong.
    KnowledgeFailed,
    /// A sound new password was typed.
    PasswordChosen,
    /// Given up, or ended by an event of the revocation matrix.
    End,
}

/// What has to be done in the transaction that saves the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecoveryEffect {
    /// Tell the owner that a recovery is under way.
    NotifyStarted,
    /// Store the new password, end what the revocation matrix says, clear the counters, tell every known address.
    ReplacePassword,
    /// Remove the lost factor after the delay, and tell how to stop it.
    ScheduleFactorRemoval,
}

impl Recovery {
    /// One step.
    ///
    /// # Errors
    /// [`NotAllowed`] when the event does not fit the state, or a proof is of another user.
    pub fn step(self, event: RecoveryEvent) -> Result<(Self, Vec<RecoveryEffect>), NotAllowed> {
        use RecoveryEvent::{
            End, KnowledgeFailed, KnowledgeProven, MailboxFailed, MailboxProven, PasswordChosen,
        };
        match (self, event) {
            (Self::ProveMailbox { goal, .. }, MailboxProven(mailbox)) => {
                Ok(Self::after_mailbox(goal, mailbox))
            }
            (Self::ProveMailbox { goal, misses }, MailboxFailed) => {
                Ok((Self::ProveMailbox { goal, misses: misses.saturating_add(1) }, vec![]))
            }
            (Self::ProveKnowledge { goal, mailbox, .. }, KnowledgeProven(knowledge)) => {
                if mailbox.user() != knowledge.user() {
                    return Err(NotAllowed);
                }
                Ok(Self::after_knowledge(goal, mailbox, knowledge))
            }
            (Self::ProveKnowledge { goal, mailbox, misses }, KnowledgeFailed) => {
                Ok((Self::ProveKnowledge { goal, mailbox, misses: misses.saturating_add(1) }, vec![]))
            }
            (Self::ChoosePassword { .. }, PasswordChosen) => {
                Ok((Self::Completed, vec![RecoveryEffect::ReplacePassword]))
            }
            (
                Self::ProveMailbox { .. }
                | Self::DoorOpen { .. }
                | Self::ProveKnowledge { .. }
                | Self::ChoosePassword { .. },
                End,
            ) => Ok((Self::Ended, vec![])),
            (Self::ProveMailbox { .. }, KnowledgeProven(_) | KnowledgeFailed | PasswordChosen)
            | (Self::ProveKnowledge { .. }, MailboxProven(_) | MailboxFailed | PasswordChosen)
            | (
                Self::ChoosePassword { .. },
                MailboxProven(_) | MailboxFailed | KnowledgeProven(_) | KnowledgeFailed,
            )
            | (
                Self::DoorOpen { .. },
                MailboxProven(_) | MailboxFailed | KnowledgeProven(_) | KnowledgeFailed | PasswordChosen,
            )
            | (
                Self::Completed | Self::Scheduled | Self::Ended,
                MailboxProven(_) | MailboxFailed | KnowledgeProven(_) | KnowledgeFailed | PasswordChosen
                | End,
            ) => Err(NotAllowed),
        }
    }

    fn after_mailbox(goal: Goal, mailbox: Proof<Mailbox>) -> (Self, Vec<RecoveryEffect>) {
        match goal {
            Goal::OpenDoor => (Self::DoorOpen { mailbox }, vec![]),
            Goal::Password | Goal::Factor => {
                (Self::ProveKnowledge { goal, mailbox, misses: 0 }, vec![RecoveryEffect::NotifyStarted])
            }
        }
    }

    fn after_knowledge(
        goal: Goal,
        mailbox: Proof<Mailbox>,
        knowledge: Proof<Knowledge>,
    ) -> (Self, Vec<RecoveryEffect>) {
        match goal {
            Goal::Factor => (Self::Scheduled, vec![RecoveryEffect::ScheduleFactorRemoval]),
            Goal::OpenDoor | Goal::Password => (Self::ChoosePassword { mailbox, knowledge }, vec![]),
        }
    }
}

#[cfg(test)]
mod tests;

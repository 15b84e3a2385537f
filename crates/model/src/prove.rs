//! The one place of the model where proofs are made: from a secret that the browser really showed, as `crypto::verify` does.

use domain::{
    id::{CaseId, DeviceId, UserId},
    proof::{
        First, FirstMethod, Knowledge, KnowledgeMethod, Mailbox, MailboxMethod, Proof, Second, SecondMethod,
    },
    time::Timestamp,
};
use uuid::Uuid;

/// The owner of the account.
pub(crate) const USER: UserId = UserId(Uuid::from_u128(1));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));
const CASE: CaseId = CaseId(Uuid::from_u128(3));

pub(crate) fn first(method: FirstMethod, now: Timestamp) -> Proof<First> {
    Proof::danger_mint(USER, method, now)
}

pub(crate) fn second(method: SecondMethod, now: Timestamp) -> Proof<Second> {
    Proof::danger_mint(USER, method, now)
}

pub(crate) fn device(now: Timestamp) -> Proof<Second> {
    second(SecondMethod::TrustedDevice(DEVICE), now)
}

pub(crate) fn mailbox(now: Timestamp) -> Proof<Mailbox> {
    Proof::danger_mint(USER, MailboxMethod::Code, now)
}

pub(crate) fn security_code(now: Timestamp) -> Proof<Knowledge> {
    Proof::danger_mint(USER, KnowledgeMethod::SecurityCode, now)
}

pub(crate) fn approval(now: Timestamp) -> Proof<Knowledge> {
    Proof::danger_mint(USER, KnowledgeMethod::Approval(CASE), now)
}

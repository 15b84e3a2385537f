//! What the business means: identifiers, policy, the login, onboarding and enrolment machines, outcomes and audit events.
//!
//! Nothing here does IO, awaits, reads a clock or draws a random number, so every rule can be tested at any moment.

pub mod access;
pub mod audit;
pub mod budget;
pub mod enrolment;
pub mod id;
pub mod login;
pub mod onboarding;
pub mod otp;
pub mod proof;
pub mod revocation;
pub mod role;
pub mod rollout;
pub mod time;

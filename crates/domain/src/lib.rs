//! What the business means: identifiers, policy, the login, onboarding and enrolment machines, outcomes and audit events.
//!
//! Nothing here does IO, awaits, reads a clock or draws a random number, so every rule can be tested at any moment.

pub mod id;
pub mod time;

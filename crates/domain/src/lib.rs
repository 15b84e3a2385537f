//! What the business means: identifiers, policy, the login, onboarding and enrolment machines, outcomes and audit events.
//!
//! Nothing here does IO, awaits, reads a clock or draws a random number, so every rule can be tested at any moment.

#[cfg(all(feature = "planted-bug", not(debug_assertions)))]
compile_error!("planted-bug is a mistake for the model check to find: it is never built for use");

pub mod access;
pub mod approval;
pub mod attempt;
pub mod audit;
pub mod budget;
pub mod device;
pub mod directory;
pub mod enrolment;
pub mod enterprise_user_id;
pub mod factor;
pub mod id;
pub mod login;
pub mod mask;
pub mod onboarding;
pub mod otp;
pub mod password;
pub mod path_rule;
pub mod policy;
pub mod proof;
pub mod recovery;
pub mod revocation;
pub mod role;
pub mod rollout;
pub mod security_code;
pub mod session;
pub mod time;

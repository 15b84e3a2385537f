//! An exhaustive check of login, onboarding, enrolment, recovery, device trust and the account page.
//!
//! Two people share one account's world: its owner and an intruder who holds one or two of the owner's secrets, each with a
//! browser. The checker tries every order of their requests, with requests of two browser tabs or nodes half-way at the same
//! time, and lets the clock tick between any two of them. Whatever decides is the product's own: the `step` functions of the
//! machines, [`domain::access::admission`], [`domain::device::recognise`], [`domain::factor::Offer`], [`domain::budget`],
//! [`domain::revocation::ends`] and [`domain::proof::Assurance`]. What surrounds them (cookies, rows with a version, codes that
//! are spent once) is modelled here, and as permissive as can be: pages do not check which step is open, so that nothing but
//! the machine refuses. What the surroundings take for granted is shown by black-box tests of the server.
//!
//! [`spec`] says, apart from the product's code, which proofs each outcome needs.

mod account;
mod attempts;
mod check;
mod devices;
mod moves;
mod prove;
mod recoveries;
mod requests;
mod revoke;
mod scene;
mod spec;
mod world;

pub use check::{Found, Reach, explore, outcomes, prizes};
pub use scene::{SCENES, Scene};
pub use spec::Breach;
pub use world::{Holdings, Who};

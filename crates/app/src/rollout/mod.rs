//! What a company's rollout does by itself: the parts of the worker that `run_rollouts` puts together.

pub(crate) mod act;
pub(crate) mod letter;
pub(crate) mod round;
pub(crate) mod write;

use std::time::Duration;

/// One node works on rollouts at a time; another goes on when it has not been heard of for so long.
const LEASE: Duration = Duration::from_mins(1);
/// The duty's name.
pub(crate) const DUTY: &str = "rollouts";

//! The demo's clock: the machine's, moved forward by whoever tries things out.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::time::{Clock, Timestamp, millis};

use crate::system::SystemClock;

/// Shared by everything in the demo.
#[derive(Debug, Clone, Default)]
pub struct DemoClock(Arc<AtomicI64>);

impl DemoClock {
    /// Moves forward.
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(millis(span), Ordering::SeqCst);
    }

    /// Shows the machine's time again.
    pub fn reset(&self) {
        self.0.store(0, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0.saturating_add(self.0.load(Ordering::SeqCst)))
    }
}

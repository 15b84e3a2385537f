//! One at a time for each key: whoever is about to wait for a row of the database waits here instead, without a connection.
//!
//! Requests that want the same row are answered one after the other anyhow. If they waited inside the database, a stranger's
//! many guesses at one login would hold every connection of the node, and everybody else would be turned away.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

/// By what is waited for: the digest of a login's or recovery's token, or the name of a counter.
type Lanes = Mutex<HashMap<Box<[u8]>, Arc<tokio::sync::Mutex<()>>>>;

/// The lanes in which somebody is, or waits.
#[derive(Debug, Default)]
pub(crate) struct Turnstile(Arc<Lanes>);

/// The place at the front of one lane; the next in line goes on when it is dropped.
#[derive(Debug)]
pub(crate) struct Passage {
    lanes: Arc<Lanes>,
    key: Box<[u8]>,
    place: Option<OwnedMutexGuard<()>>,
}

impl Turnstile {
    /// Waits for everybody who came before with the same key, in their order.
    pub(crate) async fn enter(&self, key: &[u8]) -> Passage {
        let mut passage = Passage { lanes: Arc::clone(&self.0), key: key.into(), place: None };
        let lane = {
            let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lanes.entry(key.into()).or_default())
        };
        passage.place = Some(lane.lock_owned().await);
        passage
    }

    #[cfg(test)]
    fn lanes(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Passage {
    /// Takes an empty lane away. Whoever waits holds a share of it, and shares are handed out under the same lock.
    fn drop(&mut self) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        self.place = None;
        if lanes.get(&self.key).is_some_and(|lane| Arc::strong_count(lane) == 1) {
            lanes.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Waker},
    };

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_at_a_time_with_the_same_key() {
        let turnstile = Arc::new(Turnstile::default());
        let inside = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..100)
            .map(|number: u8| {
                let (turnstile, inside) = (Arc::clone(&turnstile), Arc::clone(&inside));
                tokio::spawn(async move {
                    let _passage = turnstile.enter(&[0]).await;
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "number {number} is not alone");
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(turnstile.lanes(), 0, "an empty lane is taken away");
    }

    #[tokio::test]
    async fn other_keys_do_not_wait_and_who_goes_away_leaves_the_line() {
        let turnstile = Turnstile::default();
        let first = turnstile.enter(&[1]).await;
        let _other = turnstile.enter(&[2]).await;
        let mut waiting = Box::pin(turnstile.enter(&[1]));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        drop(first);
        drop(waiting);
        let _again = turnstile.enter(&[1]).await;
        assert_eq!(turnstile.lanes(), 2);
    }
}

//! Hashing as logins do it, against bare Argon2id with the same parameters on as many threads.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use crypto::{hashing::Hasher, keyring::Key, random::SystemRandom};
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use crate::{
    RUNS,
    bound::{self, COST},
    report::{Aim, Line, median},
};

/// Hashes by each client in one run.
const HASHES: u32 = 60;

/// Longer than anything waits here, so that nobody is turned away.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures both sides on as many threads as the machine has cores.
///
/// # Errors
/// When a hash fails.
pub(crate) async fn measure() -> Result<Vec<Line>> {
    let permits = bound::permits();
    let hasher = Hasher::new(COST, permits, PATIENCE, Key::generate(&SystemRandom), &SystemRandom)?;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bare.push(bound::hashes().await?);
        ours.push(bounded(&hasher, permits).await?);
    }
    let name = format!("hashes through the bounded threads, {permits} permits");
    let (bound, ours) = (Some(median(bare)), median(ours));
    Ok(vec![Line { name, unit: "hashes/s", bound, ours, aim: Aim::Ratio(0.9) }])
}

/// Twice as many clients as permits, so that a permit never waits for a client.
async fn bounded(hasher: &Hasher, permits: usize) -> Result<f64> {
    let began = Instant::now();
    let mut clients = JoinSet::new();
    let random = Arc::new(SystemRandom);
    for _ in 0..permits * 2 {
        let (hasher, random) = (hasher.clone(), Arc::clone(&random));
        clients.spawn(async move {
            for _ in 0..HASHES {
                hasher
                    .hash(Zeroizing::new("four grey herons".to_owned()), &*random)
                    .await
                    .context("turned away")?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    Ok(f64::from(HASHES) * (permits * 2) as f64 / began.elapsed().as_secs_f64())
}

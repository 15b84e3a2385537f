//! Hashing as logins do it, against bare Argon2id with the same parameters on as many threads.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use crypto::{
    hashing::{Cost, Hasher},
    keyring::Key,
    random::SystemRandom,
};
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use crate::report::{Aim, Line, median};

/// The product's default cost (OWASP's floor).
const COST: Cost = Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

/// Hashes by each thread or client in one run.
const HASHES: u32 = 60;

/// Runs of each side, interleaved; their median counts.
const RUNS: usize = 3;

/// Longer than anything waits here, so that nobody is turned away.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures both sides on as many threads as the machine has cores.
///
/// # Errors
/// When a hash fails.
pub(crate) async fn measure() -> Result<Vec<Line>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let hasher = Hasher::new(COST, threads, PATIENCE, Key::generate(&SystemRandom), &SystemRandom)?;
    let (mut bound, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bound.push(tokio::task::spawn_blocking(move || bare(threads)).await??);
        ours.push(bounded(&hasher, threads).await?);
    }
    let name = format!("hashes through the bounded threads, {threads} permits");
    let (bound, ours) = (Some(median(bound)), median(ours));
    Ok(vec![Line { name, unit: "hashes/s", bound, ours, aim: Aim::Ratio(0.9) }])
}

/// Threads that do nothing else, each with memory of its own that it uses again.
fn bare(threads: usize) -> Result<f64> {
    let began = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(hash_alone)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a thread ended early"))?)
    })?;
    Ok(rate(threads, began))
}

fn hash_alone() -> Result<()> {
    let params = Params::new(COST.memory_kib, COST.passes, COST.lanes, Some(32));
    let params = params.map_err(|problem| anyhow::anyhow!("argon2 refuses the cost: {problem}"))?;
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    for number in 0..HASHES {
        let (salt, mut output) = (u128::from(number).to_le_bytes(), [0; 32]);
        let done =
            argon2.hash_password_into_with_memory(b"four grey herons", &salt, &mut output, &mut memory);
        done.map_err(|problem| anyhow::anyhow!("argon2 failed: {problem}"))?;
    }
    Ok(())
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
    Ok(rate(permits * 2, began))
}

fn rate(workers: usize, began: Instant) -> f64 {
    f64::from(HASHES) * workers as f64 / began.elapsed().as_secs_f64()
}

//! Bare Argon2id: the bound of every login. Threads that do nothing else, each with memory of its own that it uses again.

use std::{thread, time::Instant};

use anyhow::Result;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use crypto::hashing::Cost;

/// The product's default cost (OWASP's floor).
pub(crate) const COST: Cost = Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

/// Hashes by each thread in one run.
const HASHES: u32 = 60;

/// As many threads as logins may hash at once.
pub(crate) fn permits() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Hashes a second on all permits.
///
/// # Errors
/// When a hash fails.
pub(crate) async fn hashes() -> Result<f64> {
    tokio::task::spawn_blocking(|| bare(permits())).await?
}

fn bare(threads: usize) -> Result<f64> {
    let began = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(hash_alone)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a thread ended early"))?)
    })?;
    Ok(f64::from(HASHES) * threads as f64 / began.elapsed().as_secs_f64())
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

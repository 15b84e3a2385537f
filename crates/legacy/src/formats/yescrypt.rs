//! yescrypt of crypt(3), the default of Debian: `$y$j9T$salt$hash`.

use yescrypt::{Mode, Params};
use zeroize::Zeroizing;

use super::{Read, computed, crypt64, limits::Limit};
use crate::{HashProblem, Scheme};

const SCHEME: &str = Scheme::Yescrypt.name();

const MEMORY: Limit<u64> = Limit { scheme: SCHEME, parameter: "memory (KiB)", range: 1..=MOST_KIB };
/// Memory times p is the work: 512 MiB take about a second and a half.
const WORK: Limit<u64> = Limit { scheme: SCHEME, parameter: "memory times p (KiB)", range: 1..=MOST_KIB };
const MOST_KIB: u64 = 512 * 1024;

/// Reads `$y$…`.
pub(crate) fn read(text: &str) -> Read {
    let fields: Vec<_> = text.split('$').collect();
    let ["", _, params, salt, hash] = fields[..] else {
        return Err(malformed("it must read $y$parameters$salt$hash"));
    };
    if params.len() > 16 {
        return Err(malformed("its parameters are too long"));
    }
    let params = params.parse().map_err(|_| malformed("its parameters are not those of crypt(3)"))?;
    let memory = memory(&params)?;
    let salt = crypt64::decode(salt)
        .filter(|salt| salt.len() <= 64)
        .ok_or(malformed("its salt must be at most 64 bytes, in ./0-9A-Za-z"))?;
    let hash = crypt64::decode(hash)
        .filter(|hash| hash.len() == 32)
        .ok_or(malformed("its hash must have 43 characters, of ./0-9A-Za-z"))?;
    Ok(computed::by_memory(hash, memory, move |password| {
        let mut output = Zeroizing::new(vec![0; 32]);
        yescrypt::yescrypt(password, &salt, &params, &mut output).ok().map(|()| output)
    }))
}

fn memory(params: &Params) -> Result<u32, HashProblem> {
    let (n, r, p) = (params.n(), params.r(), params.p());
    let memory = MEMORY.check(n.saturating_mul(u64::from(r)).saturating_mul(128).div_ceil(1024))?;
    WORK.check(memory.saturating_mul(u64::from(p)))?;
    // More time at the same memory is not said by anything but t, which crypt(3) never sets.
    let has_no_t = [Mode::Rw, Mode::Worm, Mode::Classic]
        .into_iter()
        .any(|mode| Params::new(mode, n, r, p).is_ok_and(|plain| plain == *params));
    if !has_no_t {
        return Err(malformed("its parameters are not those of crypt(3)"));
    }
    Ok(u32::try_from(memory).unwrap_or(u32::MAX))
}

const fn malformed(what: &'static str) -> HashProblem {
    HashProblem::Malformed { scheme: SCHEME, what }
}

//! What almost all formats have in common: bytes or a text that the right password computes again.

use std::sync::Arc;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Check;

/// The right answer, and how a password is turned into one.
pub(crate) struct Computed<F> {
    expected: Vec<u8>,
    memory_kib: u32,
    compute: F,
}

impl<F> Check for Computed<F>
where
    F: Fn(&[u8]) -> Option<Zeroizing<Vec<u8>>> + Send + Sync,
{
    fn matches(&self, password: &[u8]) -> bool {
        (self.compute)(password).is_some_and(|computed| bool::from(computed.as_slice().ct_eq(&self.expected)))
    }

    fn memory_kib(&self) -> u32 {
        self.memory_kib
    }
}

/// A check that takes time and hardly any memory.
pub(crate) fn by_time(
    expected: Vec<u8>,
    compute: impl Fn(&[u8]) -> Zeroizing<Vec<u8>> + Send + Sync + 'static,
) -> Arc<dyn Check> {
    Arc::new(Computed { expected, memory_kib: 4, compute: move |password: &[u8]| Some(compute(password)) })
}

/// A check that needs as much memory as it says.
pub(crate) fn by_memory(
    expected: Vec<u8>,
    memory_kib: u32,
    compute: impl Fn(&[u8]) -> Option<Zeroizing<Vec<u8>>> + Send + Sync + 'static,
) -> Arc<dyn Check> {
    Arc::new(Computed { expected, memory_kib, compute })
}

//! See `fuzz::hashes`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::hashes(bytes));

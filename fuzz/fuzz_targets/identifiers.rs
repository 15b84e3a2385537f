//! See `fuzz::identifiers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::identifiers(bytes));

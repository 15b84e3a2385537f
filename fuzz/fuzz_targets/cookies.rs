//! See `fuzz::cookies`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cookies(bytes));

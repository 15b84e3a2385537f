//! See `fuzz::digest_templates`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::digest_templates(bytes));

//! The binary: configuration, command line, wiring, demo.
fn main() {}

//! Speed as ratios against bounds measured in the same run.
fn main() {}

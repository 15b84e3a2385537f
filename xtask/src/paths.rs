//! Where things are, so that every chore works from any folder of the repository.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target folder: `CARGO_TARGET_DIR` where it is set, else `target` in the root.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The binary that the journeys drive: the one that `cargo build` makes in the dev profile.
pub(crate) fn binary() -> PathBuf {
    target().join("debug").join("vestibule")
}

/// Where each stage of `cargo xtask test` keeps what it printed.
pub(crate) fn logs() -> PathBuf {
    target().join("xtask")
}

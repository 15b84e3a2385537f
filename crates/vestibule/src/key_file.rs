//! The key file on disk: read, replaced whole or not at all, and followed while a node runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crypto::keyring::Keyring;
use domain::time::{Clock, Timestamp};
use zeroize::Zeroizing;

use crate::system::write_secret;

/// How often a running node looks whether the file changed.
const EVERY: Duration = Duration::from_secs(1);

/// Why a key file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileProblem {
    /// It cannot be read or written.
    #[error("{0}: {1}")]
    Io(String, io::Error),
    /// It holds no keys.
    #[error("{0}: {1}")]
    Content(String, crypto::keyring::KeyringProblem),
}

/// Reads the keys.
///
/// # Errors
/// [`KeyFileProblem`], which names the file and never a key.
pub fn read(file: &Path) -> Result<Keyring, KeyFileProblem> {
    let shown = || file.display().to_string();
    let text = fs::read_to_string(file).map(Zeroizing::new);
    let text = text.map_err(|error| KeyFileProblem::Io(shown(), error))?;
    Keyring::from_toml(&text).map_err(|problem| KeyFileProblem::Content(shown(), problem))
}

/// Puts `keys` in the place of the file, and keeps the file as it was beside it. Gives the copy's path. Whoever reads the file
/// meanwhile sees the old keys or the new ones; its owner stays the same.
///
/// # Errors
/// [`KeyFileProblem::Io`]; the file is as it was then.
pub fn replace(file: &Path, keys: &Keyring, now: Timestamp) -> Result<PathBuf, KeyFileProblem> {
    let shown = || file.display().to_string();
    let failed = |error| KeyFileProblem::Io(shown(), error);
    let beside = |end: &str| PathBuf::from(format!("{}{end}", file.display()));
    let before = Zeroizing::new(fs::read_to_string(file).map_err(failed)?);
    let copy = beside(&format!(".before-{}", now.0));
    let next = beside(".next");
    write_secret(&copy, &before).map_err(failed)?;
    let written = (|| {
        // Left behind by a run that was killed; it was never in use.
        let _ = fs::remove_file(&next);
        write_secret(&next, &Zeroizing::new(keys.to_toml()))?;
        keep_owner(file, &next)?;
        keep_owner(file, &copy)?;
        fs::rename(&next, file)?;
        sync_folder(file)
    })();
    written.map(|()| copy.clone()).map_err(|error| {
        let _ = fs::remove_file(&next);
        let _ = fs::remove_file(&copy);
        failed(error)
    })
}

/// The administrator may rotate what a service's own user reads.
#[cfg(unix)]
fn keep_owner(like: &Path, file: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let (like, own) = (fs::metadata(like)?, fs::metadata(file)?);
    if (like.uid(), like.gid()) == (own.uid(), own.gid()) {
        return Ok(());
    }
    std::os::unix::fs::chown(file, Some(like.uid()), Some(like.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// A rename is durable once its folder is.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// Takes over what the file says whenever it changes, until the task is dropped. A file that cannot be read changes nothing
/// and is told once.
pub async fn follow(file: PathBuf, keys: Keyring, clock: Arc<dyn Clock>) {
    let mut seen = None;
    let mut told = false;
    loop {
        tokio::time::sleep(EVERY).await;
        match read(&file) {
            Ok(read) => {
                let generations: Vec<_> = read
                    .generations()
                    .into_iter()
                    .map(|own| (own.no, own.active_from, own.fingerprint))
                    .collect();
                if seen.as_ref() != Some(&generations) {
                    let count = generations.len();
                    if seen.replace(generations).is_some() {
                        tracing::info!(generations = count, "the key file changed; its keys are in use");
                    }
                    keys.replace(&read, clock.now());
                }
                told = false;
            }
            Err(problem) if !told => {
                tracing::error!(%problem, "the key file cannot be read; the keys read before stay in use");
                told = true;
            }
            Err(_) => {}
        }
    }
}

//! The key file on disk: read, replaced whole or not at all, and followed while a node runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use app::{App, Fault, key_generations::lost_by};
use crypto::keyring::{GenerationNo, Keyring};
use domain::time::Timestamp;
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
    /// It lacks keys that are needed.
    #[error("{0} no longer has generation {1}, which is not retired: put the file back from its backup")]
    Loses(String, GenerationNo),
    /// Whether it lacks some cannot be told.
    #[error("{0} changed and is not used yet: {1}")]
    Unknown(String, Fault),
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
/// meanwhile sees the old keys or the new ones; its owner stays the same, and whether its group may read it.
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

/// Undoes [`replace`], which gave `before`.
///
/// # Errors
/// [`KeyFileProblem::Io`].
pub fn put_back(file: &Path, before: &Path) -> Result<(), KeyFileProblem> {
    let done = fs::rename(before, file).and_then(|()| sync_folder(file));
    done.map_err(|error| KeyFileProblem::Io(file.display().to_string(), error))
}

/// The administrator may rotate what a service's own user or group reads.
#[cfg(unix)]
fn keep_owner(like: &Path, file: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    const GROUP_READS: u32 = 0o040;
    let (like, own) = (fs::metadata(like)?, fs::metadata(file)?);
    if (like.uid(), like.gid()) != (own.uid(), own.gid()) {
        std::os::unix::fs::chown(file, Some(like.uid()), Some(like.gid()))?;
    }
    // After the group is the right one.
    let mode = 0o600 | (like.mode() & GROUP_READS);
    fs::set_permissions(file, fs::Permissions::from_mode(mode))
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

/// Takes over what the file says whenever it changes, until the task is dropped. A file that cannot be read or lacks keys
/// that are needed changes nothing and is told once.
pub async fn follow(file: PathBuf, app: App) {
    let mut told = false;
    loop {
        tokio::time::sleep(EVERY).await;
        match take_over(&file, &app).await {
            Ok(None) => told = false,
            Ok(Some(generations)) => {
                tracing::info!(generations, "the key file changed; its keys are in use");
                told = false;
            }
            Err(problem) if !told => {
                tracing::error!(%problem, "the key file cannot be used; the keys read before stay in use");
                told = true;
            }
            Err(_) => {}
        }
    }
}

/// Takes over what the file says, if that is something else. Gives how many generations there are then.
///
/// # Errors
/// [`KeyFileProblem`]; the keys stay as they are.
pub async fn take_over(file: &Path, app: &App) -> Result<Option<usize>, KeyFileProblem> {
    let read = read(file)?;
    let shown = |keys: &Keyring| -> Vec<_> {
        keys.generations().into_iter().map(|own| (own.no, own.active_from, own.fingerprint)).collect()
    };
    if shown(&read) == shown(&app.keys) {
        return Ok(None);
    }
    let name = || file.display().to_string();
    match lost_by(app, &read).await {
        Ok(None) => app.keys.replace(&read, app.now()),
        Ok(Some(no)) => return Err(KeyFileProblem::Loses(name(), no)),
        Err(fault) => return Err(KeyFileProblem::Unknown(name(), fault)),
    }
    Ok(Some(read.generations().len()))
}

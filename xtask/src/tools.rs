//! What the tests need beside Rust: PostgreSQL, Chromium, Node.js and a Python with an SMTP server.
//!
//! On Debian as root the missing packages are installed; anybody else is told the one command to run.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{paths, process};

/// The oldest Node.js whose test runner has what the journeys use (Debian 12 ships 18.19).
const OLDEST_NODE: u32 = 18;

/// Installs or names what is missing, then prepares the Python and Node.js folders. Prints into `log`.
///
/// # Errors
/// When something is missing and cannot be installed from here; the message says what to run.
pub(crate) fn prepare(log: &Path) -> Result<()> {
    install_packages(log)?;
    python(log)?;
    node_modules(log)
}

/// The Python that has the packages of `xtask/requirements.txt`, in the target folder.
///
/// # Errors
/// When the folder cannot be made or a package cannot be fetched.
pub(crate) fn python(log: &Path) -> Result<PathBuf> {
    let requirements = paths::root().join("xtask/requirements.txt");
    let folder = paths::target().join("tools").join("venv");
    let python = folder.join("bin").join("python");
    let wanted = fs::read_to_string(&requirements).context("cannot read xtask/requirements.txt")?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) && python.exists() {
        return Ok(python);
    }
    let folder = folder.to_string_lossy().into_owned();
    process::run_logged(&mut process::command("python3", &["-m", "venv", "--clear", &folder]), log)?;
    let list = requirements.to_string_lossy();
    let install =
        ["-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", &list];
    process::run_logged(&mut process::command(&python.to_string_lossy(), &install), log)
        .context("cannot install the Python packages of xtask/requirements.txt")?;
    fs::write(&stamp, wanted).context("cannot note the installed Python packages")?;
    Ok(python)
}

/// The journeys' own packages, exactly as the lock file names them.
///
/// # Errors
/// When npm cannot fetch them.
pub(crate) fn node_modules(log: &Path) -> Result<()> {
    let e2e = paths::root().join("e2e");
    let wanted =
        fs::read_to_string(e2e.join("package-lock.json")).context("cannot read e2e/package-lock.json")?;
    let stamp = e2e.join("node_modules").join(".installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    let mut npm = process::command("npm", &["ci", "--no-audit", "--no-fund"]);
    process::run_logged(npm.current_dir(&e2e), log).context("cannot install the packages of the journeys")?;
    fs::write(&stamp, wanted).context("cannot note the installed Node.js packages")
}

/// One Debian package that the tests need, and how to see that it is there.
struct Need {
    package: &'static str,
    present: fn() -> bool,
}

const NEEDS: [Need; 12] = [
    Need { package: "postgresql", present: has_postgres },
    Need { package: "slapd", present: has_slapd },
    Need { package: "chromium", present: has_chromium },
    Need { package: "fonts-liberation", present: has_font },
    Need { package: "python3-venv", present: has_venv },
    Need { package: "nodejs", present: has_node },
    Need { package: "npm", present: has_npm },
    Need { package: "g++", present: has_cpp },
    Need { package: "nginx", present: || Path::new("/usr/sbin/nginx").is_file() },
    Need { package: "caddy", present: || Path::new("/usr/bin/caddy").is_file() },
    Need { package: "haproxy", present: || Path::new("/usr/sbin/haproxy").is_file() },
    Need { package: "apache2", present: || Path::new("/usr/sbin/apache2").is_file() },
];

fn install_packages(log: &Path) -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand =
        format!("apt-get update && apt-get install -y --no-install-recommends {}", missing.join(" "));
    if !is_root() || !on_path("apt-get") {
        bail!(
            "The tests need what these Debian packages bring. Install them as root, then run this again:\n  {by_hand}"
        );
    }
    process::run_logged(&mut apt(&["update", "--quiet"]), log)?;
    let mut install = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    install.extend(&missing);
    process::run_logged(&mut apt(&install), log)?;
    let still = self::missing();
    if !still.is_empty() {
        bail!("{} installed, but still not usable here; check the PATH", still.join(", "));
    }
    Ok(())
}

fn apt(arguments: &[&str]) -> std::process::Command {
    let mut apt = process::command("apt-get", arguments);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn missing() -> Vec<&'static str> {
    NEEDS.iter().filter(|need| !(need.present)()).map(|need| need.package).collect()
}

fn is_root() -> bool {
    process::output(&mut process::command("id", &["-u"])).is_some_and(|id| id.trim() == "0")
}

fn on_path(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// The fuzzer is written in C++.
fn has_cpp() -> bool {
    ["c++", "g++", "clang++"].into_iter().any(on_path)
}

fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").is_file()) || on_path("initdb")
}

/// Debian keeps it out of the path of people who are not root.
fn has_slapd() -> bool {
    Path::new("/usr/sbin/slapd").is_file()
}

fn has_chromium() -> bool {
    env::var_os("VESTIBULE_TEST_CHROMIUM").is_some_and(|path| Path::new(&path).is_file())
        || on_path("chromium")
        || on_path("chromium-headless-shell")
}

fn has_font() -> bool {
    Path::new("/usr/share/fonts").read_dir().is_ok_and(|mut entries| entries.next().is_some())
}

fn has_venv() -> bool {
    process::output(&mut process::command("python3", &["-c", "import ensurepip, venv"])).is_some()
}

fn has_node() -> bool {
    let version = process::output(&mut process::command("node", &["--version"]));
    version.as_deref().and_then(major).is_some_and(|major| major >= OLDEST_NODE)
}

fn has_npm() -> bool {
    on_path("npm")
}

/// `v20.20.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v18.19.0"), Some(18));
        assert_eq!(major("20"), None);
    }

    #[test]
    fn every_python_package_is_pinned_by_hash() {
        let list = fs::read_to_string(paths::root().join("xtask/requirements.txt")).unwrap();
        let packages: Vec<_> =
            list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        assert!(!packages.is_empty());
        for package in packages {
            assert!(package.contains("==") && package.contains("--hash=sha256:"), "{package}");
        }
    }
}

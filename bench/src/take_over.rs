//! The generator's users, taken over by the product's own `import users` in a process of its own.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use testkit::generate::{self, Made, Spec};

use crate::installation::{Around, Installation, binary};

/// How long a process may be asked for its memory again.
const GLANCE: Duration = Duration::from_millis(10);

/// An import that is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TakenOver {
    /// Rows of the file in a second, from the start of the process to its end.
    pub(crate) rows_a_second: f64,
    /// The most resident memory that it had, in MiB.
    pub(crate) peak: f64,
}

/// Generates users, adds their companies and imports them.
///
/// # Errors
/// When a command fails, or takes over another number of users than the file has right rows.
pub(crate) fn take_over(
    installation: &Installation,
    around: Around,
    users: u64,
    companies: u32,
) -> Result<TakenOver> {
    let folder = installation.folder();
    let application = (installation.place.application().host, format!("http://{}", around.application));
    let made = generate::generate(folder, &Spec { users, companies, application, ..Spec::default() })?;
    let applied = vestibule(installation, &["apply", "--yes"], "installation.toml")?.output()?;
    ensure!(applied.status.success(), "apply: {}", String::from_utf8_lossy(&applied.stderr));
    import(installation, &made)
}

fn import(installation: &Installation, made: &Made) -> Result<TakenOver> {
    let told = installation.folder().join("import.json");
    let mut command = vestibule(installation, &["import", "users", "--yes", "--json"], "users.csv")?;
    let began = Instant::now();
    let mut process = command
        .stdout(fs::File::create(&told)?)
        .stderr(Stdio::piped())
        .spawn()
        .context("the import does not start")?;
    let mut peak: f64 = 0.0;
    while process.try_wait()?.is_none() {
        peak = peak.max(peak_of(process.id()).unwrap_or(0.0));
        std::thread::park_timeout(GLANCE);
    }
    let took = began.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(told)?)?;
    if report["added"].as_u64() != Some(made.good) {
        bail!("{} users were to be added, and this is what was: {report}", made.good);
    }
    let rows = f64::from(u32::try_from(made.users)?);
    Ok(TakenOver { rows_a_second: rows / took, peak })
}

fn vestibule(installation: &Installation, arguments: &[&str], file: &str) -> Result<Command> {
    let folder = installation.folder();
    let mut command = Command::new(binary()?);
    command.args(arguments).arg(folder.join(file)).arg("--config").arg(folder.join("vestibule.toml"));
    command.stdin(Stdio::null());
    Ok(command)
}

/// The most resident memory that a process had so far, in MiB; none once it is gone.
fn peak_of(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}

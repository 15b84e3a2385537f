//! The single chores, each on this terminal.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{paths, postgres::Cluster, process, tools};

/// Formats all Rust sources.
pub(crate) fn fmt() -> Result<()> {
    process::run(&mut process::cargo(&["fmt", "--all"]))
}

/// Runs clippy over everything, warnings denied.
pub(crate) fn lint() -> Result<()> {
    process::run(&mut clippy())
}

/// Runs the Rust tests, or those that `arguments` choose, on both databases.
pub(crate) fn unit(arguments: &[String]) -> Result<()> {
    tools::prepare(&log("tools"))?;
    let cluster = Cluster::start()?;
    let mut cargo = process::cargo(&["test"]);
    if !arguments.iter().any(|argument| argument == "-p" || argument == "--package") {
        cargo.arg("--workspace");
    }
    process::run(with_servers(cargo.args(arguments), &cluster)?)
}

/// Runs the browser journeys, or those whose title matches `pattern`.
pub(crate) fn journeys(pattern: Option<&str>) -> Result<()> {
    ready_to_browse()?;
    let mut node = node("run.js");
    if let Some(pattern) = pattern {
        node.arg(pattern);
    }
    process::run(&mut node)
}

/// Takes the pictures of every page, and the one of the README.
pub(crate) fn screenshots() -> Result<()> {
    ready_to_browse()?;
    process::run(&mut node("run.js"))?;
    process::run(&mut node("picture.js"))
}

/// Measures speed in the release profile.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    process::run(&mut process::cargo(&[
        "build",
        "--release",
        "--package",
        "vestibule",
        "--package",
        "bench",
    ]))?;
    let bench = paths::target().join("release").join("bench");
    process::run(Command::new(bench).args(arguments).current_dir(paths::root()))
}

/// Writes an invented installation. In the release profile a million users take seconds.
pub(crate) fn generate(arguments: &[String]) -> Result<()> {
    let mut cargo =
        process::cargo(&["run", "--quiet", "--release", "--package", "testkit", "--bin", "generate", "--"]);
    process::run(cargo.args(arguments))
}

/// Builds the reference of all crates; a broken link fails.
pub(crate) fn docs() -> Result<()> {
    let mut cargo = process::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    process::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Clippy as both `lint` and `test` run it.
pub(crate) fn clippy() -> Command {
    process::cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

/// Everything that the tests and the journeys run, built once, with one set of features.
pub(crate) fn build() -> Command {
    process::cargo(&["build", "--workspace", "--all-targets"])
}

/// The model check over machines with a planted mistake, which it has to find.
pub(crate) fn find_planted_bug() -> Command {
    process::cargo(&["test", "--package", "model", "--features", "planted-bug"])
}

/// What [`find_planted_bug`] runs.
pub(crate) fn build_planted_bug() -> Command {
    let mut cargo = find_planted_bug();
    cargo.arg("--no-run");
    cargo
}

/// Tells the tests in `cargo` where their servers are.
///
/// # Errors
/// When the Python folder cannot be prepared.
pub(crate) fn with_servers<'a>(cargo: &'a mut Command, cluster: &Cluster) -> Result<&'a mut Command> {
    let python = tools::python(&log("tools"))?;
    Ok(cargo.env("VESTIBULE_TEST_POSTGRES", cluster.url()).env("VESTIBULE_TEST_PYTHON", python))
}

/// Node.js over one script of `e2e`, told where the binary is and where pictures go.
pub(crate) fn node(script: &str) -> Command {
    let mut node = process::command("node", &[script]);
    node.current_dir(paths::root().join("e2e"));
    if env::var_os("VESTIBULE_BINARY").is_none() {
        node.env("VESTIBULE_BINARY", paths::binary());
    }
    node.env("VESTIBULE_SCREENSHOTS", paths::target().join("screenshots"))
        .env("VESTIBULE_PREVIEW", previews());
    node
}

/// Renders every page in every state and puts the files aside, where no test running beside the journeys rewrites them.
///
/// # Errors
/// When a page cannot be rendered or copied.
pub(crate) fn render_previews(log: &Path) -> Result<()> {
    process::run_logged(&mut process::cargo(&["test", "--workspace", "--test", "preview"]), log)?;
    let (from, to) = (paths::target().join("preview"), previews());
    if to.exists() {
        fs::remove_dir_all(&to).with_context(|| format!("cannot empty {}", to.display()))?;
    }
    fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
    process::run(&mut process::command(
        "cp",
        &["-R", &format!("{}/.", from.display()), &to.to_string_lossy()],
    ))
}

fn previews() -> PathBuf {
    paths::logs().join("previews")
}

/// The log file of a stage.
pub(crate) fn log(stage: &str) -> PathBuf {
    paths::logs().join(format!("{stage}.log"))
}

fn ready_to_browse() -> Result<()> {
    tools::prepare(&log("tools"))?;
    process::run(&mut build())?;
    render_previews(&log("previews"))
}

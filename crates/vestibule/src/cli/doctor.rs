//! `vestibule doctor`: finds what is wrong with a deployment, and says what to do.

use std::{fs, path::Path, time::Instant};

use crypto::{
    hashing::{Cost, Hasher},
    keyring::Keyring,
    random::Random,
};
use domain::policy::{Layers, Policy};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Exit, Failure, Screen, World, installation, installation::Place};
use crate::config::{Config, MailTls};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    Warning,
    Bad,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    finding: String,
}

pub(super) async fn run(_: Args, place: &Place, screen: &mut Screen, world: &World) -> Result<Exit, Failure> {
    let checks = examine(place, world).await;
    screen.show(&checks, |screen| {
        let word = |verdict| match verdict {
            Verdict::Good => "ok",
            Verdict::Warning => "look",
            Verdict::Bad => "WRONG",
        };
        let row =
            |check: &Check| [word(check.verdict).to_owned(), check.name.to_owned(), check.finding.clone()];
        screen.table(["", "CHECK", "FINDING"], checks.iter().map(row).collect())
    })?;
    let all_good = checks.iter().all(|check| check.verdict == Verdict::Good);
    Ok(if all_good { Exit::Done } else { Exit::Findings })
}

async fn examine(place: &Place, world: &World) -> Vec<Check> {
    let mut checks = Vec::new();
    let config = match place.config() {
        Ok(config) => config,
        Err(failure) => {
            checks.push(Check { name: "configuration", verdict: Verdict::Bad, finding: failure.to_string() });
            return checks;
        }
    };
    checks.push(configuration(place));
    checks.push(address(&config));
    let (check, keys) = keys(&config.keys.file);
    checks.push(check);
    checks.push(database(&config).await);
    checks.extend(key_generations(&config, keys.as_ref(), world).await);
    checks.extend(sources(&config).await);
    checks.push(mail(&config).await);
    if let Some(keys) = keys {
        checks.push(hashing(&config, &keys, &*world.random).await);
    }
    checks
}

fn configuration(place: &Place) -> Check {
    let name = "configuration";
    let Some(file) = place.file() else {
        return Check { name, verdict: Verdict::Good, finding: "read from the environment".to_owned() };
    };
    let shown = file.display();
    match mode(file) {
        Some(mode) if mode & 0o022 != 0 => Check {
            name,
            verdict: Verdict::Bad,
            finding: format!("others may write to {shown}: run `chmod go-w {shown}`"),
        },
        _ => Check { name, verdict: Verdict::Good, finding: shown.to_string() },
    }
}

fn address(config: &Config) -> Check {
    let name = "address";
    let url = &config.server.public_url;
    let listen = config.server.listen;
    let (verdict, finding) = if url.scheme() == "http" {
        (
            Verdict::Warning,
            format!("{url} is plain http: good for trying out on this machine, and for nothing else"),
        )
    } else if !listen.ip().is_loopback() && config.server.trusted_proxies.is_empty() {
        let advice = "list the proxy that ends TLS in `server.trusted_proxies`, or its address is taken for everybody's";
        (Verdict::Warning, format!("listening on {listen} for {url}: {advice}"))
    } else {
        (Verdict::Good, format!("{url}, listening on {listen}"))
    };
    Check { name, verdict, finding }
}

fn keys(file: &Path) -> (Check, Option<Keyring>) {
    let name = "keys";
    let shown = file.display();
    let bad = |finding| (Check { name, verdict: Verdict::Bad, finding }, None);
    let text = match fs::read_to_string(file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) => {
            return bad(format!(
                "{shown} cannot be read: {error}; restore it from its backup, or run `vestibule init`"
            ));
        }
    };
    let keys = match Keyring::from_toml(&text) {
        Ok(keys) => keys,
        Err(problem) => return bad(format!("{shown}: {problem}")),
    };
    let check = match mode(file) {
        // The group may read: a service's own, where the administrator owns the file.
        Some(mode) if mode & 0o037 != 0 => {
            let finding = format!("others may read {shown}: run `chmod 600 {shown}`");
            Check { name, verdict: Verdict::Bad, finding }
        }
        _ => Check {
            name,
            verdict: Verdict::Good,
            finding: format!("{shown}; is there a backup, apart from the database's?"),
        },
    };
    (check, Some(keys))
}

async fn database(config: &Config) -> Check {
    let name = "database";
    let db = match installation::open(config).await {
        Ok(db) => db,
        Err(failure) => return Check { name, verdict: Verdict::Bad, finding: failure.to_string() },
    };
    let check = match store::check(&db).await {
        Ok(()) => {
            Check { name, verdict: Verdict::Good, finding: format!("{:?}, schema is current", db.dialect()) }
        }
        Err(error) => Check { name, verdict: Verdict::Bad, finding: error.to_string() },
    };
    db.close().await;
    check
}

/// Whether this node has every generation of keys that the database was used with; nothing while either cannot be read.
async fn key_generations(config: &Config, keys: Option<&Keyring>, world: &World) -> Option<Check> {
    let name = "generations";
    let db = installation::open(config).await.ok()?;
    let known = match db.read().await {
        Ok(mut conn) => store::key_generations::list(&mut conn).await,
        Err(error) => Err(error),
    };
    db.close().await;
    let (own, known) = (keys?.generations(), known.ok()?);
    Some(match app::key_generations::compare(&own, &known, world.clock.now()) {
        Some(problem) => {
            let verdict = if problem.lack().is_some() { Verdict::Bad } else { Verdict::Warning };
            Check { name, verdict, finding: problem.to_string() }
        }
        None => {
            let finding =
                format!("{} in the key file, all that the database knows are among them", own.len());
            Check { name, verdict: Verdict::Good, finding }
        }
    })
}

/// Each live legacy source; nothing while the database cannot be read, which is told already.
async fn sources(config: &Config) -> Vec<Check> {
    let Ok(db) = installation::open(config).await else { return Vec::new() };
    let specs = match db.read().await {
        Ok(mut conn) => app::apply::current(&mut conn).await.map(|state| state.sources).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    db.close().await;
    let mut checks = Vec::new();
    for spec in &specs {
        let (verdict, finding) = match super::source::examine(config, spec).await {
            Ok(found) => (Verdict::Good, found),
            Err(trouble) => (Verdict::Bad, trouble.to_string()),
        };
        checks.push(Check { name: "legacy source", verdict, finding: format!("{}: {finding}", spec.name) });
    }
    checks
}

async fn mail(config: &Config) -> Check {
    let name = "mail";
    let to = format!("{}:{}", config.mail.host, config.mail.port);
    let server = match config.mail.server() {
        Ok(server) => server,
        Err(problem) => return Check { name, verdict: Verdict::Bad, finding: problem.to_string() },
    };
    let (verdict, finding) = match server.check().await {
        Err(failure) => (Verdict::Bad, format!("{to}: {}", failure.reason())),
        Ok(()) if config.mail.tls == MailTls::None => {
            (Verdict::Good, format!("{to} answers, without TLS on this machine"))
        }
        Ok(()) => (Verdict::Good, format!("{to} answers ({})", config.mail.tls.word())),
    };
    server.close().await;
    Check { name, verdict, finding }
}

async fn hashing(config: &Config, keys: &Keyring, random: &dyn Random) -> Check {
    let name = "hashing";
    let layers = Layers { installation: config.policy.clone(), ..Layers::default() };
    let policy: Policy = layers.resolve().policy;
    let cost = Cost {
        memory_kib: policy.argon2.memory_kib,
        passes: policy.argon2.passes,
        lanes: policy.argon2.lanes,
    };
    let hasher = match Hasher::new(cost, 1, policy.hashing.max_wait, keys.pepper().clone(), random) {
        Ok(hasher) => hasher,
        Err(problem) => return Check { name, verdict: Verdict::Bad, finding: problem.to_string() },
    };
    // The first one pays for the memory.
    let secret = || Zeroizing::new("the password of nobody".to_owned());
    let _ = hasher.hash(secret(), random).await;
    let begun = Instant::now();
    let _ = hasher.hash(secret(), random).await;
    let took = begun.elapsed().as_millis();
    let verdict = if took > 500 { Verdict::Warning } else { Verdict::Good };
    let advice = if took > 500 {
        "; lower `argon2.memory_kib` or `argon2.passes`, or use a faster machine"
    } else {
        ""
    };
    let finding = format!(
        "one password hash takes {took} ms with {} KiB and {} passes{advice}",
        cost.memory_kib, cost.passes
    );
    Check { name, verdict, finding }
}

/// The file's permissions, where the system has such.
#[cfg(unix)]
fn mode(file: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::metadata(file).ok()?.permissions().mode())
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

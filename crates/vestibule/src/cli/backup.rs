//! `vestibule backup` and `vestibule restore`: everything in one file, of a running installation, from one database to either.

use std::{
    cell::Cell,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use serde::Serialize;
use store::{
    Db, Tx,
    backup::{self, BackupError, Head, Restored},
};

use super::{
    Exit, Failure, Screen, World,
    installation::{self, Place},
};

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to make, or with --verify to read; nothing is overwritten
    file: PathBuf,
    /// Read a backup to its end and see that it is whole
    #[arg(long)]
    verify: bool,
}

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// The installation moves and was stopped before the backup: keep sessions, Trusted Devices and pending logins. Without
    /// it they end, because some may have ended since
    #[arg(long)]
    moving: bool,
}

#[derive(Serialize)]
struct Report {
    file: String,
    schema: i64,
    made_at: String,
    program: String,
    tables: usize,
    rows: u64,
    sha256: String,
}

impl Report {
    fn new(file: &Path, Restored { head, tail }: &Restored) -> Self {
        Self {
            file: file.display().to_string(),
            schema: head.schema,
            made_at: format!("{:?}", head.made_at),
            program: head.program.clone(),
            tables: tail.rows.len(),
            rows: tail.rows.values().sum(),
            sha256: tail.sha256.clone(),
        }
    }

    fn show(&self, verb: &str, screen: &mut Screen) -> io::Result<()> {
        let Self { file, schema, made_at, program, tables, rows, .. } = self;
        screen.line(format!("{verb} {file}: {rows} rows of {tables} tables, as of {made_at}."))?;
        screen.line(format!("Made by Vestibule {program}, schema version {schema}."))
    }
}

pub(super) async fn backup(
    args: BackupArgs,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    if args.verify {
        let report = Report::new(&args.file, &backup::verify(&mut open(&args.file)?)?);
        screen.show(&report, |screen| report.show("Whole:", screen))?;
        return Ok(Exit::Done);
    }
    let db = place.database().await?;
    let made = make(&db, &args.file, world).await;
    db.close().await;
    if made.is_err() {
        // Half a backup is worse than none; one that was there before was not touched.
        let _ = fs::remove_file(part_of(&args.file));
    }
    made?;
    let report = Report::new(&args.file, &backup::verify(&mut open(&args.file)?)?);
    screen.show(&report, |screen| {
        report.show("Made and read back", screen)?;
        screen.line("The keys are not in it: without the key file it opens nobody's door. Keep both, apart from each other.")
    })?;
    Ok(Exit::Done)
}

/// Written beside its name first, so that a file of that name is always whole.
async fn make(db: &Db, file: &Path, world: &World) -> Result<(), Failure> {
    let exists =
        || Failure::Refused(format!("{} exists; nothing is overwritten: name another file", file.display()));
    if file.exists() {
        return Err(exists());
    }
    let part = part_of(file);
    let _ = fs::remove_file(&part);
    let opened = create_private(&part).map_err(|error| written_badly(&part, &error))?;
    let mut gzip = GzEncoder::new(BufWriter::new(opened), Compression::fast());
    backup::dump(db, env!("CARGO_PKG_VERSION"), world.clock.now(), &mut gzip).await?;
    let finished = gzip.finish().and_then(|mut out| {
        out.flush()?;
        out.get_ref().sync_all()
    });
    finished.map_err(|error| written_badly(&part, &error))?;
    // Unlike a rename, a link fails when the name was taken meanwhile.
    fs::hard_link(&part, file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(),
        _ => written_badly(file, &error),
    })?;
    fs::remove_file(&part).map_err(|error| written_badly(&part, &error))
}

fn part_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.part", file.display()))
}

fn create_private(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

fn written_badly(file: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{} cannot be written: {error}", file.display()))
}

pub(super) async fn restore(
    args: RestoreArgs,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    // All of it is read once before anything is made.
    backup::verify(&mut open(&args.file)?)?;
    let db = installation::open(&place.config()?).await?;
    let now = world.clock.now();
    let mut input = open(&args.file)?;
    let held = Cell::new(0);
    let finish = async |tx: &mut Tx, _: &Head| {
        if !args.moving {
            held.set(backup::after_loss(tx, now).await?);
        }
        Ok(())
    };
    let loaded = backup::load(&db, &mut input, finish).await;
    db.close().await;
    let report = Report::new(&args.file, &loaded?);
    screen.show(&report, |screen| {
        report.show("Restored", screen)?;
        if !args.moving {
            screen.line(
                "Sessions, Trusted Devices and pending logins ended; everybody logs in with a code once.",
            )?;
            screen.line(
                "Removals of lost factors and approvals of open cases were cancelled: they may have been meanwhile.",
            )?;
        }
        if held.get() > 0 {
            screen.line(format!(
                "Rollout mails of {} companies are stopped, because some may have been sent already: see `vestibule \
                 rollout status`, then `vestibule rollout resume`.",
                held.get()
            ))?;
        }
        screen.line("Next: put the key file in its place, then `vestibule doctor` and `vestibule serve`.")
    })?;
    Ok(Exit::Done)
}

fn open(file: &Path) -> Result<BufReader<MultiGzDecoder<BufReader<File>>>, Failure> {
    let opened = File::open(file);
    let opened =
        opened.map_err(|error| Failure::Missing(format!("{} cannot be read: {error}", file.display())))?;
    Ok(BufReader::new(MultiGzDecoder::new(BufReader::new(opened))))
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error.into(),
            BackupError::Migrate(error) => error.into(),
            BackupError::Damaged(_) => Self::Missing(error.to_string()),
            BackupError::Refused(why) => Self::Refused(why),
            BackupError::Io(_) => Self::Failed(error.to_string()),
        }
    }
}

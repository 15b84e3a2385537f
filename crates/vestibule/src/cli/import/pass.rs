//! Going through the file: once to find names that stand in it twice, then for every rehearsal and for good.
//!
//! A thread of its own reads and checks rows while the database is busy with the ones before, a few batches ahead at most,
//! so that memory does not grow with the file.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use app::import_users::{Import, Outcome, Person, Run};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::{
    file_failed,
    reading::Reading,
    report::{Counted, Report},
};
use crate::{
    cli::{Failure, Screen},
    people::{BytesRead, FileNames, Kind, Problem, Rejects, Row},
};

/// People in one transaction: enough to be quick, few enough to let logins in between.
const BATCH: usize = 512;
/// Batches that are read before they are needed.
const AHEAD: usize = 2;

/// One way through the file.
pub(super) struct Pass<'p> {
    pub(super) import: &'p Import,
    pub(super) run: Run,
    pub(super) reading: &'p Arc<Reading>,
    pub(super) names: &'p Arc<FileNames>,
    pub(super) rejected: Option<&'p Path>,
}

/// Looks for names that stand in the file twice, without the database.
pub(super) async fn look_for_clashes(reading: &Arc<Reading>, screen: &Screen) -> Result<FileNames, Failure> {
    let read = BytesRead::default();
    let (file, counter, bar) =
        (Arc::clone(reading), Arc::clone(&read), progress("reading", reading.length, screen));
    let shown = bar.clone();
    let looking = tokio::task::spawn_blocking(move || {
        let mut names = FileNames::default();
        let done = file.each_batch(BATCH, read, |batch| {
            for row in &batch {
                if let Ok(person) = &row.person {
                    names.see(row.line, person);
                }
            }
            shown.set_position(counter.load(Ordering::Relaxed));
            true
        });
        done.map(|()| names)
    });
    let names = looking.await.map_err(|error| Failure::Failed(error.to_string()))?;
    bar.finish_and_clear();
    names.map_err(|why| reading.wrong(&why))
}

impl Pass<'_> {
    /// Rehearses or imports every row.
    pub(super) async fn run(&self, screen: &Screen) -> Result<Report, Failure> {
        let reading = self.reading;
        let mut rejects = match self.rejected {
            Some(file) => Some(
                Rejects::create(file, reading.layout, &reading.names()?)
                    .map_err(|error| file_failed(file, &error))?,
            ),
            None => None,
        };
        let word = if self.run == Run::ForGood { "importing" } else { "checking" };
        let bar = progress(word, reading.length, screen);
        let mut report = Report::new(self.run == Run::ForGood, reading.layout, self.rejected);
        let read = BytesRead::default();
        let (sender, mut batches) = mpsc::channel(AHEAD);
        let (file, counter) = (Arc::clone(reading), Arc::clone(&read));
        let reader = tokio::task::spawn_blocking(move || {
            file.each_batch(BATCH, read, |batch| sender.blocking_send(batch).is_ok())
        });
        while let Some(batch) = batches.recv().await {
            self.batch(batch, &mut report, rejects.as_mut()).await?;
            bar.set_position(counter.load(Ordering::Relaxed));
        }
        let done = reader.await.map_err(|error| Failure::Failed(error.to_string()))?;
        done.map_err(|why| reading.wrong(&why))?;
        bar.finish_and_clear();
        if let (Some(rejects), Some(file)) = (rejects, self.rejected) {
            rejects.finish().map_err(|error| file_failed(file, &error))?;
        }
        Ok(report)
    }

    async fn batch(
        &self,
        batch: Vec<Row>,
        report: &mut Report,
        mut rejects: Option<&mut Rejects>,
    ) -> Result<(), Failure> {
        let mut people: Vec<Person> = Vec::with_capacity(batch.len());
        let mut lines = Vec::with_capacity(batch.len());
        for row in batch {
            let clash = self.names.clash(row.line);
            let person = row.person.and_then(|person| match clash.and_then(crate::people::Clash::problem) {
                Some(problem) => Err(problem),
                None => Ok(person),
            });
            let looks_alike = clash.is_some().then_some(Kind::LookAlike);
            let notes = [looks_alike, row.note];
            let verdict = person.map(|person| people.push(person));
            lines.push((row.line, row.original, verdict, notes));
        }
        let mut taken = self.import.take_over(&people).await?.into_iter();
        for (line, original, verdict, [mut looks_alike, formula]) in lines {
            let outcome = verdict.and_then(|()| match taken.next() {
                None => Err(Problem::new(Kind::Malformed, "was not answered")),
                Some(taken) => {
                    looks_alike = looks_alike.or(taken.looks_like_a_login.then_some(Kind::LookAlike));
                    match taken.outcome {
                        Outcome::Rejected(rejection) => Err(Problem::from(&rejection)),
                        Outcome::Added => Ok(Counted::Added),
                        Outcome::Changed => Ok(Counted::Changed),
                        Outcome::Same => Ok(Counted::Same),
                        Outcome::CaseOpened => Ok(Counted::Case),
                    }
                }
            });
            match outcome {
                Ok(counted) => report.count(line, counted, [looks_alike, formula].into_iter().flatten()),
                Err(problem) => {
                    if let Some(rejects) = &mut rejects {
                        let written = rejects.add(&original, &problem.why);
                        written.map_err(|error| {
                            Failure::Failed(format!("the rejected rows cannot be kept: {error}"))
                        })?;
                    }
                    report.reject(line, problem);
                }
            }
        }
        Ok(())
    }
}

fn progress(word: &'static str, length: u64, screen: &Screen) -> ProgressBar {
    if !screen.is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left");
    let bar = ProgressBar::new(length).with_message(word);
    bar.enable_steady_tick(Duration::from_millis(500));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

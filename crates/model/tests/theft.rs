//! What a thief of each secret comes to, at each stage: every order of events is tried, and the outcome is a table.
//!
//! The table is the policy as one sees it from outside: a line that says more than it should is a hole, and one that says
//! less is a locked door. With the feature `planted-bug` the machines have a mistake, and the check has to find it.
#![expect(
    clippy::print_stdout,
    reason = "numbers are printed where the test is asked to show what it prints"
)]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

#[cfg(feature = "planted-bug")]
use domain::factor::Channel;
#[cfg(feature = "planted-bug")]
use model::Breach;
use model::{Found, Holdings, SCENES, Scene, explore, outcomes, prizes};

/// Fewer states than this mean that the model lost something.
const LEAST_STATES: usize = 1_000_000;

/// Nothing, each secret that there is in the scene, and each two of them.
fn thefts(scene: &Scene) -> Vec<(String, Holdings)> {
    let all = [
        ("existing credentials", Holdings { legacy: true, ..Holdings::default() }),
        ("password", Holdings { password: true, ..Holdings::default() }),
        ("mailbox", Holdings { mailbox: true, ..Holdings::default() }),
        ("security code", Holdings { security_code: true, ..Holdings::default() }),
        ("cookie", Holdings { cookie: true, ..Holdings::default() }),
    ];
    let there: Vec<_> = all.into_iter().filter(|(_, holds)| scene.has(*holds)).collect();
    let mut thefts = vec![("nothing".to_owned(), Holdings::default())];
    thefts.extend(there.iter().map(|(name, one)| ((*name).to_owned(), *one)));
    for (index, (name, one)) in there.iter().enumerate() {
        for (other, two) in &there[index + 1..] {
            thefts.push((format!("{name} + {other}"), one.and(*two)));
        }
    }
    thefts
}

/// One scene with one theft, explored.
struct Story {
    scene: &'static str,
    theft: String,
    found: Found,
}

/// Everything, on as many threads as there are processors; in the order of the scenes.
fn explore_all(scenes: &[Scene]) -> Vec<Story> {
    let tasks: Vec<_> = scenes
        .iter()
        .flat_map(|scene| thefts(scene).into_iter().map(move |(theft, holds)| (scene, theft, holds)))
        .collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![]));
    thread::scope(|threads| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            threads.spawn(|| {
                while let Some((scene, theft, holds)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = Instant::now();
                    let found = explore(**scene, *holds);
                    let Found { states, depth, .. } = &found;
                    let took = began.elapsed().as_millis();
                    println!("{states:>8} states, {depth:>2} moves, {took:>6} ms: {} | {theft}", scene.name);
                    let place =
                        tasks.iter().position(|(other, name, _)| other.name == scene.name && name == theft);
                    let story = Story { scene: scene.name, theft: theft.clone(), found };
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((place, story));
                }
            });
        }
    });
    let mut stories = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    stories.sort_by_key(|(place, _)| *place);
    stories.into_iter().map(|(_, story)| story).collect()
}

/// What the intruder gets; what only the owner gets is told once a scene.
fn table(stories: &[Story]) -> String {
    let mut table = String::new();
    let mut scene = "";
    for story in stories {
        let reached = || story.found.reached.iter().copied();
        let prizes: Vec<_> = reached().filter(|reach| prizes().any(|prize| prize == *reach)).collect();
        if story.scene != scene {
            scene = story.scene;
            let owner: Vec<_> = reached().filter(|reach| reach.starts_with("owner")).collect();
            let _ = writeln!(table, "\n{scene}\n  ({})", owner.join(", "));
        }
        let prizes = if prizes.is_empty() { "-".to_owned() } else { prizes.join(", ") };
        let _ = writeln!(table, "  {:<36} {prizes}", story.theft);
    }
    table
}

#[test]
#[cfg(not(feature = "planted-bug"))]
fn no_theft_opens_what_policy_keeps_shut() {
    let stories = explore_all(&SCENES);
    let breaches: Vec<_> = stories
        .iter()
        .flat_map(|story| story.found.breaches.iter().map(move |(breach, path)| (story, breach, path)))
        .map(|(story, breach, path)| format!("{} | {}: {breach:?}\n{path}", story.scene, story.theft))
        .collect();
    assert!(breaches.is_empty(), "{}", breaches.join("\n\n"));
    insta::assert_snapshot!(table(&stories));
    let reached: BTreeSet<_> = stories.iter().flat_map(|story| story.found.reached.iter().copied()).collect();
    let never: Vec<_> = outcomes().filter(|outcome| !reached.contains(outcome)).collect();
    assert!(never.is_empty(), "the check is about nothing where this never happens: {never:?}");
    let states: usize = stories.iter().map(|story| story.found.states).sum();
    println!("{states} states in {} stories", stories.len());
    assert!(states > LEAST_STATES, "only {states} states");
}

#[test]
#[cfg(feature = "planted-bug")]
fn a_planted_mistake_is_found() {
    let with_app: Vec<_> = SCENES.into_iter().filter(|scene| scene.channel != Channel::Email).collect();
    let stories = explore_all(&with_app);
    let found = stories.iter().flat_map(|story| story.found.breaches.iter().map(move |found| (story, found)));
    let found: Vec<_> = found.filter(|(_, (breach, _))| *breach == Breach::Session).collect();
    let Some((story, (_, path))) = found.first() else {
        panic!(
            "a mailed code opened the login of somebody with an authenticator app, unseen:\n{}",
            table(&stories)
        )
    };
    println!("{} | {}:\n{path}", story.scene, story.theft);
}

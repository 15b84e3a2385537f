//! The checker over one scene and one theft.

use std::collections::BTreeSet;

use domain::{proof::SecondMethod, recovery::Recovery};
use stateright::{Checker as _, Model, Property};

use crate::{
    moves::{self, Move},
    scene::{self, Scene},
    spec::Breach,
    world::{Holdings, Value, Who, World},
};

/// A scene, and what the intruder holds in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theft {
    pub(crate) scene: Scene,
    pub(crate) holds: Holdings,
}

/// What can be reached, told as a line of a report.
pub type Reach = &'static str;

/// What one exploration found.
#[derive(Debug)]
pub struct Found {
    /// Different states that were visited.
    pub states: usize,
    /// The most moves in a row.
    pub depth: usize,
    /// What is reachable, of what a scene is asked about.
    pub reached: BTreeSet<Reach>,
    /// The shortest way to each thing that must never happen.
    pub breaches: Vec<(Breach, String)>,
}

/// One line of the report, and the states in which it is true.
type Outcome = (Reach, fn(&Theft, &World) -> bool);

/// What the intruder can come to, from the least to the most; beside it, what the owner's own change of channel gives away.
const PRIZES: [Outcome; 6] = [
    ("session", |_, world| world.is_in(Who::Intruder) && world.channel_by != Some(Who::Owner)),
    ("session after the owner's own change", |_, world| {
        world.is_in(Who::Intruder) && world.channel_by == Some(Who::Owner)
    }),
    ("new password", |_, world| {
        world.user.password == Some(Value::By(Who::Intruder)) && world.channel_by != Some(Who::Owner)
    }),
    ("other channel", |_, world| world.channel_by == Some(Who::Intruder)),
    ("own factor", |_, world| world.app_by == Some(Who::Intruder)),
    ("Trusted Device", |_, world| {
        let device = world.devices.get(Who::Intruder).is_some_and(|device| !device.revoked);
        device && world.channel_by != Some(Who::Owner)
    }),
];

/// What has to be possible, or the check would be about nothing.
const USES: [Outcome; 10] = [
    ("owner: signed in", |_, world| world.is_in(Who::Owner)),
    ("owner: by Trusted Device", |_, world| {
        let second = world.sessions.get(Who::Owner).and_then(|session| session.assurance.second());
        second.is_some_and(|second| matches!(second.method(), SecondMethod::TrustedDevice(_)))
    }),
    ("owner: enrolled", |theft, world| {
        world.user.enrolled && theft.scene.standing != domain::access::Standing::Enrolled
    }),
    ("owner: new password", |_, world| world.user.password == Some(Value::By(Who::Owner))),
    ("owner: recovered", |_, world| {
        world.rescues.get(Who::Owner).is_some_and(|rescue| rescue.machine == Recovery::Completed)
    }),
    ("owner: other channel", |_, world| world.channel_by == Some(Who::Owner)),
    ("owner: own factor", |_, world| world.app_by == Some(Who::Owner)),
    ("alarm", |theft, world| {
        theft.holds.cookie
            && world.devices.get(Who::Owner).is_some_and(|device| device.revoked && device.token > 0)
    }),
    ("codes disabled", |_, world| {
        scene::FAILURES.disable_at.is_some_and(|limit| world.code_misses.failures >= limit)
    }),
    ("a request comes too late", |_, world| world.flights.iter().any(|flight| flight.stale)),
];

impl Model for Theft {
    type State = World;
    type Action = Move;

    fn init_states(&self) -> Vec<World> {
        vec![World::beginning(self)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Move>) {
        if world.breach.is_none() {
            actions.extend(moves::all(self, world));
        }
    }

    fn next_state(&self, before: &World, action: Move) -> Option<World> {
        let mut world = before.clone();
        world.go(self, action)?;
        world.tidy();
        if world.is_locked_out(self) {
            world.blame(Breach::LockedOut);
        }
        (world != *before).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("Session", |_, world: &World| world.breach != Some(Breach::Session)),
            Property::always("Enrolment", |_, world: &World| world.breach != Some(Breach::Enrolment)),
            Property::always("UserId", |_, world: &World| world.breach != Some(Breach::UserId)),
            Property::always("Password", |_, world: &World| world.breach != Some(Breach::Password)),
            Property::always("Channel", |_, world: &World| world.breach != Some(Breach::Channel)),
            Property::always("Factor", |_, world: &World| world.breach != Some(Breach::Factor)),
            Property::always("SecurityCode", |_, world: &World| world.breach != Some(Breach::SecurityCode)),
            Property::always("Trust", |_, world: &World| world.breach != Some(Breach::Trust)),
            Property::always("RecoverySession", |_, world: &World| {
                world.breach != Some(Breach::RecoverySession)
            }),
            Property::always("AfterEnd", |_, world: &World| world.breach != Some(Breach::AfterEnd)),
            Property::always("DeviceEnded", |_, world: &World| world.breach != Some(Breach::DeviceEnded)),
            Property::always("FalseAlarm", |_, world: &World| world.breach != Some(Breach::FalseAlarm)),
            Property::always("LockedOut", |_, world: &World| world.breach != Some(Breach::LockedOut)),
        ];
        properties.extend(PRIZES.iter().chain(&USES).map(|(name, holds)| Property::sometimes(name, *holds)));
        properties
    }
}

/// What an intruder can be after.
pub fn prizes() -> impl Iterator<Item = Reach> {
    PRIZES.iter().map(|(name, _)| *name)
}

/// Everything that a scene is asked about; each has to be reachable in some of them.
pub fn outcomes() -> impl Iterator<Item = Reach> {
    PRIZES.iter().chain(&USES).map(|(name, _)| *name)
}

/// Explores every state of one scene with one theft.
#[must_use]
pub fn explore(scene: Scene, holds: Holdings) -> Found {
    let checker = Theft { scene, holds }.checker().spawn_bfs().join();
    let mut found = Found {
        states: checker.unique_state_count(),
        depth: checker.max_depth(),
        reached: BTreeSet::new(),
        breaches: vec![],
    };
    for (name, path) in checker.discoveries() {
        match Breach::ALL.into_iter().find(|breach| format!("{breach:?}") == name) {
            Some(breach) => {
                let steps: Vec<_> = path.into_actions().iter().map(|step| format!("{step:?}")).collect();
                found.breaches.push((breach, steps.join("\n")));
            }
            None => drop(found.reached.insert(name)),
        }
    }
    found
}

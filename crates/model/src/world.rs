//! What is stored and what each browser holds: the surroundings of the machines, small enough to try every order of events.

use domain::{
    access::{Admission, Standing, admission},
    attempt::Machine,
    budget::Counter,
    factor::{Channel, Owned},
    proof::Assurance,
    recovery::Recovery,
    time::Timestamp,
};

use crate::{
    check::Theft,
    moves::Job,
    scene::{self, at},
    spec::{Breach, Opened, Shown},
};

/// Who sits at a browser. Each has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whose account it is.
    Owner,
    /// Somebody else.
    Intruder,
}

impl Who {
    pub(crate) const BOTH: [Self; 2] = [Self::Owner, Self::Intruder];
}

/// What the intruder holds of the owner's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Holdings {
    /// The existing credentials.
    pub legacy: bool,
    /// Enterprise User ID and password.
    pub password: bool,
    /// What is mailed to the stored address.
    pub mailbox: bool,
    /// The security code.
    pub security_code: bool,
    /// A copy of the Trusted Device's cookie.
    pub cookie: bool,
}

impl Holdings {
    /// These and those.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self {
            legacy: self.legacy || more.legacy,
            password: self.password || more.password,
            mailbox: self.mailbox || more.mailbox,
            security_code: self.security_code || more.security_code,
            cookie: self.cookie || more.cookie,
        }
    }
}

/// One place for each browser.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Of<T> {
    owner: T,
    intruder: T,
}

impl<T> Of<T> {
    pub(crate) const fn get(&self, who: Who) -> &T {
        match who {
            Who::Owner => &self.owner,
            Who::Intruder => &self.intruder,
        }
    }

    pub(crate) const fn get_mut(&mut self, who: Who) -> &mut T {
        match who {
            Who::Owner => &mut self.owner,
            Who::Intruder => &mut self.intruder,
        }
    }
}

/// Which value of a secret is stored: the one there was at first, or one that somebody chose since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    First,
    By(Who),
}

/// The user's row and credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct User {
    pub(crate) legacy: bool,
    pub(crate) invited: bool,
    pub(crate) enrolled: bool,
    /// The password that came with the Enterprise User ID.
    pub(crate) password: Option<Value>,
    pub(crate) password_dead: bool,
    pub(crate) security_code: Option<Value>,
    pub(crate) channel: Channel,
    pub(crate) owned: Owned,
}

/// The newest mailed code of an attempt or recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Code {
    sent: u8,
    tries: u8,
    spent: bool,
}

impl Code {
    pub(crate) const fn sent(tick: u8) -> Self {
        Self { sent: tick, tries: 0, spent: false }
    }

    /// The statement that counts a try and takes the code, all or nothing.
    pub(crate) const fn consume(&mut self, tick: u8) -> bool {
        let good = self.takes_a_try(tick);
        self.spent |= good;
        good
    }

    /// The statement that counts a wrong try.
    pub(crate) const fn miss(&mut self, tick: u8) -> bool {
        let good = self.takes_a_try(tick);
        if good {
            self.tries += 1;
        }
        good
    }

    const fn takes_a_try(&self, tick: u8) -> bool {
        !self.spent && self.tries < scene::TRIES && tick < self.sent + scene::CODE_LIFETIME
    }
}

/// A pending login or onboarding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    /// Counts the attempts of this browser.
    pub(crate) number: u8,
    pub(crate) machine: Machine,
    pub(crate) expires: u8,
    pub(crate) code: Option<Code>,
    /// What its browser really showed.
    pub(crate) shown: Shown,
    /// The tick at which it last showed something that a person typed.
    pub(crate) by_hand: u8,
    /// When its first proof was given.
    pub(crate) opened: Opened,
}

/// A pending recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rescue {
    pub(crate) machine: Recovery,
    pub(crate) expires: u8,
    pub(crate) code: Option<Code>,
    pub(crate) shown: Shown,
}

/// A Trusted Device. Its token is a number that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Device {
    /// Counts the devices of this browser.
    pub(crate) number: u8,
    /// The attempt that earned it.
    pub(crate) attempt: u8,
    pub(crate) token: u8,
    pub(crate) previous: Option<u8>,
    /// When the newest challenge was made that its key signed.
    pub(crate) challenged: Option<Timestamp>,
    pub(crate) expires: u8,
    pub(crate) revoked: bool,
}

impl Device {
    pub(crate) const fn new(number: u8, attempt: u8, tick: u8) -> Self {
        let expires = tick + scene::TRUST;
        Self { number, attempt, token: 0, previous: None, challenged: None, expires, revoked: false }
    }
}

/// What a browser shows of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Cookie {
    pub(crate) of: Who,
    pub(crate) number: u8,
    pub(crate) token: u8,
}

/// A signed-in browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Session {
    pub(crate) attempt: u8,
    pub(crate) assurance: Assurance,
    /// The device it was made on or with.
    pub(crate) device: Option<Who>,
    pub(crate) shown: Shown,
    /// The tick at which its browser last proved something by hand.
    pub(crate) by_hand: u8,
}

/// A lost factor that will be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Removal {
    pub(crate) by: Who,
    pub(crate) asked: u8,
    pub(crate) shown: Shown,
}

/// What a request had read when it stopped half-way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Seen {
    Attempt(Attempt),
    Rescue(Rescue),
    Session(Session),
    Password(Value),
    Nothing,
}

/// A request between its reading and its writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Flight {
    pub(crate) who: Who,
    pub(crate) job: Job,
    pub(crate) seen: Seen,
    /// The row has another version by now.
    pub(crate) stale: bool,
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) tick: u8,
    pub(crate) user: User,
    pub(crate) attempts: Of<Option<Attempt>>,
    pub(crate) rescues: Of<Option<Rescue>>,
    pub(crate) devices: Of<Option<Device>>,
    pub(crate) cookies: Of<Option<Cookie>>,
    pub(crate) sessions: Of<Option<Session>>,
    pub(crate) removal: Option<Removal>,
    pub(crate) begun: Of<u8>,
    pub(crate) rescued: Of<u8>,
    /// Wrong codes of the account, over all its attempts.
    pub(crate) code_misses: Counter,
    /// Wrong passwords for the account from anywhere.
    pub(crate) password_misses: Counter,
    /// Wrong passwords on the Trusted Device.
    pub(crate) device_misses: Counter,
    /// Wrong security codes.
    pub(crate) security_misses: Counter,
    pub(crate) flights: Vec<Flight>,
    /// Whether the intruder was signed in, or made a password, before.
    pub(crate) intruder_was_in: bool,
    /// Whose choice the channel is, if it was changed.
    pub(crate) channel_by: Option<Who>,
    /// Whose the authenticator app is, if one was bound since the beginning.
    pub(crate) app_by: Option<Who>,
    pub(crate) breach: Option<Breach>,
}

impl World {
    pub(crate) fn beginning(theft: &Theft) -> Self {
        let scene = &theft.scene;
        let (has_id, enrolled) = match scene.standing {
            Standing::Legacy | Standing::Invited => (false, false),
            Standing::IdMade => (true, false),
            Standing::Enrolled => (true, true),
        };
        let user = User {
            legacy: scene.standing == Standing::Legacy,
            invited: scene.invited(),
            enrolled,
            password: has_id.then_some(Value::First),
            password_dead: false,
            security_code: enrolled.then_some(Value::First),
            channel: scene.channel,
            owned: scene.owned,
        };
        let device = Device::new(0, 0, 0);
        let cookie = Cookie { of: Who::Owner, number: 0, token: 0 };
        Self {
            tick: 0,
            user,
            attempts: Of::default(),
            rescues: Of::default(),
            devices: Of { owner: scene.trusted.then_some(device), intruder: None },
            cookies: Of {
                owner: scene.trusted.then_some(cookie),
                intruder: (scene.trusted && theft.holds.cookie).then_some(cookie),
            },
            sessions: Of::default(),
            removal: None,
            begun: Of::default(),
            rescued: Of::default(),
            code_misses: Counter::default(),
            password_misses: Counter::default(),
            device_misses: Counter::default(),
            security_misses: Counter::default(),
            flights: vec![],
            intruder_was_in: false,
            channel_by: None,
            app_by: None,
            breach: None,
        }
    }

    pub(crate) const fn standing(&self) -> Standing {
        match (self.user.password, self.user.enrolled, self.user.legacy) {
            (Some(_), true, _) => Standing::Enrolled,
            (Some(_), false, _) => Standing::IdMade,
            (None, _, true) => Standing::Legacy,
            (None, _, false) => Standing::Invited,
        }
    }

    /// What the product's table says now.
    pub(crate) fn admission(&self, theft: &Theft) -> Admission {
        admission(theft.scene.stage(self.tick), self.standing(), theft.scene.postponable)
    }

    pub(crate) const fn now(&self) -> Timestamp {
        at(self.tick)
    }

    /// The first breach is what a report is about.
    pub(crate) fn blame(&mut self, breach: Breach) {
        self.breach = self.breach.or(Some(breach));
    }

    /// Every half-way request that read this row finds another version.
    pub(crate) fn attempt_changed(&mut self, who: Who) {
        for flight in &mut self.flights {
            flight.stale |= flight.who == who && matches!(flight.seen, Seen::Attempt(_));
        }
    }

    pub(crate) fn rescue_changed(&mut self, who: Who) {
        for flight in &mut self.flights {
            flight.stale |= flight.who == who && matches!(flight.seen, Seen::Rescue(_));
        }
    }

    pub(crate) fn session_changed(&mut self, who: Who) {
        for flight in &mut self.flights {
            flight.stale |= flight.who == who && matches!(flight.seen, Seen::Session(_));
        }
    }
}

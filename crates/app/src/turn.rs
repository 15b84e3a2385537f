//! One turn of a pending attempt: step the machine, do what it asks for, save, commit. On a miss too.

mod effects;

use std::{sync::Arc, time::Duration};

use crypto::token::Token;
use delivery::mail::{Mail, NoticeEvent};
use domain::{
    attempt::{Attempt, Entry, Machine},
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::DeviceId,
    login::{Login, LoginEvent},
    onboarding::{Onboarding, OnboardingEvent},
    policy::Policy,
    proof::{FirstMethod, SecondMethod},
    time::Timestamp,
};
use store::{Executor, Tx};

use crate::{
    App, Browser, Fault, Progress, SignedIn, directory::Directory, progress::step_of,
    record::NOTICE_DEADLINE, turnstile::Passage,
};

/// A pending attempt is over after this long; whoever comes back later proves everything anew.
pub const ATTEMPT_LIFETIME: Duration = Duration::from_mins(60);

/// A pending attempt as it was a moment ago.
pub(crate) struct Peek {
    pub(crate) attempt: Attempt,
    pub(crate) user: User,
    pub(crate) directory: Arc<Directory>,
    pub(crate) policy: Arc<Policy>,
}

/// One turn.
pub(crate) struct Turn<'a> {
    pub(crate) app: &'a App,
    pub(crate) directory: Arc<Directory>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) user: User,
    pub(crate) browser: &'a Browser,
    pub(crate) attempt: Attempt,
    pub(crate) tx: Tx,
    /// Set when the attempt is new or what is proven changed.
    pub(crate) token: Option<Token>,
    is_new: bool,
    session: Option<Token>,
    enrolled_now: bool,
    announcement: bool,
    /// Set when there is something to mail.
    pub(crate) rings: bool,
    /// Set when sessions were ended: what is remembered of them goes with the commit.
    pub(crate) ends_sessions: bool,
    /// Held until the transaction has ended.
    passage: Option<Passage>,
}

impl<'a> Turn<'a> {
    /// A turn of an attempt that begins now.
    pub(crate) fn begin(
        app: &'a App,
        directory: Arc<Directory>,
        user: User,
        browser: &'a Browser,
        tx: Tx,
        entry: Entry,
        return_to: Option<String>,
    ) -> Self {
        let now = app.now();
        let machine = match entry {
            Entry::Login | Entry::Confirm => Machine::Login(Login::Identify),
            Entry::Start | Entry::Invite => Machine::Onboarding(Onboarding::Identify),
        };
        let attempt = Attempt {
            id: domain::id::AttemptId(app.new_uuid()),
            browser: browser.key,
            entry,
            machine,
            confirms: None,
            user: user.id,
            reason: None,
            return_to,
            browser_name: browser.name(),
            network: browser.network.clone(),
            created_at: now,
            expires_at: now + ATTEMPT_LIFETIME,
            version: 0,
        };
        let mut turn = Self::resume(app, directory, user, browser, tx, attempt);
        turn.is_new = true;
        turn.token = Some(Token::generate(app.random.as_ref()));
        turn
    }

    /// A turn of a stored attempt.
    pub(crate) fn resume(
        app: &'a App,
        directory: Arc<Directory>,
        user: User,
        browser: &'a Browser,
        tx: Tx,
        attempt: Attempt,
    ) -> Self {
        let policy = directory.policy(user.company);
        Self {
            app,
            directory,
            policy,
            user,
            browser,
            attempt,
            tx,
            token: None,
            is_new: false,
            session: None,
            enrolled_now: false,
            announcement: false,
            rings: false,
            ends_sessions: false,
            passage: None,
        }
    }

    /// Steps a login; false when the step is not open now.
    pub(crate) async fn login(&mut self, event: LoginEvent) -> Result<bool, Fault> {
        let Machine::Login(state) = self.attempt.machine else { return Ok(false) };
        // The password was right: once an attempt, its owner hears of it.
        let is_first_miss =
            matches!((state, event), (Login::Challenge { misses: 0, .. }, LoginEvent::SecondFailed));
        let Ok((state, effects)) = state.step(event) else { return Ok(false) };
        if is_first_miss {
            self.notify(NoticeEvent::WrongSecondStep).await?;
        }
        self.attempt.machine = Machine::Login(state);
        for effect in effects {
            self.login_effect(effect).await?;
        }
        self.record_prompt().await?;
        Ok(true)
    }

    /// Steps an onboarding; false when the step is not open now.
    pub(crate) async fn onboarding(&mut self, event: OnboardingEvent) -> Result<bool, Fault> {
        let Machine::Onboarding(state) = self.attempt.machine else { return Ok(false) };
        let Ok((state, effects)) = state.step(event) else { return Ok(false) };
        self.attempt.machine = match state {
            Onboarding::Over(login) => Machine::Login(login),
            pending => Machine::Onboarding(pending),
        };
        for effect in effects {
            self.onboarding_effect(effect).await?;
        }
        self.record_prompt().await?;
        Ok(true)
    }

    /// Stores an attempt that begins in this turn, once; a code refers to its row. False when it was stored before.
    pub(crate) async fn insert_if_new(&mut self) -> Result<bool, Fault> {
        let (true, Some(token)) = (self.is_new, &self.token) else { return Ok(false) };
        store::attempts::insert(&mut self.tx, &self.attempt, &token.hash()).await?;
        self.is_new = false;
        Ok(true)
    }

    /// Saves, commits and tells where the user goes on. `None` when another answer was faster: nothing is kept.
    pub(crate) async fn finish(mut self) -> Result<Option<Progress>, Fault> {
        if !self.insert_if_new().await? {
            if !store::attempts::save(&mut self.tx, &self.attempt).await? {
                return Ok(None);
            }
            if let Some(token) = &self.token {
                store::attempts::renew_token(&mut self.tx, &self.attempt, &token.hash()).await?;
            }
        }
        self.tx.commit().await?;
        if self.ends_sessions {
            self.app.forget_sessions_of(self.user.id);
        }
        if self.rings {
            self.app.mail_bell.notify_one();
        }
        let step = match step_of(&self.attempt.machine) {
            Ok(step) => return Ok(Some(Progress::At(step, self.token))),
            Err(Login::Refused(refusal)) => return Ok(Some(Progress::Refused(refusal))),
            Err(_) => self.session,
        };
        let session = step.ok_or(Fault::Inconsistent("signed in without a session"))?;
        Ok(Some(Progress::SignedIn(Box::new(SignedIn {
            session,
            return_to: self.attempt.return_to,
            entry: self.attempt.entry,
            role: self.user.role,
            enrolled_now: self.enrolled_now,
            announcement: self.announcement,
        }))))
    }

    /// Keeps what was counted, and lets the next in line go on: whoever takes another turn of the same attempt ends this one first.
    pub(crate) async fn commit(self) -> Result<(), Fault> {
        Ok(self.tx.commit().await?)
    }

    /// A new token for the attempt's cookie, at a change of what is proven.
    pub(crate) fn renew_token(&mut self) {
        if self.token.is_none() {
            self.token = Some(Token::generate(self.app.random.as_ref()));
        }
    }

    /// The page has to say what will come.
    pub(crate) const fn announce(&mut self) {
        self.announcement = true;
    }

    /// Queues a letter that is no code.
    pub(crate) async fn tell(&mut self, mail: Mail) -> Result<(), Fault> {
        let deadline = self.app.now() + NOTICE_DEADLINE;
        self.post(mail, deadline).await.map(drop)
    }

    pub(crate) async fn post(
        &mut self,
        mail: Mail,
        deadline: Timestamp,
    ) -> Result<domain::id::MessageId, Fault> {
        self.rings = true;
        self.app.post(&mut self.tx, &self.directory, &self.user, mail, deadline).await
    }

    pub(crate) async fn audit(&mut self, kind: AuditKind) -> Result<(), Fault> {
        let event = self.event(kind);
        self.app.audit(&mut self.tx, event).await
    }

    /// An event about this user, from this browser.
    pub(crate) fn event(&self, kind: AuditKind) -> AuditEvent {
        AuditEvent::new(kind, Actor::User)
            .about(self.user.id, self.user.company)
            .fact("attempt", self.attempt.id)
            .personal("network", &self.browser.network)
            .personal("browser", &self.attempt.browser_name)
    }
}

/// The Trusted Device that answered for the second factor of a pending login.
fn device_behind(machine: &Machine) -> Option<DeviceId> {
    let Machine::Login(Login::Enrol { assurance, .. }) = machine else { return None };
    match assurance.second()?.method() {
        SecondMethod::TrustedDevice(device) => Some(device),
        SecondMethod::EmailOtp
        | SecondMethod::AuthenticatorApp
        | SecondMethod::Passkey
        | SecondMethod::RecoveryCode => None,
    }
}

fn rests_on_password_before(machine: &Machine, dead: Timestamp) -> bool {
    let first = match machine {
        Machine::Login(Login::Challenge { first, .. }) => *first,
        Machine::Login(Login::Enrol { assurance, .. }) => assurance.first(),
        Machine::Login(Login::Identify | Login::SignedIn { .. } | Login::Refused(_))
        | Machine::Onboarding(_) => return false,
    };
    first.method() == FirstMethod::Password && first.at() <= dead
}

impl App {
    /// The pending attempt of this cookie on this browser, with its user; `None` when there is none, it is over, or it
    /// belongs to another browser.
    pub(crate) async fn load_attempt(
        &self,
        conn: &mut impl Executor,
        browser: &Browser,
        token: &Token,
    ) -> Result<Option<(Attempt, User)>, Fault> {
        let Some(attempt) = store::attempts::find(conn, &token.hash()).await? else { return Ok(None) };
        if attempt.browser != browser.key || self.now() >= attempt.expires_at {
            return Ok(None);
        }
        if step_of(&attempt.machine).is_err() {
            return Ok(None);
        }
        // A Trusted Device that was removed takes along what it opened half-way.
        if let Some(device) = device_behind(&attempt.machine) {
            let device = store::devices::find(conn, device).await?;
            if device.is_none_or(|device| device.revoked_at.is_some()) {
                return Ok(None);
            }
        }
        // What proves a session afresh ends with it.
        if let Some(confirms) = attempt.confirms {
            let session = store::sessions::find_by_id(conn, confirms).await?;
            if !session.is_some_and(|session| session.is_alive(self.now())) {
                return Ok(None);
            }
        }
        let user = store::users::find(conn, attempt.user).await?;
        let user = user.ok_or(Fault::Inconsistent("an attempt without a user"))?;
        // What began with a password that its owner has disowned since goes no further.
        let is_dead =
            user.password_dead_at.is_some_and(|dead| rests_on_password_before(&attempt.machine, dead));
        Ok((user.disabled_at.is_none() && !is_dead).then_some((attempt, user)))
    }

    /// The pending attempt of this cookie, to look at without holding anything.
    pub(crate) async fn peek(&self, browser: &Browser, token: &Token) -> Result<Option<Peek>, Fault> {
        let directory = self.directory().await?;
        let mut conn = self.db.read().await?;
        let found = self.load_attempt(&mut conn, browser, token).await?;
        Ok(found.map(|(attempt, user)| Peek {
            policy: directory.policy(user.company),
            directory,
            attempt,
            user,
        }))
    }

    /// A turn of the pending attempt of this cookie.
    pub(crate) async fn turn<'a>(
        &'a self,
        browser: &'a Browser,
        token: &Token,
    ) -> Result<Option<Turn<'a>>, Fault> {
        let directory = self.directory().await?;
        let passage = self.turnstile.enter(&token.hash()).await;
        let mut tx = self.db.begin().await?;
        let Some((attempt, _)) = self.load_attempt(&mut tx, browser, token).await? else {
            return Ok(None);
        };
        // What may have ended it in this moment is seen in the second reading.
        store::users::hold(&mut tx, attempt.user).await?;
        let Some((attempt, user)) = self.load_attempt(&mut tx, browser, token).await? else {
            return Ok(None);
        };
        let mut turn = Turn::resume(self, directory, user, browser, tx, attempt);
        turn.passage = Some(passage);
        Ok(Some(turn))
    }
}

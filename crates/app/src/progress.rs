//! One turn of a pending attempt: step the machine, do what it asks for, save, commit. On a miss too.

use crypto::token::Token;
use delivery::mail::Mail;
use domain::{
    access::{Admission, NotNow, Then, admission},
    attempt::{Attempt, Entry, Machine},
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enrolment::{Enrolment, EnrolmentEffect},
    login::{self, Login, LoginEvent, Refusal},
    onboarding::{self, Onboarding, OnboardingEvent},
    policy::{EnrolmentDuty, EnrolmentPrompt, Policy},
    proof::Assurance,
    rollout::Stage,
    session::Session,
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};
use store::{Executor, Tx};

use crate::{App, Browser, DeviceCookie, Fault, directory::Directory, record::NOTICE_DEADLINE};

/// A pending attempt is over after this long; whoever comes back later proves everything anew.
pub const ATTEMPT_LIFETIME: Duration = Duration::from_mins(60);

/// Where the user goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Enter the code of a login.
    Code,
    /// Onboarding: check name and e-mail.
    Profile,
    /// Onboarding: enter the code that proves the mailbox.
    Mailbox,
    /// Onboarding: choose ID and password.
    UserId,
    /// Enrolment: check name and e-mail.
    EnrolProfile,
    /// Enrolment: make the security code.
    SecurityCode,
}

/// What a turn led to.
#[derive(Debug)]
pub enum Progress {
    /// There is more to do. A new token replaces the attempt's cookie.
    At(Step, Option<Token>),
    /// Done.
    SignedIn(Box<SignedIn>),
    /// Over without a session; the first proof was given, so the truth is told.
    Refused(Refusal),
}

/// A finished login.
#[derive(Debug)]
pub struct SignedIn {
    /// The session's token.
    pub session: Token,
    /// Where the user wanted to go.
    pub return_to: Option<String>,
    /// By which door it came in.
    pub entry: Entry,
    /// Whether the security code was made just now: the last page of onboarding tells how it goes on.
    pub enrolled_now: bool,
    /// Whether the page has to say what will come.
    pub announcement: bool,
}

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
    rings: bool,
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
            Entry::Login => Machine::Login(Login::Identify),
            Entry::Start | Entry::Invite => Machine::Onboarding(Onboarding::Identify),
        };
        let attempt = Attempt {
            id: domain::id::AttemptId(app.new_uuid()),
            browser: browser.key,
            entry,
            machine,
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
        }
    }

    /// Steps a login; false when the step is not open now.
    pub(crate) async fn login(&mut self, event: LoginEvent) -> Result<bool, Fault> {
        let Machine::Login(state) = self.attempt.machine else { return Ok(false) };
        let Ok((state, effects)) = state.step(event) else { return Ok(false) };
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

    async fn login_effect(&mut self, effect: login::Effect) -> Result<(), Fault> {
        match effect {
            // The caller asks the Trusted Device first.
            login::Effect::AskSecond => Ok(()),
            login::Effect::StartSession(assurance) => self.start_session(assurance).await,
            login::Effect::Enrolment(EnrolmentEffect::RecordProfileConfirmed) => {
                Ok(store::users::confirm_profile(&mut self.tx, self.user.id, self.app.now()).await?)
            }
            // The use case opens it: only it knows what was said.
            login::Effect::Enrolment(EnrolmentEffect::OpenCase) => Ok(()),
            login::Effect::Enrolment(EnrolmentEffect::CountPostponement) => self.count_postponement().await,
            login::Effect::Enrolment(EnrolmentEffect::RecordEnrolled) => {
                self.enrolled_now = true;
                store::users::record_enrolled(&mut self.tx, self.user.id, self.app.now()).await?;
                self.audit(AuditKind::Enrolled).await
            }
        }
    }

    async fn onboarding_effect(&mut self, effect: onboarding::Effect) -> Result<(), Fault> {
        match effect {
            onboarding::Effect::RecordProfileConfirmed => {
                store::users::confirm_profile(&mut self.tx, self.user.id, self.app.now()).await?;
                self.audit(AuditKind::OnboardingStarted).await
            }
            onboarding::Effect::NotifyStarted => {
                let mail = Mail::OnboardingStarted {
                    at: self.app.now(),
                    browser: self.attempt.browser_name.clone(),
                };
                // Once: whoever begins again on another browser was told already.
                if self.user.profile_confirmed_at.is_none() { self.notify(mail).await } else { Ok(()) }
            }
            onboarding::Effect::SendCode => self.send_code().await,
            onboarding::Effect::CountPostponement => self.count_postponement().await,
            // The use cases do these: only they know the report and the new credentials.
            onboarding::Effect::OpenCase | onboarding::Effect::ReplaceCredentials => Ok(()),
            onboarding::Effect::Login(effect) => self.login_effect(effect).await,
        }
    }

    async fn start_session(&mut self, assurance: Assurance) -> Result<(), Fault> {
        let now = self.app.now();
        let token = Token::generate(self.app.random.as_ref());
        let session = Session {
            id: domain::id::SessionId(self.app.new_uuid()),
            assurance,
            attempt: self.attempt.id,
            device: self.device_of(assurance).await?,
            browser_name: self.attempt.browser_name.clone(),
            network: self.browser.network.clone(),
            created_at: now,
            last_seen_at: now,
            idle: self.policy.session.idle,
            ends_at: now + self.policy.session.total,
        };
        store::sessions::insert(&mut self.tx, &session, &token.hash()).await?;
        let event =
            self.event(AuditKind::SessionStarted).fact("session", session.id).fact("acr", assurance.acr());
        self.app.audit(&mut self.tx, event).await?;
        self.session = Some(token);
        Ok(())
    }

    async fn device_of(&mut self, assurance: Assurance) -> Result<Option<domain::id::DeviceId>, Fault> {
        if let Some(domain::proof::SecondMethod::TrustedDevice(device)) =
            assurance.second().map(|second| second.method())
        {
            return Ok(Some(device));
        }
        let earned = store::devices::find_of_attempt(&mut self.tx, self.attempt.id).await?;
        Ok(earned.map(|device| device.id))
    }

    async fn count_postponement(&mut self) -> Result<(), Fault> {
        store::users::count_postponement(&mut self.tx, self.user.id).await?;
        self.audit(AuditKind::Postponed).await
    }

    /// The time for "not now" runs from the first page that asks.
    async fn record_prompt(&mut self) -> Result<(), Fault> {
        let asks = matches!(
            self.attempt.machine,
            Machine::Onboarding(Onboarding::CheckProfile { .. })
                | Machine::Login(Login::Enrol { enrolment: Enrolment::CheckProfile(_), .. })
        );
        if asks {
            store::users::record_prompt(&mut self.tx, self.user.id, self.app.now()).await?;
        }
        Ok(())
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
            enrolled_now: self.enrolled_now,
            announcement: self.announcement,
        }))))
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

    /// Queues a notice.
    pub(crate) async fn notify(&mut self, mail: Mail) -> Result<(), Fault> {
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

/// The page of a pending machine; the state of one that is over.
pub(crate) const fn step_of(machine: &Machine) -> Result<Step, Login> {
    match *machine {
        Machine::Login(Login::Challenge { .. }) => Ok(Step::Code),
        Machine::Login(Login::Enrol { enrolment: Enrolment::CheckProfile(_), .. }) => Ok(Step::EnrolProfile),
        Machine::Login(Login::Enrol { enrolment: Enrolment::MakeSecurityCode(_), .. }) => {
            Ok(Step::SecurityCode)
        }
        Machine::Onboarding(Onboarding::CheckProfile { .. }) => Ok(Step::Profile),
        Machine::Onboarding(Onboarding::ProveMailbox { .. }) => Ok(Step::Mailbox),
        Machine::Onboarding(Onboarding::ChooseUserId { .. }) => Ok(Step::UserId),
        Machine::Onboarding(Onboarding::Identify) => Err(Login::Identify),
        Machine::Login(login) | Machine::Onboarding(Onboarding::Over(login)) => Err(login),
    }
}

/// Whether "not now" is offered at this step.
pub(crate) const fn not_now_of(machine: &Machine) -> NotNow {
    match *machine {
        Machine::Login(Login::Enrol {
            enrolment: Enrolment::CheckProfile(not_now) | Enrolment::MakeSecurityCode(not_now),
            ..
        })
        | Machine::Onboarding(
            Onboarding::CheckProfile { not_now, .. }
            | Onboarding::ProveMailbox { not_now, .. }
            | Onboarding::ChooseUserId { not_now, .. },
        ) => not_now,
        Machine::Login(_) | Machine::Onboarding(Onboarding::Identify | Onboarding::Over(_)) => {
            NotNow::Refused
        }
    }
}

/// What the table says for this user at this moment.
pub(crate) async fn admission_of(
    app: &App,
    conn: &mut impl Executor,
    directory: &Directory,
    user: &User,
) -> Result<Admission, Fault> {
    let has_id = store::identities::id_of(conn, user.id).await?.is_some();
    let has_legacy = store::identities::legacy_of(conn, user.id).await?.is_some();
    let policy = directory.policy(user.company);
    let now = app.now();
    let stage = stage_of(directory, user, now);
    let answer = admission(stage, user.standing(has_id, has_legacy), postponable(user, &policy, now));
    Ok(Admission { then: spare_prompt(answer.then, user, &policy, now), ..answer })
}

/// Staff have no rollout: everything is due.
pub(crate) fn stage_of(directory: &Directory, user: &User, now: Timestamp) -> Stage {
    directory.company_of(user).map_or(Stage::DeadlinePassed, |company| company.rollout.stage(now))
}

/// Whether the user's own time for "not now" still runs.
pub(crate) fn postponable(user: &User, policy: &Policy, now: Timestamp) -> NotNow {
    let since = user.first_prompted_at.unwrap_or(now);
    let runs = now < since + policy.enrolment.postpone_for;
    match policy.enrolment.required {
        EnrolmentDuty::AfterDeadline if runs => NotNow::Offered,
        EnrolmentDuty::AfterDeadline | EnrolmentDuty::AtOnce => NotNow::Refused,
    }
}

/// Where policy asks once a day, a prompt that may be put off is spared until a day has gone.
fn spare_prompt(then: Then, user: &User, policy: &Policy, now: Timestamp) -> Then {
    const DAY: Duration = Duration::from_hours(24);
    let asked_today = user.last_prompted_at.is_some_and(|at| now.since(at) < DAY);
    match (then, policy.enrolment.prompt) {
        (Then::Enrolment(NotNow::Offered), EnrolmentPrompt::OnceADay) if asked_today => Then::Application,
        (then, EnrolmentPrompt::OnceADay | EnrolmentPrompt::EveryLogin) => then,
    }
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
        let user = store::users::find(conn, attempt.user).await?;
        let user = user.ok_or(Fault::Inconsistent("an attempt without a user"))?;
        Ok(user.disabled_at.is_none().then_some((attempt, user)))
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
        let mut tx = self.db.begin().await?;
        let Some((attempt, user)) = self.load_attempt(&mut tx, browser, token).await? else {
            return Ok(None);
        };
        Ok(Some(Turn::resume(self, directory, user, browser, tx, attempt)))
    }
}

/// A Trusted Device's cookie for a policy's life time.
pub(crate) const fn device_cookie(name: String, value: String, policy: &Policy) -> DeviceCookie {
    DeviceCookie { name, value, max_age: policy.device.trust_lifetime.as_secs() }
}

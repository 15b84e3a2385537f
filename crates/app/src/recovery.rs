//! One turn of a pending recovery: step the machine, save, commit. On a miss too.

use std::sync::Arc;

use crypto::{
    random::RandomExt as _,
    seal::{Place, open, seal},
    token::Token,
};
use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::{CodeId, RecoveryId},
    otp::{TAGS, tag},
    policy::Policy,
    recovery::{Recovery, RecoveryEffect, RecoveryEvent},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{
    Executor, Tx,
    recoveries::{MailedCode, StoredRecovery},
};

use crate::{App, Browser, Fault, directory::Directory, record::NOBODY, turnstile::Passage};

/// A recovery is over after this long, like a pending login; so is an opened door.
pub const LIFETIME: Duration = Duration::from_hours(1);
/// One in which staff were asked to help waits for them.
pub const LIFETIME_WITH_STAFF: Duration = Duration::from_hours(72);

const SEALED: &str = "recoveries.sealed_name";

/// What was typed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    /// At which door.
    pub(crate) door: Door,
    /// The canonical name.
    pub(crate) name: String,
    /// Where the user wanted to go; checked already.
    pub(crate) to: Option<String>,
}

/// Where a name was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// `/login`.
    Login,
    /// `/start`.
    Start,
    /// `/recover`.
    Recover,
}

impl Door {
    /// The word in the names of counters.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Start => "start",
            Self::Recover => "recover",
        }
    }
}

/// One turn.
pub(crate) struct RecoveryTurn<'a> {
    pub(crate) app: &'a App,
    pub(crate) directory: Arc<Directory>,
    pub(crate) recovery: StoredRecovery,
    pub(crate) tx: Tx,
    token: Option<Token>,
    rings: bool,
    #[expect(dead_code, reason = "held until the transaction has ended")]
    passage: Option<Passage>,
}

impl App {
    /// The name that limits and doors of a typed name hang on.
    pub(crate) fn recovery_name(&self, door: Door, name: &str) -> [u8; 32] {
        self.keys.mac("recovery name", &[door.name().as_bytes(), name.as_bytes()])
    }

    pub(crate) fn seal_typed(&self, id: RecoveryId, typed: &Typed) -> Result<Vec<u8>, Fault> {
        let text =
            serde_json::to_vec(typed).map_err(|_| Fault::Inconsistent("a typed name that cannot be kept"))?;
        let place = Place { column: SEALED, row: &id.to_string() };
        Ok(seal(self.keys.envelope(), place, &text, self.random.as_ref())?)
    }

    pub(crate) fn open_typed(&self, recovery: &StoredRecovery) -> Result<Typed, Fault> {
        let place = Place { column: SEALED, row: &recovery.id.to_string() };
        let text = open(self.keys.envelope(), place, &recovery.sealed_name)?;
        serde_json::from_slice(&text).map_err(|_| Fault::Inconsistent("a typed name that cannot be read"))
    }

    /// A code that is asked for now, under another tag than the one before. Its digits are drawn when it is mailed.
    pub(crate) fn next_code(&self, policy: &Policy, before: Option<&str>) -> MailedCode {
        let now = self.now();
        let drawn = u16::try_from(self.random.below(u64::from(TAGS))).unwrap_or(0);
        let fresh = tag(drawn);
        MailedCode {
            id: CodeId(self.new_uuid()),
            tag: if before == Some(fresh.as_str()) { tag(drawn + 1) } else { fresh },
            mac: None,
            message: None,
            sent_at: now,
            expires_at: now + policy.otp.lifetime,
            tries: 0,
            consumed_at: None,
        }
    }

    /// The pending recovery of this cookie on this browser; `None` when there is none, it is over, or it belongs to another
    /// browser.
    pub(crate) async fn load_recovery(
        &self,
        conn: &mut impl Executor,
        browser: &Browser,
        token: &Token,
    ) -> Result<Option<StoredRecovery>, Fault> {
        let Some(recovery) = store::recoveries::find(conn, &token.hash()).await? else { return Ok(None) };
        let is_over = match recovery.state {
            Recovery::ProveMailbox { .. }
            | Recovery::DoorOpen { .. }
            | Recovery::ProveKnowledge { .. }
            | Recovery::ChoosePassword { .. } => self.now() >= recovery.expires_at,
            Recovery::Completed | Recovery::Scheduled | Recovery::Ended => true,
        };
        Ok(Some(recovery).filter(|recovery| !is_over && recovery.browser == browser.key))
    }

    /// A turn of it.
    pub(crate) async fn recovery_turn(
        &self,
        browser: &Browser,
        token: &Token,
    ) -> Result<Option<RecoveryTurn<'_>>, Fault> {
        let directory = self.directory().await?;
        let passage = self.turnstile.enter(&token.hash()).await;
        let mut tx = self.db.begin().await?;
        let found = self.load_recovery(&mut tx, browser, token).await?;
        Ok(found.map(|recovery| RecoveryTurn {
            passage: Some(passage),
            ..self.recovery_turn_of(directory, tx, recovery)
        }))
    }

    pub(crate) const fn recovery_turn_of(
        &self,
        directory: Arc<Directory>,
        tx: Tx,
        recovery: StoredRecovery,
    ) -> RecoveryTurn<'_> {
        RecoveryTurn { app: self, directory, recovery, tx, token: None, rings: false, passage: None }
    }
}

impl RecoveryTurn<'_> {
    /// Before anything is proven one rule holds for every name.
    pub(crate) fn policy_for_anybody(&self) -> Arc<Policy> {
        self.directory.policy(None)
    }

    /// Whose recovery it is, once the mailbox is proven; `None` when access was taken away meanwhile.
    pub(crate) async fn person(&mut self) -> Result<Option<User>, Fault> {
        // Who is nobody is looked up all the same: the time of the answer must not tell.
        let user = store::users::find(&mut self.tx, self.recovery.user.unwrap_or(NOBODY)).await?;
        Ok(user.filter(|user| user.disabled_at.is_none()))
    }

    /// Steps the machine; `None` when the step is not open now. What the effects ask for beside the notice is the caller's.
    pub(crate) async fn step(&mut self, event: RecoveryEvent) -> Result<Option<Vec<RecoveryEffect>>, Fault> {
        let Ok((state, effects)) = self.recovery.state.step(event) else { return Ok(None) };
        self.recovery.state = state;
        for effect in &effects {
            match effect {
                RecoveryEffect::NotifyStarted => self.notify(NoticeEvent::RecoveryStarted).await?,
                RecoveryEffect::ReplacePassword | RecoveryEffect::ScheduleFactorRemoval => {}
            }
        }
        Ok(Some(effects))
    }

    /// Tells the owner, at the stored address.
    pub(crate) async fn notify(&mut self, event: NoticeEvent) -> Result<(), Fault> {
        let Some(user) = self.recovery.user else { return Ok(()) };
        self.rings = true;
        self.app.notify(&mut self.tx, user, &self.recovery.browser_name, event).await
    }

    /// There is something to mail.
    pub(crate) const fn ring(&mut self) {
        self.rings = true;
    }

    /// A new token, at a change of what is proven.
    pub(crate) fn renew_token(&mut self) {
        self.token = Some(Token::generate(self.app.random.as_ref()));
    }

    /// Saves and commits; `None` when another answer was faster: nothing is kept. Else the new token, if there is one.
    pub(crate) async fn finish(mut self) -> Result<Option<Option<Token>>, Fault> {
        if !store::recoveries::save(&mut self.tx, &self.recovery).await? {
            return Ok(None);
        }
        if let Some(token) = &self.token {
            store::recoveries::renew_token(&mut self.tx, self.recovery.id, &token.hash()).await?;
        }
        self.commit().await.map(Some)
    }

    /// The same where what was counted stays counted, even when another answer of the same moment saved the machine first.
    pub(crate) async fn finish_miss(mut self) -> Result<(), Fault> {
        store::recoveries::save(&mut self.tx, &self.recovery).await?;
        self.commit().await.map(drop)
    }

    async fn commit(self) -> Result<Option<Token>, Fault> {
        self.tx.commit().await?;
        if self.rings {
            self.app.mail_bell.notify_one();
        }
        Ok(self.token)
    }

    pub(crate) async fn audit(&mut self, kind: AuditKind) -> Result<(), Fault> {
        let event = self.event(kind);
        self.app.audit(&mut self.tx, event).await
    }

    /// An event of this recovery. Until the mailbox is proven it was a stranger.
    pub(crate) fn event(&self, kind: AuditKind) -> AuditEvent {
        let actor = match self.recovery.state {
            Recovery::ProveMailbox { .. } => Actor::Stranger,
            _ => Actor::User,
        };
        let mut event = AuditEvent::new(kind, actor)
            .fact("recovery", self.recovery.id)
            .personal("network", &self.recovery.network)
            .personal("browser", &self.recovery.browser_name);
        event.user = self.recovery.user;
        event
    }
}

//! Ceremonies of Web Authentication: begun for one browser and one purpose, answered once, in five minutes.

use std::time::Duration;

use crypto::{
    passkeys::{Ceremony, PasskeyProblem, Passkeys, ShownPasskey, StoredPasskey},
    seal::{Place, open, seal},
};
use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    id::{AttemptId, CeremonyId, SessionId, UserId},
};
use store::{Tx, passkey_ceremonies::NewCeremony, passkeys::PasskeyRow};

use crate::{App, Browser, Fault};

/// An answer that comes later is worth nothing.
const LIFETIME: Duration = Duration::from_mins(5);
const STATE: &str = "passkey_ceremonies.sealed_state";

/// What the page gives to the browser.
#[derive(Debug)]
pub struct Begun {
    /// The ceremony; the answer names it.
    pub ceremony: CeremonyId,
    /// The options of `navigator.credentials`.
    pub options: serde_json::Value,
}

/// What a ceremony is for, and what it hangs on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// A login without a name.
    Login,
    /// The second step of this attempt.
    SecondStep(AttemptId),
    /// A new passkey, added from this session.
    Register(SessionId),
    /// A session is proven afresh.
    Confirm(SessionId),
}

impl Purpose {
    fn word(self) -> String {
        match self {
            Self::Login => "login".to_owned(),
            Self::SecondStep(attempt) => format!("second:{attempt}"),
            Self::Register(session) => format!("register:{session}"),
            Self::Confirm(session) => format!("confirm:{session}"),
        }
    }
}

/// What was found of a passkey that signed.
pub(crate) enum Counted {
    /// Its counter is greater than before, or it has none.
    Good,
    /// Its counter went back, or it was removed meanwhile: it opens nothing. The transaction holds the alarm.
    Bad,
}

impl App {
    /// Passkeys, where the portal's address can have them.
    pub(crate) fn passkeys(&self) -> Option<&Passkeys> {
        self.passkeys.as_ref()
    }

    /// Whether the portal's address can have passkeys.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.passkeys.is_some()
    }

    pub(crate) async fn begin_ceremony(
        &self,
        tx: &mut Tx,
        browser: &Browser,
        user: Option<UserId>,
        purpose: Purpose,
        state: &impl Ceremony,
    ) -> Result<CeremonyId, Fault> {
        let (id, now) = (CeremonyId(self.new_uuid()), self.now());
        let bytes = state.to_bytes().map_err(passkey_fault)?;
        let place = Place { column: STATE, row: &id.to_string() };
        let sealed_state = seal(self.keys.envelope(), place, &bytes, self.random.as_ref())?;
        let ceremony = NewCeremony {
            id,
            browser: &browser.key,
            user,
            purpose: &purpose.word(),
            sealed_state: &sealed_state,
            expires_at: now + LIFETIME,
        };
        store::passkey_ceremonies::insert(tx, &ceremony, now).await?;
        Ok(id)
    }

    /// Takes the ceremony in a transaction of its own: right or wrong, it takes no second answer.
    pub(crate) async fn take_ceremony<C: Ceremony>(
        &self,
        browser: &Browser,
        ceremony: &str,
        purpose: Purpose,
    ) -> Result<Option<C>, Fault> {
        let Ok(id) = ceremony.parse::<CeremonyId>() else { return Ok(None) };
        let mut tx = self.db.begin().await?;
        let taken =
            store::passkey_ceremonies::take(&mut tx, id, &browser.key, &purpose.word(), self.now()).await?;
        tx.commit().await?;
        let Some(sealed) = taken else { return Ok(None) };
        let bytes = open(self.keys.envelope(), Place { column: STATE, row: &id.to_string() }, &sealed)?;
        Ok(C::from_bytes(&bytes).ok())
    }

    /// Writes the signature down. Of two answers with one count, and of any with an earlier one, none is good.
    pub(crate) async fn count_signature(
        &self,
        tx: &mut Tx,
        browser: &Browser,
        row: &PasskeyRow,
        shown: &ShownPasskey,
    ) -> Result<Counted, Fault> {
        let stored = StoredPasskey::from_record(&row.record).map_err(passkey_fault)?.after(shown);
        let record = stored.to_record().map_err(passkey_fault)?;
        let (count, flags) = (shown.sign_count(), stored.flags());
        if store::passkeys::use_count(tx, row.id, count, flags, &record, self.now()).await? {
            return Ok(Counted::Good);
        }
        if store::passkeys::find(tx, &row.credential_id).await?.is_some() {
            self.alarm_of_passkey(tx, browser, row).await?;
        }
        Ok(Counted::Bad)
    }

    /// A counter that went back: its owner is told. The passkey stays; the right one counts on.
    pub(crate) async fn alarm_of_passkey(
        &self,
        tx: &mut Tx,
        browser: &Browser,
        row: &PasskeyRow,
    ) -> Result<(), Fault> {
        let user = store::users::find(tx, row.user).await?;
        let company = user.and_then(|user| user.company);
        let event = AuditEvent::new(AuditKind::PasskeyAlarm, Actor::Stranger)
            .about(row.user, company)
            .fact("passkey", row.id)
            .personal("network", &browser.network);
        self.audit(tx, event).await?;
        let event = NoticeEvent::PasskeyAlarm { passkey: row.name.clone() };
        self.notify(tx, row.user, &browser.name(), event).await
    }
}

/// For what cannot fail but by a mistake of this program.
pub(crate) const fn passkey_fault(_: PasskeyProblem) -> Fault {
    Fault::Inconsistent("a passkey's record or ceremony cannot be read")
}

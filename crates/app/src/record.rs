//! What is told about a person: audit events and letters, sealed with the person's own key.

use std::{collections::BTreeMap, time::Duration};

use crypto::{
    keyring::Key,
    random::RandomExt as _,
    seal::{Place, open, seal},
};
use delivery::mail::{Contact, Letter, Mail, Recipient};
use domain::{
    audit::{AuditEvent, AuditKind},
    directory::User,
    id::{AuditId, MessageId, UserId},
    time::Timestamp,
};
use store::{Executor, Tx, audit::StoredEvent, outbox::NewMessage};

use crate::{App, Fault, directory::Directory};

/// How long a notice is tried, where no code sets an earlier end.
pub(crate) const NOTICE_DEADLINE: Duration = Duration::from_hours(24);

/// A key that is nobody's, for look-ups that must take as long as somebody's.
pub(crate) const NOBODY: UserId = UserId(uuid::Uuid::nil());

const PERSON_KEY: &str = "person_keys.sealed_key";
const AUDIT: &str = "audit_events.personal";
const OUTBOX: &str = "outbox.sealed";

impl App {
    /// Records an audit event in the transaction of what it reports.
    pub(crate) async fn audit(&self, tx: &mut Tx, event: AuditEvent) -> Result<(), Fault> {
        if let (AuditKind::Locked | AuditKind::FactorDisabled, Some(user)) = (event.kind, event.user) {
            store::rollout_status::note_lock(tx, user, self.now()).await?;
        }
        let id = AuditId(self.new_uuid());
        let text = serde_json::to_vec(&event.personal).unwrap_or_default();
        let place = Place { column: AUDIT, row: &id.to_string() };
        let sealed = match event.user {
            _ if event.personal.is_empty() => None,
            Some(user) => Some(self.seal_for(tx, user, place, &text).await?),
            None => {
                self.seal_for_nobody(tx, place, &text).await?;
                None
            }
        };
        Ok(store::audit::insert(tx, id, &event, sealed.as_deref(), self.now()).await?)
    }

    /// What names nobody is not kept: there is no person whose key it could be sealed with. The work is the same, so that the time
    /// of an answer does not tell whether a typed name is somebody's.
    async fn seal_for_nobody(&self, tx: &mut Tx, place: Place<'_>, text: &[u8]) -> Result<(), Fault> {
        let drawn = self.person_key(tx, NOBODY).await?.unwrap_or_else(|| Key::from_bytes([0; 32]));
        let unsealed_key = seal(self.keys.envelope(), place, drawn.expose(), self.random.as_ref())?;
        let sealed = seal(&drawn, place, text, self.random.as_ref())?;
        std::hint::black_box((unsealed_key, sealed));
        Ok(())
    }

    /// Reads an event's personal details back. Empty when there are none, or the person's key was erased.
    pub(crate) async fn open_personal(
        &self,
        conn: &mut impl Executor,
        user: UserId,
        event: &StoredEvent,
    ) -> Result<BTreeMap<String, String>, Fault> {
        let Some(sealed) = &event.personal else { return Ok(BTreeMap::new()) };
        let Some(key) = self.person_key(conn, user).await? else { return Ok(BTreeMap::new()) };
        let text = open(&key, Place { column: AUDIT, row: &event.id.to_string() }, sealed)?;
        serde_json::from_slice(&text).map_err(|_| Fault::Inconsistent("an event's details cannot be read"))
    }

    /// Queues a letter in the transaction of what it tells; it is never handed over after `deadline`.
    pub(crate) async fn post(
        &self,
        tx: &mut Tx,
        directory: &Directory,
        user: &User,
        mail: Mail,
        deadline: Timestamp,
    ) -> Result<MessageId, Fault> {
        let id = MessageId(self.new_uuid());
        let kind = kind_of(&mail);
        let letter = letter(directory, user, mail);
        let text =
            serde_json::to_vec(&letter).map_err(|_| Fault::Inconsistent("a letter that cannot be stored"))?;
        let place = Place { column: OUTBOX, row: &id.to_string() };
        let sealed = self.seal_for(tx, user.id, place, &text).await?;
        let message = NewMessage { id, user: Some(user.id), kind, sealed: &sealed, deadline_at: deadline };
        store::outbox::insert(tx, &message, self.now()).await?;
        Ok(id)
    }

    /// Queues one of several people's letters. Whose key is damaged is passed over, so that all the others get theirs; nothing is
    /// written for them then, and false is given.
    pub(crate) async fn post_to_one_of_many(
        &self,
        tx: &mut Tx,
        directory: &Directory,
        user: &User,
        mail: Mail,
        deadline: Timestamp,
    ) -> Result<bool, Fault> {
        match self.post(tx, directory, user, mail, deadline).await {
            Ok(_) => Ok(true),
            Err(fault) if fault.is_damage() => {
                tracing::error!("user.id" = %user.id, %fault, "a letter to one of several people was passed over");
                Ok(false)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Reads a queued letter back.
    pub(crate) async fn open_letter(
        &self,
        conn: &mut impl Executor,
        user: UserId,
        id: MessageId,
        sealed: &[u8],
    ) -> Result<Letter, Fault> {
        let key = self.person_key(conn, user).await?.ok_or(Fault::Inconsistent("a person without a key"))?;
        let text = open(&key, Place { column: OUTBOX, row: &id.to_string() }, sealed)?;
        serde_json::from_slice(&text).map_err(|_| Fault::Inconsistent("a stored letter cannot be read"))
    }

    pub(crate) async fn seal_for(
        &self,
        tx: &mut Tx,
        user: UserId,
        place: Place<'_>,
        text: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        let key = match self.person_key(tx, user).await? {
            Some(key) => key,
            None => self.make_person_key(tx, user).await?,
        };
        Ok(seal(&key, place, text, self.random.as_ref())?)
    }

    pub(crate) async fn person_key(
        &self,
        conn: &mut impl Executor,
        user: UserId,
    ) -> Result<Option<Key>, Fault> {
        let Some(sealed) = store::person_keys::find(conn, user).await? else { return Ok(None) };
        let place = Place { column: PERSON_KEY, row: &user.to_string() };
        let bytes = open(self.keys.envelope(), place, &sealed)?;
        let bytes = bytes.as_slice().try_into().map_err(|_| crypto::seal::Unreadable)?;
        Ok(Some(Key::from_bytes(bytes)))
    }

    /// Of two transactions that make one at once, the second reads back what the first stored.
    async fn make_person_key(&self, tx: &mut Tx, user: UserId) -> Result<Key, Fault> {
        let bytes: [u8; 32] = self.random.bytes();
        let place = Place { column: PERSON_KEY, row: &user.to_string() };
        let sealed = seal(self.keys.envelope(), place, &bytes, self.random.as_ref())?;
        store::person_keys::insert(tx, user, &sealed, self.now()).await?;
        let stored = self.person_key(tx, user).await?;
        stored.ok_or(Fault::Inconsistent("a person's key was not stored"))
    }
}

fn letter(directory: &Directory, user: &User, mail: Mail) -> Letter {
    let company = directory.company_of(user);
    let contact = directory.contact_of(user);
    let language = user.language.clone().or_else(|| company.map(|company| company.language.clone()));
    let application = directory.applications.first().map(|application| application.name.clone());
    Letter {
        to: Recipient { name: user.name.clone(), address: user.email.clone() },
        language: language.unwrap_or_else(|| "en".to_owned()),
        zone: company.map_or_else(|| "UTC".to_owned(), |company| company.time_zone.clone()),
        application: application.unwrap_or_else(|| "Vestibule".to_owned()),
        contact: Contact {
            region: contact.map(|contact| contact.region_name.clone()).unwrap_or_default(),
            reach: contact.map(|contact| contact.phone.clone()).unwrap_or_default(),
            hours: contact.map(hours).unwrap_or_default(),
        },
        mail,
    }
}

fn hours(contact: &domain::directory::Contact) -> String {
    format!("{}, {} to {} ({})", contact.days, contact.opens, contact.closes, contact.time_zone)
}

const fn kind_of(mail: &Mail) -> &'static str {
    match mail {
        Mail::LoginCode(_) => "login_code",
        Mail::OnboardingCode(_) => "onboarding_code",
        Mail::Invitation { .. } => "invitation",
        Mail::OnboardingStarted { .. } => "onboarding_started",
        Mail::UserIdReady { .. } => "user_id_ready",
        Mail::Notices { .. } => "notices",
        Mail::NotMeDigest { .. } => "not_me_digest",
        Mail::TestMail { .. } => "test_mail",
        Mail::CaseOpened { .. } => "case_opened",
        Mail::RecoveryCode(_) => "recovery_code",
        Mail::ConfirmCode(_) => "confirm_code",
        Mail::DoorCode(_) => "door_code",
        Mail::UserIds { .. } => "user_ids",
        Mail::RecoveryCase { .. } => "recovery_case",
        Mail::CaseApproved { .. } => "case_approved",
        Mail::CaseRefused { .. } => "case_refused",
        Mail::FactorRemoval { .. } => "factor_removal",
        Mail::Rollout(_) => "rollout",
        Mail::RolloutNumbers(_) => "rollout_numbers",
    }
}

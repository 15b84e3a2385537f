//! Passkeys (Web Authentication, Level 3), over webauthn-rs: user verification is always required.
//!
//! What begins a ceremony gives an opaque state that only its own finish accepts. The state is kept on this side: it is
//! worth one answer.

use std::fmt;

use domain::id::UserId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;
use webauthn_rs::prelude::{
    AuthenticationResult, Credential, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
    WebauthnError,
};

/// The portal, as authenticators know it.
pub struct Passkeys(Webauthn);

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passkeys")
    }
}

/// The portal's address cannot have passkeys: a bare network address, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("passkeys need a portal with a domain name")]
pub struct NoPasskeys;

/// Why an answer of an authenticator is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyProblem {
    /// It cannot be read.
    #[error("this is no answer of an authenticator")]
    Malformed,
    /// It does not fit the ceremony: another challenge, origin or key, a wrong signature, a user who was not verified.
    #[error("the answer does not fit the ceremony")]
    Refused,
    /// The signature is right and its counter went back: there may be a copy of the passkey (Level 3, section 6.1.1).
    #[error("the signature counter went back")]
    Copied,
    /// Something that cannot be.
    #[error("the ceremony cannot begin")]
    Fault,
}

/// What a registration began with.
#[derive(Serialize, Deserialize)]
pub struct Registration(PasskeyRegistration);

/// What a second step began with: the passkeys of one person.
#[derive(Serialize, Deserialize)]
pub struct SecondStep(PasskeyAuthentication);

/// What a login without a name began with.
#[derive(Serialize, Deserialize)]
pub struct FirstStep(DiscoverableAuthentication);

/// A ceremony's state, for sealing.
pub trait Ceremony: Serialize + DeserializeOwned {
    /// Its bytes.
    ///
    /// # Errors
    /// [`PasskeyProblem::Fault`] never, in practice.
    fn to_bytes(&self) -> Result<Vec<u8>, PasskeyProblem> {
        serde_json::to_vec(self).map_err(|_| PasskeyProblem::Fault)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`PasskeyProblem::Refused`] when it is the state of another kind of ceremony.
    fn from_bytes(bytes: &[u8]) -> Result<Self, PasskeyProblem> {
        serde_json::from_slice(bytes).map_err(|_| PasskeyProblem::Refused)
    }
}
impl Ceremony for Registration {}
impl Ceremony for SecondStep {}
impl Ceremony for FirstStep {}

/// A passkey, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredPasskey(Passkey);

impl StoredPasskey {
    /// Its public identifier.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        self.0.cred_id().as_ref()
    }

    /// Its public key as JSON, for a column of its own: a later library can read it without the record.
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        serde_json::to_vec(self.0.get_public_key()).unwrap_or_default()
    }

    /// The signature counter.
    #[must_use]
    pub fn sign_count(&self) -> u32 {
        Credential::from(self.0.clone()).counter
    }

    /// Bit 0: it may be backed up. Bit 1: it is.
    #[must_use]
    pub fn flags(&self) -> u32 {
        let credential = Credential::from(self.0.clone());
        u32::from(credential.backup_eligible) | u32::from(credential.backup_state) << 1
    }

    /// As stored.
    ///
    /// # Errors
    /// [`PasskeyProblem::Fault`] never, in practice.
    pub fn to_record(&self) -> Result<String, PasskeyProblem> {
        serde_json::to_string(self).map_err(|_| PasskeyProblem::Fault)
    }

    /// Reads a stored record back.
    ///
    /// # Errors
    /// [`PasskeyProblem::Fault`] when it is none.
    pub fn from_record(record: &str) -> Result<Self, PasskeyProblem> {
        serde_json::from_str(record).map_err(|_| PasskeyProblem::Fault)
    }

    /// What the newest signature says of its counter and backup.
    #[must_use]
    pub fn after(mut self, shown: &ShownPasskey) -> Self {
        let _changed = self.0.update_credential(&shown.0);
        self
    }
}

/// A passkey that signed our challenge after its authenticator verified its user. Made by the finishing functions alone.
#[derive(Debug)]
pub struct ShownPasskey(AuthenticationResult);

impl ShownPasskey {
    /// Which one it was.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        self.0.cred_id().as_ref()
    }

    /// The signature counter; 0 where the authenticator has none.
    #[must_use]
    pub fn sign_count(&self) -> u32 {
        self.0.counter()
    }

    /// Whether a PIN, a finger or a face was shown.
    #[must_use]
    pub fn user_was_verified(&self) -> bool {
        self.0.user_verified()
    }
}

/// Options for the browser, as JSON of `navigator.credentials`, and the state for the finish.
pub type Begun<C> = Result<(serde_json::Value, C), PasskeyProblem>;

impl Passkeys {
    /// For a portal at this address: its host is the relying party, its origin the only one accepted.
    ///
    /// # Errors
    /// [`NoPasskeys`] when the address has no domain name.
    pub fn new(public_url: &Url) -> Result<Self, NoPasskeys> {
        let host = public_url.domain().ok_or(NoPasskeys)?;
        let builder = WebauthnBuilder::new(host, public_url).map_err(|_| NoPasskeys)?;
        builder.rp_name(host).build().map(Self).map_err(|_| NoPasskeys)
    }

    /// Begins to register a passkey of this user; authenticators that hold one of `existing` refuse.
    ///
    /// # Errors
    /// [`PasskeyProblem::Fault`].
    pub fn begin_registration(
        &self,
        user: UserId,
        login: &str,
        name: &str,
        existing: &[StoredPasskey],
    ) -> Begun<Registration> {
        let known = existing.iter().map(|passkey| passkey.0.cred_id().clone()).collect();
        let begun = self.0.start_passkey_registration(user.0, login, name, Some(known));
        let (options, state) = begun.map_err(|_| PasskeyProblem::Fault)?;
        let mut options = to_json(&options)?;
        // The library only knows "required" and "discouraged". Without a resident key there is no login without a name, and
        // where there is no room for one, a passkey is still a good second step.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
        options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = false.into();
        Ok((options, Registration(state)))
    }

    /// Finishes a registration.
    ///
    /// # Errors
    /// [`PasskeyProblem`].
    pub fn finish_registration(
        &self,
        answer: &str,
        begun: &Registration,
    ) -> Result<StoredPasskey, PasskeyProblem> {
        let answer: RegisterPublicKeyCredential = read(answer)?;
        self.0.finish_passkey_registration(&answer, &begun.0).map(StoredPasskey).map_err(problem)
    }

    /// Begins a second step with one of these passkeys.
    ///
    /// # Errors
    /// [`PasskeyProblem::Fault`], without passkeys too.
    pub fn begin_second_step(&self, passkeys: &[StoredPasskey]) -> Begun<SecondStep> {
        let passkeys: Vec<Passkey> = passkeys.iter().map(|passkey| passkey.0.clone()).collect();
        let begun = self.0.start_passkey_authentication(&passkeys).map_err(|_| PasskeyProblem::Fault)?;
        Ok((to_json(&begun.0)?, SecondStep(begun.1)))
    }

    /// Finishes a second step.
    ///
    /// # Errors
    /// [`PasskeyProblem`].
    pub fn finish_second_step(
        &self,
        answer: &str,
        begun: &SecondStep,
    ) -> Result<ShownPasskey, PasskeyProblem> {
        let answer: PublicKeyCredential = read(answer)?;
        self.0.finish_passkey_authentication(&answer, &begun.0).map(ShownPasskey).map_err(problem)
    }

    /// Begins a login without a name: whoever has a passkey for this portal may answer.
    ///
    /// # Errors
    /// [`PasskeyProblem::Fault`].
    pub fn begin_first_step(&self) -> Begun<FirstStep> {
        let begun = self.0.start_discoverable_authentication().map_err(|_| PasskeyProblem::Fault)?;
        let mut options = to_json(&begun.0)?;
        // The page decides whether it shows a button or fills in a field.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        Ok((options, FirstStep(begun.1)))
    }

    /// Which passkey an answer claims to be of, and of whom. Nothing is verified yet.
    ///
    /// # Errors
    /// [`PasskeyProblem::Malformed`].
    pub fn claimed(&self, answer: &str) -> Result<(UserId, Vec<u8>), PasskeyProblem> {
        let answer: PublicKeyCredential = read(answer)?;
        let claimed = self.0.identify_discoverable_authentication(&answer);
        let (user, credential) = claimed.map_err(|_| PasskeyProblem::Malformed)?;
        Ok((UserId(user), credential.to_vec()))
    }

    /// Which passkey an answer claims to be of. Nothing is verified.
    ///
    /// # Errors
    /// [`PasskeyProblem::Malformed`].
    pub fn claimed_credential(&self, answer: &str) -> Result<Vec<u8>, PasskeyProblem> {
        read::<PublicKeyCredential>(answer).map(|answer| answer.get_credential_id().to_vec())
    }

    /// Finishes a login without a name, with the stored passkey that the answer claims.
    ///
    /// # Errors
    /// [`PasskeyProblem`].
    pub fn finish_first_step(
        &self,
        answer: &str,
        begun: FirstStep,
        stored: &StoredPasskey,
    ) -> Result<ShownPasskey, PasskeyProblem> {
        let answer: PublicKeyCredential = read(answer)?;
        let finished = self.0.finish_discoverable_authentication_v2(&answer, begun.0, &stored.0);
        finished.map(ShownPasskey).map_err(problem)
    }
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, PasskeyProblem> {
    serde_json::from_str(answer).map_err(|_| PasskeyProblem::Malformed)
}

fn to_json(options: &impl Serialize) -> Result<serde_json::Value, PasskeyProblem> {
    serde_json::to_value(options).map_err(|_| PasskeyProblem::Fault)
}

fn problem(error: WebauthnError) -> PasskeyProblem {
    match error {
        WebauthnError::CredentialPossibleCompromise => PasskeyProblem::Copied,
        _ => PasskeyProblem::Refused,
    }
}

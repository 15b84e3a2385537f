//! Proofs and assurance as columns, for the tables that keep them.

use domain::{
    id::{DeviceId, UserId},
    proof::{Assurance, First, FirstMethod, Proof, Second, SecondMethod},
    time::Timestamp,
};

use crate::{error::StoreError, value::Id};

/// The columns that hold an assurance, or its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProofColumns {
    pub(crate) first_method: Option<&'static str>,
    pub(crate) first_at: Option<Timestamp>,
    pub(crate) second_method: Option<&'static str>,
    pub(crate) second_device: Option<DeviceId>,
    pub(crate) second_at: Option<Timestamp>,
}

impl From<Proof<First>> for ProofColumns {
    fn from(first: Proof<First>) -> Self {
        let method = match first.method() {
            FirstMethod::Password => "password",
            FirstMethod::Legacy => "legacy",
            FirstMethod::Invitation => "invitation",
            FirstMethod::Passkey => "passkey",
        };
        Self { first_method: Some(method), first_at: Some(first.at()), ..Self::default() }
    }
}

impl From<Assurance> for ProofColumns {
    fn from(assurance: Assurance) -> Self {
        let columns = Self::from(assurance.first());
        let Some(second) = assurance.second() else { return columns };
        let (method, device) = match second.method() {
            SecondMethod::EmailOtp => ("email_otp", None),
            SecondMethod::TrustedDevice(device) => ("trusted_device", Some(device)),
            SecondMethod::AuthenticatorApp => ("authenticator_app", None),
            SecondMethod::Passkey => ("passkey", None),
            SecondMethod::RecoveryCode => ("recovery_code", None),
        };
        Self { second_method: Some(method), second_device: device, second_at: Some(second.at()), ..columns }
    }
}

/// The same columns as read.
pub(crate) struct StoredProofs<'a> {
    pub(crate) table: &'static str,
    pub(crate) user: UserId,
    pub(crate) first_method: Option<&'a str>,
    pub(crate) first_at: Option<i64>,
    pub(crate) second_method: Option<&'a str>,
    pub(crate) second_device: Option<Id<DeviceId>>,
    pub(crate) second_at: Option<i64>,
}

impl StoredProofs<'_> {
    pub(crate) fn first(&self) -> Result<Proof<First>, StoreError> {
        let method = match self.first_method {
            Some("password") => FirstMethod::Password,
            Some("legacy") => FirstMethod::Legacy,
            Some("invitation") => FirstMethod::Invitation,
            Some("passkey") => FirstMethod::Passkey,
            other => return Err(self.odd("first_method", other)),
        };
        let at = self.first_at.ok_or_else(|| self.odd("first_at", None))?;
        Ok(Proof::danger_mint(self.user, method, Timestamp(at)))
    }

    fn second(&self) -> Result<Option<Proof<Second>>, StoreError> {
        let method = match (self.second_method, self.second_device) {
            (None, None) => return Ok(None),
            (Some("email_otp"), None) => SecondMethod::EmailOtp,
            (Some("trusted_device"), Some(Id(device))) => SecondMethod::TrustedDevice(device),
            (Some("authenticator_app"), None) => SecondMethod::AuthenticatorApp,
            (Some("passkey"), None) => SecondMethod::Passkey,
            (Some("recovery_code"), None) => SecondMethod::RecoveryCode,
            (other, _) => return Err(self.odd("second_method", other)),
        };
        let at = self.second_at.ok_or_else(|| self.odd("second_at", None))?;
        Ok(Some(Proof::danger_mint(self.user, method, Timestamp(at))))
    }

    pub(crate) fn assurance(&self) -> Result<Assurance, StoreError> {
        Assurance::danger_restore(self.first()?, self.second()?)
            .ok_or_else(|| StoreError::inconsistent(self.table, "proofs of two people"))
    }

    fn odd(&self, column: &str, value: Option<&str>) -> StoreError {
        StoreError::inconsistent(self.table, format!("{column} is {value:?}"))
    }
}

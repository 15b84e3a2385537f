//! Second factors: which a person has, how they rank, and which of them one login offers.
//!
//! A login offers the factor that its owner chose and what ranks at least as high; never a weaker one, because an attacker
//! would choose it. A recovery code stands in for a lost authenticator app or passkey.

use serde::{Deserialize, Serialize};

use crate::{enrolment::NotAllowed, proof::SecondMethod};

/// How the second step is done by default. Ordered by rank: what resists more attacks is greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A code to the stored business e-mail address.
    #[default]
    Email,
    /// A code that an authenticator app computes (RFC 6238).
    AuthenticatorApp,
    /// A passkey (Web Authentication, Level 3): cannot be phished.
    Passkey,
}

impl Channel {
    /// All channels, by rank.
    pub const ALL: [Self; 3] = [Self::Email, Self::AuthenticatorApp, Self::Passkey];

    /// The stable name, in the database and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::AuthenticatorApp => "authenticator_app",
            Self::Passkey => "passkey",
        }
    }

    /// The channel of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// What a person has beside the mailbox, which everybody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Owned {
    /// An authenticator app that was confirmed.
    pub authenticator_app: bool,
    /// At least one passkey.
    pub passkey: bool,
    /// At least one recovery code that was not used.
    pub recovery_code: bool,
}

impl Owned {
    const fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::Email => true,
            Channel::AuthenticatorApp => self.authenticator_app,
            Channel::Passkey => self.passkey,
        }
    }
}

/// Whether a Trusted Device may answer for the second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceTrust {
    /// It may.
    Counts,
    /// Proof by hand is asked for: a sensitive change, or a console.
    DoesNotCount,
}

/// The second factors that one login offers; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Offer {
    preferred: Channel,
    email: bool,
    authenticator_app: bool,
    passkey: bool,
    recovery_code: bool,
    trust: DeviceTrust,
}

impl Offer {
    /// The offer to somebody who chose `chosen` and has `owned`. A choice that is gone gives way to the next higher channel
    /// they have, or, where there is none, to the next lower one; the mailbox is always there.
    #[must_use]
    pub fn of(chosen: Channel, owned: Owned, trust: DeviceTrust) -> Self {
        let has = |channel: &Channel| owned.has(*channel);
        let at_least = Channel::ALL.into_iter().filter(has).find(|channel| *channel >= chosen);
        let preferred = at_least.or_else(|| Channel::ALL.into_iter().rfind(has)).unwrap_or_default();
        let offered = |channel| owned.has(channel) && channel >= preferred;
        Self {
            preferred,
            email: offered(Channel::Email),
            authenticator_app: offered(Channel::AuthenticatorApp),
            passkey: offered(Channel::Passkey),
            recovery_code: preferred > Channel::Email && owned.recovery_code,
            trust,
        }
    }

    /// Only the business e-mail, or a Trusted Device in its place: what everybody has from the first login on.
    #[must_use]
    pub const fn email() -> Self {
        Self {
            preferred: Channel::Email,
            email: true,
            authenticator_app: false,
            passkey: false,
            recovery_code: false,
            trust: DeviceTrust::Counts,
        }
    }

    /// What is asked for first.
    #[must_use]
    pub const fn preferred(self) -> Channel {
        self.preferred
    }

    /// The channels on offer, by rank.
    pub fn channels(self) -> impl Iterator<Item = Channel> {
        Channel::ALL.into_iter().filter(move |channel| match channel {
            Channel::Email => self.email,
            Channel::AuthenticatorApp => self.authenticator_app,
            Channel::Passkey => self.passkey,
        })
    }

    /// Whether a recovery code may stand in.
    #[must_use]
    pub const fn has_recovery_code(self) -> bool {
        self.recovery_code
    }

    /// Whether a Trusted Device may answer.
    #[must_use]
    pub const fn trust(self) -> DeviceTrust {
        self.trust
    }

    /// Whether a proof by `method` completes this login.
    #[must_use]
    pub const fn allows(self, method: SecondMethod) -> bool {
        match method {
            SecondMethod::EmailOtp => self.email,
            SecondMethod::AuthenticatorApp => self.authenticator_app,
            SecondMethod::Passkey => self.passkey,
            SecondMethod::RecoveryCode => self.recovery_code,
            SecondMethod::TrustedDevice(_) => matches!(self.trust, DeviceTrust::Counts),
        }
    }

    /// The stored form: words with commas, the preferred channel first.
    #[must_use]
    pub fn words(self) -> String {
        let mut words = vec![self.preferred.name()];
        words.extend(self.channels().filter(|channel| *channel != self.preferred).map(Channel::name));
        if self.recovery_code {
            words.push(RECOVERY_CODE);
        }
        if self.trust == DeviceTrust::Counts {
            words.push(TRUST);
        }
        words.join(",")
    }

    /// Reads the stored form back.
    ///
    /// # Errors
    /// [`NotAllowed`] when it is no offer.
    pub fn from_words(words: &str) -> Result<Self, NotAllowed> {
        let mut words = words.split(',');
        let preferred = words.next().and_then(Channel::named).ok_or(NotAllowed)?;
        let mut offer = Self {
            preferred,
            email: preferred == Channel::Email,
            authenticator_app: preferred == Channel::AuthenticatorApp,
            passkey: preferred == Channel::Passkey,
            recovery_code: false,
            trust: DeviceTrust::DoesNotCount,
        };
        for word in words {
            match (word, Channel::named(word)) {
                (_, Some(Channel::Email)) => offer.email = true,
                (_, Some(Channel::AuthenticatorApp)) => offer.authenticator_app = true,
                (_, Some(Channel::Passkey)) => offer.passkey = true,
                (RECOVERY_CODE, None) => offer.recovery_code = true,
                (TRUST, None) => offer.trust = DeviceTrust::Counts,
                (_, None) => return Err(NotAllowed),
            }
        }
        Ok(offer)
    }
}

const RECOVERY_CODE: &str = "recovery_code";
const TRUST: &str = "trusted_device";

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn every_offer() -> impl Iterator<Item = (Channel, Owned, DeviceTrust, Offer)> {
        Channel::ALL.into_iter().flat_map(|chosen| {
            (0..8_u8).flat_map(move |bits| {
                let owned = Owned {
                    authenticator_app: bits & 1 != 0,
                    passkey: bits & 2 != 0,
                    recovery_code: bits & 4 != 0,
                };
                [DeviceTrust::Counts, DeviceTrust::DoesNotCount]
                    .map(|trust| (chosen, owned, trust, Offer::of(chosen, owned, trust)))
            })
        })
    }

    #[test]
    fn every_choice_with_everything_owned() {
        let mut table = String::new();
        for (chosen, owned, trust, offer) in
            every_offer().filter(|(_, _, trust, _)| *trust == DeviceTrust::Counts)
        {
            let Owned { authenticator_app, passkey, recovery_code } = owned;
            let has = [(authenticator_app, "app"), (passkey, "passkey"), (recovery_code, "recovery codes")];
            let has: Vec<_> = has.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect();
            writeln!(table, "{:<17} has {:<28} -> {}", chosen.name(), has.join(" + "), offer.words())
                .unwrap();
            assert_eq!(trust, offer.trust());
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn an_offer_is_never_empty_never_weaker_than_the_choice_and_survives_storage() {
        for (chosen, owned, trust, offer) in every_offer() {
            assert!(offer.channels().count() > 0);
            assert!(offer.channels().any(|channel| channel == offer.preferred()));
            if owned.has(chosen) {
                assert!(offer.channels().all(|channel| channel >= chosen));
            }
            assert_eq!(Offer::from_words(&offer.words()), Ok(offer), "{chosen:?} {owned:?} {trust:?}");
        }
        for broken in ["", "trusted_device", "email,", "email,sms", "recovery_code,email"] {
            assert_eq!(Offer::from_words(broken), Err(NotAllowed), "{broken:?}");
        }
    }

    #[test]
    fn no_way_leads_from_an_app_back_to_the_mailbox() {
        let owned = Owned { authenticator_app: true, passkey: true, recovery_code: true };
        for chosen in [Channel::AuthenticatorApp, Channel::Passkey] {
            assert!(!Offer::of(chosen, owned, DeviceTrust::Counts).allows(SecondMethod::EmailOtp));
        }
        let passkey = Offer::of(Channel::Passkey, owned, DeviceTrust::Counts);
        assert!(!passkey.allows(SecondMethod::AuthenticatorApp));
        assert!(passkey.allows(SecondMethod::RecoveryCode));
    }
}

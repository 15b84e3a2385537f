//! What Vestibule writes to people, from the facts that are stored to the bytes that are sent.
//!
//! ```text
//! Letter (stored, encrypted, in the outbox) --compose--> Sheet (words) --> plain text and HTML --> OutgoingMail
//! ```

mod address;
mod brand;
mod compose;
mod inert;
mod notice;
mod outgoing;
mod plain;
mod recovery;
mod rollout;
mod secret;
mod sheet;
mod style;
mod writer;

use domain::{id::MessageId, time::Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    brand::{AddressProblem, Brand, Colour, ColourProblem, Sender},
    inert::LONGEST,
    notice::{Factor, Notice, NoticeEvent},
    outgoing::OutgoingMail,
    rollout::{RolloutEnd, RolloutMail, RolloutNews, RolloutNumbers, RolloutWay},
    secret::Secret,
};

/// One message to one person, as the outbox stores it: all the facts, no words yet.
///
/// Names and the like may hold anything: they are cut to [`LONGEST`] characters and can say nothing but themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Who gets it.
    pub to: Recipient,
    /// The BCP 47 tag of the language to write in; English when it is not shipped.
    pub language: String,
    /// The IANA time zone to tell moments in, for example `Europe/Amsterdam`; UTC when there is no such zone.
    pub zone: String,
    /// The application that this is about, for example `Harbour Reconcile`.
    pub application: String,
    /// Whom to ask.
    pub contact: Contact,
    /// What it says.
    pub mail: Mail,
}

/// A person's name and the stored address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// As the person is called.
    pub name: String,
    /// The e-mail address.
    pub address: String,
}

/// How to reach the servicing team of the recipient's region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// For example `Europe and Asia-Pacific`.
    pub region: String,
    /// A telephone number or an address, for example `+44 1632 960 142`.
    pub reach: String,
    /// When somebody answers, for example `Monday to Friday, 07:00 to 19:00 CET`; may be empty.
    pub hours: String,
}

/// The kinds of messages, with the facts that each tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// The one-time password of a login.
    LoginCode(Code),
    /// The code that proves the mailbox before an Enterprise User ID is made.
    OnboardingCode(Code),
    /// The way in for somebody without legacy credentials.
    Invitation {
        /// The company that invites.
        company: String,
        /// The link, on the configured public URL.
        link: Secret,
        /// When the link dies.
        valid_until: Timestamp,
        /// When it was made.
        at: Timestamp,
    },
    /// Notice: somebody has logged in with legacy credentials and begun to make an Enterprise User ID.
    OnboardingStarted {
        /// When.
        at: Timestamp,
        /// For example `Firefox on Windows`.
        browser: String,
    },
    /// Notice: the Enterprise User ID is made; the legacy credentials are dead.
    UserIdReady {
        /// The new ID.
        user_id: String,
        /// The login page, on the configured public URL.
        login_link: String,
        /// When.
        at: Timestamp,
        /// For example `Firefox on Windows`.
        browser: String,
    },
    /// What changed about the login; several that happened close together.
    Notices {
        /// In the order they happened; at least one.
        notices: Vec<Notice>,
    },
    /// For Program Administrators, at most once a day: who said "this was not me".
    NotMeDigest {
        /// The company.
        company: String,
        /// Their names.
        names: Vec<String>,
        /// When the first of them said so.
        since: Timestamp,
    },
    /// What the operator sends to see whether mail works.
    TestMail {
        /// When.
        at: Timestamp,
    },
    /// Notice: the person reported that name or e-mail are wrong.
    CaseOpened {
        /// The case's number, as it is told on the telephone.
        number: String,
        /// When.
        at: Timestamp,
        /// The browser that it came from.
        browser: String,
    },
    /// The code that proves the mailbox of a recovery.
    RecoveryCode(Code),
    /// The code by which somebody who is logged in confirms that it is them, before a change.
    ConfirmCode(Code),
    /// The code that lets a browser try passwords for a name that is under attack.
    DoorCode(Code),
    /// All Enterprise User IDs of an address, and the way on.
    UserIds {
        /// As their owners write them; empty where nobody at the address has one yet.
        ids: Vec<String>,
        /// Whether somebody at the address has none yet.
        has_others: bool,
        /// On to a new password for one of them; without any, the page where one is made.
        link: Secret,
        /// When the link dies.
        valid_until: Timestamp,
        /// When they were asked for.
        at: Timestamp,
        /// The browser that asked.
        browser: String,
    },
    /// A recovery that needs staff: the case's number, and whom to call.
    RecoveryCase {
        /// The case's number, as it is told on the telephone.
        number: String,
        /// When.
        at: Timestamp,
        /// The browser that it came from.
        browser: String,
    },
    /// Staff have vouched: the recovery goes on where it began.
    CaseApproved {
        /// The case's number.
        number: String,
        /// Until when.
        valid_until: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// Staff refused a case: the recovery does not go on by it.
    CaseRefused {
        /// The case's number.
        number: String,
        /// When.
        at: Timestamp,
    },
    /// A lost authenticator app or passkey will be removed, unless this is stopped.
    FactorRemoval {
        /// When.
        due: Timestamp,
        /// The page that stops it, on the configured public URL.
        cancel: Secret,
        /// When it was asked for.
        at: Timestamp,
        /// The browser that asked.
        browser: String,
    },
    /// A company's rollout, to its people.
    Rollout(RolloutMail),
    /// A company's rollout, to its Program Administrators.
    RolloutNumbers(RolloutNumbers),
}

/// A code and what its reader needs to judge it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The digits, ungrouped.
    pub digits: Secret,
    /// The tag that page and mail share, for example `K3`.
    pub tag: String,
    /// When the code dies.
    pub valid_until: Timestamp,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// For example `Firefox on Windows`.
    pub browser: String,
    /// Where the browser seems to be, when anything is known.
    pub place: Option<String>,
    /// "This was not me": a page on the configured public URL.
    pub not_me: Secret,
}

impl Letter {
    /// Puts the letter into words and into the form that is sent.
    ///
    /// The same letter with the same `id` and `written_at` (the moment it was put into the outbox; it becomes the `Date`
    /// header) gives the same bytes, so that a repeated hand-over is recognised as one.
    ///
    /// # Errors
    /// [`LetterProblem`] when the letter can never be sent as it is.
    pub fn render(
        &self,
        brand: &Brand,
        id: MessageId,
        written_at: Timestamp,
    ) -> Result<OutgoingMail, LetterProblem> {
        let sheet = compose::compose(self, brand)?;
        let to = address::mailbox(&self.to.name, &self.to.address)?;
        OutgoingMail::new(&sheet, brand, to, id, written_at)
    }
}

/// Why a letter can never be sent. Says nothing about whom it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterProblem {
    /// The stored address is no address.
    #[error("the recipient's address is not an e-mail address")]
    Address(#[from] AddressProblem),
    /// A link is no absolute http or https URL.
    #[error("the link is not an http or https URL")]
    Link,
    /// The parts cannot be put together.
    #[error("the mail cannot be put together")]
    Assembly,
}

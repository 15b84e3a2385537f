//! The way from legacy credentials, or from an invitation, to an Enterprise User ID: `/start/…`, `/enrol/…`, `/invite`.

use askama::Template;
use domain::time::Timestamp;

use super::{ChannelWay, CodeSlip, CodeState, Resend, Steps};
use crate::layout::Layout;

/// `/start`: existing credentials.
#[derive(Clone, Debug, Template)]
#[template(path = "start.html")]
pub struct Start {
    /// The frame.
    pub layout: Layout,
    /// The login name typed before; never a password.
    pub login_name: String,
    /// Where to go afterwards; empty for the application's front page.
    pub to: String,
    /// The company whose entry link was followed, unchecked; empty for none.
    pub company: String,
    /// The other door.
    pub login_href: String,
    /// Whether the old credentials have just been refused because an ID took their place.
    pub replaced: bool,
    /// Whether the mailbox was proven a moment ago, so that this browser may try the password.
    pub door_open: bool,
}

/// "Not now", where policy offers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNow {
    /// Until when it may be put off.
    pub until: Timestamp,
    /// Where the page that advises against it is.
    pub href: &'static str,
}

/// `/start/profile` and `/enrol/profile`: the prepopulated name and e-mail, read only.
#[derive(Clone, Debug, Template)]
#[template(path = "profile.html")]
pub struct Profile {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands.
    pub steps: Steps,
    /// Where "Yes, these are right" goes.
    pub action: &'static str,
    /// Where "No, something is wrong" leads.
    pub wrong_href: &'static str,
    /// The name held.
    pub name: String,
    /// The whole address held: shown after the first proof, for its owner to check.
    pub email: String,
    /// The company's name.
    pub company: String,
    /// The number of a case that is open already.
    pub open_case: Option<String>,
    /// Whether it may be put off.
    pub not_now: Option<NotNow>,
}

/// `/start/profile/wrong` and `/enrol/profile/wrong`: say what is wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "report-wrong.html")]
pub struct ReportWrong {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands; none in the account.
    pub steps: Option<Steps>,
    /// Where the form goes.
    pub action: &'static str,
    /// Back to the profile.
    pub back_href: &'static str,
    /// "My name" was ticked.
    pub name_wrong: bool,
    /// "My e-mail address" was ticked.
    pub email_wrong: bool,
    /// "These are not my details" was ticked.
    pub not_mine: bool,
    /// What was typed; at most [`ReportWrong::LONGEST`] characters are accepted.
    pub message: String,
}

impl ReportWrong {
    /// The most characters of the message.
    pub const LONGEST: usize = 1_000;
}

/// The confirmation that a case is open.
#[derive(Clone, Debug, Template)]
#[template(path = "wrong-reported.html")]
pub struct WrongReported {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands; none in the account.
    pub steps: Option<Steps>,
    /// The case's number, to be read out on the telephone.
    pub case_number: String,
    /// Where to go on, and whether that is the application or the next page.
    pub go_on: Option<NotNow>,
    /// Back to the profile.
    pub profile_href: &'static str,
}

/// `/start/email` and `/invite/email`: the code sent to the stored address.
#[derive(Clone, Debug, Template)]
#[template(path = "email-code.html")]
pub struct EmailCode {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands.
    pub steps: Steps,
    /// Where the form goes.
    pub action: &'static str,
    /// Where another code is asked for.
    pub resend_action: &'static str,
    /// Back to the page before.
    pub back_href: &'static str,
    /// The code that is out.
    pub code: CodeSlip,
    /// What was typed before, when it was wrong.
    pub typed: String,
    /// Whether another code can be had.
    pub resend: Resend,
    /// Whether onboarding may be put off.
    pub not_now: Option<NotNow>,
}

/// `/start/user-id`: the Enterprise User ID and its password.
#[derive(Clone, Debug, Template)]
#[template(path = "user-id.html")]
pub struct UserId {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands.
    pub steps: Steps,
    /// What was typed before.
    pub user_id: String,
    /// What is known of that name, such as "“amara.okafor” is free"; empty when nothing was asked.
    pub availability: String,
    /// Names that are free at this moment; may be empty.
    pub suggestions: Vec<String>,
    /// The fewest characters of a password.
    pub least_password: u32,
    /// Whether legacy credentials are replaced; not so after an invitation.
    pub replaces: bool,
    /// Whether it may be put off.
    pub not_now: Option<NotNow>,
}

/// `/start/security-code` and `/enrol/security-code`.
#[derive(Clone, Debug, Template)]
#[template(path = "security-code.html")]
pub struct MakeSecurityCode {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands.
    pub steps: Steps,
    /// Where the form goes.
    pub action: &'static str,
    /// The fewest digits.
    pub least: u8,
    /// The most digits.
    pub most: u8,
    /// Whether it may be put off.
    pub not_now: Option<NotNow>,
}

/// `/postponed`: advises against "not now", and takes it.
#[derive(Clone, Debug, Template)]
#[template(path = "postpone.html")]
pub struct Postpone {
    /// The frame.
    pub layout: Layout,
    /// Where "Not now" is confirmed.
    pub action: &'static str,
    /// Where the steps go on.
    pub back_href: &'static str,
    /// Until when it may be put off.
    pub until: Timestamp,
    /// Whether the Enterprise User ID is made, so that only the security code is missing.
    pub has_user_id: bool,
}

/// `/start/channel`: how logins are confirmed, where there is more than one way.
#[derive(Clone, Debug, Template)]
#[template(path = "start-channel.html")]
pub struct StartChannel {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands.
    pub steps: Steps,
    /// Where codes by e-mail go.
    pub email: String,
    /// The ways.
    pub ways: Vec<ChannelWay>,
    /// Where the user wants to go afterwards.
    pub to: String,
}

/// `/start/done`: how to log in next time, and on to the application.
#[derive(Clone, Debug, Template)]
#[template(path = "done.html")]
pub struct Done {
    /// The frame.
    pub layout: Layout,
    /// Where this page stands.
    pub steps: Steps,
    /// The new ID.
    pub user_id: String,
    /// Where the application, or the page of it that was wanted, is.
    pub continue_href: String,
    /// From when a code is asked for at login; none when it already is.
    pub codes_from: Option<Timestamp>,
    /// Whether the security code is made.
    pub enrolled: bool,
}

/// `/invite`: the way without legacy credentials.
#[derive(Clone, Debug, Template)]
#[template(path = "invite.html")]
pub struct Invite {
    /// The frame.
    pub layout: Layout,
    /// What can be done with the invitation.
    pub state: InviteState,
}

/// What can be done with an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InviteState {
    /// A code can be asked for; nothing has happened yet.
    Open {
        /// The token, for the form.
        token: String,
        /// Until when.
        until: Timestamp,
    },
    /// Used, expired, withdrawn or never issued: one answer for all.
    Closed,
}

/// Shown before phase 1, after legacy credentials were checked as ever: what will come.
#[derive(Clone, Debug, Template)]
#[template(path = "announcement.html")]
pub struct Announcement {
    /// The frame.
    pub layout: Layout,
    /// When the steps begin.
    pub phase_1_from: Timestamp,
    /// On to the application.
    pub continue_href: String,
}

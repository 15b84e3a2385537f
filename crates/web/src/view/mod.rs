//! One struct a page, holding ready data; its template turns it into words and markup.
//!
//! Views decide nothing. A field that a template needs and a handler forgets is a compile error.

mod account;
mod account_data;
mod account_secrets;
mod activity;
mod brand;
mod code;
mod colour;
mod confirm;
mod error;
mod factors;
mod headers;
mod help;
mod leave;
mod login;
mod not_me;
mod onboarding;
mod parts;
mod recover;
mod second_step;
mod stop_reminders;

pub use account::{
    Account, AccountDevices, AccountFact, AccountSection, Browser, BrowserKind, DeviceRow, RemoveAllDevices,
    RemoveDevice, RenameDevice, SessionRow,
};
pub use account_data::{AccountData, AccountLanguage};
pub use account_secrets::{AccountPassword, AccountSecurityCode};
pub use activity::{AccountActivity, ActivityRow, DisownActivity, Telling, telling};
pub use brand::{Brand, BrandProblem, BrandSpec};
pub use code::{CodeSlip, CodeState, Delivery, DeliveryState, Masked, Resend};
pub use colour::{Colour, NotAColour};
pub use confirm::{Confirm, ConfirmWhy};
pub use error::{ErrorKind, ErrorPage, GateFailure, Kept};
pub use factors::{
    AccountApp, AccountAppNew, AccountChannel, AccountPasskeys, AccountRecoveryCodes, ChannelWay, FactorUse,
    NewRecoveryCodes, PasskeyLine, QrCode,
};
pub use headers::page_headers;
pub use help::{ContactCard, Contacts, Help, HelpQuestion, HelpTopic, Privacy, RegionContacts};
pub use leave::{EndReason, LoggedOut, Logout};
pub use login::{LockReason, Login, LoginCode, LoginLocked, LoginNotice, Reauthorised, TrustOffer, Welcome};
pub use not_me::{NotMe, NotMeDone, NotMeOver};
pub use onboarding::{
    Announcement, Done, EmailCode, Invite, InviteState, MakeSecurityCode, NotNow, Postpone, Profile,
    ReportWrong, Start, StartChannel, UserId, WrongReported,
};
pub use parts::{Contact, Journey, Phone, Problem, Problems, Step, Steps};
pub use recover::{
    Recover, RecoverAsk, RecoverCancel, RecoverCode, RecoverContinue, RecoverEnd, RecoverEnded,
    RecoverNewPassword, RecoverSecurityCode, RecoverUserId, RecoverUserIdSent, RecoverWay, RecoverWhat,
    RecoverWhy,
};
pub use second_step::{LoginApp, LoginMethod, LoginPasskey, LoginRecoveryCode, SecondStep, Way};
pub use stop_reminders::{StopReminders, StopRemindersDone, StopRemindersOver};

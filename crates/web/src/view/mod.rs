//! One struct a page, holding ready data; its template turns it into words and markup.
//!
//! Views decide nothing. A field that a template needs and a handler forgets is a compile error.

mod account;
mod brand;
mod code;
mod colour;
mod error;
mod headers;
mod help;
mod leave;
mod login;
mod onboarding;
mod parts;

pub use account::{Account, AccountDevices, Browser, BrowserKind, DeviceRow, RemoveDevice, SessionRow};
pub use brand::{Brand, BrandProblem, BrandSpec};
pub use code::{CodeSlip, CodeState, Delivery, DeliveryState, Masked, Resend};
pub use colour::{Colour, NotAColour};
pub use error::{ErrorKind, ErrorPage, GateFailure, Kept};
pub use headers::page_headers;
pub use help::{Contacts, Help, Privacy, Recover, RegionContacts};
pub use leave::{EndReason, LoggedOut, Logout};
pub use login::{LockReason, Login, LoginCode, LoginLocked, LoginNotice, Reauthorised, TrustOffer, Welcome};
pub use onboarding::{
    Announcement, Done, EmailCode, Invite, InviteState, MakeSecurityCode, NotNow, Postpone, Profile,
    ReportWrong, Start, UserId, WrongReported,
};
pub use parts::{Contact, Journey, Phone, Problem, Problems, Step, Steps};

//! The signed-in user's own pages: profile, Trusted Devices and sessions.

use askama::Template;
use domain::time::Timestamp;

use crate::layout::Layout;

/// `/account`: the profile, read only, and how everything of the user's own stands.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html")]
pub struct Account {
    /// The frame.
    pub layout: Layout,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their company's name; none for staff.
    pub company: Option<String>,
    /// The number of a case that is open already.
    pub open_case: Option<String>,
    /// When all second factors will be removed, because somebody said that they were lost.
    pub removal_due: Option<Timestamp>,
    /// What stands how, and where each thing is changed.
    pub sections: Vec<AccountSection>,
}

/// Things that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSection {
    /// The message that names them.
    pub title: &'static str,
    /// How each stands.
    pub facts: Vec<AccountFact>,
}

/// How one thing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFact {
    /// What it is.
    pub name: String,
    /// How it stands.
    pub value: String,
    /// Where it is changed, and the message that says so.
    pub link: Option<(&'static str, &'static str)>,
}

/// `/account/devices`: where the user is trusted, and where they are logged in.
#[derive(Clone, Debug, Template)]
#[template(path = "account-devices.html")]
pub struct AccountDevices {
    /// The frame.
    pub layout: Layout,
    /// Trusted Devices, this one first.
    pub devices: Vec<DeviceRow>,
    /// The most there may be.
    pub most: u32,
    /// Sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// What was just done, such as "Firefox on Windows is no longer trusted."
    pub done: Option<String>,
}

/// A browser, as a person recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    /// "Firefox on Windows".
    pub name: String,
    /// For its picture.
    pub kind: BrowserKind,
}

/// What a browser runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// A desk or a lap.
    Computer,
    /// A hand.
    Phone,
}

/// A Trusted Device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its key, for the form.
    pub id: String,
    /// Its name and picture.
    pub browser: Browser,
    /// "Firefox on Windows", whatever it is called.
    pub software: String,
    /// The network it was last used from.
    pub network: String,
    /// Whether it is bound to a key, rather than recognised by its cookie alone.
    pub is_bound: bool,
    /// Whether this page is shown on it.
    pub is_this: bool,
    /// When it was made trusted.
    pub first_seen: Timestamp,
    /// When it last opened a login.
    pub last_used: Timestamp,
    /// When trust ends.
    pub trusted_until: Timestamp,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its key, for the form.
    pub id: String,
    /// Its browser.
    pub browser: Browser,
    /// Whether this page is shown in it.
    pub is_this: bool,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// Asks what a Trusted Device is called.
#[derive(Clone, Debug, Template)]
#[template(path = "rename-device.html")]
pub struct RenameDevice {
    /// The frame.
    pub layout: Layout,
    /// What stands in the field.
    pub typed: String,
    /// The device.
    pub device: DeviceRow,
}

/// Asks before all Trusted Devices are removed.
#[derive(Clone, Debug, Template)]
#[template(path = "remove-all-devices.html")]
pub struct RemoveAllDevices {
    /// The frame.
    pub layout: Layout,
}

/// Asks before a Trusted Device is removed, where the browser in use would be asked for a code next time.
#[derive(Clone, Debug, Template)]
#[template(path = "remove-device.html")]
pub struct RemoveDevice {
    /// The frame.
    pub layout: Layout,
    /// The device.
    pub device: DeviceRow,
}

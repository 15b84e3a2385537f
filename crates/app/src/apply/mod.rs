//! `vestibule apply`: what an installation should be, against what it is.
//!
//! A file describes regions, contacts, countries, legacy sources, companies and applications. Whatever it names is described
//! completely; what it does not name is kept. [`diff`] is pure, so that what is shown before is what is done after.

mod diff;
mod save;
pub(crate) mod sources;
mod state;

pub use diff::{Change, Dangling, Diff, FieldChange, Missing, diff};
pub use save::{ApplyError, current, save};
pub use state::{
    ApplicationState, CompanyState, ContactState, CountryState, Entity, EntityName, InstallationState,
    RegionState,
};

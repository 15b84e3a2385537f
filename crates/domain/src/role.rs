//! Who somebody is, and how far they may see.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::CompanyId;

/// What a person is to the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Uses the application.
    EndUser,
    /// Uses the application and administers the users of their own company.
    ProgramAdministrator,
    /// Regional staff who correct names and e-mail addresses.
    ServicingAgent,
    /// Runs the installation.
    Operator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] =
        [Self::EndUser, Self::ProgramAdministrator, Self::ServicingAgent, Self::Operator];

    /// The stable name: in tables, files and the `Remote-Groups` header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EndUser => "end_user",
            Self::ProgramAdministrator => "program_administrator",
            Self::ServicingAgent => "servicing_agent",
            Self::Operator => "operator",
        }
    }

    /// Staff have no company.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::ServicingAgent | Self::Operator)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No role has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role {0:?}: use end_user, program_administrator, servicing_agent or operator")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

/// A region: decides the help contact and the servicing team. A lower-case name such as `latin-america`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(pub String);

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far an administrator's queries reach. Every administration query carries one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One company.
    Company(CompanyId),
    /// The companies of one region.
    Region(Region),
    /// Everything.
    Installation,
}

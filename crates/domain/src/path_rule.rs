//! What an application asks of whoever wants one of its paths: one pure function, for the gateway and for forward-auth.
//!
//! A path means different things to different servers, so it is read with suspicion: a rule opens a path only when nobody
//! could read it otherwise, and closes it when anybody could. What can be read in two ways gets all demands at once.

mod reading;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use self::reading::Reading;
use crate::role::Role;

/// The longest path of a rule, in characters.
pub const LONGEST_PATH: usize = 512;

/// What a rule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathAccess {
    /// Nothing: whoever comes is let through, signed in or not.
    Public,
    /// A user who is signed in.
    User,
    /// A user of this role.
    Role(Role),
    /// A user who has proven it by hand within `session.sensitive_window`.
    Fresh,
}

/// How a rule names paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathMatch {
    /// The path and everything below it, by whole segments: `/admin` covers `/admin/x` and not `/administrator`.
    Prefix,
    /// The path alone.
    Exact,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRule {
    path: String,
    matches: PathMatch,
    methods: Vec<String>,
    access: PathAccess,
}

/// The rules of an application. The longest path that fits decides, of two alike the exact one, then the one with methods;
/// where none fits, a user who is signed in is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PathRules(Vec<PathRule>);

/// What one request has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// Nothing.
    Nothing,
    /// A session of a user of the application.
    User {
        /// All of these roles: more than one is nobody's.
        roles: Vec<Role>,
        /// Whether the proof has to be fresh.
        fresh: bool,
    },
}

/// Why a rule is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// The path can be read in more than one way, or is none.
    #[error(
        "a path begins with \"/\", is written plainly, without %, ;, //, . or .. segments, and has at most 512 characters"
    )]
    Path,
    /// Not a method.
    #[error("a method is 1 to 20 capital letters, such as \"POST\"")]
    Method,
}

/// Not an access.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("use \"public\", \"user\", \"fresh\", \"role:end_user\" or \"role:program_administrator\"")]
pub struct UnknownAccess;

impl PathRule {
    /// A rule for a path as people read it, for these methods (all, where none is named).
    ///
    /// # Errors
    /// [`BadRule`].
    pub fn new(
        path: &str,
        matches: PathMatch,
        mut methods: Vec<String>,
        access: PathAccess,
    ) -> Result<Self, BadRule> {
        let plain = path.chars().count() <= LONGEST_PATH
            && !path.contains('%')
            && Reading::of(path).is_some_and(|reading| reading.written == path);
        if !plain {
            return Err(BadRule::Path);
        }
        let is_method = |method: &String| {
            (1..=20).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        if !methods.iter().all(is_method) {
            return Err(BadRule::Method);
        }
        methods.sort();
        methods.dedup();
        let path = if matches == PathMatch::Prefix { path.trim_end_matches('/') } else { path };
        Ok(Self { path: path.to_owned(), matches, methods, access })
    }

    /// Whether two rules name the same requests, so that neither decides.
    #[must_use]
    pub fn collides(&self, other: &Self) -> bool {
        let overlap = self.methods.iter().any(|method| other.methods.contains(method));
        reading::fold(&self.path) == reading::fold(&other.path)
            && self.matches == other.matches
            && (overlap || (self.methods.is_empty() && other.methods.is_empty()))
    }

    fn is_for(&self, method: &str) -> bool {
        // HEAD tells what GET would: a rule for one is a rule for both.
        let asked = if method == "HEAD" { "GET" } else { method };
        self.methods.is_empty()
            || self
                .methods
                .iter()
                .any(|named| named == method || named == asked || (asked == "GET" && named == "HEAD"))
    }

    /// How closely it fits a path, which `own` writes as the rule's; `None` when it does not.
    fn fits(&self, own: &str, path: &str) -> Option<(usize, bool, bool)> {
        let fits = match (self.matches, path.strip_prefix(own)) {
            (_, None) => false,
            (PathMatch::Exact, Some(rest)) => rest.is_empty(),
            (PathMatch::Prefix, Some(rest)) => rest.is_empty() || rest.starts_with('/'),
        };
        fits.then(|| (own.len(), self.matches == PathMatch::Exact, !self.methods.is_empty()))
    }
}

impl fmt::Display for PathRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods = if self.methods.is_empty() { String::new() } else { self.methods.join(",") + " " };
        let path = if self.path.is_empty() { "/" } else { &self.path };
        let kind = if self.matches == PathMatch::Exact { "exactly " } else { "" };
        write!(f, "{methods}{kind}{path}: {}", self.access)
    }
}

impl fmt::Display for PathAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::User => f.write_str("user"),
            Self::Role(role) => write!(f, "role:{role}"),
            Self::Fresh => f.write_str("fresh"),
        }
    }
}

impl FromStr for PathAccess {
    type Err = UnknownAccess;
    fn from_str(text: &str) -> Result<Self, UnknownAccess> {
        match (text, text.strip_prefix("role:").map(str::parse)) {
            ("public", _) => Ok(Self::Public),
            ("user", _) => Ok(Self::User),
            ("fresh", _) => Ok(Self::Fresh),
            // Staff run the portal; no application is theirs.
            (_, Some(Ok(role @ (Role::EndUser | Role::ProgramAdministrator)))) => Ok(Self::Role(role)),
            _ => Err(UnknownAccess),
        }
    }
}

impl PathRules {
    /// These rules.
    #[must_use]
    pub const fn new(rules: Vec<PathRule>) -> Self {
        Self(rules)
    }

    /// The rules, as they were given.
    #[must_use]
    pub fn all(&self) -> &[PathRule] {
        &self.0
    }

    /// Whether a rule depends on the method, so that what overrides a method on the way changes what is asked.
    #[must_use]
    pub fn name_methods(&self) -> bool {
        self.0.iter().any(|rule| !rule.methods.is_empty())
    }

    /// What a request has to show, by its method and its path as sent, without the query.
    #[must_use]
    pub fn demand(&self, method: &str, path: &str) -> Demand {
        if self.0.is_empty() {
            return Demand::USER;
        }
        let Some(reading) = Reading::of(path) else { return self.all_at_once() };
        let method = method.to_ascii_uppercase();
        let written = self.closest(&method, |rule| rule.fits(&rule.path, &reading.written));
        let folded = self.closest(&method, |rule| rule.fits(&reading::fold(&rule.path), &reading.folded));
        written.and(folded)
    }

    fn closest(&self, method: &str, fits: impl Fn(&PathRule) -> Option<(usize, bool, bool)>) -> Demand {
        let fitting = self.0.iter().filter(|rule| rule.is_for(method));
        let fitting = fitting.filter_map(|rule| Some((fits(rule)?, rule)));
        fitting.max_by_key(|(closeness, _)| *closeness).map_or(Demand::USER, |(_, rule)| rule.access.into())
    }

    fn all_at_once(&self) -> Demand {
        self.0.iter().fold(Demand::USER, |all, rule| all.and(rule.access.into()))
    }
}

impl Demand {
    /// What is asked where no rule says otherwise.
    pub const USER: Self = Self::User { roles: Vec::new(), fresh: false };

    /// Both demands.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, demand) | (demand, Self::Nothing) => demand,
            (Self::User { mut roles, fresh }, Self::User { roles: others, fresh: other }) => {
                roles.extend(others);
                roles.sort_by_key(|role| role.name());
                roles.dedup();
                Self::User { roles, fresh: fresh || other }
            }
        }
    }
}

impl From<PathAccess> for Demand {
    fn from(access: PathAccess) -> Self {
        match access {
            PathAccess::Public => Self::Nothing,
            PathAccess::User => Self::USER,
            PathAccess::Role(role) => Self::User { roles: vec![role], fresh: false },
            PathAccess::Fresh => Self::User { roles: Vec::new(), fresh: true },
        }
    }
}

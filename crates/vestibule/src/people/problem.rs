//! What can be wrong with a row, by kind, so that a report of thousands of rows stays readable.

use app::import_users::Rejection;
use legacy::HashProblem;
use serde::Serialize;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $words:literal),* $(,)?) => {
        /// What is wrong with a row, or worth a look. The names in JSON are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $kind),* }

        impl Kind {
            /// All kinds, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// A few words for a table.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$kind => $words),* }
            }
        }
    };
}

kinds! {
    /// The row is no row: too few fields, broken JSON.
    Malformed = "broken row",
    /// Bytes that the encoding does not have.
    Encoding = "wrong encoding",
    /// A line break or another control character, as an injected mail header has.
    ControlCharacter = "line break or control character",
    /// A value is missing.
    Missing = "missing value",
    /// A value has more characters than it may.
    TooLong = "over-long value",
    /// A value is not what its column holds.
    BadValue = "unusable value",
    /// No mail address.
    BadAddress = "bad address",
    /// There is no such company.
    UnknownCompany = "unknown company",
    /// There is no such region.
    UnknownRegion = "unknown region",
    /// The format of the hash is not known.
    UnknownHash = "unknown hash format",
    /// The format is known, and is not taken over as it stands.
    UnsafeHash = "unsafe hash format",
    /// The hash is cut off, or its parameters are out of range.
    BrokenHash = "broken or hostile hash",
    /// The login name, capitals ignored, stands in the file before.
    RepeatedLogin = "login name repeated in the file",
    /// Two companies claim the login name in the file; neither gets it.
    TwoCompanies = "two companies claim the login name",
    /// The login name belongs to another company's user.
    OtherCompany = "login name of another company's user",
    /// The login name looks like somebody's Enterprise User ID.
    ResemblesUserId = "resembles an Enterprise User ID",
    /// Without a login name nobody can tell who is meant.
    Ambiguous = "several users have the address",
    /// Taken: the login name looks like another one.
    LookAlike = "looks like another login name",
    /// Taken: the name begins as a formula does.
    FormulaLike = "name like a formula",
}

impl Kind {
    /// Whether rows of this kind are taken all the same, and only shown.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::LookAlike | Self::FormulaLike)
    }
}

/// What is wrong with a row. The sentence never repeats a name, an address or a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: Kind,
    /// A sentence that says what to do.
    pub why: String,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(kind: Kind, why: impl Into<String>) -> Self {
        Self { kind, why: why.into() }
    }
}

impl From<&Rejection> for Problem {
    fn from(rejection: &Rejection) -> Self {
        let kind = match rejection {
            Rejection::NoCompany(_) => Kind::UnknownCompany,
            Rejection::NoRegion(_) => Kind::UnknownRegion,
            Rejection::OtherCompany => Kind::OtherCompany,
            Rejection::ResemblesId => Kind::ResemblesUserId,
            Rejection::Ambiguous => Kind::Ambiguous,
        };
        Self::new(kind, rejection.to_string())
    }
}

impl From<HashProblem> for Problem {
    fn from(problem: HashProblem) -> Self {
        let kind = match problem {
            HashProblem::TooLong { .. } => Kind::TooLong,
            HashProblem::Unknown => Kind::UnknownHash,
            HashProblem::Unsupported { .. } | HashProblem::BareDigest { .. } | HashProblem::Locked => {
                Kind::UnsafeHash
            }
            _ => Kind::BrokenHash,
        };
        Self::new(kind, problem.to_string())
    }
}

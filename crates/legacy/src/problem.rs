//! Why an imported hash is refused, in sentences for the report of an import. None of them repeats the hash.

/// Why an imported hash is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashProblem {
    /// Nothing was given.
    #[error("the hash is empty; leave the row out, or invite the user instead")]
    Empty,
    /// More bytes than any supported format has.
    #[error("the hash is {length} bytes long; at most {} are read", crate::MAX_LENGTH)]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// A known format that cannot be verified.
    #[error("the hash is in the format {format}, which is not taken over; invite the user instead")]
    Unsupported {
        /// The usual name of the format.
        format: &'static str,
    },
    /// An account that has no password.
    #[error("the account is locked or has no password; leave the hash empty and invite the user")]
    Locked,
    /// A digest that does not say how it was made.
    #[error(
        "the hash is a bare digest, perhaps {format}; state how it was made in a digest template such as \"md5(salt + password), hex\""
    )]
    BareDigest {
        /// What has this many digits.
        format: &'static str,
    },
    /// Nothing that looks like a password hash.
    #[error("the format of the hash is unknown; see the list of formats in docs/operations/hashes.md")]
    Unknown,
    /// The right beginning, and then something is missing or wrong.
    #[error("the {scheme} hash is malformed: {what}")]
    Malformed {
        /// The format that it began as.
        scheme: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// Verifying it would take too much time or memory, or it was made so cheaply that it protects nothing.
    #[error("the {scheme} hash has {parameter} {value}; it must be from {least} to {most}")]
    OutOfRange {
        /// The format.
        scheme: &'static str,
        /// The parameter's name, with its unit.
        parameter: &'static str,
        /// What the hash says.
        value: u64,
        /// The least accepted value.
        least: u64,
        /// The greatest accepted value.
        most: u64,
    },
}

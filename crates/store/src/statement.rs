//! Statements as constants, so that a test can prepare every one of them on both databases.

/// One SQL text that runs unchanged on SQLite and PostgreSQL.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// Module and constant, for error messages.
    pub name: &'static str,
    /// The text, with `$1` parameters.
    pub sql: &'static str,
    /// How many values must be bound: the highest `$n`. SQLite would take a missing one for NULL.
    pub binds: usize,
}

impl Statement {
    /// A statement; normally written through `statements!`.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, binds: highest_parameter(sql) }
    }

    /// Whether so many values fill the statement; false fails the build at the call.
    #[must_use]
    pub const fn takes(&self, values: usize) -> bool {
        self.binds == values
    }
}

/// The highest `$n` of `sql`. Dollars inside quotes count too; no statement of ours has one.
const fn highest_parameter(sql: &str) -> usize {
    let bytes = sql.as_bytes();
    let (mut at, mut highest) = (0, 0);
    while at < bytes.len() {
        let dollar = bytes[at] == b'$';
        at += 1;
        let mut number = 0;
        while dollar && at < bytes.len() && bytes[at].is_ascii_digit() {
            number = number * 10 + (bytes[at] - b'0') as usize;
            at += 1;
        }
        if number > highest {
            highest = number;
        }
    }
    highest
}

/// Declares an aggregate's statements as constants and lists them in `STATEMENTS`, which `lib.rs` gathers.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: $crate::statement::Statement =
            $crate::statement::Statement::new(concat!(module_path!(), "::", stringify!($name)), $sql);)+
        /// Every statement of this file.
        pub(crate) const STATEMENTS: &[$crate::statement::Statement] = &[$($name),+];
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_highest_parameter() {
        for (sql, expected) in [
            ("SELECT 1", 0),
            ("SELECT $1", 1),
            ("SELECT $2, $1, $2", 2),
            ("SELECT $9 + $12", 12),
            ("SELECT $1::text || $10", 10),
        ] {
            assert_eq!(highest_parameter(sql), expected, "{sql}");
        }
    }
}

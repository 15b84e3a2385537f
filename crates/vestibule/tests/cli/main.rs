//! The command line as an operator uses it, from `init` on, each command run whole.

#![expect(clippy::expect_used, reason = "a test whose folder cannot be made fails, and says why")]

mod applications;
mod checks;
mod desk;
mod imports;
mod imports_killed;
mod imports_written;
mod init;
mod installation;
mod keys;
mod people;
mod rollout;
mod source;

//! Live legacy sources against real servers: HTTP, OpenLDAP's slapd, PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stop the test")]

mod cage;
mod http;
mod ldap;
mod sql;
mod support;

//! The product from outside, over HTTP, on SQLite and on PostgreSQL: what `docs/security` promises, line by line.

mod login;
mod world;

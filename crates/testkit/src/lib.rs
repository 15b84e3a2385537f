//! What tests share: clock, invented installations of any size, a PostgreSQL cluster of their own.

pub mod clock;
pub mod generate;
pub mod postgres;
pub mod slapd;

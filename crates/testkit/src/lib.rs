//! What tests share: clock, captured mail, a PostgreSQL cluster of their own.

pub mod clock;
pub mod postgres;

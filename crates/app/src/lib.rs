//! One file per use case.

pub mod apply;

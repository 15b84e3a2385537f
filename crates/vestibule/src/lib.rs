//! The binary's library.

pub mod apply;
pub mod config;
pub mod demo;
pub mod document;
pub mod log;

//! The binary's library.

pub mod config;
pub mod demo;
pub mod document;

//! The binary's library.

pub mod apply;
pub mod cli;
pub mod config;
pub mod demo;
pub mod document;
pub mod key_file;
pub mod listen;
pub mod log;
pub mod node;
pub mod people;
pub mod proxy_config;
pub mod system;

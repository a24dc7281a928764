//! What every program of the workspace does alike on a command line.
//!
//! The exit codes, words as a shell reads them, and files that are written whole or not at all. Nothing
//! here knows a verb.

pub mod exit_code;
pub mod files;
mod shell;

pub use shell::quoted;

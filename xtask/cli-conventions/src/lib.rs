//! Conventions of every command line in the workspace: exit codes, shell quoting, and atomic writes of files.

pub mod exit_code;
pub mod files;
mod shell;

pub use shell::quoted;

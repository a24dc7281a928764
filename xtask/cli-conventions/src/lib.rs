//! Conventions of every command line in the workspace: exit codes, next steps, shell quoting, atomic writes of files,
//! and signals.

pub mod exit_code;
pub mod files;
pub mod next_step;
mod shell;
#[cfg(feature = "signals")]
pub mod signals;

pub use shell::quoted;

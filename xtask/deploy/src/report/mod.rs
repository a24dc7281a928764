//! Plans, progress and outcomes, rendered for people and programs.
//!
//! Everything but [`terminal`] is pure: data and a [`OutputStyle`] in, lines out; time is given. Of what
//! happens, only the engine's events are known. Every form (a live picture, lines for a log, JSON
//! for programs) is made from the same ones, so they never disagree.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

pub mod consequences;
pub mod difference;
pub mod drift;
pub mod findings;
pub mod inspection;
mod line;
pub mod outcome;
pub mod outputs;
pub mod plan;
pub mod progress;
pub mod status;
mod style;
pub mod terminal;
pub mod wording;

pub use line::{Line, Tone, page};
pub use style::{OutputStyle, TerminalSize};

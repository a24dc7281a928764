//! The command line.

mod alone;
mod asked;
mod error;
mod pass;
mod rehearse;
mod say;
mod sources;
mod told;

pub use rehearse::run;

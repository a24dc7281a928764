//! The command line.

mod alone;
mod asked;
mod error;
mod sources;

pub use asked::run;

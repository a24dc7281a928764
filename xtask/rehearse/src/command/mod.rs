//! The command line.

mod asked;
mod error;
mod sources;

pub use asked::run;

//! The stack `bootstrap`: what has to be there before anything can be deployed.

mod stack;
mod workload_boundary;

pub use stack::{Exports, Outputs, exports, stack};

//! What was found, how it stands, and what to do next.

pub(crate) mod console;
mod model;

pub use model::sorted;
pub use model::{Area, Finding, Next, State, worst};

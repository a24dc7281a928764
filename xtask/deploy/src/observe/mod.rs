//! What is deployed, as far as a plan needs to know it.
//!
//! The planner says what it needs ([`Need`]), the observer fetches it; an environment where
//! nothing differs needs one listing and one policy per guarded stack.

mod listing;
mod looks;
mod model;

pub use listing::{observe, observe_telling, satisfy, satisfy_telling};
pub use model::{Need, Observed};

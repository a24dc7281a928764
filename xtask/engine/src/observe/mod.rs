//! What is deployed, as far as a plan needs to know it.
//!
//! The planner says what it needs ([`Need`]), the observer fetches it; an environment where
//! nothing differs needs one listing and one policy per guarded stack.

mod listing;
mod model;

pub use listing::{observe, satisfy};
pub use model::{Need, Observed};

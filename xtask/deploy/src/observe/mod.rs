//! What is deployed, as far as a plan needs to know it.
//!
//! The planner says what it needs ([`Need`]), the observer fetches it; an environment where
//! nothing differs needs one listing and one policy per guarded stack.

mod listing;
mod model;
mod read_calls;

pub use listing::{fetch, fetch_with, observe, observe_with};
pub use model::{Need, Observed};

//! Observation of what is deployed, as far as a plan needs it.
//!
//! The planner lists its needs ([`Need`]), the observer fetches them. An environment without
//! differences takes one listing and one policy for each guarded stack.

mod listing;
mod model;
mod read_calls;

pub use listing::{fetch, fetch_with, observe, observe_with};
pub use model::{Need, Observed};

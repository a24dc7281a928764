//! How calls are paced and repeated.
//!
//! Every call of the engine goes through here, so that one budget bounds all of them. What a call
//! means, and what its failure means, never comes in.

mod budget;
mod crowd;
mod jitter;
mod patience;

pub(crate) use crowd::Crowd;
pub(crate) use patience::{Calls, READ_ATTEMPTS};

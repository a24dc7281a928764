//! Rate-limited calls with retries.
//!
//! Every call of the engine passes through [`Calls`], so that one limiter bounds all of them. What a
//! call is for, and what its failure means, is its caller's matter.

mod jitter;
mod rate_limiter;
mod retry;
mod stop;

pub(crate) use retry::{Calls, READ_ATTEMPTS};
pub use stop::{Stop, StopHandle};

//! The scaling of a cluster, read from the JSON text of its synthesized stack and never from what
//! defined it.

mod error;
mod model;
mod properties;
mod read;

pub use error::ScalingPolicyError;
pub use model::{Alarm, Comparison, Missing, ScalingPolicy, SimpleRule, Step, StepRule};

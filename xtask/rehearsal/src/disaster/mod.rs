//! The disaster drill: an environment is deployed, lost, and rebuilt around what stayed.
//!
//! Everything happens with the engine that deploys for real, on the local CloudFormation, in
//! virtual time: the same definition gives the same story, minute by minute. What the engine does is
//! not here; this only calls it, looks at the clock, and checks what came of it.

pub mod act;
mod cast;
mod command;
pub mod critical;
mod error;
pub mod story;
pub mod transcript;
mod zone;

pub use command::run;
pub use error::DrillError;
pub use story::{Story, drill};
pub use zone::{ZoneLoss, lose_a_zone};

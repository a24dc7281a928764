//! The disaster drill: an environment is deployed, destroyed, and rebuilt from its retained resources.
//!
//! The drill runs the engine that deploys for real against the local CloudFormation, in virtual
//! time: the same definition gives the same report, minute by minute.

mod command;
pub mod critical;
mod error;
pub mod phase;
pub mod report;
mod retained_state;
pub mod transcript;
mod zone_loss;

pub use command::run;
pub use error::DrillError;
pub use report::{DrillReport, drill};
pub use zone_loss::{ZoneLoss, simulate_zone_loss};

//! Plans what brings an environment to its definition, and executes the plan.
//!
//! Planning is pure: [`plan`] takes an assembly and what was observed, and gives a plan, which is
//! data. [`execute`] walks a plan and makes no choices of its own. Both know CloudFormation only
//! through [`port`], so that the AWS SDK stays outside of this crate.

mod calls;
mod clock;
pub mod deadline;
pub mod difference;
pub mod drift;
pub mod drive;
pub mod execute;
pub mod observe;
pub mod plan;
pub mod port;
pub mod remains;
pub mod status;

pub use clock::Clock;

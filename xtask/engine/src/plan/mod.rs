//! What brings an environment to its definition, as data.

mod finding;
mod model;
mod request;

pub use finding::{Acknowledgement, Finding, FindingCode, Severity};
pub use model::{
    Action, Deferral, DeployStep, Observation, Operation, Phase, Plan, Recovery, Relax, StackPlan,
    Step, StepId, VERSION,
};
pub use request::{Planned, Request};

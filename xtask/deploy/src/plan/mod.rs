//! What brings an environment to its definition, as data.

mod error;
mod file;
mod finding;
mod losses;
mod make;
mod model;
mod request;
mod text;

pub use error::{PlanError, TemplateOrigin};
pub use file::LoadError;
pub use finding::{Acknowledgement, Finding, FindingCode, Severity};
pub use losses::{LOSSES, refuse_losses};
pub(crate) use make::stack_policy;
pub use make::{plan, plan_destruction};
pub use model::{
    Action, Deferral, DeployStep, Observation, Operation, Phase, Plan, Recovery, Relax, StackPlan,
    Step, StepId, VERSION,
};
pub use request::{Planned, Request, VERB};

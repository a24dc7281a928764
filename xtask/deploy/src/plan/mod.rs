//! The planner: what brings an environment to its definition, as data.
//!
//! What is defined and what was observed go in, a [`Plan`] comes out; every decision is made here. Each
//! stack is first judged on its own (`stack_actions`), then the risks of its change are found (`risks`),
//! then the stacks are seen together: which exports have to stay for a while (`exports`), and in which
//! order everything happens (`schedule`, `steps`). No I/O, no time, no randomness: the same input gives
//! the same plan.

mod action;
mod blocker;
mod deploy_step;
mod digest;
mod error;
mod expanded_template;
mod exports;
mod finding;
mod graph;
mod import_step;
mod input;
mod manual_stacks;
mod model;
mod orphan_findings;
mod planner;
mod previous_template;
mod renamed_exports;
mod request;
mod risks;
mod schedule;
mod service_rules;
mod stack;
mod stack_actions;
mod stack_policy;
mod steps;
mod text;
mod unique_values;

pub use error::{PlanError, TemplateOrigin};
pub use finding::{Acknowledgement, DATA_LOSS, Finding, FindingCode, Severity};
pub use model::{
    Action, Deferral, DeployStep, LoadError, Observation, Operation, Phase, Plan, Recovery,
    StackPlan, StackPolicyOverride, Step, StepId, VERSION,
};
pub use planner::{plan, plan_destruction};
pub use request::{Planned, Request, VERB};
pub(crate) use stack_policy::policy as stack_policy;

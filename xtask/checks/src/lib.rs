//! Checks of CloudFormation templates: what the schemas of single resources don't say.
//!
//! [`check`] takes stacks that are deployed together and returns findings with stable codes. It reads templates as
//! CloudFormation would: conditions decided, parameters with their values or defaults, imports followed to the
//! exporting stack. A value that only a deployment knows stays unknown, and no check guesses it: a finding holds for
//! every value that it might have.
//!
//! Pure, and without knowledge of any environment. A group of checks is a file or folder of its own, listed in
//! `registry.rs`. docs/checks.md is generated from the rules.

#![warn(missing_docs)]

mod alarms;
mod ecs;
mod edge;
mod elb;
mod exports;
mod finding;
mod iam;
mod instance_type;
mod model;
mod names;
mod network;
mod pipelines;
mod registry;
mod rule;
mod run;
mod scaling;
mod schema;
mod security;
mod texts;

pub use finding::Finding;
pub use model::{Deployment, Stack};
pub use registry::{Group, groups, rule, rules};
pub use rule::{Evidence, Rule, Severity};
pub use run::check;

//! Drift: changes that were made outside of CloudFormation.
//!
//! [`detect`] runs CloudFormation's drift detection, [`Report`] compares its result with the
//! definition, and [`add_findings`] notes it in a plan. Drift never blocks a deployment.

mod detect;
mod findings;
mod report;

pub use detect::{DriftTarget, StackDrift, detect};
pub use findings::add_findings;
pub use report::{DriftedProperty, DriftedResource, Report, StackReport};

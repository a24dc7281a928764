//! Errors of a drill.

use crate::capacity::scaling_policy::ScalingPolicyError;
use crate::capacity::template::TemplateError;
use cloudformation::ClientError;
use common::assembly::ReadError;
use common::environment::EnvironmentName;
use common::input::InputErrors;

#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    #[error(transparent)]
    Assembly(#[from] ReadError),
    #[error("the assembly is for {found}, not for {asked}")]
    OtherEnvironment {
        asked: EnvironmentName,
        found: EnvironmentName,
    },
    /// The definition can't be read.
    #[error("{0}")]
    Input(#[from] InputErrors),
    #[error("can't synthesize the template of the cluster")]
    Template(#[from] TemplateError),
    #[error("can't simulate the scaling")]
    ScalingPolicy(#[from] ScalingPolicyError),
    /// There is no time to pass.
    #[error("can't start the async runtime")]
    Runtime(#[source] std::io::Error),
    #[error("can't read the state of the environment")]
    Port(#[from] ClientError),
    /// The engine could not go on.
    #[error("{phase}: {why}")]
    Drive { phase: &'static str, why: String },
    /// An act did not end as it has to.
    #[error("{phase} failed: {why}")]
    Failed { phase: &'static str, why: String },
    #[error("after the rebuild, {what} is {found}; before the loss it was {expected}")]
    Lost {
        what: String,
        expected: String,
        found: String,
    },
    #[error("the loss of a zone violates an invariant: {0}")]
    Violated(String),
    /// The story does not become JSON.
    #[error("can't write JSON")]
    Json(#[source] serde_json::Error),
    #[error("can't write to standard output")]
    Print(#[source] std::io::Error),
}

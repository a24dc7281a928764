//! Why a drill did not come to its end.

use crate::capacity::policy::PolicyError;
use crate::capacity::template::TemplateError;
use cloudformation::ClientError;
use common::assembly::ReadError;
use common::environment::EnvironmentName;
use common::input::InputErrors;

/// Why a drill did not come to its end, or came to a wrong one.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// The assembly can't be read.
    #[error(transparent)]
    Assembly(#[from] ReadError),
    /// The assembly is of another environment.
    #[error("the assembly is of {found}, not of {asked}")]
    OtherEnvironment {
        /// The environment that was asked for.
        asked: EnvironmentName,
        /// The assembly's.
        found: EnvironmentName,
    },
    /// The definition can't be read.
    #[error("{0}")]
    Input(#[from] InputErrors),
    /// The capacity can't be simulated.
    #[error("the template of the cluster can't be had")]
    Template(#[from] TemplateError),
    /// The capacity can't be simulated.
    #[error("the scaling can't be simulated")]
    Policy(#[from] PolicyError),
    /// There is no time to pass.
    #[error("can't wait for anything")]
    Runtime(#[source] std::io::Error),
    /// A look at the environment failed.
    #[error("the environment can't be observed")]
    Port(#[from] ClientError),
    /// The engine could not go on.
    #[error("{act}: {why}")]
    Drive {
        /// In which act.
        act: &'static str,
        /// Why.
        why: String,
    },
    /// An act did not end as it has to.
    #[error("{act}: it did not succeed: {why}")]
    Failed {
        /// Which act.
        act: &'static str,
        /// What of it.
        why: String,
    },
    /// Something is not as it was before the loss.
    #[error("after the rebuild {what} is {found}, and was {expected}")]
    Lost {
        /// What.
        what: String,
        /// What it was.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The simulation left an invariant.
    #[error("without a zone an invariant was violated: {0}")]
    Violated(String),
    /// The story does not become JSON.
    #[error("can't write JSON")]
    Json(#[source] serde_json::Error),
    /// Standard output can't be written to.
    #[error("can't print")]
    Print(#[source] std::io::Error),
}

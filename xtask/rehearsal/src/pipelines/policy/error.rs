//! Errors in policies.

use crate::pipelines::template::TemplateError;

/// Errors in policies.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A template can't be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Not a policy document.
    #[error("can't read the policy `{policy}`: {what}")]
    Shape { policy: String, what: String },
    /// A condition operator that is not supported.
    #[error("`{policy}` uses the condition operator `{operator}`, which is not supported")]
    Operator { policy: String, operator: String },
    /// A policy variable: `${aws:PrincipalTag/team}`.
    #[error("`{policy}` uses a policy variable in `{text}`, which is not supported")]
    Variable { policy: String, text: String },
    /// A managed policy that is neither in a template nor among those of AWS that are listed here.
    #[error("the policy `{policy}` of the role `{role}` is unknown")]
    UnknownPolicy {
        /// The role that has it.
        role: String,
        /// Its ARN.
        policy: String,
    },
}

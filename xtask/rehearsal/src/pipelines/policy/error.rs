//! Why policies can't be read.

use crate::pipelines::template::TemplateError;

/// Why policies can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A template can't be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Not a policy document.
    #[error("`{policy}` is not a policy: {what}")]
    Shape {
        /// The policy.
        policy: String,
        /// What is wrong.
        what: String,
    },
    /// An operator that is not evaluated here.
    #[error("`{policy}` uses the condition operator `{operator}`, which is not evaluated here")]
    Operator {
        /// The policy.
        policy: String,
        /// The operator.
        operator: String,
    },
    /// A policy variable: `${aws:PrincipalTag/team}`.
    #[error("`{policy}` uses a policy variable in `{text}`, which is not evaluated here")]
    Variable {
        /// The policy.
        policy: String,
        /// Where.
        text: String,
    },
    /// A policy that no template holds and that is not among those of AWS that are listed here.
    #[error("nothing says what the policy `{policy}` of the role `{role}` holds")]
    UnknownPolicy {
        /// The role that has it.
        role: String,
        /// Its ARN.
        policy: String,
    },
}

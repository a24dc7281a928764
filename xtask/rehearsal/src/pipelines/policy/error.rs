//! Errors in policies.

use crate::pipelines::template::TemplateError;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("can't read the policy `{policy}`: {what}")]
    Shape { policy: String, what: String },
    #[error("`{policy}` uses the condition operator `{operator}`, which is not supported")]
    Operator { policy: String, operator: String },
    /// A policy variable: `${aws:PrincipalTag/team}`.
    #[error("`{policy}` uses a policy variable in `{text}`, which is not supported")]
    Variable { policy: String, text: String },
    /// A managed policy that is neither in a template nor among those of AWS that are listed here.
    #[error("the policy `{policy}` of the role `{role}` is unknown")]
    UnknownPolicy { role: String, policy: String },
}

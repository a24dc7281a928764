//! Templates: what they say, whether CloudFormation takes them, and what their functions give.
//!
//! Nothing here knows of stacks; a template is a text, and a function's arguments come through
//! [`Lookup`]. JSON only: what is deployed from here is JSON.

mod check;
mod conditions;
mod encode;
mod evaluate;
mod functions;
mod model;
mod parameters;
mod parse;
mod references;
mod summary;

pub(crate) use check::check;
pub(crate) use evaluate::{KNOWN_LATER, Lookup, Scope, partition};
pub(crate) use functions::is_known_later;
pub(crate) use model::{LeavePolicy, ResourceDefinition, Template};
pub(crate) use parameters::resolve as resolve_parameters;
pub(crate) use references::References;
pub(crate) use summary::{capabilities_needed, summarize};

/// Why a template, or a value in it, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct TemplateError(pub(crate) String);

impl From<TemplateError> for crate::api::ApiError {
    fn from(error: TemplateError) -> Self {
        crate::error::validation(error.0)
    }
}

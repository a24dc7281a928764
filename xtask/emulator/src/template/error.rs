//! The refusal of a template.

use crate::api::ApiError;
use crate::error::validation;

/// The refusal of a template, or of a value in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct TemplateError(pub(crate) String);

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        validation(error.0)
    }
}

/// The refusal of a function's arguments.
pub(super) fn invalid(function: &str, what: &str) -> TemplateError {
    TemplateError(format!("Template error: {function} {what}"))
}

//! Refusals, in CloudFormation's words.

use crate::api::ApiError;

/// `ValidationError`, which CloudFormation uses for nearly everything.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refusal("ValidationError", message)
}

/// A refusal with a code of its own.
pub(crate) fn refusal(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError {
        code,
        message: message.into(),
        status: 400,
    }
}

/// The text for a missing stack from `DescribeStacks` and similar operations.
pub(crate) fn no_stack_with_id(name: &str) -> ApiError {
    validation(format!("Stack with id {name} does not exist"))
}

/// The text for a missing stack from operations that change a stack.
pub(crate) fn no_stack(name: &str) -> ApiError {
    validation(format!("Stack [{name}] does not exist"))
}

pub(crate) fn no_change_set(name: &str) -> ApiError {
    ApiError {
        code: "ChangeSetNotFound",
        message: format!("ChangeSet [{name}] does not exist"),
        status: 404,
    }
}

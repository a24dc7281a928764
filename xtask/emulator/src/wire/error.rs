//! Errors: those of the front door, and how all of them are written.
//!
//! Codes and statuses: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html>.

use super::operation::Service;
use super::xml::Xml;
use crate::api::ApiError;

#[must_use]
pub fn write_error(service: Service, error: &ApiError, request_id: &str) -> String {
    let kind = if error.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    Xml::document("ErrorResponse", service.namespace(), |xml| {
        xml.nested("Error", |xml| {
            xml.text("Type", kind);
            xml.text("Code", error.code);
            xml.text("Message", &error.message);
        });
        xml.text("RequestId", request_id);
    })
}

/// The service is asked too much. Clients try again later.
#[must_use]
pub fn throttling() -> ApiError {
    error(400, "Throttling", "Rate exceeded")
}

/// The service fails, before anything happened. Clients try again.
#[must_use]
pub fn internal_failure(message: impl Into<String>) -> ApiError {
    error(500, "InternalFailure", message)
}

/// What there is can't be kept, so nothing was done: a disk is full, say. No part of AWS. Clients
/// don't try again: it takes a person.
#[must_use]
pub fn not_kept(message: impl Into<String>) -> ApiError {
    error(400, "NotKept", message)
}

/// The service is away for a moment. Clients try again.
#[must_use]
pub fn service_unavailable() -> ApiError {
    error(
        503,
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
    )
}

/// The session that the credentials belong to is over.
#[must_use]
pub fn expired_token() -> ApiError {
    error(
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    )
}

/// The request has no signature.
pub(super) fn missing_authentication() -> ApiError {
    error(
        403,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    )
}

pub(super) fn incomplete_signature(lacks: &str) -> ApiError {
    error(
        403,
        "IncompleteSignature",
        format!("Authorization header requires '{lacks}' parameter."),
    )
}

/// The body is no form.
pub(super) fn malformed_query() -> ApiError {
    error(
        400,
        "MalformedQueryString",
        "The query string contains a syntax error.",
    )
}

/// The form names no operation.
pub(super) fn missing_action() -> ApiError {
    error(
        400,
        "MissingAction",
        "The request is missing an action or a required parameter.",
    )
}

/// There is no such operation (the text: aws/aws-cli#37).
pub(super) fn invalid_action(action: &str, version: &str) -> ApiError {
    error(
        400,
        "InvalidAction",
        format!("Could not find operation {action} for version {version}"),
    )
}

/// A value isn't what it should be.
pub(super) fn validation(message: impl Into<String>) -> ApiError {
    error(400, "ValidationError", message)
}

/// CloudFormation could, and this one can't. Not a status that clients try again after.
pub(super) fn not_modelled(what: &str) -> ApiError {
    let advice = match what {
        "TemplateURL" => {
            ": there is no S3 here. Send the template itself, as `TemplateBody`, of at most 51,200 bytes"
        }
        "StackPolicyURL" | "StackPolicyDuringUpdateURL" => {
            ": there is no S3 here. Send the policy itself, as `StackPolicyBody` or \
             `StackPolicyDuringUpdateBody`"
        }
        _ => "",
    };
    error(
        501,
        "NotImplemented",
        format!("The local CloudFormation does not model `{what}`{advice}"),
    )
}

fn error(status: u16, code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError {
        code,
        message: message.into(),
        status,
    }
}

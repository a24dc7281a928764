//! Why a call failed.
//!
//! Here, and nowhere else, are the texts of errors matched: CloudFormation reports most of what
//! the engine acts on as a `ValidationError` with nothing but a sentence. Each sentence stands in
//! the table of the tests, as AWS or an endpoint like AWS has answered it.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cloudformation::PortError;
use common::terminal_text::ExternalText;

use super::answer::{UnexpectedAnswer, Unreachable};
use super::codes::{Common, WithoutCredentials, chain, common, find, plain, without_credentials};

/// An error of CloudFormation.
pub(super) fn cloudformation<E>(error: SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    refused("CloudFormation", error)
}

/// An error of a service.
pub(super) fn refused<E>(service: &'static str, error: SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    if let SdkError::ServiceError(context) = &error {
        let metadata = context.err().meta();
        // A document of the operation, in which the SDK does not find what it has to hold.
        if metadata.code().unwrap_or_default().is_empty() {
            return PortError::Other {
                code: "IncompleteAnswer".into(),
                message: format!(
                    "{service} answered with status {}: {}",
                    context.raw().status().as_u16(),
                    chain(context.err())
                )
                .into(),
            };
        }
        return answered(
            service,
            context.raw().status().as_u16(),
            metadata.code().unwrap_or_default(),
            metadata.message().unwrap_or_default(),
        );
    }
    if let Some(answer) = find::<UnexpectedAnswer>(&error) {
        // Whatever came of a write, it may have taken effect.
        let is_final = answer.asked.is_look() && (answer.is_first || !answer.may_pass());
        return no_answer(service, is_final, answer.clone());
    }
    if let Some(unreachable) = find::<Unreachable>(&error) {
        let is_final = unreachable.asked.is_look() && unreachable.is_first;
        return no_answer(service, is_final, unreachable.clone());
    }
    if let Some(credentials) = find::<CredentialsError>(&error) {
        return match without_credentials(credentials) {
            WithoutCredentials::Expired(said) => PortError::Expired(said.into()),
            WithoutCredentials::TimedOut(said) => PortError::NoAnswer {
                service,
                source: said.into(),
            },
            WithoutCredentials::Missing(said) => PortError::Credentials(said.into()),
        };
    }
    match error {
        // Nothing was sent.
        SdkError::ConstructionFailure(_) => PortError::Invalid(chain(&error).into()),
        error => PortError::NoAnswer {
            service,
            source: Box::new(error),
        },
    }
}

/// No answer of AWS, which asking again does not change, or may.
fn no_answer(
    service: &'static str,
    is_final: bool,
    reason: impl Error + Send + Sync + 'static,
) -> PortError {
    if is_final {
        PortError::Unreachable {
            service,
            reason: Box::new(reason),
        }
    } else {
        PortError::NoAnswer {
            service,
            source: Box::new(reason),
        }
    }
}

/// Whether the call is `ListImports` and the answer that nobody does.
pub(super) fn is_imported_by_nobody<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata,
{
    error.as_service_error().is_some_and(|error| {
        error
            .message()
            .is_some_and(|message| message.contains("is not imported by any stack"))
    })
}

/// Whether a change set that failed says so because nothing would change. The second sentence is
/// that of a template whose transform comes to the same.
///
/// Source: aws-cdk#9080, aws-toolkit-azure-devops#97
pub(super) fn is_empty_change_set(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

/// Whether a change set that failed says that validation before deployment has failed, and not
/// what it found.
pub(super) fn has_validation_events(reason: &str) -> bool {
    reason.contains("EarlyValidation") || reason.contains("DescribeEvents")
}

/// Whether a change set that failed says so because something that it creates exists already.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
pub(super) fn finds_existing(reason: &str) -> bool {
    reason.contains("ResourceExistenceCheck")
}

/// What an answer that is an error means: a code, and a sentence.
fn answered(service: &'static str, status: u16, code: &str, message: &str) -> PortError {
    let text = || ExternalText::from(message);
    match common(code) {
        Some(Common::Throttled) => return PortError::Throttled(text()),
        Some(Common::Expired) => return PortError::Expired(text()),
        Some(Common::Credentials) => return PortError::Credentials(text()),
        Some(Common::Denied) => return PortError::Denied(text()),
        None => {}
    }
    match plain(code) {
        "StackNotFound" => PortError::NoStack(text()),
        "ChangeSetNotFound" => PortError::NoChangeSet(text()),
        "AlreadyExists" => PortError::AlreadyExists(text()),
        "TokenAlreadyExists" => PortError::AlreadyAccepted(text()),
        "InvalidChangeSetStatus" | "OperationInProgress" | "StaleRequest" => {
            PortError::Busy(text())
        }
        "LimitExceeded" => PortError::Limit(text()),
        "InsufficientCapabilities" => PortError::Invalid(text()),
        "ValidationError" | "Validation" => said(message),
        // Whether a call took effect that the service broke over, nobody knows.
        _ if status >= 500 => PortError::NoAnswer {
            service,
            source: Box::new(Broken {
                status,
                code: code.into(),
                message: text(),
            }),
        },
        _ => PortError::Other {
            code: code.into(),
            message: text(),
        },
    }
}

/// What a `ValidationError` means: a sentence.
fn said(message: &str) -> PortError {
    let text = ExternalText::from(message);
    let sentence = message.trim_end().trim_end_matches('.');
    if sentence.ends_with("does not exist") {
        // `Stack with id X`, `Stack [X]`; not `Resource [X] … in stack [Y]`.
        if sentence.starts_with("Stack ") || sentence.starts_with("Stack:") {
            return PortError::NoStack(text);
        }
        if sentence.starts_with("ChangeSet ") {
            return PortError::NoChangeSet(text);
        }
    }
    let busy = [
        "state and can not ",
        "state and cannot ",
        "cannot be called from current stack status",
        "cannot be deleted while in status",
        "is currently in a non-terminal",
        "rift detection is already in progress",
    ];
    if busy.iter().any(|part| sentence.contains(part)) {
        return PortError::Busy(text);
    }
    // Of a role that was made a moment ago (terraform-provider-aws#22834); of one that is not there, too.
    if sentence.starts_with("Role ") && sentence.contains("is invalid or cannot be assumed") {
        return PortError::NotYet(text);
    }
    if sentence.contains("already exists and cannot be created again") {
        return PortError::AlreadyExists(text);
    }
    PortError::Invalid(text)
}

/// A service that answers with a fault of its own.
#[derive(Debug)]
struct Broken {
    status: u16,
    code: ExternalText,
    message: ExternalText,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "status {}", self.status)?;
        for part in [&self.code, &self.message] {
            if !part.is_empty() {
                write!(formatter, ": {part}")?;
            }
        }
        Ok(())
    }
}

impl Error for Broken {}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;

//! The kinds of errors that calls fail with, and AWS's codes and sentences that tell them apart.
//!
//! CloudFormation reports most of what callers act on as a `ValidationError` with nothing but a
//! sentence. All codes and sentences of AWS are matched in this file; the table in
//! `tests/error.rs` has each of them as AWS, or an endpoint like AWS, has answered it.

use std::error::Error;
use std::fmt;

use common::terminal_text::ExternalText;

/// What every method of the client returns.
pub type ClientResult<T> = Result<T, ClientError>;

/// A call's failure, as far as callers act on the difference.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No stack has this name or id.
    #[error("no such stack: {0}")]
    StackNotFound(ExternalText),
    /// No change set has this name or id.
    #[error("no such change set: {0}")]
    ChangeSetNotFound(ExternalText),
    /// A change set of the name, or a stack of the name, exists.
    #[error("already there: {0}")]
    AlreadyExists(ExternalText),
    /// The status of the stack, or of the change set, does not allow the call now.
    #[error("the stack is busy: {0}")]
    Busy(ExternalText),
    /// The token was used with another call: the same call was accepted before.
    #[error("the call was accepted before: {0}")]
    AlreadyAccepted(ExternalText),
    /// Too many calls, even after retries.
    #[error("throttled: {0}")]
    Throttled(ExternalText),
    /// CloudFormation can't assume the role yet, since it was made a moment ago, or at all, since it
    /// does not exist: AWS has one sentence for both.
    #[error("refused for now: {0}")]
    RoleNotAssumable(ExternalText),
    /// The session has ended: the same credentials never work again.
    #[error("the credentials have expired: {0}")]
    ExpiredCredentials(ExternalText),
    /// There are no credentials, or they are not accepted.
    #[error("the credentials are not accepted: {0}")]
    InvalidCredentials(ExternalText),
    /// IAM does not allow the caller this action.
    #[error("not permitted: {0}")]
    AccessDenied(ExternalText),
    /// CloudFormation refuses the request as it is.
    #[error("{0}")]
    Invalid(ExternalText),
    /// A quota of the account is used up, of stacks for example.
    #[error("a quota is used up: {0}")]
    LimitExceeded(ExternalText),
    /// No answer, even after retries: whether the call took effect is not known.
    #[error("no answer from {service}")]
    NoAnswer {
        /// The service that was called.
        service: &'static str,
        /// The timeout, the broken connection or the answer that stands for none.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What answers is not AWS, or nothing does and nothing ever did: nothing took effect, and asking
    /// again changes nothing.
    #[error("{service} can't be reached: {reason}")]
    Unreachable {
        /// The service that was called.
        service: &'static str,
        /// The operation, the endpoint and what came back.
        reason: Box<dyn Error + Send + Sync>,
    },
    /// An error that no caller distinguishes from others.
    #[error("{code}: {message}")]
    Other {
        /// The error's code, as the service gives it.
        code: ExternalText,
        /// The service's sentence.
        message: ExternalText,
    },
}

impl ClientError {
    /// Whether the same call may work a little later, and whether it took effect may be open.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::NoAnswer { .. })
    }

    /// Whether every call fails with the caller's credentials.
    #[must_use]
    pub const fn is_about_credentials(&self) -> bool {
        matches!(
            self,
            Self::ExpiredCredentials(_) | Self::InvalidCredentials(_)
        )
    }

    /// Whether the stack or the change set of a call does not exist.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::StackNotFound(_) | Self::ChangeSetNotFound(_))
    }

    /// Whether `ListImports` says in this way that no stack imports the export.
    #[must_use]
    pub fn is_not_imported(&self) -> bool {
        matches!(self, Self::Invalid(message) if message.contains("is not imported by any stack"))
    }
}

/// An error that a service answered with.
#[derive(Clone, Copy, Debug)]
pub struct ErrorAnswer<'a> {
    /// As messages name it: `CloudFormation`.
    pub service: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// `ValidationError`, with or without the suffix `Exception`.
    pub code: &'a str,
    /// The sentence, which alone tells the kinds of a `ValidationError` apart.
    pub message: &'a str,
}

/// The kind of an error that a service answered with.
#[must_use]
pub fn classify(answer: ErrorAnswer<'_>) -> ClientError {
    let ErrorAnswer {
        service,
        status,
        code,
        message,
    } = answer;
    let text = || ExternalText::from(message);
    match CommonError::from_code(code) {
        Some(CommonError::Throttled) => return ClientError::Throttled(text()),
        Some(CommonError::ExpiredCredentials) => return ClientError::ExpiredCredentials(text()),
        Some(CommonError::InvalidCredentials) => return ClientError::InvalidCredentials(text()),
        Some(CommonError::AccessDenied) => return ClientError::AccessDenied(text()),
        None => {}
    }
    match without_suffix(code) {
        "StackNotFound" => ClientError::StackNotFound(text()),
        "ChangeSetNotFound" => ClientError::ChangeSetNotFound(text()),
        "AlreadyExists" => ClientError::AlreadyExists(text()),
        "TokenAlreadyExists" => ClientError::AlreadyAccepted(text()),
        "InvalidChangeSetStatus" | "OperationInProgress" | "StaleRequest" => {
            ClientError::Busy(text())
        }
        "LimitExceeded" => ClientError::LimitExceeded(text()),
        "InsufficientCapabilities" => ClientError::Invalid(text()),
        "ValidationError" | "Validation" => classify_validation(message),
        // A call that the service failed at may have taken effect.
        _ if status >= 500 => ClientError::NoAnswer {
            service,
            source: Box::new(ServerFault {
                status,
                code: code.into(),
                message: text(),
            }),
        },
        _ => ClientError::Other {
            code: code.into(),
            message: text(),
        },
    }
}

/// The kind of a `ValidationError`, which only its sentence tells.
fn classify_validation(message: &str) -> ClientError {
    let text = ExternalText::from(message);
    let sentence = message.trim_end().trim_end_matches('.');
    if sentence.ends_with("does not exist") {
        // `Stack with id X`, `Stack [X]`; not `Resource [X] … in stack [Y]`.
        if sentence.starts_with("Stack ") || sentence.starts_with("Stack:") {
            return ClientError::StackNotFound(text);
        }
        if sentence.starts_with("ChangeSet ") {
            return ClientError::ChangeSetNotFound(text);
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
        return ClientError::Busy(text);
    }
    // Of a role that was made a moment ago (terraform-provider-aws#22834); of one that is not there, too.
    if sentence.starts_with("Role ") && sentence.contains("is invalid or cannot be assumed") {
        return ClientError::RoleNotAssumable(text);
    }
    if sentence.contains("already exists and cannot be created again") {
        return ClientError::AlreadyExists(text);
    }
    ClientError::Invalid(text)
}

/// An error that every service of AWS reports with the same codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommonError {
    /// Too many calls.
    Throttled,
    /// The session has ended: the same credentials never work again.
    ExpiredCredentials,
    /// AWS does not know the key, or the signature is wrong.
    InvalidCredentials,
    /// IAM does not allow the caller this action.
    AccessDenied,
}

impl CommonError {
    /// The error that a code stands for in every service.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html>,
    /// and the codes that the SDKs take for throttling
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match without_suffix(code) {
            "Throttling"
            | "Throttled"
            | "RequestLimitExceeded"
            | "RequestThrottled"
            | "TooManyRequests"
            | "SlowDown"
            | "BandwidthLimitExceeded" => Self::Throttled,
            "ExpiredToken" | "TokenRefreshRequired" => Self::ExpiredCredentials,
            "InvalidClientTokenId"
            | "UnrecognizedClient"
            | "MissingAuthenticationToken"
            | "IncompleteSignature"
            | "SignatureDoesNotMatch"
            | "InvalidSignature"
            | "InvalidAccessKeyId"
            | "RequestExpired"
            | "RequestTimeTooSkewed"
            | "AuthFailure" => Self::InvalidCredentials,
            "AccessDenied" | "UnauthorizedOperation" | "NotAuthorized" | "OptInRequired" => {
                Self::AccessDenied
            }
            _ => return None,
        })
    }
}

/// A code without the suffix that some services give some of theirs.
fn without_suffix(code: &str) -> &str {
    code.strip_suffix("Exception").unwrap_or(code)
}

/// An error that a service reports of itself.
#[derive(Debug)]
struct ServerFault {
    status: u16,
    code: ExternalText,
    message: ExternalText,
}

impl fmt::Display for ServerFault {
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

impl Error for ServerFault {}

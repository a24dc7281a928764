//! Errors of signed requests.

use std::error::Error;
use std::fmt;

use aws_smithy_types::retry::{ErrorKind, ProvideErrorKind};
use cloudformation::CommonError;
use common::terminal_text::ExternalText;

use crate::sdk::errors::WithoutCredentials;

/// Why a signed request failed, as far as callers act on the difference.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignedError {
    /// The service refuses it, for a reason of its own: look at the code.
    #[error("{service} refuses {operation}: {code}: {message}")]
    Refused {
        service: &'static str,
        operation: String,
        /// The error's code: `InvalidVpcPeeringConnectionID.NotFound`.
        code: ExternalText,
        message: ExternalText,
        status: u16,
    },
    /// Too many calls, even after retries.
    #[error("{service} is throttled: {message}")]
    Throttled {
        service: &'static str,
        message: ExternalText,
    },
    #[error("the credentials have expired: {0}")]
    Expired(ExternalText),
    #[error("the credentials are not accepted: {0}")]
    Credentials(ExternalText),
    /// The caller may not do that.
    #[error("not permitted: {0}")]
    Denied(ExternalText),
    /// No answer, even after retries: whether the call took effect is not known.
    #[error("no answer from {service}")]
    NoAnswer {
        service: &'static str,
        /// What was seen instead.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("unexpected answer from {service} to {operation}")]
    Unreadable {
        service: &'static str,
        operation: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("can't build the request for {operation}")]
    Request {
        operation: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl SignedError {
    pub(super) fn without_credentials(service: &'static str, why: WithoutCredentials) -> Self {
        match why {
            WithoutCredentials::Expired(said) => Self::Expired(said.into()),
            WithoutCredentials::TimedOut(said) => Self::NoAnswer {
                service,
                source: said.into(),
            },
            WithoutCredentials::Missing(said) => Self::Credentials(said.into()),
        }
    }

    /// The code, where the service refuses for a reason of its own.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// An answer that is an error, as the service gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) status: u16,
    pub(super) code: ExternalText,
    pub(super) message: ExternalText,
}

impl Fault {
    pub(super) fn into_error(self, service: &'static str, operation: String) -> SignedError {
        match CommonError::from_code(&self.code) {
            Some(CommonError::Throttled) => SignedError::Throttled {
                service,
                message: self.message,
            },
            Some(CommonError::ExpiredCredentials) => SignedError::Expired(self.message),
            Some(CommonError::InvalidCredentials) => SignedError::Credentials(self.message),
            Some(CommonError::AccessDenied) => SignedError::Denied(self.message),
            None if self.status >= 500 => SignedError::NoAnswer {
                service,
                source: Box::new(self),
            },
            None => SignedError::Refused {
                service,
                operation,
                code: self.code,
                message: self.message,
                status: self.status,
            },
        }
    }
}

impl fmt::Display for Fault {
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

impl Error for Fault {}

impl ProvideErrorKind for Fault {
    fn retryable_error_kind(&self) -> Option<ErrorKind> {
        match CommonError::from_code(&self.code) {
            Some(CommonError::Throttled) => Some(ErrorKind::ThrottlingError),
            _ if self.status >= 500 => Some(ErrorKind::ServerError),
            _ => None,
        }
    }

    fn code(&self) -> Option<&str> {
        Some(&self.code)
    }
}

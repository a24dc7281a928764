//! Errors of calls to other services.

use std::error::Error;

use common::terminal_text::ExternalText;

/// Why a call failed, as far as anything here acts on the difference. What does not exist is no
/// error: it is an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The caller may not do that.
    #[error("not permitted: {0}")]
    Denied(ExternalText),
    #[error("the credentials have expired: {0}")]
    Expired(ExternalText),
    #[error("the credentials are not accepted: {0}")]
    Credentials(ExternalText),
    /// Too many calls, even after retries.
    #[error("throttled: {0}")]
    Throttled(ExternalText),
    /// No answer, even after retries: whether the call took effect is not known.
    #[error("no answer from {service}")]
    NoAnswer {
        service: &'static str,
        /// What was seen instead.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The answer is not of the documented form.
    #[error("unexpected answer from {service}: {what}")]
    Unreadable {
        service: &'static str,
        what: ExternalText,
    },
    #[error("{code}: {message}")]
    Other {
        code: ExternalText,
        message: ExternalText,
    },
}

impl ServiceError {
    /// Whether the same call may work a little later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::NoAnswer { .. })
    }
}

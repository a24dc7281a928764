//! Why a call failed.

use std::error::Error;

use common::terminal_text::ExternalText;

/// Why a call failed, as far as the engine acts on the difference.
///
/// CloudFormation reports most of this as an untyped `ValidationError` with a text. The adapter
/// matches those texts; nothing behind it looks at a text again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// The stack does not exist.
    #[error("no such stack: {0}")]
    NoStack(ExternalText),
    /// The change set does not exist.
    #[error("no such change set: {0}")]
    NoChangeSet(ExternalText),
    /// A change set of the name, or a stack of the name, exists.
    #[error("already there: {0}")]
    AlreadyExists(ExternalText),
    /// The stack's status does not allow the call now.
    #[error("the stack is busy: {0}")]
    Busy(ExternalText),
    /// The token was used with another call: the same call was accepted before.
    #[error("the call was accepted before: {0}")]
    AlreadyAccepted(ExternalText),
    /// Too many calls, even after retries.
    #[error("throttled: {0}")]
    Throttled(ExternalText),
    /// What the call names is not known everywhere yet: a role that was made a moment ago. Or it is not
    /// there.
    #[error("refused for now: {0}")]
    NotYet(ExternalText),
    /// The credentials have expired.
    #[error("the credentials have expired: {0}")]
    Expired(ExternalText),
    /// There are no credentials, or they are not accepted.
    #[error("the credentials are not accepted: {0}")]
    Credentials(ExternalText),
    /// The caller may not do that.
    #[error("not permitted: {0}")]
    Denied(ExternalText),
    /// CloudFormation refuses the request as it is.
    #[error("{0}")]
    Invalid(ExternalText),
    /// A quota is used up.
    #[error("a quota is used up: {0}")]
    Limit(ExternalText),
    /// No answer, even after retries: whether the call took effect is not known.
    #[error("no answer from {service}")]
    NoAnswer {
        /// Of which service.
        service: &'static str,
        /// What was seen instead.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What answers is not AWS, or nothing does and nothing ever did: nothing took effect, and asking
    /// again changes nothing.
    #[error("{service} can't be reached: {reason}")]
    Unreachable {
        /// Which service.
        service: &'static str,
        /// What was asked of whom, and what came.
        reason: Box<dyn Error + Send + Sync>,
    },
    /// Anything else.
    #[error("{code}: {message}")]
    Other {
        /// The error's code.
        code: ExternalText,
        /// What the service says.
        message: ExternalText,
    },
}

impl PortError {
    /// Whether the same call may work a little later, and whether it took effect may be open.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::NoAnswer { .. })
    }

    /// Whether nothing more can be asked with the caller's credentials.
    #[must_use]
    pub const fn is_about_credentials(&self) -> bool {
        matches!(self, Self::Expired(_) | Self::Credentials(_))
    }
}

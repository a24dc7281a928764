//! One probe: an answer, or why there is none.

use std::error::Error;

use common::error_chain::error_chain;

use cloudformation::ClientError;

use super::check_result::{Area, CheckResult, CheckStatus};
use super::services::ServiceError;

/// The answer to a question, or why there is none. One that has none is a result, never a crash.
pub type Probe<T> = Result<T, ProbeError>;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeError {
    /// What was asked, as IAM calls the permission: `acm:ListCertificates`.
    pub action: &'static str,
    pub reason: String,
    pub kind: ProbeErrorKind,
}

/// What keeps a question from being answered, as far as the next step differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeErrorKind {
    /// The caller may not ask.
    Permission,
    /// The caller has no credentials, or they are not accepted any more.
    Credentials,
    /// It may work later.
    Transient,
    Other,
}

impl ProbeError {
    /// What came of a call to a service.
    pub(crate) fn of(action: &'static str, error: &ServiceError) -> Self {
        let kind = match error {
            ServiceError::Denied(_) => ProbeErrorKind::Permission,
            ServiceError::Expired(_) | ServiceError::Credentials(_) => ProbeErrorKind::Credentials,
            ServiceError::Throttled(_) | ServiceError::NoAnswer { .. } => ProbeErrorKind::Transient,
            _ => ProbeErrorKind::Other,
        };
        Self::new(action, kind, error)
    }

    /// Why CloudFormation did not answer.
    pub(crate) fn of_port(action: &'static str, error: &ClientError) -> Self {
        let kind = match error {
            ClientError::AccessDenied(_) => ProbeErrorKind::Permission,
            ClientError::ExpiredCredentials(_) | ClientError::InvalidCredentials(_) => {
                ProbeErrorKind::Credentials
            }
            ClientError::Throttled(_) | ClientError::NoAnswer { .. } => ProbeErrorKind::Transient,
            _ => ProbeErrorKind::Other,
        };
        Self::new(action, kind, error)
    }

    /// What came of a call, with everything behind it.
    pub(crate) fn new(action: &'static str, kind: ProbeErrorKind, error: &dyn Error) -> Self {
        Self {
            action,
            reason: error_chain(error),
            kind,
        }
    }

    #[must_use]
    pub fn result(&self, area: Area, subject: impl Into<String>) -> CheckResult {
        let message = format!("could not be checked: {}", self.reason);
        let result = CheckResult::new(CheckStatus::Attention, area, subject, message);
        match self.kind {
            ProbeErrorKind::Permission => {
                result.by_hand(format!("use a role that is allowed {}", self.action))
            }
            ProbeErrorKind::Credentials => result.by_hand("sign in, then try again"),
            ProbeErrorKind::Transient => result.by_hand("try again later"),
            ProbeErrorKind::Other => result.by_hand(format!("the failed call: {}", self.action)),
        }
    }
}

//! An answer, or why there is none.

use std::error::Error;

use common::error_chain::error_chain;

use crate::finding::{Area, Finding, State};
use crate::services::ServiceError;

/// The answer to a question, or why there is none. One that has none is a finding, never a crash.
pub type Asked<T> = Result<T, Unanswered>;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// What was asked, as IAM calls the permission: `acm:ListCertificates`.
    pub action: &'static str,
    /// What came instead.
    pub reason: String,
    /// What kind of reason that is.
    pub kind: Obstacle,
}

/// What keeps a question from being answered, as far as the next step differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The caller may not ask.
    Permission,
    /// The caller has no credentials, or they are not accepted any more.
    Credentials,
    /// It may work later.
    Weather,
    /// Anything else.
    Other,
}

impl Unanswered {
    /// What came of a call to a service.
    pub(crate) fn of(action: &'static str, error: &ServiceError) -> Self {
        let kind = match error {
            ServiceError::Denied(_) => Obstacle::Permission,
            ServiceError::Expired(_) | ServiceError::Credentials(_) => Obstacle::Credentials,
            ServiceError::Throttled(_) | ServiceError::NoAnswer { .. } => Obstacle::Weather,
            _ => Obstacle::Other,
        };
        Self::new(action, kind, error)
    }

    /// What came of a call, with everything behind it.
    pub(crate) fn new(action: &'static str, kind: Obstacle, error: &dyn Error) -> Self {
        Self {
            action,
            reason: error_chain(error),
            kind,
        }
    }

    /// As a finding.
    #[must_use]
    pub fn finding(&self, area: Area, subject: impl Into<String>) -> Finding {
        let message = format!("could not be asked: {}", self.reason);
        let finding = Finding::new(State::Attention, area, subject, message);
        match self.kind {
            Obstacle::Permission => {
                finding.by_hand(format!("ask with a role that is permitted {}", self.action))
            }
            Obstacle::Credentials => finding.by_hand("sign in again, then ask again"),
            Obstacle::Weather => finding.by_hand("ask again a little later"),
            Obstacle::Other => finding.by_hand(format!("what was asked: {}", self.action)),
        }
    }
}

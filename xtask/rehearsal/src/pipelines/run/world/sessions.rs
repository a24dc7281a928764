//! Who has which credentials, and what they may do.

use std::fs;

use serde::{Deserialize, Serialize};

use super::World;
use crate::pipelines::policy::{Decision, Denial, Request, Rights};
use crate::pipelines::rights::{Asked, Record};
use crate::pipelines::run::error::{At as _, RunError};

/// Credentials: the access key id is all that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The access key id.
    pub key: String,
    /// The ARN of the role that has them.
    pub role: String,
    /// The action that they were made for.
    pub action: String,
}

impl World {
    /// Credentials of a role, for an action.
    ///
    /// # Errors
    /// When they can't be written down.
    pub fn session(&self, role: &str, action: &str) -> Result<Session, RunError> {
        self.append("keys", action)?;
        let path = self.folder.join("keys");
        let number = fs::read_to_string(&path).at(path)?.lines().count();
        let session = Session {
            key: format!("ASIAREHEARSAL{number:07}"),
            role: role.to_owned(),
            action: action.to_owned(),
        };
        self.write(&format!("sessions/{}.json", session.key), &session)?;
        Ok(session)
    }

    /// Nobody has these credentials any more.
    pub fn forget(&self, key: &str) {
        if self.session_of(key).is_some() {
            // What is not there is forgotten.
            let _ = fs::remove_file(self.folder.join(format!("sessions/{key}.json")));
        }
    }

    /// Whose credentials these are, if anybody's.
    #[must_use]
    pub fn session_of(&self, key: &str) -> Option<Session> {
        let safe = key.chars().all(|letter| letter.is_ascii_alphanumeric());
        if !safe {
            return None;
        }
        self.read(&format!("sessions/{key}.json")).ok()
    }

    /// Writes down what was decided about a request of a role, which is given by ARN.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn decided(
        &self,
        role: &str,
        request: &Request,
        decision: &Decision,
    ) -> Result<(), RunError> {
        let asked = Asked::new(role, request, decision);
        let line = serde_json::to_string(&asked).map_err(|source| RunError::Json {
            path: self.folder.join("calls"),
            source,
        })?;
        self.append("calls", &line)
    }

    /// Every request that was decided about.
    ///
    /// # Errors
    /// When what was written down can't be read.
    pub fn record(&self) -> Result<Record, RunError> {
        let path = self.folder.join("calls");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let asked = text.lines().map(serde_json::from_str::<Asked>);
        let asked: Result<Record, _> = asked.collect();
        asked.map_err(|source| RunError::Json { path, source })
    }

    /// The first of several requests that a role may not make, with the reason, by what is deployed
    /// now. All that were decided are written down.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn refusal(
        &self,
        role: &str,
        requests: &[Request],
    ) -> Result<Option<(Request, Denial)>, RunError> {
        let rights = Rights::read(&self.stacks()?)?;
        for request in requests {
            let decision = rights.decide(role, request);
            self.decided(role, request, &decision)?;
            if let Decision::Denied(denial) = decision {
                return Ok(Some((request.clone(), denial)));
            }
        }
        Ok(None)
    }
}

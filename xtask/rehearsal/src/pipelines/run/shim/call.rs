//! A call of a shim, and the answer to it.

use crate::pipelines::policy::{Denial, Request};
use crate::pipelines::run::error::RunError;
use crate::pipelines::run::service_state::ServiceState;

/// The exit code and the output of a shim.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: u8,
    pub(super) output: String,
    pub(super) error: String,
}

impl Answer {
    pub(super) const fn success(output: String) -> Self {
        Self {
            code: 0,
            output,
            error: String::new(),
        }
    }

    pub(super) const fn failure(code: u8, error: String) -> Self {
        Self {
            code,
            output: String::new(),
            error,
        }
    }
}

pub(super) struct Call<'a> {
    pub(super) services: ServiceState,
    /// The build's access key id.
    pub(super) key: String,
    pub(super) arguments: &'a [String],
}

impl Call<'_> {
    /// The arguments, for slice patterns.
    pub(super) fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let at = self.arguments.iter().position(|word| word == name)?;
        self.arguments.get(at + 1).map(String::as_str)
    }

    /// The error message of the first denied request, in AWS's words.
    pub(super) fn first_denied(
        &self,
        key: &str,
        requests: &[Request],
    ) -> Result<Option<String>, RunError> {
        let Some(session) = self.services.find_session(key) else {
            let error = "The security token included in the request is invalid.";
            return Ok(Some(error.to_owned()));
        };
        let refused = self.services.first_denied(&session.role, requests)?;
        Ok(refused.map(|(request, denial)| {
            let why = match denial {
                Denial::Explicit(_) => "with an explicit deny",
                _ => "because nothing allows it",
            };
            format!(
                "An error occurred (AccessDeniedException): {} is not authorized to perform: {} on \
                 resource: {} {why} ({denial})",
                session.role, request.action, request.resource
            )
        }))
    }
}

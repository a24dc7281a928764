//! Whoever calls is refused what its role may not do, and every request is recorded.

use std::sync::{Arc, Mutex};

use emulator::api::{Action, ApiError, Caller};
use emulator::port::{Call, Hooks, Intervention};
use emulator::server::access_denied;
use rehearsal::pipelines::policy::{Decision, Request, Rights};
use rehearsal::pipelines::rights::Record;
use rehearsal::pipelines::run::local::requests;

/// A caller with a role.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    rights: Arc<Rights>,
    role: String,
    record: Arc<Mutex<Record>>,
}

impl Guard {
    /// With a role, by ARN.
    pub(super) fn new(rights: &Rights, role: String) -> Self {
        Self {
            rights: Arc::new(rights.clone()),
            role,
            record: Arc::default(),
        }
    }

    /// Decides about a request; gives the refusal.
    pub(super) fn decide(&self, request: &Request) -> Result<(), String> {
        let mut record = self.record.lock().unwrap();
        match record.decide(&self.rights, &self.role, request) {
            Decision::Allowed(_) => Ok(()),
            Decision::Denied(denial) => Err(format!(
                "User: {} is not authorized to perform: {} on resource: {} ({denial})",
                self.role, request.action, request.resource
            )),
        }
    }

    /// The role's ARN.
    pub(super) fn role(&self) -> &str {
        &self.role
    }

    pub(super) fn record(&self) -> Record {
        self.record.lock().unwrap().clone()
    }
}

impl Hooks for Guard {
    fn intervene(&self, _: &Call) -> Intervention {
        Intervention::Pass
    }

    fn authorize(&self, caller: &Caller, action: &Action) -> Result<(), ApiError> {
        let requests = requests(caller, action);
        let mut refused = requests.iter().map(|request| self.decide(request));
        refused
            .find_map(Result::err)
            .map_or(Ok(()), |message| Err(access_denied(message)))
    }
}

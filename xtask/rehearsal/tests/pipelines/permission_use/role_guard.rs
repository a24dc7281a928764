//! A guard that denies a caller what its role may not do, and logs every request.

use std::sync::{Arc, Mutex};

use emulator::api::{Action, ApiError, Caller};
use emulator::port::{Call, Hooks, Intervention};
use emulator::server::access_denied;
use rehearsal::pipelines::permission_use::RequestLog;
use rehearsal::pipelines::policy::{Decision, Policies, Request};
use rehearsal::pipelines::run::local::requests;

/// A caller with a role.
#[derive(Clone, Debug)]
pub(super) struct RoleGuard {
    rights: Arc<Policies>,
    role: String,
    log: Arc<Mutex<RequestLog>>,
}

impl RoleGuard {
    /// With a role, by ARN.
    pub(super) fn new(rights: &Policies, role: String) -> Self {
        Self {
            rights: Arc::new(rights.clone()),
            role,
            log: Arc::default(),
        }
    }

    /// Decides about a request; gives the refusal.
    pub(super) fn decide(&self, request: &Request) -> Result<(), String> {
        let mut log = self.log.lock().unwrap();
        match log.decide(&self.rights, &self.role, request) {
            Decision::Allowed(_) => Ok(()),
            Decision::Denied(denial) => Err(format!(
                "User: {} is not authorized to perform: {} on resource: {} ({denial})",
                self.role, request.action, request.resource
            )),
        }
    }

    pub(super) fn role(&self) -> &str {
        &self.role
    }

    pub(super) fn log(&self) -> RequestLog {
        self.log.lock().unwrap().clone()
    }
}

impl Hooks for RoleGuard {
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

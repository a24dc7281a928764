//! The authorization of calls.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use cloudformation::{Stack, StackId, StackStatus};
use emulator::Cloud;
use emulator::api::{Action, ApiError, Caller};
use emulator::server::{AuthorizationRequest, Authorize, OtherServiceRequest, access_denied};

use super::permission_faults::ChangeSetReference;
use super::{deployed, other_services, permission_faults, requests};
use crate::pipelines::policy::{Decision, Policies, Request};
use crate::pipelines::run::service_state::ServiceState;
use crate::pipelines::template::Stacks;

/// The access key id of the operator, who applies bootstrap.
pub const OPERATOR_KEY: &str = "AKIAREHEARSALPERSON";

/// The access key id with which the rehearsal reads what is deployed.
pub(super) const OBSERVER_KEY: &str = "AKIAREHEARSALOBSERVE";

/// The deployed templates, shared with the backend.
pub(super) type Snapshot = Arc<Mutex<Stacks>>;

/// The stack whose next `ExecuteChangeSet` loses its caller: the machine that called is gone, and
/// CloudFormation continues.
pub(super) type LostCaller = Arc<Mutex<Option<String>>>;

/// Authorizes the calls to the local CloudFormation of one environment.
pub(super) struct Authorizer {
    services: ServiceState,
    snapshot: Snapshot,
    lost_caller: LostCaller,
    /// The role in the last change set of each stack.
    last_roles: BTreeMap<String, String>,
    evaluated: Option<Evaluated>,
    has_faults: bool,
}

/// The deployed templates and their policies, cached until a stack changes.
struct Evaluated {
    mark: Vec<(StackId, StackStatus, Option<String>)>,
    stacks: Stacks,
    rights: Policies,
}

impl Authorizer {
    pub(super) const fn new(
        services: ServiceState,
        snapshot: Snapshot,
        lost_caller: LostCaller,
    ) -> Self {
        Self {
            services,
            snapshot,
            lost_caller,
            last_roles: BTreeMap::new(),
            evaluated: None,
            has_faults: false,
        }
    }

    /// Reads what is deployed, where it has changed.
    fn refresh(&mut self, cloud: &mut Cloud, caller: &Caller) -> Result<&Evaluated, ApiError> {
        let stacks = deployed::stacks(cloud, caller)?;
        let mark: Vec<_> = stacks.iter().map(mark).collect();
        let evaluated = match self.evaluated.take() {
            Some(evaluated) if evaluated.mark == mark => evaluated,
            _ => {
                let stacks = deployed::deployed(cloud, caller, &stacks)?;
                let rights = Policies::read(&stacks)
                    .map_err(|error| access_denied(format!("can't read the policies: {error}")))?;
                if let Ok(mut snapshot) = self.snapshot.lock() {
                    snapshot.clone_from(&stacks);
                }
                Evaluated {
                    mark,
                    stacks,
                    rights,
                }
            }
        };
        Ok(self.evaluated.insert(evaluated))
    }

    /// Denies what the role of an access key id may not do.
    fn decide(
        &mut self,
        key: &str,
        caller: &Caller,
        requests: Vec<Request>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        let Some(session) = self.services.find_session(key) else {
            let message = "The security token included in the request is invalid.";
            return Err(access_denied(message.to_owned()));
        };
        let services = self.services.clone();
        let evaluated = self.refresh(cloud, caller)?;
        for request in requests {
            let decision = evaluated.rights.decide(&session.role, &request);
            // A state that can't be written fails the rehearsal elsewhere.
            let _ = services.record_decision(&session.role, &request, &decision);
            if let Decision::Denied(denial) = decision {
                return Err(access_denied(format!(
                    "User: {} is not authorized to perform: {} on resource: {} ({denial})",
                    session.role, request.action, request.resource
                )));
            }
        }
        Ok(())
    }

    /// Injects a fault for each resource that the stack's role may not change.
    fn inject_faults(
        &mut self,
        asked: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        let caller = asked.caller;
        let (stack, missing) = match asked.action {
            Action::CreateChangeSet { target, .. } => {
                if let Some(role) = &target.role {
                    let name = stack_name(&target.stack).to_owned();
                    self.last_roles.insert(name, role.clone());
                }
                return Ok(());
            }
            Action::ExecuteChangeSet {
                change_set, stack, ..
            } => {
                let name = stack.as_deref().map_or("", stack_name).to_owned();
                let Some(role) = self.last_roles.get(&name).cloned() else {
                    return Ok(());
                };
                let current = self.refresh(cloud, caller)?.stacks.clone();
                let missing = permission_faults::missing_for_change_set(
                    cloud,
                    caller,
                    &current,
                    ChangeSetReference {
                        change_set,
                        stack: stack.as_deref(),
                    },
                    &role,
                )?;
                (name, missing)
            }
            Action::DeleteStack { stack, role, .. } => {
                let name = stack_name(stack).to_owned();
                let Some(role) = role.as_ref().or(self.last_roles.get(&name)).cloned() else {
                    return Ok(());
                };
                let current = self.refresh(cloud, caller)?.stacks.clone();
                let missing = permission_faults::missing_for_deletion(&current, &name, &role);
                (name, missing)
            }
            _ => return Ok(()),
        };
        self.revoke_lost_caller(asked.key, &stack);
        // A fault that did not occur last time must not occur now.
        if self.has_faults {
            cloud.clear_faults();
        }
        self.has_faults = !missing.is_empty();
        for one in missing {
            cloud.add_fault(one.fault(&stack));
        }
        Ok(())
    }
}

impl Authorizer {
    /// Revokes the caller's credentials, where its loss was requested: this call is its last.
    fn revoke_lost_caller(&self, key: &str, stack: &str) {
        let Ok(mut lost_caller) = self.lost_caller.lock() else {
            return;
        };
        if lost_caller.as_deref() == Some(stack) {
            *lost_caller = None;
            self.services.revoke_session(key);
        }
    }
}

impl Authorize for Authorizer {
    fn authorize(
        &mut self,
        asked: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        match asked.key {
            OBSERVER_KEY => {
                self.refresh(cloud, asked.caller)?;
                return Ok(());
            }
            // The operator has permissions of its own.
            OPERATOR_KEY => {}
            key => {
                let requests = requests::requests(asked.caller, asked.action);
                self.decide(key, asked.caller, requests, cloud)?;
            }
        }
        if let Some(line) = requests::change(asked.action) {
            // A state that can't be written fails the rehearsal elsewhere.
            let _ = self.services.record_change(&line);
        }
        self.inject_faults(asked, cloud)
    }

    fn other_service(
        &mut self,
        call: &OtherServiceRequest<'_>,
        cloud: &mut Cloud,
    ) -> Option<Result<serde_json::Value, ApiError>> {
        let (request, asked) = if let Some(repository) = other_services::repository_of(call) {
            let request = other_services::describe_images_request(call, &repository);
            (request, OtherServiceCall::Images(repository))
        } else {
            let pipeline = other_services::pipeline_of(call)?;
            let request = other_services::list_executions_request(call, &pipeline);
            (request, OtherServiceCall::Runs(pipeline))
        };
        // The operator has permissions of its own.
        if call.key != OPERATOR_KEY
            && let Err(denied) = self.decide(call.key, call.caller, vec![request], cloud)
        {
            return Some(Err(denied));
        }
        Some(match asked {
            OtherServiceCall::Images(repository) => {
                other_services::describe_images(&self.services, &repository)
            }
            OtherServiceCall::Runs(pipeline) => {
                Ok(other_services::executions(&self.services, &pipeline))
            }
        })
    }
}

enum OtherServiceCall {
    Images(String),
    Runs(String),
}

fn mark(stack: &Stack) -> (StackId, StackStatus, Option<String>) {
    let changed = stack.changed().to_owned();
    (stack.id.clone(), stack.status.clone(), Some(changed))
}

/// The name in a stack's name or ARN.
fn stack_name(stack: &str) -> &str {
    match stack.split_once(":stack/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => stack,
    }
}

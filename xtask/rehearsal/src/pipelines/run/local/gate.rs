//! Decides about every call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use cloudformation::{Stack, StackStatus};
use emulator::Cloud;
use emulator::api::{Action, ApiError, Caller};
use emulator::server::{AuthorizationRequest, Authorize, OtherServiceRequest, access_denied};

use super::server::{OBSERVER, PERSON};
use super::{asked, history, observed, registry, work};
use crate::pipelines::policy::{Decision, Request, Rights};
use crate::pipelines::run::world::World;
use crate::pipelines::template::Stacks;

/// What is deployed, for whoever looks from outside.
pub(super) type Snapshot = Arc<Mutex<Stacks>>;

/// The stack whose next execution loses its caller: the machine that called is gone, CloudFormation
/// goes on.
pub(super) type Doomed = Arc<Mutex<Option<String>>>;

/// Guards the local CloudFormation of one environment.
pub(super) struct Gate {
    world: World,
    snapshot: Snapshot,
    doomed: Doomed,
    /// The role that the last change set of a stack gave it.
    given: BTreeMap<String, String>,
    known: Option<Known>,
    /// Whether something was made to go wrong.
    tampered: bool,
}

/// What is deployed, read once for as long as it stays.
struct Known {
    mark: Vec<(String, StackStatus, Option<String>)>,
    stacks: Stacks,
    rights: Rights,
}

impl Gate {
    pub(super) const fn new(world: World, snapshot: Snapshot, doomed: Doomed) -> Self {
        Self {
            world,
            snapshot,
            doomed,
            given: BTreeMap::new(),
            known: None,
            tampered: false,
        }
    }

    /// What is deployed now.
    fn know(&mut self, cloud: &mut Cloud, caller: &Caller) -> Result<&Known, ApiError> {
        let stacks = observed::stacks(cloud, caller)?;
        let mark: Vec<_> = stacks.iter().map(mark).collect();
        let known = match self.known.take() {
            Some(known) if known.mark == mark => known,
            _ => {
                let stacks = observed::deployed(cloud, caller, &stacks)?;
                let rights = Rights::read(&stacks)
                    .map_err(|error| access_denied(format!("roles can't be read: {error}")))?;
                if let Ok(mut snapshot) = self.snapshot.lock() {
                    snapshot.clone_from(&stacks);
                }
                Known {
                    mark,
                    stacks,
                    rights,
                }
            }
        };
        Ok(self.known.insert(known))
    }

    /// Refuses what the holder of a key may not do.
    fn decide(
        &mut self,
        key: &str,
        caller: &Caller,
        requests: Vec<Request>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        let Some(session) = self.world.session_of(key) else {
            let message = "The security token included in the request is invalid.";
            return Err(access_denied(message.to_owned()));
        };
        let world = self.world.clone();
        let known = self.know(cloud, caller)?;
        for request in requests {
            let decision = known.rights.decide(&session.role, &request);
            // A rehearsal whose world can't be written fails elsewhere.
            let _ = world.decided(&session.role, &request, &decision);
            if let Decision::Denied(denial) = decision {
                return Err(access_denied(format!(
                    "User: {} is not authorized to perform: {} on resource: {} ({denial})",
                    session.role, request.action, request.resource
                )));
            }
        }
        Ok(())
    }

    /// Lets go wrong what the role of a stack may not do.
    fn watch(
        &mut self,
        asked: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        let caller = asked.caller;
        let (stack, lacking) = match asked.action {
            Action::CreateChangeSet { target, .. } => {
                if let Some(role) = &target.role {
                    let name = short(&target.stack).to_owned();
                    self.given.insert(name, role.clone());
                }
                return Ok(());
            }
            Action::ExecuteChangeSet {
                change_set, stack, ..
            } => {
                let name = stack.as_deref().map_or("", short).to_owned();
                let Some(role) = self.given.get(&name).cloned() else {
                    return Ok(());
                };
                let deployed = self.know(cloud, caller)?.stacks.clone();
                let lacking = work::of_change_set(
                    cloud,
                    caller,
                    &deployed,
                    change_set,
                    stack.as_deref(),
                    &role,
                )?;
                (name, lacking)
            }
            Action::DeleteStack { stack, role, .. } => {
                let name = short(stack).to_owned();
                let Some(role) = role.as_ref().or(self.given.get(&name)).cloned() else {
                    return Ok(());
                };
                let deployed = self.know(cloud, caller)?.stacks.clone();
                let lacking = work::of_deletion(&deployed, &name, &role);
                (name, lacking)
            }
            _ => return Ok(()),
        };
        self.lose(asked.key, &stack);
        // What didn't come to pass last time is not to happen now.
        if self.tampered {
            cloud.clear_faults();
        }
        self.tampered = !lacking.is_empty();
        for one in lacking {
            cloud.add_fault(one.fault(&stack));
        }
        Ok(())
    }
}

impl Gate {
    /// Forgets whose a key is, where that is wanted: this call is its last.
    fn lose(&self, key: &str, stack: &str) {
        let Ok(mut doomed) = self.doomed.lock() else {
            return;
        };
        if doomed.as_deref() == Some(stack) {
            *doomed = None;
            self.world.forget(key);
        }
    }
}

impl Authorize for Gate {
    fn authorize(
        &mut self,
        asked: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        match asked.key {
            OBSERVER => {
                self.know(cloud, asked.caller)?;
                return Ok(());
            }
            // A person comes with rights of their own.
            PERSON => {}
            key => {
                let requests = asked::requests(asked.caller, asked.action);
                self.decide(key, asked.caller, requests, cloud)?;
            }
        }
        if let Some(line) = asked::change(asked.action) {
            // A rehearsal whose world can't be written fails elsewhere.
            let _ = self.world.changed(&line);
        }
        self.watch(asked, cloud)
    }

    fn other_service(
        &mut self,
        call: &OtherServiceRequest<'_>,
        cloud: &mut Cloud,
    ) -> Option<Result<serde_json::Value, ApiError>> {
        let (request, asked) = if let Some(repository) = registry::repository_of(call) {
            let request = registry::request(call, &repository);
            (request, AskedBeside::Images(repository))
        } else {
            let pipeline = history::pipeline_of(call)?;
            let request = history::request(call, &pipeline);
            (request, AskedBeside::Runs(pipeline))
        };
        // A person comes with rights of their own.
        if call.key != PERSON
            && let Err(denied) = self.decide(call.key, call.caller, vec![request], cloud)
        {
            return Some(Err(denied));
        }
        Some(match asked {
            AskedBeside::Images(repository) => registry::describe_images(&self.world, &repository),
            AskedBeside::Runs(pipeline) => Ok(history::executions(&self.world, &pipeline)),
        })
    }
}

/// What is asked for beside CloudFormation.
enum AskedBeside {
    /// The images of a repository.
    Images(String),
    /// The runs of a pipeline.
    Runs(String),
}

fn mark(stack: &Stack) -> (String, StackStatus, Option<String>) {
    let changed = stack.changed().to_owned();
    (stack.id.clone(), stack.status.clone(), Some(changed))
}

/// The name in a stack's name or ARN.
fn short(stack: &str) -> &str {
    match stack.split_once(":stack/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => stack,
    }
}

//! One resource that is not there yet: created, or imported.

use super::engine::Engine;
use super::model::{Resource, Stack};
use super::operation::{Leaving, Operation, Touched};
use super::scope::naming;
use super::tasks::{Doing, State};
use crate::durations::Work;
use crate::faults::On;
use crate::properties::Properties;
use crate::queue::What;
use crate::schema;
use crate::template::{LeavePolicy, ResourceDefinition};
use crate::world::{Owner, Thing, Unnamed, World, identifying_name, physical_id, said};
use cloudformation::status::ResourceStatus;

/// A second or so until a thing is there, of the time that creating it takes.
const UNTIL_INITIATED: u64 = 1200;

impl Engine<'_> {
    /// A resource that is not there begins to be made, or taken over.
    pub(super) fn create(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        definition: &ResourceDefinition,
        properties: Properties,
    ) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        self.ensure(stack, &name, definition);
        if let Some(found) = self.find_import(operation, &name, definition, &properties) {
            stack.turn_resource(
                self.now,
                &name,
                ResourceStatus::ImportInProgress,
                Some("Resource import started.".to_owned()),
                operation,
            );
            let doing = match found {
                Ok(physical_id) => Doing::Import {
                    properties,
                    physical_id,
                },
                Err(reason) => {
                    self.fail(
                        stack,
                        operation,
                        index,
                        ResourceStatus::ImportFailed,
                        reason,
                    );
                    self.abort(stack, operation);
                    return;
                }
            };
            operation.tasks.run(index, doing);
            let wait = self.wait(stack, &name, 3000);
            self.plan(stack, wait, What::Finished(operation.phase_number, index));
            return;
        }
        stack.turn_resource(
            self.now,
            &name,
            ResourceStatus::CreateInProgress,
            None,
            operation,
        );
        if let Some(message) = schema::violation(definition, properties.map()) {
            self.fail_forward(
                stack,
                operation,
                index,
                format!(
                    "Properties validation failed for resource {name} with message:\n{message}"
                ),
            );
            return;
        }
        let doing = Doing::Create {
            properties,
            replaces: None,
        };
        self.run_creation(stack, operation, index, &definition.kind, doing);
    }

    pub(super) fn run_creation(
        &mut self,
        stack: &Stack,
        operation: &mut Operation,
        index: usize,
        kind: &str,
        doing: Doing,
    ) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        let fate = self.fate(stack, &name, kind, On::Create);
        let length = self.duration(stack, &name, kind, Work::Create) + fate.longer;
        let refused = match &doing {
            Doing::Create { properties, .. } => World::refused_creation(kind, properties),
            _ => None,
        };
        operation.tasks.run(index, doing);
        if let Some(task) = operation.tasks.get_mut(index) {
            task.fails = fate.fails.or(refused);
        }
        let initiated = UNTIL_INITIATED.saturating_mul(u64::from(self.options.durations.0)) / 100;
        let initiated = initiated.min(length / 2);
        let phase = operation.phase_number;
        self.plan(stack, initiated, What::Initiated(phase, index));
        self.plan(stack, length, What::Finished(phase, index));
    }

    /// The thing is there from now on, if its name is free.
    pub(super) fn initiated(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let State::Running(Doing::Create {
            properties,
            replaces,
        }) = &task.state
        else {
            return;
        };
        let (properties, replaces) = (properties.clone(), replaces.clone());
        let name = task.logical_id.clone();
        let Some(resource) = stack.resources.get(&name) else {
            return;
        };
        let kind = resource.kind.clone();
        let number = if kind == "AWS::ECS::TaskDefinition" {
            let family = properties.text("Family").unwrap_or(&name).to_owned();
            self.world.count(&format!("{kind} {family}"))
        } else {
            0
        };
        let random = self.random(stack, &name).of("id");
        let id = physical_id(
            &naming(self.caller, random),
            &kind,
            &Unnamed {
                stack: &stack.name,
                logical_id: &name,
                number,
            },
            &properties,
        );
        let namesake = self
            .world
            .namesake(&kind, &properties)
            .map(|(other, row)| (other, Some(row)))
            .or_else(|| self.world.get(&kind, &id).map(|other| (other, None)));
        if let Some((other, row)) = namesake {
            let called = identifying_name(&kind, &properties).unwrap_or_else(|| id.clone());
            let reason = match (row.filter(|row| row.says.is_some()), &other.owner) {
                (Some(row), _) => said(row, &called, "AlreadyExists"),
                (None, Some(owner)) => {
                    format!("{called} already exists in stack {}", owner.stack_id)
                }
                (None, None) => format!(
                    "Resource handler returned message: \"Resource of type '{kind}' with identifier \
                     '{called}' already exists.\" (RequestToken: {}, HandlerErrorCode: \
                     AlreadyExists)",
                    random.uuid()
                ),
            };
            self.fail_forward(stack, operation, index, reason);
            return;
        }
        let owner = Owner {
            stack: stack.number,
            stack_id: stack.id.clone(),
            logical_id: name.clone(),
        };
        self.world
            .insert(Thing::owned(&kind, &id, properties.clone(), owner));
        let replaced = replaces.is_some();
        note_creation(operation, &name, replaces);
        if let Some(resource) = stack.resources.get_mut(&name) {
            resource.physical_id = Some(id);
            resource.properties = properties;
            resource.version = 0;
        }
        stack.turn_resource(
            self.now,
            &name,
            if replaced {
                ResourceStatus::UpdateInProgress
            } else {
                ResourceStatus::CreateInProgress
            },
            Some("Resource creation Initiated".to_owned()),
            operation,
        );
        if let Some(seconds) = self.await_signals(stack, operation, index) {
            let phase = operation.phase_number;
            self.plan(stack, seconds * 1000, What::GaveUp(phase, index));
        }
    }
}

/// A thing was made. What an earlier attempt of the same update did to its resource still counts: the
/// way back leads to where that attempt began.
fn note_creation(operation: &mut Operation, name: &str, replaces: Option<Box<Resource>>) {
    let Some(was) = replaces else {
        operation
            .touched
            .entry(name.to_owned())
            .or_insert(Touched::Created);
        return;
    };
    match operation.touched.remove(name) {
        None => {
            operation
                .touched
                .insert(name.to_owned(), Touched::Replaced(was));
        }
        Some(Touched::Updated(first)) => {
            operation
                .touched
                .insert(name.to_owned(), Touched::Replaced(first));
        }
        Some(earlier) => {
            if let Some(physical_id) = was.physical_id {
                operation.leaving.push(Leaving {
                    logical_id: name.to_owned(),
                    kind: was.kind,
                    physical_id,
                    policy: LeavePolicy::Delete,
                    resource_goes: false,
                });
            }
            operation.touched.insert(name.to_owned(), earlier);
        }
    }
}

//! One resource, made what the template says: created, changed, replaced or imported.

use serde_json::{Map, Value};

use super::difference::{Recreation, differences};
use super::engine::Engine;
use super::model::{Definition, Resource, Stack};
use super::operation::{Leaving, Operation, Touched};
use super::scope::{World, naming, scope};
use super::status::ResourceStatus;
use super::tasks::{Doing, State};
use crate::durations::Work;
use crate::faults::On;
use crate::kinds::Kind;
use crate::policy;
use crate::properties::Properties;
use crate::queue::What;
use crate::schema;
use crate::template::{LeavePolicy, ResourceDefinition, TemplateError};
use crate::world::{Owner, Thing, Unnamed, identifying_name, physical_id, unique_name};

/// A second or so until a thing is there, of the time that creating it takes.
const UNTIL_INITIATED: u64 = 1200;

impl Engine<'_> {
    /// Work on a resource begins.
    pub(super) fn bring(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        let Some(after) = operation.after.clone() else {
            return;
        };
        let Some(definition) = after.template.resources.get(&name) else {
            return;
        };
        self.forget_failed(stack, &name);
        let properties = match self.properties(stack, &after, definition) {
            Ok(properties) => Properties::new(properties),
            Err(error) => {
                self.ensure(stack, &name, definition);
                self.fail_forward(stack, operation, index, error.0);
                return;
            }
        };
        match stack.live(&name) {
            Some(resource) => {
                let resource = resource.clone();
                self.change(stack, operation, index, (definition, &resource), properties);
            }
            None => self.create(stack, operation, index, definition, properties),
        }
    }

    /// A resource that a failed creation left goes before it is tried again.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html>
    fn forget_failed(&mut self, stack: &mut Stack, name: &str) {
        if stack
            .resources
            .get(name)
            .is_some_and(|resource| resource.status == ResourceStatus::CreateFailed)
            && let Some(resource) = stack.resources.remove(name)
            && let Some(physical_id) = resource.physical_id
        {
            self.world.remove(&resource.kind, &physical_id);
        }
    }

    fn properties(
        &self,
        stack: &Stack,
        definition: &Definition,
        resource: &ResourceDefinition,
    ) -> Result<Map<String, Value>, TemplateError> {
        let lookup = World {
            stack,
            exports: self.exports,
            caller: self.caller,
        };
        scope(stack, definition, self.caller, &lookup).evaluate_map(&resource.properties)
    }

    /// The stack knows of the resource.
    fn ensure(&self, stack: &mut Stack, name: &str, definition: &ResourceDefinition) {
        stack
            .resources
            .entry(name.to_owned())
            .or_insert_with(|| Resource {
                kind: definition.kind.clone(),
                physical_id: None,
                properties: Properties::default(),
                attributes: definition.attributes.clone(),
                deletion: definition.deletion,
                replacement: definition.replacement,
                version: 0,
                status: ResourceStatus::CreateInProgress,
                reason: None,
                updated: self.now,
                drift_status: "NOT_CHECKED".to_owned(),
            });
    }

    fn create(
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

    fn run_creation(
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
        operation.tasks.run(index, doing);
        if let Some(task) = operation.tasks.get_mut(index) {
            task.fails = fate.fails;
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
            .or_else(|| self.world.get(&kind, &id));
        if let Some(other) = namesake {
            let called = identifying_name(&kind, &properties).unwrap_or_else(|| id.clone());
            let reason = match &other.owner {
                Some(owner) => format!("{called} already exists in stack {}", owner.stack_id),
                None => format!(
                    "Resource handler returned message: \"Resource of type '{kind}' with identifier \
                     '{called}' already exists.\" (RequestToken: {}, HandlerErrorCode: \
                     AlreadyExists)",
                    random.uuid()
                ),
            };
            self.fail_forward(stack, operation, index, reason);
            return;
        }
        self.world.insert(Thing {
            kind: kind.clone(),
            physical_id: id.clone(),
            properties: properties.clone(),
            owner: Some(Owner {
                stack: stack.number,
                stack_id: stack.id.clone(),
                logical_id: name.clone(),
            }),
        });
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

    fn change(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        (definition, resource): (&ResourceDefinition, &Resource),
        properties: Properties,
    ) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        let found = differences(&resource.kind, &resource.properties, properties.map());
        let replaces = found
            .iter()
            .any(|difference| difference.recreation == Recreation::Always);
        let retagged = self.retagged(operation, &resource.kind);
        if let Some(resource) = stack.resources.get_mut(&name) {
            resource.attributes.clone_from(&definition.attributes);
            resource.deletion = definition.deletion;
            resource.replacement = definition.replacement;
        }
        if found.is_empty() && !retagged {
            operation.tasks.done(index);
            return;
        }
        let action = if replaces {
            "Update:Replace"
        } else {
            "Update:Modify"
        };
        if let Some(policy) = operation.policy.as_deref().or(stack.policy.as_deref())
            && let Err(denial) = policy::check(policy, action, &name, &resource.kind)
        {
            self.fail_forward(stack, operation, index, denial);
            return;
        }
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
        if replaces {
            self.replace(stack, operation, index, resource, properties);
            return;
        }
        stack.turn_resource(
            self.now,
            &name,
            ResourceStatus::UpdateInProgress,
            None,
            operation,
        );
        operation
            .touched
            .entry(name.clone())
            .or_insert_with(|| Touched::Updated(Box::new(resource.clone())));
        let fate = self.fate(stack, &name, &resource.kind, On::Update);
        let length = self.duration(stack, &name, &resource.kind, Work::Update) + fate.longer;
        operation.tasks.run(index, Doing::Update { properties });
        if let Some(task) = operation.tasks.get_mut(index) {
            task.fails = fate.fails;
        }
        self.plan(stack, length, What::Finished(operation.phase_number, index));
    }

    /// Whether the stack's tags change, and the type takes tags: they are put on its resources.
    fn retagged(&self, operation: &Operation, kind: &str) -> bool {
        let tags = |definition: &Option<Definition>| {
            definition
                .as_ref()
                .map(|definition| definition.tags.clone())
        };
        operation.before.is_some()
            && tags(&operation.before) != tags(&operation.after)
            && Kind::of(kind).is_some_and(|kind| kind.facts.tags.is_some())
    }

    fn replace(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        resource: &Resource,
        properties: Properties,
    ) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        let unique = unique_name(&resource.kind, &properties);
        if unique.is_some() && unique == unique_name(&resource.kind, &resource.properties) {
            let called = identifying_name(&resource.kind, &properties).unwrap_or_default();
            self.fail_forward(
                stack,
                operation,
                index,
                format!(
                    "CloudFormation cannot update a stack when a custom-named resource requires \
                     replacing. Rename {called} and update the stack again."
                ),
            );
            return;
        }
        stack.turn_resource(
            self.now,
            &name,
            ResourceStatus::UpdateInProgress,
            Some(
                "Requested update requires the creation of a new physical resource; hence \
                 creating one."
                    .to_owned(),
            ),
            operation,
        );
        let doing = Doing::Create {
            properties,
            replaces: Some(Box::new(resource.clone())),
        };
        self.run_creation(stack, operation, index, &resource.kind, doing);
    }

    /// Work on a resource ends.
    pub(super) fn brought(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        if task.signals > 0 && task.fails.is_none() {
            return;
        }
        let name = task.logical_id.clone();
        if let Some(reason) = task.fails.clone() {
            self.fail_forward(stack, operation, index, reason);
            return;
        }
        let State::Running(doing) = task.state.clone() else {
            return;
        };
        let status = match doing {
            Doing::Create { replaces: None, .. } => ResourceStatus::CreateComplete,
            Doing::Create { .. } => ResourceStatus::UpdateComplete,
            Doing::Update { properties } => {
                if let Err(reason) = self.update_thing(stack, &name, &properties) {
                    self.fail_forward(stack, operation, index, reason);
                    return;
                }
                ResourceStatus::UpdateComplete
            }
            Doing::Import {
                properties,
                physical_id,
            } => {
                self.take_over(stack, operation, &name, properties, physical_id);
                ResourceStatus::ImportComplete
            }
            Doing::Revert | Doing::Delete => return,
        };
        operation.tasks.done(index);
        let reason = matches!(status, ResourceStatus::ImportComplete)
            .then(|| "Resource import completed.".to_owned());
        stack.turn_resource(self.now, &name, status, reason, operation);
    }

    /// The thing gets these properties.
    pub(super) fn update_thing(
        &mut self,
        stack: &mut Stack,
        name: &str,
        properties: &Properties,
    ) -> Result<(), String> {
        let random = self.random(stack, name).of("update");
        let Some(resource) = stack.resources.get_mut(name) else {
            return Ok(());
        };
        let Some(physical_id) = resource.physical_id.clone() else {
            return Ok(());
        };
        let handler = |message: String, code: &str| {
            format!(
                "Resource handler returned message: \"{message}\" (RequestToken: {}, \
                 HandlerErrorCode: {code})",
                random.uuid()
            )
        };
        if self.world.get(&resource.kind, &physical_id).is_none() {
            return Err(handler(
                format!(
                    "Resource of type '{}' with identifier '{physical_id}' was not found.",
                    resource.kind
                ),
                "NotFound",
            ));
        }
        if let Some(other) = self.world.namesake(&resource.kind, properties)
            && other.physical_id != physical_id
        {
            return Err(handler(
                format!(
                    "Resource of type '{}' with identifier '{}' already exists.",
                    resource.kind,
                    identifying_name(&resource.kind, properties).unwrap_or_default()
                ),
                "AlreadyExists",
            ));
        }
        self.world.change(&resource.kind, &physical_id, properties);
        resource.properties = properties.clone();
        resource.version += 1;
        Ok(())
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

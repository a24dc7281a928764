//! One resource, made what the template says: created, changed, replaced or imported.

use serde_json::{Map, Value};

use super::engine::Engine;
use super::model::{Definition, Resource, Stack};
use super::operation::Operation;
use super::scope::{World, scope};
use super::tasks::{Doing, State};
use crate::properties::Properties;
use crate::template::{ResourceDefinition, TemplateError};
use crate::world::identifying_name;
use cloudformation::status::{ResourceDriftStatus, ResourceStatus};

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
    pub(super) fn ensure(&self, stack: &mut Stack, name: &str, definition: &ResourceDefinition) {
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
                drift_status: ResourceDriftStatus::NotChecked,
            });
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
        if let Some((other, _)) = self.world.namesake(&resource.kind, properties)
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

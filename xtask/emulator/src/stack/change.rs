//! One resource that is there: changed in place, or replaced.

use super::difference::{Recreation, differences};
use super::engine::Engine;
use super::model::{Definition, Resource, Stack};
use super::operation::{Operation, Touched};
use super::tasks::Doing;
use crate::durations::Work;
use crate::faults::On;
use crate::kinds::Kind;
use crate::policy;
use crate::properties::Properties;
use crate::queue::What;
use crate::schema;
use crate::template::ResourceDefinition;
use crate::world::{identifying_name, unique_names};
use cloudformation::status::ResourceStatus;

impl Engine<'_> {
    /// A resource that is there begins to be changed, if it has to be.
    pub(super) fn change(
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
        // What its service refuses in words of its own is refused when it is made.
        let own = |properties: &Properties| -> Vec<String> {
            unique_names(&resource.kind, properties)
                .filter(|(_, row)| row.says.is_none())
                .map(|(name, _)| name)
                .collect()
        };
        let before = own(&resource.properties);
        if own(&properties).iter().any(|name| before.contains(name)) {
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
}

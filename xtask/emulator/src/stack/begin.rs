//! The way forward: what has to be known before the first resource is touched.

use std::collections::BTreeSet;

use super::engine::Engine;
use super::model::{Definition, Stack};
use super::operation::{Operation, Phase};
use super::scope::{World, scope};
use super::tasks::{Job, Tasks, order};
use crate::policy;
use crate::template::TemplateError;

impl Engine<'_> {
    /// The way forward begins.
    pub(super) fn begin_forward(&mut self, stack: &mut Stack, operation: &mut Operation) {
        let Some(after) = operation.after.clone() else {
            return;
        };
        // A second attempt adds to what the first one had: the way back leads before both.
        operation
            .imports_before
            .extend(stack.imports.iter().cloned());
        let (included, imports) = match self.survey(stack, &after) {
            Ok(found) => found,
            Err(error) => {
                self.give_up_forward(stack, operation, &error.0);
                return;
            }
        };
        if let Some(name) = imports
            .iter()
            .find(|name| self.exports.value(name).is_none())
        {
            self.give_up_forward(stack, operation, &format!("No export named {name} found"));
            return;
        }
        // From here on the exports that it imports are locked: those of the old definition, too,
        // because it may go back to it.
        self.exports.import(&stack.name, &imports);
        stack.imports = imports;
        if let Some(denial) = self.denied_removal(stack, operation, &included) {
            self.give_up_forward(stack, operation, &denial);
            return;
        }
        let order = order(
            included.iter().map(String::as_str),
            |name| needs(&after, name),
            false,
        );
        operation.tasks = Tasks::new(
            included
                .into_iter()
                .map(|name| (name, Job::Bring))
                .collect(),
            &order,
        );
        operation.phase = Phase::Forward;
        operation.phase_number = self.queue.number();
        self.drive(stack, operation);
    }

    /// The resources that the conditions include, and the exports that they and the outputs import.
    fn survey(
        &self,
        stack: &Stack,
        definition: &Definition,
    ) -> Result<(Vec<String>, BTreeSet<String>), TemplateError> {
        let lookup = World {
            stack,
            exports: self.exports,
            caller: self.caller,
        };
        let scope = scope(stack, definition, self.caller, &lookup);
        let mut included = Vec::new();
        let mut imports = BTreeSet::new();
        for (name, resource) in &definition.template.resources {
            if scope.includes(resource.condition.as_deref())? {
                included.push(name.clone());
                for value in resource.properties.values() {
                    scope.imports(value, &mut imports)?;
                }
            }
        }
        for output in definition.template.outputs.values() {
            if scope.includes(output.condition.as_deref())? {
                scope.imports(&output.value, &mut imports)?;
            }
        }
        Ok((included, imports))
    }

    /// Why the stack's policy does not let a resource go, if it doesn't.
    fn denied_removal(
        &self,
        stack: &Stack,
        operation: &Operation,
        included: &[String],
    ) -> Option<String> {
        let policy = operation.policy.as_deref().or(stack.policy.as_deref())?;
        stack
            .resources
            .iter()
            .filter(|(name, resource)| {
                resource.physical_id.is_some() && included.binary_search(name).is_err()
            })
            .find_map(|(name, resource)| {
                policy::check(policy, "Update:Delete", name, &resource.kind).err()
            })
    }
}

/// What a resource needs, by a definition.
pub(super) fn needs<'a>(definition: &'a Definition, name: &str) -> &'a [String] {
    definition
        .template
        .resources
        .get(name)
        .map_or(&[], |resource| resource.needs.as_slice())
}

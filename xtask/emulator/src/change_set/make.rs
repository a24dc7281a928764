//! Making a change set: what happens between `CREATE_IN_PROGRESS` and its end.

use cloudformation::status::{ChangeSetStatus, ExecutionStatus};
use cloudformation::{ChangeAction, ChangeSetType};

use super::compare::{Comparison, compare};
use super::model::ChangeSet;
use crate::Options;
use crate::api::Caller;
use crate::exports::Exports;
use crate::schema;
use crate::stack::{Stack, importable};
use crate::world::World;

/// What is said of a change set that changes nothing. Both texts are seen: the first where the
/// template differs and nothing comes of it, the second where nothing was submitted that is new.
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different \
                          information to create a change set.";
const NO_UPDATES: &str = "No updates are to be performed.";

impl ChangeSet {
    /// The change set is made, or it turns out that it can't be.
    pub(crate) fn make(
        &mut self,
        stack: &Stack,
        options: &Options,
        caller: &Caller,
        exports: &Exports,
        world: &World,
    ) {
        if self.status != ChangeSetStatus::CreateInProgress {
            return;
        }
        match self.comparison(stack, options, caller, exports, world) {
            Ok(comparison) => {
                self.status = ChangeSetStatus::CreateComplete;
                // A stack that changed meanwhile has made it obsolete already.
                if self.execution == ExecutionStatus::Unavailable {
                    self.execution = ExecutionStatus::Available;
                }
                self.changes = comparison.changes;
            }
            Err(reason) => {
                self.status = ChangeSetStatus::Failed;
                self.reason = Some(reason);
            }
        }
    }

    fn comparison(
        &self,
        stack: &Stack,
        options: &Options,
        caller: &Caller,
        exports: &Exports,
        world: &World,
    ) -> Result<Comparison, String> {
        if options.imports_at_change_set
            && let Some(name) = missing_import(self, exports)
        {
            return Err(format!("No export named {name} found."));
        }
        let mut comparison =
            compare(stack, &self.definition, exports, caller).map_err(|error| error.0)?;
        if comparison.is_empty() && self.kind != ChangeSetType::Create {
            let same = stack
                .definition
                .as_ref()
                .is_some_and(|before| before.template.text == self.definition.template.text);
            return Err(if same { NO_UPDATES } else { NO_CHANGES }.to_owned());
        }
        self.mark_imports(&mut comparison, world);
        if options.early_validation {
            self.validate(&comparison, world)?;
        }
        Ok(comparison)
    }

    /// What is added and exists becomes an import, where that is wanted.
    fn mark_imports(&self, comparison: &mut Comparison, world: &World) {
        for (name, properties) in &comparison.added {
            let Some(definition) = self.definition.template.resources.get(name) else {
                continue;
            };
            let found = if self.import_existing {
                importable(world, definition, properties).map(|thing| thing.physical_id.clone())
            } else {
                None
            };
            let listed = self
                .imports
                .get(name)
                .map(|identifier| identifier.values().cloned().collect::<Vec<_>>().join("|"));
            let Some(physical_id) = found.or(listed) else {
                continue;
            };
            if let Some(change) = comparison
                .changes
                .iter_mut()
                .find(|change| change.logical_id == *name)
            {
                change.action = ChangeAction::Import;
                change.physical_id = Some(physical_id);
            }
        }
    }

    /// What is looked at before anything is deployed: properties, and names that are taken.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
    fn validate(&self, comparison: &Comparison, world: &World) -> Result<(), String> {
        let mut failed = Vec::new();
        let added = |name: &String| {
            comparison
                .changes
                .iter()
                .any(|change| change.logical_id == *name && change.action == ChangeAction::Add)
        };
        let violates = comparison.added.iter().any(|(name, properties)| {
            self.definition
                .template
                .resources
                .get(name)
                .is_some_and(|definition| schema::violation(definition, properties.map()).is_some())
        });
        if violates {
            failed.push("AWS::EarlyValidation::PropertyValidation");
        }
        let taken = comparison.added.iter().any(|(name, properties)| {
            added(name)
                && self
                    .definition
                    .template
                    .resources
                    .get(name)
                    .is_some_and(|definition| {
                        world.namesake(&definition.kind, properties).is_some()
                    })
        });
        if taken {
            failed.push("AWS::EarlyValidation::ResourceExistenceCheck");
        }
        if failed.is_empty() {
            return Ok(());
        }
        Err(format!(
            "The following hook(s)/validation failed: [{}]. To troubleshoot Early Validation \
             errors, use the DescribeEvents API for detailed failure information.",
            failed.join(", ")
        ))
    }
}

/// An export that the template imports by a literal name and that is not there.
fn missing_import(set: &ChangeSet, exports: &Exports) -> Option<String> {
    set.definition
        .template
        .resources
        .values()
        .flat_map(|resource| resource.properties.values())
        .flat_map(|value| crate::template::References::of(value).imports)
        .filter_map(|name| name.as_str().map(str::to_owned))
        .find(|name| exports.value(name).is_none())
}

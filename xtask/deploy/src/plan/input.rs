//! Inputs of a plan: what is defined and what is deployed, indexed.

use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::naming::Names;
use common::stack::StackArtifact;
use common::tags;
use common::template::check::{DIGEST_OUTPUT, DefinitionDigest};
use serde_json::Value;

use super::error::{PlanError, TemplateOrigin};
use super::request::{Request, VERB};
use super::stack_policy;
use crate::observe::{Need, Observed};
use cli_conventions::next_step;
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{ExportName, Stack, StackName};
use common::suggestion::most_similar;

/// A defined stack, with the ids that CloudFormation knows it and its exports by.
pub(super) struct DefinedStack<'a> {
    pub(super) name: StackName,
    pub(super) artifact: &'a StackArtifact,
    pub(super) exports: Vec<ExportName>,
    pub(super) imports: Vec<ExportName>,
}

impl<'a> DefinedStack<'a> {
    pub(super) fn all(assembly: &'a Assembly) -> Vec<Self> {
        let stacks = assembly.stacks.iter();
        stacks
            .map(|artifact| Self {
                name: (&artifact.name).into(),
                artifact,
                exports: artifact
                    .exports
                    .iter()
                    .map(|export| export.name.as_str().into())
                    .collect(),
                imports: artifact
                    .imports
                    .iter()
                    .map(|name| name.as_str().into())
                    .collect(),
            })
            .collect()
    }
}

pub(super) struct PlanInput<'a> {
    pub(super) assembly: &'a Assembly,
    pub(super) observed: &'a Observed,
    pub(super) request: &'a Request,
    defined: BTreeMap<&'a StackName, &'a DefinedStack<'a>>,
    /// The defined exporter of each export.
    producers: BTreeMap<&'a ExportName, &'a StackName>,
    exporters: BTreeMap<&'a ExportName, &'a StackName>,
}

impl<'a> PlanInput<'a> {
    /// Indexes the inputs and validates the request.
    pub(super) fn new(
        assembly: &'a Assembly,
        defined: &'a [DefinedStack<'a>],
        observed: &'a Observed,
        request: &'a Request,
    ) -> Result<Self, PlanError> {
        let producers: BTreeMap<&ExportName, &StackName> = defined
            .iter()
            .flat_map(|stack| {
                let exports = stack.exports.iter();
                exports.map(move |export| (export, &stack.name))
            })
            .collect();
        // An export of another owner only matters where the environment defines it too.
        let taken = observed.taken_exports.iter();
        let taken = taken.filter(|(export, _)| producers.contains_key(export));
        let exporters = observed
            .stacks
            .values()
            .flat_map(|view| view.exports().map(move |(name, _)| (name, &view.name)))
            .chain(taken)
            .collect();
        let input = Self {
            assembly,
            observed,
            request,
            defined: defined.iter().map(|stack| (&stack.name, stack)).collect(),
            producers,
            exporters,
        };
        input.validate_request()?;
        Ok(input)
    }

    fn validate_request(&self) -> Result<(), PlanError> {
        let only = self.request.only.iter().flatten();
        for name in only.chain(self.request.parameters.keys()) {
            if !self.defined.contains_key(name) && !self.observed.stacks.contains_key(name) {
                return Err(PlanError::UnknownStack {
                    name: name.to_string(),
                    nearest: most_similar(
                        name.as_str(),
                        self.names().into_iter().map(StackName::as_str),
                    ),
                });
            }
        }
        for (name, values) in &self.request.parameters {
            let known: BTreeSet<&str> = self
                .artifact(name)
                .into_iter()
                .flat_map(|stack| stack.parameters.iter().map(String::as_str))
                .collect();
            if let Some(parameter) = values.keys().find(|key| !known.contains(key.as_str())) {
                return Err(PlanError::UnknownParameter {
                    stack: name.clone(),
                    parameter: parameter.clone(),
                    nearest: most_similar(parameter, known),
                });
            }
        }
        Ok(())
    }

    /// Every stack that is defined or deployed, sorted.
    pub(super) fn names(&self) -> BTreeSet<&'a StackName> {
        let deployed = self.observed.stacks.keys();
        self.defined.keys().copied().chain(deployed).collect()
    }

    pub(super) fn defined(&self, name: &StackName) -> Option<&'a DefinedStack<'a>> {
        self.defined.get(name).copied()
    }

    pub(super) fn artifact(&self, name: &StackName) -> Option<&'a StackArtifact> {
        self.defined(name).map(|stack| stack.artifact)
    }

    /// The deployed stack; none for a stack in review, which was never created.
    pub(super) fn view(&self, name: &StackName) -> Option<&'a Stack> {
        self.observed
            .stacks
            .get(name)
            .filter(|view| view.status.next_step() != NextStep::Create)
    }

    /// The role that CloudFormation uses for a stack; manual stacks are deployed with the caller's
    /// own permissions.
    pub(super) fn role_for(&self, artifact: Option<&StackArtifact>) -> Option<String> {
        let is_manual = artifact.is_some_and(|artifact| artifact.applied_manually);
        self.request.role.clone().filter(|_| !is_manual)
    }

    /// The defined exporter.
    pub(super) fn producer(&self, export: &ExportName) -> Option<&'a StackName> {
        self.producers.get(export).copied()
    }

    pub(super) fn exporter(&self, export: &ExportName) -> Option<&'a StackName> {
        self.exporters.get(export).copied()
    }

    /// The other stacks that import an export, as far as they were observed.
    pub(super) fn importers(
        &self,
        export: &ExportName,
        of: &StackName,
    ) -> impl Iterator<Item = &'a StackName> {
        let importers = self.observed.importers.get(export);
        importers
            .into_iter()
            .flatten()
            .filter(move |name| *name != of)
    }

    /// The command to print in a hint.
    pub(super) fn command(&self, verb: &str, options: &str) -> String {
        let command = match &self.request.command {
            Some(command) => command.replacen(VERB, verb, 1),
            None => next_step::command(verb, self.assembly.environment),
        };
        format!("{command} {options}").trim_end().to_owned()
    }

    /// The stack's name without the environment's prefix, as options take it.
    pub(super) fn short_name<'n>(&self, name: &'n StackName) -> &'n str {
        let name = name.as_str();
        let prefix = Names::new(self.assembly.environment).prefix();
        let short = name.strip_prefix(prefix.as_str());
        short
            .and_then(|rest| rest.strip_prefix('-'))
            .unwrap_or(name)
    }

    /// Whether a stack is neither defined nor deployed under the environment's name.
    pub(super) fn is_external(&self, name: &StackName) -> bool {
        !self.defined.contains_key(name) && !self.observed.stacks.contains_key(name)
    }

    pub(super) fn is_selected(&self, name: &StackName) -> bool {
        self.request
            .only
            .as_ref()
            .is_none_or(|only| only.contains(name))
    }

    /// Whether a defined stack belongs to the environment but has no tag that says so: a manual
    /// update replaces all tags. It is recognized by the definition digest in its outputs, which
    /// matches its template: only this project generates such a template. A stack with the tag of
    /// another environment never matches.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html>
    pub(super) fn has_lost_tag(&self, name: &StackName) -> bool {
        let (Some(artifact), Some(view)) = (self.artifact(name), self.view(name)) else {
            return false;
        };
        if view.tags.contains_key(tags::ENVIRONMENT) {
            return false;
        }
        let Some(shown) = view.output(DIGEST_OUTPUT) else {
            return false;
        };
        shown == artifact.digest
            || self.observed.templates.get(name).is_some_and(|template| {
                DefinitionDigest::of(template).is_some_and(|digest| digest.actual == shown)
            })
    }

    /// The templates needed to recognize stacks that have lost their tag.
    pub(super) fn untagged_stacks(&self) -> BTreeSet<Need> {
        let stacks = self.observed.stacks.values();
        stacks
            .filter(|view| !view.tags.contains_key(tags::ENVIRONMENT))
            .filter(|view| self.artifact(&view.name).is_some() && self.view(&view.name).is_some())
            .filter(|view| view.output(DIGEST_OUTPUT).is_some())
            .filter(|view| !self.has_lost_tag(&view.name))
            .map(|view| Need::Template(view.name.clone()))
            .filter(|need| !self.is_known(need))
            .collect()
    }

    /// The owner of a deployed stack that does not belong to this environment. A stack in review
    /// holds no resources, and may have no tags yet.
    pub(super) fn foreign_owner(&self, name: &StackName) -> Option<String> {
        let view = self.observed.stacks.get(name)?;
        match view.tags.get(tags::ENVIRONMENT) {
            Some(tag) if tag == self.assembly.environment.as_str() => None,
            Some(tag) => Some(format!("belongs to {tag}")),
            None if view.status.next_step() == NextStep::Create => None,
            // It is waited for: a run that was interrupted deletes the stack in review that it created.
            None if view.status == StackStatus::DeleteInProgress => None,
            None if self.has_lost_tag(name) => None,
            None => Some("has no environment tag".to_owned()),
        }
    }

    /// Whether the stack policy has to be read: the stack is deployed, and defined with one.
    pub(super) fn reads_policy(&self, name: &StackName) -> bool {
        self.view(name).is_some() && self.artifact(name).is_some_and(stack_policy::has_policy)
    }

    pub(super) fn is_known(&self, need: &Need) -> bool {
        match need {
            Need::Template(stack) => self.observed.templates.contains_key(stack),
            Need::Importers(export) => self.observed.importers.contains_key(export),
            Need::ExternalStack(stack) => {
                let inside = self.observed.stacks.contains_key(stack);
                inside || self.observed.external_stacks.contains_key(stack)
            }
            Need::StackPolicy(stack) => self.observed.policies.contains_key(stack),
            Need::DeletedStacks(stacks) => {
                let known = |name| self.observed.deleted_stacks.contains_key(name);
                stacks.iter().all(known)
            }
            Need::Orphans(stacks) => {
                let known = |name| self.observed.orphans.contains_key(name);
                stacks.keys().all(known)
            }
            Need::FailedCreations(stacks) => {
                let known = |name| self.observed.failed_creations.contains_key(name);
                stacks.keys().all(known)
            }
        }
    }
}

/// The deployed exports that are not in the definition.
pub(super) fn extra_exports<'v>(
    defined: &DefinedStack<'_>,
    view: &'v Stack,
) -> BTreeSet<&'v ExportName> {
    view.exports()
        .map(|(name, _)| name)
        .filter(|name| !defined.exports.contains(name))
        .collect()
}

pub(super) fn parse(
    stack: &StackName,
    origin: TemplateOrigin,
    text: &str,
) -> Result<Value, PlanError> {
    serde_json::from_str::<serde_json::Map<String, Value>>(text)
        .map(Value::Object)
        .map_err(|source| PlanError::Template {
            stack: stack.clone(),
            origin,
            source,
        })
}

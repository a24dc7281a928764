//! What is defined and what is deployed, side by side.

use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::naming::Names;
use common::stack::StackArtifact;
use common::tags;
use common::template::check::{DIGEST_OUTPUT, DefinitionDigest};

use crate::observe::{Need, Observed};
use crate::plan::error::nearest;
use crate::plan::{PlanError, Request, VERB};
use cloudformation::Stack;
use cloudformation::status::NextStep;

/// The inputs of a plan, indexed.
pub(super) struct World<'a> {
    pub(super) assembly: &'a Assembly,
    pub(super) observed: &'a Observed,
    pub(super) request: &'a Request,
    defined: BTreeMap<&'a str, &'a StackArtifact>,
    /// By export: the stack that exports it by definition.
    producers: BTreeMap<&'a str, &'a str>,
    /// By export: the stack that exports it now.
    exporters: BTreeMap<&'a str, &'a str>,
}

impl<'a> World<'a> {
    /// Indexes the inputs, and refuses what was asked for but can't be meant.
    pub(super) fn new(
        assembly: &'a Assembly,
        observed: &'a Observed,
        request: &'a Request,
    ) -> Result<Self, PlanError> {
        let defined: BTreeMap<&str, &StackArtifact> = assembly
            .stacks
            .iter()
            .map(|stack| (stack.name.as_str(), stack))
            .collect();
        let producers: BTreeMap<&str, &str> = assembly
            .stacks
            .iter()
            .flat_map(|stack| {
                let exports = stack.exports.iter();
                exports.map(move |export| (export.name.as_str(), stack.name.as_str()))
            })
            .collect();
        // What other owners export matters only where the environment is to export it.
        let taken = observed.taken_exports.iter();
        let taken = taken
            .map(|(export, stack)| (export.as_str(), stack.as_str()))
            .filter(|(export, _)| producers.contains_key(export));
        let exporters = observed
            .stacks
            .values()
            .flat_map(|view| {
                view.exports()
                    .map(move |(name, _)| (name, view.name.as_str()))
            })
            .chain(taken)
            .collect();
        let world = Self {
            assembly,
            observed,
            request,
            defined,
            producers,
            exporters,
        };
        world.check_request()?;
        Ok(world)
    }

    fn check_request(&self) -> Result<(), PlanError> {
        let only = self.request.only.iter().flatten();
        for name in only.chain(self.request.parameters.keys()) {
            if !self.defined.contains_key(name.as_str()) && !self.observed.stacks.contains_key(name)
            {
                return Err(PlanError::UnknownStack {
                    name: name.clone(),
                    nearest: nearest(name, self.names()),
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
                    nearest: nearest(parameter, known),
                });
            }
        }
        Ok(())
    }

    /// Every stack that is defined or deployed, sorted.
    pub(super) fn names(&self) -> BTreeSet<&'a str> {
        let deployed = self.observed.stacks.keys().map(String::as_str);
        self.defined.keys().copied().chain(deployed).collect()
    }

    pub(super) fn artifact(&self, name: &str) -> Option<&'a StackArtifact> {
        self.defined.get(name).copied()
    }

    /// A stack as it is deployed. One that was only reviewed is not.
    pub(super) fn view(&self, name: &str) -> Option<&'a Stack> {
        self.observed
            .stacks
            .get(name)
            .filter(|view| view.status.next_step() != NextStep::Create)
    }

    /// The role that CloudFormation uses for a stack; its caller's for one that a person applies.
    pub(super) fn role_of(&self, artifact: Option<&StackArtifact>) -> Option<String> {
        let by_a_person = artifact.is_some_and(|artifact| artifact.applied_by_a_person);
        self.request.role.clone().filter(|_| !by_a_person)
    }

    /// The stack that exports something by definition.
    pub(super) fn producer(&self, export: &str) -> Option<&'a str> {
        self.producers.get(export).copied()
    }

    /// The stack that exports something now.
    pub(super) fn exporter(&self, export: &str) -> Option<&'a str> {
        self.exporters.get(export).copied()
    }

    /// The other stacks that import an export, as far as it was asked.
    pub(super) fn importers(&self, export: &str, of: &str) -> impl Iterator<Item = &'a str> {
        let importers = self.observed.importers.get(export);
        importers
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(move |name| *name != of)
    }

    /// A command, as a person types it.
    pub(super) fn command(&self, verb: &str, options: &str) -> String {
        let command = match &self.request.command {
            Some(command) => command.replacen(VERB, verb, 1),
            None => format!("cargo xtask {verb} --env {}", self.assembly.environment),
        };
        format!("{command} {options}").trim_end().to_owned()
    }

    /// A stack's name, as people type it.
    pub(super) fn short<'n>(&self, name: &'n str) -> &'n str {
        let prefix = Names::new(self.assembly.environment).prefix();
        let short = name.strip_prefix(prefix.as_str());
        short
            .and_then(|rest| rest.strip_prefix('-'))
            .unwrap_or(name)
    }

    /// Whether a stack is neither defined nor deployed under the environment's name.
    pub(super) fn is_outside(&self, name: &str) -> bool {
        !self.defined.contains_key(name) && !self.observed.stacks.contains_key(name)
    }

    pub(super) fn is_asked_for(&self, name: &str) -> bool {
        self.request
            .only
            .as_ref()
            .is_none_or(|only| only.contains(name))
    }

    /// Whether a defined stack is the environment's own and has no tag that says so: an update by
    /// hand replaces all tags. It is known by the digest of a definition, which its template shows
    /// and is made of: nothing but this project makes such a template. A stack that says that it is
    /// another environment's is never meant.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html>
    pub(super) fn has_lost_its_tag(&self, name: &str) -> bool {
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

    /// The templates that tell whether stacks without a tag are the environment's own.
    pub(super) fn untagged(&self) -> BTreeSet<Need> {
        let stacks = self.observed.stacks.values();
        stacks
            .filter(|view| !view.tags.contains_key(tags::ENVIRONMENT))
            .filter(|view| self.artifact(&view.name).is_some() && self.view(&view.name).is_some())
            .filter(|view| view.output(DIGEST_OUTPUT).is_some())
            .filter(|view| !self.has_lost_its_tag(&view.name))
            .map(|view| Need::Template(view.name.clone()))
            .filter(|need| !self.knows(need))
            .collect()
    }

    /// The environment that a deployed stack says it belongs to, where that is not this one.
    /// A stack that was only reviewed holds nothing, and may have no tags yet.
    pub(super) fn foreign(&self, name: &str) -> Option<String> {
        let view = self.observed.stacks.get(name)?;
        match view.tags.get(tags::ENVIRONMENT) {
            Some(tag) if tag == self.assembly.environment.as_str() => None,
            Some(tag) => Some(format!("of {tag}")),
            None if view.status.next_step() == NextStep::Create => None,
            None if self.has_lost_its_tag(name) => None,
            None => Some("without the tag of an environment".to_owned()),
        }
    }
}

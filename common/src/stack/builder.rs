//! The builder of a stack: its name, its template and its entry in the assembly.

use std::collections::{BTreeMap, BTreeSet};

use super::rules;
use super::{ExportRecord, ResourceRecord, StackArtifact, is_guarded};
use crate::application::ApplicationName;
use crate::environment::{Environment, EnvironmentName};
use crate::grant::Place;
use crate::naming::StackName;
use crate::quota;
use crate::template::{Template, TemplateErrors};

/// Builds a stack. A stack crate fills [`StackBuilder::template`] and finishes it.
#[derive(Debug)]
pub struct StackBuilder {
    /// The template, which the stack crate adds resources to.
    pub template: Template,
    name: StackName,
    tags: BTreeMap<String, String>,
    application: Option<String>,
    applied_manually: bool,
    environment: EnvironmentName,
    place: Place,
    termination_protection: bool,
    notes: Vec<String>,
    exports: Vec<ExportRecord>,
}

/// Why a stack can't be synthesized. Always a mistake in the definition's Rust code: what people
/// write in the input files was checked before.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum StackError {
    /// The template breaks rules of CloudFormation.
    #[error("stack {stack}: the template has {}\n{source}", count(.source))]
    Template {
        stack: StackName,
        source: TemplateErrors,
    },
    /// The stack breaks rules of this project.
    #[error("stack {stack}: {}", .faults.join("\n"))]
    Rules {
        stack: StackName,
        faults: Vec<String>,
    },
}

fn count(errors: &TemplateErrors) -> String {
    match errors.errors().len() {
        1 => "a fault".to_owned(),
        many => format!("{many} faults"),
    }
}

impl StackBuilder {
    /// A stack of an environment. The description shows in the console's list of stacks.
    #[must_use]
    pub fn new(environment: &Environment, name: StackName, description: &str) -> Self {
        let description = format!(
            "{description} ({}, {})",
            environment.name, environment.region
        );
        let tags = BTreeMap::from([
            (
                "lemonade:environment".to_owned(),
                environment.name.to_string(),
            ),
            ("lemonade:stack".to_owned(), name.id().to_owned()),
        ]);
        Self {
            template: Template::new(description),
            tags,
            application: None,
            applied_manually: false,
            environment: environment.name,
            place: Place::from(environment),
            termination_protection: environment.protected,
            notes: Vec::new(),
            exports: Vec::new(),
            name,
        }
    }

    /// Says that the stack belongs to one application.
    #[must_use]
    pub fn for_application(mut self, application: &ApplicationName) -> Self {
        self.tags
            .insert("lemonade:application".to_owned(), application.to_string());
        self.application = Some(application.to_string());
        self
    }

    /// Says that a person applies the stack, before every other one.
    #[must_use]
    pub const fn applied_manually(mut self) -> Self {
        self.applied_manually = true;
        self
    }

    /// The full name, with project and environment.
    #[must_use]
    pub const fn name(&self) -> &StackName {
        &self.name
    }

    /// Adds a note, which goes into the template's metadata and which `synth` prints.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
        self.template.metadata("Notes", self.notes.clone());
    }

    pub(crate) fn record_export(&mut self, output: &str, kind: &str, name: String) {
        self.exports.push(ExportRecord {
            name,
            output: output.to_owned(),
            kind: kind.to_owned(),
        });
    }

    /// Checks the template and this project's own rules.
    ///
    /// # Errors
    /// Everything that is wrong with the stack.
    pub fn finish(self, crate_name: &str) -> Result<StackArtifact, StackError> {
        let checked = self
            .template
            .check()
            .map_err(|source| StackError::Template {
                stack: self.name.clone(),
                source,
            })?;
        let template = checked.template();
        let faults = rules::faults(template, &self.place);
        if !faults.is_empty() {
            return Err(StackError::Rules {
                stack: self.name,
                faults,
            });
        }

        let record = |keep: &dyn Fn(&crate::template::TemplateResource) -> bool| {
            template
                .resources()
                .filter(|(_, resource)| keep(resource))
                .map(|(id, resource)| ResourceRecord {
                    logical_id: id.to_string(),
                    resource_type: resource.facts.name.to_owned(),
                })
                .collect::<Vec<_>>()
        };
        let mut exports = self.exports;
        exports.sort();
        Ok(StackArtifact {
            id: self.name.id().to_owned(),
            crate_name: crate_name.to_owned(),
            environment: self.environment,
            application: self.application,
            applied_manually: self.applied_manually,
            digest: checked.digest().to_owned(),
            bytes: checked.minified().len(),
            resources: template.resources().count(),
            quotas: quota::count(template),
            resource_types: template
                .resources()
                .map(|(_, resource)| resource.facts.name.to_owned())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            capabilities: rules::capabilities(template),
            parameters: template.parameters().map(ToString::to_string).collect(),
            tags: self.tags,
            termination_protection: self.termination_protection,
            notes: self.notes,
            exports,
            imports: checked.imports(),
            retained: record(&|resource| resource.deletion_policy().keeps()),
            guarded: record(&|resource| is_guarded(resource.facts.name)),
            locations: template
                .resources()
                .map(|(id, _)| {
                    let place = template.defined_at(id);
                    (id.to_string(), format!("{}:{}", place.file(), place.line()))
                })
                .collect(),
            template: Some(checked.minified().into()),
            name: self.name,
        })
    }
}

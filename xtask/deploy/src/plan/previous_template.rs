//! Stacks that keep their deployed template and only get new parameter values.
//!
//! The release of an image starts from the definition at that time. The rest of the definition may
//! have changed since, and must not be reverted.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::stack::{ExportRecord, ResourceRecord, StackArtifact, TemplateText, is_guarded};
use common::template::check::DIGEST_OUTPUT;

use super::deploy_step::NAMED_IAM;
use super::error::{PlanError, TemplateOrigin};
use super::input::parse;
use super::request::Request;
use super::risks::critical_resources;
use crate::observe::{Need, Observed};
use cloudformation::status::NextStep;
use cloudformation::template::{imports, resource, resource_type, resources, section};
use cloudformation::{Stack, StackName};

/// The definition to plan with, or the templates that have to be observed first.
pub(super) fn definition<'a>(
    assembly: &'a Assembly,
    observed: &Observed,
    request: &Request,
) -> Result<Result<Cow<'a, Assembly>, BTreeSet<Need>>, PlanError> {
    if !request.previous_template {
        return Ok(Ok(Cow::Borrowed(assembly)));
    }
    let kept: BTreeMap<StackName, &Stack> = assembly
        .stacks
        .iter()
        .map(|artifact| StackName::from(&artifact.name))
        .filter(|name| request.only.as_ref().is_none_or(|only| only.contains(name)))
        .filter_map(|name| {
            let view = observed.stacks.get(&name)?;
            Some((name, view))
        })
        .filter(|(_, view)| has_own_template(view))
        .collect();
    let needs: BTreeSet<Need> = kept
        .keys()
        .filter(|name| !observed.templates.contains_key(*name))
        .map(|name| Need::Template((*name).clone()))
        .collect();
    if !needs.is_empty() {
        return Ok(Err(needs));
    }
    let mut assembly = assembly.clone();
    for artifact in &mut assembly.stacks {
        let name = artifact.name.as_str();
        if let (Some(view), Some(text)) = (kept.get(name), observed.templates.get(name)) {
            *artifact = artifact_as_deployed(artifact, view, text)?;
        }
    }
    Ok(Ok(Cow::Owned(assembly)))
}

/// Whether a stack was created with a template of this project.
fn has_own_template(view: &Stack) -> bool {
    let never = matches!(
        view.status.next_step(),
        NextStep::Create | NextStep::DeleteAndCreate
    );
    !never && view.output(DIGEST_OUTPUT).is_some()
}

/// The artifact of a stack with its deployed template as the definition.
fn artifact_as_deployed(
    artifact: &StackArtifact,
    view: &Stack,
    text: &str,
) -> Result<StackArtifact, PlanError> {
    let template = parse(&view.name, TemplateOrigin::Deployed, text)?;
    let records = |guarded: bool| -> Vec<ResourceRecord> {
        critical_resources(&template)
            .into_iter()
            .filter_map(|logical_id| {
                let resource_type = resource_type(resource(&template, logical_id.as_str())?);
                (is_guarded(resource_type) == guarded).then(|| ResourceRecord {
                    resource_type: resource_type.to_owned(),
                    logical_id: logical_id.into(),
                })
            })
            .collect()
    };
    let types: BTreeSet<&str> = resources(&template)
        .map(|(_, resource)| resource_type(resource))
        .collect();
    let has_iam = types.iter().any(|one| one.starts_with("AWS::IAM::"));
    let exports = view.outputs.iter().filter_map(|output| {
        let name = output.export.as_ref()?;
        let known = artifact
            .exports
            .iter()
            .find(|export| *name == export.name.as_str());
        Some(ExportRecord {
            name: name.to_string(),
            output: output.key.clone(),
            kind: known.map_or_else(|| output.key.clone(), |export| export.kind.clone()),
        })
    });
    Ok(StackArtifact {
        digest: view.output(DIGEST_OUTPUT).unwrap_or_default().to_owned(),
        bytes: text.len(),
        resources: resources(&template).count(),
        resource_types: types.iter().map(|one| (*one).to_owned()).collect(),
        capabilities: has_iam.then(|| NAMED_IAM.to_owned()).into_iter().collect(),
        parameters: section(Some(&template), "Parameters")
            .into_keys()
            .map(str::to_owned)
            .collect(),
        tags: view.tags.clone(),
        termination_protection: view.termination_protection,
        exports: exports.collect(),
        imports: imports(&template).into_iter().collect(),
        retained: records(false),
        guarded: records(true),
        template: Some(TemplateText::from(text)),
        ..artifact.clone()
    })
}

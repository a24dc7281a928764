//! Stacks that keep the template that they have: their definition is what is deployed.
//!
//! Whoever releases an image knows nothing of the service around it but what was defined when the
//! release began. The rest of the definition may have moved on since, and is not to go back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::stack::{ExportRecord, ResourceRecord, StackArtifact, TemplateText, is_guarded};
use common::template::check::DIGEST_OUTPUT;
use serde_json::Value;

use super::find::watched;
use super::stack::parse;
use super::target::NAMED_IAM;
use crate::difference::imports;
use crate::observe::{Need, Observed};
use crate::plan::error::TemplateOrigin;
use crate::plan::{PlanError, Request};
use cloudformation::Stack;
use cloudformation::status::NextStep;

/// The definition to plan with, or what has to be observed before it is known.
pub(super) fn definition<'a>(
    assembly: &'a Assembly,
    observed: &Observed,
    request: &Request,
) -> Result<Result<Cow<'a, Assembly>, BTreeSet<Need>>, PlanError> {
    if !request.previous_template {
        return Ok(Ok(Cow::Borrowed(assembly)));
    }
    let kept: BTreeMap<&str, &Stack> = assembly
        .stacks
        .iter()
        .map(|artifact| artifact.name.as_str())
        .filter(|name| {
            request
                .only
                .as_ref()
                .is_none_or(|only| only.contains(*name))
        })
        .filter_map(|name| Some((name, observed.stacks.get(name)?)))
        .filter(|(_, view)| keeps(view))
        .collect();
    let needs: BTreeSet<Need> = kept
        .keys()
        .filter(|name| !observed.templates.contains_key(**name))
        .map(|name| Need::Template((*name).to_owned()))
        .collect();
    if !needs.is_empty() {
        return Ok(Err(needs));
    }
    let mut assembly = assembly.clone();
    for artifact in &mut assembly.stacks {
        let name = artifact.name.as_str();
        if let (Some(view), Some(text)) = (kept.get(name), observed.templates.get(name)) {
            *artifact = as_deployed(artifact, view, text)?;
        }
    }
    Ok(Ok(Cow::Owned(assembly)))
}

/// Whether a stack has a template to keep: it came to be, and is this project's.
fn keeps(view: &Stack) -> bool {
    let never = matches!(
        view.status.next_step(),
        NextStep::Create | NextStep::DeleteAndCreate
    );
    !never && view.output(DIGEST_OUTPUT).is_some()
}

/// A stack as an artifact, had it been defined as it is deployed.
fn as_deployed(
    artifact: &StackArtifact,
    view: &Stack,
    text: &str,
) -> Result<StackArtifact, PlanError> {
    let template = parse(artifact.name.as_str(), TemplateOrigin::Deployed, text)?;
    let named = |of: &str| template.get(of).and_then(Value::as_object);
    let parameters = named("Parameters").into_iter().flat_map(|all| all.keys());
    let records = |guarded: bool| -> Vec<ResourceRecord> {
        watched(&template)
            .into_iter()
            .filter_map(|logical_id| {
                let resource_type = named("Resources")?
                    .get(&logical_id)?
                    .get("Type")?
                    .as_str()?;
                (is_guarded(resource_type) == guarded).then(|| ResourceRecord {
                    resource_type: resource_type.to_owned(),
                    logical_id,
                })
            })
            .collect()
    };
    let resources = named("Resources").into_iter().flat_map(|all| all.values());
    let types: BTreeSet<&str> = resources
        .filter_map(|resource| resource.get("Type")?.as_str())
        .collect();
    let has_iam = types.iter().any(|one| one.starts_with("AWS::IAM::"));
    let exports = view.outputs.iter().filter_map(|output| {
        let name = output.export.as_ref()?;
        let known = artifact.exports.iter().find(|export| export.name == *name);
        Some(ExportRecord {
            name: name.clone(),
            output: output.key.clone(),
            kind: known.map_or_else(|| output.key.clone(), |export| export.kind.clone()),
        })
    });
    Ok(StackArtifact {
        digest: view.output(DIGEST_OUTPUT).unwrap_or_default().to_owned(),
        bytes: text.len(),
        resources: named("Resources").map_or(0, serde_json::Map::len),
        resource_types: types.iter().map(|one| (*one).to_owned()).collect(),
        capabilities: has_iam.then(|| NAMED_IAM.to_owned()).into_iter().collect(),
        parameters: parameters.cloned().collect(),
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

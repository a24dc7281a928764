//! Input of a rebuild: orphans to import, and last parameter values.

use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::stack::StackArtifact;

use super::retained::{
    deleted_stacks, orphans_of_existing_stacks, remove_present, retained_resources,
    unnamed_retained,
};
use crate::calls::{Calls, Stop};
use crate::observe::Observed;
use cloudformation::RateLimits;
use cloudformation::status::NextStep;
use cloudformation::{ClientError, CloudFormation, DeletedStacks, ResourceToImport, StackName};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RebuildInput {
    /// The orphans that stacks can import, by stack.
    pub imports: BTreeMap<StackName, Vec<ResourceToImport>>,
    /// The last parameter values, by stack: digests of images.
    pub parameters: BTreeMap<StackName, BTreeMap<String, String>>,
}

/// Looks for orphans of the defined stacks: of missing stacks everything they retained, of existing
/// ones what their definition adds.
///
/// The stack that was deleted last comes first. A failed attempt to create it again retained
/// nothing, so the one before it is read.
///
/// # Errors
///
/// When a call is denied or finally fails.
pub async fn rebuild_input<P: CloudFormation + DeletedStacks>(
    port: &P,
    assembly: &Assembly,
    observed: &Observed,
    pace: &RateLimits,
) -> Result<RebuildInput, ClientError> {
    let calls = Calls::new(port, pace, "rebuild", Stop::never());
    let missing: BTreeMap<StackName, &StackArtifact> = assembly
        .stacks
        .iter()
        .filter(|artifact| is_missing(observed, artifact))
        .filter(|artifact| {
            !unnamed_retained(artifact).is_empty() || !artifact.parameters.is_empty()
        })
        .map(|artifact| (StackName::from(&artifact.name), artifact))
        .collect();
    let mut remaining = RebuildInput::default();
    let mut lacking = BTreeMap::new();
    for artifact in &assembly.stacks {
        let name = artifact.name.as_str();
        let mut wanted = unnamed_retained(artifact);
        if wanted.is_empty() || is_missing(observed, artifact) {
            continue;
        }
        if let Some(view) = observed.stacks.get(name) {
            remove_present(&calls, &view.id, &mut wanted).await?;
            if !wanted.is_empty() {
                lacking.insert(StackName::from(&artifact.name), (view.id.clone(), wanted));
            }
        }
    }
    for (name, orphans) in orphans_of_existing_stacks(&calls, &lacking).await? {
        let imports: Vec<ResourceToImport> = orphans.into_iter().map(|one| one.resource).collect();
        if !imports.is_empty() {
            remaining.imports.insert(name, imports);
        }
    }
    if missing.is_empty() {
        return Ok(remaining);
    }
    let gone = deleted_stacks(&calls, |name| missing.contains_key(name)).await?;
    for (name, artifact) in missing {
        let mut wanted = unnamed_retained(artifact);
        let mut values: BTreeSet<&String> = artifact.parameters.iter().collect();
        for stack in gone.iter().filter(|stack| stack.name == name) {
            if wanted.is_empty() && values.is_empty() {
                break;
            }
            if !wanted.is_empty() {
                let left = retained_resources(&calls, &stack.id, &mut wanted).await?;
                if !left.is_empty() {
                    let imports = remaining.imports.entry(name.clone()).or_default();
                    imports.extend(left);
                }
            }
            if !values.is_empty()
                && let Some(view) = calls.read(|| port.stack(&stack.id), |_| ()).await?
            {
                let known = remaining.parameters.entry(name.clone()).or_default();
                values.retain(|parameter| match view.parameters.get(*parameter) {
                    Some(value) => {
                        known.insert((*parameter).clone(), value.clone());
                        false
                    }
                    None => true,
                });
            }
        }
    }
    remaining.parameters.retain(|_, values| !values.is_empty());
    Ok(remaining)
}

fn is_missing(observed: &Observed, artifact: &StackArtifact) -> bool {
    observed
        .stacks
        .get(artifact.name.as_str())
        .is_none_or(|view| {
            matches!(
                view.status.next_step(),
                NextStep::Create | NextStep::DeleteAndCreate
            )
        })
}

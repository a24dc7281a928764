//! Looks for what deleted stacks have left.

use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::stack::StackArtifact;

use super::left::{deleted, leave_out_what_is_there, left, left_by_living_stacks, wanted};
use crate::calls::{Calls, Stop};
use crate::observe::Observed;
use cloudformation::RateLimits;
use cloudformation::status::NextStep;
use cloudformation::{ClientError, CloudFormation, DeletedStacks, ResourceToImport};

/// What stacks have left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remaining {
    /// The resources that stacks can take over, by stack: what has no name to be found by.
    pub imports: BTreeMap<String, Vec<ResourceToImport>>,
    /// The last values of parameters, by stack: the digests of images.
    pub parameters: BTreeMap<String, BTreeMap<String, String>>,
}

/// Looks for what the defined stacks have left: those that are not there, when they were, and those
/// that are, of what they are defined to have and have not.
///
/// The stack that was deleted last comes first; an attempt to create it again that failed has left
/// nothing, and so the one before it is asked.
///
/// # Errors
///
/// When a call is refused, or gets no answer in the end.
pub async fn find<P: CloudFormation + DeletedStacks>(
    port: &P,
    assembly: &Assembly,
    observed: &Observed,
    pace: &RateLimits,
) -> Result<Remaining, ClientError> {
    let calls = Calls::new(port, pace, "remains", Stop::never());
    let missing: BTreeMap<&str, &StackArtifact> = assembly
        .stacks
        .iter()
        .filter(|artifact| is_missing(observed, artifact))
        .filter(|artifact| !wanted(artifact).is_empty() || !artifact.parameters.is_empty())
        .map(|artifact| (artifact.name.as_str(), artifact))
        .collect();
    let mut remaining = Remaining::default();
    let mut lacking = BTreeMap::new();
    for artifact in &assembly.stacks {
        let name = artifact.name.as_str();
        let mut wanted = wanted(artifact);
        if wanted.is_empty() || is_missing(observed, artifact) {
            continue;
        }
        if let Some(view) = observed.stacks.get(name) {
            leave_out_what_is_there(&calls, &view.id, &mut wanted).await?;
            if !wanted.is_empty() {
                lacking.insert(name.to_owned(), (view.id.clone(), wanted));
            }
        }
    }
    for (name, orphans) in left_by_living_stacks(&calls, &lacking).await? {
        let imports: Vec<ResourceToImport> = orphans.into_iter().map(|one| one.resource).collect();
        if !imports.is_empty() {
            remaining.imports.insert(name, imports);
        }
    }
    if missing.is_empty() {
        return Ok(remaining);
    }
    let gone = deleted(&calls, |name| missing.contains_key(name)).await?;
    for (name, artifact) in missing {
        let mut wanted = wanted(artifact);
        let mut values: BTreeSet<&String> = artifact.parameters.iter().collect();
        for stack in gone.iter().filter(|stack| stack.name == name) {
            if wanted.is_empty() && values.is_empty() {
                break;
            }
            if !wanted.is_empty() {
                let left = left(&calls, &stack.id, &mut wanted).await?;
                if !left.is_empty() {
                    let imports = remaining.imports.entry(name.to_owned()).or_default();
                    imports.extend(left);
                }
            }
            if !values.is_empty()
                && let Some(view) = calls.read(|| port.stack(&stack.id), |_| ()).await?
            {
                let known = remaining.parameters.entry(name.to_owned()).or_default();
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

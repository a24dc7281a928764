//! Looks for what deleted stacks have left.

use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::stack::StackArtifact;

use super::identify::{Identified, identified};
use crate::calls::{Calls, Pace};
use crate::execute::Stop;
use crate::observe::Observed;
use crate::port::{
    Answer, CloudFormation, DeletedStackView, PortError, Remains, ResourceToImport, ResourceView,
};
use crate::status::NextStep;

/// The status of a resource that stayed when its stack was deleted.
const STAYED: &str = "DELETE_SKIPPED";

/// What deleted stacks have left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remaining {
    /// The resources that new stacks can take over, by stack: what has no name to be found by.
    pub imports: BTreeMap<String, Vec<ResourceToImport>>,
    /// The last values of parameters, by stack: the digests of images.
    pub parameters: BTreeMap<String, BTreeMap<String, String>>,
}

/// Looks for what the defined stacks that are not there have left, when they were.
///
/// The stack that was deleted last comes first; an attempt to create it again that failed has left
/// nothing, and so the one before it is asked.
///
/// # Errors
///
/// When a call is refused, or gets no answer in the end.
pub async fn find<P: CloudFormation + Remains>(
    port: &P,
    assembly: &Assembly,
    observed: &Observed,
    pace: &Pace,
) -> Result<Remaining, PortError> {
    let calls = Calls::new(port, pace, "remains", Stop::never());
    let missing: BTreeMap<&str, &StackArtifact> = assembly
        .stacks
        .iter()
        .filter(|artifact| is_missing(observed, artifact))
        .filter(|artifact| !wanted(artifact).is_empty() || !artifact.parameters.is_empty())
        .map(|artifact| (artifact.name.as_str(), artifact))
        .collect();
    let mut remaining = Remaining::default();
    if missing.is_empty() {
        return Ok(remaining);
    }
    let mut gone = deleted(&calls, &missing).await?;
    // As CloudFormation writes times, their order is that of their texts.
    gone.sort_by(|one, other| other.deleted.cmp(&one.deleted));
    for (name, artifact) in missing {
        let mut wanted = wanted(artifact);
        let mut values: BTreeSet<&String> = artifact.parameters.iter().collect();
        for stack in gone.iter().filter(|stack| stack.name == name) {
            if wanted.is_empty() && values.is_empty() {
                break;
            }
            if !wanted.is_empty() {
                let left = resources(&calls, &stack.id).await?;
                for resource in left {
                    if resource.status != STAYED || !wanted.contains(&key(&resource)) {
                        continue;
                    }
                    if let Some(import) = import(&calls, &resource).await? {
                        wanted.remove(&key(&resource));
                        let imports = remaining.imports.entry(name.to_owned()).or_default();
                        imports.push(import);
                    }
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

/// The resources that an import has to be told of: logical id and type.
fn wanted(artifact: &StackArtifact) -> BTreeSet<(String, String)> {
    artifact
        .retained
        .iter()
        .filter(|record| identified(&record.resource_type).is_some())
        .map(|record| (record.logical_id.clone(), record.resource_type.clone()))
        .collect()
}

fn key(resource: &ResourceView) -> (String, String) {
    (resource.logical_id.clone(), resource.resource_type.clone())
}

async fn deleted<P: Remains>(
    calls: &Calls<'_, P>,
    missing: &BTreeMap<&str, &StackArtifact>,
) -> Answer<Vec<DeletedStackView>> {
    let mut gone = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.deleted_stacks(next.clone()), |_| ())
            .await?;
        let ours = |stack: &DeletedStackView| missing.contains_key(stack.name.as_str());
        gone.extend(page.items.into_iter().filter(ours));
        next = page.next;
        if next.is_none() {
            return Ok(gone);
        }
    }
}

async fn resources<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &str,
) -> Answer<Vec<ResourceView>> {
    let mut resources = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.resources(stack, next.clone()), |_| ())
            .await?;
        resources.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(resources);
        }
    }
}

async fn import<P: Remains>(
    calls: &Calls<'_, P>,
    resource: &ResourceView,
) -> Answer<Option<ResourceToImport>> {
    let (Some(id), Some(how)) = (&resource.physical_id, identified(&resource.resource_type)) else {
        return Ok(None);
    };
    let mut identifier = BTreeMap::new();
    match how {
        Identified::By(property) => {
            identifier.insert(property.to_owned(), id.clone());
        }
        Identified::Address => {
            identifier.insert("PublicIp".to_owned(), id.clone());
            let allocation = calls.read(|| calls.port.allocation(id), |_| ()).await?;
            identifier.extend(allocation.map(|id| ("AllocationId".to_owned(), id)));
        }
    }
    Ok(Some(ResourceToImport {
        logical_id: resource.logical_id.clone(),
        resource_type: resource.resource_type.clone(),
        identifier,
    }))
}

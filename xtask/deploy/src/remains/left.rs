//! Reads what a stack that is gone has left.

use std::collections::{BTreeMap, BTreeSet};

use common::stack::StackArtifact;
use serde::{Deserialize, Serialize};

use super::identify::{Identified, identified};
use crate::calls::Calls;
use cloudformation::status::ResourceStatus;
use cloudformation::{
    ClientResult, CloudFormation, DeletedStacks, ResourceToImport, StackResource, StackSummary,
};

/// The status of a resource that stayed when its stack was deleted.
const STAYED: ResourceStatus = ResourceStatus::DeleteSkipped;

/// Resources by logical id and type.
pub(crate) type Wanted = BTreeSet<(String, String)>;

/// The resources that an import has to be told of.
pub(crate) fn wanted(artifact: &StackArtifact) -> Wanted {
    artifact
        .retained
        .iter()
        .filter(|record| identified(&record.resource_type).is_some())
        .map(|record| (record.logical_id.clone(), record.resource_type.clone()))
        .collect()
}

/// The deleted stacks of these names, the one that was deleted last first.
pub(super) async fn deleted<P: DeletedStacks>(
    calls: &Calls<'_, P>,
    is_asked_for: impl Fn(&str) -> bool,
) -> ClientResult<Vec<StackSummary>> {
    let mut gone = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.deleted_stacks(next.clone()), |_| ())
            .await?;
        let stacks = page.items.into_iter();
        gone.extend(stacks.filter(|stack| is_asked_for(&stack.name)));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    // As CloudFormation writes times, their order is that of their texts.
    gone.sort_by(|one, other| other.deleted.cmp(&one.deleted));
    Ok(gone)
}

/// A resource that outlived its place in a stack, and belongs to none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Orphan {
    /// What identifies it, under the logical id that it had.
    pub resource: ResourceToImport,
    /// The stack that left it, in words.
    pub left_by: String,
}

/// Those of the wanted resources that a stack which is there has left: an update removed them from
/// its template, and they are retained. They are wanted no more.
///
/// The stack lists only what it has now, but its events of 90 days tell what was skipped.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html>
pub(crate) async fn left_by_updates<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stack: &str,
    wanted: &mut Wanted,
) -> ClientResult<Vec<ResourceToImport>> {
    let mut imports = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.events(stack, next.clone()), |_| ())
            .await?;
        // Newest first: what was left last is what the resource was last.
        for event in page.items {
            let resource = StackResource {
                logical_id: event.logical_id,
                physical_id: event.physical_id,
                resource_type: event.resource_type,
                status: event.status,
                ..StackResource::default()
            };
            imports.extend(claim(calls, resource, wanted).await?);
        }
        next = page.next;
        if next.is_none() || wanted.is_empty() {
            return Ok(imports);
        }
    }
}

/// Takes from the wanted resources those that the stack has.
pub(super) async fn leave_out_what_is_there<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &str,
    wanted: &mut Wanted,
) -> ClientResult<()> {
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.resources(stack, next.clone()), |_| ())
            .await?;
        for resource in page.items {
            if resource.status != ResourceStatus::DeleteComplete {
                wanted.remove(&(resource.logical_id, resource.resource_type));
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(());
        }
    }
}

/// Those of the wanted resources that the stack has left. They are wanted no more.
pub(super) async fn left<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stack: &str,
    wanted: &mut Wanted,
) -> ClientResult<Vec<ResourceToImport>> {
    let mut imports = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.resources(stack, next.clone()), |_| ())
            .await?;
        for resource in page.items {
            imports.extend(claim(calls, resource, wanted).await?);
        }
        next = page.next;
        if next.is_none() {
            return Ok(imports);
        }
    }
}

/// The import of a resource that its stack has retained, where it is wanted and can be identified. It is
/// wanted no more.
async fn claim<P: DeletedStacks>(
    calls: &Calls<'_, P>,
    resource: StackResource,
    wanted: &mut Wanted,
) -> ClientResult<Option<ResourceToImport>> {
    let key = (resource.logical_id.clone(), resource.resource_type.clone());
    if resource.status != STAYED || !wanted.contains(&key) {
        return Ok(None);
    }
    let import = import(calls, &resource).await?;
    if import.is_some() {
        wanted.remove(&key);
    }
    Ok(import)
}

/// What stacks of a name have left that are gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Left {
    /// What the next creation takes over.
    pub(crate) imports: Vec<ResourceToImport>,
    /// What it takes over where that is asked for.
    pub(crate) orphans: Vec<Orphan>,
}

/// What earlier stacks of these names have left, by stack: an entry for each.
///
/// The rollback of a creation deletes what it made; where it can't, the stack is deleted, and that
/// keeps whatever is retained. Nobody ever used it, so the next creation takes it over. What a stack
/// left that was whole once is only taken over by who asks for that.
pub(crate) async fn left_by_earlier_stacks<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stacks: &BTreeMap<String, Wanted>,
) -> ClientResult<BTreeMap<String, Left>> {
    let gone = deleted(calls, |name| stacks.contains_key(name)).await?;
    let mut all = BTreeMap::new();
    for (name, wanted) in stacks {
        let mut wanted = wanted.clone();
        let mut found = Left::default();
        let mut whole = false;
        for stack in gone.iter().filter(|stack| stack.name == *name) {
            if wanted.is_empty() {
                break;
            }
            whole = whole || was_whole(calls, &stack.id).await?;
            let left = left(calls, &stack.id, &mut wanted).await?;
            if whole {
                found.orphans.extend(orphans(left, &gone_since(stack)));
            } else {
                found.imports.extend(left);
            }
        }
        all.insert(name.clone(), found);
    }
    Ok(all)
}

/// What stacks have left that are there, or an earlier one of the name: by stack, an entry for each.
/// Each with its id, and what is wanted of it.
pub(crate) async fn left_by_living_stacks<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stacks: &BTreeMap<String, (String, Wanted)>,
) -> ClientResult<BTreeMap<String, Vec<Orphan>>> {
    let mut gone = None;
    let mut all = BTreeMap::new();
    for (name, (id, wanted)) in stacks {
        let mut wanted = wanted.clone();
        let left_here = left_by_updates(calls, id, &mut wanted).await?;
        let mut found: Vec<Orphan> = orphans(left_here, name).collect();
        if !wanted.is_empty() {
            if gone.is_none() {
                gone = Some(deleted(calls, |name| stacks.contains_key(name)).await?);
            }
            for stack in gone.iter().flatten().filter(|stack| stack.name == *name) {
                let left = left(calls, &stack.id, &mut wanted).await?;
                found.extend(orphans(left, &gone_since(stack)));
            }
        }
        all.insert(name.clone(), found);
    }
    Ok(all)
}

fn gone_since(stack: &StackSummary) -> String {
    let deleted = stack.deleted.as_deref().unwrap_or_default();
    format!("{}, deleted at {deleted}", stack.name)
}

fn orphans(left: Vec<ResourceToImport>, by: &str) -> impl Iterator<Item = Orphan> {
    left.into_iter().map(move |resource| Orphan {
        resource,
        left_by: by.to_owned(),
    })
}

/// A stack that was whole, and is not there any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gone {
    /// When it was deleted, as CloudFormation writes it.
    pub deleted: String,
    /// The last values of its parameters.
    pub parameters: BTreeMap<String, String>,
}

/// The stacks of these names that were whole and were deleted last, an entry for each name.
pub(crate) async fn gone<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    names: &BTreeSet<String>,
) -> ClientResult<BTreeMap<String, Option<Gone>>> {
    let stacks = deleted(calls, |name| names.contains(name)).await?;
    let mut all = BTreeMap::new();
    for name in names {
        let mut found = None;
        for stack in stacks.iter().filter(|stack| stack.name == *name) {
            if was_whole(calls, &stack.id).await? {
                let view = calls.read(|| calls.port.stack(&stack.id), |_| ()).await?;
                found = Some(Gone {
                    deleted: stack.deleted.clone().unwrap_or_default(),
                    parameters: view.map(|view| view.parameters).unwrap_or_default(),
                });
                break;
            }
        }
        all.insert(name.clone(), found);
    }
    Ok(all)
}

/// Whether a stack was ever finished.
async fn was_whole<P: CloudFormation>(calls: &Calls<'_, P>, stack: &str) -> ClientResult<bool> {
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.events(stack, next.clone()), |_| ())
            .await?;
        let finished = |status: &ResourceStatus| {
            matches!(
                status,
                ResourceStatus::CreateComplete
                    | ResourceStatus::ImportComplete
                    | ResourceStatus::UpdateComplete
            )
        };
        let mut own = page
            .items
            .iter()
            .filter(|event| event.physical_id.as_deref() == Some(stack));
        if own.any(|event| finished(&event.status)) {
            return Ok(true);
        }
        next = page.next;
        if next.is_none() {
            return Ok(false);
        }
    }
}

async fn import<P: DeletedStacks>(
    calls: &Calls<'_, P>,
    resource: &StackResource,
) -> ClientResult<Option<ResourceToImport>> {
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

//! Retained resources in the history of stacks.

use std::collections::{BTreeMap, BTreeSet};

use common::stack::{ResourceRecord, StackArtifact};
use serde::{Deserialize, Serialize};

use super::identifier::{Identifier, identifier_of};
use crate::calls::Calls;
use cloudformation::{
    ClientResult, CloudFormation, DeletedStacks, ResourceStatus, ResourceToImport, StackId,
    StackName, StackResource, StackSummary,
};

/// The status of a resource that was retained when its stack was deleted.
const SKIPPED: ResourceStatus = ResourceStatus::DeleteSkipped;

pub(crate) type ResourceSet = BTreeSet<ResourceRecord>;

/// The retained resources that an import has to identify.
pub(crate) fn unnamed_retained(artifact: &StackArtifact) -> ResourceSet {
    artifact
        .retained
        .iter()
        .filter(|record| identifier_of(&record.resource_type).is_some())
        .cloned()
        .collect()
}

/// The deleted stacks of these names, last deleted first.
pub(super) async fn deleted_stacks<P: DeletedStacks>(
    calls: &Calls<'_, P>,
    is_asked_for: impl Fn(&StackName) -> bool,
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
    // CloudFormation's timestamps sort as text.
    gone.sort_by(|one, other| other.deleted.cmp(&one.deleted));
    Ok(gone)
}

/// A retained resource that belongs to no stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Orphan {
    /// Its identifier, under its former logical id.
    pub resource: ResourceToImport,
    /// The stack that retained it, as text.
    pub left_by: String,
}

/// The wanted resources that updates of an existing stack retained; they are removed from `wanted`.
///
/// A stack lists only its present resources, but its events of 90 days show what was skipped.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html>
pub(crate) async fn retained_by_updates<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stack: &StackId,
    wanted: &mut ResourceSet,
) -> ClientResult<Vec<ResourceToImport>> {
    let mut imports = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.events(stack, next.clone()), |_| ())
            .await?;
        // Events are newest first: the first match is the latest resource.
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

/// Removes from `wanted` the resources that the stack has.
pub(super) async fn remove_present<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &StackId,
    wanted: &mut ResourceSet,
) -> ClientResult<()> {
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.resources(stack, next.clone()), |_| ())
            .await?;
        for resource in page.items {
            if resource.status != ResourceStatus::DeleteComplete {
                wanted.remove(&ResourceRecord {
                    logical_id: resource.logical_id.to_string(),
                    resource_type: resource.resource_type,
                });
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(());
        }
    }
}

/// The wanted resources that the stack retained; they are removed from `wanted`.
pub(super) async fn retained_resources<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stack: &StackId,
    wanted: &mut ResourceSet,
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

/// The import of a retained resource that is wanted and can be identified; it is removed from
/// `wanted`.
async fn claim<P: DeletedStacks>(
    calls: &Calls<'_, P>,
    resource: StackResource,
    wanted: &mut ResourceSet,
) -> ClientResult<Option<ResourceToImport>> {
    let key = ResourceRecord {
        logical_id: resource.logical_id.to_string(),
        resource_type: resource.resource_type.clone(),
    };
    if resource.status != SKIPPED || !wanted.contains(&key) {
        return Ok(None);
    }
    let import = resource_import(calls, &resource).await?;
    if import.is_some() {
        wanted.remove(&key);
    }
    Ok(import)
}

/// What deleted stacks of one name retained.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leftovers {
    /// Imported by the next creation.
    pub(crate) imports: Vec<ResourceToImport>,
    /// Imported on request.
    pub(crate) orphans: Vec<Orphan>,
}

/// What deleted stacks of these names retained, by stack: an entry for each.
///
/// The rollback of a creation deletes its resources; where it can't, the stack is deleted, and
/// retained resources stay. They were never used, so the next creation imports them. What a
/// complete stack retained is only imported on request.
pub(crate) async fn leftovers_of_deleted_stacks<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stacks: &BTreeMap<StackName, ResourceSet>,
) -> ClientResult<BTreeMap<StackName, Leftovers>> {
    let gone = deleted_stacks(calls, |name| stacks.contains_key(name)).await?;
    let mut all = BTreeMap::new();
    for (name, wanted) in stacks {
        let mut wanted = wanted.clone();
        let mut found = Leftovers::default();
        let mut whole = false;
        for stack in gone.iter().filter(|stack| stack.name == *name) {
            if wanted.is_empty() {
                break;
            }
            whole = whole || was_complete(calls, &stack.id).await?;
            let left = retained_resources(calls, &stack.id, &mut wanted).await?;
            if whole {
                found
                    .orphans
                    .extend(as_orphans(left, &deletion_text(stack)));
            } else {
                found.imports.extend(left);
            }
        }
        all.insert(name.clone(), found);
    }
    Ok(all)
}

/// Orphans of existing stacks, or of earlier stacks of the same name: an entry for each stack,
/// given its id and the wanted resources.
pub(crate) async fn orphans_of_existing_stacks<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    stacks: &BTreeMap<StackName, (StackId, ResourceSet)>,
) -> ClientResult<BTreeMap<StackName, Vec<Orphan>>> {
    let mut gone = None;
    let mut all = BTreeMap::new();
    for (name, (id, wanted)) in stacks {
        let mut wanted = wanted.clone();
        let left_here = retained_by_updates(calls, id, &mut wanted).await?;
        let mut found: Vec<Orphan> = as_orphans(left_here, name.as_str()).collect();
        if !wanted.is_empty() {
            if gone.is_none() {
                gone = Some(deleted_stacks(calls, |name| stacks.contains_key(name)).await?);
            }
            for stack in gone.iter().flatten().filter(|stack| stack.name == *name) {
                let left = retained_resources(calls, &stack.id, &mut wanted).await?;
                found.extend(as_orphans(left, &deletion_text(stack)));
            }
        }
        all.insert(name.clone(), found);
    }
    Ok(all)
}

fn deletion_text(stack: &StackSummary) -> String {
    let deleted = stack.deleted.as_deref().unwrap_or_default();
    format!("{}, deleted at {deleted}", stack.name)
}

fn as_orphans(left: Vec<ResourceToImport>, by: &str) -> impl Iterator<Item = Orphan> {
    left.into_iter().map(move |resource| Orphan {
        resource,
        left_by: by.to_owned(),
    })
}

/// A deleted stack that had been complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeletedStack {
    /// The time of its deletion, as CloudFormation writes it.
    pub deleted: String,
    /// The last values of its parameters.
    pub parameters: BTreeMap<String, String>,
}

/// The last deleted stack of each name that had been complete; an entry for each name.
pub(crate) async fn last_complete_stacks<P: CloudFormation + DeletedStacks>(
    calls: &Calls<'_, P>,
    names: &BTreeSet<StackName>,
) -> ClientResult<BTreeMap<StackName, Option<DeletedStack>>> {
    let stacks = deleted_stacks(calls, |name| names.contains(name)).await?;
    let mut all = BTreeMap::new();
    for name in names {
        let mut found = None;
        for stack in stacks.iter().filter(|stack| stack.name == *name) {
            if was_complete(calls, &stack.id).await? {
                let view = calls.read(|| calls.port.stack(&stack.id), |_| ()).await?;
                found = Some(DeletedStack {
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

/// Whether a stack was ever completely created or updated.
async fn was_complete<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &StackId,
) -> ClientResult<bool> {
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
        let mut own = page.items.iter().filter(|event| event.is_of_stack(stack));
        if own.any(|event| finished(&event.status)) {
            return Ok(true);
        }
        next = page.next;
        if next.is_none() {
            return Ok(false);
        }
    }
}

async fn resource_import<P: DeletedStacks>(
    calls: &Calls<'_, P>,
    resource: &StackResource,
) -> ClientResult<Option<ResourceToImport>> {
    let (Some(id), Some(how)) = (
        &resource.physical_id,
        identifier_of(&resource.resource_type),
    ) else {
        return Ok(None);
    };
    let mut identifier = BTreeMap::new();
    match how {
        Identifier::Property(property) => {
            identifier.insert(property.to_owned(), id.to_string());
        }
        Identifier::ElasticIp => {
            // An import has to have both, and an address that was released has no allocation.
            let Some(allocation) = calls
                .read(|| calls.port.allocation(id.as_str()), |_| ())
                .await?
            else {
                return Ok(None);
            };
            identifier.insert("PublicIp".to_owned(), id.to_string());
            identifier.insert("AllocationId".to_owned(), allocation);
        }
    }
    Ok(Some(ResourceToImport {
        logical_id: resource.logical_id.clone(),
        resource_type: resource.resource_type.clone(),
        identifier,
    }))
}

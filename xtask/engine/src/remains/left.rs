//! Reads what a stack that is gone has left.

use std::collections::{BTreeMap, BTreeSet};

use common::stack::StackArtifact;

use super::identify::{Identified, identified};
use crate::calls::Calls;
use crate::port::{
    Answer, CloudFormation, DeletedStackView, Remains, ResourceToImport, ResourceView,
};

/// The status of a resource that stayed when its stack was deleted.
const STAYED: &str = "DELETE_SKIPPED";

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
pub(super) async fn deleted<P: Remains>(
    calls: &Calls<'_, P>,
    is_asked_for: impl Fn(&str) -> bool,
) -> Answer<Vec<DeletedStackView>> {
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

/// Those of the wanted resources that the stack has left. They are wanted no more.
pub(super) async fn left<P: CloudFormation + Remains>(
    calls: &Calls<'_, P>,
    stack: &str,
    wanted: &mut Wanted,
) -> Answer<Vec<ResourceToImport>> {
    let mut imports = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.resources(stack, next.clone()), |_| ())
            .await?;
        for resource in page.items {
            let key = (resource.logical_id.clone(), resource.resource_type.clone());
            if resource.status != STAYED || !wanted.contains(&key) {
                continue;
            }
            if let Some(import) = import(calls, &resource).await? {
                wanted.remove(&key);
                imports.push(import);
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(imports);
        }
    }
}

/// What failed first creations of these stacks have left, by stack: an entry for each.
///
/// The rollback of a creation deletes what it made; where it can't, the stack is deleted, and that
/// keeps whatever is retained. Nobody ever used it, so the next creation takes it over. What a stack
/// left that was whole once is only taken over by who asks for that.
pub(crate) async fn left_by_failed_creations<P: CloudFormation + Remains>(
    calls: &Calls<'_, P>,
    stacks: &BTreeMap<String, Wanted>,
) -> Answer<BTreeMap<String, Vec<ResourceToImport>>> {
    let gone = deleted(calls, |name| stacks.contains_key(name)).await?;
    let mut all = BTreeMap::new();
    for (name, wanted) in stacks {
        let mut wanted = wanted.clone();
        let mut imports = Vec::new();
        for stack in gone.iter().filter(|stack| stack.name == *name) {
            if wanted.is_empty() || was_whole(calls, &stack.id).await? {
                break;
            }
            imports.extend(left(calls, &stack.id, &mut wanted).await?);
        }
        all.insert(name.clone(), imports);
    }
    Ok(all)
}

/// Whether a stack was ever finished.
async fn was_whole<P: CloudFormation>(calls: &Calls<'_, P>, stack: &str) -> Answer<bool> {
    let mut next = None;
    loop {
        let page = calls
            .read(|| calls.port.events(stack, next.clone()), |_| ())
            .await?;
        let finished = |status: &str| {
            matches!(
                status,
                "CREATE_COMPLETE" | "IMPORT_COMPLETE" | "UPDATE_COMPLETE"
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

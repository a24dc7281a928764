//! Fetching of observations, with warnings when that takes long.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream;

use super::model::{Need, Observed};
use super::read_calls::ReadCalls;
use crate::execute::Event;
use crate::orphans::{
    DeletedStack, Leftovers, Orphan, last_complete_stacks, leftovers_of_deleted_stacks,
    orphans_of_existing_stacks,
};
use cloudformation::status::StackStatus;
use cloudformation::{
    ClientError, ClientResult, CloudFormation, DeletedStacks, ExportName, StackId, StackName,
};

/// How many needs are fetched at once.
const AT_ONCE: usize = 8;

/// Reads the caller's identity and the stacks whose names begin with `prefix`.
///
/// One call to STS and one listing. The prefix ends with a hyphen, so that no environment's name
/// begins with another's.
///
/// # Errors
///
/// When a call is denied or finally fails.
pub async fn observe<P: CloudFormation>(
    port: &P,
    region: &str,
    prefix: &str,
) -> Result<Observed, ClientError> {
    observe_with(port, region, prefix, |_| ()).await
}

/// The same, reporting retries as [`Event::Warning`].
///
/// # Errors
///
/// See [`observe`].
pub async fn observe_with<P: CloudFormation>(
    port: &P,
    region: &str,
    prefix: &str,
    report: impl FnMut(Event),
) -> Result<Observed, ClientError> {
    let pace = port.rate_limits();
    let calls = ReadCalls::new(port, &pace, prefix, report);
    let identity = calls.read(|| port.identity()).await?;
    let mut stacks = BTreeMap::new();
    let mut taken_exports = BTreeMap::new();
    let mut next = None;
    loop {
        let page = calls.read(|| port.stacks(next.clone())).await?;
        for stack in page.items {
            if stack.name.as_str().starts_with(prefix) {
                stacks.insert(stack.name.clone(), stack);
                continue;
            }
            let exports = stack.exports().map(|(export, _)| export);
            for export in exports.filter(|export| export.as_str().starts_with(prefix)) {
                taken_exports.insert(export.clone(), stack.name.clone());
            }
        }
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(Observed {
        identity,
        region: region.to_owned(),
        stacks,
        taken_exports,
        templates: BTreeMap::new(),
        importers: BTreeMap::new(),
        external_stacks: BTreeMap::new(),
        policies: BTreeMap::new(),
        failed_creations: BTreeMap::new(),
        orphans: BTreeMap::new(),
        deleted_stacks: BTreeMap::new(),
    })
}

enum Fetched {
    Template(StackName, String),
    Importers(ExportName, Vec<StackName>),
    ExternalStack(StackName, Option<StackId>),
    StackPolicy(StackName, Option<String>),
    FailedCreations(BTreeMap<StackName, Leftovers>),
    Orphans(BTreeMap<StackName, Vec<Orphan>>),
    DeletedStacks(BTreeMap<StackName, Option<DeletedStack>>),
}

/// Fetches what a plan needs, several at once.
///
/// # Errors
///
/// When a call is denied or finally fails. What was fetched before is kept.
pub async fn fetch<P: CloudFormation + DeletedStacks>(
    port: &P,
    observed: &mut Observed,
    needs: &BTreeSet<Need>,
) -> Result<(), ClientError> {
    fetch_with(port, observed, needs, |_| ()).await
}

/// The same, reporting retries as [`Event::Warning`].
///
/// # Errors
///
/// See [`fetch`].
pub async fn fetch_with<P: CloudFormation + DeletedStacks>(
    port: &P,
    observed: &mut Observed,
    needs: &BTreeSet<Need>,
    report: impl FnMut(Event),
) -> Result<(), ClientError> {
    let pace = port.rate_limits();
    let region = observed.region.clone();
    let calls = ReadCalls::new(port, &pace, &region, report);
    let mut fetching = pin!(
        stream::iter(needs)
            .map(|need| fetch_need(port, &calls, need))
            .buffer_unordered(AT_ONCE)
    );
    while let Some(fetched) = fetching.next().await {
        match fetched? {
            Fetched::Template(stack, template) => {
                observed.templates.insert(stack, template);
            }
            Fetched::Importers(export, stacks) => {
                observed.importers.insert(export, stacks);
            }
            Fetched::ExternalStack(stack, id) => {
                observed.external_stacks.insert(stack, id);
            }
            Fetched::StackPolicy(stack, policy) => {
                observed.policies.insert(stack, policy);
            }
            Fetched::FailedCreations(left) => {
                for (stack, left) in left {
                    observed
                        .failed_creations
                        .insert(stack.clone(), left.imports);
                    observed.orphans.insert(stack, left.orphans);
                }
            }
            Fetched::DeletedStacks(gone) => observed.deleted_stacks.extend(gone),
            Fetched::Orphans(orphans) => observed.orphans.extend(orphans),
        }
    }
    Ok(())
}

/// Whether the call was denied for good, and signing in would not help.
const fn is_refused(error: &ClientError) -> bool {
    !error.is_transient() && !error.is_about_credentials()
}

async fn fetch_need<P: CloudFormation + DeletedStacks, R: FnMut(Event)>(
    port: &P,
    calls: &ReadCalls<'_, P, R>,
    need: &Need,
) -> ClientResult<Fetched> {
    match need {
        Need::Template(stack) => {
            let template = calls.read(|| port.template(stack)).await?;
            Ok(Fetched::Template(stack.clone(), template))
        }
        Need::ExternalStack(stack) => {
            let view = calls.read(|| port.stack(stack)).await?;
            let there = view.filter(|view| view.status != StackStatus::DeleteComplete);
            Ok(Fetched::ExternalStack(
                stack.clone(),
                there.map(|view| view.id),
            ))
        }
        Need::StackPolicy(stack) => {
            let policy = calls.read(|| port.stack_policy(stack)).await?;
            Ok(Fetched::StackPolicy(stack.clone(), policy))
        }
        Need::FailedCreations(stacks) => {
            let found = leftovers_of_deleted_stacks(calls.inner(), stacks).await;
            if let Err(error) = &found
                && is_refused(error)
            {
                // Without the permission to look, everything is created anew.
                calls.warn(format!(
                    "cannot look up what failed creations left, so it is not adopted: {error}"
                ));
                let none = stacks
                    .keys()
                    .map(|name| (name.clone(), Leftovers::default()));
                return Ok(Fetched::FailedCreations(none.collect()));
            }
            found.map(Fetched::FailedCreations)
        }
        Need::DeletedStacks(stacks) => {
            let found = last_complete_stacks(calls.inner(), stacks).await;
            if let Err(error) = &found
                && is_refused(error)
            {
                calls.warn(format!("cannot look up deleted stacks: {error}"));
                let none = stacks.iter().map(|name| (name.clone(), None));
                return Ok(Fetched::DeletedStacks(none.collect()));
            }
            found.map(Fetched::DeletedStacks)
        }
        Need::Orphans(stacks) => {
            let found = orphans_of_existing_stacks(calls.inner(), stacks).await;
            if let Err(error) = &found
                && is_refused(error)
            {
                calls.warn(format!("cannot look up orphans: {error}"));
                let none = stacks.keys().map(|name| (name.clone(), Vec::new()));
                return Ok(Fetched::Orphans(none.collect()));
            }
            found.map(Fetched::Orphans)
        }
        Need::Importers(export) => {
            let mut stacks = Vec::new();
            let mut next = None;
            loop {
                let page = calls.read(|| port.importers(export, next.clone())).await?;
                stacks.extend(page.items);
                next = page.next;
                if next.is_none() {
                    return Ok(Fetched::Importers(export.clone(), stacks));
                }
            }
        }
    }
}

//! Fetches observations, and tells when that takes long.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream;

use super::looks::Looks;
use super::model::{Need, Observed};
use crate::execute::Event;
use crate::remains::{Gone, Left, Orphan, gone, left_by_earlier_stacks, left_by_living_stacks};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, DeletedStacks};

/// How many needs are fetched at once.
const AT_ONCE: usize = 8;

/// Looks who calls, and at the stacks whose names begin with `prefix`.
///
/// One call to STS and one listing. The prefix ends with a hyphen, so that no environment's name
/// begins with another's.
///
/// # Errors
///
/// When a call is refused, or gets no answer in the end.
pub async fn observe<P: CloudFormation>(
    port: &P,
    region: &str,
    prefix: &str,
) -> Result<Observed, ClientError> {
    observe_telling(port, region, prefix, |_| ()).await
}

/// The same, telling of calls that get no answer as [`Event::Warning`].
///
/// # Errors
///
/// See [`observe`].
pub async fn observe_telling<P: CloudFormation>(
    port: &P,
    region: &str,
    prefix: &str,
    report: impl FnMut(Event),
) -> Result<Observed, ClientError> {
    let pace = port.rate_limits();
    let looks = Looks::new(port, &pace, prefix, report);
    let identity = looks.read(|| port.identity()).await?;
    let mut stacks = BTreeMap::new();
    let mut taken_exports = BTreeMap::new();
    let mut next = None;
    loop {
        let page = looks.read(|| port.stacks(next.clone())).await?;
        for stack in page.items {
            if stack.name.starts_with(prefix) {
                stacks.insert(stack.name.clone(), stack);
                continue;
            }
            let exports = stack.exports().map(|(export, _)| export);
            for export in exports.filter(|export| export.starts_with(prefix)) {
                taken_exports.insert(export.to_owned(), stack.name.clone());
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
        outside: BTreeMap::new(),
        policies: BTreeMap::new(),
        leftovers: BTreeMap::new(),
        orphans: BTreeMap::new(),
        gone: BTreeMap::new(),
    })
}

/// What a need turned out to be.
enum Fetched {
    Template(String, String),
    Importers(String, Vec<String>),
    Outside(String, Option<String>),
    Policy(String, Option<String>),
    Left(BTreeMap<String, Left>),
    Orphans(BTreeMap<String, Vec<Orphan>>),
    Gone(BTreeMap<String, Option<Gone>>),
}

/// Fetches what a plan needs, some at once.
///
/// # Errors
///
/// When a call is refused, or gets no answer in the end. What was fetched until then is kept.
pub async fn satisfy<P: CloudFormation + DeletedStacks>(
    port: &P,
    observed: &mut Observed,
    needs: &BTreeSet<Need>,
) -> Result<(), ClientError> {
    satisfy_telling(port, observed, needs, |_| ()).await
}

/// The same, telling of calls that get no answer as [`Event::Warning`].
///
/// # Errors
///
/// See [`satisfy`].
pub async fn satisfy_telling<P: CloudFormation + DeletedStacks>(
    port: &P,
    observed: &mut Observed,
    needs: &BTreeSet<Need>,
    report: impl FnMut(Event),
) -> Result<(), ClientError> {
    let pace = port.rate_limits();
    let region = observed.region.clone();
    let looks = Looks::new(port, &pace, &region, report);
    let mut fetching = pin!(
        stream::iter(needs)
            .map(|need| fetch(port, &looks, need))
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
            Fetched::Outside(stack, id) => {
                observed.outside.insert(stack, id);
            }
            Fetched::Policy(stack, policy) => {
                observed.policies.insert(stack, policy);
            }
            Fetched::Left(left) => {
                for (stack, left) in left {
                    observed.leftovers.insert(stack.clone(), left.imports);
                    observed.orphans.insert(stack, left.orphans);
                }
            }
            Fetched::Gone(gone) => observed.gone.extend(gone),
            Fetched::Orphans(orphans) => observed.orphans.extend(orphans),
        }
    }
    Ok(())
}

/// Whether asking again would be refused again, and signing in would not help.
const fn is_refused(error: &ClientError) -> bool {
    !error.is_transient() && !error.is_about_credentials()
}

async fn fetch<P: CloudFormation + DeletedStacks, R: FnMut(Event)>(
    port: &P,
    looks: &Looks<'_, P, R>,
    need: &Need,
) -> ClientResult<Fetched> {
    match need {
        Need::Template(stack) => {
            let template = looks.read(|| port.template(stack)).await?;
            Ok(Fetched::Template(stack.clone(), template))
        }
        Need::Outside(stack) => {
            let view = looks.read(|| port.stack(stack)).await?;
            let there = view.filter(|view| view.status != StackStatus::DeleteComplete);
            Ok(Fetched::Outside(stack.clone(), there.map(|view| view.id)))
        }
        Need::Policy(stack) => {
            let policy = looks.read(|| port.stack_policy(stack)).await?;
            Ok(Fetched::Policy(stack.clone(), policy))
        }
        Need::Leftovers(stacks) => {
            let found = left_by_earlier_stacks(looks.calls(), stacks).await;
            if let Err(error) = &found
                && is_refused(error)
            {
                // Whoever may not ask makes everything anew.
                looks.tell(format!(
                    "what failed creations left can't be looked for, and is not taken over: {error}"
                ));
                let none = stacks.keys().map(|name| (name.clone(), Left::default()));
                return Ok(Fetched::Left(none.collect()));
            }
            found.map(Fetched::Left)
        }
        Need::Gone(stacks) => {
            let found = gone(looks.calls(), stacks).await;
            if let Err(error) = &found
                && is_refused(error)
            {
                looks.tell(format!(
                    "whether stacks were deleted can't be looked for: {error}"
                ));
                let none = stacks.iter().map(|name| (name.clone(), None));
                return Ok(Fetched::Gone(none.collect()));
            }
            found.map(Fetched::Gone)
        }
        Need::Orphans(stacks) => {
            let found = left_by_living_stacks(looks.calls(), stacks).await;
            if let Err(error) = &found
                && is_refused(error)
            {
                looks.tell(format!("what stacks left can't be looked for: {error}"));
                let none = stacks.keys().map(|name| (name.clone(), Vec::new()));
                return Ok(Fetched::Orphans(none.collect()));
            }
            found.map(Fetched::Orphans)
        }
        Need::Importers(export) => {
            let mut stacks = Vec::new();
            let mut next = None;
            loop {
                let page = looks.read(|| port.importers(export, next.clone())).await?;
                stacks.extend(page.items);
                next = page.next;
                if next.is_none() {
                    return Ok(Fetched::Importers(export.clone(), stacks));
                }
            }
        }
    }
}
